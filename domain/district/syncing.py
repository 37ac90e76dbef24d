"""What WeChat is to hear: points of each transaction, and cars that come and leave (停车状态同步)."""

from datetime import datetime, timedelta

from pydantic import SecretStr
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.district._common import load, mall_of, next_try, view
from domain.district.commands import ReportParking
from domain.district.events import ParkingReported
from domain.district.models import DistrictParking, DistrictTransaction
from domain.district.permissions import REPORT_PARKING, RUN
from domain.district.views import DistrictPaymentView, ParkingSync, ParkingView, PointsSync
from domain.shared.actor import Actor
from domain.shared.errors import Invalid
from domain.shared.events import emit
from domain.shared.operations import operation, query
from domain.shared.sealing import seal, unseal

# Why a transaction earned nothing (no_points_remarks); the payer reads it in WeChat.
REMARKS = {'held': '疑似重复积分，人工核对中', 'rejected': '该笔消费已通过其他渠道积分', 'stranger': '未登记为商场会员'}
NO_POINTS = '该笔消费不参与积分'
PARKING_MATTERS_FOR = timedelta(hours=24)
OLDEST_PASSAGE, CLOCKS_DIFFER = timedelta(days=7), timedelta(minutes=15)


@query(RUN)
def list_due_syncs(session: Session, *, actor: Actor, now: datetime, limit: int = 200) -> list[PointsSync]:
    """Transactions of which WeChat is to hear now, longest due first."""
    due = select(DistrictTransaction).where(col(DistrictTransaction.sync_due_at) <= now)
    rows = session.exec(due.order_by(col(DistrictTransaction.sync_due_at)).limit(limit)).all()
    return [
        PointsSync(
            transaction_no=row.transaction_no, points=row.points, settled_at=row.settled_at or now,
            openid=SecretStr(unseal(row.openid_sealed, mall_id=row.mall_id, field='openid')),
            remark='' if row.points else REMARKS.get(row.state, NO_POINTS),
        )
        for row in rows
    ]  # fmt: skip


@operation(RUN, name='district.record_sync', is_audited=False)
def record_sync(
    session: Session, *, actor: Actor, transaction_no: str, settled_at: datetime, is_done: bool, now: datetime
) -> DistrictPaymentView:  # fmt: skip
    """Writes down whether WeChat took it; what was decided anew meanwhile stays due.

    :raises DistrictPaymentUnknown:
    """
    payment = load(session, transaction_no)
    if payment.settled_at == settled_at:
        if is_done:
            payment.synced_at, payment.sync_due_at = now, None
        else:
            payment.sync_due_at = next_try(now, payment.sync_tries)
            payment.sync_tries += 1
    session.flush()
    return view(payment)


@operation(REPORT_PARKING, name='district.report_parking', is_audited=False)
def report_parking(session: Session, *, actor: Actor, command: ReportParking, now: datetime) -> ParkingView:
    """Keeps a passage of a member's car for WeChat, by which the member's payments of this visit earn by themselves.

    Once per key. A passage of yesterday is kept and no longer told.

    :raises Invalid: for a passage of tomorrow, or of long ago.
    """
    mall_id = mall_of(actor)
    if not now - OLDEST_PASSAGE < command.occurred_at < now + CLOCKS_DIFFER:
        raise Invalid(field='occurred_at', reason='a passage is of now, or of the last days')
    is_fresh = command.occurred_at > now - PARKING_MATTERS_FOR
    made = session.execute(
        insert(DistrictParking)
        .values(
            mall_id=mall_id, key=command.key, is_inside=command.is_inside, occurred_at=command.occurred_at,
            openid_sealed=_sealed(command.openid, mall_id, 'openid') if is_fresh else None,
            plate_sealed=_sealed(command.plate, mall_id, 'plate') if is_fresh else None,
            sync_due_at=now if is_fresh else None, sync_tries=0,
        )
        .on_conflict_do_nothing(index_elements=['mall_id', 'key'])
        .returning(col(DistrictParking.id))
    ).scalar_one_or_none()  # fmt: skip
    if made is not None and is_fresh:
        emit(session, ParkingReported(mall_id=mall_id, occurred_at=now, key=command.key))
    kept = session.exec(select(DistrictParking).where(DistrictParking.key == command.key)).one()
    return ParkingView(key=kept.key, is_synced=kept.synced_at is not None, is_replay=made is None)


@query(RUN)
def list_due_parking(session: Session, *, actor: Actor, now: datetime, limit: int = 200) -> list[ParkingSync]:
    """Passages of which WeChat is to hear now, in the order in which they happened."""
    due = select(DistrictParking).where(col(DistrictParking.sync_due_at) <= now)
    rows = session.exec(due.order_by(col(DistrictParking.occurred_at), col(DistrictParking.id)).limit(limit)).all()
    return [
        ParkingSync(
            key=row.key, is_inside=row.is_inside, occurred_at=row.occurred_at,
            openid=SecretStr(unseal(row.openid_sealed or b'', mall_id=row.mall_id, field='openid')),
            plate=SecretStr(unseal(row.plate_sealed or b'', mall_id=row.mall_id, field='plate')),
        )
        for row in rows
    ]  # fmt: skip


@operation(RUN, name='district.record_parking_sync', is_audited=False)
def record_parking_sync(session: Session, *, actor: Actor, key: str, is_done: bool, now: datetime) -> ParkingView:
    """Writes down whether WeChat took it, and forgets whose car it was as soon as nobody needs to know any more."""
    row = session.exec(select(DistrictParking).where(DistrictParking.key == key).with_for_update()).one()
    if is_done:
        row.synced_at = now
    is_over = is_done or row.occurred_at <= now - PARKING_MATTERS_FOR
    row.sync_due_at = None if is_over else next_try(now, row.sync_tries)
    row.sync_tries += 1
    if is_over:
        row.openid_sealed = row.plate_sealed = None
    session.flush()
    return ParkingView(key=row.key, is_synced=row.synced_at is not None, is_replay=False)


def _sealed(secret: SecretStr, mall_id: int, field: str) -> bytes:
    return seal(secret.get_secret_value(), mall_id=mall_id, field=field)
