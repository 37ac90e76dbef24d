"""What will be sold of an item (需求预测): worked out by night from what was sold, kept with its error."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from domain.inventory._repository import mall_of
from domain.inventory.commands import ItemId
from domain.inventory.models import StockForecast
from domain.inventory.permissions import FORECAST, VIEW
from domain.shared.actor import Actor
from domain.shared.forecasting import Outlook
from domain.shared.live import notify
from domain.shared.operations import operation, query

OUTLOOK = TypeAdapter(Outlook)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandForecast:
    """What will be sold of an item a day, from `made_on` on."""

    item_id: ItemId
    made_on: date
    outlook: Outlook

    def demand(self, from_on: date, until_on: date) -> float:
        """What is expected over some days; beyond the last day foretold its week goes on."""
        points = self.outlook.band.point
        days = [(from_on - self.made_on).days + number for number in range((until_on - from_on).days)]
        return sum(points[day] if day < len(points) else points[len(points) - 7 + day % 7] for day in days if day >= 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepForecasts:
    """Forecasts of items, made on a day; they replace older ones."""

    made_on: date
    outlooks: dict[ItemId, Outlook]


# A day without a sale sold nothing, from an item's first sale on; what came back is taken off the day it came back. A
# day that began and ended without a piece anywhere says nothing of demand, unless the item may be sold below zero.
# Stock is known by days of UTC, which end before a mall in China opens: near enough to tell such days.
_SOLD = text("""
WITH sold AS (
    SELECT item_id, business_on, sum(quantity)::bigint AS pieces FROM goods_sold
     WHERE mall_id = app_mall() AND business_on >= :from_on AND business_on < :until_on
       AND (CAST(:item AS bigint) IS NULL OR item_id = :item) GROUP BY item_id, business_on
), first AS (
    SELECT s.item_id, min(s.business_on) AS on, i.allows_negative
      FROM sold s JOIN item i ON i.mall_id = app_mall() AND i.id = s.item_id GROUP BY s.item_id, i.allows_negative
), moved AS (
    SELECT d.item_id, greatest(d.day, f.on - 1) AS day, sum(d.quantity) AS pieces
      FROM stock_day d JOIN first f ON f.item_id = d.item_id WHERE d.mall_id = app_mall() GROUP BY 1, 2
), days AS (
    SELECT f.item_id, f.on, f.allows_negative, d::date AS day, greatest(coalesce(s.pieces, 0), 0) AS sold,
           coalesce(m.pieces, 0) AS moved,
           sum(coalesce(m.pieces, 0)) OVER (PARTITION BY f.item_id ORDER BY d) AS closing
      FROM first f CROSS JOIN LATERAL generate_series(f.on - 1, CAST(:until_on AS date) - 1, interval '1 day') AS d
      LEFT JOIN sold s ON s.item_id = f.item_id AND s.business_on = d::date
      LEFT JOIN moved m ON m.item_id = f.item_id AND m.day = d::date
)
SELECT item_id, array_agg(
           CASE WHEN sold > 0 OR allows_negative OR closing > 0 OR closing - moved > 0 THEN sold END ORDER BY day
       ) AS pieces
  FROM days WHERE day >= days.on GROUP BY item_id
""")


@query(VIEW)
def sold_by_day(
    session: Session, *, actor: Actor, from_on: date, until_on: date, item_id: ItemId | None = None
) -> dict[ItemId, tuple[int | None, ...]]:
    """What was sold of every item a day, from its first sale within the days on; None on days without any stock."""
    rows = session.execute(_SOLD, {'from_on': from_on, 'until_on': until_on, 'item': item_id})
    return {ItemId(row.item_id): tuple(row.pieces) for row in rows}


@operation(FORECAST, name='inventory.keep_forecasts', is_audited=False)
def keep_forecasts(session: Session, *, actor: Actor, command: KeepForecasts, now: datetime) -> int:
    """Replaces the forecasts of these items; answers how many."""
    rows = [
        {'mall_id': mall_of(actor), 'item_id': item, 'made_on': command.made_on,
         'outlook': OUTLOOK.dump_python(outlook, mode='json')}
        for item, outlook in sorted(command.outlooks.items())
    ]  # fmt: skip
    if rows:
        table = insert(StockForecast)
        changed = {name: table.excluded[name] for name in ('made_on', 'outlook')}
        session.execute(table.on_conflict_do_update(index_elements=['mall_id', 'item_id'], set_=changed), rows)
    notify(session, 'inventory', mall_of(actor))
    return len(rows)


@query(VIEW)
def list_forecasts(
    session: Session, *, actor: Actor, on: date, item_id: ItemId | None = None, within_days: int = 7
) -> dict[ItemId, DemandForecast]:
    """The forecasts that are fresh enough to go by on a day."""
    statement = select(StockForecast).where(
        StockForecast.made_on > on - timedelta(days=within_days), StockForecast.made_on <= on
    )
    if item_id is not None:
        statement = statement.where(StockForecast.item_id == item_id)
    return {
        ItemId(row.item_id): DemandForecast(
            item_id=ItemId(row.item_id), made_on=row.made_on, outlook=OUTLOOK.validate_python(row.outlook)
        ) for row in session.exec(statement)
    }  # fmt: skip
