"""A front desk that acts on members in the test mall, at a moment that the test says."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from domain.members import accounts, enrolment, loyalty, points, receipts
from domain.members.commands import (
    Channel,
    EndHold,
    EnrolMember,
    GrantPoints,
    InstallScheme,
    MemberId,
    ReceiptLine,
    RecordReceipt,
    RefundReceipt,
    RestorePoints,
    TakePoints,
)
from domain.members.views import BalanceView, MemberView, ReceiptPoints, RedemptionView, Refunded
from domain.shared.actor import MallId, system_actor
from domain.shared.operations import ask, perform
from tests.sealing_keys import install_test_keys

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)  # 12:00 in Shanghai
TIERS = [
    {'code': 'silver', 'name_zh': '银卡', 'name_en': 'Silver', 'threshold_fen': 0},
    {'code': 'gold', 'name_zh': '金卡', 'name_en': 'Gold', 'threshold_fen': 1_000_000},
    {'code': 'black', 'name_zh': '黑卡', 'name_en': 'Black', 'threshold_fen': 5_000_000},
]
_phones = count(13_800_000_000)


class Desk:
    """Short words for what the tests do all the time; everything goes through the operations."""

    def __init__(self, mall: MallId) -> None:
        self.actor = system_actor('desk', mall)

    def do(self, operation: Callable[..., Any], now: datetime = NOON, **arguments: Any) -> Any:
        return perform(operation, actor=self.actor, now=now, **arguments)

    def ask(self, question: Callable[..., Any], **arguments: Any) -> Any:
        return ask(question, actor=self.actor, **arguments)

    def rules(self, valid_from: datetime = EPOCH, **earn: Any) -> None:
        self.do(loyalty.install_scheme, command=InstallScheme(kind='earn', document=earn, valid_from=valid_from))

    def tiers(self, **changes: Any) -> None:
        document = {'tiers': TIERS} | changes
        self.do(loyalty.install_scheme, command=InstallScheme(kind='tiers', document=document, valid_from=EPOCH))

    def enrol(self, now: datetime = EPOCH, **facts: Any) -> MemberId:
        facts = {'channel': Channel.POS, 'phone': SecretStr(str(next(_phones)))} | facts
        view: MemberView = self.do(enrolment.enrol_member, now, command=EnrolMember(**facts))
        return view.id

    def grant(
        self, member: MemberId, n: int, expires_on: date | None = None, now: datetime = NOON, key: str = ''
    ) -> None:
        command = GrantPoints(member_id=member, key=key or str(uuid4()), points=n, source='test', expires_on=expires_on)
        self.do(points.grant_points, now, command=command)

    def spend(self, member: MemberId, n: int, now: datetime = NOON, key: str = '') -> RedemptionView:
        command = TakePoints(member_id=member, key=key or str(uuid4()), points=n, purpose='gift')
        return self.do(points.redeem_points, now, command=command)

    def hold(self, member: MemberId, n: int, now: datetime = NOON, key: str = '', minutes: int = 15) -> RedemptionView:
        command = TakePoints(
            member_id=member, key=key or str(uuid4()), points=n, purpose='checkout', hold_minutes=minutes
        )
        return self.do(points.hold_points, now, command=command)

    def commit(self, key: str, now: datetime = NOON) -> RedemptionView:
        return self.do(points.commit_hold, now, command=EndHold(key=key))

    def release(self, key: str, now: datetime = NOON) -> RedemptionView:
        return self.do(points.release_hold, now, command=EndHold(key=key))

    def restore(self, redemption: str, n: int, now: datetime = NOON, key: str = '') -> RedemptionView:
        command = RestorePoints(redemption_key=redemption, key=key or str(uuid4()), points=n)
        return self.do(points.restore_points, now, command=command)

    def buy(
        self, member: MemberId, *fen: int, at: datetime = NOON, now: datetime | None = None, key: str = '',
        shop: str = 'l1-01', channel: Channel = Channel.POS, category: str = 'fashion',
    ) -> ReceiptPoints:  # fmt: skip
        command = RecordReceipt(
            key=key or str(uuid4()), member_id=member, channel=channel, shop=shop, occurred_at=at,
            lines=tuple(ReceiptLine(category=category, fen=part) for part in fen),
        )  # fmt: skip
        return self.do(receipts.record_receipt, now or at, command=command)

    def refund(self, receipt: str, *lines: tuple[int, int], now: datetime = NOON, key: str = '') -> Refunded:
        command = RefundReceipt(receipt_key=receipt, key=key or str(uuid4()), lines=lines, occurred_at=now)
        return self.do(receipts.refund_receipt, now, command=command)

    def balance(self, member: MemberId, at: datetime = NOON) -> BalanceView:
        return self.ask(accounts.get_balance, member_id=member, at=at)


@pytest.fixture(scope='session', autouse=True)
def keys() -> None:
    """Keys for sealed data, as the composition root would install them."""
    install_test_keys()


@pytest.fixture
def desk(mall: MallId) -> Desk:
    """A desk in a mall whose rules are the plainest: one point a yuan, available at once, a year's life."""
    made = Desk(mall)
    made.tiers()
    made.rules()
    return made
