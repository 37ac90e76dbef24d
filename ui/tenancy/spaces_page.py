"""场地日历: who has which space when, week by week or over a month; the mall blocks spaces for itself here."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from nicegui import ui

from domain.leasing.permissions import VIEW as VIEW_LEASES
from domain.leasing.queries import list_tenants
from domain.leasing.views import TenantView
from domain.permits.commands import CancelBooking, SpaceId
from domain.permits.permissions import MANAGE_SPACES
from domain.permits.spaces import list_calendar, list_spaces, unblock_space
from domain.permits.views import CalendarEntry, SpaceView
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button, icon_button
from ui.kit.confirmation import confirm
from ui.kit.day_field import parse_day
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.format import day, month_words
from ui.kit.i18n import t, words
from ui.kit.section import section
from ui.kit.segmented import segmented
from ui.kit.side_panel import SidePanel
from ui.kit.text import Text
from ui.kit.timeline import Block, Timeline, legend
from ui.kit.toolbar import spacer, toolbar
from ui.loading import Loader, together
from ui.screens import Place
from ui.shell import paths
from ui.spacedays import STANDINGS, Window, lane_of, month_of, span, week_of
from ui.tenancy.space_forms import SpaceForms

VIEWS = ('month', 'week')


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The spaces and what takes them in the window."""

    spaces: list[SpaceView]
    entries: list[CalendarEntry]
    tenants: list[TenantView]


class SpacesPage:
    """A lane for every space; a block that is clicked opens beside it."""

    def __init__(self, place: Place, loader: Loader[Loaded]) -> None:
        self._place, self._loader = place, loader
        self._entries: dict[int, CalendarEntry] = {}
        self._spaces: dict[SpaceId, SpaceView] = {}
        self._names: dict[int, str] = {}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('spaces.calendar'), t('spaces.hint')):
                self._controls()
                self._timeline = Timeline(label=t('spaces.calendar'), on_open=self._open)
                self._timeline.mark('tenancy.spaces')
                self._empty = ui.element('div')
                legend([(state, t(f'spaces.standing.{name}')) for name, state in STANDINGS.items()])
            self._panel = SidePanel(t('spaces.choose'), 'calendar')
        self._forms = SpaceForms(place, loader.refresh) if place.actor.may(MANAGE_SPACES) else None

    @property
    def _view(self) -> str:
        return self._place.address.get('view') if self._place.address.get('view') in VIEWS else 'month'

    @property
    def _on(self) -> date:
        """The day that the address asks for; today where it asks for none."""
        on = parse_day(self._place.address.get('on'))
        return on if on and 2000 <= on.year < 2100 else self._place.today

    @property
    def _window(self) -> Window:
        return (month_of if self._view == 'month' else week_of)(self._on, self._place.clock.zone)

    def _controls(self) -> None:
        with toolbar():
            segmented({name: t(f'spaces.view.{name}') for name in VIEWS}, self._view, self._choose_view)
            icon_button('chevron-left', t('spaces.before'), lambda: self._step(-1)).mark('spaces.before')
            self._label = Text(classes='at-strong at-figures')
            icon_button('chevron-right', t('spaces.after'), lambda: self._step(1)).mark('spaces.after')
            spacer()
            button(t('spaces.today'), lambda: self._go(None), rank='quiet').mark('spaces.today')

    async def _choose_view(self, view: str) -> None:
        self._place.address.update(view=None if view == 'month' else view)
        await self._loader.refresh()

    async def _step(self, steps: int) -> None:
        window = self._window
        await self._go(window.first + timedelta(days=window.count) if steps > 0 else window.first - timedelta(days=1))

    async def _go(self, on: date | None) -> None:
        self._place.address.update(on=on.isoformat() if on else None)
        await self._loader.refresh()

    async def load(self) -> Loaded:
        """Everything of the window, and the names of the shops for whoever may see leases."""
        actor, window = self._place.actor, self._window
        spaces, entries, tenants = await together(
            run_query(list_spaces, actor=actor),
            run_query(list_calendar, actor=actor, starts_at=window.starts_at, ends_at=window.ends_at),
            run_query(list_tenants, actor=actor) if actor.may(VIEW_LEASES) else _none(),
        )
        return Loaded(spaces=spaces, entries=entries, tenants=tenants)

    def show(self, loaded: Loaded) -> None:
        """Show it."""
        window = self._window
        self._names = {tenant.id: words(tenant.name_zh, tenant.name_en) for tenant in loaded.tenants}
        self._entries = {entry.booking.id: entry for entry in loaded.entries}
        self._spaces = {space.id: space for space in loaded.spaces}
        last = window.first + timedelta(days=window.count - 1)
        self._label.text = month_words(window.first) if self._view == 'month' else (
            f'{day(window.first, with_weekday=False)} – {day(last, with_weekday=False)}'
        )  # fmt: skip
        self._timeline.show(window.days(self._place.today), [
            lane_of(space, (self._block(one, window) for one in loaded.entries if one.booking.space_id == space.id))
            for space in loaded.spaces
        ])  # fmt: skip
        self._empty.clear()
        if not loaded.spaces:
            with self._empty:
                empty_state(t('spaces.none'), symbol='calendar')
        if self._forms:
            self._forms.offer(loaded.spaces, self._title_of)

    def _block(self, entry: CalendarEntry, window: Window) -> Block:
        booking = entry.booking
        return Block(
            id=booking.id, starts=window.share(booking.starts_at), ends=window.share(booking.ends_at),
            setup=window.share(booking.occupied_from), state=STANDINGS[entry.standing], text=entry.title,
            hint=f'{self._title_of(entry)} · {span(self._place, booking.starts_at, booking.ends_at)}',
        )  # fmt: skip

    def _title_of(self, entry: CalendarEntry) -> str:
        return ' · '.join(filter(None, (entry.title, self._shop(entry), t(f'spaces.standing.{entry.standing}'))))

    def _shop(self, entry: CalendarEntry) -> str:
        return '' if entry.tenant_id is None else self._names.get(entry.tenant_id, f'#{entry.tenant_id}')

    def _open(self, booking_id: int) -> None:
        entry = self._entries[booking_id]
        booking, space = entry.booking, self._spaces[entry.booking.space_id]
        has_setup = booking.occupied_from < booking.starts_at
        with self._panel.refilled():
            Text(entry.title, tag='h2', classes='at-section__title')
            description_list({
                t('spaces.space'): words(space.name_zh, space.name_en),
                t('tenancy.state'): t(f'spaces.standing.{entry.standing}'),
                t('tenancy.tenant'): self._shop(entry) or t('spaces.the_mall'),
                t('spaces.setup_from'): self._place.moment(booking.occupied_from) if has_setup else None,
                t('spaces.from'): self._place.moment(booking.starts_at),
                t('spaces.until'): self._place.moment(booking.ends_at),
            })  # fmt: skip
            if booking.promotion_id is not None:
                target = paths.with_query(f'{paths.TENANTS}/promotions', open=booking.promotion_id)
                ui.link(t('spaces.to_filing'), target).mark('spaces.filing')
            elif self._forms:
                button(t('spaces.unblock'), lambda: self._ask_to_unblock(entry)).mark('spaces.unblock')

    def _ask_to_unblock(self, entry: CalendarEntry) -> None:
        confirm(
            t('spaces.unblock_title', title=entry.title), t('spaces.unblock_effect'), action=t('spaces.unblock'),
            on_confirm=lambda: self._unblock(entry),
        )  # fmt: skip

    async def _unblock(self, entry: CalendarEntry) -> None:
        command = CancelBooking(booking_id=entry.booking.id)
        await run_operation(unblock_space, actor=self._place.actor, command=command)
        self._panel.close()
        await self._loader.refresh()


async def _none() -> list[Any]:
    return []
