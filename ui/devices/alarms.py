"""Alarms: opened by the platform, cared for by a person, over when their cause is gone."""

from typing import Any

from nicegui import ui

from domain.devices.alarms import acknowledge_alarm, list_alarms
from domain.devices.commands import AcknowledgeAlarm
from domain.devices.permissions import ACKNOWLEDGE
from domain.devices.views import AlarmView
from domain.shared.operations import run_operation, run_query
from ui.devices.frame import Details, Place
from ui.devicewords import alarm_state, alarm_words
from ui.kit.button import button
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.status_badge import status_badge
from ui.kit.text import Text

STAGES = ('open', 'acknowledged', 'cleared')


class AlarmsPage:
    """All alarms, the newest first; one opens beside the table, where it is acknowledged."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._alarms: dict[int, AlarmView] = {}
        filters = [
            Filter(
                name='stage',
                label=t('devices.stage_column'),
                options={stage: t(f'devices.stage.{stage}') for stage in STAGES},
            )
        ]
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('devices.alarms')):
                self._table = DataTable(
                    _columns(),
                    self._page,
                    address=place.address,
                    filters=filters,
                    empty_title=t('devices.no_alarms'),
                    empty_help=t('devices.no_alarms_help'),
                    on_open=lambda row: self._open(row['id']),
                )
                self._table.mark('devices.alarms')
            self._details = Details(t('devices.choose_alarm'), 'alarm')

    async def load(self) -> list[AlarmView]:
        """Open and past alarms."""
        return await run_query(list_alarms, actor=self._place.actor, is_open=None)

    def show(self, alarms: list[AlarmView]) -> None:
        """Show these alarms."""
        self._alarms = {alarm.id: alarm for alarm in alarms}
        self._table.show(self._rows(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._rows(query)

    def _rows(self, query: TableQuery) -> TablePage:
        rows = [_row(alarm, self._place) for alarm in self._alarms.values()]
        keys = {'opened': lambda row: row['opened_at']}
        return page_of(rows, query, searched=('name', 'code', 'kind_words'), keys=keys)

    def _open(self, alarm_id: int) -> None:
        alarm = self._alarms.get(alarm_id)
        if alarm is None:
            return
        with self._details.refilled():
            Text(alarm.device_name or alarm.device_code, tag='h2', classes='at-section__title')
            with ui.element('div').classes('at-row'):
                status_badge(alarm_state(alarm), alarm_words(alarm.kind))
            description_list(_facts(alarm, self._place))
            if _stage(alarm) == 'open' and self._place.actor.may(ACKNOWLEDGE):
                button(t('devices.acknowledge'), lambda: self._acknowledge(alarm), rank='primary', icon='check').mark(
                    'devices.acknowledge'
                )

    async def _acknowledge(self, alarm: AlarmView) -> None:
        seen = await run_operation(
            acknowledge_alarm, actor=self._place.actor, command=AcknowledgeAlarm(alarm_id=alarm.id)
        )
        self._alarms[seen.id] = seen
        self._table.show(self._rows(self._table.query))
        self._open(seen.id)


def _stage(alarm: AlarmView) -> str:
    if alarm.cleared_at:
        return 'cleared'
    return 'acknowledged' if alarm.acknowledged_at else 'open'


def _columns() -> list[Column]:
    return [
        Column(name='badge', label=t('devices.alarm_column'), kind='badge'),
        Column(name='name', label=t('devices.name'), is_sortable=True),
        Column(name='floor_code', label=t('devices.floor')),
        Column(name='detail', label=t('devices.detail')),
        Column(name='opened', label=t('devices.opened'), is_sortable=True),
        Column(name='stage_words', label=t('devices.stage_column')),
    ]


def _row(alarm: AlarmView, place: Place) -> dict[str, Any]:
    stage = _stage(alarm)
    return {
        'id': alarm.id,
        'badge': {'state': alarm_state(alarm), 'text': alarm_words(alarm.kind)},
        'kind_words': alarm_words(alarm.kind),
        'name': alarm.device_name or alarm.device_code,
        'code': alarm.device_code,
        'floor_code': place.floor_code(alarm.floor_id),
        'detail': alarm.detail,
        'opened': place.moment(alarm.opened_at),
        'opened_at': alarm.opened_at.timestamp(),
        'stage': stage,
        'stage_words': t(f'devices.stage.{stage}'),
    }


def _facts(alarm: AlarmView, place: Place) -> dict[str, str | None]:
    occurrences = number(alarm.occurrences)
    return {
        t('devices.code'): alarm.device_code,
        t('devices.floor'): place.floor_code(alarm.floor_id),
        t('devices.detail'): alarm.detail,
        t('devices.started'): place.moment(alarm.started_at),
        t('devices.opened'): place.moment(alarm.opened_at),
        t('devices.occurrences'): t('devices.flapping', occurrences=occurrences) if alarm.is_flapping else occurrences,
        t('devices.acknowledged_by'): f'{alarm.acknowledged_by} {place.moment(alarm.acknowledged_at)}'
        if alarm.acknowledged_at
        else None,
        t('devices.cleared'): place.moment(alarm.cleared_at),
    }
