"""From the property's view of a floor to what the floor plan draws."""

from domain.mall.views import DoorView, FloorPlanView, UnitView
from ui.kit.floor_plan import FloorShape, PlanDoor, PlanSpace, PlanUnit
from ui.kit.i18n import words
from ui.kit.plan_geometry import fixture_of, rings_of


def shape_of(plan: FloorPlanView) -> FloorShape:
    """All units and spaces of a floor, and the doors through which people come from outside."""
    return FloorShape(
        name=plan.floor.code,
        outline=rings_of(plan.outline),
        units=[_unit(unit) for unit in plan.units],
        spaces=[PlanSpace(kind=zone.kind, rings=rings_of(zone.geometry)) for zone in plan.zones],
        fixtures=[fixture_of(fixture) for fixture in plan.fixtures],
        doors=[_door(door) for door in plan.doors if door.kind != 'shop'],
    )


def _unit(unit: UnitView) -> PlanUnit:
    return PlanUnit(
        id=unit.id,
        name=words(unit.name_zh, unit.name_en),
        number=unit.number,
        kind=unit.kind,
        rings=rings_of(unit.geometry),
        label_at=unit.label_at,
    )


def _door(door: DoorView) -> PlanDoor:
    return PlanDoor(id=door.id, name=words(door.name_zh, door.name_en), at=door.at, inward=door.inward)
