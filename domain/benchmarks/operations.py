"""Benchmarks are worked out by the mall's own process, and asked for by tenants."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, func, select

from domain.benchmarks._gathering import reader_of
from domain.benchmarks._rules import peer_figure
from domain.benchmarks.commands import ComputeBenchmarks
from domain.benchmarks.models import PeerBenchmark
from domain.benchmarks.permissions import COMPUTE, VIEW
from domain.benchmarks.views import BenchmarkView
from domain.leasing.queries import list_tenant_months
from domain.leasing.views import TenantMonthView
from domain.shared.actor import Actor, TenantId
from domain.shared.errors import DomainError, Invalid, NotFound, PermissionDenied
from domain.shared.live import notify
from domain.shared.measure import Ratio
from domain.shared.operations import operation, query

DM2_PER_M2 = 100


class NoBenchmark(NotFound):
    code = 'benchmarks.none'
    zh = '没有该商户该月的对标数据。'
    en = 'There is no benchmark of that shop and month.'


class ShopOutOfReach(PermissionDenied):
    """What a tenant hears who asks for another's figures: the same as of none; a refusal, and so on record (TA-R2)."""

    code = 'benchmarks.none'
    status = 404
    zh = NoBenchmark.zh
    en = NoBenchmark.en


class WholeMallNeeded(DomainError):
    code = 'benchmarks.whole_mall_needed'
    status = 403
    zh = '对标只能由商场计算。'
    en = 'Only the mall itself can work out benchmarks.'


@operation(COMPUTE, name='benchmarks.compute')
def compute_benchmarks(session: Session, *, actor: Actor, command: ComputeBenchmarks, now: datetime) -> int:
    """Works out a closed month for every tenant; doing it again replaces the figures. Answers how many there are.

    :raises WholeMallNeeded: when the actor is confined to a tenant, who sees no peers.
    """
    if actor.tenant_id is not None:
        raise WholeMallNeeded
    if actor.mall_id is None:
        raise Invalid(field='mall', reason='benchmarks belong to a mall; choose one')
    reader = reader_of(actor)
    month = command.month.replace(day=1)
    rows = list(_rows(list_tenant_months(session, actor=reader, month=month), month, actor.mall_id, now))
    if rows:
        table = insert(PeerBenchmark)
        changed = {name: table.excluded[name] for name in ('own', 'peers', 'hidden_because', 'computed_at')}
        keys = ['mall_id', 'tenant_id', 'month', 'metric']
        session.execute(table.on_conflict_do_update(index_elements=keys, set_=changed), rows)
    notify(session, 'benchmarks', actor.mall_id)
    return len(rows)


@query(VIEW)
def get_benchmarks(session: Session, *, actor: Actor, shop_id: TenantId, month: date) -> list[BenchmarkView]:
    """A shop's metrics of a month beside its peers'.

    :raises ShopOutOfReach: when a tenant asks for another's.
    :raises NoBenchmark:
    """
    if actor.tenant_id not in (None, shop_id):
        raise ShopOutOfReach
    found = _of_month(session, shop_id, month.replace(day=1))
    if not found:
        raise NoBenchmark
    return found


@query(VIEW)
def newest_benchmarks(session: Session, *, actor: Actor, shop_id: TenantId) -> list[BenchmarkView]:
    """A shop's metrics of the newest month that was worked out; none before the first.

    :raises ShopOutOfReach: when a tenant asks for another's.
    """
    if actor.tenant_id not in (None, shop_id):
        raise ShopOutOfReach
    newest = session.exec(select(func.max(PeerBenchmark.month)).where(PeerBenchmark.tenant_id == shop_id)).one()
    return _of_month(session, shop_id, newest) if newest else []


def _of_month(session: Session, shop_id: TenantId, month: date) -> list[BenchmarkView]:
    statement = select(PeerBenchmark).where(PeerBenchmark.tenant_id == shop_id, PeerBenchmark.month == month)
    return [
        BenchmarkView(
            tenant_id=TenantId(row.tenant_id), month=row.month, metric=row.metric, own=row.own, peers=row.peers,
            hidden_because=row.hidden_because,
        ) for row in session.exec(statement.order_by(col(PeerBenchmark.metric)))
    ]  # fmt: skip


def _rows(months: Sequence[TenantMonthView], month: date, mall_id: int, now: datetime) -> Iterator[dict[str, Any]]:
    for shop in months:
        peers = [other for other in months if other.category == shop.category and other.tenant_id != shop.tenant_id]
        for metric in ('average_transaction', 'sales_per_m2'):
            figure = peer_figure([_ratio(peer, metric) for peer in peers])
            yield {
                'mall_id': mall_id, 'tenant_id': shop.tenant_id, 'month': month, 'metric': metric,
                'own': _ratio(shop, metric).value, 'peers': figure.value, 'hidden_because': figure.hidden_because,
                'computed_at': now,
            }  # fmt: skip


def _ratio(shop: TenantMonthView, metric: str) -> Ratio:
    if metric == 'average_transaction':
        return Ratio(shop.gto_fen, shop.receipts)
    return Ratio(shop.gto_fen, shop.net_area_dm2 / DM2_PER_M2)
