"""What tenants turned over day by day, and the forecasts that each may see of itself."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.benchmarks.forecasts import (
    KeepTurnoverForecasts,
    get_turnover_forecast,
    keep_turnover_forecasts,
    traded_by_day,
)
from domain.benchmarks.operations import ShopOutOfReach, WholeMallNeeded
from domain.benchmarks.permissions import COMPUTE, VIEW
from domain.shared.actor import Actor
from domain.shared.forecasting import look_ahead
from domain.shared.operations import ask, perform
from tests.domain.leasing.world import NOW, World
from tests.domain.shared.test_forecasting import LastWeek

FIRST = date(2026, 4, 1)


def test_a_missing_day_is_taken_to_be_like_the_week_before(world: World) -> None:
    lease = world.signed()
    world.report(lease.id, {FIRST + timedelta(days=n): 100 + n for n in range(10) if n != 8})

    found = ask(traded_by_day, actor=world.actor, from_on=FIRST, until_on=FIRST + timedelta(days=11))

    assert found[lease.tenant_id] == (100, 101, 102, 103, 104, 105, 106, 107, 101, 109, 103)


def test_who_reports_no_more_is_not_foretold(world: World) -> None:
    lease = world.signed()
    world.report(lease.id, {FIRST: 100})

    found = ask(traded_by_day, actor=world.actor, from_on=FIRST, until_on=FIRST + timedelta(days=40))

    assert lease.tenant_id not in found


def test_TA_R2_a_tenant_sees_its_own_forecast_and_no_other(world: World) -> None:
    mine, other = world.signed(), world.signed()
    outlook = look_ahead([100.0] * 70, LastWeek())
    command = KeepTurnoverForecasts(made_on=FIRST, outlooks={mine.tenant_id: outlook, other.tenant_id: outlook})
    assert perform(keep_turnover_forecasts, actor=world.actor, command=command, now=NOW) == 2
    person = Actor(
        name='店长', kind='person', mall_id=world.actor.mall_id, tenant_id=mine.tenant_id,
        permissions=frozenset({VIEW.code, COMPUTE.code}),
    )  # fmt: skip

    seen = ask(get_turnover_forecast, actor=person, shop_id=mine.tenant_id)

    assert seen is not None
    assert (seen.made_on, seen.outlook) == (FIRST, outlook)
    with pytest.raises(ShopOutOfReach):
        ask(get_turnover_forecast, actor=person, shop_id=other.tenant_id)
    with pytest.raises(WholeMallNeeded):
        perform(keep_turnover_forecasts, actor=person, command=command)
    assert ask(get_turnover_forecast, actor=replace(world.actor, mall_id=world.actor.mall_id), shop_id=mine.tenant_id)
