"""A window of days over the mall's spaces: which days it shows, and where in it an instant lies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.permits.views import SpaceView, Taken
from ui.kit.format import weekday_of_month
from ui.kit.i18n import t, words
from ui.kit.timeline import Block, Day, Lane
from ui.kit.tokens import State
from ui.screens import Place

WEEK = 7
SATURDAY = 5
STANDINGS: dict[str, State] = {'held': 'watch', 'approved': 'good', 'blocked': 'off'}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """So many calendar days from a first one, by the mall's own clocks."""

    first: date
    count: int
    zone: str

    @property
    def starts_at(self) -> datetime:
        return self._midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        return self._midnight(self.first + timedelta(days=self.count))

    def share(self, instant: datetime) -> float:
        """0 at its beginning, 1 at its end."""
        return (instant - self.starts_at) / (self.ends_at - self.starts_at)

    def days(self, today: date) -> list[Day]:
        """Its columns: with the weekday while there is room for it."""
        shown = [self.first + timedelta(days=number) for number in range(self.count)]
        return [
            Day(
                label=weekday_of_month(one) if self.count <= WEEK else str(one.day),
                is_today=one == today, is_rest=one.weekday() >= SATURDAY,
            ) for one in shown
        ]  # fmt: skip

    def _midnight(self, on: date) -> datetime:
        return datetime.combine(on, time(), ZoneInfo(self.zone))


def week_of(on: date, zone: str) -> Window:
    """From the Monday before."""
    return Window(first=on - timedelta(days=on.weekday()), count=WEEK, zone=zone)


def month_of(on: date, zone: str) -> Window:
    first = on.replace(day=1)
    return Window(first=first, count=((first + timedelta(days=31)).replace(day=1) - first).days, zone=zone)


def around(starts_on: date, ends_on: date, zone: str) -> Window:
    """The days of a promotion with a few on either side, a month at most."""
    first = starts_on - timedelta(days=2)
    return Window(first=first, count=min((ends_on - first).days + 2, 31), zone=zone)


def lane_of(space: SpaceView, blocks: Iterable[Block]) -> Lane:
    """A space by its name, with the set-up that it asks for."""
    note = t('spaces.setup', hours=f'{space.buffer_minutes / 60:g}') if space.buffer_minutes else ''
    return Lane(id=space.id, name=words(space.name_zh, space.name_en), note=note, blocks=list(blocks))


def taken_lanes(
    place: Place, window: Window, spaces: Iterable[SpaceView], taken: Iterable[Taken], own: set[tuple[int, datetime]]
) -> list[Lane]:
    """What a shop sees: its own bookings as such, the rest as taken, by nobody it learns of."""
    there = list(taken)
    return [
        lane_of(space, (
            _taken(place, window, number, one, is_own=(one.space_id, one.starts_at) in own)
            for number, one in enumerate(there) if one.space_id == space.id
        )) for space in spaces
    ]  # fmt: skip


def span(place: Place, starts_at: datetime, ends_at: datetime) -> str:
    return f'{place.moment(starts_at)} – {place.moment(ends_at)}'


def _taken(place: Place, window: Window, number: int, one: Taken, *, is_own: bool) -> Block:
    name = t('spaces.own') if is_own else t('spaces.taken')
    return Block(
        id=number, starts=window.share(one.starts_at), ends=window.share(one.ends_at),
        setup=window.share(one.occupied_from), state='good' if is_own else 'off', text=name,
        hint=f'{name} · {span(place, one.occupied_from, one.ends_at)}',
    )  # fmt: skip
