"""Payments earn points (支付即积分): received at once, settled behind the answer. Rules PO-R12 and PO-R13."""

from datetime import datetime

from pydantic import SecretStr
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.district._common import load, mall_of, ourselves, view
from domain.district.commands import DistrictPayment
from domain.district.errors import DistrictNoticeDiffers
from domain.district.events import DistrictPaymentReceived
from domain.district.models import DistrictTransaction
from domain.district.permissions import RECEIVE, RUN
from domain.district.views import DistrictPaymentView
from domain.mall.queries import find_unit
from domain.members import receipts
from domain.members.commands import Channel, Identity, MemberId, ReceiptLine, RecordReceipt
from domain.members.errors import MemberClosed
from domain.members.queries import find_by_identity
from domain.shared.actor import Actor
from domain.shared.errors import Invalid
from domain.shared.events import emit
from domain.shared.operations import operation, query
from domain.shared.sealing import seal, unseal

IDENTITY = 'wechat'
# What was bought in a shop that is on no plan of ours: rules that favour a category do not apply to it.
NO_CATEGORY = 'district'


@operation(RECEIVE, name='district.receive_payment', is_audited=False)
def receive_payment(session: Session, *, actor: Actor, command: DistrictPayment, now: datetime) -> DistrictPaymentView:
    """Keeps a verified notice; points follow behind the answer. Notified again, it answers what it is by now.

    :raises Invalid: for an amount that is none, or a payment of tomorrow.
    :raises DistrictNoticeDiffers: when the same transaction was notified with other facts.
    """
    if command.fen <= 0:
        raise Invalid(field='fen', reason='a payment has an amount')
    made = session.execute(
        insert(DistrictTransaction)
        .values(
            mall_id=mall_of(actor), transaction_no=command.transaction_no, shop=command.shop, fen=command.fen,
            openid_sealed=seal(command.openid.get_secret_value(), mall_id=mall_of(actor), field='openid'),
            category=_category(session, actor, command.shop), refunded_fen=0,
            paid_at=command.paid_at, received_at=now, state='received', points=0, sync_tries=0,
        )
        .on_conflict_do_nothing(index_elements=['mall_id', 'transaction_no'])
        .returning(col(DistrictTransaction.id))
    ).scalar_one_or_none()  # fmt: skip
    payment = load(session, command.transaction_no)
    if (payment.fen, payment.shop, payment.paid_at) != (command.fen, command.shop, command.paid_at):
        raise DistrictNoticeDiffers(reason='another amount, shop or time')
    if made is not None:
        emit(session, DistrictPaymentReceived(
            mall_id=payment.mall_id, occurred_at=now, transaction_no=payment.transaction_no
        ))  # fmt: skip
    return view(payment, is_replay=made is None)


@operation(RUN, name='district.settle_payment', is_audited=False)
def settle_payment(session: Session, *, actor: Actor, transaction_no: str, now: datetime) -> DistrictPaymentView:
    """Posts what a payment earns, and lets WeChat hear of it, of nothing earned too (PO-R12). Repeating is harmless.

    A payment that another channel brought first is held (PO-R13); settled again after a person has decided, it takes
    over the decision and is synchronised once more.

    :raises DistrictPaymentUnknown:
    """
    payment = load(session, transaction_no)
    settle(session, actor, payment, now)
    return view(payment)


def settle(session: Session, actor: Actor, payment: DistrictTransaction, now: datetime) -> None:
    """Brings a locked payment to the state that the members' books give it."""
    if payment.state not in ('received', 'held'):
        return
    before = payment.state
    openid = unseal(payment.openid_sealed, mall_id=payment.mall_id, field='openid')
    if payment.member_id is None:
        identity = Identity(kind=IDENTITY, subject=SecretStr(openid))
        member = find_by_identity(session, actor=ourselves(actor), identity=identity, now=now)
        payment.member_id = None if member is None else member.id
    if payment.member_id is None:
        payment.state = 'stranger'
    else:
        _earn(session, actor, payment, now)
    if payment.state != before:
        payment.settled_at = payment.sync_due_at = now
        payment.sync_tries = 0
    session.flush()


def receipt_key(payment: DistrictTransaction) -> str:
    return f'district:{payment.transaction_no}'


@query(RUN)
def list_unsettled(session: Session, *, actor: Actor, limit: int = 500) -> list[str]:
    """Payments that wait for points or for a person's decision, longest first."""
    wanted = select(DistrictTransaction.transaction_no).where(col(DistrictTransaction.state).in_(('received', 'held')))
    return list(session.exec(wanted.order_by(col(DistrictTransaction.received_at)).limit(limit)))


@query(RUN)
def get_payment(session: Session, *, actor: Actor, transaction_no: str) -> DistrictPaymentView | None:
    """What became of a transaction; None when nobody told us of it."""
    wanted = select(DistrictTransaction).where(DistrictTransaction.transaction_no == transaction_no)
    found = session.exec(wanted).one_or_none()
    return None if found is None else view(found)


def _category(session: Session, actor: Actor, shop: str) -> str:
    """WeChat names the shop, not what was bought there: what the shop sells is what the rules go by."""
    unit = find_unit(session, actor=ourselves(actor), code=shop)
    return NO_CATEGORY if unit is None else unit.category


def _earn(session: Session, actor: Actor, payment: DistrictTransaction, now: datetime) -> None:
    assert payment.member_id is not None
    command = RecordReceipt(
        key=receipt_key(payment), member_id=MemberId(payment.member_id), channel=Channel.DISTRICT, shop=payment.shop,
        occurred_at=payment.paid_at, lines=(ReceiptLine(category=payment.category, fen=payment.fen),),
    )  # fmt: skip
    try:
        done = receipts.record_receipt(session, actor=ourselves(actor), now=now, command=command)
    except MemberClosed:
        payment.state = 'stranger'  # the member left before anybody decided
    else:
        payment.state, payment.points = done.state, done.points
