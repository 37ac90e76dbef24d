"""Trees and effects through the database: from reported days and counted doors to what a tenant is told."""

from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar

import pytest

from domain.benchmarks._gathering import Days, counted
from domain.benchmarks.operations import ShopOutOfReach, WholeMallNeeded
from domain.benchmarks.permissions import COMPUTE, VIEW
from domain.benchmarks.trees import ComputeTrees, _facts, compute_trees, get_tree, list_effects
from domain.leasing.commands import LettableUnitId, OpenUnit
from domain.leasing.days import TenantDay
from domain.leasing.units import open_unit
from domain.leasing.views import LeaseView
from domain.mall.commands import FloorId, UnitId
from domain.permits.commands import FilePromotion
from domain.permits.operations import file_promotion
from domain.shared.actor import Actor, TenantId
from domain.shared.operations import ask, perform
from tests.domain.footfall.conftest import House, local
from tests.domain.footfall.conftest import house as house  # noqa: PLC0414 - a fixture
from tests.domain.footfall.reading import crossing, healthy
from tests.domain.footfall.test_recording import record
from tests.domain.leasing.world import NOW, World, build_world
from tests.domain.permits.test_permits import MECHANICS, agree_to_all

UNTIL = date(2026, 5, 4)
FIRST = UNTIL - timedelta(weeks=8)
SALE = Days(date(2026, 4, 20), date(2026, 4, 25))


@pytest.fixture(scope='module')
def shops(world: World) -> list[LeaseView]:
    """Seven shops over eight weeks: in the second four all sell a quarter more, the first half as much again during its
    promotion; the last one did not report a day.
    """
    leases = [world.signed() for _ in range(7)]
    for number, lease in enumerate(leases):
        days = {FIRST + timedelta(days=n): 1_000 if n < 28 else 1_250 for n in range(56)}
        if number == 0:
            days |= {SALE.from_on + timedelta(days=n): 1_875 for n in range(SALE.number)}
        if number == 6:
            del days[FIRST]
        world.report(lease.id, days)
    mechanics = replace(MECHANICS, title='春季满减', starts_on=SALE.from_on, ends_on=SALE.until_on - timedelta(days=1))
    for tenant, is_approved in ((leases[0].tenant_id, True), (leases[1].tenant_id, False)):
        command = FilePromotion(tenant_id=tenant, mechanics=mechanics)
        filing = perform(file_promotion, actor=world.actor, command=command)
        if is_approved:
            agree_to_all(world, filing.approval)
    perform(compute_trees, actor=world.actor, command=ComputeTrees(until_on=UNTIL), now=NOW)
    return leases


def clerk_of(shop: LeaseView, world: World, *permissions: str) -> Actor:
    return Actor(
        name=f'店长 {shop.tenant_id}', kind='person', mall_id=world.actor.mall_id, tenant_id=shop.tenant_id,
        permissions=frozenset({VIEW.code, *permissions}),
    )  # fmt: skip


def test_TA_R1_a_tenant_reads_its_own_change_beside_that_of_its_peers(world: World, shops: list[LeaseView]) -> None:
    grown = ask(get_tree, actor=clerk_of(shops[1], world), shop_id=shops[1].tenant_id, base='weeks')

    assert grown is not None
    assert (grown.from_on, grown.until_on, grown.back_days) == (UNTIL - timedelta(weeks=4), UNTIL, 28)
    assert (grown.tree.before.gto_fen, grown.tree.now.gto_fen) == (28_000, 35_000)
    peers = grown.tree.peers['sales_change'].value
    assert peers == pytest.approx((4 * 35_000 + 35_000 + 5 * 625) / (5 * 28_000))  # without the shop that lacks a day
    assert grown.tree.not_comparable == 'not_counted'
    assert grown.tree.peers['capture'].hidden_because == 'too_few_peers'


def test_LS_R14_a_shop_that_lacks_a_day_is_told_so(world: World, shops: list[LeaseView]) -> None:
    grown = ask(get_tree, actor=world.actor, shop_id=shops[6].tenant_id, base='weeks')
    year = ask(get_tree, actor=world.actor, shop_id=shops[0].tenant_id, base='year')

    assert grown is not None
    assert (grown.tree.missing, grown.tree.not_comparable) == (1, 'turnover_missing')
    assert year is not None
    assert (year.tree.missing, year.tree.parts) == (28, None)


def test_TA_R1_a_promotion_is_weighed_against_peers_over_the_same_days(world: World, shops: list[LeaseView]) -> None:
    [effect] = ask(list_effects, actor=clerk_of(shops[0], world), shop_id=shops[0].tenant_id)

    assert (effect.title, effect.starts_on, effect.until_on) == ('春季满减', SALE.from_on, SALE.until_on)
    assert effect.before.value == pytest.approx((14 * 1_000 + 14 * 1_250) / 28)
    assert effect.during.value == 1_875
    assert effect.lift == pytest.approx(0.5)
    assert ask(list_effects, actor=world.actor, shop_id=shops[1].tenant_id) == []  # nobody approved it


def test_TA_R2_trees_and_effects_of_others_are_out_of_reach(world: World, shops: list[LeaseView]) -> None:
    clerk = clerk_of(shops[1], world, COMPUTE.code)

    with pytest.raises(ShopOutOfReach):
        ask(get_tree, actor=clerk, shop_id=shops[0].tenant_id, base='weeks')
    with pytest.raises(ShopOutOfReach):
        ask(list_effects, actor=clerk, shop_id=shops[0].tenant_id)
    with pytest.raises(WholeMallNeeded):
        perform(compute_trees, actor=clerk, command=ComputeTrees(until_on=UNTIL))


def test_doors_and_the_way_before_them_make_the_counts_of_a_shop(house: House) -> None:
    world = build_world(house.mall_id)
    day = Days(date(2026, 5, 18), date(2026, 5, 19))
    watched, unwatched = (_unit_at(world, house, code) for code in ('f1-01', 'f1-02'))
    mine, other = world.signed(units=[watched]), world.signed(units=[unwatched])
    start = local(2026, 5, 18, 4)
    record(house, healthy(house, 'shop', start, 24 * 60) + healthy(house, 'way', start, 24 * 60))
    passing = [crossing(local(2026, 5, 18, 10, n), 'pass-a', track=f'p{n}') for n in range(40)]
    record(house, passing + [crossing(local(2026, 5, 18, 10, n), 'shop-a', track=f'p{n}') for n in range(4)])

    with house.transaction() as session:
        found = counted(session, house.system, day, local(2026, 5, 20, 12))
        earlier = counted(session, house.system, Days(date(2026, 5, 16), date(2026, 5, 17)), local(2026, 5, 20, 12))

    assert found == {(mine.tenant_id, day.from_on): (40, 4)}  # nobody counts who passes the other
    assert (other.tenant_id, day.from_on) not in found
    assert earlier == {}


def _unit_at(world: World, house: House, code: str) -> LettableUnitId:
    return perform(open_unit, actor=world.actor, command=OpenUnit(
        code=code, floor_id=FloorId(house.floors['F1']), opens_on=date(2020, 1, 1), net_area_dm2=100,
        gross_area_dm2=130, plan_unit_id=UnitId(house.units[code]),
    )).id  # fmt: skip


class Told:
    """A shop that sold a hundred a day on ten receipts, on every day asked for."""

    category: ClassVar = {TenantId(1): 'fashion'}

    def of(self, tenant: TenantId, days: Days) -> list[TenantDay]:
        return [
            TenantDay(
                tenant_id=tenant, category='fashion', on=days.from_on + timedelta(days=number), gto_fen=100, receipts=10
            )
            for number in range(days.number)
        ]


@pytest.mark.parametrize(('seen_days', 'compared', 'passers'), [(28, 28, 28 * 40), (21, 21, 21 * 40), (20, 28, 0)])
def test_only_days_counted_on_both_sides_are_compared(seen_days: int, compared: int, passers: int) -> None:
    window, back, tenant = Days(UNTIL - timedelta(weeks=4), UNTIL), timedelta(weeks=4), TenantId(1)
    every = [window.from_on + timedelta(days=number) for number in range(28)]
    counts = {(tenant, day): (40, 20) for day in every}
    counts |= {(tenant, day - back): (40, 20) for day in every[:seen_days]}

    facts = _facts(Told(), tenant, window, back, counts)  # type: ignore[arg-type]

    assert (facts.days, facts.missing, facts.is_counted) == (compared, 0, passers > 0)
    assert (facts.now.passers, facts.before.passers) == (passers, passers)
    assert facts.now.gto_fen == facts.before.gto_fen == compared * 100
