"""铺位: who holds what on the floor plan, what stands empty, and units that split or merge."""

from dataclasses import dataclass
from typing import Any

from nicegui import ui

from domain.leasing.commands import LettableUnitId, MergeUnits, NewPart, SplitUnit
from domain.leasing.permissions import DRAFT, EDIT_UNITS
from domain.leasing.queries import list_lettable_units, rent_roll
from domain.leasing.units import merge_units, split_unit
from domain.leasing.views import LettableUnitView, RentRollRow
from domain.mall.queries import get_floor_plan
from domain.mall.views import FloorPlanView
from domain.shared.operations import run_operation, run_query
from ui.floorplan.shape import shape_of
from ui.kit.button import button
from ui.kit.data_table import Column
from ui.kit.day_field import day_field, parse_day
from ui.kit.description_list import description_list
from ui.kit.field import at_most, between, choices_field, number_field, required, text_field
from ui.kit.floor_plan import FloorPlan, Legend, UnitMark
from ui.kit.form import form
from ui.kit.i18n import t, words
from ui.kit.money import yuan
from ui.kit.plain_table import PlainTable
from ui.kit.section import section
from ui.kit.segmented import segmented
from ui.kit.side_panel import SidePanel
from ui.kit.skeleton import skeleton
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.leasewords import DM2_PER_M2, SOON, area_words, last_day, mode_words
from ui.leasing import addresses
from ui.leasing.place import Place
from ui.loading import Loader, together
from ui.shell import paths

STATES: tuple[State, ...] = ('good', 'watch', 'act', 'off')
LARGEST_M2 = 100_000


@dataclass(frozen=True, slots=True)
class Floor:
    """A floor today: its drawing, its units, and the leases that hold them by unit code."""

    plan: FloorPlanView
    units: list[LettableUnitView]
    held: dict[str, RentRollRow]
    vacant: list[LettableUnitView]


class UnitsPage:
    """The plan of a floor, the chosen unit beside it, all vacant units below."""

    def __init__(self, place: Place, loader: Loader[Floor]) -> None:
        self._place, self._loader = place, loader
        self._floor: Floor | None = None
        self._plan: FloorPlan | None = None
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('leasing.plan'), actions=self._choices):
                self._box = ui.element('div').classes('at-fill').mark('leasing.plan')
                with self._box:
                    skeleton(height='480px')
            self._panel = SidePanel(t('leasing.choose_unit'), 'map')
        with section(t('leasing.vacant'), t('leasing.vacant_hint')):
            self._vacant = PlainTable(
                [
                    Column(name='code', label=t('leasing.unit')), Column(name='floor', label=t('leasing.floor')),
                    Column(name='area', label=t('leasing.area'), kind='number'),
                    Column(name='gross', label=t('leasing.gross_area'), kind='number'),
                ],
                hint=t('leasing.nothing_vacant'), on_open=lambda row: self._open_vacant(row['id']),
            )  # fmt: skip
            self._vacant.mark('leasing.vacant')

    @property
    def _floor_id(self) -> int:
        """The floor of the address, else the first with shops above ground."""
        asked = self._place.address.get('floor')
        by_code = {floor.code: floor.id for floor in self._place.floors}
        return by_code.get(asked) or by_code.get('F1') or next(iter(by_code.values()), 0)

    async def load(self) -> Floor:
        """The chosen floor, and every vacant unit of the mall."""
        actor, today = self._place.actor, self._place.today
        plan, units, roll = await together(
            run_query(get_floor_plan, actor=actor, floor_id=self._floor_id),
            run_query(list_lettable_units, actor=actor, on=today), run_query(rent_roll, actor=actor, on=today),
        )  # fmt: skip
        held = {code: row for row in roll for code in row.units}
        return Floor(
            plan, [unit for unit in units if unit.floor_id == self._floor_id], held,
            [unit for unit in units if unit.code not in held],
        )  # fmt: skip

    def show(self, floor: Floor) -> None:
        """Show this floor."""
        is_other = self._floor is None or self._floor.plan.floor.id != floor.plan.floor.id
        self._floor = floor
        if self._plan is None:
            self._box.clear()
            with self._box:
                self._plan = FloorPlan(shape_of(floor.plan), on_unit=self._choose, height='clamp(340px, 36vw, 620px)')
        elif is_other:
            self._plan.show_floor(shape_of(floor.plan))
        if is_other:
            self._panel.close()
        self._plan.show_units({
            unit.plan_unit_id: self._mark(floor.held.get(unit.code))
            for unit in floor.units if unit.plan_unit_id is not None
        })  # fmt: skip
        self._plan.show_legend(Legend(states={state: t(f'leasing.unit_state.{state}') for state in STATES}))
        names = {one.id: one.code for one in self._place.floors}
        self._vacant.show([
            {
                'id': unit.id, 'code': unit.code, 'floor': names.get(unit.floor_id, ''),
                'area': area_words(unit.net_area_dm2), 'gross': area_words(unit.gross_area_dm2),
            } for unit in floor.vacant
        ])  # fmt: skip

    def _choices(self) -> None:
        floors = {floor.code: floor.code for floor in self._place.floors}
        chosen = next((floor.code for floor in self._place.floors if floor.id == self._floor_id), '')
        segmented(floors, chosen, self._go_to).mark('leasing.floor')

    async def _go_to(self, code: str) -> None:
        self._place.address.update(floor=code)
        await self._loader.refresh()

    def _mark(self, row: RentRollRow | None) -> UnitMark:
        if row is None:
            return UnitMark(state='off', value=t('leasing.empty'))
        state: State = 'act' if row.ends_on - self._place.today <= SOON else 'good'
        if state == 'good' and row.ends_on.year == self._place.today.year + 1:
            state = 'watch'
        base = yuan(row.monthly_base_fen) if row.monthly_base_fen else ''
        return UnitMark(
            state=state, value=f'{row.ends_on:%Y-%m}',
            details=[words(row.tenant_zh, row.tenant_en), mode_words(row.mode), base, last_day(row.ends_on)],
        )  # fmt: skip

    def _choose(self, plan_unit_id: int) -> None:
        assert self._floor is not None
        assert self._plan is not None
        self._plan.choose(plan_unit_id)
        unit = next((one for one in self._floor.units if one.plan_unit_id == plan_unit_id), None)
        if unit is None:
            self._panel.close()
        else:
            self._open(unit)

    def _open_vacant(self, unit_id: int) -> None:
        assert self._floor is not None
        self._open(next(unit for unit in self._floor.vacant if unit.id == unit_id))

    def _open(self, unit: LettableUnitView) -> None:
        assert self._floor is not None
        row = self._floor.held.get(unit.code)
        with self._panel.refilled():
            Text(unit.code, tag='h2', classes='at-section__title')
            entries: dict[str, str | None] = {
                t('leasing.area'): area_words(unit.net_area_dm2),
                t('leasing.gross_area'): area_words(unit.gross_area_dm2),
            }
            if row is not None:
                entries |= {
                    t('leasing.tenant'): words(row.tenant_zh, row.tenant_en),
                    t('leasing.category'): self._place.category(row.category),
                    t('leasing.mode_column'): mode_words(row.mode), t('leasing.base'): yuan(row.monthly_base_fen),
                    t('leasing.last_day'): last_day(row.ends_on),
                }  # fmt: skip
            description_list(entries)
            self._acts(unit, row)

    def _acts(self, unit: LettableUnitView, row: RentRollRow | None) -> None:
        actor = self._place.actor
        if row is not None:
            button(t('leasing.open_lease'), lambda: ui.navigate.to(paths.lease(row.lease_id)), rank='primary')
            return
        Text(t('leasing.empty'), classes='at-muted')
        if actor.may(DRAFT):
            to = paths.with_query(addresses.NEW, unit=unit.id)
            button(t('leasing.new'), lambda: ui.navigate.to(to), rank='primary').mark('leasing.let')
        if actor.may(EDIT_UNITS):
            self._splitting(unit)
            self._merging(unit)

    def _splitting(self, unit: LettableUnitView) -> None:
        Text(t('leasing.split'), tag='div', classes='at-strong')
        with form(lambda: self._split(unit), label=t('leasing.split')):
            self._split_on = day_field(t('leasing.from_day'), self._place.today)
            half = round(unit.net_area_dm2 / 2 / DM2_PER_M2, 1)
            self._parts = [
                (
                    text_field(
                        t('leasing.part_code', number=n), f'{unit.code}{letter}', checks=(required, at_most(64))
                    ),
                    number_field(
                        t('leasing.part_area', number=n), half, unit='m²', checks=(between(0.01, LARGEST_M2),)
                    ),
                ) for n, letter in ((1, 'A'), (2, 'B'))
            ]  # fmt: skip

    async def _split(self, unit: LettableUnitView) -> None:
        on = parse_day(self._split_on.value)
        assert on is not None
        command = SplitUnit(unit_id=unit.id, on=on, parts=tuple(
            _part(unit, code.value.strip(), round(area.value * DM2_PER_M2)) for code, area in self._parts
        ))  # fmt: skip
        await run_operation(split_unit, actor=self._place.actor, command=command)
        await self._changed(t('leasing.split_done'))

    def _merging(self, unit: LettableUnitView) -> None:
        assert self._floor is not None
        others = {one.id: one.code for one in self._floor.vacant if one.floor_id == unit.floor_id and one.id != unit.id}
        if not others:
            return
        Text(t('leasing.merge'), tag='div', classes='at-strong')
        with form(lambda: self._merge(unit), label=t('leasing.merge')):
            self._merge_on = day_field(t('leasing.from_day'), self._place.today)
            self._others = choices_field(t('leasing.merge_with'), others, checks=(_some,))
            self._into = text_field(t('leasing.merged_code'), f'{unit.code}M', checks=(required, at_most(64)))

    async def _merge(self, unit: LettableUnitView) -> None:
        assert self._floor is not None
        on = parse_day(self._merge_on.value)
        assert on is not None
        gone = [unit, *(one for one in self._floor.vacant if one.id in self._others.value)]
        into = NewPart(
            code=self._into.value.strip(), net_area_dm2=sum(one.net_area_dm2 for one in gone),
            gross_area_dm2=sum(one.gross_area_dm2 for one in gone), plan_unit_id=unit.plan_unit_id,
        )  # fmt: skip
        command = MergeUnits(unit_ids=tuple(LettableUnitId(one.id) for one in gone), on=on, into=into)
        await run_operation(merge_units, actor=self._place.actor, command=command)
        await self._changed(t('leasing.merge_done'))

    async def _changed(self, sentence: str) -> None:
        ui.notify(sentence)
        self._panel.close()
        await self._loader.refresh()


def _part(unit: LettableUnitView, code: str, net_area_dm2: int) -> NewPart:
    """A part takes its share of the common space with it."""
    gross = -(-net_area_dm2 * unit.gross_area_dm2 // unit.net_area_dm2)
    return NewPart(code=code, net_area_dm2=net_area_dm2, gross_area_dm2=gross, plan_unit_id=unit.plan_unit_id)


def _some(value: Any) -> str | None:
    return None if value else t('kit.form.required')
