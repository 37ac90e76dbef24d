"""Photographed receipts (拍照积分): the same receipt earns once. Rules AF-R1 and AF-R2."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.aftersales._common import business_on, mall_of, ourselves
from domain.aftersales.commands import DecideClaim, SubmitClaim
from domain.aftersales.errors import ClaimUnknown
from domain.aftersales.events import ReceiptClaimed
from domain.aftersales.models import ReceiptClaim
from domain.aftersales.permissions import CLAIM, REVIEW
from domain.aftersales.views import ClaimView
from domain.members import receipts
from domain.members.commands import Channel, DecideReceipt, MemberId, ReceiptLine, RecordReceipt
from domain.members.errors import ReceiptUnknown
from domain.shared.actor import Actor
from domain.shared.errors import Invalid
from domain.shared.events import emit
from domain.shared.operations import operation, query


@operation(CLAIM, name='aftersales.submit_claim', is_audited=False)
def submit_claim(session: Session, *, actor: Actor, command: SubmitClaim, now: datetime) -> ClaimView:
    """Earns points for a photographed receipt, unless it has come before.

    The same shop, day, total and number, or the same photograph, is rejected with a pointer to the first (AF-R1);
    without a number a claim that looks like another waits for review, and so does one that another channel has
    brought (AF-R2). The same key answers again what it answered first.

    :raises Invalid: for an amount that is none, or a purchase in the future.
    """
    if command.fen <= 0 or command.bought_at > now:
        raise Invalid(field='fen', reason='a receipt has an amount and is not of tomorrow')
    # Photographs of one purchase may come together: they pass here one after the other.
    place = f'{command.shop}|{command.fen}'
    session.execute(text('SELECT pg_advisory_xact_lock(hashtext(:place), 7)'), {'place': place})
    earlier = session.exec(select(ReceiptClaim).where(ReceiptClaim.key == command.key)).one_or_none()
    if earlier is not None:
        return _view(earlier)
    first, is_certain = _duplicate(session, actor, command)
    state = 'accepted' if first is None else ('rejected' if is_certain else 'held')
    claim = ReceiptClaim(
        mall_id=mall_of(actor), key=command.key, member_id=command.member_id, shop=command.shop,
        bought_on=business_on(session, actor, command.bought_at), bought_at=command.bought_at, fen=command.fen,
        receipt_no=command.receipt_no or f'?{command.key}', category=command.category, photo_hash=command.photo_hash,
        state=state, duplicate_of_id=None if first is None else first.id, claimed_at=now,
    )  # fmt: skip
    session.add(claim)
    session.flush()
    if state == 'accepted':
        _earn(session, actor, claim, now)
    session.flush()
    return _view(claim)


@operation(REVIEW, name='aftersales.decide_claim')
def decide_claim(session: Session, *, actor: Actor, command: DecideClaim, now: datetime) -> ClaimView:
    """Lets a held claim earn after all, or rejects it.

    :raises ClaimUnknown: when it is not held.
    """
    held = select(ReceiptClaim).where(ReceiptClaim.id == command.claim_id, ReceiptClaim.state == 'held')
    claim = session.exec(held.with_for_update()).one_or_none()
    if claim is None:
        raise ClaimUnknown
    claim.state, claim.decided_by = ('accepted' if command.is_genuine else 'rejected'), actor.name
    if command.is_genuine:
        _earn(session, actor, claim, now, is_decided=True)
    else:
        _reject_receipt(session, actor, claim, now)
    session.flush()
    return _view(claim)


@query(REVIEW)
def list_claims_to_review(session: Session, *, actor: Actor, limit: int = 100) -> list[ClaimView]:
    """Claims that wait for a person, oldest first."""
    rows = select(ReceiptClaim).where(ReceiptClaim.state == 'held').order_by(col(ReceiptClaim.claimed_at))
    return [_view(row) for row in session.exec(rows.limit(limit))]


def _duplicate(session: Session, actor: Actor, command: SubmitClaim) -> tuple[ReceiptClaim | None, bool]:
    """The earlier claim of the same purchase, and whether that is certain."""
    rows = select(ReceiptClaim).where(ReceiptClaim.state != 'rejected').order_by(col(ReceiptClaim.id))
    photo = session.exec(rows.where(ReceiptClaim.photo_hash == command.photo_hash)).first()
    if photo is not None:
        return photo, True
    alike = rows.where(
        ReceiptClaim.shop == command.shop, ReceiptClaim.fen == command.fen,
        ReceiptClaim.bought_on == business_on(session, actor, command.bought_at),
    )  # fmt: skip
    same = session.exec(alike.where(ReceiptClaim.receipt_no == command.receipt_no)).first()
    if same is not None:
        return same, True
    unread = alike if not command.receipt_no else alike.where(col(ReceiptClaim.receipt_no).startswith('?'))
    return session.exec(unread).first(), False


def _earn(session: Session, actor: Actor, claim: ReceiptClaim, now: datetime, *, is_decided: bool = False) -> None:
    key = f'claim:{claim.id}'
    done = receipts.record_receipt(session, actor=ourselves(actor), now=now, command=RecordReceipt(
        key=key, member_id=MemberId(claim.member_id), channel=Channel.PHOTO, shop=claim.shop,
        occurred_at=claim.bought_at, lines=(ReceiptLine(category=claim.category, fen=claim.fen),),
    ))  # fmt: skip
    if done.state == 'held' and is_decided:
        done = receipts.decide_receipt(
            session, actor=ourselves(actor), command=DecideReceipt(receipt_key=key, is_genuine=True), now=now
        )
    claim.state, claim.points = ('held' if done.state == 'held' else 'accepted'), done.points
    if claim.state == 'accepted':
        emit(session, ReceiptClaimed(
            mall_id=claim.mall_id, occurred_at=now, claim_id=claim.id, member_id=claim.member_id, shop=claim.shop,
            fen=claim.fen,
        ))  # fmt: skip


def _reject_receipt(session: Session, actor: Actor, claim: ReceiptClaim, now: datetime) -> None:
    """A claim held for another channel's sake has a receipt that waits as well; one held for its looks has none."""
    command = DecideReceipt(receipt_key=f'claim:{claim.id}', is_genuine=False)
    with suppress(ReceiptUnknown):
        receipts.decide_receipt(session, actor=ourselves(actor), command=command, now=now)


def _view(claim: ReceiptClaim) -> ClaimView:
    number = '' if claim.receipt_no.startswith('?') else claim.receipt_no
    return ClaimView(
        id=claim.id, key=claim.key, member_id=claim.member_id, shop=claim.shop, fen=claim.fen, receipt_no=number,
        state=claim.state, duplicate_of_id=claim.duplicate_of_id, points=claim.points,
    )  # fmt: skip
