"""The mall, and the tenants as leasing knows them."""

from sqlmodel import Session

from domain.leasing.queries import list_tenants
from domain.leasing.views import TenantView
from domain.shared.actor import Actor, MallId, TenantId, system_actor
from domain.tenancy.errors import MallNeeded, TenantUnknown


def mall_of(actor: Actor) -> MallId:
    """:raises MallNeeded: when the actor acts in no mall."""
    if actor.mall_id is None:
        raise MallNeeded
    return actor.mall_id


def tenants(session: Session, actor: Actor) -> dict[TenantId, TenantView]:
    """The tenants that the transaction may see: all, or the one whose people ask."""
    reader = system_actor(f'tenancy for {actor.name}', mall_of(actor))
    return {tenant.id: tenant for tenant in list_tenants(session, actor=reader)}


def tenant_of(session: Session, actor: Actor, tenant_id: TenantId) -> TenantView:
    """:raises TenantUnknown: for none of this mall, and for another's when a tenant's people ask."""
    found = tenants(session, actor).get(tenant_id)
    if found is None:
        raise TenantUnknown
    return found
