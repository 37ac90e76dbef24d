"""Reconciliation (对账): our books, the channel's bill, the bank's settlement; people look at what differs. PO-R6."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.payments import _rules
from domain.payments._books import book_card, mall_of, open_exception
from domain.payments._cards import number_index
from domain.payments._rules import Difference, Ours, Theirs
from domain.payments.commands import ImportBill, IssueCard, SettleException
from domain.payments.errors import AmountInvalid, ExceptionUnknown
from domain.payments.models import PayBillLine, PayException, PaySettlement, PrepaidCard
from domain.payments.permissions import MANAGE_CARDS, RECONCILE, TAKE
from domain.payments.statements import settle
from domain.payments.views import Reconciliation
from domain.shared.actor import Actor
from domain.shared.journal import AccountKind, open_account
from domain.shared.operations import operation

_OURS = text("""
SELECT a.out_no, a.fen, a.state FROM pay_attempt a
WHERE a.mall_id = app_mall() AND a.channel = :channel AND (a.paid_on = :day OR a.out_no = ANY(:listed))
UNION ALL
SELECT r.out_no, -r.fen, CASE r.state WHEN 'done' THEN 'paid' ELSE r.state END
FROM pay_refund r JOIN pay_attempt a ON a.mall_id = r.mall_id AND a.id = r.attempt_id
WHERE r.mall_id = app_mall() AND a.channel = :channel AND (r.done_on = :day OR r.out_no = ANY(:listed))
""")


@operation(RECONCILE, name='payments.reconcile')
def reconcile(session: Session, *, actor: Actor, command: ImportBill, now: datetime) -> Reconciliation:
    """Keeps a channel's bill of a day and compares it with our books and the bank. Repeating it opens nothing twice."""
    _keep(session, actor, command)
    ours = _ours(session, command)
    theirs = [Theirs(out_no=line.out_no, fen=line.fen, fee_fen=line.fee_fen) for line in command.lines]
    found = [*_rules.compare(ours, theirs), *_money_differences(command)]
    for difference in found:
        facts = {'channel': command.channel, 'day': command.bill_on.isoformat(), 'ours_fen': difference.ours_fen,
                 'theirs_fen': difference.theirs_fen}  # fmt: skip
        open_exception(session, actor, difference.kind, difference.out_no, facts, now=now)
    settle(session, actor, command.channel, now=now)
    return Reconciliation(
        channel=command.channel, bill_on=command.bill_on, ours_fen=sum(row.fen for row in ours if row.state == 'paid'),
        bill_fen=sum(line.fen for line in theirs), fee_fen=sum(line.fee_fen for line in theirs),
        expected_fee_fen=_expected_fee(command), settled_fen=command.settled_fen, exceptions=len(found),
    )  # fmt: skip


@operation(TAKE, name='payments.report_exception')
def report_exception(
    session: Session, *, actor: Actor, kind: str, subject: str, facts: Mapping[str, object], now: datetime
) -> None:
    """Puts something that does not fit before a person."""
    open_exception(session, actor, kind, subject, facts, now=now)


@operation(RECONCILE, name='payments.settle_exception')
def settle_exception(session: Session, *, actor: Actor, command: SettleException, now: datetime) -> None:
    """Closes an exception with a remark.

    :raises ExceptionUnknown:
    """
    found = select(PayException).where(PayException.id == command.exception_id, col(PayException.settled_at).is_(None))
    row = session.exec(found.with_for_update()).one_or_none()
    if row is None:
        raise ExceptionUnknown
    row.settled_at, row.settled_by, row.remark = now, actor.name, command.remark


@operation(MANAGE_CARDS, name='payments.issue_card')
def issue_card(session: Session, *, actor: Actor, command: IssueCard, now: datetime) -> int:
    """Issues a prepaid card or puts more on it; the same key does it once. Returns the card's number here.

    :raises AmountInvalid: for nothing.
    """
    if command.fen <= 0:
        raise AmountInvalid(reason='a card is charged with something')
    mall_id = mall_of(actor)
    number = command.number.get_secret_value()
    index = number_index(command.number, mall_id=mall_id)
    session.execute(text('SELECT pg_advisory_xact_lock(hashtext(:card))'), {'card': index.hex()})
    card = session.exec(select(PrepaidCard).where(PrepaidCard.number_index == index)).one_or_none()
    if card is None:
        account = open_account(
            session, code=f'card:{uuid4().hex}', kind=AccountKind.LIABILITY, unit='fen', is_running=True, floor=0
        )
        card = PrepaidCard(mall_id=mall_id, number_index=index, tail=number[-4:], account_id=account, issued_at=now)
        session.add(card)
        session.flush()
    book_card(session, actor, card.account_id, command.fen, key=f'card:{command.key}', now=now)
    return card.id


def _keep(session: Session, actor: Actor, command: ImportBill) -> None:
    mall_id, channel, day = mall_of(actor), command.channel, command.bill_on
    rows = [
        {'mall_id': mall_id, 'channel': channel, 'bill_on': day, 'out_no': line.out_no, 'fen': line.fen,
         'fee_fen': line.fee_fen}
        for line in command.lines
    ]  # fmt: skip
    if rows:
        session.execute(insert(PayBillLine).values(rows).on_conflict_do_nothing())
    if command.settled_fen is not None:
        facts = {'mall_id': mall_id, 'channel': channel, 'bill_on': day, 'fen': command.settled_fen}
        session.execute(insert(PaySettlement).values(facts).on_conflict_do_nothing())


def _ours(session: Session, command: ImportBill) -> list[Ours]:
    facts = {'channel': command.channel, 'day': command.bill_on, 'listed': [line.out_no for line in command.lines]}
    return [Ours(out_no=row.out_no, fen=row.fen, state=row.state) for row in session.execute(_OURS, facts)]


def _money_differences(command: ImportBill) -> list[Difference]:
    found = []
    fee, expected = sum(line.fee_fen for line in command.lines), _expected_fee(command)
    name = f'{command.channel}:{_day(command.bill_on)}'
    if fee != expected:
        found.append(Difference('fee_differs', name, expected, fee))
    net = sum(line.fen for line in command.lines) - fee
    if command.settled_fen is not None and command.settled_fen != net:
        found.append(Difference('settlement_differs', name, net, command.settled_fen))
    return found


def _expected_fee(command: ImportBill) -> int:
    amounts = [line.fen for line in command.lines]
    return _rules.fees_fen(amounts, basis_points=command.fee_basis_points, is_per_payment=command.is_fee_per_payment)


def _day(day: date) -> str:
    return day.isoformat()
