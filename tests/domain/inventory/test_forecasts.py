"""What was sold day by day, and the forecasts that are kept of it."""

from datetime import date, timedelta

from domain.inventory.commands import ItemId
from domain.inventory.forecasts import DemandForecast, KeepForecasts, keep_forecasts, list_forecasts, sold_by_day
from domain.shared.forecasting import Band, Outlook
from domain.shared.measure import Ratio
from domain.shared.operations import ask, perform
from tests.domain.inventory.store import Store, at

TODAY = date(2026, 5, 9)


def outlook(*days: float) -> Outlook:
    return Outlook(
        method='season', band=Band(days, tuple(day / 2 for day in days), tuple(day * 2 for day in days)),
        error=Ratio(3, 30), naive_error=Ratio(6, 30), held_out=14, deviation=2.0,
    )  # fmt: skip


def test_days_without_a_sale_sold_nothing_and_days_before_the_first_do_not_count(store: Store) -> None:
    item, shelf = store.item(), store.shelf()
    store.receive(item, shelf, 50)
    store.sell(item, shelf, 3, on=at(12, day=3))
    store.sell(item, shelf, 4, on=at(12, day=3))
    store.sell(item, shelf, 5, on=at(12, day=6))

    found = ask(sold_by_day, actor=store.world.actor, from_on=date(2026, 4, 1), until_on=TODAY)

    assert found[item] == (7, 0, 0, 5, 0, 0)
    assert ask(sold_by_day, actor=store.world.actor, from_on=date(2026, 5, 4), until_on=TODAY)[item] == (5, 0, 0)


def test_days_without_a_piece_anywhere_say_nothing_of_demand(store: Store) -> None:
    item, negative, shelf = store.item(), store.item(allows_negative=True), store.shelf()
    for one in (item, negative):
        store.receive(one, shelf, 5, on=at(12, day=2))
        store.sell(one, shelf, 5, on=at(18, day=3))
        store.receive(one, shelf, 8, on=at(12, day=6))
    store.sell(item, shelf, 2, on=at(18, day=6))

    found = ask(sold_by_day, actor=store.world.actor, from_on=date(2026, 4, 1), until_on=TODAY)

    assert found[item] == (5, None, None, 2, 0, 0)
    assert found[negative] == (5, 0, 0, 0, 0, 0)


def test_a_forecast_is_kept_whole_replaced_and_not_used_when_it_is_old(store: Store) -> None:
    item = store.item()
    for day, points in ((TODAY - timedelta(days=1), (1.0, 2.0)), (TODAY, (5.0, 6.5))):
        command = KeepForecasts(made_on=day, outlooks={item: outlook(*points)})
        assert perform(keep_forecasts, actor=store.world.actor, command=command) == 1

    kept = ask(list_forecasts, actor=store.world.actor, on=TODAY, item_id=item)
    assert kept == {item: DemandForecast(item_id=item, made_on=TODAY, outlook=outlook(5.0, 6.5))}
    assert item in ask(list_forecasts, actor=store.world.actor, on=TODAY + timedelta(days=6))
    assert item not in ask(list_forecasts, actor=store.world.actor, on=TODAY + timedelta(days=7))
    assert perform(keep_forecasts, actor=store.world.actor, command=KeepForecasts(made_on=TODAY, outlooks={})) == 0


def test_demand_beyond_the_last_day_foretold_is_its_last_week_again() -> None:
    forecast = DemandForecast(
        item_id=ItemId(1), made_on=TODAY, outlook=outlook(1, 1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8)
    )

    assert forecast.demand(TODAY, TODAY + timedelta(days=7)) == 7
    assert forecast.demand(TODAY + timedelta(days=13), TODAY + timedelta(days=16)) == 8 + 2 + 3
    assert forecast.demand(TODAY, TODAY) == 0
