"""Accounts, and what their owners look after: preferences, password, second factor."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from domain.identity._guards import account_row, own_row
from domain.identity._passwords import hash_password, verify_password, weakness_of
from domain.identity._totp import matching_step, new_totp_secret, provisioning_uri
from domain.identity.commands import (
    ChangePassword,
    ConfirmTotp,
    CreateAccount,
    DisableTotp,
    SetAccountActive,
    SetPreferences,
    SignIn,
)
from domain.identity.errors import (
    WEAKNESSES,
    GrantBeyondOwn,
    LoginTaken,
    WeakPassword,
    WrongCredentials,
    WrongOneTimeCode,
)
from domain.identity.models import Account
from domain.identity.permissions import MANAGE_ACCOUNTS, OWN_ACCOUNT
from domain.identity.queries import account_view
from domain.identity.sessions import end_sessions, open_session
from domain.identity.views import AccountView, SignedIn, TotpEnrolment
from domain.shared import audit
from domain.shared.actor import EVERYTHING, Actor
from domain.shared.errors import Invalid
from domain.shared.operations import ask, operation, perform, query

ISSUER = 'Atrium'


@operation(MANAGE_ACCOUNTS, name='identity.create_account')
def create_account(session: Session, *, actor: Actor, command: CreateAccount, now: datetime) -> AccountView:
    """A new account without any membership. The password is hashed here: this is rare.

    :raises WeakPassword: naming the first weakness.
    :raises LoginTaken: when another account signs in by that name.
    """
    if command.is_administrator and not actor.may(EVERYTHING):
        raise GrantBeyondOwn(permissions=EVERYTHING)
    password = command.password.get_secret_value()
    check_strength(password, login=command.login, name=command.display_name)
    row = Account(
        login=command.login,
        display_name=command.display_name,
        kind=command.kind,
        password_hash=hash_password(password),
        password_changed_at=now,
        must_change_password=command.must_change_password,
        locale=command.locale,
        is_administrator=command.is_administrator,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise LoginTaken(login=command.login) from error
    return account_view(row)


@operation(MANAGE_ACCOUNTS, name='identity.set_account_active')
def set_account_active(session: Session, *, actor: Actor, command: SetAccountActive, now: datetime) -> AccountView:
    """Locks or unlocks an account; locking ends its sessions.

    :raises NotFound: when there is no such account.
    """
    row = account_row(session, command.account_id)
    row.is_active = command.is_active
    if not command.is_active:
        end_sessions(session, account_id=row.id, reason='locked', now=now)
    return account_view(row)


@operation(OWN_ACCOUNT, name='identity.set_preferences', is_audited=False)
def set_preferences(session: Session, *, actor: Actor, command: SetPreferences, now: datetime) -> None:
    """Keeps language, lighting and the last mall of one's own account."""
    row = own_row(session, actor)
    row.locale = command.locale or row.locale
    row.theme = command.theme or row.theme
    row.last_mall_id = command.mall_id or row.last_mall_id


def change_password(command: ChangePassword, *, actor: Actor, signing_in: SignIn, now: datetime) -> SignedIn:
    """Changes one's own password, ends every session and opens a new one. Blocks for 0.4 s: call it in a thread.

    :raises WrongCredentials: when the current password does not fit.
    :raises WeakPassword: when the new one will not do.
    """
    known = ask(own_password, actor=actor)
    current, new = command.current.get_secret_value(), command.new.get_secret_value()
    if not verify_password(current, known.password_hash)[0]:
        raise WrongCredentials
    if current == new:
        raise _weak('unchanged')
    check_strength(new, login=known.login, name=known.display_name)
    return perform(store_password, actor=actor, new_hash=hash_password(new), signing_in=signing_in, now=now)


@query(OWN_ACCOUNT, name='identity.own_password')
def own_password(session: Session, *, actor: Actor) -> Account:
    """For this module alone: the row with the hash."""
    return own_row(session, actor, is_for_change=False)


@operation(OWN_ACCOUNT, name='identity.change_password', is_audited=False)
def store_password(session: Session, *, actor: Actor, new_hash: str, signing_in: SignIn, now: datetime) -> SignedIn:
    """Stores the hash; whoever else was signed in as this account is out."""
    row = own_row(session, actor)
    row.password_hash, row.password_changed_at, row.must_change_password = new_hash, now, False
    ended = end_sessions(session, account_id=row.id, reason='password_changed', now=now)
    audit.append(
        session,
        actor=actor,
        action='identity.change_password',
        target=row.id,
        facts={'ended': ended},
        outcome='done',
        now=now,
    )
    return open_session(session, account=row, command=signing_in, now=now)


def check_strength(password: str, *, login: str, name: str = '') -> None:
    """:raises WeakPassword: naming the first weakness."""
    weakness = weakness_of(password, login=login, name=name)
    if weakness is not None:
        raise _weak(weakness)


def _weak(weakness: str) -> WeakPassword:
    zh, en = WEAKNESSES[weakness]
    return WeakPassword(zh=zh, en=en)


@operation(OWN_ACCOUNT, name='identity.begin_totp')
def begin_totp(session: Session, *, actor: Actor, now: datetime) -> TotpEnrolment:
    """A new secret, not yet asked for at sign-in: a mistake here locks nobody out.

    :raises Invalid: when codes are already in use; they must be switched off first, with the password.
    """
    row = own_row(session, actor)
    if row.totp_confirmed_at is not None:
        raise Invalid(field='totp', reason='already on')
    row.totp_secret, row.totp_last_step = new_totp_secret(), None
    return TotpEnrolment(
        secret=row.totp_secret, uri=provisioning_uri(row.totp_secret, account=row.login, issuer=ISSUER)
    )


@operation(OWN_ACCOUNT, name='identity.confirm_totp')
def confirm_totp(session: Session, *, actor: Actor, command: ConfirmTotp, now: datetime) -> None:
    """The first code switches the second factor on.

    :raises WrongOneTimeCode: when it does not fit.
    """
    row = own_row(session, actor)
    code = command.code.get_secret_value()
    step = matching_step(row.totp_secret, code, now=now, last_step=row.totp_last_step) if row.totp_secret else None
    if step is None:
        raise WrongOneTimeCode
    row.totp_confirmed_at, row.totp_last_step = now, step


def disable_totp(command: DisableTotp, *, actor: Actor, now: datetime) -> None:
    """Switches the second factor off, for who knows the password. Blocks for 0.2 s.

    :raises WrongCredentials: when he does not.
    """
    known = ask(own_password, actor=actor)
    if not verify_password(command.password.get_secret_value(), known.password_hash)[0]:
        raise WrongCredentials
    perform(clear_totp, actor=actor, now=now)


@operation(OWN_ACCOUNT, name='identity.disable_totp')
def clear_totp(session: Session, *, actor: Actor, now: datetime) -> None:
    row = own_row(session, actor)
    row.totp_secret = row.totp_confirmed_at = row.totp_last_step = None
