"""Goods come in, are sold, move and are written off."""

from datetime import datetime

from sqlmodel import Session

from domain.inventory._posting import Leg, post_legs, post_sale
from domain.inventory._repository import (
    add_value,
    context_for,
    load_item,
    load_items,
    lot_of,
    mall_of,
    posted,
    take_value,
)
from domain.inventory._rush import TOGETHER
from domain.inventory._settling import sold_line
from domain.inventory.commands import Receive, Sell, Transfer, WriteOff
from domain.inventory.errors import ItemInvalid
from domain.inventory.events import StockOversold
from domain.inventory.permissions import MOVE, SELL
from domain.inventory.views import Posted
from domain.shared.actor import Actor
from domain.shared.events import emit
from domain.shared.operations import operation


@operation(MOVE, name='inventory.receive')
def receive(session: Session, *, actor: Actor, command: Receive, now: datetime) -> Posted:
    """Takes goods in. Dated back, they change an earlier month only while it is open (rule IN-R7).

    :raises ItemUnknown:
    :raises ItemInvalid: when a lot is missing or not wanted.
    :raises PlaceUnknown:
    :raises MoveConflict:
    """
    item = load_item(session, command.item_id)
    lot_id = lot_of(session, item, command.lot)
    context = context_for(
        session, actor, key=command.key, reason='receipt', occurred_at=command.occurred_at, now=now,
        reference=command.reference,
    )  # fmt: skip
    moves = post_legs(session, context, [Leg(item.id, command.location_id, lot_id, command.quantity)])
    if moves is not None:
        add_value(session, item, command.quantity, command.cost_fen)
    return posted(session, actor, command.key, moves)


@operation(SELL, name='inventory.sell', is_audited=False, shareable=TOGETHER)
def sell(session: Session, *, actor: Actor, command: Sell, now: datetime) -> Posted:
    """Sells a receipt's lines from a location, all or none: first expired first, nothing expired or recalled. Receipts
    that come at the same moment share a commit (`_rush`).

    :raises ItemUnknown:
    :raises ItemInvalid: when an item is on two lines, or more is taken off than its price.
    :raises NotEnough: when an item has too little and must not be oversold.
    :raises PlaceUnknown:
    :raises MoveConflict:
    """
    wanted = {line.item_id for line in command.lines}
    if len(wanted) < len(command.lines):
        raise ItemInvalid(reason='an item stands on two lines of the receipt')
    items = load_items(session, wanted)
    context = context_for(session, actor, key=command.key, reason='sale', occurred_at=command.occurred_at, now=now)
    sold = [sold_line(items[line.item_id], line) for line in command.lines]
    moves = post_sale(session, context, command.location_id, sold)
    for move in moves or ():
        if move.is_oversold:
            emit(session, StockOversold(
                mall_id=mall_of(actor), occurred_at=now, key=command.key, item_id=move.item_id,
                quantity=-move.quantity,
            ))  # fmt: skip
    return posted(session, actor, command.key, moves)


@operation(MOVE, name='inventory.transfer')
def transfer(session: Session, *, actor: Actor, command: Transfer, now: datetime) -> Posted:
    """Moves goods from one location to another.

    :raises ItemInvalid: when both are the same.
    :raises NotEnough:
    :raises PlaceUnknown:
    :raises MoveConflict:
    """
    if command.from_id == command.to_id:
        raise ItemInvalid(reason='the goods are there already')
    context = context_for(session, actor, key=command.key, reason='transfer', occurred_at=command.occurred_at, now=now)
    legs = [
        Leg(command.item_id, command.from_id, command.lot_id, -command.quantity),
        Leg(command.item_id, command.to_id, command.lot_id, command.quantity),
    ]
    return posted(session, actor, command.key, post_legs(session, context, legs))


@operation(MOVE, name='inventory.write_off')
def write_off(session: Session, *, actor: Actor, command: WriteOff, now: datetime) -> Posted:
    """Takes goods off the books, with the reason; expired and recalled ones as well.

    :raises ItemUnknown:
    :raises NotEnough:
    :raises PlaceUnknown:
    :raises MoveConflict:
    """
    item = load_item(session, command.item_id)
    context = context_for(
        session, actor, key=command.key, reason=command.reason, occurred_at=command.occurred_at, now=now
    )
    moves = post_legs(session, context, [Leg(item.id, command.location_id, command.lot_id, -command.quantity)])
    if moves is not None:
        take_value(session, item, command.quantity)
    return posted(session, actor, command.key, moves)
