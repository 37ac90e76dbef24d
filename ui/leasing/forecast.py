"""What a lease's shop will turn over, for those who may see how shops do."""

from collections.abc import Sequence
from datetime import timedelta

from domain.benchmarks.forecasts import TurnoverForecastView, get_turnover_forecast, traded_by_day
from domain.benchmarks.permissions import VIEW
from domain.shared.actor import Actor, TenantId
from domain.shared.operations import run_query
from ui.forecasts import SHOWN_PAST, forecast_view
from ui.kit.i18n import t
from ui.kit.section import section

FEN = 100


async def read_forecast(actor: Actor, tenant_id: TenantId) -> tuple[TurnoverForecastView | None, tuple[int, ...]]:
    """The forecast and the days before it; nothing for those who may not see it."""
    if not actor.may(VIEW):
        return None, ()
    forecast = await run_query(get_turnover_forecast, actor=actor, shop_id=tenant_id)
    if forecast is None:
        return None, ()
    since = forecast.made_on - timedelta(days=SHOWN_PAST)
    days = await run_query(traded_by_day, actor=actor, from_on=since, until_on=forecast.made_on)
    return forecast, days.get(tenant_id, ())


def forecast_section(forecast: TurnoverForecastView | None, past: Sequence[int]) -> None:
    """The chart with its error, where there is a forecast."""
    if forecast is not None:
        with section(t('shopsales.forecast'), t('shopsales.forecast_hint')):
            forecast_view(past, forecast.outlook, forecast.made_on, unit=t('shopsales.yuan'), scale=FEN)
