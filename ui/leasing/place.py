"""The mall around its leases, for one client: today, the names of trades and floors, the address."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from nicegui import context

from domain.mall.queries import get_business_clock, list_categories, list_floors
from domain.mall.views import FloorView
from domain.shared.actor import Actor
from domain.shared.business_time import BusinessClock
from domain.shared.operations import run_query
from ui.kit.address import Address
from ui.kit.format import MISSING, moment
from ui.kit.i18n import words


@dataclass(kw_only=True, slots=True)
class Place:
    """What every leasing page knows before it asks for leases."""

    actor: Actor
    address: Address
    clock: BusinessClock
    today: date
    categories: dict[str, str] = field(default_factory=dict)
    floors: tuple[FloorView, ...] = ()

    def category(self, code: str) -> str:
        """A trade's name; its code where it has gone."""
        return self.categories.get(code, code)

    def moment(self, instant: datetime | None) -> str:
        """An instant in the mall's own time."""
        return moment(self.clock.local(instant)) if instant else MISSING

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


async def read_place(actor: Actor, path: str) -> Place:
    """The mall as it is now."""
    clock = await run_query(get_business_clock, actor=actor)
    categories = await run_query(list_categories, actor=actor)
    floors = await run_query(list_floors, actor=actor)
    return Place(
        actor=actor, address=Address(path, dict(context.client.request.query_params)), clock=clock,
        today=clock.business_on(datetime.now(UTC)),
        categories={one.code: words(one.name_zh, one.name_en) for one in categories}, floors=tuple(floors),
    )  # fmt: skip
