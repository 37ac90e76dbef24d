"""What is foretold by night: the demand for every item, the turnover of every tenant; and what to order by it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from domain.benchmarks.forecasts import KeepTurnoverForecasts, keep_turnover_forecasts, traded_by_day
from domain.inventory.forecasts import KeepForecasts, keep_forecasts, sold_by_day
from domain.mall.queries import get_business_clock
from domain.purchasing.commands import ProposeReplenishment
from domain.purchasing.operations import propose_replenishment
from domain.shared.actor import Actor
from domain.shared.forecasting import Outlook, look_ahead, without_gaps
from domain.shared.operations import ask, perform
from integrations.forecasting import Augurs

Key = TypeVar('Key')

LOOKED_BACK = timedelta(days=400)


def foretell(actor: Actor) -> None:
    """Forecasts that begin with the running business day; no transaction is open while the models are fitted."""
    today = ask(get_business_clock, actor=actor).business_on(datetime.now(UTC))
    sold = ask(sold_by_day, actor=actor, from_on=today - LOOKED_BACK, until_on=today)
    perform(keep_forecasts, actor=actor, command=KeepForecasts(made_on=today, outlooks=_ahead(sold)))
    traded = ask(traded_by_day, actor=actor, from_on=today - LOOKED_BACK, until_on=today)
    command = KeepTurnoverForecasts(made_on=today, outlooks=_ahead(traded))
    perform(keep_turnover_forecasts, actor=actor, command=command)


def replenish(actor: Actor) -> None:
    """Asks for what falls to its reorder point; what is on order or asked for already counts (IN-R3)."""
    today = ask(get_business_clock, actor=actor).business_on(datetime.now(UTC))
    perform(propose_replenishment, actor=actor, command=ProposeReplenishment(on=today))


def _ahead(histories: Mapping[Key, Sequence[int | None]]) -> dict[Key, Outlook]:
    return {key: look_ahead(without_gaps(history), Augurs()) for key, history in histories.items()}
