"""What several operations of identity check first."""

from collections.abc import Iterable

from sqlmodel import Session

from domain.identity.errors import GrantBeyondOwn
from domain.identity.models import Account
from domain.shared.actor import Actor, MallId
from domain.shared.errors import Invalid, NotFound


def own_row(session: Session, actor: Actor, *, is_for_change: bool = True) -> Account:
    """:raises NotFound: when the actor is nobody with an account."""
    if actor.account_id is None:
        raise NotFound
    return account_row(session, actor.account_id, is_for_change=is_for_change)


def account_row(session: Session, account_id: int, *, is_for_change: bool = True) -> Account:
    """:raises NotFound: when there is no such account."""
    row = session.get(Account, account_id, with_for_update=is_for_change or None)
    if row is None:
        raise NotFound
    return row


def check_within_own(actor: Actor, permissions: Iterable[str]) -> None:
    """:raises GrantBeyondOwn: when somebody would give away what he does not hold."""
    beyond = sorted(permission for permission in permissions if not actor.may(permission))
    if beyond:
        raise GrantBeyondOwn(permissions=', '.join(beyond))


def mall_of(actor: Actor) -> MallId:
    """:raises Invalid: when the actor acts in no mall."""
    if actor.mall_id is None:
        raise Invalid(field='mall', reason='none is chosen')
    return actor.mall_id
