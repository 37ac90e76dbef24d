"""Coupons for many who come at one moment: one each, within the caps, and worth what the key draws."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from domain.coupons._rush import NotPlain, grant_together
from domain.coupons.commands import GrantCoupons
from domain.coupons.errors import CapReached
from domain.coupons.views import CouponView
from domain.shared.database import Scope, transaction
from domain.shared.together import Call
from tests.domain.coupons.conftest import NOON, Counter


def give(counter: Counter, template: str, wishes: Sequence[tuple[int, str]]) -> Sequence[list[CouponView] | None]:
    """A shared transaction, as it is when these meet."""
    calls = [
        Call(counter.actor, GrantCoupons(template=template, member_id=member, key=key), NOON) for member, key in wishes
    ]
    with transaction(Scope.of(counter.actor)) as session:
        return grant_together(session, calls)


def test_CP_R1_those_who_meet_get_one_each_and_the_stock_is_less_by_as_many(counter: Counter) -> None:
    template = counter.template(stock=40, slots=8)
    members = [counter.member() for _ in range(9)]
    given = give(counter, template, [(member, str(uuid4())) for member in members])

    assert [[view.member_id for view in views] for views in given if views] == [[member] for member in members]
    stock = counter.stock(template)
    assert (stock.left, stock.issued) == (31, 9)


def test_CP_R1_a_second_wish_of_a_member_is_left_over(counter: Counter) -> None:
    template, member = counter.template(stock=10, cap_per_member=2), counter.member()
    given = give(counter, template, [(member, 'twice-1'), (member, 'twice-2')])

    assert [views is not None for views in given] == [True, False]
    assert counter.stock(template).issued == 1


@pytest.mark.parametrize('short', ['stock', 'cap', 'known', 'day'])
def test_CP_R1_nothing_is_given_together_where_one_is_not_plain(counter: Counter, short: str) -> None:
    caps = {'stock': {'stock': 2, 'slots': 1}, 'day': {'cap_per_day': 9}}.get(short, {})
    template, members = counter.template(**caps), [counter.member() for _ in range(3)]
    keys = [str(uuid4()) for _ in members]
    if short in ('cap', 'known'):
        counter.grant(template, members[0], key=keys[0] if short == 'known' else str(uuid4()))
    before = counter.stock(template)

    with pytest.raises(NotPlain):
        give(counter, template, list(zip(members, keys, strict=True)))
    assert counter.stock(template) == before


def test_CP_R1_a_days_cap_holds_in_a_rush(counter: Counter) -> None:
    template = counter.template(stock=100, slots=4, cap_per_day=13)

    def claim(member: int) -> bool:
        try:
            return bool(counter.grant(template, member))
        except CapReached:
            return False

    with ThreadPoolExecutor(32) as pool:
        assert sum(pool.map(claim, [counter.member() for _ in range(60)])) == 13


def test_a_random_coupon_is_worth_the_same_alone_and_in_company(counter: Counter) -> None:
    terms = {'kind': 'random', 'random_low_fen': 100, 'random_high_fen': 9_900}
    template = counter.template(terms=terms, cap_per_member=1)
    keys = [str(uuid4()) for _ in range(6)]
    together = give(counter, template, [(counter.member(), key) for key in keys])
    values = [views[0].value_fen for views in together if views]

    assert len(set(values)) > 1
    assert all(100 <= value <= 9_900 for value in values)
    again = [
        counter.grant(template, views[0].member_id, key=key)[0]
        for views, key in zip(together, keys, strict=True)
        if views
    ]
    assert [view.value_fen for view in again] == values
    assert again == [views[0] for views in together if views]
