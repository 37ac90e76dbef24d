"""What the operations of inventory share: places, business days, moves, values."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.inventory._posting import Context
from domain.inventory._rules.assortment import moving_average_cost
from domain.inventory.commands import NO_LOT, ItemId, LocationId, LotId, NewLot, Ownership
from domain.inventory.errors import ItemInvalid, ItemUnknown, MallNeeded, PlaceUnknown
from domain.inventory.models import Item, StockLot, StockMonth, StockMove, Valuation
from domain.inventory.views import ItemView, MoveView, Posted
from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor, MallId, TenantId
from domain.shared.business_time import BusinessClock
from domain.shared.errors import Invalid
from domain.shared.live import notify


def mall_of(actor: Actor) -> MallId:
    """:raises MallNeeded: when the actor acts in none."""
    if actor.mall_id is None:
        raise MallNeeded
    return actor.mall_id


def load_item(session: Session, item_id: ItemId) -> Item:
    """:raises ItemUnknown:"""
    item = session.exec(select(Item).where(Item.id == item_id)).one_or_none()
    if item is None:
        raise ItemUnknown(item=item_id)
    return item


def load_items(session: Session, item_ids: Collection[ItemId]) -> dict[ItemId, Item]:
    """:raises ItemUnknown:"""
    found = {ItemId(item.id): item for item in session.exec(select(Item).where(col(Item.id).in_(item_ids)))}
    for unknown in set(item_ids) - set(found):
        raise ItemUnknown(item=unknown)
    return found


def context_for(
    session: Session, actor: Actor, *, key: str, reason: str, occurred_at: datetime, now: datetime,
    reference: str = '', clock: BusinessClock | None = None,
) -> Context:  # fmt: skip
    """When a move counts (rule IN-R7): at its own time while that month is open, else now, naming the day it was for.

    :raises Invalid: when it lies ahead.
    """
    if occurred_at > now:
        raise Invalid(field='occurred_at', reason='it lies ahead')
    clock = clock or get_business_clock(session, actor=actor)
    day, today = clock.business_on(occurred_at), clock.business_on(now)
    if is_closed(session, actor, day, today):
        reference, occurred_at, day = f'{reference} for {day}'.strip(), now, today
    return Context(
        key=key, reason=reason, occurred_at=occurred_at, received_at=now, business_on=day, moved_by=actor.name,
        reference=reference,
    )  # fmt: skip


def is_closed(session: Session, actor: Actor, day: date, today: date) -> bool:
    """Whether a day's month is closed. The running month never is, so that today's sales ask nobody."""
    month = day.replace(day=1)
    if month >= today.replace(day=1):
        return False
    lock = text("SELECT pg_advisory_xact_lock_shared(hashtext('stock_month'), :mall)")
    session.execute(lock, {'mall': mall_of(actor)})
    return session.exec(select(StockMonth).where(StockMonth.month == month)).first() is not None


def lot_of(session: Session, item: Item, lot: NewLot | None) -> LotId:
    """The lot of that code, made if it is new.

    :raises ItemInvalid: when an item with lots comes without, or the other way round, or the expiry differs.
    """
    if (lot is not None) != item.has_lots:
        raise ItemInvalid(reason=f'{item.sku} needs a lot' if item.has_lots else f'{item.sku} has no lots')
    if lot is None:
        return NO_LOT
    made = insert(StockLot).values(
        mall_id=item.mall_id, item_id=item.id, code=lot.code, expires_on=lot.expires_on, recall_reason=''
    )
    session.execute(made.on_conflict_do_nothing(index_elements=['mall_id', 'item_id', 'code']))
    known = session.exec(select(StockLot).where(StockLot.item_id == item.id, StockLot.code == lot.code)).one()
    if known.expires_on != lot.expires_on:
        raise ItemInvalid(reason=f'the lot {lot.code} expires on {known.expires_on}')
    return LotId(known.id)


def check_lot(session: Session, item_id: ItemId, lot_id: LotId) -> None:
    """:raises ItemUnknown:
    :raises PlaceUnknown: when the item has no such lot, or has lots and none is named.
    """
    item = load_item(session, item_id)
    known = select(StockLot.id).where(StockLot.item_id == item.id, StockLot.id == lot_id)
    if item.has_lots != (lot_id != NO_LOT) or (item.has_lots and session.exec(known).first() is None):
        raise PlaceUnknown


def posted(session: Session, actor: Actor, key: str, moves: tuple[MoveView, ...] | None) -> Posted:
    """A posting's moves, for the answer; of a replay (None) those that the key had posted before."""
    notify(session, 'inventory', mall_of(actor))
    if moves is not None:
        return Posted(key=key, moves=moves, is_replay=False)
    rows = session.exec(select(StockMove).where(StockMove.key == key).order_by(col(StockMove.id)))
    return Posted(key=key, moves=tuple(move_view(row) for row in rows), is_replay=True)


def item_view(item: Item) -> ItemView:
    return ItemView(
        id=ItemId(item.id), sku=item.sku, name_zh=item.name_zh, name_en=item.name_en, size=item.size,
        colour=item.colour, ownership=item.ownership,
        owner_id=None if item.owner_id is None else TenantId(item.owner_id), has_lots=item.has_lots,
        allows_negative=item.allows_negative,
    )  # fmt: skip


def move_view(move: StockMove) -> MoveView:
    return MoveView(
        item_id=ItemId(move.item_id), location_id=LocationId(move.location_id), lot_id=LotId(move.lot_id),
        quantity=move.quantity, reason=move.reason, occurred_at=move.occurred_at, business_on=move.business_on,
        is_oversold=move.is_oversold, reference=move.reference,
    )  # fmt: skip


def add_value(session: Session, item: Item, quantity: int, cost_fen: int) -> None:
    """Own goods that came in raise the value of what is there."""
    if item.ownership != Ownership.OWN:
        return
    row = insert(Valuation).values(mall_id=item.mall_id, item_id=item.id, quantity=quantity, value_fen=cost_fen)
    session.execute(row.on_conflict_do_update(
        index_elements=['mall_id', 'item_id'],
        set_={'quantity': Valuation.quantity + row.excluded.quantity,
              'value_fen': Valuation.value_fen + row.excluded.value_fen},
    ))  # fmt: skip


def take_value(session: Session, item: Item, quantity: int) -> int:
    """The cost of own goods that left, at their moving average; nothing for what is a brand's (rule IN-R5)."""
    if item.ownership != Ownership.OWN:
        return 0
    statement = select(Valuation).where(Valuation.item_id == item.id).with_for_update()
    value = session.exec(statement.execution_options(populate_existing=True)).one_or_none()
    if value is None:
        return 0
    cost = moving_average_cost(value.value_fen, value.quantity, quantity)
    value.quantity, value.value_fen = value.quantity - quantity, value.value_fen - cost
    session.flush()
    return cost
