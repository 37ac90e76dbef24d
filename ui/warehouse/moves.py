"""What a hand-held noted becomes one operation of the domain; its key makes it happen once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.inventory.commands import (
    CountId,
    ItemId,
    LocationId,
    LotId,
    NewLot,
    Receive,
    RecordCount,
    Transfer,
    WriteOff,
)
from domain.inventory.counts import record_count
from domain.inventory.operations import receive, transfer, write_off
from domain.purchasing.commands import OrderId, ReceiveOrder
from domain.purchasing.operations import receive_order
from domain.shared.actor import Actor
from domain.shared.operations import run_operation

Move = Mapping[str, Any]
KINDS = ('receive', 'move', 'issue', 'count', 'lookup')


async def carry_out(actor: Actor, move: Move) -> None:
    """Does it, or learns that it was done before.

    :raises DomainError: when the domain refuses it.
    :raises ValidationError: when it is no move at all.
    """
    at = datetime.fromisoformat(str(move['at']))
    key, item, place = f'handheld:{move["key"]}', ItemId(move['item']), LocationId(move['place'])
    match move['kind']:
        case 'receive':
            await _receive(actor, move, key, at)
        case 'move':
            await run_operation(transfer, actor=actor, command=Transfer(
                key=key, item_id=item, lot_id=LotId(move['lot']), from_id=place, to_id=LocationId(move['target']),
                quantity=move['pieces'], occurred_at=at,
            ))  # fmt: skip
        case 'issue':
            await run_operation(write_off, actor=actor, command=WriteOff(
                key=key, item_id=item, lot_id=LotId(move['lot']), location_id=place, quantity=move['pieces'],
                occurred_at=at, reason=move['reason'],
            ))  # fmt: skip
        case 'count':
            await run_operation(record_count, actor=actor, command=RecordCount(
                count_id=CountId(move['sheet']), location_id=place, item_id=item, lot_id=LotId(move['lot']),
                counted=move['pieces'], counted_at=at,
            ))  # fmt: skip
        case other:
            raise ValueError(f'{other!r} is no kind of move')


async def _receive(actor: Actor, move: Move, key: str, at: datetime) -> None:
    lot = NewLot(code=move['lot_code'], expires_on=move['expires']) if move['lot_code'] else None
    item, place = ItemId(move['item']), LocationId(move['place'])
    if move['order']:
        await run_operation(receive_order, actor=actor, command=ReceiveOrder(
            key=key, order_id=OrderId(move['order']), item_id=item, quantity=move['pieces'], location_id=place,
            occurred_at=at, lot=lot,
        ))  # fmt: skip
        return
    await run_operation(receive, actor=actor, command=Receive(
        key=key, item_id=item, location_id=place, quantity=move['pieces'], occurred_at=at, lot=lot,
    ))  # fmt: skip
