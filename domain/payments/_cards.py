"""Prepaid cards found by their number."""

from pydantic import SecretStr
from sqlmodel import Session, select

from domain.payments._books import mall_of
from domain.payments.errors import CardUnusable
from domain.payments.models import PrepaidCard
from domain.shared.actor import Actor
from domain.shared.sealing import blind_index


def number_index(number: SecretStr, *, mall_id: int) -> bytes:
    return blind_index(number.get_secret_value(), mall_id=mall_id, field='prepaid_card')


def card_of(session: Session, actor: Actor, number: SecretStr) -> PrepaidCard:
    """The card of a number.

    :raises CardUnusable: when there is none, or it is blocked.
    """
    index = number_index(number, mall_id=mall_of(actor))
    card = session.exec(select(PrepaidCard).where(PrepaidCard.number_index == index)).one_or_none()
    if card is None or not card.is_active:
        raise CardUnusable
    return card


def card_account(session: Session, card_id: int) -> int:
    """The account in which a card's value stands."""
    return session.exec(select(PrepaidCard.account_id).where(PrepaidCard.id == card_id)).one()
