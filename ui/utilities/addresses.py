"""Addresses of the utilities' pages, in the order of their tabs."""

from ui.shell import paths

METERS = paths.UTILITIES
WAITING = f'{METERS}/waiting'
LOSSES = f'{METERS}/losses'
TARIFFS = f'{METERS}/tariffs'
BILLS = f'{METERS}/bills'
METER = f'{METERS}/meters/{{meter}}'

NAMES = {METERS: 'meters', WAITING: 'waiting', LOSSES: 'losses', TARIFFS: 'tariffs', BILLS: 'bills'}


def meter(meter_id: int) -> str:
    return METER.format(meter=meter_id)
