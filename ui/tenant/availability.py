"""When the mall's spaces are taken, for whoever files: two weeks at a time, set-up included, without names."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

from domain.permits.spaces import list_taken
from domain.permits.views import SpaceView, Taken
from domain.shared.operations import run_query
from ui.kit.button import icon_button
from ui.kit.format import day
from ui.kit.i18n import t
from ui.kit.section import section
from ui.kit.text import Text
from ui.kit.timeline import Timeline
from ui.kit.toolbar import toolbar
from ui.spacedays import Window, around, taken_lanes
from ui.tenant.place import Place

SHOWN = 14


class Availability:
    """A window that follows the days of what is being filed, and can be turned by hand."""

    def __init__(self, place: Place, refresh: Callable[[], Awaitable[None]]) -> None:
        self._place, self._refresh = place, refresh
        self.window = Window(first=place.today, count=SHOWN, zone=place.clock.zone)
        with section(t('spaces.availability'), t('spaces.availability_hint')):
            with toolbar():
                icon_button('chevron-left', t('spaces.before'), lambda: self._step(-SHOWN)).mark('spaces.before')
                self._label = Text(classes='at-strong at-figures')
                icon_button('chevron-right', t('spaces.after'), lambda: self._step(SHOWN)).mark('spaces.after')
            self._timeline = Timeline(label=t('spaces.availability'))

    async def load(self) -> list[Taken]:
        """What is taken in the window."""
        return list(await run_query(
            list_taken, actor=self._place.actor, starts_at=self.window.starts_at, ends_at=self.window.ends_at
        ))  # fmt: skip

    def show(self, spaces: list[SpaceView], taken: list[Taken], own: set[tuple[int, datetime]]) -> None:
        """Show it; `own` are the shop's own bookings, by space and beginning."""
        window = self.window
        last = window.first + timedelta(days=window.count - 1)
        self._label.text = f'{day(window.first, with_weekday=False)} – {day(last, with_weekday=False)}'
        self._timeline.show(window.days(self._place.today), taken_lanes(self._place, window, spaces, taken, own))

    def look_around(self, starts_on: date, ends_on: date) -> None:
        """The days of a promotion and a few beside them; shown with the next refresh."""
        self.window = around(starts_on, ends_on, self._place.clock.zone)

    async def _step(self, days: int) -> None:
        window = self.window
        self.window = Window(first=window.first + timedelta(days=days), count=SHOWN, zone=window.zone)
        await self._refresh()
