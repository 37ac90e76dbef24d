"""Tiers and states in the reader's language, with the colour that says how they are."""

from ui.kit.i18n import t
from ui.kit.tokens import State

STATES: dict[str, State] = {'active': 'good', 'closing': 'watch', 'closed': 'off'}
TIERS = ('silver', 'gold', 'black')


def tier_words(code: str) -> str:
    """A tier's name; the code itself where the mall has tiers of its own."""
    return t(f'members.tier.{code}') if code in TIERS else code


def state_badge_of(state: str) -> dict[str, str]:
    """The cell of a badge column."""
    return {'state': STATES.get(state, 'off'), 'text': t(f'members.state.{state}')}
