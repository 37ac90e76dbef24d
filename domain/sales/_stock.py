"""What a sale takes from stock, before anything is charged, and what comes back. Rule IN-R4 at the till.

Two tills that want the last piece meet in inventory's statement: one of them is refused while nothing has been charged,
or, where the item allows it, explicitly oversold.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from domain.inventory import catalogue, taking_back
from domain.inventory import operations as inventory
from domain.inventory.commands import ItemId, SaleLine, Sell, TakeBack
from domain.sales._loading import lines_of
from domain.sales._rules import Line
from domain.sales.models import Sale, SaleShift, SaleTill
from domain.shared.actor import Actor


def stock_key(sale: Sale) -> str:
    """The key of a sale's posting in inventory."""
    return f'sale:{sale.key}'


def take_from_stock(session: Session, ours: Actor, sale: Sale, *, now: datetime) -> None:
    """Posts what leaves the till's location; lines of what is not stocked post nothing.

    :raises NotEnough: when a piece is not there and must not be oversold.
    """
    code = _location_of(session, sale)
    lines = _by_item(session, ours, lines_of(sale)) if code else {}
    if not lines:
        return
    place = catalogue.find_location(session, actor=ours, code=code)
    inventory.sell(session, actor=ours, now=now, command=Sell(
        key=stock_key(sale), location_id=place.id, occurred_at=min(sale.occurred_at, now),
        lines=tuple(
            SaleLine(
                item_id=item, quantity=sum(line.quantity for line in parts),
                list_fen=sum(line.price_fen for line in parts),
                mall_funded_fen=sum(line.discount_fen + line.points_fen for line in parts),
            ) for item, parts in lines.items()
        ),
    ))  # fmt: skip


def put_back(
    session: Session, ours: Actor, sale: Sale, quantities: Mapping[str, int], *, key: str, now: datetime
) -> None:
    """Takes pieces (by SKU) back into stock, where they came from it."""
    known = catalogue.list_catalogue(session, actor=ours, skus=quantities) if _location_of(session, sale) else []
    items = {row.id: quantities[row.sku] for row in known}
    if items:
        command = TakeBack(key=key, sale_key=stock_key(sale), quantities=items, occurred_at=now)
        taking_back.take_back(session, actor=ours, command=command, now=now)


def _location_of(session: Session, sale: Sale) -> str:
    found = select(SaleTill.location).join(SaleShift, col(SaleShift.till_id) == SaleTill.id)
    return session.exec(found.where(SaleShift.id == sale.shift_id)).one()


def _by_item(session: Session, ours: Actor, lines: list[Line]) -> dict[ItemId, list[Line]]:
    known = catalogue.list_catalogue(session, actor=ours, skus={line.sku for line in lines})
    found = {row.id: [line for line in lines if line.sku == row.sku] for row in known}
    return {item: parts for item, parts in found.items() if sum(line.quantity for line in parts)}
