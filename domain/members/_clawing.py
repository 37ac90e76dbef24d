"""Clawback (积分扣回) and debts. Rules PT-R4, PT-R10, PO-R9."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from domain.members import _posting, _settling
from domain.members._loading import load_program
from domain.members._posting import NEVER, Change, NewLot
from domain.members._rules import lots as rules
from domain.members._rules.liability import value_fen
from domain.members._rules.lots import Lot
from domain.members.models import Member
from domain.members.schemes import EarnScheme, Shortfall
from domain.members.views import Refunded

_OWN = text("""
SELECT l.id, l.state, l.remaining, l.expires_at, l.earned_at,
    coalesce(-sum(m.amount) FILTER (WHERE m.kind = 'expire'), 0) AS expired
FROM point_lot l LEFT JOIN point_movement m ON m.mall_id = l.mall_id AND m.lot_id = l.id
WHERE l.mall_id = app_mall() AND l.receipt_id = :receipt
GROUP BY l.id, l.state, l.remaining, l.expires_at, l.earned_at ORDER BY l.id
""")


def claw_back(
    session: Session, member: Member, scheme: EarnScheme, receipt: Row[Any], points: int, *, refund_key: str,
    now: datetime,
) -> Refunded:  # fmt: skip
    """Takes a refunded receipt's points: from its own lots, then from the newest; never skips silently (PO-R9)."""
    answer = Refunded(receipt_key=receipt.key, clawed=0, owed=0, deduct_fen=0)
    if not points:
        return answer
    _posting.lock_points(session, [member])
    _settling.mature(session, member, now=now)
    own = session.execute(_OWN, {'receipt': receipt.id}).all()
    # What expired unspent is gone already and not taken twice.
    wanted = min(points, max(0, receipt.points - int(sum(lot.expired for lot in own))))
    pending = {lot.id for lot in own if lot.state == 'pending'}
    own_lots = [_lot(lot) for lot in own if lot.state == 'pending' or lot.expires_at > now]
    others = [
        lot for lot in _posting.live_lots(session, member.id, now=now)
        if lot.remaining > 0 and lot.id not in {mine.id for mine in own_lots}
    ]  # fmt: skip
    clawed = rules.claw(own_lots, others, wanted)
    return _post(session, member, scheme, answer, clawed, pending, key=refund_key, now=now)


def take_by_hand(session: Session, member: Member, points: int, *, key: str, now: datetime) -> None:
    """Takes points, the newest first; what is missing is owed."""
    _posting.lock_points(session, [member])
    others = [lot for lot in _posting.live_lots(session, member.id, now=now) if lot.remaining > 0]
    answer = Refunded(receipt_key='', clawed=0, owed=0, deduct_fen=0)
    _post(session, member, EarnScheme(), answer, rules.claw((), others, points), set(), key=key, now=now)


def _post(
    session: Session, member: Member, scheme: EarnScheme, answer: Refunded, clawed: rules.Clawed, pending: set[int], *,
    key: str, now: datetime,
) -> Refunded:  # fmt: skip
    voided = sum(draw.points for draw in clawed.draws if draw.lot_id in pending)
    taken = sum(draw.points for draw in clawed.draws) - voided
    changes = [Change(draw.lot_id, 'void' if draw.lot_id in pending else 'claw', -draw.points) for draw in clawed.draws]
    owed = clawed.shortfall if scheme.shortfall is Shortfall.GO_NEGATIVE else 0
    if owed:
        changes.append(Change(_debt_lot(session, member, owed, now), 'debt', -owed))
    amounts = {
        member.pending_account_id: -voided,
        member.available_account_id: -taken - owed,
        load_program(session).issued_account_id: voided + taken + owed,
    }
    if changes:
        moment = _settling.moment_at(session, member.mall_id, now, now)
        _posting.change(session, changes, kind='points.claw', key=key, amounts=amounts, moment=moment)
    deduct = value_fen(clawed.shortfall - owed, value_millifen=scheme.value_millifen)
    return replace(answer, clawed=voided + taken, owed=owed, deduct_fen=deduct)


def _debt_lot(session: Session, member: Member, points: int, now: datetime) -> int:
    return _posting.new_empty_lot(session, NewLot(
        member_id=member.id, source='debt', points=-points, is_pending=False, earned_at=now, available_at=now,
        expires_at=NEVER,
    ))  # fmt: skip


def _lot(row: Row[Any]) -> Lot:
    return Lot(row.id, row.remaining, row.expires_at, row.earned_at)
