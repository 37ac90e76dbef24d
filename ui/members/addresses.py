"""Addresses of the members' pages, in the order of their tabs."""

from ui.shell import paths

MEMBERS = paths.MEMBERS
ENROL = f'{MEMBERS}/enrol'
TAGS = f'{MEMBERS}/tags'
SEGMENTS = f'{MEMBERS}/segments'
RULES = f'{MEMBERS}/rules'
BENEFITS = f'{MEMBERS}/benefits'
MERGES = f'{MEMBERS}/merges'
POINTS = f'{MEMBERS}/points'
POSTINGS = f'{MEMBERS}/postings'
MEMBER = f'{MEMBERS}/{{member}}'

NAMES = {
    MEMBERS: 'members', ENROL: 'enrol', TAGS: 'tags', SEGMENTS: 'segments', RULES: 'rules', BENEFITS: 'benefits',
    MERGES: 'merges', POINTS: 'points', POSTINGS: 'postings',
}  # fmt: skip


def member(member_id: int) -> str:
    """One member."""
    return MEMBER.format(member=member_id)


def bearing(tag: str) -> str:
    """Members by a tag they bear."""
    return paths.with_query(MEMBERS, tag=tag)


def within(segment: str) -> str:
    """Members of a segment."""
    return paths.with_query(MEMBERS, segment=segment)
