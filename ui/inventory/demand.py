"""What will be sold of an item, on its card."""

from collections.abc import Sequence

from domain.inventory.forecasts import DemandForecast
from ui.forecasts import forecast_view
from ui.kit.empty_state import empty_state
from ui.kit.i18n import t
from ui.kit.section import section


def demand_section(sold: Sequence[int | None], forecast: DemandForecast | None) -> None:
    """The days so far and those foretold; why there are none, for an item too new."""
    with section(t('inventory.demand'), t('inventory.demand_hint')):
        if forecast is None:
            empty_state(t('inventory.no_demand'), t('inventory.no_demand_help'))
        else:
            forecast_view(sold, forecast.outlook, forecast.made_on, unit=t('inventory.pieces'))
