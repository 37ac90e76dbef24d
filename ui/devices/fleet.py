"""The fleet in figures and in a table; a row opens beside it."""

from datetime import timedelta
from typing import Any

from nicegui import ui

from domain.devices.commands import DeviceKind
from domain.devices.queries import get_fleet, list_devices
from domain.devices.views import DeviceView, FleetView
from domain.shared.operations import run_query
from ui.devices.frame import Details, Place
from ui.devicewords import device_state, device_state_words
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.figure import Figure
from ui.kit.format import MISSING, duration, number
from ui.kit.i18n import t
from ui.kit.metric_card import MetricCard, metric_card
from ui.kit.row_paging import page_of
from ui.kit.section import grid, section
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.loading import together

STATES = ('act', 'watch', 'good', 'off')
FIGURES = ('online', 'silent', 'open_alarms', 'quarantined')


class FleetPage:
    """How the fleet is, device by device."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._devices: dict[int, DeviceView] = {}
        with grid(least_width=200):
            self._figures = {name: _card(name) for name in FIGURES}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('devices.list')):
                self._table = DataTable(
                    _columns(),
                    self._page,
                    address=place.address,
                    filters=_filters(place),
                    empty_title=t('devices.none'),
                    empty_help=t('devices.none_help'),
                    on_open=lambda row: self._open(row['id']),
                )
                self._table.mark('devices.list')
            self._details = Details(t('devices.choose'), 'device')

    async def load(self) -> tuple[FleetView, list[DeviceView]]:
        """The fleet as of now."""
        fleet, devices = await together(
            run_query(get_fleet, actor=self._place.actor), run_query(list_devices, actor=self._place.actor)
        )
        return fleet, devices

    def show(self, loaded: tuple[FleetView, list[DeviceView]]) -> None:
        """Show this fleet."""
        fleet, devices = loaded
        self._devices = {device.id: device for device in devices}
        of_all = t('devices.of', active=number(fleet.active))
        for name, card in self._figures.items():
            card.show(Figure(text=number(getattr(fleet, name)), unit=of_all if name == 'online' else ''))
        self._table.show(self._rows(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._rows(query)

    def _rows(self, query: TableQuery) -> TablePage:
        rows = [_row(device, self._place) for device in self._devices.values()]
        keys = {'badge': lambda row: STATES.index(row['state']), 'seen': lambda row: row['seen_at']}
        return page_of(rows, query, searched=('name', 'code', 'model'), keys=keys)

    def _open(self, device_id: int) -> None:
        device = self._devices.get(device_id)
        if device is None:
            return
        with self._details.refilled():
            Text(device.name or device.code, tag='h2', classes='at-section__title')
            with ui.element('div').classes('at-row'):
                status_badge(device_state(device), device_state_words(device))
            description_list(_facts(device, self._place))


def _card(name: str) -> MetricCard:
    return metric_card(t(f'devices.figure.{name}'), explanation=t(f'devices.figure_help.{name}')).mark(
        f'devices.{name}'
    )


def _columns() -> list[Column]:
    return [
        Column(name='badge', label=t('devices.health'), kind='badge', is_sortable=True),
        Column(name='name', label=t('devices.name'), is_sortable=True),
        Column(name='code', label=t('devices.code'), is_sortable=True),
        Column(name='kind_words', label=t('devices.kind_column'), is_sortable=True),
        Column(name='floor_code', label=t('devices.floor'), is_sortable=True),
        Column(name='seen', label=t('devices.last_seen'), is_sortable=True),
    ]


def _filters(place: Place) -> list[Filter]:
    return [
        Filter(name='state', label=t('devices.health'), options={state: t(f'kit.state.{state}') for state in STATES}),
        Filter(
            name='kind',
            label=t('devices.kind_column'),
            options={kind.value: t(f'devices.kind.{kind.value}') for kind in DeviceKind},
        ),
        Filter(
            name='floor',
            label=t('devices.floor'),
            options={str(key): floor.code for key, floor in place.floors.items()},
        ),
    ]


def _row(device: DeviceView, place: Place) -> dict[str, Any]:
    state = device_state(device)
    return {
        'id': device.id,
        'name': device.name or device.code,
        'code': device.code,
        'model': device.model,
        'kind': device.kind.value,
        'kind_words': t(f'devices.kind.{device.kind.value}'),
        'floor': device.floor_id,
        'floor_code': place.floor_code(device.floor_id),
        'state': state,
        'badge': {'state': state, 'text': device_state_words(device)},
        'seen': place.moment(device.last_seen_at),
        'seen_at': device.last_seen_at.timestamp() if device.last_seen_at else None,
    }


def _facts(device: DeviceView, place: Place) -> dict[str, str | None]:
    return {
        t('devices.code'): device.code,
        t('devices.kind_column'): t(f'devices.kind.{device.kind.value}'),
        t('devices.model'): device.model,
        t('devices.firmware'): device.firmware,
        t('devices.floor'): place.floor_code(device.floor_id),
        t('devices.position'): None
        if device.x_m is None or device.y_m is None
        else f'{number(device.x_m, digits=1)}, {number(device.y_m, digits=1)} m',
        t('devices.last_seen'): place.moment(device.last_seen_at),
        t('devices.silence_after'): duration(timedelta(seconds=device.silence_after_s)),
        t('devices.skew'): _skew(device.clock_skew),
        t('devices.picture'): _picture(device.picture),
        t('devices.epoch'): number(device.epoch),
        t('devices.committed'): number(device.committed_through),
        t('devices.missing'): number(device.missing),
        t('devices.readings'): number(device.readings),
    }


def _skew(skew: timedelta) -> str:
    seconds = skew.total_seconds()
    return f'{"+" if seconds > 0 else ""}{number(seconds, digits=1)} s'


def _picture(picture: str) -> str:
    return t(f'devices.picture_state.{picture}') if picture in ('ok', 'frozen', 'blind') else MISSING
