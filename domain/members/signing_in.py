"""Members sign in (会员登录): a one-time code to their phone, then a token for their device.

Codes and tokens are kept as hashes. A number gets one code a minute and five an hour; a code stands five guesses and
five minutes, and counts once. Whoever proves a number that no member has becomes one.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import SecretStr
from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.members._loading import load_member, mall_of
from domain.members.commands import Channel, EnrolMember, MemberId
from domain.members.enrolment import enrol_member, normal_phone, phone_index
from domain.members.models import MemberLoginCode, MemberSession
from domain.members.permissions import RUN_LOYALTY
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.errors import DomainError
from domain.shared.operations import operation, query
from domain.shared.sealing import blind_index

CODE_LASTS = timedelta(minutes=5)
SESSION_LASTS = timedelta(days=30)
MOST_GUESSES = 5
LIMITS = ((timedelta(minutes=1), 1), (timedelta(hours=1), 5))
_TOKEN_PREFIX = 'atm'  # noqa: S105 - what every token begins with


class TooManyCodes(DomainError):
    code = 'members.too_many_codes'
    status = 429
    zh = '验证码发送过于频繁，请在 {retry_after_s} 秒后重试。'
    en = 'Too many codes were sent to this number. Try again in {retry_after_s} s.'


class LoginCodeWrong(DomainError):
    code = 'members.login_code_wrong'
    status = 401
    zh = '验证码不正确或已失效，请重新获取。'
    en = 'The code is wrong or has expired. Ask for a new one.'


class SignedOut(DomainError):
    code = 'members.signed_out'
    status = 401
    zh = '登录已失效，请重新登录。'
    en = 'You are signed out. Please sign in again.'


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInByCode:
    phone: SecretStr
    code: SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginCode:
    """To be sent, and then forgotten: it is nowhere else in clear."""

    phone: SecretStr
    code: SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    member_id: MemberId
    token: SecretStr
    expires_at: datetime


@operation(None, name='members.request_login_code')
def request_login_code(session: Session, *, actor: Actor, phone: SecretStr, now: datetime) -> LoginCode:
    """Makes the code that the next sign-in of this number needs; earlier ones end.

    :raises PhoneInvalid:
    :raises TooManyCodes:
    """
    mall_id, number = mall_of(actor), normal_phone(phone)
    index = phone_index(number, mall_id=mall_id)
    _one_after_the_other(session, index)
    sent = session.exec(
        select(MemberLoginCode.sent_at).where(
            MemberLoginCode.phone_index == index, col(MemberLoginCode.sent_at) > now - LIMITS[-1][0]
        )
    ).all()
    for window, most in LIMITS:
        recent = sorted(at for at in sent if at > now - window)
        if len(recent) >= most:
            raise TooManyCodes(retry_after_s=max(1, round((recent[-most] + window - now).total_seconds())))
    code = f'{secrets.randbelow(10**6):06d}'
    session.add(MemberLoginCode(
        mall_id=mall_id, phone_index=index, code_hash=_hash_of_code(code, index, mall_id), sent_at=now,
        expires_at=now + CODE_LASTS,
    ))  # fmt: skip
    return LoginCode(phone=SecretStr(number), code=SecretStr(code))


@operation(None, name='members.sign_in_by_code')
def sign_in_by_code(session: Session, *, actor: Actor, command: SignInByCode, now: datetime) -> SignedIn | None:
    """Signs in whoever has the phone; None for a wrong, old or used code, which counts as a guess.

    None and not an error, because the guess must stay counted when the transaction ends.

    :raises PhoneInvalid:
    """
    mall_id = mall_of(actor)
    index = phone_index(normal_phone(command.phone), mall_id=mall_id)
    _one_after_the_other(session, index)
    row = session.exec(
        select(MemberLoginCode).where(MemberLoginCode.phone_index == index)
        .order_by(col(MemberLoginCode.sent_at).desc(), col(MemberLoginCode.id).desc()).limit(1)
    ).one_or_none()  # fmt: skip
    if row is None or row.used_at is not None or row.expires_at <= now or row.attempts >= MOST_GUESSES:
        return None
    row.attempts += 1
    if not secrets.compare_digest(row.code_hash, _hash_of_code(command.code.get_secret_value(), index, mall_id)):
        return None
    row.used_at = now
    enrol = EnrolMember(channel=Channel.MINI_PROGRAM, phone=command.phone)
    member = enrol_member(session, actor=system_actor('sign-in', mall_id), command=enrol, now=now)
    return _begin(session, mall_id, member.id, now)


@query(None)
def authenticate(session: Session, *, actor: Actor, token: SecretStr, now: datetime) -> MemberId:
    """Whose token it is; of a member who was merged, whom they became.

    :raises SignedOut: when it is unknown, over or ended.
    """
    found = select(MemberSession).where(
        MemberSession.token_hash == _hash_of(token), col(MemberSession.ended_at).is_(None),
        col(MemberSession.expires_at) > now,
    )  # fmt: skip
    row = session.exec(found).one_or_none()
    member = None if row is None else load_member(session, row.member_id)
    if member is None or member.state == 'closed':
        raise SignedOut
    return MemberId(member.id)


@operation(None, name='members.sign_out')
def sign_out_member(session: Session, *, actor: Actor, token: SecretStr, now: datetime) -> None:
    """Ends one device's session; ended twice it stays ended."""
    row = session.exec(select(MemberSession).where(MemberSession.token_hash == _hash_of(token))).one_or_none()
    if row is not None and row.ended_at is None:
        row.ended_at = now


@operation(RUN_LOYALTY, name='members.forget_sign_ins', is_audited=False)
def forget_sign_ins(session: Session, *, actor: Actor, now: datetime) -> int:
    """Deletes codes and sessions that ended more than a day ago."""
    gone = 0
    for table, column in (('member_login_code', 'expires_at'), ('member_session', 'expires_at')):
        # table and column are ours
        found = session.execute(
            text(f'DELETE FROM {table} WHERE mall_id = app_mall() AND {column} < :before RETURNING 1'),  # noqa: S608
            {'before': now - timedelta(days=1)},
        )
        gone += len(found.all())
    return gone


def mall_of_token(token: str) -> MallId | None:
    """The mall that a token names; None for what is no token of ours."""
    prefix, _, rest = token.partition('_')
    number, _, secret = rest.partition('_')
    is_ours = prefix == _TOKEN_PREFIX and number.isdecimal() and len(number) < 10 and len(secret) == 43
    return MallId(int(number)) if is_ours else None


def _begin(session: Session, mall_id: MallId, member_id: MemberId, now: datetime) -> SignedIn:
    token = SecretStr(f'{_TOKEN_PREFIX}_{mall_id}_{secrets.token_urlsafe(32)}')
    expires_at = now + SESSION_LASTS
    session.add(MemberSession(
        mall_id=mall_id, member_id=member_id, token_hash=_hash_of(token), began_at=now, expires_at=expires_at
    ))  # fmt: skip
    return SignedIn(member_id=member_id, token=token, expires_at=expires_at)


def _one_after_the_other(session: Session, index: bytes) -> None:
    """Two requests of one number pass here in turn, so that neither limit nor guess is counted past."""
    session.execute(text('SELECT pg_advisory_xact_lock(hashtext(:phone))'), {'phone': index.hex()})


def _hash_of_code(code: str, index: bytes, mall_id: int) -> bytes:
    return blind_index(code, mall_id=mall_id, field=f'login:{index.hex()}')


def _hash_of(token: SecretStr) -> bytes:
    return hashlib.sha256(token.get_secret_value().encode()).digest()
