"""A counter that gives and takes coupons in the test mall."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from domain.coupons import granting, queries, redeeming
from domain.coupons.commands import (
    CommitCoupons,
    CouponId,
    CreateTemplate,
    EndOrder,
    GrantCoupons,
    LockCoupons,
    SetStacking,
)
from domain.coupons.views import CouponView, StockView
from domain.shared.actor import MallId, system_actor
from domain.shared.operations import ask, perform
from tests.sealing_keys import install_test_keys

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)  # 12:00 in Shanghai
OFF_20 = {'kind': 'full_reduction', 'threshold_fen': 10_000, 'reduce_fen': 2_000}
_members = count(1)


class Counter:
    """Short words for what the tests do all the time; everything goes through the operations."""

    def __init__(self, mall: MallId) -> None:
        self.actor = system_actor('counter', mall)

    def do(self, operation: Callable[..., Any], now: datetime = NOON, **arguments: Any) -> Any:
        return perform(operation, actor=self.actor, now=now, **arguments)

    def ask(self, question: Callable[..., Any], **arguments: Any) -> Any:
        return ask(question, actor=self.actor, **arguments)

    def template(self, stock: int = 100, terms: dict[str, Any] | None = None, **facts: Any) -> str:
        code = f't-{uuid4()}'
        validity = facts.pop('validity', {'days_from_grant': 30})
        self.do(granting.create_template, command=CreateTemplate(
            code=code, name_zh='券', name_en='Coupon', terms=terms or OFF_20, validity=validity, stock=stock, **facts
        ))  # fmt: skip
        return code

    def member(self) -> int:
        return next(_members)

    def grant(self, template: str, member: int, n: int = 1, key: str = '', now: datetime = NOON) -> list[CouponView]:
        command = GrantCoupons(template=template, member_id=member, key=key or str(uuid4()), number=n)
        views: list[CouponView] = self.do(granting.grant_coupons, now, command=command)
        return views

    def one(self, template: str, member: int) -> CouponId:
        return self.grant(template, member)[0].id

    def lock(self, member: int, order: str, *coupons: CouponId, now: datetime = NOON, minutes: int = 15) -> None:
        command = LockCoupons(member_id=member, order_key=order, coupon_ids=coupons, minutes=minutes)
        self.do(redeeming.lock_coupons, now, command=command)

    def commit(self, member: int, order: str, *discounts: tuple[CouponId, int], now: datetime = NOON) -> None:
        command = CommitCoupons(member_id=member, order_key=order, discounts=discounts)
        self.do(redeeming.commit_coupons, now, command=command)

    def release(self, order: str, now: datetime = NOON) -> int:
        return int(self.do(redeeming.release_coupons, now, command=EndOrder(order_key=order)))

    def roll_back(self, order: str, now: datetime = NOON) -> list[CouponId]:
        back: list[CouponId] = self.do(redeeming.roll_back_coupons, now, command=EndOrder(order_key=order))
        return back

    def stock(self, template: str) -> StockView:
        view: StockView = self.ask(queries.get_stock, template=template)
        return view

    def state(self, member: int) -> list[str]:
        return [view.state for view in self.ask(queries.list_coupons, member_id=member)]

    def stacking(self, **document: Any) -> None:
        self.do(granting.set_stacking, command=SetStacking(document=document))


@pytest.fixture(scope='session', autouse=True)
def keys() -> None:
    """Keys for rotating codes, as the composition root would install them."""
    install_test_keys()


@pytest.fixture
def counter(mall: MallId) -> Counter:
    return Counter(mall)
