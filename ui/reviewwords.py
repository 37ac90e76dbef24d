"""Filings and permits in words: their kinds, and how their review stands. Staff and shops read the same."""

from ui.kit.i18n import t
from ui.kit.tokens import State

PERMITS = ('works', 'after_hours', 'goods_out')
STATES: dict[str, State] = {
    'pending': 'watch', 'approved': 'good', 'returned': 'act', 'rejected': 'off', 'withdrawn': 'off',
}  # fmt: skip


def state_words(status: str) -> str:
    return t(f'tenant.filing_state.{status}')
