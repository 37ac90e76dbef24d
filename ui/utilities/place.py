"""The mall around its meters, for one client: its clock, the month looked at, the names of its tenants."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from nicegui import context

from domain.leasing.permissions import VIEW as VIEW_LEASES
from domain.leasing.queries import list_tenants
from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor
from domain.shared.business_time import BusinessClock
from domain.shared.operations import run_query
from domain.utilities.commands import UsageWindow
from ui.kit.address import Address
from ui.kit.format import MISSING, moment
from ui.kit.i18n import words


@dataclass(kw_only=True, slots=True)
class Place:
    """What every page of utilities knows before it asks for meters."""

    actor: Actor
    address: Address
    clock: BusinessClock
    today: date
    tenants: dict[int, str] = field(default_factory=dict)

    def tenant(self, tenant_id: int | None) -> str:
        """A tenant's name, for those who may see tenants."""
        return self.tenants.get(tenant_id, '') if tenant_id is not None else ''

    def moment(self, instant: datetime | None) -> str:
        """An instant in the mall's own time."""
        return moment(self.clock.local(instant)) if instant else MISSING

    def instant(self, local: datetime) -> datetime:
        """What somebody typed, by the mall's own clock."""
        return local.replace(tzinfo=self.zone)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.clock.zone)

    @property
    def month(self) -> date:
        """The month that the address asks for; this one where it asks for none, or for one to come."""
        year, _, month = self.address.get('month').partition('-')
        if year.isdigit() and month.isdigit() and 2000 <= int(year) < 2100 and 1 <= int(month) <= 12:
            return min(date(int(year), int(month), 1), self.today.replace(day=1))
        return self.today.replace(day=1)

    def choose_month(self, month: date) -> None:
        """Another month, kept in the address."""
        self.address.update(month=None if month == self.today.replace(day=1) else f'{month:%Y-%m}', page=None)

    @property
    def month_so_far(self) -> UsageWindow:
        """The month until its end, or until the business day that has just begun."""
        begins = self.month
        ends = min((begins + timedelta(days=32)).replace(day=1), max(self.today, begins + timedelta(days=1)))
        return UsageWindow(starts_at=self.clock.bounds(begins)[0], ends_at=self.clock.bounds(ends)[0])


async def read_place(actor: Actor, path: str) -> Place:
    """The mall as it is now."""
    clock = await run_query(get_business_clock, actor=actor)
    tenants = await run_query(list_tenants, actor=actor) if actor.may(VIEW_LEASES) else []
    return Place(
        actor=actor, address=Address(path, dict(context.client.request.query_params)), clock=clock,
        today=clock.business_on(datetime.now(UTC)),
        tenants={one.id: words(one.name_zh, one.name_en) for one in tenants},
    )  # fmt: skip
