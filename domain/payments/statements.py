"""The bank's statement (银行对账单): what WeChat Pay and Alipay paid into the account, and which days that settles.

It comes as the file that online banking exports. Lines that a channel did not pay are not ours to keep: they are
counted and left out. A credit that fits no bill yet waits, since a bill may come late; after `GRACE` it stands against
the last open day and a person sees the difference (PO-R6).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.payments._books import clock_of, mall_of, open_exception
from domain.payments._settling import LATEST, USUAL, Credit, Due, Fit, fits, nearest
from domain.payments.models import PayBankLine, PaySettlement
from domain.payments.permissions import RECONCILE
from domain.payments.views import BankCredit, ImportedStatement, StatementLine
from domain.shared import audit
from domain.shared.actor import Actor
from domain.shared.live import notify
from domain.shared.office_files import Objection, day_of, fen_of, read_table
from domain.shared.operations import operation, query

GRACE = timedelta(days=3)
MOST_LINES, ABOVE_HEAD, LONGEST = 20_000, 20, 200
PAYERS: Mapping[str, str] = {'财付通': 'wechat', '微信支付': 'wechat', '支付宝': 'alipay', '蚂蚁': 'alipay'}
"""Whose account pays for which channel: what stands in the payer's name, or in the purpose where no name is given."""
HEADS: Mapping[str, str] = {
    '交易日期': 'booked', '交易时间': 'booked', '记账日期': 'booked', '入账日期': 'booked', '日期': 'booked',
    'booked': 'booked', 'date': 'booked',
    '贷方金额': 'credit', '贷方发生额': 'credit', '收入金额': 'credit', '收入': 'credit', '贷方': 'credit',
    '贷方发生额(元)': 'credit', 'credit': 'credit',
    '对方户名': 'payer', '对方名称': 'payer', '对方账户名称': 'payer', '对方单位名称': 'payer', 'payer': 'payer',
    '交易流水号': 'reference', '流水号': 'reference', '账户明细编号': 'reference', '凭证号': 'reference',
    'reference': 'reference', '摘要': 'purpose', '用途': 'purpose', '附言': 'purpose', 'purpose': 'purpose',
}  # fmt: skip
NEEDED = ('booked', 'credit', 'payer', 'reference')

_DUE = text("""
SELECT b.bill_on, sum(b.fen - b.fee_fen)::bigint AS fen FROM pay_bill_line b
WHERE b.mall_id = app_mall() AND b.channel = :channel AND b.bill_on >= :from_on
AND NOT EXISTS (
    SELECT FROM pay_settlement s WHERE s.mall_id = b.mall_id AND s.channel = b.channel AND s.bill_on = b.bill_on
) GROUP BY b.bill_on HAVING sum(b.fen - b.fee_fen) <> 0 ORDER BY b.bill_on
""")


@operation(RECONCILE, name='payments.import_statement', is_audited=False)
def import_statement(session: Session, *, actor: Actor, content: bytes, now: datetime) -> ImportedStatement:
    """Takes a bank statement (CSV in UTF-8 or GBK), all of it or nothing; a line that came before changes nothing."""
    lines, objections = read_statement(content, clock_of(session, actor).business_on(now))
    if objections:
        return ImportedStatement(objections=objections)
    ours = [line for line in lines if line.channel]
    fresh = _keep(session, actor, ours, now)
    settled = sum(
        settle(session, actor, channel, now=now) for channel in sorted({line.channel for line in ours if line.channel})
    )
    _tell_missing(session, actor, ours, now)
    notify(session, 'payments', mall_of(actor))
    told = {'credits': fresh, 'repeated': len(ours) - fresh, 'others': len(lines) - len(ours), 'settled_days': settled}
    # The file itself tells of others' payments and stays out of the trail.
    audit.append(
        session, actor=actor, action='payments.import_statement', target=None, facts=told, outcome='done', now=now
    )
    return ImportedStatement(credits=fresh, repeated=told['repeated'], others=told['others'], settled_days=settled)


@query(RECONCILE)
def list_credits(session: Session, *, actor: Actor, from_on: date, until_on: date) -> list[BankCredit]:
    """What the channels paid into the account in a time, the latest first, and which days it settled."""
    rows = session.exec(
        select(PayBankLine)
        .where(PayBankLine.booked_on >= from_on, PayBankLine.booked_on < until_on)
        .order_by(col(PayBankLine.booked_on).desc(), col(PayBankLine.id).desc())
    )
    return [
        BankCredit(
            id=row.id, channel=row.channel, booked_on=row.booked_on, fen=row.fen, payer=row.payer,
            reference=row.reference, first_on=row.first_on, last_on=row.last_on, is_exact=row.is_exact,
        ) for row in rows
    ]  # fmt: skip


def read_statement(content: bytes, today: date) -> tuple[list[StatementLine], tuple[Objection, ...]]:
    """The credits of a file, and what is wrong with it; debits are left out."""
    table = read_table(content, HEADS, NEEDED, most_lines=MOST_LINES, above_head=ABOVE_HEAD)
    read = [_line(number, cells, today) for number, cells in table.lines if cells.get('credit') not in (None, '', '-')]
    lines = [one for one in read if isinstance(one, StatementLine) and one.fen]
    return lines, (*table.objections, *(one for one in read if isinstance(one, Objection)))


def settle(session: Session, actor: Actor, channel: str, *, now: datetime) -> int:
    """Puts a channel's open credits to the days that they settle; gives the number of days. Repeating it is harmless.

    Called when a statement comes, and when a bill does: whichever is later makes the third book whole.
    """
    open_lines = {
        line.id: line
        for line in session.exec(
            select(PayBankLine)
            .where(PayBankLine.channel == channel, col(PayBankLine.last_on).is_(None))
            .order_by(col(PayBankLine.booked_on))
            .with_for_update()
        )
    }
    if not open_lines:
        return 0
    credits = [Credit(line.id, line.booked_on, line.fen) for line in open_lines.values()]
    due = _due(session, channel, credits[0].booked_on - LATEST)
    found = fits(credits, due)
    for fit in found:
        _put(session, open_lines[fit.credit.id], fit.days, is_exact=True)
    left = [one for one in credits if all(fit.credit != one for fit in found)]
    return sum(len(fit.days) for fit in found) + _put_what_differs(session, actor, open_lines, left, due, found, now)


def _put_what_differs(
    session: Session, actor: Actor, lines: Mapping[int, PayBankLine], left: Sequence[Credit], due: Sequence[Due],
    found: Sequence[Fit], now: datetime,
) -> int:  # fmt: skip
    """Credits that waited long enough stand against the last open day, or against none, before a person."""
    taken = {day.on for fit in found for day in fit.days}
    old = clock_of(session, actor).business_on(now) - GRACE
    settled = 0
    for credit in (one for one in left if one.booked_on <= old):
        line = lines[credit.id]
        day = nearest(credit, [one for one in due if one.on not in taken])
        name = f'{line.channel}:{day.on.isoformat()}' if day else f'{line.channel}:{line.reference}'
        facts = {'channel': line.channel, 'day': (day.on if day else credit.booked_on).isoformat(),
                 'ours_fen': day.fen if day else 0, 'theirs_fen': credit.fen}  # fmt: skip
        open_exception(session, actor, 'settlement_differs' if day else 'credit_unknown', name, facts, now=now)
        if day:
            taken.add(day.on)
            _put(session, line, (day,), is_exact=False)
            settled += 1
        else:
            line.first_on = line.last_on = credit.booked_on
            line.is_exact = False
    return settled


def _tell_missing(session: Session, actor: Actor, lines: Sequence[StatementLine], now: datetime) -> None:
    """Days that a statement should show and does not stand before a person."""
    for channel in sorted({line.channel for line in lines if line.channel}):
        booked = [line.booked_on for line in lines if line.channel == channel]
        for day in _due(session, channel, min(booked) - USUAL):
            if day.on < max(booked) - GRACE:
                facts = {'channel': channel, 'day': day.on.isoformat(), 'ours_fen': day.fen, 'theirs_fen': 0}
                name = f'{channel}:{day.on.isoformat()}'
                open_exception(session, actor, 'settlement_missing', name, facts, now=now)


def _put(session: Session, line: PayBankLine, days: Sequence[Due], *, is_exact: bool) -> None:
    rows = [
        {'mall_id': line.mall_id, 'channel': line.channel, 'bill_on': day.on, 'fen': day.fen if is_exact else line.fen}
        for day in days
    ]
    session.execute(insert(PaySettlement).values(rows).on_conflict_do_nothing())
    line.first_on, line.last_on, line.is_exact = days[0].on, days[-1].on, is_exact


def _due(session: Session, channel: str, from_on: date) -> list[Due]:
    rows = session.execute(_DUE, {'channel': channel, 'from_on': from_on})
    return [Due(row.bill_on, row.fen) for row in rows]


def _keep(session: Session, actor: Actor, lines: Sequence[StatementLine], now: datetime) -> int:
    if not lines:
        return 0
    mall_id = mall_of(actor)
    rows = [
        {'mall_id': mall_id, 'channel': line.channel, 'booked_on': line.booked_on, 'fen': line.fen,
         'payer': line.payer, 'reference': line.reference, 'imported_at': now}
        for line in lines
    ]  # fmt: skip
    kept = insert(PayBankLine).values(rows).on_conflict_do_nothing().returning(col(PayBankLine.id))
    return len(session.execute(kept).all())


def _line(number: int, cells: Mapping[str, str], today: date) -> StatementLine | Objection:
    # NOTE: some banks write the time beside the day.
    told = cells.get('booked', '').split(' ')[0].split('T')[0]
    booked, fen, reference = day_of(told), fen_of(cells.get('credit', '')), cells.get('reference', '').strip("'`")
    if booked is None or booked > today:
        return Objection(number, 'booked', cells.get('booked', ''))
    if fen is None:
        return Objection(number, 'credit', cells.get('credit', ''))
    payer = cells.get('payer', '')
    channel = _channel(payer) or (_channel(cells.get('purpose', '')) if not payer else None)
    if channel and not reference:
        return Objection(number, 'reference')
    return StatementLine(booked_on=booked, fen=fen, payer=payer[:LONGEST], reference=reference[:LONGEST],
                         channel=channel)  # fmt: skip


def _channel(name: str) -> str | None:
    return next((channel for part, channel in PAYERS.items() if part in name), None)
