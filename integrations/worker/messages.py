"""What members are told by themselves: their receipts and their returns."""

from collections.abc import Mapping
from typing import Any

import structlog

from domain.members.commands import MemberId, SendReceipt, SendReturn
from domain.members.inbox import send_receipt, send_return
from domain.shared.actor import Actor
from domain.shared.operations import perform

log = structlog.get_logger(__name__)


def send_receipt_of(actor: Actor, sale: Mapping[str, Any]) -> None:
    """Tells the buyer of a finished sale; guests have nowhere to be told."""
    if sale['member_id'] is None:
        return
    command = SendReceipt(
        member_id=MemberId(sale['member_id']), receipt_key=sale['sale_key'], shop=sale['shop'],
        money_fen=sale['money_fen'], points=sale['earned_points'], number=sale['receipt_no'],
    )  # fmt: skip
    _note(perform(send_receipt, actor=actor, command=command), sale)


def send_return_of(actor: Actor, back: Mapping[str, Any]) -> None:
    """Tells the buyer of goods that went back."""
    if back['member_id'] is None or 'shop' not in back:  # an event of before returns named their shop
        return
    command = SendReturn(
        member_id=MemberId(back['member_id']), return_id=back['return_id'], receipt_key=back['sale_key'],
        shop=back['shop'], money_fen=back['money_fen'],
    )  # fmt: skip
    _note(perform(send_return, actor=actor, command=command), back)


def _note(is_told: bool, facts: Mapping[str, Any]) -> None:
    if not is_told:
        log.info('no message', member_id=facts['member_id'], reason='told before, refused by the member, or left')
