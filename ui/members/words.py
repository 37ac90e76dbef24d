"""Tiers, states, tags and conditions in the reader's language."""

from collections.abc import Iterable, Mapping
from typing import Any

from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.tokens import State

STATES: dict[str, State] = {'active': 'good', 'closing': 'watch', 'closed': 'off'}
TIERS = ('silver', 'gold', 'black')
HOURS_A_DAY = 24
_MONEY = frozenset({'spend_fen', 'average_ticket_fen'})


def tier_words(code: str) -> str:
    """A tier's name; the code itself where the mall has tiers of its own."""
    return t(f'members.tier.{code}') if code in TIERS else code


def tiers_words(codes: Iterable[str]) -> str:
    """Several tiers."""
    return ' · '.join(tier_words(code) for code in codes)


def state_badge_of(state: str) -> dict[str, str]:
    """The cell of a badge column."""
    return {'state': STATES.get(state, 'off'), 'text': t(f'members.state.{state}')}


def rule_words(rule: Mapping[str, Any] | None, trades: Mapping[str, str]) -> str:
    """`Visits within 365 days, 8 or more`; tags that nobody computes say so. `trades` names the shops' trades."""
    if rule is None:
        return t('members.by_hand')
    if 'act' in rule:
        return behaviour_words(rule, trades)
    metric = str(rule['metric'])
    said = t('members.rule_words', metric=t(f'members.metric.{metric}'), days=rule.get('window_days', 365))
    show = yuan if metric in _MONEY else number
    for bound in ('at_least', 'at_most'):
        if rule.get(bound) is not None:
            said += t(f'members.rule_{bound}', bound=show(rule[bound]))
    return said


def behaviour_words(rule: Mapping[str, Any], trades: Mapping[str, str]) -> str:
    """`Used a coupon (parking): 3 or more within 90 days`."""
    act = t(f'members.behaviour.act.{rule["act"]}')
    only = [
        *(t(f'members.behaviour.coupon_kind.{kind}') for kind in rule['coupon_kinds']),
        *(trades.get(code, code) for code in rule['categories']),
    ]
    if only:
        act = t('members.behaviour.only', act=act, what=' / '.join(only))
    return t('members.behaviour.words', act=act, times=number(rule['at_least']), days=number(rule['window_days']))


def hours_words(hours: int) -> str:
    """A lifetime in days where it is whole days."""
    if hours % HOURS_A_DAY == 0:
        return t('members.for_days', days=number(hours // HOURS_A_DAY))
    return t('members.for_hours', hours=number(hours))


def condition_words(condition: Mapping[str, Any], tags: Mapping[str, str]) -> str:
    """One condition of a segment; `tags` names the tags."""
    if condition.get('tiers'):
        said = t('members.condition.tiers_are', tiers=tiers_words(condition['tiers']))
    elif condition.get('consent'):
        said = t('members.condition.consents', purpose=t(f'members.purpose.{condition["consent"]}'))
    else:
        values = [value for value in condition.get('values') or () if value != 'yes']
        name = tags.get(str(condition.get('tag')), str(condition.get('tag')))
        said = t('members.condition.bears_tag', tag=f'{name}: {" / ".join(values)}' if values else name)
    return t('members.condition.not', what=said) if condition.get('is_negated') else said
