"""Receipts that earn points (消费积分): record, hold likely duplicates, re-rate what a late notice changes, refund."""

from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Row, text
from sqlmodel import Session

from domain.members import _posting, _rating, _settling
from domain.members._clawing import claw_back
from domain.members._loading import clock_of, earn_scheme, load_member, load_open_member, load_program
from domain.members._posting import NewLot
from domain.members._rating import Rating, TierBook
from domain.members._rules.birthdays import is_birthday
from domain.members._rules.earning import EarnLine, TraceLine
from domain.members._rules.lots import add_months, end_of_day
from domain.members.commands import DecideReceipt, RecordReceipt, RefundReceipt
from domain.members.errors import ReceiptDiffers, ReceiptUnknown, RefundTooLarge
from domain.members.events import ReceiptHeld
from domain.members.models import Member
from domain.members.permissions import POST_POINTS, REVIEW_RECEIPTS
from domain.members.schemes import EarnScheme
from domain.members.views import ReceiptPoints, Refunded
from domain.shared.actor import Actor
from domain.shared.errors import Invalid
from domain.shared.events import emit
from domain.shared.operations import operation

_INSERT = text("""
INSERT INTO point_receipt (mall_id, member_id, origin_id, key, channel, shop, occurred_at, received_at, business_on,
    fen, refunded_fen, lines, tier_parts, bonuses, points, trace, state, twin_id, scheme_version)
VALUES (app_mall(), :member, :member, :key, :channel, :shop, :occurred_at, :now, :business_on, :fen, 0,
    CAST(:lines AS jsonb), '[]', '[]', 0, '[]', :state, :twin, :version)
ON CONFLICT (mall_id, key) DO NOTHING RETURNING id
""")
_RATED = text("""
UPDATE point_receipt SET tier_parts = CAST(:parts AS jsonb), bonuses = CAST(:bonuses AS jsonb), points = :points,
    trace = CAST(:trace AS jsonb), state = 'earned' WHERE mall_id = app_mall() AND id = :id
""")
_TWIN = text("""
SELECT id FROM point_receipt WHERE mall_id = app_mall() AND shop = :shop AND fen = :fen AND channel <> :channel
    AND key <> :key AND state <> 'rejected' AND occurred_at BETWEEN :since AND :until ORDER BY id LIMIT 1
""")
_TWIN_LOCK = text('SELECT pg_advisory_xact_lock(hashtext(:place))')
_LATER = text("""
SELECT * FROM point_receipt WHERE mall_id = app_mall() AND member_id = :member AND state = 'earned'
    AND occurred_at > :at ORDER BY occurred_at, id
""")
_FIRST = text(
    "SELECT NOT EXISTS (SELECT FROM point_receipt WHERE member_id = :member AND state = 'earned' AND id <> :id)"
)


@operation(POST_POINTS, name='members.record_receipt', is_audited=False)
def record_receipt(session: Session, *, actor: Actor, command: RecordReceipt, now: datetime) -> ReceiptPoints:
    """Earns a receipt's points once, under the rules and the tier of the moment of purchase.

    A receipt of the same shop and amount that came by another channel within ten minutes waits for review (PO-R13).

    :raises Invalid: when the receipt has no lines, or one of them is negative.
    :raises ReceiptDiffers: when the key was used for another receipt.
    """
    _check(command)
    member = load_open_member(session, command.member_id, locked=True)
    version, scheme = earn_scheme(session, command.occurred_at)
    twin_id = _twin(session, scheme, command)
    receipt_id = _insert(session, member, command, version, twin_id, now)
    if receipt_id is None:
        return _earlier(session, member, command)
    member.facts_changed_at = now
    if twin_id is not None:
        emit(session, ReceiptHeld(
            mall_id=member.mall_id, occurred_at=now, receipt_key=command.key, twin_id=twin_id
        ))  # fmt: skip
        return _view(_row(session, command.key))
    return _earn(session, member, scheme, _row(session, command.key), now)


@operation(REVIEW_RECEIPTS, name='members.decide_receipt')
def decide_receipt(session: Session, *, actor: Actor, command: DecideReceipt, now: datetime) -> ReceiptPoints:
    """Lets a held receipt earn after all, or rejects it with a pointer to its twin.

    :raises ReceiptUnknown: when no receipt of that key is held.
    """
    row = _row(session, command.receipt_key)
    member = load_member(session, row.member_id, locked=True)
    row = _row(session, command.receipt_key)
    if row.state != 'held':
        raise ReceiptUnknown(key=command.receipt_key)
    if command.is_genuine:
        return _earn(session, member, earn_scheme(session, row.occurred_at)[1], row, now)
    session.execute(
        text("UPDATE point_receipt SET state = 'rejected' WHERE mall_id = app_mall() AND id = :id"), {'id': row.id}
    )
    return _view(_row(session, command.receipt_key))


@operation(POST_POINTS, name='members.refund_receipt', is_audited=False)
def refund_receipt(session: Session, *, actor: Actor, command: RefundReceipt, now: datetime) -> Refunded:
    """Takes back what the refunded money earned, whenever the refund comes (PT-R4, PO-R9, PO-R12). Once per key.

    :raises ReceiptUnknown:
    :raises RefundTooLarge: when a line has less left than is refunded.
    """
    row = _row(session, command.receipt_key)
    member = load_member(session, row.member_id, locked=True)
    row = _row(session, command.receipt_key)
    earlier = _refund(session, command.key)
    if earlier is not None:
        return Refunded(**earlier.answer, is_replay=True)
    lines = _lines_after(row, command)
    scheme = earn_scheme(session, row.occurred_at)[1]
    lost = 0
    if row.state == 'earned':
        after = _rating.again(session, scheme, member, row, [EarnLine(category, left) for category, _, left in lines])
        lost = max(0, row.points - after.points)
    answer = claw_back(session, member, scheme, row, lost, refund_key=command.key, now=now)
    _save_refund(session, row, command, lines, lost, answer, now)
    if lost:
        _rating.use_caps(session, scheme, member, shop=row.shop, occurred_at=row.occurred_at, points=-lost)
    member.facts_changed_at = now
    return answer


def _earn(session: Session, member: Member, scheme: EarnScheme, row: Row[Any], now: datetime) -> ReceiptPoints:
    session.execute(
        text("UPDATE point_receipt SET state = 'earned' WHERE mall_id = app_mall() AND id = :id"), {'id': row.id}
    )
    book = _rating.tier_book(session, member, at=row.occurred_at, now=now)
    is_first = bool(session.execute(_FIRST, {'member': member.id, 'id': row.id}).scalar_one())
    lines = [EarnLine(category, left) for category, _, left in row.lines]
    rating = _rating.rate(
        session, scheme, book, member, lines=lines, shop=row.shop, occurred_at=row.occurred_at, is_first=is_first
    )
    wanted = rating.earned.points
    points = _rating.use_caps(session, scheme, member, shop=row.shop, occurred_at=row.occurred_at, points=wanted)
    _save_rating(session, member, scheme, row, rating, points, is_first=is_first)
    if points:
        _post_lot(session, member, scheme, row, points, source='earn', key=row.key, now=now)
        _settling.bring_up_to_date(session, member, now=now)
    _rating.climb_tiers(session, member, book, since=row.occurred_at, now=now)
    session.flush()
    _rerate_later(session, member, book, row, now)
    return _view(_row(session, row.key))


def _post_lot(
    session: Session, member: Member, scheme: EarnScheme, row: Row[Any], points: int, *, source: str, key: str,
    now: datetime,
) -> None:  # fmt: skip
    available_at = row.occurred_at + timedelta(days=scheme.pending_days)
    is_pending = available_at > now
    clock = clock_of(session, member.mall_id)
    lot = NewLot(
        member_id=member.id, source=source, points=points, is_pending=is_pending, earned_at=row.occurred_at,
        available_at=available_at, receipt_id=row.id,
        expires_at=end_of_day(add_months(clock.local(row.occurred_at).date(), scheme.lifetime_months), clock.zone),
    )  # fmt: skip
    moment = _settling.moment_at(session, member.mall_id, row.occurred_at, now)
    _posting.add_lot(
        session, lot, key=key, to=member.pending_account_id if is_pending else member.available_account_id,
        against=load_program(session).issued_account_id, moment=moment, memo=row.shop,
    )  # fmt: skip


def _rerate_later(session: Session, member: Member, book: TierBook, row: Row[Any], now: datetime) -> None:
    """A notice that came late may have lifted the tier of receipts after it: they earn the difference (PT-R6)."""
    later = session.execute(_LATER, {'member': member.id, 'at': row.occurred_at}).all()
    if not later:
        return
    book = _rating.tier_book(session, member, at=row.occurred_at, now=now)
    for other in later:
        scheme = earn_scheme(session, other.occurred_at)[1]
        is_first = 'first_purchase' in other.bonuses
        rating = _rating.rate(
            session, scheme, book, member, shop=other.shop, occurred_at=other.occurred_at, is_first=is_first,
            lines=[EarnLine(category, left) for category, _, left in other.lines],
        )  # fmt: skip
        if [list(part) for part in rating.tier_parts] == other.tier_parts:
            continue
        more = _rating.use_caps(
            session, scheme, member, shop=other.shop, occurred_at=other.occurred_at,
            points=max(0, rating.earned.points - other.points),
        )  # fmt: skip
        _save_rating(session, member, scheme, other, rating, other.points + more, is_first=is_first)
        if more:
            key = f'{other.key}:rerate:{row.id}'
            _post_lot(session, member, scheme, other, more, source='rerate', key=key, now=now)


def _save_rating(
    session: Session, member: Member, scheme: EarnScheme, row: Row[Any], rating: Rating, points: int, *, is_first: bool
) -> None:
    local = clock_of(session, member.mall_id).local(row.occurred_at)
    has_birthday = is_birthday(local.date(), member.born_on, scheme.leap_birthday)
    bonuses = ['first_purchase'] * is_first + ['birthday'] * has_birthday
    trace = [[line.rule, line.factor, line.points] for line in rating.earned.trace]
    if points != rating.earned.points:
        trace.append(['cap', '', str(points)])
    session.execute(_RATED, {
        'id': row.id, 'points': points, 'parts': _json(rating.tier_parts), 'bonuses': _json(bonuses),
        'trace': _json(trace),
    })  # fmt: skip


def _insert(
    session: Session, member: Member, command: RecordReceipt, version: int, twin_id: int | None, now: datetime
) -> int | None:
    fen = sum(line.fen for line in command.lines)
    found = session.execute(_INSERT, {
        'member': member.id, 'key': command.key, 'channel': command.channel.value, 'shop': command.shop,
        'occurred_at': command.occurred_at, 'now': now, 'fen': fen, 'version': version, 'twin': twin_id,
        'business_on': clock_of(session, member.mall_id).business_on(command.occurred_at),
        'state': 'earned' if twin_id is None else 'held',
        'lines': _json([[line.category, line.fen, line.fen] for line in command.lines]),
    })  # fmt: skip
    return found.scalar_one_or_none()


def _twin(session: Session, scheme: EarnScheme, command: RecordReceipt) -> int | None:
    fen = sum(line.fen for line in command.lines)
    # Two channels may report one payment in the same instant: they pass here one after the other.
    session.execute(_TWIN_LOCK, {'place': f'{command.shop}|{fen}'})
    margin = timedelta(minutes=scheme.twin_minutes)
    return session.execute(_TWIN, {
        'shop': command.shop, 'fen': fen, 'channel': command.channel.value, 'key': command.key,
        'since': command.occurred_at - margin, 'until': command.occurred_at + margin,
    }).scalar_one_or_none()  # fmt: skip


def _earlier(session: Session, member: Member, command: RecordReceipt) -> ReceiptPoints:
    row = _row(session, command.key)
    same = [[line.category, line.fen] for line in command.lines] == [[category, fen] for category, fen, _ in row.lines]
    if not same or row.shop != command.shop or member.id not in (row.member_id, row.origin_id):
        raise ReceiptDiffers(key=command.key)
    return _view(row, is_replay=True)


def _lines_after(row: Row[Any], command: RefundReceipt) -> list[tuple[str, int, int]]:
    lines = [list(line) for line in row.lines]
    for number, fen in command.lines:
        if not 0 <= number < len(lines) or not 0 < fen <= lines[number][2]:
            raise RefundTooLarge
        lines[number][2] -= fen
    if not command.lines:
        raise Invalid(field='lines', reason='nothing is refunded')
    return [(category, fen, left) for category, fen, left in lines]


def _save_refund(
    session: Session, row: Row[Any], command: RefundReceipt, lines: list[tuple[str, int, int]], lost: int,
    answer: Refunded, now: datetime,
) -> None:  # fmt: skip
    fen = sum(part for _, part in command.lines)
    facts = {
        'receipt': row.id, 'key': command.key, 'fen': fen, 'at': command.occurred_at, 'now': now, 'lost': lost,
        'lines': _json(lines),
        'answer': _json({
            'receipt_key': answer.receipt_key, 'clawed': answer.clawed, 'owed': answer.owed,
            'deduct_fen': answer.deduct_fen,
        }),
    }  # fmt: skip
    session.execute(
        text(
            'INSERT INTO point_refund (mall_id, receipt_id, key, fen, occurred_at, recorded_at, answer)'
            ' VALUES (app_mall(), :receipt, :key, :fen, :at, :now, CAST(:answer AS jsonb))'
        ),
        facts,
    )
    session.execute(
        text(
            'UPDATE point_receipt SET refunded_fen = refunded_fen + :fen, points = points - :lost,'
            ' lines = CAST(:lines AS jsonb) WHERE mall_id = app_mall() AND id = :receipt'
        ),
        facts,
    )


def _refund(session: Session, key: str) -> Row[Any] | None:
    statement = text('SELECT answer FROM point_refund WHERE mall_id = app_mall() AND key = :key')
    return session.execute(statement, {'key': key}).one_or_none()


def _row(session: Session, key: str) -> Row[Any]:
    row = session.execute(
        text('SELECT * FROM point_receipt WHERE mall_id = app_mall() AND key = :key'), {'key': key}
    ).one_or_none()
    if row is None:
        raise ReceiptUnknown(key=key)
    return row


def _check(command: RecordReceipt) -> None:
    if not command.lines or any(line.fen < 0 for line in command.lines):
        raise Invalid(field='lines', reason='a receipt has lines, and none of them is negative')


def _view(row: Row[Any], *, is_replay: bool = False) -> ReceiptPoints:
    return ReceiptPoints(
        id=row.id, key=row.key, state=row.state, points=row.points, available_at=None, is_replay=is_replay,
        trace=tuple(TraceLine(*line) for line in row.trace), tier=row.tier_parts[0][0] if row.tier_parts else '',
    )  # fmt: skip


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
