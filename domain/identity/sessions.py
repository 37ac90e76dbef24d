"""Signing in and out.

`sign_in` is three steps, so that no transaction is open while Argon2 works: the attempt is written (and refused, if
there were too many), the password is checked, the result is written. Its callers are edges, off the event loop.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.identity._lockout import ACCOUNT_LIMITS, ADDRESS_LIMITS, LONGEST_WINDOW, locked_until
from domain.identity._passwords import verify_password
from domain.identity._tokens import hash_of, new_token
from domain.identity._totp import matching_step
from domain.identity.commands import SignIn
from domain.identity.errors import OneTimeCodeNeeded, TooManyAttempts, WrongCredentials, WrongOneTimeCode
from domain.identity.models import Account, AccountSession, SignInAttempt
from domain.identity.permissions import MANAGE_ACCOUNTS
from domain.identity.views import SignedIn
from domain.shared import audit
from domain.shared.actor import ANONYMOUS, AccountId, Actor
from domain.shared.live import notify
from domain.shared.operations import operation, perform

LIFETIME = timedelta(hours=12)
IDLE = timedelta(hours=4)
DEVICE_LIFETIME = timedelta(days=30)  # a kiosk or a wall; its account can do next to nothing
SESSION_TOPIC = 'identity.session:'
ACCOUNT_TOPIC = 'identity.account:'
ROLE_TOPIC = 'identity.role:'

Outcome = Literal['done', 'wrong', 'code_needed', 'wrong_code']
EndReason = Literal['signed_out', 'password_changed', 'locked', 'revoked']


@dataclass(frozen=True, slots=True)
class _Attempt:
    id: int
    account: Account | None
    wait_s: int = 0


def sign_in(command: SignIn, *, now: datetime) -> SignedIn:
    """Checks who somebody is and opens a session. Blocks for about 0.2 s: call it in a thread.

    :raises TooManyAttempts: before the password is looked at.
    :raises WrongCredentials: for an unknown, locked or mistyped account alike.
    :raises OneTimeCodeNeeded: when the password fits and the account also wants a code.
    :raises WrongOneTimeCode: when the code does not fit or was used before.
    """
    attempt = perform(reserve_attempt, actor=ANONYMOUS, command=command, now=now)
    if attempt.wait_s:
        raise TooManyAttempts(seconds=attempt.wait_s)
    account = attempt.account
    password = command.password.get_secret_value()
    matches, renewed = verify_password(password, account.password_hash if account else None)
    outcome, signed_in = perform(
        conclude_attempt,
        actor=ANONYMOUS,
        attempt_id=attempt.id,
        account_id=account.id if account and matches else None,
        known_login=account.login if account else None,
        renewed_hash=renewed,
        command=command,
        now=now,
    )
    if signed_in is not None:
        return signed_in
    raise {'code_needed': OneTimeCodeNeeded, 'wrong_code': WrongOneTimeCode}.get(outcome, WrongCredentials)


@operation(None, name='identity.reserve_attempt', is_audited=False)
def reserve_attempt(session: Session, *, actor: Actor, command: SignIn, now: datetime) -> _Attempt:
    """Counts the attempt, or says how long to wait. The locks make simultaneous attempts wait for each other."""
    login_key = hashlib.sha256(command.login.encode()).digest()
    for lock in sorted(('account:' + login_key.hex(), 'address:' + command.address)):
        session.execute(text('SELECT pg_advisory_xact_lock(hashtextextended(:lock, 0))'), {'lock': lock})
    wait_s = _wait(session, login_key, command.address, now)
    if wait_s:
        _note_refusal(session, actor, command, login_key, now)
        return _Attempt(0, None, wait_s)
    row = SignInAttempt(login_key=login_key, address=command.address, attempted_at=now)
    session.add(row)
    session.flush()
    account = session.exec(select(Account).where(Account.login == command.login, col(Account.is_active))).first()
    return _Attempt(row.id, account)


def _wait(session: Session, login_key: bytes, address: str, now: datetime) -> int:
    """Seconds until the next attempt is admitted; 0 when it is now."""
    since = now - LONGEST_WINDOW
    counted = (col(SignInAttempt.outcome).in_(('pending', 'wrong', 'wrong_code'))) & (
        col(SignInAttempt.attempted_at) > since
    )
    by_account = session.exec(select(SignInAttempt.attempted_at).where(SignInAttempt.login_key == login_key, counted))
    ends = [locked_until(by_account.all(), ACCOUNT_LIMITS, now=now)]
    if address:
        by_address = session.exec(select(SignInAttempt.attempted_at).where(SignInAttempt.address == address, counted))
        ends.append(locked_until(by_address.all(), ADDRESS_LIMITS, now=now))
    latest = max((end for end in ends if end is not None), default=None)
    return 0 if latest is None else max(1, int((latest - now).total_seconds() + 0.999))


def _note_refusal(session: Session, actor: Actor, command: SignIn, login_key: bytes, now: datetime) -> None:
    """One audit entry a minute and login, lest a flood of attempts becomes a flood of entries."""
    noted = session.exec(
        select(SignInAttempt.id).where(
            SignInAttempt.login_key == login_key,
            SignInAttempt.outcome == 'refused',
            col(SignInAttempt.attempted_at) > now - timedelta(minutes=1),
        )
    ).first()
    if noted is None:
        session.add(SignInAttempt(login_key=login_key, address=command.address, attempted_at=now, outcome='refused'))
        _audit_attempt(session, actor, command, None, 'locked_out', now)


@operation(None, name='identity.conclude_attempt', is_audited=False)
def conclude_attempt(
    session: Session,
    *,
    actor: Actor,
    attempt_id: int,
    account_id: int | None,
    known_login: str | None,
    renewed_hash: str | None,
    command: SignIn,
    now: datetime,
) -> tuple[Outcome, SignedIn | None]:
    """Writes how the attempt ended and, where it succeeded, opens the session. `account_id` None: wrong password."""
    account = session.get(Account, account_id, with_for_update=True) if account_id is not None else None
    outcome = _outcome(account, command, now)
    session.execute(
        text('UPDATE sign_in_attempt SET outcome = :outcome WHERE id = :id'), {'outcome': outcome, 'id': attempt_id}
    )
    if account is None or outcome != 'done':
        _audit_attempt(session, actor, command, known_login, outcome, now)
        return outcome, None
    if renewed_hash is not None:
        account.password_hash = renewed_hash
    signed_in = open_session(session, account=account, command=command, now=now)
    _audit_attempt(session, _actor_of(account), command, known_login, 'done', now)
    return outcome, signed_in


def _outcome(account: Account | None, command: SignIn, now: datetime) -> Outcome:
    """The second factor is looked at only when the first one held; a code that fits is used up."""
    if account is None or not account.is_active:
        return 'wrong'
    if account.totp_confirmed_at is None or account.totp_secret is None:
        return 'done'
    if command.code is None:
        return 'code_needed'
    step = matching_step(
        account.totp_secret, command.code.get_secret_value(), now=now, last_step=account.totp_last_step
    )
    if step is None:
        return 'wrong_code'
    account.totp_last_step = step
    return 'done'


def open_session(session: Session, *, account: Account, command: SignIn, now: datetime) -> SignedIn:
    """A new session under a new token; sessions are never continued under another one's."""
    token = new_token()
    lifetime = DEVICE_LIFETIME if account.kind == 'kiosk' else LIFETIME
    row = AccountSession(
        account_id=account.id,
        token_hash=hash_of(token),
        created_at=now,
        last_seen_at=now,
        expires_at=now + lifetime,
        address=command.address[:64],
        user_agent=command.user_agent[:256],
    )
    session.add(row)
    session.flush()
    return SignedIn(
        token=token,
        session_id=row.id,
        account_id=AccountId(account.id),
        locale=account.locale,
        must_change_password=account.must_change_password,
    )


@operation(None, name='identity.sign_out')
def sign_out(session: Session, *, actor: Actor, session_id: int, now: datetime) -> int:
    """Ends one of the actor's own sessions; ending it twice is no error. Returns how many ended."""
    return end_sessions(session, account_id=actor.account_id, only_id=session_id, reason='signed_out', now=now)


@operation(None, name='identity.touch_session', is_audited=False)
def touch_session(session: Session, *, actor: Actor, session_id: int, now: datetime) -> None:
    """Notes that the session is in use."""
    session.execute(
        text('UPDATE account_session SET last_seen_at = :now WHERE id = :id AND account_id = :account'),
        {'now': now, 'id': session_id, 'account': actor.account_id},
    )


def end_sessions(
    session: Session,
    *,
    account_id: int | None,
    reason: EndReason,
    now: datetime,
    only_id: int | None = None,
) -> int:
    """Ends sessions of an account and tells every web process to shut their pages."""
    ended = session.execute(
        text(
            'UPDATE account_session SET ended_at = :now, end_reason = :reason WHERE account_id = :account'
            ' AND ended_at IS NULL AND (CAST(:only AS bigint) IS NULL OR id = :only) RETURNING id'
        ),
        {'now': now, 'reason': reason, 'account': account_id, 'only': only_id},
    ).all()
    for row in ended:
        notify(session, f'{SESSION_TOPIC}{row.id}', 0)
    return len(ended)


def announce_change_of_rights(session: Session, account_id: int) -> None:
    """Tells every web process that pages of this account were built with rights it may no longer have."""
    notify(session, f'{ACCOUNT_TOPIC}{account_id}', 0)


def _actor_of(account: Account) -> Actor:
    return Actor(name=account.display_name, kind='person', account_id=AccountId(account.id))


def _audit_attempt(
    session: Session, actor: Actor, command: SignIn, known_login: str | None, outcome: str, now: datetime
) -> None:
    """An unknown login is not written down: people type passwords into that field."""
    facts = {'login': known_login, 'address': command.address, 'user_agent': command.user_agent[:256]}
    audit.append(
        session, actor=actor, action='identity.sign_in', target=known_login, facts=facts, outcome=outcome, now=now
    )


@operation(MANAGE_ACCOUNTS, name='identity.forget_attempts', is_audited=False)
def forget_attempts(session: Session, *, actor: Actor, before: datetime, now: datetime) -> int:
    """Drops attempts that no limit looks at any more; returns how many. The audit log keeps them."""
    gone = session.execute(
        text('DELETE FROM sign_in_attempt WHERE attempted_at < :before RETURNING 1'), {'before': before}
    )
    return len(gone.all())
