"""Names of units, zones and doors, which footfall's views carry as ids only."""

from collections.abc import Mapping

from domain.footfall.queries import list_lines, list_zones
from domain.footfall.views import LineView, ZoneView
from domain.mall.queries import list_categories, list_units
from domain.mall.views import UnitView
from domain.shared.actor import Actor
from domain.shared.operations import run_query
from ui.kit.i18n import words


async def units_by_id(actor: Actor) -> Mapping[int, UnitView]:
    """All units of the mall."""
    return {unit.id: unit for unit in await run_query(list_units, actor=actor)}


async def category_names(actor: Actor) -> Mapping[str, str]:
    """业态 by code, in the reader's language."""
    return {one.code: words(one.name_zh, one.name_en) for one in await run_query(list_categories, actor=actor)}


async def zones_by_id(actor: Actor) -> Mapping[int, ZoneView]:
    """All counting zones."""
    return {zone.id: zone for zone in await run_query(list_zones, actor=actor)}


async def lines_by_id(actor: Actor) -> Mapping[int, LineView]:
    """All counting lines in their present version."""
    return {line.id: line for line in await run_query(list_lines, actor=actor)}
