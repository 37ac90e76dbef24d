"""The shop whose people look: its tenant and its lease."""

from dataclasses import dataclass

from domain.leasing.queries import list_leases, list_tenants
from domain.leasing.views import LeaseView, TenantView
from domain.shared.actor import Actor
from domain.shared.errors import NotFound
from domain.shared.operations import run_query
from ui import screens
from ui.loading import together


@dataclass(kw_only=True, slots=True)
class Place(screens.Place):
    """`leases` are those that were signed."""

    tenant: TenantView
    leases: tuple[LeaseView, ...]

    @property
    def lease(self) -> LeaseView | None:
        """The lease that runs today, or else the nearest."""
        running = [lease for lease in self.leases if lease.starts_on <= self.today < lease.ends_on]
        return next(iter(running or sorted(self.leases, key=self._distance)), None)

    def _distance(self, lease: LeaseView) -> int:
        return abs((lease.starts_on - self.today).days)


async def read_place(actor: Actor, path: str) -> Place:
    """:raises NotFound: for somebody who belongs to no tenant of this mall."""
    tenants, leases = await together(run_query(list_tenants, actor=actor), run_query(list_leases, actor=actor))
    if actor.tenant_id is None or not tenants:
        raise NotFound
    signed = tuple(lease for lease in leases if lease.status != 'draft')
    return await screens.look_around(Place, actor, path, tenant=tenants[0], leases=signed)
