"""Where people go next: shop by shop as a matrix, and the shops they had been to before they came to one."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from nicegui import ui

from domain.footfall.commands import ZoneId, ZoneKind
from domain.footfall.queries import list_zones
from domain.footfall.views import NextMatrix, Ways, ZoneView
from domain.footfall.ways import Grouping, next_shops, ways_to
from domain.mall.queries import list_categories
from domain.shared.operations import run_query
from ui.cameras import charts
from ui.cameras.frame import Place
from ui.kit.chart_box import ChartBox
from ui.kit.date_picker import date_picker
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


@dataclass(frozen=True, kw_only=True, slots=True)
class WayData:
    """The next shops of the chosen day, the shops' names, and the ways to the chosen one."""

    matrix: NextMatrix
    names: Mapping[str, str]
    shops: Mapping[int, ZoneView]
    ways: Ways | None


class WaysPage:
    """Never so few people that somebody could be recognised, and only days whose tokens live."""

    def __init__(self, place: Place, refresh: Callable[[], Awaitable[None]]) -> None:
        self._place, self._refresh = place, refresh
        self._day = place.clock.business_on(datetime.now(UTC))
        self._by: Grouping = 'trade'
        self._target: int | None = None
        self._select: ui.select | None = None
        with toolbar():
            self._date = date_picker(self._day, last=self._day, on_change=self._choose_day).mark('cameras.ways_day')
            options = {by: t(f'cameras.by_{by}') for by in ('trade', 'shop')}
            segmented(options, self._by, self._choose_grouping).mark('cameras.by')
            ui.link(t('cameras.to_sankey'), f'{paths.FOOTFALL}/flows').classes('at-small')
        with section(t('cameras.next_shop'), t('cameras.next_shop_hint')):
            self._notes = ui.element('div').classes('at-notices')
            self._chart = ChartBox(height=560)
        with section(t('cameras.before'), t('cameras.before_hint')):
            self._choice = ui.element('div')
            self._ways = ui.element('div').classes('at-feed').mark('cameras.ways')

    async def load(self) -> WayData:
        actor = self._place.actor
        matrix, zones, trades = await together(
            run_query(next_shops, actor=actor, business_on=self._day, by=self._by),
            run_query(list_zones, actor=actor),
            run_query(list_categories, actor=actor),
        )
        shops = {zone.id: zone for zone in zones if zone.kind is ZoneKind.SHOP}
        names = {zone.code: self._name(zone) for zone in shops.values()}
        if self._by == 'trade':
            names = {trade.code: words(trade.name_zh, trade.name_en) for trade in trades}
        ways = None
        if self._target is not None:
            ways = await run_query(ways_to, actor=actor, zone_id=ZoneId(self._target), business_on=self._day)
        return WayData(matrix=matrix, names=names, shops=shops, ways=ways)

    def show(self, data: WayData) -> None:
        names = {key: self._name(zone) for key, zone in data.shops.items()}
        between = [cell for cell in data.matrix.cells if cell.persons]
        self._notes.clear()
        if data.matrix.suppressed:
            with self._notes:
                hidden = number(data.matrix.suppressed)
                notice(t('cameras.suppressed', cells=hidden, threshold=data.matrix.threshold))
        if between:
            self._chart.show(charts.next_shop(between, data.names))
        else:
            self._chart.show_nothing(t('cameras.no_next_shop'), t('cameras.no_next_shop_help'), symbol='flow')
        self._offer_targets(names)
        self._list_ways(data, names)

    def _offer_targets(self, names: Mapping[int, str]) -> None:
        if self._select is not None:
            return
        with self._choice:
            self._select = choice_field(t('cameras.target'), names)
            self._select.props('use-input clearable').mark('cameras.target')
            self._select.on_value_change(self._choose_target)

    def _list_ways(self, data: WayData, names: Mapping[int, str]) -> None:
        self._ways.clear()
        with self._ways:
            if data.ways is None:
                empty_state(t('cameras.choose_target'), symbol='flow')
            elif not data.ways.ways:
                empty_state(t('cameras.no_ways'), t('cameras.no_ways_help', least=data.ways.threshold), symbol='flow')
            for way in data.ways.ways if data.ways else ():
                with ui.element('div').classes('at-feed__line'):
                    steps = ' → '.join(names.get(zone, '') for zone in way.zones) or t('cameras.straight')
                    Text(steps, classes='at-grow')
                    Text(number(way.persons), classes='at-figures')
            if data.ways and data.ways.hidden:
                Text(t('cameras.other_ways', people=number(data.ways.hidden)), classes='at-small at-faint')

    async def _choose_day(self, _: object) -> None:
        self._day = self._date.value
        await self._refresh()

    async def _choose_grouping(self, by: Grouping) -> None:
        self._by = by
        await self._refresh()

    async def _choose_target(self, _: object) -> None:
        self._target = self._select.value if self._select else None
        await self._refresh()

    def _name(self, zone: ZoneView) -> str:
        return f'{self._place.floor_code(zone.floor_id)} {words(zone.name_zh, zone.name_en)}'.strip()
