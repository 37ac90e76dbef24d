"""Which alarms a device's messages open and clear: pure."""

from collections.abc import Collection
from dataclasses import dataclass

PICTURE_ALARMS = frozenset({'frozen', 'blind'})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a batch of messages said of a device. None: nothing."""

    was_heard: bool = False
    is_online: bool | None = None
    is_clock_right: bool | None = None
    picture: str | None = None


def alarm_changes(open_kinds: Collection[str], evidence: Evidence) -> tuple[set[str], set[str]]:
    """Give the alarms to open and those to clear."""
    wrong, right = set[str](), set[str]()
    if evidence.was_heard:
        right.add('silence')
    if evidence.is_online is not None:
        (right if evidence.is_online else wrong).add('offline')
    if evidence.is_clock_right is not None:
        (right if evidence.is_clock_right else wrong).add('clock_skew')
    if evidence.picture is not None:
        wrong |= PICTURE_ALARMS & {evidence.picture}
        right |= PICTURE_ALARMS - {evidence.picture}
    return wrong - set(open_kinds), right & set(open_kinds)
