"""What lines, their roles and their badges are called."""

from domain.footfall.commands import LineRole
from domain.footfall.views import LineView, Verification
from ui.kit.i18n import t, words
from ui.kit.tokens import State

BADGES: dict[Verification, State] = {
    Verification.VERIFIED: 'good',
    Verification.UNVERIFIED: 'watch',
    Verification.UNAUDITED: 'off',
}


def line_name(line: LineView) -> str:
    """The line's name, or its code where nobody named it."""
    return words(line.name_zh, line.name_en) or line.code


def role_words(line: LineView) -> str:
    """`入口（地铁）`, `楼层间`, …"""
    if line.role is LineRole.ENTRANCE and line.entrance_kind:
        return t('footfall.entrance_of', kind=t(f'footfall.entrance_kind.{line.entrance_kind.value}'))
    return t(f'footfall.role.{line.role.value}')


def badge_words(line: LineView) -> str:
    """What its last accuracy audit said."""
    return t(f'footfall.verification.{line.verification.value}')
