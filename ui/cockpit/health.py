"""Whether the devices that count are well, and what is wrong with those that are not."""

from nicegui import ui

from domain.devices.views import AlarmView, FleetView
from ui.cockpit.state import CockpitData
from ui.devicewords import alarm_state, alarm_words
from ui.kit.empty_state import empty_state
from ui.kit.format import moment, number
from ui.kit.i18n import t
from ui.kit.section import section
from ui.kit.skeleton import skeleton_lines
from ui.kit.status_badge import StatusBadge, status_badge
from ui.kit.text import Text
from ui.kit.tokens import State


class Health:
    """The fleet in one line and its newest open alarms."""

    def __init__(self, *, most: int = 6) -> None:
        self._most = most
        self._shown: tuple[object, ...] | None = None
        with section(t('cockpit.alarms'), actions=self._fleet_badge):
            self._wait = skeleton_lines(4)
            self._lines = ui.element('div').classes('at-feed').mark('cockpit.alarms')

    def show(self, data: CockpitData) -> None:
        """Show these devices and alarms."""
        self._wait.visible = False
        self._show_fleet(data)
        shown = (data.alarms, data.fleet is None or data.fleet.is_well)
        if self._shown == shown:
            return
        self._shown = shown
        self._lines.clear()
        with self._lines:
            if not data.alarms:
                is_well = data.fleet is None or data.fleet.is_well
                empty_state(t('cockpit.no_alarms'), t('cockpit.no_alarms_help') if is_well else '', symbol='check')
            for alarm in data.alarms[: self._most]:
                _line(data, alarm)

    def _fleet_badge(self) -> None:
        self._fleet = StatusBadge('off', t('cockpit.fleet_unknown')).mark('cockpit.fleet')

    def _show_fleet(self, data: CockpitData) -> None:
        if data.fleet is None:
            return
        self._fleet.show(
            _fleet_state(data.fleet),
            t('cockpit.fleet', online=number(data.fleet.online), active=number(data.fleet.active)),
        )


def _fleet_state(fleet: FleetView) -> State:
    if fleet.is_well:
        return 'good'
    return 'act' if fleet.silent or not fleet.online else 'watch'


def _line(data: CockpitData, alarm: AlarmView) -> None:
    floor = data.floors[alarm.floor_id].code if alarm.floor_id in data.floors else ''
    with ui.element('div').classes('at-feed__line'):
        status_badge(alarm_state(alarm), alarm_words(alarm.kind))
        with ui.element('div').classes('at-grow'):
            Text(alarm.device_name or alarm.device_code, tag='div', classes='at-truncate')
            Text(' '.join(filter(None, (floor, alarm.detail))), tag='div', classes='at-small at-faint at-truncate')
        opened_at = data.local(alarm.opened_at)
        Text(moment(opened_at) if opened_at else '', classes='at-small at-faint at-figures')
