"""What pages of every slice begin with: the mall around them, title and tabs by right, a screen that stays fresh."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from nicegui import context

from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor
from domain.shared.business_time import BusinessClock
from domain.shared.operations import run_query
from domain.shared.permission import Permission
from ui.kit.address import Address
from ui.kit.format import MISSING, moment
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.kit.tabs import tab_links
from ui.live import LEAST_INTERVAL_S
from ui.loading import Loader, keep_fresh

NO_RIGHTS: Mapping[str, Permission] = {}


@dataclass(kw_only=True, slots=True)
class Place:
    """The mall around a page, for one client. Slices add what else their pages know before they ask."""

    actor: Actor
    address: Address
    clock: BusinessClock
    today: date

    def moment(self, instant: datetime | None) -> str:
        """An instant in the mall's own time."""
        return moment(self.clock.local(instant)) if instant else MISSING

    def instant(self, wall: datetime) -> datetime:
        """What somebody typed, by the mall's own clocks."""
        return wall.replace(tzinfo=ZoneInfo(self.clock.zone))

    @property
    def month(self) -> date:
        """The month that the address asks for; this one where it asks for none, or for one to come."""
        year, _, month = self.address.get('month').partition('-')
        if year.isdigit() and month.isdigit() and 2000 <= int(year) < 2100 and 1 <= int(month) <= 12:
            return min(date(int(year), int(month), 1), self.today.replace(day=1))
        return self.today.replace(day=1)

    def choose_month(self, month: date) -> None:
        """Another month, kept in the address."""
        this = self.today.replace(day=1)
        self.address.update(month=None if month == this else f'{month:%Y-%m}', page=None)


P = TypeVar('P', bound=Place)


async def look_around(kind: type[P], actor: Actor, path: str, **facts: Any) -> P:
    """The mall as it is now, with what the slice knows besides."""
    clock = await run_query(get_business_clock, actor=actor)
    today = clock.business_on(datetime.now(UTC))
    return kind(actor=actor, address=address_here(path), clock=clock, today=today, **facts)


def address_here(path: str) -> Address:
    """The address of the page that is being built, with what it asks for."""
    return Address(path, dict(context.client.request.query_params))


@contextmanager
def tabbed_frame(
    prefix: str, names: Mapping[str, str], current: str, actor: Actor, rights: Mapping[str, Permission] = NO_RIGHTS
) -> Iterator[None]:
    """Title and tabs in the slice's words; a tab that asks for a right is for those who hold it."""
    shown = {path: name for path, name in names.items() if path not in rights or actor.may(rights[path])}
    with page_body():
        with page_header(t(f'{prefix}.title'), t(f'{prefix}.subtitle.{names[current]}')):
            pass
        tab_links({path: t(f'{prefix}.tab.{name}') for path, name in shown.items()}, current)
        yield


class Screen(Protocol):
    """What a page shows: it asks for what it needs, and draws it."""

    def load(self) -> Awaitable[Any]: ...

    def show(self, loaded: Any, /) -> object: ...


def show_fresh(
    make: Callable[[Loader[Any]], Screen], topics: tuple[str, ...] = (), *, at_most_every_s: float = LEAST_INTERVAL_S
) -> None:
    """Draw a screen here, load it once the browser is there, and again whenever one of the topics has news."""
    loader: Loader[Any] = Loader()
    screen = make(loader)
    keep_fresh(loader.serve(screen.load, screen.show), topics, at_most_every_s=at_most_every_s)
