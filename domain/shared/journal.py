"""The double-entry journal (复式账): points, coupons, stock value and money all post here.

An *account* (科目) holds an amount of one *unit* (fen, points, …). An *entry* (凭证) moves amounts between accounts and
sums to zero in every unit; its *postings* (分录) are never edited (law X-R5): a correction is a linked, opposite entry.

Accounts with `is_running` keep their balance, and `floor` bounds it from below inside the write (law X-R6). An account
that every posting touches (a mall's liability, say) is not running: its balance is a sum, so it is never a hot row.

`post` is one SQL statement, because a row lock held across Python time costs ten times the throughput. A slice that
keeps more than balances (lots of points, say) lets its own steps travel in that statement as `Alongside`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NewType

from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from domain.shared.errors import DomainError
from domain.shared.idempotency import IdempotencyConflict, request_hash

LedgerAccountId = NewType('LedgerAccountId', int)
EntryId = NewType('EntryId', int)


class AccountKind(StrEnum):
    ASSET = 'asset'
    LIABILITY = 'liability'
    INCOME = 'income'
    EXPENSE = 'expense'
    EQUITY = 'equity'


class UnbalancedEntry(DomainError):
    code = 'journal.unbalanced'
    status = 422
    zh = '凭证借贷不平，差额 {difference}。'
    en = 'The entry does not balance; it is off by {difference}.'


class InsufficientBalance(DomainError):
    code = 'journal.insufficient_balance'
    status = 409
    zh = '余额不足。'
    en = 'The balance is not sufficient.'


class UnknownAccount(DomainError):
    code = 'journal.unknown_account'
    status = 404
    zh = '账户不存在。'
    en = 'There is no such account.'


class AlreadyReversed(DomainError):
    code = 'journal.already_reversed'
    status = 409
    zh = '该凭证已经冲销过。'
    en = 'This entry has already been reversed.'


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """What to post. `amounts` maps account to signed amount (debit positive); several units may meet in one entry."""

    kind: str
    key: str
    amounts: Mapping[LedgerAccountId, int]
    occurred_at: datetime
    business_on: date
    memo: str = ''
    reverses: EntryId | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """The entry, and whether it had been posted before under the same key."""

    entry_id: EntryId
    is_replay: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Alongside:
    """Steps of a slice that run inside the posting's own statement, and only when the entry is new.

    `steps` are further CTEs: `entry(id)` is the new entry, and whoever reads `held` does so with the running accounts
    locked. `refusals` are `WHEN … THEN refuse('AT…')` clauses that undo all of it. Both are constants of the slice.
    """

    steps: tuple[str, ...]
    refusals: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


_POST = """
WITH wanted AS MATERIALIZED (
    SELECT * FROM unnest(CAST(:accounts AS bigint[]), CAST(:amounts AS bigint[])) AS w(account_id, amount)
), entry AS (
    INSERT INTO ledger_entry
        (mall_id, kind, key, content_hash, occurred_at, received_at, business_on, memo, reverses_id)
    VALUES (app_mall(), :kind, :key, :hash, :occurred_at, :now, :business_on, :memo, :reverses)
    ON CONFLICT (mall_id, key) DO NOTHING RETURNING id
), held AS MATERIALIZED (
    SELECT a.id, w.amount FROM ledger_account a JOIN wanted w ON w.account_id = a.id, entry
    WHERE a.mall_id = app_mall() AND a.is_running ORDER BY a.id FOR UPDATE OF a
), moved AS (
    UPDATE ledger_account a SET balance = a.balance + held.amount FROM held
    WHERE a.id = held.id AND (a.floor IS NULL OR a.balance + held.amount >= a.floor) RETURNING a.id
), posted AS (
    INSERT INTO ledger_posting (mall_id, entry_id, account_id, unit, amount, occurred_at)
    SELECT app_mall(), entry.id, a.id, a.unit, w.amount, :occurred_at
    FROM entry, wanted w JOIN ledger_account a ON a.id = w.account_id AND a.mall_id = app_mall()
    RETURNING 1
)"""
_VERDICT = """
SELECT (SELECT id FROM entry) AS entry_id, CASE
    WHEN NOT EXISTS (SELECT FROM entry) THEN NULL
    WHEN (SELECT count(*) FROM posted) <> cardinality(CAST(:accounts AS bigint[])) THEN refuse('AT003')
    WHEN (SELECT count(*) FROM moved) <> (SELECT count(*) FROM held) THEN refuse('AT002')"""


@lru_cache(maxsize=64)
def _statement(steps: tuple[str, ...], refusals: tuple[str, ...]) -> TextClause:
    return text(''.join([_POST, *(f', {step}' for step in steps), _VERDICT, *(f' {r}' for r in refusals), ' END']))


NOTHING_ALONGSIDE = Alongside(steps=())

# SQLSTATEs of our own: raising inside the statement poisons the transaction, so nobody carries on with half a posting.
_UNBALANCED, _INSUFFICIENT, _UNKNOWN, _UNIQUE = 'AT001', 'AT002', 'AT003', '23505'


def open_account(
    session: Session, *, code: str, kind: AccountKind, unit: str, is_running: bool, floor: int | None = None
) -> LedgerAccountId:
    """The account of that code in the session's mall, made if it is new. `floor` is the least balance it may reach."""
    row = session.execute(
        text(
            'INSERT INTO ledger_account (mall_id, code, kind, unit, is_running, floor)'
            ' VALUES (app_mall(), :code, :kind, :unit, :running, :floor)'
            ' ON CONFLICT (mall_id, code) DO UPDATE SET code = excluded.code RETURNING id'
        ),
        {'code': code, 'kind': kind.value, 'unit': unit, 'running': is_running, 'floor': floor},
    ).one()
    return LedgerAccountId(row.id)


def post(session: Session, entry: NewEntry, *, now: datetime, alongside: Alongside = NOTHING_ALONGSIDE) -> Posted:
    """Posts an entry once, with the steps alongside it; the same key again returns the first entry.

    :raises UnbalancedEntry: when the amounts of some unit do not sum to zero.
    :raises InsufficientBalance: when a running account would fall below its floor.
    :raises UnknownAccount: when an account is not of this mall.
    :raises IdempotencyConflict: when the key was used for other content.
    """
    if sum(entry.amounts.values()) != 0:
        raise UnbalancedEntry(difference=sum(entry.amounts.values()))
    digest = content_hash(entry)
    try:
        statement = _statement(alongside.steps, alongside.refusals)
        row = session.execute(statement, _parameters(entry, digest, now) | dict(alongside.facts)).one()
    except DBAPIError as error:
        raise refusal_of(error) from error
    if row.entry_id is None:
        return _earlier(session, entry, digest)
    return Posted(EntryId(row.entry_id), is_replay=False)


def find_accounts(session: Session, codes: Collection[str]) -> dict[str, LedgerAccountId]:
    """The accounts of the session's mall that bear these codes."""
    rows = session.execute(
        text('SELECT code, id FROM ledger_account WHERE mall_id = app_mall() AND code = ANY(:codes)'),
        {'codes': list(codes)},
    )
    return {row.code: LedgerAccountId(row.id) for row in rows}


def lock_accounts(session: Session, account_ids: Collection[LedgerAccountId]) -> None:
    """Holds accounts until the transaction ends, in the order in which `post` takes them."""
    session.execute(
        text('SELECT FROM ledger_account WHERE mall_id = app_mall() AND id = ANY(:ids) ORDER BY id FOR UPDATE'),
        {'ids': sorted(account_ids)},
    )


def reverse(session: Session, entry_id: EntryId, *, key: str, now: datetime, business_on: date) -> Posted:
    """Posts the opposite of an entry, linked to it; an entry is reversed at most once.

    :raises AlreadyReversed: when another entry reverses it already.
    :raises UnknownAccount: when there is no such entry in this mall.
    :raises InsufficientBalance: when a running account would fall below its floor.
    """
    rows = session.execute(
        text('SELECT account_id, amount FROM ledger_posting WHERE mall_id = app_mall() AND entry_id = :entry'),
        {'entry': entry_id},
    ).all()
    if not rows:
        raise UnknownAccount
    opposite = {LedgerAccountId(row.account_id): -row.amount for row in rows}
    return post(
        session,
        NewEntry(
            kind='reversal', key=key, amounts=opposite, occurred_at=now, business_on=business_on, reverses=entry_id
        ),
        now=now,
    )


def balance_at(session: Session, account_id: LedgerAccountId, *, moment: datetime) -> int:
    """What the account held just before an instant of event time, in its unit."""
    total = session.execute(
        text(
            'SELECT coalesce(sum(amount), 0) FROM ledger_posting'
            ' WHERE mall_id = app_mall() AND account_id = :account AND occurred_at < :moment'
        ),
        {'account': account_id, 'moment': moment},
    ).scalar_one()
    return int(total)


def trial_balance(session: Session) -> dict[str, int]:
    """Σ of all postings of the mall by unit; each is zero, or the books are broken (law X-R9)."""
    rows = session.execute(
        text('SELECT unit, sum(amount) AS total FROM ledger_posting WHERE mall_id = app_mall() GROUP BY unit')
    )
    return {row.unit: int(row.total) for row in rows}


def drifted_accounts(session: Session) -> list[LedgerAccountId]:
    """Running accounts whose kept balance is not the sum of their postings; none, or the books are broken."""
    rows = session.execute(
        text(
            'SELECT a.id FROM ledger_account a'
            ' LEFT JOIN ledger_posting p ON p.account_id = a.id AND p.mall_id = a.mall_id'
            ' WHERE a.mall_id = app_mall() AND a.is_running GROUP BY a.id'
            ' HAVING a.balance <> coalesce(sum(p.amount), 0) ORDER BY a.id'
        )
    )
    return [LedgerAccountId(row.id) for row in rows]


def _parameters(entry: NewEntry, digest: str, now: datetime) -> dict[str, Any]:
    return {
        'accounts': list(entry.amounts),
        'amounts': list(entry.amounts.values()),
        'kind': entry.kind,
        'key': entry.key,
        'hash': digest,
        'occurred_at': entry.occurred_at,
        'now': now,
        'business_on': entry.business_on,
        'memo': entry.memo,
        'reverses': entry.reverses,
    }


def content_hash(entry: NewEntry) -> str:
    """What an idempotency key is held against."""
    return request_hash([entry.kind, sorted(entry.amounts.items()), entry.reverses])


def _earlier(session: Session, entry: NewEntry, digest: str) -> Posted:
    row = session.execute(
        text('SELECT id, content_hash FROM ledger_entry WHERE mall_id = app_mall() AND key = :key'), {'key': entry.key}
    ).one()
    if row.content_hash != digest:
        raise IdempotencyConflict
    return Posted(EntryId(row.id), is_replay=True)


def refusal_of(error: DBAPIError) -> Exception:
    """What a refusal of the statement means, or the error itself."""
    state = getattr(error.orig, 'sqlstate', None)
    if state == _UNBALANCED:
        return UnbalancedEntry(difference='a unit')
    if state == _UNIQUE:
        return AlreadyReversed()
    return {_INSUFFICIENT: InsufficientBalance(), _UNKNOWN: UnknownAccount()}.get(str(state), error)
