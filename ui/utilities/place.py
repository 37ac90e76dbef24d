"""The mall around its meters, for one client: the month looked at, the names of its tenants."""

from dataclasses import dataclass, field
from datetime import timedelta

from domain.leasing.permissions import VIEW as VIEW_LEASES
from domain.leasing.queries import list_tenants
from domain.shared.actor import Actor
from domain.shared.operations import run_query
from domain.utilities.commands import UsageWindow
from ui import screens
from ui.kit.i18n import words


@dataclass(kw_only=True, slots=True)
class Place(screens.Place):
    """What every page of utilities knows before it asks for meters."""

    tenants: dict[int, str] = field(default_factory=dict)

    def tenant(self, tenant_id: int | None) -> str:
        """A tenant's name, for those who may see tenants."""
        return self.tenants.get(tenant_id, '') if tenant_id is not None else ''

    @property
    def month_so_far(self) -> UsageWindow:
        """The month until its end, or until the business day that has just begun."""
        begins = self.month
        ends = min((begins + timedelta(days=32)).replace(day=1), max(self.today, begins + timedelta(days=1)))
        return UsageWindow(starts_at=self.clock.bounds(begins)[0], ends_at=self.clock.bounds(ends)[0])


async def read_place(actor: Actor, path: str) -> Place:
    """The mall as it is now."""
    tenants = await run_query(list_tenants, actor=actor) if actor.may(VIEW_LEASES) else []
    names = {one.id: words(one.name_zh, one.name_en) for one in tenants}
    return await screens.look_around(Place, actor, path, tenants=names)
