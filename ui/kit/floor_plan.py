"""The one floor plan of the product: a floor from above with heat, states, doors and counting lines on it.

All geometry is in metres on the floor's own sheet, x to the east and y to the south. Where a shape comes from (a
slice's view, an imported drawing) is the caller's business: he fills a `FloorShape`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from ui.kit.i18n import t
from ui.kit.tokens import State

Point = tuple[float, float]
Rings = Sequence[Sequence[Point]]
STEPS = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanUnit:
    """A shop: drawn, labelled where the label fits, and clickable."""

    id: int
    name: str
    number: str
    kind: str
    rings: Rings
    label_at: Point


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanSpace:
    """A public or service space, or the outline of furniture; `kind` decides how it is drawn."""

    kind: str
    rings: Rings
    is_closed: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanDoor:
    """A door; `inward` points from the street into the mall."""

    id: int
    name: str
    at: Point
    inward: Point


@dataclass(frozen=True, kw_only=True)
class FloorShape:
    """All that does not change from one minute to the next. Pages that share one share what is drawn of it too."""

    name: str
    outline: Rings
    units: Sequence[PlanUnit] = ()
    spaces: Sequence[PlanSpace] = ()
    fixtures: Sequence[PlanSpace] = ()
    doors: Sequence[PlanDoor] = ()

    @cached_property
    def drawn(self) -> dict[str, Any]:
        """The shape as the browser gets it."""
        return _shape(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitMark:
    """What one unit shows: a state, or its step on the heat scale, and a short value under its name."""

    state: State | None = None
    step: int | None = None
    value: str = ''
    details: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DoorMark:
    """What one door shows."""

    value: str
    state: State | None = None
    details: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Heat:
    """Grid cells `(column, row, value)`; `cell_m` is their side, `most` what counts as hottest."""

    cell_m: float
    cells: Sequence[tuple[int, int, float]]
    most: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanLine:
    """A counting line; walking in crosses it from the left of a→b to its right, as seen on the sheet."""

    id: int
    a: Point
    b: Point


@dataclass(frozen=True, kw_only=True, slots=True)
class Legend:
    """What the colours mean: the heat scale with the words at its ends, or states."""

    title: str = ''
    is_scale: bool = False
    low: str = ''
    high: str = ''
    states: Mapping[State, str] | None = None


def heat_step(value: float | None, most: float) -> int | None:
    """The class of a value on the seven-step scale; nothing for what is not known."""
    if value is None or most <= 0:
        return None
    return min(int(max(value, 0) / most * STEPS) + 1, STEPS)


class FloorPlan(Element, component='floor_plan.js'):
    """A floor plan; the `show_…` methods change one layer each and send nothing else."""

    def __init__(
        self,
        shape: FloorShape,
        *,
        on_unit: Callable[[int], object] | None = None,
        on_line: Callable[[int], object] | None = None,
        height: str = '',
    ) -> None:
        super().__init__()
        with self._props.suspend_updates():
            self._props['shape'] = shape.drawn
            self._props['words'] = {key: t(f'kit.plan.{key}') for key in ('zoom_in', 'zoom_out', 'fit')} | {
                'label': t('kit.plan.label', floor=shape.name)
            }
        if height:
            self.style(f'--at-plan-height: {height}')
        if on_unit:
            self.on('unit', lambda event: on_unit(int(event.args)))
        if on_line:
            self.on('line', lambda event: on_line(int(event.args)))

    def show_floor(self, shape: FloorShape) -> None:
        """Another floor; all its layers start empty."""
        with self._props.suspend_updates():
            self._props['words'] = {**self._props['words'], 'label': t('kit.plan.label', floor=shape.name)}
            self._props['shape'] = shape.drawn
        self.update()
        self._put(units={}, heat=None, doorValues={}, lines=[], chosen=None, draft=None, legend=None)

    def show_units(self, marks: Mapping[int, UnitMark]) -> None:
        """Colours and values of units."""
        self._put(units={str(unit): asdict(mark) for unit, mark in marks.items()})

    def show_heat(self, heat: Heat | None) -> None:
        """Where people spent their time, or no heat at all."""
        self._put(
            heat={'cell': heat.cell_m, 'cells': [list(cell) for cell in heat.cells], 'max': heat.most} if heat else None
        )

    def show_doors(self, marks: Mapping[int, DoorMark]) -> None:
        """Values beside doors; a door without a mark is not shown."""
        self._put(doorValues={str(door): asdict(mark) for door, mark in marks.items()})

    def show_lines(self, lines: Sequence[PlanLine], *, chosen: int | None = None) -> None:
        """Counting lines with the direction that counts as in."""
        self._put(lines=[{'id': line.id, 'a': list(line.a), 'b': list(line.b)} for line in lines], chosen=chosen)

    def choose(self, unit_or_line: int | None) -> None:
        """Draw one unit or line as the chosen one."""
        self._put(chosen=unit_or_line)

    def show_legend(self, legend: Legend | None) -> None:
        """Say what the colours mean."""
        self._put(legend=_legend(legend) if legend else None)

    def draft(self, a: Point, b: Point, on_change: Callable[[Point, Point], object]) -> None:
        """A line whose ends the person can drag; every new position is told."""
        self._put(draft={'a': list(a), 'b': list(b)})
        self._event_listeners = {
            key: listener for key, listener in self._event_listeners.items() if listener.type != 'drafted'
        }
        self.on('drafted', lambda event: on_change(*_ends(event)))

    def end_draft(self) -> None:
        """Take the line away again."""
        self._put(draft=None)

    def pins(self, points: Sequence[Point], on_place: Callable[[Point], object] | None = None) -> None:
        """Numbered points; with `on_place` every click is a place to put the next one, in metres."""
        self._put(pins=[list(point) for point in points])
        if on_place:
            self._event_listeners = {
                key: listener for key, listener in self._event_listeners.items() if listener.type != 'placed'
            }
            self.on('placed', lambda event: on_place((float(event.args[0]), float(event.args[1]))))

    def end_pins(self) -> None:
        """Take the points away; clicks choose units and lines again."""
        self._put(pins=None)

    def _put(self, **changes: Any) -> None:
        """Change layers in the browser, and in the properties for a browser that joins later."""
        changed = {key: value for key, value in changes.items() if self._props.get(key) != value}
        if not changed:
            return
        with self._props.suspend_updates():
            self._props.update(changed)
        self.run_method('put', changed)


def _ends(event: GenericEventArguments) -> tuple[Point, Point]:
    (ax, ay), (bx, by) = event.args['a'], event.args['b']
    return (float(ax), float(ay)), (float(bx), float(by))


def _shape(shape: FloorShape) -> dict[str, Any]:
    return {
        'outline': _rings(shape.outline),
        'units': [{**asdict(unit), 'rings': _rings(unit.rings), 'height': _height(unit.rings)} for unit in shape.units],
        'spaces': [
            {'id': place, 'kind': space.kind, 'rings': _rings(space.rings)} for place, space in enumerate(shape.spaces)
        ],
        'fixtures': [
            {'kind': item.kind, 'rings': _rings(item.rings), 'closed': item.is_closed} for item in shape.fixtures
        ],
        'doors': [asdict(door) for door in shape.doors],
    }


def _rings(rings: Rings) -> list[list[list[float]]]:
    return [[[round(x, 2), round(y, 2)] for x, y in ring] for ring in rings]


def _height(rings: Rings) -> float:
    ys = [y for _, y in rings[0]]
    return round(max(ys) - min(ys), 2)


def _legend(legend: Legend) -> dict[str, Any]:
    states = [{'state': state, 'text': text} for state, text in (legend.states or {}).items()]
    return {
        'title': legend.title,
        'scale': legend.is_scale,
        'low': legend.low or t('kit.plan.low'),
        'high': legend.high or t('kit.plan.high'),
        'states': states,
    }
