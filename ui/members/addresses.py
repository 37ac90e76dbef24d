"""Addresses of the members' pages, in the order of their tabs."""

from ui.shell import paths

MEMBERS = paths.MEMBERS
POINTS = f'{MEMBERS}/points'
MEMBER = f'{MEMBERS}/{{member}}'

NAMES = {MEMBERS: 'members', POINTS: 'points'}


def member(member_id: int) -> str:
    """One member."""
    return MEMBER.format(member=member_id)
