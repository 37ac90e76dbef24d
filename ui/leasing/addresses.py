"""Addresses of the leasing pages, in the order of their tabs."""

from ui.shell import paths

ROLL = paths.LEASING
UNITS = f'{ROLL}/units'
TURNOVER = f'{ROLL}/turnover'
REPORTS = f'{ROLL}/z-reports'
PORTFOLIO = f'{ROLL}/portfolio'
NEW = f'{ROLL}/new'
LEASE = f'{ROLL}/leases/{{lease}}'
AMEND = f'{LEASE}/amend'

NAMES = {ROLL: 'roll', UNITS: 'units', TURNOVER: 'turnover', REPORTS: 'reports', PORTFOLIO: 'portfolio', NEW: 'new'}


def amend(lease_id: int) -> str:
    return AMEND.format(lease=lease_id)
