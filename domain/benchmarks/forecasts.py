"""What a tenant will turn over (营业额预测): worked out by night from the days it reported, kept with its error."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from domain.benchmarks._gathering import reader_of
from domain.benchmarks.models import TurnoverForecast
from domain.benchmarks.operations import ShopOutOfReach, WholeMallNeeded
from domain.benchmarks.permissions import COMPUTE, VIEW
from domain.leasing.days import list_tenant_days
from domain.shared.actor import Actor, TenantId
from domain.shared.forecasting import WEEK, Outlook
from domain.shared.live import notify
from domain.shared.operations import operation, query

OUTLOOK = TypeAdapter(Outlook)
SILENT_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnoverForecastView:
    """What a tenant will turn over a day in fen, from `made_on` on."""

    tenant_id: TenantId
    made_on: date
    outlook: Outlook


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepTurnoverForecasts:
    """Forecasts of tenants, made on a day; they replace older ones."""

    made_on: date
    outlooks: dict[TenantId, Outlook]


@query(VIEW)
def traded_by_day(session: Session, *, actor: Actor, from_on: date, until_on: date) -> dict[TenantId, tuple[int, ...]]:
    """What every tenant that still reports turned over a day, from the first day that it reported on. A day that is
    missing is taken to have been like the same weekday before.
    """
    days: dict[TenantId, dict[date, int]] = {}
    for day in list_tenant_days(session, actor=reader_of(actor), from_on=from_on, until_on=until_on):
        days.setdefault(day.tenant_id, {})[day.on] = day.gto_fen
    still = until_on - timedelta(days=SILENT_DAYS)
    return {tenant: _filled(reported, until_on) for tenant, reported in days.items() if max(reported) >= still}


@operation(COMPUTE, name='benchmarks.keep_turnover_forecasts', is_audited=False)
def keep_turnover_forecasts(session: Session, *, actor: Actor, command: KeepTurnoverForecasts, now: datetime) -> int:
    """Replaces the forecasts of these tenants; answers how many.

    :raises WholeMallNeeded: when the actor is confined to a tenant.
    """
    if actor.tenant_id is not None or actor.mall_id is None:
        raise WholeMallNeeded
    rows = [
        {'mall_id': actor.mall_id, 'tenant_id': tenant, 'made_on': command.made_on,
         'outlook': OUTLOOK.dump_python(outlook, mode='json')}
        for tenant, outlook in sorted(command.outlooks.items())
    ]  # fmt: skip
    if rows:
        table = insert(TurnoverForecast)
        changed = {name: table.excluded[name] for name in ('made_on', 'outlook')}
        session.execute(table.on_conflict_do_update(index_elements=['mall_id', 'tenant_id'], set_=changed), rows)
    notify(session, 'benchmarks', actor.mall_id)
    return len(rows)


@query(VIEW)
def get_turnover_forecast(session: Session, *, actor: Actor, shop_id: TenantId) -> TurnoverForecastView | None:
    """A shop's newest forecast; None before the first night.

    :raises ShopOutOfReach: when a tenant asks for another's.
    """
    if actor.tenant_id not in (None, shop_id):
        raise ShopOutOfReach
    row = session.exec(select(TurnoverForecast).where(TurnoverForecast.tenant_id == shop_id)).one_or_none()
    if row is None:
        return None
    return TurnoverForecastView(tenant_id=shop_id, made_on=row.made_on, outlook=OUTLOOK.validate_python(row.outlook))


def _filled(reported: dict[date, int], until_on: date) -> tuple[int, ...]:
    """Without a gap: a forecast needs every day. What was never seen of a weekday is nothing."""
    first = min(reported)
    days: list[int] = []
    for number in range((until_on - first).days):
        known = reported.get(first + timedelta(days=number))
        week_before = days[number - WEEK] if number >= WEEK else 0
        days.append(max(0, week_before if known is None else known))
    return tuple(days)
