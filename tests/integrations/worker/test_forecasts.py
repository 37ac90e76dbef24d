"""By night every item's demand and every tenant's turnover is foretold, and what cannot be learnt from is skipped."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.benchmarks.forecasts import get_turnover_forecast
from domain.inventory.forecasts import list_forecasts
from domain.mall.queries import get_business_clock
from domain.purchasing.commands import RegisterSupplier, SetReorderRule
from domain.purchasing.operations import register_supplier, set_reorder_rule
from domain.purchasing.overview import list_requests
from domain.shared.actor import MallId
from domain.shared.operations import ask, perform
from integrations.worker.forecasts import foretell, replenish
from tests.domain.inventory.store import Store
from tests.domain.leasing.world import build_world

DAYS = 70
SEASON = (8, 7, 8, 9, 12, 17, 15)


@pytest.fixture(scope='module')
def store(mall: MallId) -> Store:
    return Store(build_world(mall))


def test_demand_and_turnover_are_foretold_with_their_error(store: Store) -> None:
    actor = store.world.actor
    clock = ask(get_business_clock, actor=actor)
    today = clock.business_on(datetime.now(UTC))
    first = today - timedelta(days=DAYS)
    item, unsold, shelf = store.item(), store.item(), store.shelf()
    noon = [clock.bounds(first + timedelta(days=number))[0] + timedelta(hours=8) for number in range(DAYS)]
    store.receive(item, shelf, 10_000, on=noon[0], now=noon[-1])
    for number, when in enumerate(noon):
        store.sell(item, shelf, SEASON[number % 7], on=when)
    lease = store.world.signed(first, today + timedelta(days=400))
    sales = {first + timedelta(days=number): SEASON[number % 7] * 1_000 for number in range(DAYS)}
    store.world.report(lease.id, sales, now=datetime.now(UTC))

    foretell(actor)

    demand = ask(list_forecasts, actor=actor, on=today)
    assert unsold not in demand
    assert demand[item].outlook.method == 'season'
    assert demand[item].demand(today, today + timedelta(days=7)) == pytest.approx(sum(SEASON), rel=0.05)
    turnover = ask(get_turnover_forecast, actor=actor, shop_id=lease.tenant_id)
    assert turnover is not None
    assert turnover.made_on == today
    assert turnover.outlook.error is not None
    assert (turnover.outlook.error.value or 0) < 0.05


def test_IN_R3_the_night_asks_for_what_falls_short_and_the_next_night_for_nothing(store: Store) -> None:
    actor = store.world.actor
    supplier = perform(register_supplier, actor=actor, command=RegisterSupplier(
        code='night', name_zh='夜配', name_en='Night Supply', lead_days=2
    ))  # fmt: skip
    short, enough, shelf = store.item(), store.item(), store.shelf()
    now = datetime.now(UTC)
    for item, pieces in ((short, 3), (enough, 30)):
        store.receive(item, shelf, pieces, on=now, now=now)
        perform(set_reorder_rule, actor=actor, command=SetReorderRule(
            item_id=item, supplier_id=supplier.id, reorder_point=10, order_up_to=25
        ))  # fmt: skip

    for _ in range(2):
        replenish(actor)

    assert [(one.item_id, one.quantity) for one in ask(list_requests, actor=actor)] == [(short, 22)]
