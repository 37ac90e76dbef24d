"""Where people go next: shop by shop as a matrix, and the ways they took before they came to a place."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nicegui import ui

from domain.footfall.commands import Window, ZoneKind
from domain.footfall.queries import flows, list_zones
from domain.footfall.views import FlowMatrix, ZoneView
from domain.safety.permissions import WATCH
from domain.safety.ports import Ways
from domain.shared.operations import run_query
from ui.cameras import charts
from ui.cameras.frame import Place
from ui.kit.chart_box import ChartBox
from ui.kit.empty_state import empty_state
from ui.kit.field import choice_field
from ui.kit.format import number
from ui.kit.i18n import t, words
from ui.kit.notice import notice
from ui.kit.section import section
from ui.kit.segmented import segmented
from ui.kit.text import Text
from ui.kit.toolbar import toolbar
from ui.loading import together
from ui.shell import paths

DAYS = (1, 7, 28)


@dataclass(frozen=True, kw_only=True, slots=True)
class WayData:
    """Flows of the chosen days, the shops, and the ways to the chosen one."""

    matrix: FlowMatrix
    shops: Mapping[int, ZoneView]
    ways: Ways | None


class WaysPage:
    """Only the platform's own shops are in it, and never so few people that somebody could be recognised."""

    def __init__(self, place: Place, refresh: Callable[[], Awaitable[None]]) -> None:
        self._place, self._refresh = place, refresh
        self._days = DAYS[1]
        self._target: str | None = None
        self._select: ui.select | None = None
        with toolbar():
            options = {days: t('cameras.days', days=days) for days in DAYS}
            segmented(options, self._days, self._choose_days).mark('cameras.days')
            ui.link(t('cameras.to_sankey'), f'{paths.FOOTFALL}/flows').classes('at-small')
        with section(t('cameras.next_shop'), t('cameras.next_shop_hint')):
            self._notes = ui.element('div').classes('at-notices')
            self._chart = ChartBox(height=520)
        with section(t('cameras.before'), t('cameras.before_hint')):
            self._choice = ui.element('div')
            self._ways = ui.element('div').classes('at-feed').mark('cameras.ways')

    async def load(self) -> WayData:
        """:raises VisionUnavailable: when a way is asked for and the service does not answer"""
        now = datetime.now(UTC)
        clock = self._place.clock
        first = clock.business_on(now) - timedelta(days=self._days - 1)
        window = Window(started_at=clock.bounds(first)[0], ended_at=now)
        actor = self._place.actor
        matrix, zones = await together(
            run_query(flows, actor=actor, now=now, window=window, floor_id=None), run_query(list_zones, actor=actor)
        )
        ways = await self._place.port.ways(self._target) if self._target else None
        return WayData(matrix=matrix, shops={zone.id: zone for zone in zones if zone.kind is ZoneKind.SHOP}, ways=ways)

    def show(self, data: WayData) -> None:
        names = {key: self._name(zone) for key, zone in data.shops.items()}
        between = [
            flow
            for flow in data.matrix.flows
            if flow.persons and flow.from_zone_id in names and flow.to_zone_id in names
        ]
        self._notes.clear()
        if data.matrix.suppressed:
            with self._notes:
                hidden = number(data.matrix.suppressed)
                notice(t('cameras.suppressed', cells=hidden, threshold=data.matrix.threshold))
        if between:
            self._chart.show(charts.next_shop(between, names))
        else:
            self._chart.show_nothing(t('cameras.no_next_shop'), t('cameras.no_next_shop_help'), symbol='flow')
        self._offer_targets(data)
        self._list_ways(data)

    def _offer_targets(self, data: WayData) -> None:
        if self._select is not None or not self._place.actor.may(WATCH) or self._place.vision is None:
            return
        options = {zone.code: self._name(zone) for zone in data.shops.values()}
        with self._choice:
            self._select = choice_field(t('cameras.target'), options)
            self._select.props('use-input clearable').mark('cameras.target')
            self._select.on_value_change(self._choose_target)

    def _list_ways(self, data: WayData) -> None:
        names = {zone.code: self._name(zone) for zone in data.shops.values()}
        self._ways.clear()
        with self._ways:
            if data.ways is None:
                empty_state(t('cameras.choose_target'), symbol='flow')
            elif not data.ways.ways:
                empty_state(t('cameras.no_ways'), t('cameras.no_ways_help', least=data.ways.least), symbol='flow')
            for way in data.ways.ways if data.ways else ():
                with ui.element('div').classes('at-feed__line'):
                    Text(' → '.join(names.get(place, place) for place in way.places), classes='at-grow')
                    Text(number(way.people), classes='at-figures')

    async def _choose_days(self, days: int) -> None:
        self._days = days
        await self._refresh()

    async def _choose_target(self, event: object) -> None:
        self._target = self._select.value if self._select else None
        await self._refresh()

    def _name(self, zone: ZoneView) -> str:
        return f'{self._place.floor_code(zone.floor_id)} {words(zone.name_zh, zone.name_en)}'.strip()
