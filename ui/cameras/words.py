"""What a camera is doing, in words, with what to do about it."""

from domain.safety.ports import CameraNow
from ui.kit.i18n import t
from ui.kit.tokens import State

STATES: dict[str, State] = {
    'starting': 'off',
    'watching': 'good',
    'frozen': 'act',
    'blind': 'act',
    'unreachable': 'act',
    'failed': 'act',
    'ended': 'off',
}
FINE = frozenset({'starting', 'watching'})


def state_of(now: CameraNow | None) -> State:
    return STATES[now.state] if now else 'off'


def state_words(now: CameraNow | None) -> str:
    return t(f'cameras.state.{now.state}') if now else t('cameras.state.unknown')


def remedy_words(now: CameraNow | None) -> str:
    """What to do; nothing for a camera that watches."""
    if now is None:
        return t('cameras.remedy.unknown')
    return '' if now.state in FINE else t(f'cameras.remedy.{now.state}')
