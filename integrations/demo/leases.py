"""The demo mall's tenants and leases: one company for every shop of the plan, let at its own time and on its own terms.

Some units stand empty, one lease ends within weeks, one was amended, one is being negotiated, one begins next month.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from domain.leasing.commands import (
    Amendment,
    BreakOption,
    Comparison,
    DepositTerms,
    DraftLease,
    FreeTerms,
    LeaseTerms,
    NewItem,
    OpenUnit,
    Proration,
    RegisterTenant,
    RentTerms,
    ServiceChargeTerms,
    SignLease,
)
from domain.leasing.operations import amend_lease, draft_lease, sign_lease
from domain.leasing.periods import add_months, first_of_month
from domain.leasing.queries import list_tenants
from domain.leasing.units import open_unit, register_tenant
from domain.leasing.views import LeaseView
from domain.mall.queries import get_business_clock, list_units
from domain.shared.actor import Actor, MallId, TenantId, system_actor
from domain.shared.database import Session
from domain.shared.operations import ask, operation, perform
from domain.shared.permissions import UPKEEP
from integrations.demo.rents import Shop, dice_for, rent_terms, shops_of

Say = Callable[[str], None]
OPENED_ON = date(2021, 9, 18)
EMPTY = ('b1-14', 'f2-16', 'f3-19', 'f1-17', 'b1-26')  # their last leases ended some weeks ago
NEGOTIATED, COMING = 'f2-16', 'f3-19'  # of the empty ones: a draft lies there; a lease is signed and begins later
EXPIRING, AMENDED, RELIEVED_BY = 'f2-15', 'f2-19', 0.85
LONG, USUAL = (96, 120), (24, 36, 36, 60)  # months: anchors, shops
SERVICE_FEN, LEVY_FEN = {'anchor': 2_800, 'shop': 4_500, 'kiosk': 6_000}, {'anchor': 200, 'shop': 500, 'kiosk': 800}
DEPOSIT_MONTHS, MANAGER = 2, '陈知远'
COMPANIES = {
    'dining': '餐饮管理',
    'drinks': '餐饮管理',
    'cafe': '餐饮管理',
    'dessert': '餐饮管理',
    'cinema': '影院管理',
}


@dataclass(frozen=True, slots=True)
class Term:
    """When a shop's lease runs."""

    starts_on: date
    ends_on: date


def open_leases(mall_id: MallId, document: Mapping[str, Any], now: datetime, say: Say) -> bool:
    """Tenants and leases of the mall. False where they were made before."""
    actor = system_actor('seeder', mall_id)
    if ask(list_tenants, actor=actor):
        return False
    made = perform(let_the_mall, actor=actor, document=document, now=now)
    say(f'{document["mall"]["code"]}: {made} leases.')
    return True


@operation(UPKEEP, name='demo.let_the_mall')
def let_the_mall(session: Session, *, actor: Actor, document: Mapping[str, Any], now: datetime) -> int:
    """Makes tenants, units and leases in one transaction. Returns the number of leases."""
    today = get_business_clock(session, actor=actor).business_on(now)
    planned = {unit.code: unit for unit in list_units(session, actor=actor)}
    manager, made = replace(actor, name=MANAGER), 0
    for number, shop in enumerate(shops_of(document), start=1):
        tenant = _tenant(session, actor, shop, number)
        unit = open_unit(session, actor=actor, now=now, command=OpenUnit(
            code=shop.unit['number'], floor_id=planned[shop.code].floor_id, opens_on=OPENED_ON,
            net_area_dm2=shop.net_area_dm2, gross_area_dm2=shop.net_area_dm2 * 138 // 100,
            plan_unit_id=planned[shop.code].id,
        ))  # fmt: skip
        for index, term in enumerate(_terms(shop, today)):
            command = _draft(shop, tenant, unit.id, term, f'YJ{term.starts_on:%y%m}-{number:03d}')
            lease = draft_lease(session, actor=actor, command=command, now=_noon(term.starts_on, -60))
            made += 1
            if not (shop.code == NEGOTIATED and index):
                signed_at = min(now, _noon(term.starts_on, -40))
                sign_lease(session, actor=manager, command=SignLease(lease_id=lease.id), now=signed_at)
            if shop.code == AMENDED:
                _relieve(session, actor, lease, today, now)
    return made


def _tenant(session: Session, actor: Actor, shop: Shop, number: int) -> TenantId:
    name = shop.unit['name_zh']
    return register_tenant(session, actor=actor, now=_noon(OPENED_ON, number), command=RegisterTenant(
        code=tenant_code(shop.code), name_zh=name, name_en=shop.unit['name_en'],
        legal_name=f'临江市{name}{COMPANIES.get(shop.category, "商贸")}有限公司',
        credit_code=f'91000000MA{dice_for(shop.code).randrange(10**8):08d}', category=shop.category,
    )).id  # fmt: skip


def tenant_code(shop: str) -> str:
    """The code of the tenant who came for a shop of the plan."""
    return f'T-{shop.upper()}'


def _terms(shop: Shop, today: date) -> Iterator[Term]:
    """The leases of a shop's unit, in order: one that runs, or one that ended and perhaps another to come."""
    dice = dice_for(f'term {shop.code}')
    months = dice.choice(LONG if shop.unit['kind'] == 'anchor' else USUAL)
    this_month = first_of_month(today)
    if shop.code in EMPTY:
        ended = today - timedelta(days=dice.randint(20, 75))
        yield Term(max(OPENED_ON, first_of_month(add_months(ended, -24))), ended)
        if shop.code in (NEGOTIATED, COMING):
            starts = add_months(this_month, 1 if shop.code == COMING else 2)
            yield Term(starts, add_months(starts, 36))
        return
    if shop.code == EXPIRING:
        ends = today + timedelta(days=19)
        yield Term(first_of_month(add_months(ends, -24)), ends)
        return
    served = dice.randint(3, min(months - 2, 57))
    starts = max(OPENED_ON, add_months(this_month, -served))
    yield Term(starts, add_months(starts, months))


def _draft(shop: Shop, tenant: TenantId, unit_id: Any, term: Term, number: str) -> DraftLease:
    dice = dice_for(f'draft {shop.code}')
    is_cumulative = shop.mode == 'greater' and dice.random() < 0.15
    has_break = shop.unit['kind'] == 'shop' and dice.random() < 0.3
    breaks_on = add_months(term.starts_on, 18)
    return DraftLease(
        number=number, tenant_id=tenant, unit_ids=(unit_id,), starts_on=term.starts_on, ends_on=term.ends_on,
        category=shop.category, items=tuple(_items(shop, term)),
        terms=LeaseTerms(
            frequency_months=3 if shop.unit['kind'] == 'anchor' and shop.mode == 'fixed' else 1,
            due_after_days=dice.choice((4, 4, 9)), proration=dice.choice((Proration.CALENDAR_MONTH, Proration.DAYS_30)),
            comparison=Comparison.CUMULATIVE if is_cumulative else Comparison.MONTHLY,
        ),
        breaks=(BreakOption(holder='tenant', on=breaks_on, fee_fen=shop.rent_fen * 2),)
        if has_break and breaks_on < term.ends_on else (),
    )  # fmt: skip


def _items(shop: Shop, term: Term) -> Iterator[NewItem]:
    kind = shop.unit['kind']
    starts, step = term.starts_on, 1.0
    while starts < term.ends_on:  # one rent for every year, each a step above the last
        ends = min(first_of_month(add_months(starts, 12)), term.ends_on)
        yield NewItem(starts_on=starts, ends_on=ends, terms=rent_terms(shop, step))
        starts, step = ends, step * 1.05
    yield _whole(term, ServiceChargeTerms(amount_fen=SERVICE_FEN[kind], is_per_m2=True))
    yield _whole(term, ServiceChargeTerms(kind='promotion_levy', amount_fen=LEVY_FEN[kind], is_per_m2=True))
    yield _whole(term, DepositTerms(amount_fen=shop.rent_fen * DEPOSIT_MONTHS))
    if kind != 'kiosk':
        free = 90 if kind == 'anchor' else 45
        yield NewItem(starts_on=term.starts_on, ends_on=term.starts_on + timedelta(days=free), terms=FreeTerms())


def _whole(term: Term, terms: ServiceChargeTerms | DepositTerms) -> NewItem:
    return NewItem(starts_on=term.starts_on, ends_on=term.ends_on, terms=terms)


def _relieve(session: Session, actor: Actor, lease: LeaseView, today: date, now: datetime) -> None:
    """Half a year at less rent, as an amendment of the year that runs."""
    month = first_of_month(today)
    running = next(item for item in lease.items if item.kind == 'rent' and item.starts_on <= month < item.ends_on)
    assert isinstance(running.terms, RentTerms)
    until = min(add_months(month, 6), running.ends_on)
    base = round(running.terms.base_fen * RELIEVED_BY)
    relieved = RentTerms(mode=running.terms.mode, base_fen=base, bands=running.terms.bands)
    pieces = [
        (running.starts_on, month, running.terms), (month, until, relieved), (until, running.ends_on, running.terms)
    ]  # fmt: skip
    amend_lease(session, actor=replace(actor, name=MANAGER), now=min(now, _noon(month, 2)), command=Amendment(
        lease_id=lease.id, version=lease.version, closes=(running.id,), summary='门前围挡施工，租金减免 15% 半年',
        adds=tuple(NewItem(starts_on=a, ends_on=b, terms=terms) for a, b, terms in pieces if a < b),
    ))  # fmt: skip


def _noon(day: date, days: int) -> datetime:
    return datetime.combine(day + timedelta(days=days), time(12), UTC)
