"""What payments write into the journal, and where exceptions go."""

from collections.abc import Mapping
from datetime import datetime

import orjson
from sqlalchemy import text
from sqlmodel import Session

from domain.mall import queries as mall
from domain.payments.events import ExceptionOpened
from domain.payments.models import PayAttempt
from domain.shared.actor import Actor, MallId
from domain.shared.business_time import BusinessClock
from domain.shared.errors import Invalid
from domain.shared.events import emit
from domain.shared.journal import AccountKind, LedgerAccountId, NewEntry, find_accounts, open_account, post
from domain.shared.live import notify

UNIT = 'fen'
ORDERS, SURPLUS, CARDS = 'pay:orders', 'pay:surplus', 'pay:cards'
CARD, CASH = 'card', 'cash'


def mall_of(actor: Actor) -> MallId:
    """The mall in which the actor acts.

    :raises Invalid: when it acts in none.
    """
    if actor.mall_id is None:
        raise Invalid(field='mall', reason='payments belong to a mall; choose one')
    return actor.mall_id


def clock_of(session: Session, actor: Actor) -> BusinessClock:
    return mall.get_business_clock(session, actor=actor)


def clearing(channel: str) -> str:
    """What a channel owes us (or, for cash, what is in the drawers)."""
    return f'pay:clearing:{channel}'


def book_money(
    session: Session, actor: Actor, attempt: PayAttempt, fen: int, *, key: str, at: datetime, now: datetime,
    card_account: int | None = None,
) -> None:  # fmt: skip
    """Money that came in over an attempt, or (negative) went back over it."""
    against = SURPLUS if attempt.is_surplus else ORDERS
    codes = {clearing(attempt.channel): fen, against: -fen}
    if card_account is not None:
        codes[CARDS] = fen
    accounts = _accounts(session, codes)
    amounts = {accounts[code]: amount for code, amount in codes.items()}
    if card_account is not None:
        amounts[LedgerAccountId(card_account)] = -fen
    post(session, NewEntry(
        kind='payments.in' if fen > 0 else 'payments.out', key=key, amounts=amounts, occurred_at=at,
        business_on=clock_of(session, actor).business_on(at), memo=attempt.out_no,
    ), now=now)  # fmt: skip


def book_card(session: Session, actor: Actor, account: int, fen: int, *, key: str, now: datetime) -> None:
    """Value put onto a prepaid card."""
    accounts = _accounts(session, {CARDS: -fen})
    post(session, NewEntry(
        kind='payments.card', key=key, amounts={LedgerAccountId(account): fen, accounts[CARDS]: -fen}, occurred_at=now,
        business_on=clock_of(session, actor).business_on(now),
    ), now=now)  # fmt: skip


def open_exception(
    session: Session, actor: Actor, kind: str, subject: str, facts: Mapping[str, object], *, now: datetime
) -> None:
    """Puts something before a person; the same again counts up, and opens again what was settled."""
    mall_id = mall_of(actor)
    session.execute(
        text(
            'INSERT INTO pay_exception AS e (mall_id, kind, subject, facts, times, opened_at, remark)'
            " VALUES (app_mall(), :kind, :subject, CAST(:facts AS jsonb), 1, :now, '')"
            ' ON CONFLICT (mall_id, kind, subject) DO UPDATE SET times = e.times + 1, facts = excluded.facts,'
            ' settled_at = NULL, settled_by = NULL'
        ),
        {'kind': kind, 'subject': subject, 'facts': orjson.dumps(dict(facts), default=str).decode(), 'now': now},
    )
    emit(session, ExceptionOpened(mall_id=mall_id, occurred_at=now, kind=kind, subject=subject))
    notify(session, 'payments', mall_id)


def _accounts(session: Session, codes: Mapping[str, int]) -> dict[str, LedgerAccountId]:
    found = find_accounts(session, list(codes))
    for code in codes.keys() - found.keys():
        kind = AccountKind.ASSET if code.startswith('pay:clearing') else AccountKind.LIABILITY
        found[code] = open_account(session, code=code, kind=kind, unit=UNIT, is_running=False, floor=None)
    return found
