"""Filings and permits in words: their kinds, and how their review stands. Staff and shops read the same."""

from ui.kit.i18n import t
from ui.kit.tokens import State

PERMITS = ('works', 'after_hours', 'goods_out')
STATES: dict[str, State] = {
    'pending': 'watch', 'approved': 'good', 'returned': 'act', 'rejected': 'off', 'withdrawn': 'off',
}  # fmt: skip


def state_words(status: str) -> str:
    return t(f'tenant.filing_state.{status}')


SETTLEMENTS: dict[str, State] = {'pending': 'watch', 'returned': 'act', 'open': 'watch', 'settled': 'good'}


def settlement_words(standing: str) -> str:
    return t(f'settlement.standing.{standing}')


def share_words(share_bp: int) -> str:
    """`60%`, `33.25%`."""
    return f'{share_bp / 100:g}%'
