"""What tenants set in motion, and what the clock asks of them: bills paid online, work orders, missing turnover."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import structlog

from domain.benchmarks.commands import ComputeBenchmarks
from domain.benchmarks.operations import compute_benchmarks
from domain.benchmarks.trees import ComputeTrees, compute_trees
from domain.billing.commands import ChargeTenant
from domain.billing.errors import CheckoutUnknown, NoLease
from domain.billing.online import settle_checkout
from domain.billing.origins import charge_tenant
from domain.leasing.queries import list_leases
from domain.leasing.turnover import missing_days
from domain.leasing.views import LeaseView
from domain.mall.queries import get_business_clock, list_openings
from domain.shared.actor import Actor, TenantId
from domain.shared.operations import ask, perform
from domain.tenancy.commands import PublishNotice
from domain.tenancy.notices import publish_notice
from domain.tenancy.work_orders import escalate_work_orders

log = structlog.get_logger(__name__)

CHASED_DAYS = 7
REPORTS_ARE_IN = timedelta(days=1)
NOTICED_FOR = timedelta(days=14)


def settle_bill(actor: Actor, order_key: str) -> None:
    """Lets a tenant's online payment settle its bills; orders of other origin are none of billing's business."""
    with suppress(CheckoutUnknown):
        perform(settle_checkout, actor=actor, key=order_key)


def charge_promotion(actor: Actor, facts: Mapping[str, Any], settled_at: datetime) -> None:
    """Puts a brand's part of a promotion's cost onto its next bill. Who has no lease is billed by people."""
    if not facts['brand_fen']:
        return
    on = ask(get_business_clock, actor=actor).business_on(settled_at)
    command = ChargeTenant(
        tenant_id=TenantId(facts['tenant_id']), origin=f'permits.promotion:{facts["promotion_id"]}', on=on,
        amount_fen=facts['brand_fen'], reason=f'活动共担费用：{facts.get("title", "")}'[:200],
    )  # fmt: skip
    try:
        perform(charge_tenant, actor=actor, command=command)
    except NoLease:
        log.warning('a settled promotion has no lease to be billed on', tenant_id=facts['tenant_id'])


def escalate_orders(actor: Actor) -> None:
    """Work orders that nobody finished in time go to the mall's management."""
    perform(escalate_work_orders, actor=actor)


def chase_turnover(actor: Actor) -> None:
    """Asks every tenant for the days of the past week that it has not reported, once a day (rule LS-R15)."""
    today = ask(get_business_clock, actor=actor).business_on(datetime.now(UTC))
    since = today - timedelta(days=CHASED_DAYS)
    closures = _closures(actor, since, today)
    for lease in ask(list_leases, actor=actor):
        if lease.status == 'draft' or not lease.starts_on < today <= lease.ends_on:
            continue
        missing = ask(missing_days, actor=actor, lease_id=lease.id, from_on=since, until_on=today, closures=closures)
        if missing:
            perform(publish_notice, actor=actor, command=_reminder(lease, missing, today))


def tell_of_rejection(actor: Actor, facts: Mapping[str, Any], now: datetime) -> None:
    """Tells a shop which day was not accepted and why; told twice, it is one notice."""
    today = ask(get_business_clock, actor=actor).business_on(now)
    perform(publish_notice, actor=actor, command=PublishNotice(
        key=f'turnover-report-{facts["report_id"]}', title=f'{facts["day"]} 营业额未通过，请重报',
        body='\n'.join((
            f'合同 {facts["number"]} {facts["day"]} 的营业额被退回：{facts["reason"]}。请重报并附 Z 报表照片。',
            f'The turnover of {facts["day"]}, lease {facts["number"]}, was not accepted: {facts["reason"]}.'
            ' Please report it again with a photograph of the Z report.',
        )),
        tenant_ids=(TenantId(int(facts['tenant_id'])),), must_read=True, expires_on=today + NOTICED_FOR,
    ))  # fmt: skip


def compare_shops(actor: Actor) -> None:
    """Works out last month's peer figures for every shop, again each night while months are being closed."""
    today = ask(get_business_clock, actor=actor).business_on(datetime.now(UTC))
    last_month = today.replace(day=1) - timedelta(days=1)
    perform(compute_benchmarks, actor=actor, command=ComputeBenchmarks(month=last_month.replace(day=1)))


def explain_sales(actor: Actor) -> None:
    """Grows every shop's tree of sales over the last four whole weeks; a week is whole when its last reports are in."""
    today = ask(get_business_clock, actor=actor).business_on(datetime.now(UTC))
    monday = today - REPORTS_ARE_IN - timedelta(days=(today - REPORTS_ARE_IN).weekday())
    perform(compute_trees, actor=actor, command=ComputeTrees(until_on=monday))


def _closures(actor: Actor, since: date, until: date) -> frozenset[date]:
    """The days on which the whole mall was declared closed."""
    openings = ask(list_openings, actor=actor, from_on=since, until_on=until)
    return frozenset(opening.on for opening in openings if opening.is_exception and not opening.intervals)


def _reminder(lease: LeaseView, missing: list[date], today: date) -> PublishNotice:
    return PublishNotice(
        key=f'turnover-{lease.id}-{today.isoformat()}',
        title=f'请补报营业额（{len(missing)} 天）',
        body='\n'.join(_lines(lease, missing)),
        tenant_ids=(lease.tenant_id,),
        must_read=True,
        expires_on=today + timedelta(days=1),
    )


def _lines(lease: LeaseView, missing: list[date]) -> Iterator[str]:
    yield f'合同 {lease.number} 下列营业日尚未收到营业额，请在“报营业额”中补报；当天歇业也请报 0。'
    yield f'No turnover has come for these days of lease {lease.number}; report 0 for a day that was closed.'
    yield '、'.join(f'{day:%m-%d}' for day in missing)
