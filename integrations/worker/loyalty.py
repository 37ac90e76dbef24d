"""What members' points, tiers, tags and coupons need done by the clock. Each action runs batches until none is left."""

from collections.abc import Callable

from domain.coupons.granting import expire_coupons
from domain.coupons.redeeming import release_overdue_locks
from domain.members.acting import forget_acts
from domain.members.commands import MemberId
from domain.members.enrolment import close_due_members
from domain.members.errors import ProgramMissing
from domain.members.loyalty import review_tiers
from domain.members.signing_in import forget_sign_ins
from domain.members.tagging import refresh_tags
from domain.members.upkeep import expire_points, mature_points, release_overdue_holds
from domain.members.views import RunReport
from domain.shared.actor import Actor
from domain.shared.operations import perform

MOST_BATCHES = 1_000  # a batch that never comes to an end is a fault, and the next minute goes on with it


def release(actor: Actor) -> None:
    """Holds of points and locks of coupons that no order ended in time."""
    _until_done(actor, release_overdue_holds)
    _until_done(actor, release_overdue_locks)


def mature(actor: Actor) -> None:
    """Pending points whose return window is over become available (PT-R10)."""
    _until_done(actor, mature_points)


def expire(actor: Actor) -> None:
    """Points and coupons whose time is over (PT-R11)."""
    _until_done(actor, expire_points)
    _until_done(actor, expire_coupons)


def refresh(actor: Actor) -> None:
    """Tags of members whose facts changed; behavioural ones were set as their events came."""
    perform(refresh_tags, actor=actor)


def run_by_night(actor: Actor) -> None:
    """Every member's tags anew, every member's tier, and the accounts whose cooling period is over."""
    perform(forget_acts, actor=actor)
    perform(refresh_tags, actor=actor, is_full=True)
    _review_all(actor)
    _until_done(actor, close_due_members)
    perform(forget_sign_ins, actor=actor)


def _review_all(actor: Actor) -> None:
    after = MemberId(0)
    try:
        while last := perform(review_tiers, actor=actor, after_id=after).done:
            after = MemberId(last)
    except ProgramMissing:
        return  # a mall without loyalty rules has no tiers


def _until_done(actor: Actor, operation: Callable[..., RunReport | int]) -> None:
    for _ in range(MOST_BATCHES):
        report = perform(operation, actor=actor)
        if not (report.done if isinstance(report, RunReport) else report):
            return
