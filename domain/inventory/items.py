"""Items and locations become known; lots are recalled; months are closed."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from domain.inventory._repository import item_view, mall_of
from domain.inventory.commands import (
    CloseStockMonth,
    LocationId,
    OpenLocation,
    Ownership,
    RecallLot,
    RegisterItem,
)
from domain.inventory.errors import CodeTaken, ItemInvalid, PlaceUnknown, StockMonthClosed
from domain.inventory.events import LotRecalled
from domain.inventory.models import Item, ItemBarcode, StockLocation, StockLot, StockMonth
from domain.inventory.permissions import CLOSE_MONTH, EDIT_ITEMS, RECALL
from domain.inventory.queries import recall_of
from domain.inventory.views import ItemView, LocationView, LotRecall
from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor
from domain.shared.errors import NotFound
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation


@operation(EDIT_ITEMS, name='inventory.register_item')
def register_item(session: Session, *, actor: Actor, command: RegisterItem, now: datetime) -> ItemView:
    """Make an item known.

    :raises ItemInvalid: when ownership and owner do not go together.
    :raises CodeTaken: when the SKU or a barcode is used.
    :raises NotFound: when there is no such owner.
    """
    if (command.ownership is Ownership.OWN) != (command.owner_id is None):
        raise ItemInvalid(reason='own goods have no owner, the others do')
    item = Item(
        mall_id=mall_of(actor), sku=command.sku, name_zh=command.name_zh, name_en=command.name_en, size=command.size,
        colour=command.colour, ownership=command.ownership.value, owner_id=command.owner_id,
        commission_bp=command.commission_bp, commission_basis=command.commission_basis.value,
        has_lots=command.has_lots, allows_negative=command.allows_negative,
    )  # fmt: skip
    try:
        session.add(item)
        session.flush()
        session.add_all(ItemBarcode(mall_id=item.mall_id, barcode=code, item_id=item.id) for code in command.barcodes)
        session.flush()
    except IntegrityError as error:
        if getattr(error.orig, 'sqlstate', '') == '23503':
            raise NotFound from error
        raise CodeTaken(name=command.sku) from error
    return item_view(item)


@operation(EDIT_ITEMS, name='inventory.open_location')
def open_location(session: Session, *, actor: Actor, command: OpenLocation, now: datetime) -> LocationView:
    """A place where goods lie.

    :raises CodeTaken:
    """
    location = StockLocation(mall_id=mall_of(actor), code=command.code, kind=command.kind)
    session.add(location)
    try:
        session.flush()
    except IntegrityError as error:
        raise CodeTaken(name=command.code) from error
    return LocationView(id=LocationId(location.id), code=location.code, kind=location.kind)


@operation(CLOSE_MONTH, name='inventory.close_month')
def close_month(session: Session, *, actor: Actor, command: CloseStockMonth, now: datetime) -> str:
    """Closes a month of stock for ever; what comes late for it counts on the day it comes (rule IN-R7).

    :raises StockMonthClosed: when it is closed already, or has not ended.
    """
    mall_id, month = mall_of(actor), command.month.replace(day=1)
    today = get_business_clock(session, actor=actor).business_on(now)
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('stock_month'), :mall)"), {'mall': mall_id})
    known = session.exec(select(StockMonth).where(StockMonth.month == month)).first()
    if known is not None or month >= today.replace(day=1):
        raise StockMonthClosed(month=f'{month:%Y-%m}')
    session.add(StockMonth(mall_id=mall_id, month=month, closed_by=actor.name, closed_at=now))
    session.flush()
    return f'{month:%Y-%m}'


@operation(RECALL, name='inventory.recall_lot')
def recall_lot(session: Session, *, actor: Actor, command: RecallLot, now: datetime) -> LotRecall:
    """Stops a lot from being sold, at once, and says where it is and on which receipts it went.

    :raises PlaceUnknown: when there is no such lot.
    """
    lot = session.exec(select(StockLot).where(StockLot.id == command.lot_id).with_for_update()).one_or_none()
    if lot is None:
        raise PlaceUnknown
    if lot.recalled_at is None:
        lot.recalled_at, lot.recall_reason = now, command.reason
        session.flush()
        emit(session, LotRecalled(mall_id=lot.mall_id, occurred_at=now, lot_id=lot.id, item_id=lot.item_id))
        notify(session, 'inventory', lot.mall_id)
    return recall_of(session, lot)
