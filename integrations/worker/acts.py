"""What events say that a member did: kept as acts, from which behavioural tags are made.

An event of before it named its member says nothing of one and is left alone.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from domain.members.acting import record_act
from domain.members.commands import Act, MemberId, RecordAct
from domain.shared.actor import Actor
from domain.shared.operations import perform

Facts = Mapping[str, Any]


def record(actor: Actor, name: str, facts: Facts) -> None:
    """Keeps what an event of this name tells of its member, however often it comes."""
    if facts.get('member_id') is None:
        return
    for command in SAYING[name](facts):
        perform(record_act, actor=actor, command=command)


def _act(facts: Facts, act: Act, reference: object, **more: Any) -> RecordAct:
    return RecordAct(
        member_id=MemberId(facts['member_id']), act=act, reference=str(reference),
        happened_at=datetime.fromisoformat(facts['occurred_at']), **more,
    )  # fmt: skip


def _used(facts: Facts) -> Iterable[RecordAct]:
    for coupon, kind in zip(facts['coupon_ids'], facts['kinds'], strict=True):
        yield _act(facts, Act.COUPON_USED, f'{facts["order_key"]}:{coupon}', coupon_kind=kind)


def _rolled_back(facts: Facts) -> Iterable[RecordAct]:
    for coupon in facts['coupon_ids']:
        yield _act(facts, Act.COUPON_USED, f'{facts["order_key"]}:{coupon}', is_undone=True)


def _spent(facts: Facts) -> Iterable[RecordAct]:
    yield _act(facts, Act.POINTS_SPENT, facts['key'])


def _given_back(facts: Facts) -> Iterable[RecordAct]:
    """Points of which some stay spent were spent."""
    if facts['left'] == 0:
        yield _act(facts, Act.POINTS_SPENT, facts['key'], is_undone=True)


def _claimed(facts: Facts) -> Iterable[RecordAct]:
    yield _act(facts, Act.RECEIPT_CLAIMED, facts['claim_id'], shop=facts['shop'])


def _asked(facts: Facts) -> Iterable[RecordAct]:
    yield _act(facts, Act.REQUEST_OPENED, facts['key'], shop=facts['shop'])


def _returned(facts: Facts) -> Iterable[RecordAct]:
    yield _act(facts, Act.GOODS_RETURNED, facts['return_id'], shop=facts.get('shop'))


def _read(facts: Facts) -> Iterable[RecordAct]:
    yield _act(facts, Act.MESSAGE_READ, facts['message_id'])


SAYING: Mapping[str, Callable[[Facts], Iterable[RecordAct]]] = {
    'coupons.coupons_used': _used,
    'coupons.coupons_rolled_back': _rolled_back,
    'members.points_spent': _spent,
    'members.points_given_back': _given_back,
    'aftersales.receipt_claimed': _claimed,
    'aftersales.request_opened': _asked,
    'sales.goods_returned': _returned,
    'members.message_read': _read,
}
