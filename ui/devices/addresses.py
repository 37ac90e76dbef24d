"""Addresses of the device pages, in the order of their tabs."""

from ui.shell import paths

DEVICES = paths.DEVICES
ALARMS = f'{DEVICES}/alarms'
QUARANTINE = f'{DEVICES}/quarantine'

NAMES = {DEVICES: 'devices', ALARMS: 'alarms', QUARANTINE: 'quarantine'}
