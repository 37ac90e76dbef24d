"""Customers bring goods back (退货入库): to the lots they came from, with the cost and the commission they made."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, select

from domain.inventory._posting import Context, Leg, post_legs
from domain.inventory._repository import add_value, context_for, load_item, mall_of, posted
from domain.inventory.commands import TakeBack
from domain.inventory.errors import ItemInvalid
from domain.inventory.models import GoodsSold
from domain.inventory.permissions import SELL
from domain.inventory.views import Posted
from domain.shared.actor import Actor
from domain.shared.operations import operation

# What a receipt took of each quant and has not come back yet; what was sold last comes back first.
_OUT = text("""
SELECT item_id, location_id, lot_id, -sum(quantity)::bigint AS pieces FROM stock_move
WHERE mall_id = app_mall() AND (key = :sale OR (reason = 'customer_return' AND reference = :sale))
GROUP BY item_id, location_id, lot_id HAVING sum(quantity) < 0 ORDER BY item_id, max(id) DESC
""")


@operation(SELL, name='inventory.take_back', is_audited=False)
def take_back(session: Session, *, actor: Actor, command: TakeBack, now: datetime) -> Posted:
    """Puts goods of a receipt back where they were taken from; the same key does it once.

    :raises ItemInvalid: when more comes back than the receipt took.
    :raises MoveConflict: when the key was used for something else.
    """
    # Two returns of one receipt pass here one after the other: neither sees the other's goods as still outside.
    session.execute(text('SELECT pg_advisory_xact_lock(hashtext(:sale), 11)'), {'sale': command.sale_key})
    if session.execute(
        text('SELECT EXISTS (SELECT FROM stock_posting WHERE mall_id = app_mall() AND key = :key)'),
        {'key': command.key},
    ).scalar_one():
        return posted(session, actor, command.key, None)
    outside = _outside(session, command.sale_key)
    legs = [leg for item, pieces in sorted(command.quantities.items()) for leg in _legs(outside, item, pieces)]
    context = context_for(
        session, actor, key=command.key, reason='customer_return', occurred_at=command.occurred_at, now=now,
        reference=command.sale_key,
    )  # fmt: skip
    moves = post_legs(session, context, legs)
    for item, pieces in sorted(command.quantities.items()):
        still = sum(leg.quantity for leg in outside if leg.item_id == item)
        _undo(session, actor, command, context, item, pieces, still)
    return posted(session, actor, command.key, moves)


def _outside(session: Session, sale_key: str) -> list[Leg]:
    rows = session.execute(_OUT, {'sale': sale_key})
    return [Leg(row.item_id, row.location_id, row.lot_id, row.pieces) for row in rows]


def _legs(outside: list[Leg], item: int, pieces: int) -> list[Leg]:
    found = []
    for leg in (leg for leg in outside if leg.item_id == item):
        part = min(pieces, leg.quantity)
        if part:
            found.append(Leg(item, leg.location_id, leg.lot_id, part))
            pieces -= part
    if pieces:
        raise ItemInvalid(reason='more comes back than was sold')
    return found


def _undo(
    session: Session, actor: Actor, command: TakeBack, context: Context, item: int, pieces: int, still: int
) -> None:
    """The opposite of what the sale made, in proportion; the last piece takes the rest."""
    sold = session.exec(
        select(GoodsSold).where(GoodsSold.key == command.sale_key, GoodsSold.item_id == item)
    ).one_or_none()
    if sold is None:
        return
    before, after = sold.quantity - still, sold.quantity - still + pieces

    def part(whole: int) -> int:
        return whole * after // sold.quantity - whole * before // sold.quantity

    amounts: Mapping[str, int] = {
        name: -part(getattr(sold, name))
        for name in ('list_fen', 'paid_fen', 'base_fen', 'commission_fen', 'remitted_fen', 'cost_fen')
    }
    session.add(GoodsSold(
        mall_id=mall_of(actor), key=command.key, item_id=item, owner_id=sold.owner_id, ownership=sold.ownership,
        quantity=-pieces, business_on=context.business_on, **amounts,
    ))  # fmt: skip
    add_value(session, load_item(session, sold.item_id), pieces, -amounts['cost_fen'])  # type: ignore[arg-type]
