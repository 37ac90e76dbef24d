"""Whether a device is online, by the number of its session (rules DV-R2, DV-R7): pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

RETAINED_TTL = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Session:
    """The newest session heard of."""

    epoch: int = -1
    is_online: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusNotice:
    """A device said that its session began, or its last will said that it ended."""

    epoch: int
    is_online: bool
    said_at: datetime
    received_at: datetime
    is_retained: bool = False


def apply_status(session: Session, notice: StatusNotice) -> Session:
    """Let a notice change the session, unless it is of an older one or no longer fresh."""
    if notice.epoch < session.epoch:
        return session
    if notice.is_online and notice.is_retained and notice.received_at - notice.said_at > RETAINED_TTL:
        return session
    return Session(notice.epoch, notice.is_online)


def apply_readings(session: Session, epoch: int) -> Session:
    """Readings of the newest session prove that it lives; older ones may have waited somewhere."""
    return session if epoch < session.epoch else Session(epoch, True)
