"""Many entries of the journal in one statement: an account that all of them touch is moved once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from domain.shared.journal import EntryId, NewEntry, UnbalancedEntry, content_hash, refusal_of

_POST = """
WITH offered AS MATERIALIZED (
    SELECT * FROM unnest(CAST(:places AS int[]), CAST(:kinds AS text[]), CAST(:keys AS text[]), CAST(:hashes AS text[]),
        CAST(:instants AS timestamptz[]), CAST(:days AS date[]), CAST(:memos AS text[]))
        AS o(place, kind, key, hash, occurred_at, business_on, memo)
), entry AS (
    INSERT INTO ledger_entry (mall_id, kind, key, content_hash, occurred_at, received_at, business_on, memo)
    SELECT app_mall(), kind, key, hash, occurred_at, :now, business_on, memo FROM offered ORDER BY key
    ON CONFLICT (mall_id, key) DO NOTHING RETURNING id, key
), fresh AS MATERIALIZED (
    SELECT o.place, e.id AS entry_id, o.occurred_at FROM entry e JOIN offered o ON o.key = e.key
), legs AS MATERIALIZED (
    SELECT fresh.entry_id, fresh.occurred_at, l.account_id, l.amount
    FROM unnest(CAST(:leg_places AS int[]), CAST(:accounts AS bigint[]), CAST(:amounts AS bigint[]))
        AS l(place, account_id, amount) JOIN fresh ON fresh.place = l.place
), held AS MATERIALIZED (
    SELECT a.id, s.amount FROM ledger_account a
    JOIN (SELECT account_id, CAST(sum(amount) AS bigint) AS amount FROM legs GROUP BY account_id) AS s
        ON s.account_id = a.id
    WHERE a.mall_id = app_mall() AND a.is_running ORDER BY a.id FOR UPDATE OF a
), moved AS (
    UPDATE ledger_account a SET balance = a.balance + held.amount FROM held
    WHERE a.id = held.id AND (a.floor IS NULL OR a.balance + held.amount >= a.floor) RETURNING a.id
), posted AS (
    INSERT INTO ledger_posting (mall_id, entry_id, account_id, unit, amount, occurred_at)
    SELECT app_mall(), legs.entry_id, a.id, a.unit, legs.amount, legs.occurred_at
    FROM legs JOIN ledger_account a ON a.id = legs.account_id AND a.mall_id = app_mall() RETURNING 1
)"""
_VERDICT = """
SELECT place, entry_id, CASE
    WHEN (SELECT count(*) FROM posted) <> (SELECT count(*) FROM legs) THEN refuse('AT003')
    WHEN (SELECT count(*) FROM moved) <> (SELECT count(*) FROM held) THEN refuse('AT002') END AS verdict
FROM fresh"""


@dataclass(frozen=True, slots=True)
class AlongsideAll:
    """Further CTEs of a slice; `fresh(place, entry_id, occurred_at)` holds the entries that are new."""

    steps: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)


@lru_cache(maxsize=16)
def _statement(steps: tuple[str, ...]) -> TextClause:
    return text(''.join([_POST, *(f', {step}' for step in steps), _VERDICT]))


def post_all(
    session: Session, entries: Mapping[int, NewEntry], *, now: datetime, alongside: AlongsideAll
) -> dict[int, EntryId]:
    """Posts the entries whose keys are new, all of them or none, and tells them by the place they were given under.

    Who else may have used the key of one that is missing in the answer, `journal.post` finds out. The keys of one call
    differ.

    :raises UnbalancedEntry: when the amounts of some entry do not sum to zero.
    :raises InsufficientBalance: when a running account would end below its floor.
    :raises UnknownAccount: when an account is not of this mall.
    """
    for entry in entries.values():
        if sum(entry.amounts.values()) != 0:
            raise UnbalancedEntry(difference=sum(entry.amounts.values()))
    try:
        rows = session.execute(
            _statement(alongside.steps), _facts(entries) | {'now': now} | dict(alongside.facts)
        ).all()
    except DBAPIError as error:
        raise refusal_of(error) from error
    return {row.place: EntryId(row.entry_id) for row in rows}


def _facts(entries: Mapping[int, NewEntry]) -> dict[str, Any]:
    all_of: Sequence[NewEntry] = list(entries.values())
    legs = [(place, account, amount) for place, entry in entries.items() for account, amount in entry.amounts.items()]
    return {
        'places': list(entries), 'kinds': [entry.kind for entry in all_of], 'keys': [entry.key for entry in all_of],
        'hashes': [content_hash(entry) for entry in all_of], 'instants': [entry.occurred_at for entry in all_of],
        'days': [entry.business_on for entry in all_of], 'memos': [entry.memo for entry in all_of],
        'leg_places': [leg[0] for leg in legs], 'accounts': [leg[1] for leg in legs],
        'amounts': [leg[2] for leg in legs],
    }  # fmt: skip
