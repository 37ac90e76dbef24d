"""The two statements that move stock. Each is one statement: quants are locked, changed and journalled in it, and it
answers with the moves.

A key is used once: a second arrival inserts no posting, so it moves nothing, and the caller learns that it is a replay.
Every move is also added to its day's sum (`stock_day`), so that a past instant needs the moves of one day alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from domain.inventory._worth import NOTED, SoldLine, columns_of
from domain.inventory.commands import ItemId, LocationId, LotId
from domain.inventory.errors import MoveConflict, NotEnough, PlaceUnknown
from domain.inventory.views import MoveView
from domain.shared.idempotency import request_hash

_INSUFFICIENT = ('AT002', '23514')
_UNKNOWN = ('23503', 'AT003')


@dataclass(frozen=True, slots=True)
class Context:
    """What all moves of one posting share."""

    key: str
    reason: str
    occurred_at: datetime
    received_at: datetime
    business_on: date
    moved_by: str
    reference: str = ''

    @property
    def day(self) -> date:
        """The day (of UTC) whose sum a move is added to."""
        return self.occurred_at.astimezone(UTC).date()

    def facts(self, content: object) -> dict[str, Any]:
        return {
            'key': self.key, 'reason': self.reason, 'occurred_at': self.occurred_at, 'now': self.received_at,
            'business_on': self.business_on, 'by': self.moved_by, 'reference': self.reference,
            'day': self.day,
            'hash': request_hash([self.reason, content]),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leg:
    """A signed change of one quant."""

    item_id: int
    location_id: int
    lot_id: int
    quantity: int


_DAYS = """
INSERT INTO stock_day AS d (mall_id, item_id, location_id, lot_id, day, quantity)
    SELECT app_mall(), item_id, location_id, lot_id, CAST(:day AS date), sum(quantity) FROM journal
     GROUP BY item_id, location_id, lot_id ORDER BY item_id, location_id, lot_id
    ON CONFLICT (mall_id, item_id, location_id, lot_id, day) DO UPDATE SET quantity = d.quantity + excluded.quantity
"""
_TOLD = "(SELECT coalesce(jsonb_agg(to_jsonb(j) ORDER BY j.id), '[]') FROM journal j) AS moves"
_MADE = 'RETURNING id, item_id, location_id, lot_id, quantity, is_oversold'

_MOVE = text(f"""
WITH posting AS (
    INSERT INTO stock_posting (mall_id, key, content_hash) VALUES (app_mall(), :key, :hash)
    ON CONFLICT DO NOTHING RETURNING key
), wanted AS MATERIALIZED (
    SELECT * FROM unnest(CAST(:items AS bigint[]), CAST(:locations AS bigint[]), CAST(:lots AS bigint[]),
                         CAST(:quantities AS bigint[])) AS w(item_id, location_id, lot_id, quantity), posting
), held AS MATERIALIZED (
    SELECT q.item_id, q.location_id, q.lot_id, w.quantity
      FROM stock_quant q JOIN wanted w USING (item_id, location_id, lot_id) WHERE q.mall_id = app_mall()
     ORDER BY q.item_id, q.location_id, q.lot_id FOR UPDATE OF q
), updated AS (
    UPDATE stock_quant q SET quantity = q.quantity + h.quantity FROM held h
     WHERE q.mall_id = app_mall() AND (q.item_id, q.location_id, q.lot_id) = (h.item_id, h.location_id, h.lot_id)
    RETURNING q.item_id, q.location_id, q.lot_id, q.quantity AS on_hand
), made AS (
    INSERT INTO stock_quant AS q (mall_id, item_id, location_id, lot_id, quantity, may_be_negative)
    SELECT app_mall(), w.item_id, w.location_id, w.lot_id, w.quantity, i.allows_negative
      FROM wanted w JOIN item i ON i.mall_id = app_mall() AND i.id = w.item_id
     WHERE (w.quantity > 0 OR i.allows_negative)
       AND NOT EXISTS (SELECT FROM held h
                        WHERE (h.item_id, h.location_id, h.lot_id) = (w.item_id, w.location_id, w.lot_id))
     ORDER BY w.item_id, w.location_id, w.lot_id
    ON CONFLICT (mall_id, item_id, location_id, lot_id) DO UPDATE SET quantity = q.quantity + excluded.quantity
    RETURNING q.item_id, q.location_id, q.lot_id, q.quantity AS on_hand
), journal AS (
    INSERT INTO stock_move (mall_id, key, item_id, location_id, lot_id, quantity, reason, occurred_at, received_at,
                            business_on, is_oversold, reference, moved_by)
    SELECT app_mall(), :key, w.item_id, w.location_id, w.lot_id, w.quantity, :reason, :occurred_at, :now, :business_on,
           w.quantity < 0 AND c.on_hand < 0, :reference, :by
      FROM wanted w JOIN (TABLE updated UNION ALL TABLE made) c USING (item_id, location_id, lot_id) {_MADE}
), days AS ({_DAYS})
SELECT EXISTS (SELECT FROM posting) AS is_new, {_TOLD}, CASE
    WHEN (SELECT count(*) FROM wanted WHERE quantity < 0) <> (SELECT count(*) FROM journal WHERE quantity < 0)
        THEN refuse('AT002')
    WHEN (SELECT count(*) FROM wanted) <> (SELECT count(*) FROM journal) THEN refuse('AT003') END
""")  # noqa: S608 - no input

# First expired, first out: lots in the order of their expiry, without the expired and the recalled; what no lot gives
# is taken from lot 0, below zero where the item allows it.
_SELL = text(f"""
WITH posting AS (
    INSERT INTO stock_posting (mall_id, key, content_hash) VALUES (app_mall(), :key, :hash)
    ON CONFLICT DO NOTHING RETURNING key
), wanted AS MATERIALIZED (
    SELECT w.item_id, w.quantity, i.allows_negative
      FROM unnest(CAST(:item_id AS bigint[]), CAST(:quantity AS bigint[])) AS w(item_id, quantity)
      JOIN item i ON i.mall_id = app_mall() AND i.id = w.item_id, posting
), held AS MATERIALIZED (
    SELECT q.item_id, q.lot_id, q.quantity, l.expires_on
      FROM stock_quant q JOIN wanted w ON w.item_id = q.item_id
      LEFT JOIN stock_lot l ON l.mall_id = q.mall_id AND l.id = q.lot_id
     WHERE q.mall_id = app_mall() AND q.location_id = :location
       AND (l.expires_on IS NULL OR l.expires_on >= :business_on) AND l.recalled_at IS NULL
     ORDER BY q.item_id, q.lot_id FOR UPDATE OF q
), ranked AS (
    SELECT h.item_id, h.lot_id, greatest(h.quantity, 0) AS there, w.quantity AS wanted,
           sum(greatest(h.quantity, 0)) OVER (PARTITION BY h.item_id ORDER BY h.expires_on NULLS LAST, h.lot_id) AS upto
      FROM held h JOIN wanted w ON w.item_id = h.item_id
), taken AS (
    SELECT item_id, lot_id, least(there, greatest(0, wanted - (upto - there)))::bigint AS part FROM ranked
), short AS (
    SELECT w.item_id, w.quantity - coalesce(sum(t.part), 0)::bigint AS lacking, w.allows_negative
      FROM wanted w LEFT JOIN taken t ON t.item_id = w.item_id
     GROUP BY w.item_id, w.quantity, w.allows_negative
), legs AS MATERIALIZED (
    SELECT item_id, lot_id, sum(part)::bigint AS part, bool_or(is_oversold) AS is_oversold FROM (
        SELECT item_id, lot_id, part, false AS is_oversold FROM taken WHERE part > 0
        UNION ALL SELECT item_id, 0, lacking, true FROM short WHERE lacking > 0 AND allows_negative
    ) u GROUP BY item_id, lot_id
), updated AS (
    UPDATE stock_quant q SET quantity = q.quantity - l.part FROM legs l JOIN wanted w ON w.item_id = l.item_id
     WHERE q.mall_id = app_mall() AND q.location_id = :location AND (q.item_id, q.lot_id) = (l.item_id, l.lot_id)
       AND NOT w.allows_negative
    RETURNING 1
), upserted AS (
    INSERT INTO stock_quant AS q (mall_id, item_id, location_id, lot_id, quantity, may_be_negative)
    SELECT app_mall(), l.item_id, :location, l.lot_id, -l.part, true
      FROM legs l JOIN wanted w ON w.item_id = l.item_id WHERE w.allows_negative ORDER BY l.item_id, l.lot_id
    ON CONFLICT (mall_id, item_id, location_id, lot_id) DO UPDATE SET quantity = q.quantity + excluded.quantity
    RETURNING 1
), journal AS (
    INSERT INTO stock_move (mall_id, key, item_id, location_id, lot_id, quantity, reason, occurred_at, received_at,
                            business_on, is_oversold, reference, moved_by)
    SELECT app_mall(), :key, item_id, :location, lot_id, -part, :reason, :occurred_at, :now, :business_on,
           is_oversold, :reference, :by FROM legs {_MADE}
), days AS ({_DAYS}), {NOTED}
SELECT EXISTS (SELECT FROM posting) AS is_new, {_TOLD}, CASE
    WHEN EXISTS (SELECT FROM posting) AND (SELECT count(*) FROM wanted) <> cardinality(CAST(:item_id AS bigint[]))
        THEN refuse('AT003')
    WHEN EXISTS (SELECT FROM short WHERE lacking > 0 AND NOT allows_negative) THEN refuse('AT002')
    WHEN (SELECT count(*) FROM updated) + (SELECT count(*) FROM upserted) <> (SELECT count(*) FROM journal)
        THEN refuse('AT003') END
""")  # noqa: S608 - no input


def post_legs(session: Session, context: Context, legs: Sequence[Leg]) -> tuple[MoveView, ...] | None:
    """Changes quants and journals it; None when the key had posted the same before.

    :raises NotEnough: when a quant would fall below zero and may not.
    :raises PlaceUnknown: when an item or a location is not of this mall.
    :raises MoveConflict: when the key was used for other content.
    """
    content = sorted((leg.item_id, leg.location_id, leg.lot_id, leg.quantity) for leg in legs)
    return _execute(session, _MOVE, context, context.facts(content) | {
        'items': [leg.item_id for leg in legs], 'locations': [leg.location_id for leg in legs],
        'lots': [leg.lot_id for leg in legs], 'quantities': [leg.quantity for leg in legs],
    })  # fmt: skip


def post_sale(
    session: Session, context: Context, location_id: int, lines: Sequence[SoldLine]
) -> tuple[MoveView, ...] | None:
    """Takes items from a location, first expired first, and notes what they made; None when the key had posted the
    same before.

    :raises NotEnough: when an item has too little that may be sold and must not be oversold.
    :raises PlaceUnknown: when an item or the location is not of this mall.
    :raises MoveConflict: when the key was used for other content.
    """
    facts = context.facts(content_of(location_id, lines)) | {'location': location_id} | columns_of(lines)
    return _execute(session, _SELL, context, facts)


def content_of(location_id: int, lines: Sequence[SoldLine]) -> list[Any]:
    """What a sale's key stands for."""
    return [location_id, sorted((line.item_id, line.quantity) for line in lines)]


def _execute(session: Session, statement: Any, context: Context, facts: dict[str, Any]) -> tuple[MoveView, ...] | None:
    try:
        row = session.execute(statement, facts).one()
    except DBAPIError as error:
        state = str(getattr(error.orig, 'sqlstate', ''))
        if state in _INSUFFICIENT:
            raise NotEnough from error
        if state in _UNKNOWN:
            raise PlaceUnknown from error
        raise
    if row.is_new:
        return tuple(_moved(context, move) for move in row.moves)
    known = session.execute(
        text('SELECT content_hash FROM stock_posting WHERE mall_id = app_mall() AND key = :key'), {'key': context.key}
    ).scalar_one()
    if known != facts['hash']:
        raise MoveConflict(key=context.key)
    return None


def _moved(context: Context, move: Mapping[str, Any]) -> MoveView:
    return MoveView(
        item_id=ItemId(move['item_id']), location_id=LocationId(move['location_id']), lot_id=LotId(move['lot_id']),
        quantity=move['quantity'], reason=context.reason, occurred_at=context.occurred_at,
        business_on=context.business_on, is_oversold=move['is_oversold'], reference=context.reference,
    )  # fmt: skip
