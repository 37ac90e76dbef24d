"""The shop whose people look: its tenant, its leases, its day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from domain.leasing.queries import list_leases, list_tenants
from domain.leasing.views import LeaseView, TenantView
from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor
from domain.shared.business_time import BusinessClock
from domain.shared.errors import NotFound
from domain.shared.operations import run_query
from ui.kit.format import moment
from ui.loading import together


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`lease` is the one that runs today, or the next, or the last."""

    actor: Actor
    tenant: TenantView
    lease: LeaseView | None
    clock: BusinessClock
    today: date

    def moment(self, instant: datetime) -> str:
        """An instant by the mall's clock."""
        return moment(self.clock.local(instant))


async def read_place(actor: Actor) -> Place:
    """:raises NotFound: for somebody who belongs to no tenant of this mall."""
    clock, tenants, leases = await together(
        run_query(get_business_clock, actor=actor),
        run_query(list_tenants, actor=actor),
        run_query(list_leases, actor=actor),
    )
    if actor.tenant_id is None or not tenants:
        raise NotFound
    today = clock.business_on(datetime.now(UTC))
    signed = [lease for lease in leases if lease.status != 'draft']
    running = [lease for lease in signed if lease.starts_on <= today < lease.ends_on]
    nearest = sorted(signed, key=lambda lease: abs((lease.starts_on - today).days))
    return Place(
        actor=actor, tenant=tenants[0], lease=next(iter(running or nearest), None), clock=clock, today=today
    )  # fmt: skip
