"""Questions to inventory."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from domain.inventory._repository import item_view
from domain.inventory._rules.assortment import Level, abc_classes, days_of_cover, out_of_stock_rate
from domain.inventory.commands import ItemId, LocationId, LotId
from domain.inventory.errors import ItemUnknown
from domain.inventory.models import Item, ItemBarcode, StockLot
from domain.inventory.permissions import VIEW
from domain.inventory.views import AssortmentRow, ConcessionStatement, ItemView, LotRecall, OnHandRow
from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor, TenantId
from domain.shared.operations import query

# What is there now, less the days after the instant's and the moves of its own day from it on: a day's moves are read,
# however long the journal is. Days here are those of UTC.
_BALANCE = text("""
    SELECT (SELECT coalesce(sum(quantity), 0) FROM stock_quant WHERE mall_id = app_mall() AND item_id = :item
               AND (CAST(:location AS bigint) IS NULL OR location_id = :location)
               AND (CAST(:lot AS bigint) IS NULL OR lot_id = :lot))::bigint
         - (SELECT coalesce(sum(quantity), 0) FROM stock_day WHERE mall_id = app_mall() AND item_id = :item
               AND day > :day AND (CAST(:location AS bigint) IS NULL OR location_id = :location)
               AND (CAST(:lot AS bigint) IS NULL OR lot_id = :lot))::bigint
         - (SELECT coalesce(sum(quantity), 0) FROM stock_move WHERE mall_id = app_mall() AND item_id = :item
               AND occurred_at >= :moment AND occurred_at < :next_day
               AND (CAST(:location AS bigint) IS NULL OR location_id = :location)
               AND (CAST(:lot AS bigint) IS NULL OR lot_id = :lot))::bigint
         - (SELECT coalesce(sum(quantity), 0) FROM stock_move WHERE mall_id = app_mall() AND item_id = :item
               AND key = :without AND occurred_at < :moment
               AND (CAST(:location AS bigint) IS NULL OR location_id = :location)
               AND (CAST(:lot AS bigint) IS NULL OR lot_id = :lot))::bigint
""")


@query(VIEW)
def find_item(session: Session, *, actor: Actor, code: str) -> ItemView:
    """The item of a SKU or a barcode.

    :raises ItemUnknown:
    """
    plain = code.strip()
    item = (
        session.exec(select(Item).where(Item.sku == plain)).one_or_none()
        or session.exec(select(Item).join(ItemBarcode).where(ItemBarcode.barcode == plain)).one_or_none()
    )
    if item is None:
        raise ItemUnknown(item=code)
    return item_view(item)


@query(VIEW)
def on_hand(session: Session, *, actor: Actor, item_id: ItemId, day: date) -> list[OnHandRow]:
    """What lies where, and what of it may be sold on a day."""
    rows = session.execute(
        text("""
            SELECT q.location_id, p.code AS location_code, q.lot_id, coalesce(l.code, '') AS lot_code, l.expires_on,
                   q.quantity, (l.expires_on IS NULL OR l.expires_on >= :day) AND l.recalled_at IS NULL AS is_sellable
              FROM stock_quant q JOIN stock_location p ON p.id = q.location_id
              LEFT JOIN stock_lot l ON l.mall_id = q.mall_id AND l.id = q.lot_id
             WHERE q.mall_id = app_mall() AND q.item_id = :item AND q.quantity <> 0
             ORDER BY p.code, l.expires_on NULLS LAST, q.lot_id
        """),
        {'item': item_id, 'day': day},
    )
    return [OnHandRow(**row._mapping) for row in rows]


@query(VIEW)
def total_on_hand(session: Session, *, actor: Actor) -> dict[ItemId, int]:
    """What there is of every item, wherever it lies: in quality control and in transit as well."""
    rows = session.execute(
        text(
            'SELECT item_id, sum(quantity)::bigint AS pieces FROM stock_quant'
            ' WHERE mall_id = app_mall() GROUP BY item_id'
        )
    )
    return {ItemId(row.item_id): row.pieces for row in rows}


@query(VIEW)
def balance_at(
    session: Session, *, actor: Actor, item_id: ItemId, moment: datetime, location_id: LocationId | None = None
) -> int:
    """What there was of an item just before an instant, everywhere or at one location."""
    return balance_of(session, item_id, moment, location_id=location_id)


@query(VIEW)
def concession_statement(
    session: Session, *, actor: Actor, owner_id: TenantId, from_on: date, until_on: date
) -> ConcessionStatement:
    """What a brand's sales of some days make (rule IN-R6)."""
    row = session.execute(
        text("""
            SELECT coalesce(sum(quantity), 0)::bigint AS pieces, coalesce(sum(list_fen), 0)::bigint AS list_fen,
                   coalesce(sum(paid_fen), 0)::bigint AS paid_fen, coalesce(sum(base_fen), 0)::bigint AS base_fen,
                   coalesce(sum(commission_fen), 0)::bigint AS commission_fen,
                   coalesce(sum(remitted_fen), 0)::bigint AS remitted_fen
              FROM goods_sold WHERE mall_id = app_mall() AND owner_id = :owner
               AND business_on >= :from_on AND business_on < :until_on
        """),
        {'owner': owner_id, 'from_on': from_on, 'until_on': until_on},
    ).one()
    return ConcessionStatement(owner_id=owner_id, **row._mapping)


@query(VIEW)
def assortment(session: Session, *, actor: Actor, from_on: date, until_on: date) -> list[AssortmentRow]:
    """How every item did over some days: sales, ABC, cover, dead stock, time out of stock; best sellers first."""
    clock = get_business_clock(session, actor=actor)
    (starts, _), (ends, _) = clock.bounds(from_on), clock.bounds(until_on)
    rows = session.execute(
        text("""
            SELECT i.id, i.sku,
                   coalesce((SELECT sum(q.quantity) FROM stock_quant q
                              WHERE q.mall_id = i.mall_id AND q.item_id = i.id), 0)::bigint AS on_hand,
                   coalesce(sum(g.quantity), 0)::bigint AS sold, coalesce(sum(g.paid_fen), 0)::bigint AS revenue
              FROM item i LEFT JOIN goods_sold g ON g.mall_id = i.mall_id AND g.item_id = i.id
               AND g.business_on >= :from_on AND g.business_on < :until_on
             WHERE i.mall_id = app_mall() GROUP BY i.mall_id, i.id, i.sku ORDER BY revenue DESC, i.sku
        """),
        {'from_on': from_on, 'until_on': until_on},
    ).all()
    classes = abc_classes({row.id: row.revenue for row in rows})
    levels = _levels(session, starts, ends)
    return [
        AssortmentRow(
            item_id=ItemId(row.id), sku=row.sku, on_hand=row.on_hand, sold=row.sold, revenue_fen=row.revenue,
            abc=classes[row.id], days_of_cover=days_of_cover(row.on_hand, row.sold, (until_on - from_on).days),
            is_dead=row.on_hand > 0 and row.sold == 0,
            out_of_stock=out_of_stock_rate(levels.get(row.id) or [Level(starts, 0)], ends),
        ) for row in rows
    ]  # fmt: skip


def balance_of(
    session: Session,
    item_id: int,
    moment: datetime,
    *,
    location_id: int | None = None,
    lot_id: int | None = None,
    without_key: str | None = None,
) -> int:
    """What there was just before an instant, perhaps without what one key moved."""
    facts = {'item': item_id, 'location': location_id, 'lot': lot_id, 'without': without_key, **day_of(moment)}
    return int(session.execute(_BALANCE, facts).scalar_one())


def day_of(moment: datetime) -> dict[str, Any]:
    """An instant, its day and the beginning of the next, as the sums of days are asked for."""
    start = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return {'moment': moment, 'day': start.date(), 'next_day': start + timedelta(days=1)}


def recall_of(session: Session, lot: StockLot) -> LotRecall:
    """Where a lot lies, and on which receipts it went."""
    where = session.execute(
        text("""
            SELECT location_id, quantity FROM stock_quant
             WHERE mall_id = app_mall() AND item_id = :item AND lot_id = :lot AND quantity <> 0
        """),
        {'item': lot.item_id, 'lot': lot.id},
    )
    sold = session.execute(
        text("""
            SELECT key, -sum(quantity)::bigint AS pieces FROM stock_move
             WHERE mall_id = app_mall() AND item_id = :item AND lot_id = :lot AND reason = 'sale' GROUP BY key
        """),
        {'item': lot.item_id, 'lot': lot.id},
    )
    return LotRecall(
        id=LotId(lot.id), code=lot.code, on_hand={LocationId(row.location_id): row.quantity for row in where},
        sold={row.key: row.pieces for row in sold},
    )  # fmt: skip


def _levels(session: Session, starts: datetime, ends: datetime) -> dict[int, list[Level]]:
    """The level of every item at the beginning and after each of its moves."""
    rows = session.execute(
        text("""
            SELECT item_id, greatest(occurred_at, :starts) AS since,
                   sum(sum(quantity)) OVER (PARTITION BY item_id ORDER BY greatest(occurred_at, :starts)) AS level
              FROM stock_move WHERE mall_id = app_mall() AND occurred_at < :ends
             GROUP BY item_id, greatest(occurred_at, :starts) ORDER BY 1, 2
        """),
        {'starts': starts, 'ends': ends},
    )
    found: dict[int, list[Level]] = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(Level(row.since, int(row.level)))
    return {item: _from(levels, starts) for item, levels in found.items()}


def _from(levels: list[Level], starts: datetime) -> list[Level]:
    return levels if levels[0].since == starts else [Level(starts, 0), *levels]
