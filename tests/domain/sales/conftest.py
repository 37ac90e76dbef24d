"""A shop with two tills, members with points and coupons, and short words for what cashiers do."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from domain.coupons import granting
from domain.coupons import queries as coupon_queries
from domain.coupons.commands import CreateTemplate, GrantCoupons
from domain.members import accounts, enrolment, loyalty, points
from domain.members.commands import Channel, EnrolMember, GrantPoints, InstallScheme, MemberId
from domain.sales import returning, selling, shifts
from domain.sales.commands import BasketItem, OpenShift, RegisterTill, ReturnLines, RingUp, TenderCash
from domain.sales.views import ReturnView, SaleView
from domain.shared.actor import MallId, system_actor
from domain.shared.operations import ask, perform
from tests.sealing_keys import install_test_keys

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
_numbers = count(13_900_000_000)


def item(fen: int, quantity: int = 1, category: str = 'food', **more: Any) -> BasketItem:
    return BasketItem(sku=f'sku-{fen}', name='商品', category=category, quantity=quantity, unit_fen=fen, **more)


class Shop:
    """Everything goes through the operations."""

    def __init__(self, mall: MallId) -> None:
        self.actor = system_actor('shop', mall)
        self.tills = [f'till-{uuid4()}' for _ in range(2)]
        for till in self.tills:
            self.do(shifts.register_till, command=RegisterTill(code=till, shop='l1-01'))
            self.do(shifts.open_shift, command=OpenShift(till=till, float_fen=50_000))
        tiers = {'tiers': [{'code': 'silver', 'name_zh': '银卡', 'name_en': 'Silver', 'threshold_fen': 0}]}
        for kind, document in (('tiers', tiers), ('earn', {'fen_per_point': 100})):
            self.do(loyalty.install_scheme, command=InstallScheme(
                kind=kind, document=document, valid_from=datetime(2020, 1, 1, tzinfo=UTC)
            ))  # fmt: skip

    def do(self, operation: Callable[..., Any], now: datetime = NOON, **arguments: Any) -> Any:
        return perform(operation, actor=self.actor, now=now, **arguments)

    def ask(self, question: Callable[..., Any], **arguments: Any) -> Any:
        return ask(question, actor=self.actor, **arguments)

    def member(self, n: int = 0) -> MemberId:
        command = EnrolMember(channel=Channel.POS, phone=SecretStr(str(next(_numbers))))
        member: MemberId = self.do(enrolment.enrol_member, command=command).id
        if n:
            grant = GrantPoints(member_id=member, key=str(uuid4()), points=n, source='test')
            self.do(points.grant_points, command=grant)
        return member

    def coupon(self, member: MemberId, **terms: Any) -> int:
        code = str(uuid4())
        self.do(granting.create_template, command=CreateTemplate(
            code=code, name_zh='券', name_en='Coupon', terms=terms, validity={'days_from_grant': 9}, stock=5
        ))  # fmt: skip
        grant = GrantCoupons(template=code, member_id=member, key=code)
        return int(self.do(granting.grant_coupons, command=grant)[0].id)

    def ring(self, *items: BasketItem, key: str = '', till: int = 0, **more: Any) -> SaleView:
        now = more.pop('now', NOON)
        command = RingUp(key=key or str(uuid4()), till=self.tills[till], items=items, occurred_at=NOON, **more)
        view: SaleView = self.do(selling.ring_up, now, command=command)
        return view

    def cash(self, sale: SaleView, fen: int, key: str = '', till: int = 0, now: datetime = NOON) -> SaleView:
        command = TenderCash(sale_key=sale.key, till=self.tills[till], key=key or str(uuid4()), fen=fen)
        view: SaleView = self.do(selling.tender_cash, now, command=command)
        return view

    def sell(self, *items: BasketItem, **more: Any) -> SaleView:
        sale = self.ring(*items, **more)
        return self.cash(sale, sale.money_fen)

    def take_back(self, sale: SaleView, *lines: tuple[int, int], key: str = '', till: int = 0) -> ReturnView:
        command = ReturnLines(sale_key=sale.key, till=self.tills[till], key=key or str(uuid4()), lines=lines)
        view: ReturnView = self.do(returning.return_lines, command=command)
        return view

    def points(self, member: MemberId) -> int:
        return int(self.ask(accounts.get_balance, member_id=member, at=NOON.replace(hour=5)).available)

    def coupons(self, member: MemberId) -> list[str]:
        return [view.state for view in self.ask(coupon_queries.list_coupons, member_id=member)]


@pytest.fixture(scope='session', autouse=True)
def keys() -> None:
    """Keys for sealed data, as the composition root would install them."""
    install_test_keys()


@pytest.fixture
def shop(mall: MallId) -> Shop:
    return Shop(mall)
