"""Addresses of the safety pages, in the order of their tabs."""

from ui.shell import paths

QUEUE = paths.SAFETY
RECORD = f'{QUEUE}/record'
VIEWINGS = f'{QUEUE}/viewings'

NAMES = {QUEUE: 'queue', RECORD: 'record', VIEWINGS: 'viewings'}
