"""The mall around its bills, for one client: today, the names of tenants, the address."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from nicegui import context

from domain.leasing.queries import list_tenants
from domain.leasing.views import TenantView
from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor
from domain.shared.business_time import BusinessClock
from domain.shared.operations import run_query
from ui.billing import addresses
from ui.kit.address import Address
from ui.kit.format import MISSING, moment
from ui.kit.i18n import t, words
from ui.kit.page import page_body, page_header
from ui.kit.tabs import tab_links
from ui.kit.tokens import State

RUN_STATES: dict[str, State] = {'previewed': 'watch', 'approved': 'act', 'posted': 'good'}
KINDS = (
    'rent', 'turnover_rent', 'service_charge', 'promotion_levy', 'deposit', 'cam', 'promotion', 'energy',
    'electricity', 'water', 'gas', 'cooling', 'fine', 'cost', 'other', 'late_fee',
)  # fmt: skip


@dataclass(kw_only=True, slots=True)
class Place:
    """What every billing page knows before it asks for bills."""

    actor: Actor
    address: Address
    clock: BusinessClock
    today: date
    tenants: dict[int, TenantView] = field(default_factory=dict)

    def tenant(self, tenant_id: int) -> str:
        """A tenant's name."""
        found = self.tenants.get(tenant_id)
        return words(found.name_zh, found.name_en) if found else f'#{tenant_id}'

    def moment(self, instant: datetime | None) -> str:
        """An instant in the mall's own time."""
        return moment(self.clock.local(instant)) if instant else MISSING


async def read_place(actor: Actor, path: str) -> Place:
    """The mall as it is now."""
    clock = await run_query(get_business_clock, actor=actor)
    tenants = await run_query(list_tenants, actor=actor)
    return Place(
        actor=actor, address=Address(path, dict(context.client.request.query_params)), clock=clock,
        today=clock.business_on(datetime.now(UTC)), tenants={one.id: one for one in tenants},
    )  # fmt: skip


@contextmanager
def billing_frame(current: str) -> Iterator[None]:
    """Title and tabs."""
    with page_body():
        with page_header(t('billing.title'), t(f'billing.subtitle.{addresses.NAMES[current]}')):
            pass
        tab_links({path: t(f'billing.tab.{name}') for path, name in addresses.NAMES.items()}, current)
        yield


def kind_words(kind: str) -> str:
    """A kind of charge in words."""
    return t(f'billing.kind.{kind}') if kind in KINDS else kind
