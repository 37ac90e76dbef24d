"""Orders made while the server was away (离线收银): signed by the till, taken in exactly once. Rule PO-R10.

The till signs the very bytes that it sends; what is verified is what is read. The order's key is made at the till, so
a second tab, a retry after a time-out or a draft that reached the server before all end in the same sale.
"""

import hashlib
import hmac
import secrets
from datetime import datetime

from pydantic import SecretStr, TypeAdapter, ValidationError
from sqlmodel import Session

from domain.sales._loading import load_sale, ourselves, usable_till
from domain.sales.commands import BasketItem, OfflineOrder, RingUp, SyncOrder, TenderCash
from domain.sales.errors import OrderUnreadable, SignatureWrong, TillUnusable
from domain.sales.models import SaleTill
from domain.sales.permissions import SELL, SYNC
from domain.sales.selling import ring_up, tender_cash
from domain.sales.views import SaleView, TillKey
from domain.shared.actor import Actor
from domain.shared.operations import audit_refusal, mark_of, operation, perform
from domain.shared.sealing import seal, unseal

FIELD = 'till_key'
KEY_BYTES = 32
_order = TypeAdapter(OfflineOrder)


@operation(SELL, name='sales.pair_till')
def pair_till(session: Session, *, actor: Actor, till: str, now: datetime) -> TillKey:
    """Hands a browser the key with which its till signs what it sells offline. Who was handed it is audited.

    :raises TillUnusable:
    """
    found = usable_till(session, till)
    if found.key_sealed is None:
        found.key_sealed = seal(secrets.token_hex(KEY_BYTES), mall_id=found.mall_id, field=FIELD)
        session.flush()
    key = unseal(found.key_sealed, mall_id=found.mall_id, field=FIELD)
    return TillKey(id=found.id, till=found.code, mall_id=found.mall_id, key=SecretStr(key))


@operation(SYNC, name='sales.sync_order')
def sync_order(session: Session, *, actor: Actor, command: SyncOrder, now: datetime) -> SaleView:
    """Takes in an order that a till sold for cash while it was offline; again, it changes nothing.

    A draft of the same order that the server had already is paid by it.

    :raises TillUnusable: when the till is unknown or deactivated.
    :raises SignatureWrong:
    :raises OrderUnreadable:
    :raises NoShift: the order waits at the till until its drawer belongs to a shift again.
    :raises IdempotencyConflict: when the key names another order.
    """
    till = usable_till(session, command.till)
    _verify(till, command)
    order = _read(command, till)
    ours = ourselves(actor)
    sale = ring_up(session, actor=ours, now=now, command=RingUp(
        key=order.key, till=till.code, items=_items(order), occurred_at=min(order.occurred_at, now),
        coupons=(), seconds=order.seconds,
    ))  # fmt: skip
    if sale.state in ('open', 'confirmed'):
        _check_total(sale, order)
        sale = tender_cash(session, actor=ours, now=now, command=TenderCash(
            sale_key=sale.key, till=till.code, key=f'{order.key}:offline', fen=sale.money_fen
        ))  # fmt: skip
        load_sale(session, sale.key).is_offline = True
    return sale


def accept_order(*, actor: Actor, command: SyncOrder, now: datetime) -> SaleView:
    """`sync_order`, with a refusal on record in the audit log: the books stay as they are.

    :raises TillUnusable:
    :raises SignatureWrong:
    :raises OrderUnreadable:
    """
    try:
        return perform(sync_order, actor=actor, command=command, now=now)
    except (TillUnusable, SignatureWrong, OrderUnreadable) as refusal:
        facts = {'till': command.till, 'bytes': len(command.payload)}
        audit_refusal(mark_of(sync_order), actor, now, facts, refusal)
        raise


def _verify(till: SaleTill, command: SyncOrder) -> None:
    if till.key_sealed is None:
        raise SignatureWrong
    key = unseal(till.key_sealed, mall_id=till.mall_id, field=FIELD)
    expected = hmac.digest(bytes.fromhex(key), command.payload.encode(), hashlib.sha256).hex()
    if not hmac.compare_digest(expected.encode(), command.signature.lower().encode()):
        raise SignatureWrong


def _read(command: SyncOrder, till: SaleTill) -> OfflineOrder:
    try:
        order = _order.validate_json(command.payload)
    except ValidationError as error:
        raise OrderUnreadable from error
    if order.till != till.code:
        raise OrderUnreadable
    return order


def _items(order: OfflineOrder) -> tuple[BasketItem, ...]:
    return tuple(
        BasketItem(sku=i.sku, name=i.name, category=i.category, quantity=i.quantity, unit_fen=i.unit_fen)
        for i in order.items
    )


def _check_total(sale: SaleView, order: OfflineOrder) -> None:
    """A draft with coupons or points costs less than the cash that was taken: a person must look at it."""
    if sale.money_fen != order.cash_fen:
        raise OrderUnreadable
