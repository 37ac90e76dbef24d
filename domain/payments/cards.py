"""Prepaid cards for those who keep them (预付卡): the list, a card's movements, and blocking one that was lost."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, select

from domain.payments.errors import CardUnusable
from domain.payments.models import PrepaidCard
from domain.payments.permissions import MANAGE_CARDS
from domain.shared.actor import Actor
from domain.shared.operations import operation, query

MOST_MOVEMENTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchCard:
    """Blocks a card or lets it pay again; what is on it stays."""

    card_id: int
    is_active: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """A card by its last digits: the number itself is nowhere."""

    id: int
    tail: str
    is_active: bool
    issued_at: datetime
    balance_fen: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMovement:
    kind: str
    occurred_at: datetime
    fen: int
    order_key: str | None


_CARDS = text("""
SELECT c.id, c.tail, c.is_active, c.issued_at, a.balance AS balance_fen, (
    SELECT max(p.occurred_at) FROM ledger_posting p WHERE p.mall_id = c.mall_id AND p.account_id = c.account_id
) AS last_at
FROM prepaid_card c JOIN ledger_account a ON a.mall_id = c.mall_id AND a.id = c.account_id
WHERE c.mall_id = app_mall() ORDER BY c.id DESC
""")
_MOVEMENTS = text("""
SELECT e.kind, p.occurred_at, p.amount AS fen, o.key AS order_key
FROM prepaid_card c JOIN ledger_posting p ON p.mall_id = c.mall_id AND p.account_id = c.account_id
JOIN ledger_entry e ON e.mall_id = p.mall_id AND e.id = p.entry_id
LEFT JOIN pay_attempt t ON t.mall_id = e.mall_id AND e.key = 'pay:' || t.out_no
LEFT JOIN pay_order o ON o.mall_id = t.mall_id AND o.id = t.order_id
WHERE c.mall_id = app_mall() AND c.id = :card ORDER BY p.occurred_at DESC, e.id DESC LIMIT :limit
""")


@query(MANAGE_CARDS)
def list_cards(session: Session, *, actor: Actor) -> list[CardRow]:
    """Every card with what is on it, the newest first."""
    return [CardRow(**row._mapping) for row in session.execute(_CARDS)]


@query(MANAGE_CARDS)
def list_card_movements(session: Session, *, actor: Actor, card_id: int) -> list[CardMovement]:
    """What came onto a card and what it paid, the newest first."""
    rows = session.execute(_MOVEMENTS, {'card': card_id, 'limit': MOST_MOVEMENTS})
    return [CardMovement(**row._mapping) for row in rows]


@operation(MANAGE_CARDS, name='payments.switch_card')
def switch_card(session: Session, *, actor: Actor, command: SwitchCard, now: datetime) -> None:
    """Blocks a card, so that it pays nothing more, or lets it pay again; the reason is on the audit log.

    :raises CardUnusable: when there is no such card.
    """
    card = session.exec(select(PrepaidCard).where(PrepaidCard.id == command.card_id).with_for_update()).one_or_none()
    if card is None:
        raise CardUnusable
    card.is_active = command.is_active
    session.add(card)
