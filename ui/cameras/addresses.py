"""Addresses of the camera pages, in the order of their tabs."""

from ui.shell import paths

WALL = paths.CAMERAS
WAYS = f'{WALL}/ways'
HEAT = f'{WALL}/heat'
CAMERA = f'{WALL}/{{camera}}'

NAMES = {WALL: 'wall', WAYS: 'ways', HEAT: 'heat'}
