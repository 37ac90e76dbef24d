"""A member's inbox (会员消息): receipts and returns, each told once, read by the member alone.

A receipt is no advertising: it asks neither for consent to marketing nor for the hour (AF-R7). Who took back their
consent to service messages gets none; the receipt itself they find among their receipts as before.
"""

from dataclasses import asdict
from datetime import datetime
from json import dumps

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from domain.mall import queries as mall
from domain.members._contact_tables import MemberMessage
from domain.members._loading import load_member, mall_of
from domain.members._rules.wording import Told, Words, worded
from domain.members.commands import MemberId, MessageId, Purpose, SendReceipt, SendReturn
from domain.members.errors import MessageUnknown
from domain.members.events import MessageRead
from domain.members.models import MemberConsent
from domain.members.permissions import READ_MESSAGES, RUN_LOYALTY, VIEW
from domain.members.views import MessageView
from domain.shared.actor import Actor, system_actor
from domain.shared.events import emit
from domain.shared.operations import operation, query

_WRITE = text("""
INSERT INTO member_message (mall_id, member_id, origin_id, kind, reference, words, facts, receipt_key, sent_at)
VALUES (app_mall(), :member, :origin, :kind, :reference, :words, CAST(:facts AS jsonb), :receipt, :now)
ON CONFLICT (mall_id, kind, reference) DO NOTHING RETURNING 1
""")


@operation(RUN_LOYALTY, name='members.send_receipt', is_audited=False)
def send_receipt(session: Session, *, actor: Actor, command: SendReceipt, now: datetime) -> bool:
    """Tells a member of a receipt; the same receipt is told once. Answers whether it was told now.

    :raises MemberUnknown:
    """
    words = Words.RECEIPT_WITH_POINTS if command.points > 0 else Words.RECEIPT
    told = _told(session, actor, command.shop, command.money_fen, points=command.points, number=command.number)
    return _send(session, command.member_id, 'receipt', command.receipt_key, words, told, command.receipt_key, now)


@operation(RUN_LOYALTY, name='members.send_return', is_audited=False)
def send_return(session: Session, *, actor: Actor, command: SendReturn, now: datetime) -> bool:
    """Tells a member that goods went back; the same return is told once. Answers whether it was told now.

    :raises MemberUnknown:
    """
    told = _told(session, actor, command.shop, command.money_fen)
    reference = str(command.return_id)
    return _send(
        session, command.member_id, 'return', reference, Words.GOODS_RETURNED, told, command.receipt_key, now
    )  # fmt: skip


@operation(READ_MESSAGES, name='members.read_message', is_audited=False)
def read_message(
    session: Session, *, actor: Actor, member_id: MemberId, message_id: MessageId, now: datetime
) -> MessageView:
    """Marks a message of one's own as read; read twice it keeps the first time.

    :raises MessageUnknown: also when the message is somebody else's.
    """
    found = select(MemberMessage).where(MemberMessage.id == message_id, MemberMessage.member_id == member_id)
    message = session.exec(found.with_for_update()).one_or_none()
    if message is None:
        raise MessageUnknown
    if message.read_at is None:
        message.read_at = now
        emit(session, MessageRead(
            mall_id=message.mall_id, occurred_at=now, member_id=message.member_id, message_id=message.id,
            kind=message.kind,
        ))  # fmt: skip
    return _view(message)


@query(VIEW)
def list_messages(
    session: Session, *, actor: Actor, member_id: MemberId, before_id: int | None = None, limit: int = 50
) -> list[MessageView]:
    """What a member was told, the newest first; before a number, where one is given."""
    rows = select(MemberMessage).where(MemberMessage.member_id == load_member(session, member_id).id)
    rows = rows if before_id is None else rows.where(MemberMessage.id < before_id)
    return [_view(row) for row in session.exec(rows.order_by(col(MemberMessage.id).desc()).limit(limit))]


@query(VIEW)
def count_unread(session: Session, *, actor: Actor, member_id: MemberId) -> int:
    """How many messages a member has not read."""
    unread = select(func.count()).select_from(MemberMessage).where(
        MemberMessage.member_id == load_member(session, member_id).id, col(MemberMessage.read_at).is_(None)
    )  # fmt: skip
    return int(session.exec(unread).one())


def _send(
    session: Session, member_id: int, kind: str, reference: str, words: Words, told: Told, receipt_key: str,
    now: datetime,
) -> bool:  # fmt: skip
    # Locked, so that nobody is merged or erased between the look and the message.
    member = load_member(session, member_id, locked=True)
    if member.state == 'closed' or _refuses_service(session, member.id):
        return False
    wrote = session.execute(_WRITE, {
        'member': member.id, 'origin': member_id, 'kind': kind, 'reference': reference, 'words': words.value,
        'facts': dumps(asdict(told)), 'receipt': receipt_key, 'now': now,
    })  # fmt: skip
    return wrote.first() is not None


def _told(session: Session, actor: Actor, shop: str, money_fen: int, *, points: int = 0, number: int = 0) -> Told:
    unit = mall.find_unit(session, actor=system_actor('members', mall_of(actor)), code=shop)
    return Told(
        shop=shop, shop_zh=unit.name_zh if unit else shop, shop_en=unit.name_en if unit else shop,
        money_fen=money_fen, points=points, number=number,
    )  # fmt: skip


def _refuses_service(session: Session, member_id: int) -> bool:
    """Service messages go out without a word; they end when the member's last word about them is no."""
    said = select(MemberConsent.is_granted).where(
        MemberConsent.member_id == member_id, MemberConsent.purpose == Purpose.SERVICE.value
    )
    newest = (col(MemberConsent.decided_at).desc(), col(MemberConsent.id).desc())
    return session.exec(said.order_by(*newest).limit(1)).first() is False


def _view(message: MemberMessage) -> MessageView:
    told = Told(**message.facts)  # type: ignore[arg-type]
    wording = worded(Words(message.words), told)
    return MessageView(
        id=MessageId(message.id), kind=message.kind, words=message.words, told=told, receipt_key=message.receipt_key,
        sent_at=message.sent_at, read_at=message.read_at, title_zh=wording.title_zh, title_en=wording.title_en,
        body_zh=wording.body_zh, body_en=wording.body_en,
    )  # fmt: skip
