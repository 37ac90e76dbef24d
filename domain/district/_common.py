"""The mall, the actor on whose word this slice asks others, loading with a lock, and when to try again."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from domain.district.errors import DistrictPaymentUnknown
from domain.district.models import DistrictTransaction
from domain.district.views import DistrictPaymentView
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.errors import Invalid

LONGEST_PAUSE = timedelta(hours=6)


def mall_of(actor: Actor) -> MallId:
    """The mall in which the actor acts.

    :raises Invalid: when it acts in none.
    """
    if actor.mall_id is None:
        raise Invalid(field='mall', reason='a district belongs to a mall; choose one')
    return actor.mall_id


def ourselves(actor: Actor) -> Actor:
    return system_actor(f'district for {actor.name}', mall_of(actor))


def load(session: Session, transaction_no: str) -> DistrictTransaction:
    """The payment, locked.

    :raises DistrictPaymentUnknown:
    """
    wanted = select(DistrictTransaction).where(DistrictTransaction.transaction_no == transaction_no)
    found = session.exec(wanted.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise DistrictPaymentUnknown(transaction_no=transaction_no)
    return found


def next_try(now: datetime, tries: int) -> datetime:
    """A minute after the first failure, then ever less often."""
    return now + min(timedelta(minutes=2 ** min(tries, 10)), LONGEST_PAUSE)


def view(payment: DistrictTransaction, *, is_replay: bool = False) -> DistrictPaymentView:
    return DistrictPaymentView(
        transaction_no=payment.transaction_no, shop=payment.shop, fen=payment.fen, refunded_fen=payment.refunded_fen,
        state=payment.state, points=payment.points, is_synced=payment.synced_at is not None, is_replay=is_replay,
    )  # fmt: skip
