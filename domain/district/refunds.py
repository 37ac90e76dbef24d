"""Refunds take points back, whenever they come: notified within thirty days, in the shop's bill after that (PO-R12)."""

from datetime import datetime

from sqlmodel import Session, select

from domain.district._common import load, mall_of, ourselves
from domain.district.commands import DistrictRefund, ImportRefunds, RefundSource
from domain.district.earning import receipt_key, settle
from domain.district.errors import DistrictNoticeDiffers, DistrictPaymentUnknown
from domain.district.models import DistrictGivenBack, DistrictTransaction
from domain.district.permissions import IMPORT_BILLS, RECEIVE
from domain.district.views import RefundImport, RefundTaken
from domain.members import receipts
from domain.members.commands import RefundReceipt
from domain.shared.actor import Actor
from domain.shared.errors import Invalid
from domain.shared.operations import operation


@operation(RECEIVE, name='district.receive_refund', is_audited=False)
def receive_refund(session: Session, *, actor: Actor, command: DistrictRefund, now: datetime) -> RefundTaken:
    """Takes back what the refunded money earned. Once per refund, whoever brings it.

    :raises Invalid: for an amount that is none.
    :raises DistrictPaymentUnknown: the payment may still be on its way, so WeChat is asked to come again.
    :raises DistrictNoticeDiffers: when more comes back than was paid, or the refund was told with another amount.
    """
    return _take(session, actor, command, RefundSource.NOTICE, now)


@operation(IMPORT_BILLS, name='district.import_refunds')
def import_refunds(session: Session, *, actor: Actor, command: ImportRefunds, now: datetime) -> RefundImport:
    """Takes in the refunds of a shop's bill that WeChat did not notify, those after thirty days above all.

    A bill holds the refunds of everybody; those of people who are no members are counted and left alone. A line that
    contradicts our books, or concerns another shop's payment, changes nothing and is named.
    """
    done: list[RefundTaken] = []
    others, contradicting = 0, []
    for refund in command.refunds:
        try:
            _check_shop(session, command.shop, refund)
            done.append(_take(session, actor, refund, RefundSource.BILL, now))
        except DistrictPaymentUnknown:
            others += 1
        except (DistrictNoticeDiffers, Invalid):
            contradicting.append(refund.refund_no)
    taken = [each for each in done if not each.is_replay]
    return RefundImport(
        taken=len(taken), known=len(done) - len(taken), others=others, contradicting=tuple(contradicting),
        points_lost=sum(each.points_lost for each in taken),
    )  # fmt: skip


def _take(
    session: Session, actor: Actor, command: DistrictRefund, source: RefundSource, now: datetime
) -> RefundTaken:  # fmt: skip
    """Checks everything before it changes anything, so that a refused line leaves its bill's others intact."""
    if command.fen <= 0:
        raise Invalid(field='fen', reason='a refund has an amount')
    payment = load(session, command.transaction_no)
    earlier = session.exec(
        select(DistrictGivenBack).where(DistrictGivenBack.refund_no == command.refund_no)
    ).one_or_none()
    if earlier is not None:
        if (earlier.transaction_id, earlier.fen) != (payment.id, command.fen):
            raise DistrictNoticeDiffers(reason='another amount or payment')
        return RefundTaken(refund_no=earlier.refund_no, points_lost=earlier.points_lost, is_replay=True)
    if payment.refunded_fen + command.fen > payment.fen:
        raise DistrictNoticeDiffers(reason='more comes back than was paid')
    settle(session, actor, payment, now)
    payment.refunded_fen += command.fen
    lost = _claw_back(session, actor, payment, command, now)
    session.add(DistrictGivenBack(
        mall_id=mall_of(actor), transaction_id=payment.id, refund_no=command.refund_no, fen=command.fen,
        source=source.value, points_lost=lost, refunded_at=command.refunded_at, received_at=now,
    ))  # fmt: skip
    session.flush()
    return RefundTaken(refund_no=command.refund_no, points_lost=lost, is_replay=False)


def _check_shop(session: Session, shop: str, refund: DistrictRefund) -> None:
    """A shop's bill speaks of that shop's payments alone.

    :raises DistrictNoticeDiffers:
    """
    wanted = select(DistrictTransaction.shop).where(DistrictTransaction.transaction_no == refund.transaction_no)
    owner = session.exec(wanted).one_or_none()
    if owner not in (None, shop):
        raise DistrictNoticeDiffers(reason='another shop')


def _claw_back(
    session: Session, actor: Actor, payment: DistrictTransaction, command: DistrictRefund, now: datetime
) -> int:  # fmt: skip
    """A held receipt is made smaller as well: let through later, it earns on what was kept."""
    if payment.member_id is None:
        return 0
    refunded = receipts.refund_receipt(session, actor=ourselves(actor), now=now, command=RefundReceipt(
        receipt_key=receipt_key(payment), key=f'district:{command.refund_no}', lines=((0, command.fen),),
        occurred_at=command.refunded_at,
    ))  # fmt: skip
    return refunded.clawed + refunded.owed
