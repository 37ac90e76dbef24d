"""Addresses of the footfall pages, in the order of their tabs."""

from ui.shell import paths

OVERVIEW = paths.FOOTFALL
PLAN = f'{OVERVIEW}/plan'
CAPTURE = f'{OVERVIEW}/capture'
DWELL = f'{OVERVIEW}/dwell'
FLOWS = f'{OVERVIEW}/flows'
LINES = f'{OVERVIEW}/lines'
LINE = f'{LINES}/{{line}}'
COVERAGE = f'{OVERVIEW}/coverage'

NAMES = {
    OVERVIEW: 'overview',
    PLAN: 'plan',
    CAPTURE: 'capture',
    DWELL: 'dwell',
    FLOWS: 'flows',
    LINES: 'lines',
    COVERAGE: 'coverage',
}


def line(line_id: int) -> str:
    """The page of one counting line."""
    return LINE.format(line=line_id)
