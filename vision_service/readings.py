"""From what was seen to numbered readings of the contract: stream seconds become instants, tracks become tokens."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from vision_service.analytics.bands import Band
from vision_service.analytics.health import ObservedMinute
from vision_service.analytics.journeys import Journey
from vision_service.analytics.lines import LineCrossing
from vision_service.analytics.tokens import DayTokens
from vision_service.analytics.zones import Stay
from vision_service.contracts import Channel
from vision_service.pipeline import Seen
from vision_service.store.queue import Draft
from vision_service.store.summary import JourneyRow


class ReadingWriter:
    """Writes one camera's drafts; pure but for the day's key."""

    def __init__(self, camera: str, *, timezone: str, cutoff_hour: int) -> None:
        self._tokens = DayTokens(camera)
        self._zone = ZoneInfo(timezone)
        self._cutoff = timedelta(hours=cutoff_hour)

    def seen(self, seen: Seen, began_at: float) -> list[Draft]:
        """Crossings with their groups and heights, and stays; staff as marks, for the platform to leave out or not."""
        rows = zip(seen.crossings, seen.groups, seen.bands, strict=True)
        crossings = [
            self._crossing(each, began_at + each.at, group, band, seen.staff.get(each.track, []))
            for each, group, band in rows
        ]
        return crossings + self.stays(seen.stays, began_at, seen.staff)

    def stays(
        self, stays: Iterable[Stay], began_at: float, staff: Mapping[int, list[str]] | None = None
    ) -> list[Draft]:
        return [self._stay(stay, began_at, (staff or {}).get(stay.track, [])) for stay in stays]

    def journey(self, journey: Journey, began_at: float, size: tuple[int, int]) -> JourneyRow:
        """With the day's token, and points as shares of the picture."""
        first_at, (width, height) = began_at + journey.first_at, size
        return JourneyRow(
            token=self._token(journey.track, first_at),
            first_at=datetime.fromtimestamp(first_at, UTC),
            last_at=datetime.fromtimestamp(began_at + journey.last_at, UTC),
            pictures=journey.pictures,
            first=(journey.start.x / width, journey.start.y / height),
            last=(journey.end.x / width, journey.end.y / height),
        )

    def health(self, minutes: Iterable[ObservedMinute]) -> list[Draft]:
        return [
            (
                Channel.HEALTH,
                {
                    'at': instant(minute.minute * 60),
                    'observed_s': min(minute.observed_s, 60.0),
                    'frames': minute.frames,
                    'state': minute.state,
                },
            )
            for minute in minutes
        ]

    def presence(
        self, minutes: Iterable[tuple[int, list[tuple[int, int, float]]]], floor: str, cell_m: float
    ) -> list[Draft]:
        return [
            (Channel.PRESENCE, {'at': instant(minute * 60), 'floor': floor, 'cell_m': cell_m, 'cells': cells})
            for minute, cells in minutes
        ]

    def _crossing(self, crossing: LineCrossing, at: float, group: int, band: Band | None, staff: list[str]) -> Draft:
        body: dict[str, Any] = {
            'at': instant(at),
            'line': crossing.line,
            'direction': crossing.direction,
            'track': self._token(crossing.track, at),
            'group': self._token(group, at),
            'band': band,
            'staff': staff,
        }
        return Channel.CROSSINGS, body

    def _stay(self, stay: Stay, began_at: float, staff: list[str]) -> Draft:
        left_at = began_at + stay.left_at
        body: dict[str, Any] = {
            'at': instant(left_at),
            'zone': stay.zone,
            'track': self._token(stay.track, left_at),
            'entered_at': instant(began_at + stay.entered_at),
            'left_at': instant(left_at),
            'staff': staff,
        }
        return Channel.VISITS, body

    def _token(self, track: int, at: float) -> str:
        local = datetime.fromtimestamp(at, self._zone) - self._cutoff
        return self._tokens.token(track, local.date().isoformat())


def instant(epoch_seconds: float) -> str:
    """`2026-11-22T05:00:00.123Z`."""
    moment = datetime.fromtimestamp(epoch_seconds, UTC)
    return moment.isoformat(timespec='milliseconds').replace('+00:00', 'Z')
