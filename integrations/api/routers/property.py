"""The key's mall: floors, plans, units."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from domain.mall.commands import FloorId, UnitId
from domain.mall.permissions import VIEW
from domain.mall.queries import get_floor_plan, get_mall, get_unit, list_floors, list_units
from domain.mall.views import FloorPlanView, FloorView, MallView, UnitView
from domain.shared.actor import Actor
from domain.shared.operations import run_query
from integrations.api.access import Requires
from integrations.api.paging import Page, Paging, paging
from integrations.api.problems import responses

router = APIRouter(tags=['mall'])
Viewer = Annotated[Actor, Depends(Requires(VIEW))]
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get('/mall', responses=responses(404))
async def mall(actor: Viewer) -> MallView:
    """The mall in which the key acts."""
    return await run_query(get_mall, actor=actor)


@router.get('/floors', responses=responses())
async def floors(actor: Viewer) -> list[FloorView]:
    """From the top down."""
    return await run_query(list_floors, actor=actor)


@router.get('/floors/{floor_id}/plan', responses=responses(404))
async def floor_plan(actor: Viewer, floor_id: Id) -> FloorPlanView:
    """Outline, units, zones and doors of one floor, as GeoJSON geometries in metres (y to the south)."""
    return await run_query(get_floor_plan, actor=actor, floor_id=FloorId(floor_id))


@router.get('/units', responses=responses())
async def units(
    actor: Viewer,
    page: Annotated[Paging, Depends(paging)],
    floor_id: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    category: Annotated[str | None, Query(max_length=64, pattern=r'^[a-z0-9_.-]+$')] = None,
) -> Page[UnitView]:
    """Units in order of their id; of one floor or one trade category where asked."""
    found = await run_query(
        list_units, actor=actor, floor_id=None if floor_id is None else FloorId(floor_id), category=category
    )
    return page.of(found, lambda unit: unit.id)


@router.get('/units/{unit_id}', responses=responses(404))
async def unit(actor: Viewer, unit_id: Id) -> UnitView:
    """One unit."""
    return await run_query(get_unit, actor=actor, unit_id=UnitId(unit_id))
