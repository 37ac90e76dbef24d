"""Sales that come at the same moment from one location (抢购): each its own receipt, all of them in one statement.

Only what is plain goes together: goods without lots, enough of them for everybody before. A receipt that is not, or
whose key was used, is carried out alone afterwards, where it gets its own answer or its own refusal. Moves and what a
line made are the same as alone; the cost of several sales of an item is split so that their sum is what one sale of
them all would cost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import text
from sqlmodel import Session

from domain.inventory._posting import Context, content_of
from domain.inventory._repository import context_for, mall_of
from domain.inventory._settling import sold_line
from domain.inventory._worth import SoldLine
from domain.inventory.commands import NO_LOT, ItemId, LocationId, Sell
from domain.inventory.views import MoveView, Posted
from domain.mall.queries import get_business_clock
from domain.shared.errors import DomainError
from domain.shared.idempotency import request_hash
from domain.shared.live import notify
from domain.shared.together import Call, Shareable


def _cost_of(pieces: str) -> str:
    """`moving_average_cost` of `_rules/assortment.py` of so many pieces, said in SQL over `valued`."""
    return (
        f'CASE WHEN v.there <= 0 THEN 0 WHEN {pieces} >= v.there THEN v.value_fen'
        f' ELSE div(2 * v.value_fen::numeric * ({pieces}) + v.there, 2 * v.there)::bigint END'
    )


_ITEMS = text("""
SELECT id, owner_id, ownership, commission_bp, commission_basis, has_lots FROM item
 WHERE mall_id = app_mall() AND id = ANY(:items)
""")
_SELL_ALL = text(f"""
WITH asked AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(CAST(:lines AS jsonb)) AS l(place int, item_id bigint, owner_id bigint,
        ownership text, quantity bigint, list_fen bigint, paid_fen bigint, base_fen bigint, commission_fen bigint,
        remitted_fen bigint)
), receipt AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(CAST(:receipts AS jsonb)) AS r(place int, key text, hash text,
        occurred_at timestamptz, received_at timestamptz, business_on date, day date, reference text, moved_by text)
), held AS MATERIALIZED (
    SELECT q.item_id, q.quantity FROM stock_quant q
     WHERE q.mall_id = app_mall() AND q.location_id = :location AND q.lot_id = 0 AND q.item_id = ANY(:items)
     ORDER BY q.item_id FOR UPDATE
), fitting AS (
    SELECT a.place FROM (
        SELECT place, item_id, sum(quantity) OVER (PARTITION BY item_id ORDER BY place) AS upto FROM asked
    ) a LEFT JOIN held h USING (item_id) GROUP BY a.place HAVING bool_and(coalesce(a.upto <= h.quantity, false))
), posting AS (
    INSERT INTO stock_posting (mall_id, key, content_hash)
    SELECT app_mall(), r.key, r.hash FROM receipt r JOIN fitting USING (place) ORDER BY r.key
    ON CONFLICT DO NOTHING RETURNING key
), line AS MATERIALIZED (
    SELECT a.*, r.key, r.occurred_at, r.received_at, r.business_on, r.day, r.reference, r.moved_by,
           sum(a.quantity) OVER (PARTITION BY a.item_id ORDER BY a.place) AS upto
      FROM asked a JOIN receipt r USING (place) JOIN posting USING (key)
), total AS MATERIALIZED (
    SELECT item_id, sum(quantity)::bigint AS quantity, min(ownership) AS ownership FROM line GROUP BY item_id
), updated AS (
    UPDATE stock_quant q SET quantity = q.quantity - t.quantity FROM total t
     WHERE q.mall_id = app_mall() AND q.location_id = :location AND q.lot_id = 0 AND q.item_id = t.item_id
), journal AS (
    INSERT INTO stock_move (mall_id, key, item_id, location_id, lot_id, quantity, reason, occurred_at, received_at,
                            business_on, is_oversold, reference, moved_by)
    SELECT app_mall(), key, item_id, :location, 0, -quantity, 'sale', occurred_at, received_at, business_on, false,
           reference, moved_by FROM line ORDER BY place, item_id RETURNING key
), summed AS (
    INSERT INTO stock_day AS d (mall_id, item_id, location_id, lot_id, day, quantity)
    SELECT app_mall(), item_id, :location, 0, day, -sum(quantity) FROM line GROUP BY item_id, day ORDER BY item_id, day
    ON CONFLICT (mall_id, item_id, location_id, lot_id, day) DO UPDATE SET quantity = d.quantity + excluded.quantity
), valued AS MATERIALIZED (
    SELECT v.item_id, v.quantity AS there, v.value_fen, t.quantity
      FROM stock_valuation v JOIN total t ON t.item_id = v.item_id AND t.ownership = 'own'
     WHERE v.mall_id = app_mall() AND EXISTS (SELECT FROM journal) ORDER BY v.item_id FOR UPDATE OF v
), cheapened AS (
    UPDATE stock_valuation w SET quantity = w.quantity - v.quantity,
           value_fen = w.value_fen - {_cost_of('v.quantity')}
      FROM valued v WHERE w.mall_id = app_mall() AND w.item_id = v.item_id
), noted AS (
    INSERT INTO goods_sold (mall_id, key, item_id, owner_id, ownership, quantity, business_on, list_fen, paid_fen,
                            base_fen, commission_fen, remitted_fen, cost_fen)
    SELECT app_mall(), l.key, l.item_id, l.owner_id, l.ownership, l.quantity, l.business_on, l.list_fen, l.paid_fen,
           l.base_fen, l.commission_fen, l.remitted_fen,
           CASE WHEN v.item_id IS NULL THEN 0 ELSE {_cost_of('l.upto')} - {_cost_of('l.upto - l.quantity')} END
      FROM line l LEFT JOIN valued v ON v.item_id = l.item_id
)
SELECT DISTINCT key FROM journal
""")  # noqa: S608 - no input


@dataclass(frozen=True, slots=True)
class _Receipt:
    place: int
    command: Sell
    context: Context
    lines: tuple[SoldLine, ...]


def sell_together(session: Session, calls: Sequence[Call]) -> list[Posted | None]:
    """Receipts of one mall and location; those that are not plain are left over."""
    receipts = _plain(session, calls)
    if not receipts:
        return [None] * len(calls)
    done = {row.key for row in session.execute(_SELL_ALL, _facts(receipts))}
    notify(session, 'inventory', mall_of(calls[0].actor))
    answers: list[Posted | None] = [None] * len(calls)
    for receipt in receipts:
        if receipt.command.key in done:
            answers[receipt.place] = _posted(receipt)
    return answers


def _plain(session: Session, calls: Sequence[Call]) -> list[_Receipt]:
    wanted = {line.item_id for call in calls for line in call.command.lines}
    items = {ItemId(row.id): row for row in session.execute(_ITEMS, {'items': sorted(wanted)})}
    clock = get_business_clock(session, actor=calls[0].actor)
    found: dict[str, _Receipt] = {}
    for place, call in enumerate(calls):
        command: Sell = call.command
        if command.key in found or not _is_plain(command, items):
            continue
        try:
            context = context_for(
                session, call.actor, key=command.key, reason='sale', occurred_at=command.occurred_at, now=call.now,
                clock=clock,
            )  # fmt: skip
            lines = tuple(sold_line(items[line.item_id], line) for line in command.lines)
        except DomainError:
            continue  # alone, it is told why
        found[command.key] = _Receipt(place, command, context, lines)
    return list(found.values())


def _is_plain(command: Sell, items: Mapping[ItemId, Any]) -> bool:
    known = [items.get(line.item_id) for line in command.lines]
    return all(item is not None and not item.has_lots for item in known) and len(
        {line.item_id for line in command.lines}
    ) == len(command.lines)


def _facts(receipts: Sequence[_Receipt]) -> dict[str, Any]:
    lines = [{'place': receipt.place, **line.columns()} for receipt in receipts for line in receipt.lines]
    return {
        'lines': orjson.dumps(lines).decode(),
        'receipts': orjson.dumps([_row(receipt) for receipt in receipts]).decode(),
        'location': receipts[0].command.location_id,
        'items': sorted({line['item_id'] for line in lines}),
    }


def _row(receipt: _Receipt) -> dict[str, Any]:
    context = receipt.context
    return {
        'place': receipt.place, 'key': context.key, 'occurred_at': context.occurred_at,
        'received_at': context.received_at, 'business_on': context.business_on, 'day': context.day,
        'reference': context.reference, 'moved_by': context.moved_by,
        'hash': request_hash(['sale', content_of(receipt.command.location_id, receipt.lines)]),
    }  # fmt: skip


def _posted(receipt: _Receipt) -> Posted:
    context = receipt.context
    moves = tuple(
        MoveView(
            item_id=ItemId(line.item_id), location_id=LocationId(receipt.command.location_id), lot_id=NO_LOT,
            quantity=-line.quantity, reason=context.reason, occurred_at=context.occurred_at,
            business_on=context.business_on, is_oversold=False, reference=context.reference,
        ) for line in sorted(receipt.lines, key=lambda line: line.item_id)
    )  # fmt: skip
    return Posted(key=context.key, moves=moves, is_replay=False)


TOGETHER: Shareable[Posted] = Shareable(run=sell_together, group=lambda command: command.location_id)
