"""What devices, their states and their alarms are called on screens."""

from domain.devices.commands import DeviceState
from domain.devices.views import AlarmView, DeviceView
from ui.kit.i18n import t
from ui.kit.tokens import State

SEVERE = frozenset({'offline', 'silence', 'frozen', 'blind'})


def alarm_words(kind: str) -> str:
    """The name of a kind of alarm."""
    return t(f'devices.alarm.{kind}')


def alarm_state(alarm: AlarmView) -> State:
    """How urgent an alarm is: over, being cared for, or waiting for somebody."""
    if alarm.cleared_at is not None:
        return 'off'
    return 'watch' if alarm.acknowledged_at is not None or alarm.kind not in SEVERE else 'act'


def device_state(device: DeviceView) -> State:
    """How a device is, in one of the four states."""
    if device.state is not DeviceState.ACTIVE:
        return 'off'
    if not device.is_online or SEVERE & set(device.open_alarms):
        return 'act'
    return 'watch' if device.open_alarms else 'good'


def device_state_words(device: DeviceView) -> str:
    """The same in words: the gravest alarm, or the state itself."""
    if device.state is not DeviceState.ACTIVE:
        return t(f'devices.state.{device.state.value}')
    if device.open_alarms:
        return alarm_words(next((kind for kind in device.open_alarms if kind in SEVERE), device.open_alarms[0]))
    return t('devices.state.online' if device.is_online else 'devices.state.offline')
