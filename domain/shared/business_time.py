"""The three times of every fact, law X-R2.

`occurred_at` (event time: when it happened), `received_at` (when we learnt it) and `business_on` (营业日: the trading
day it belongs to). Rules use event time. Instants are aware and kept in UTC; a business day runs from one cut-off
(04:00 by default) to the next in the mall's own zone.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DEFAULT_CUTOFF = time(4, 0)
DEFAULT_ZONE = 'Asia/Shanghai'


@dataclass(frozen=True, slots=True)
class BusinessClock:
    """Turns instants into business days and back for one mall."""

    zone: str = DEFAULT_ZONE
    cutoff: time = DEFAULT_CUTOFF

    def business_on(self, instant: datetime) -> date:
        """The business day an instant belongs to. 03:59 on Sunday is still Saturday's trade."""
        local = require_aware(instant).astimezone(ZoneInfo(self.zone))
        return local.date() if local.time() >= self.cutoff else local.date() - timedelta(days=1)

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """Start and exclusive end of a business day, in UTC."""
        return self._starts_at(day), self._starts_at(day + timedelta(days=1))

    def local(self, instant: datetime) -> datetime:
        """The same instant on the mall's clocks."""
        return require_aware(instant).astimezone(ZoneInfo(self.zone))

    def at(self, day: date, wall: time) -> datetime:
        """The UTC instant when the mall's clocks show `wall` within business day `day`."""
        calendar_day = day if wall >= self.cutoff else day + timedelta(days=1)
        return datetime.combine(calendar_day, wall, ZoneInfo(self.zone)).astimezone(UTC)

    def _starts_at(self, day: date) -> datetime:
        return datetime.combine(day, self.cutoff, ZoneInfo(self.zone)).astimezone(UTC)


def require_aware(instant: datetime) -> datetime:
    """The instant itself.

    :raises ValueError: when it carries no time zone; a naive time is a bug, never a guess.
    """
    if instant.tzinfo is None:
        raise ValueError('an instant needs a time zone')
    return instant


def floor_to(instant: datetime, minutes: int) -> datetime:
    """The start of the interval of `minutes` (a divisor of 60) that holds the instant."""
    return instant.replace(minute=instant.minute - instant.minute % minutes, second=0, microsecond=0)
