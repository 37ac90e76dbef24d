"""Replenishment that goes by what will be sold until the goods come."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.inventory.commands import ItemId
from domain.inventory.forecasts import KeepForecasts, keep_forecasts
from domain.purchasing._rules import Levels, levels
from domain.purchasing.commands import Closure, ProposeReplenishment, RegisterSupplier, SetReorderRule
from domain.purchasing.operations import propose_replenishment, register_supplier, set_reorder_rule
from domain.purchasing.overview import list_requests
from domain.purchasing.views import RequestView
from domain.shared.forecasting import HORIZON, Band, Outlook
from domain.shared.operations import ask, perform
from tests.domain.inventory.store import Store

TODAY = date(2026, 5, 9)


def foretold(store: Store, item: ItemId, a_day: float, *, deviation: float = 0, made_on: date = TODAY) -> None:
    flat = (a_day,) * HORIZON
    outlook = Outlook(
        method='season', band=Band(flat, flat, flat), error=None, naive_error=None, held_out=0, deviation=deviation
    )
    perform(keep_forecasts, actor=store.world.actor, command=KeepForecasts(made_on=made_on, outlooks={item: outlook}))


def asked(store: Store, *, on_hand: int, a_day: float, closures: tuple[Closure, ...] = (), **more: object) -> tuple[
    ItemId, RequestView | None
]:  # fmt: skip
    """What is asked for of an item with so much on hand, whose rule says: at 10 order up to 30."""
    item, actor = store.item(), store.world.actor
    store.receive(item, store.shelf(), on_hand)
    command = RegisterSupplier(code=f's-{item}', name_zh='供', name_en='S', lead_days=4, closures=closures)
    by = perform(register_supplier, actor=actor, command=command).id
    perform(set_reorder_rule, actor=actor, command=SetReorderRule(
        item_id=item, supplier_id=by, reorder_point=10, order_up_to=30
    ))  # fmt: skip
    foretold(store, item, a_day, **more)  # type: ignore[arg-type]
    made = perform(propose_replenishment, actor=actor, command=ProposeReplenishment(on=TODAY))
    return item, next((one for one in made if one.item_id == item), None)


def test_IN_R3_demand_over_the_lead_time_and_its_spread_raises_the_reorder_point(store: Store) -> None:
    item, request = asked(store, on_hand=40, a_day=10, deviation=3)

    assert request is not None
    assert (request.demand, request.safety, request.reorder_point) == (40, 10, 50)
    assert (request.order_up_to, request.quantity) == (120, 80)
    row = next(one for one in ask(list_requests, actor=store.world.actor) if one.item_id == item)
    assert (row.demand, row.safety, row.reorder_point, row.order_up_to) == (40, 10, 50, 120)


def test_IN_R3_a_second_run_asks_for_nothing_although_demand_was_foretold(store: Store) -> None:
    item, request = asked(store, on_hand=40, a_day=10)
    assert request is not None

    again = perform(propose_replenishment, actor=store.world.actor, command=ProposeReplenishment(on=TODAY))

    assert item not in {one.item_id for one in again}


def test_the_levels_that_a_person_set_are_the_least(store: Store) -> None:
    _, request = asked(store, on_hand=8, a_day=1)

    assert request is not None
    assert (request.demand, request.reorder_point, request.order_up_to, request.quantity) == (None, 10, 30, 22)
    assert asked(store, on_hand=12, a_day=1)[1] is None


def test_a_supplier_who_rests_lets_the_stock_cover_the_holiday(store: Store) -> None:
    rests = Closure(from_on=TODAY + timedelta(days=2), until_on=TODAY + timedelta(days=12))

    _, request = asked(store, on_hand=60, a_day=10, closures=(rests,))

    assert request is not None
    assert (request.demand, request.arrives_on) == (140, TODAY + timedelta(days=14))


def test_a_forecast_of_last_week_is_not_gone_by(store: Store) -> None:
    assert asked(store, on_hand=40, a_day=10, made_on=TODAY - timedelta(days=7))[1] is None


@given(st.integers(0, 500), st.integers(1, 500), st.floats(0, 5_000), st.integers(0, 60), st.floats(0, 90))
def test_levels_are_in_order_and_never_below_the_rule(
    point: int, more: int, demand: float, days: int, deviation: float
) -> None:
    found = levels(point, point + more, demand, days, deviation, demand / 7)

    assert point <= found.point < found.up_to
    assert found.up_to >= point + more
    if found.demand is not None and found.safety is not None:
        assert found.demand + found.safety == found.point
    else:
        assert found == Levels(point, point + more)
