"""Who acts on a fire: decisions without side effects."""

from datetime import timedelta

from domain.safety.commands import HazardKind, Priority

FIRE = frozenset({HazardKind.FLAME, HazardKind.SMOKE})
TOGETHER = timedelta(minutes=10)  # a detector's word and a camera's are about the same fire
SAME_ALARM = timedelta(seconds=60)  # raised again so soon after it was cleared: the same hazard still
NEVER = frozenset({'marketing'})


def priority(*, detectors: int, call_points: int) -> Priority:
    """How a hint of fire by a camera stands beside the fire panel's own signals (SE-R1, after GB 50116 §4.1.6).

    The camera counts for nothing here: two devices of the fire system make it act by itself, and whatever the camera
    says only brings a person to look, sooner if one detector agrees.
    """
    if detectors >= 2 or (detectors and call_points):
        return Priority.LINKED
    return Priority.HIGH if detectors or call_points else Priority.NORMAL
