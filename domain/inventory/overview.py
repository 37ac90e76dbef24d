"""What the pages of stock list (库存总览): items with what lies where, the journal, lots by expiry, counts."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.inventory.commands import CountId, ItemId, LocationId, LotId
from domain.inventory.models import StockLocation
from domain.inventory.permissions import VIEW
from domain.inventory.queries import day_of
from domain.inventory.views import LocationView
from domain.shared.actor import Actor
from domain.shared.operations import query


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRow:
    """An item and its pieces. `available` may be sold or moved; the rest is on hold, on the road, expired or recalled.

    `balance` is what there was at the instant that was asked for; `value_fen` what the mall's own stock cost.
    """

    id: ItemId
    sku: str
    name_zh: str
    name_en: str
    ownership: str
    has_lots: bool
    barcodes: tuple[str, ...]
    on_hand: int
    available: int
    on_hold: int
    in_transit: int
    blocked: int
    balance: int
    value_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """A line of the journal, in words that a person reads."""

    id: int
    item_id: ItemId
    sku: str
    name_zh: str
    name_en: str
    location_code: str
    lot_code: str
    quantity: int
    reason: str
    occurred_at: datetime
    moved_by: str
    reference: str
    is_oversold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """A lot of which something is left, or which was recalled."""

    id: LotId
    code: str
    item_id: ItemId
    sku: str
    name_zh: str
    name_en: str
    expires_on: date | None
    recalled_at: datetime | None
    recall_reason: str
    quantity: int
    location_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """A count; `places` are the places with an item that were counted, `counters` how many people counted them."""

    id: CountId
    location_codes: tuple[str, ...]
    tolerance: int
    opened_by: str
    opened_at: datetime
    validated_by: str | None
    validated_at: datetime | None
    places: int
    counters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandRow:
    """What the sales of one brand's goods made over some days, and what the mall remits (rule IN-R6)."""

    owner_id: int
    name_zh: str
    name_en: str
    pieces: int
    list_fen: int
    paid_fen: int
    base_fen: int
    commission_fen: int
    remitted_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantRow:
    """How much of an item and lot lies somewhere."""

    item: int
    place: int
    lot: int
    lot_code: str
    pieces: int


_STOCK = text("""
WITH lying AS (
    SELECT q.item_id, q.quantity, p.kind,
           (l.expires_on IS NULL OR l.expires_on >= :day) AND l.recalled_at IS NULL AS is_sound
      FROM stock_quant q JOIN stock_location p ON p.mall_id = q.mall_id AND p.id = q.location_id
      LEFT JOIN stock_lot l ON l.mall_id = q.mall_id AND l.id = q.lot_id
     WHERE q.mall_id = app_mall() AND (CAST(:location AS bigint) IS NULL OR q.location_id = :location)
), summed AS (
    SELECT item_id, sum(quantity)::bigint AS on_hand,
           coalesce(sum(quantity) FILTER (WHERE kind IN ('shelf', 'stockroom') AND is_sound), 0)::bigint AS available,
           coalesce(sum(quantity) FILTER (WHERE kind = 'quality'), 0)::bigint AS on_hold,
           coalesce(sum(quantity) FILTER (WHERE kind = 'transit'), 0)::bigint AS in_transit,
           coalesce(sum(quantity) FILTER (WHERE kind IN ('shelf', 'stockroom') AND NOT is_sound), 0)::bigint AS blocked
      FROM lying GROUP BY item_id
), later AS (
    SELECT item_id, sum(quantity)::bigint AS pieces FROM (
        SELECT item_id, location_id, quantity FROM stock_day
         WHERE mall_id = app_mall() AND day > CAST(:day_of_moment AS date)
        UNION ALL SELECT item_id, location_id, quantity FROM stock_move
         WHERE mall_id = app_mall() AND occurred_at >= CAST(:moment AS timestamptz)
           AND occurred_at < CAST(:next_day AS timestamptz)
    ) m WHERE CAST(:location AS bigint) IS NULL OR location_id = :location GROUP BY item_id
)
SELECT i.id, i.sku, i.name_zh, i.name_en, i.ownership, i.has_lots, coalesce(s.on_hand, 0) AS on_hand,
       coalesce(s.available, 0) AS available, coalesce(s.on_hold, 0) AS on_hold,
       coalesce(s.in_transit, 0) AS in_transit, coalesce(s.blocked, 0) AS blocked,
       coalesce(s.on_hand, 0) - coalesce(r.pieces, 0) AS balance, coalesce(v.value_fen, 0) AS value_fen,
       ARRAY(SELECT b.barcode FROM item_barcode b WHERE b.mall_id = i.mall_id AND b.item_id = i.id ORDER BY 1)
           AS barcodes
  FROM item i LEFT JOIN summed s ON s.item_id = i.id LEFT JOIN later r ON r.item_id = i.id
  LEFT JOIN stock_valuation v ON v.mall_id = i.mall_id AND v.item_id = i.id
 WHERE i.mall_id = app_mall() AND (CAST(:item AS bigint) IS NULL OR i.id = :item) ORDER BY i.sku
""")
_JOURNAL = text("""
SELECT m.id, m.item_id, i.sku, i.name_zh, i.name_en, p.code AS location_code, coalesce(l.code, '') AS lot_code,
       m.quantity, m.reason, m.occurred_at, m.moved_by, m.reference, m.is_oversold
  FROM stock_move m JOIN item i ON i.mall_id = m.mall_id AND i.id = m.item_id
  JOIN stock_location p ON p.mall_id = m.mall_id AND p.id = m.location_id
  LEFT JOIN stock_lot l ON l.mall_id = m.mall_id AND l.id = m.lot_id
 WHERE m.mall_id = app_mall() AND (CAST(:item AS bigint) IS NULL OR m.item_id = :item)
   AND (CAST(:reasons AS text[]) IS NULL OR m.reason = ANY(:reasons))
 ORDER BY m.occurred_at DESC, m.id DESC LIMIT :limit
""")
_LOTS = text("""
SELECT l.id, l.code, l.item_id, i.sku, i.name_zh, i.name_en, l.expires_on, l.recalled_at, l.recall_reason,
       coalesce(sum(q.quantity), 0)::bigint AS quantity,
       coalesce(array_agg(p.code ORDER BY p.code) FILTER (WHERE q.quantity <> 0), '{}') AS location_codes
  FROM stock_lot l JOIN item i ON i.mall_id = l.mall_id AND i.id = l.item_id
  LEFT JOIN stock_quant q ON q.mall_id = l.mall_id AND q.item_id = l.item_id AND q.lot_id = l.id AND q.quantity <> 0
  LEFT JOIN stock_location p ON p.mall_id = q.mall_id AND p.id = q.location_id
 WHERE l.mall_id = app_mall() AND (CAST(:item AS bigint) IS NULL OR l.item_id = :item)
 GROUP BY l.mall_id, l.id, i.mall_id, i.id
HAVING coalesce(sum(q.quantity), 0) <> 0 OR l.recalled_at IS NOT NULL
 ORDER BY l.expires_on NULLS LAST, l.id
""")
_COUNTS = text("""
SELECT c.id, c.tolerance, c.opened_by, c.opened_at, c.validated_by, c.validated_at,
       ARRAY(SELECT p.code FROM stock_location p JOIN jsonb_array_elements_text(to_jsonb(c.location_ids)) AS one(id)
              ON p.id = one.id::bigint WHERE p.mall_id = c.mall_id ORDER BY 1) AS location_codes,
       (SELECT count(DISTINCT (n.location_id, n.item_id, n.lot_id)) FROM stock_count_line n
         WHERE n.mall_id = c.mall_id AND n.count_id = c.id) AS places,
       (SELECT count(DISTINCT n.counter) FROM stock_count_line n
         WHERE n.mall_id = c.mall_id AND n.count_id = c.id) AS counters
  FROM stock_count c WHERE c.mall_id = app_mall() ORDER BY c.validated_at IS NOT NULL, c.opened_at DESC LIMIT 200
""")

_BRANDS = text("""
SELECT g.owner_id, t.name_zh, t.name_en, sum(g.quantity)::bigint AS pieces, sum(g.list_fen)::bigint AS list_fen,
       sum(g.paid_fen)::bigint AS paid_fen, sum(g.base_fen)::bigint AS base_fen,
       sum(g.commission_fen)::bigint AS commission_fen, sum(g.remitted_fen)::bigint AS remitted_fen
  FROM goods_sold g JOIN tenant t ON t.mall_id = g.mall_id AND t.id = g.owner_id
 WHERE g.mall_id = app_mall() AND g.business_on >= :from_on AND g.business_on < :until_on
 GROUP BY g.owner_id, t.name_zh, t.name_en ORDER BY remitted_fen DESC, g.owner_id
""")


@query(VIEW)
def list_stock(
    session: Session, *, actor: Actor, day: date, location_id: LocationId | None = None,
    moment: datetime | None = None, item_id: ItemId | None = None,
) -> list[StockRow]:  # fmt: skip
    """Every item with its pieces, everywhere or at one location, and its balance just before an instant."""
    asked = {'moment': None, 'day': None, 'next_day': None} if moment is None else day_of(moment)
    facts = {'day': day, 'location': location_id, 'item': item_id, 'moment': asked['moment'],
             'day_of_moment': asked['day'], 'next_day': asked['next_day']}  # fmt: skip
    return [
        StockRow(**dict(row._mapping) | {'barcodes': tuple(row.barcodes)}) for row in session.execute(_STOCK, facts)
    ]


@query(VIEW)
def list_journal(
    session: Session, *, actor: Actor, item_id: ItemId | None = None, reasons: tuple[str, ...] = (), limit: int = 500
) -> list[JournalRow]:
    """The newest moves, of one item or of all, perhaps for some reasons only."""
    facts = {'item': item_id, 'reasons': list(reasons) or None, 'limit': limit}
    return [JournalRow(**row._mapping) for row in session.execute(_JOURNAL, facts)]


@query(VIEW)
def list_lots(session: Session, *, actor: Actor, item_id: ItemId | None = None) -> list[LotRow]:
    """Lots of which something is left, and recalled ones; what expires first comes first."""
    return [
        LotRow(**dict(row._mapping) | {'location_codes': tuple(row.location_codes)})
        for row in session.execute(_LOTS, {'item': item_id})
    ]


@query(VIEW)
def list_locations(session: Session, *, actor: Actor) -> list[LocationView]:
    """Where goods may lie."""
    places = session.exec(select(StockLocation).order_by(col(StockLocation.code)))
    return [LocationView(id=LocationId(place.id), code=place.code, kind=place.kind) for place in places]


@query(VIEW)
def list_counts(session: Session, *, actor: Actor) -> list[CountRow]:
    """The counts, open ones first."""
    return [
        CountRow(**dict(row._mapping) | {'location_codes': tuple(row.location_codes)})
        for row in session.execute(_COUNTS)
    ]


@query(VIEW)
def list_brands(session: Session, *, actor: Actor, from_on: date, until_on: date) -> list[BrandRow]:
    """Every brand whose goods were sold on the mall's shelves over some days."""
    return [BrandRow(**row._mapping) for row in session.execute(_BRANDS, {'from_on': from_on, 'until_on': until_on})]


@query(VIEW)
def list_quants(session: Session, *, actor: Actor) -> list[QuantRow]:
    """Everything that lies anywhere, lots that expire first before the others."""
    rows = session.execute(
        text("""
            SELECT q.item_id AS item, q.location_id AS place, q.lot_id AS lot, coalesce(l.code, '') AS lot_code,
                   q.quantity AS pieces
              FROM stock_quant q LEFT JOIN stock_lot l ON l.mall_id = q.mall_id AND l.id = q.lot_id
             WHERE q.mall_id = app_mall() AND q.quantity <> 0
             ORDER BY q.item_id, q.location_id, l.expires_on NULLS LAST, q.lot_id
        """)
    )
    return [QuantRow(**row._mapping) for row in rows]
