"""The mall around its bills, for one client: the names of tenants."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from domain.leasing.queries import list_tenants
from domain.leasing.views import TenantView
from domain.shared.actor import Actor
from domain.shared.operations import run_query
from ui import screens
from ui.billing import addresses
from ui.kit.i18n import t, words
from ui.kit.tokens import State

RUN_STATES: dict[str, State] = {'previewed': 'watch', 'approved': 'act', 'posted': 'good'}
KINDS = (
    'rent', 'turnover_rent', 'service_charge', 'promotion_levy', 'deposit', 'cam', 'promotion', 'energy',
    'electricity', 'water', 'gas', 'cooling', 'fine', 'cost', 'other', 'late_fee',
)  # fmt: skip


@dataclass(kw_only=True, slots=True)
class Place(screens.Place):
    """What every billing page knows before it asks for bills."""

    tenants: dict[int, TenantView] = field(default_factory=dict)

    def tenant(self, tenant_id: int) -> str:
        """A tenant's name."""
        found = self.tenants.get(tenant_id)
        return words(found.name_zh, found.name_en) if found else f'#{tenant_id}'


async def read_place(actor: Actor, path: str) -> Place:
    """The mall as it is now."""
    tenants = await run_query(list_tenants, actor=actor)
    return await screens.look_around(Place, actor, path, tenants={one.id: one for one in tenants})


def billing_frame(current: str, actor: Actor) -> AbstractContextManager[None]:
    """A page of billing."""
    return screens.tabbed_frame('billing', addresses.NAMES, current, actor)


def kind_words(kind: str) -> str:
    """A kind of charge in words."""
    return t(f'billing.kind.{kind}') if kind in KINDS else kind
