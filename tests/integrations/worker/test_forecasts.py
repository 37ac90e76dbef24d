"""By night every item's demand and every tenant's turnover is foretold, and what cannot be learnt from is skipped."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.benchmarks.forecasts import get_turnover_forecast
from domain.inventory.forecasts import list_forecasts
from domain.mall.queries import get_business_clock
from domain.shared.actor import MallId
from domain.shared.operations import ask
from integrations.worker.forecasts import foretell
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
