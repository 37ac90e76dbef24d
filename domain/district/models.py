"""Tables of the district. Private to the slice."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, Integer, LargeBinary, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, mall_key


def _big(*, nullable: bool = False) -> int:
    return Field(default=None if nullable else ..., sa_type=BigInteger, nullable=nullable)  # type: ignore[no-any-return]


def _count() -> int:
    return Field(default=0, sa_type=Integer)  # type: ignore[no-any-return]


class DistrictTransaction(SQLModel, table=True):
    """A payment in a shop, as WeChat notified it. `sync_due_at` is when WeChat is to hear of it next."""

    __tablename__ = 'district_transaction'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'transaction_no'),
        Index(
            'ix_district_transaction_unsettled', 'mall_id', 'received_at',
            postgresql_where=sql("state IN ('received', 'held')"),
        ),
        Index(
            'ix_district_transaction_due', 'mall_id', 'sync_due_at', postgresql_where=sql('sync_due_at IS NOT NULL')
        ),
        CheckConstraint("state IN ('received', 'earned', 'held', 'rejected', 'stranger')", name='known_state'),
        CheckConstraint('fen > 0', name='fen_positive'),
        CheckConstraint('refunded_fen BETWEEN 0 AND fen', name='refunds_within_paid'),
    )  # fmt: skip

    id: int = identity_key()
    mall_id: int = mall_key()
    transaction_no: str
    openid_sealed: bytes = Field(sa_type=LargeBinary)
    shop: str
    category: str
    fen: int = _big()
    refunded_fen: int = Field(default=0, sa_type=BigInteger)
    paid_at: datetime = instant()
    received_at: datetime = instant()
    state: str = 'received'
    member_id: int | None = _big(nullable=True)
    points: int = Field(default=0, sa_type=BigInteger)
    settled_at: datetime | None = instant(nullable=True)
    sync_due_at: datetime | None = instant(nullable=True)
    synced_at: datetime | None = instant(nullable=True)
    sync_tries: int = _count()


class DistrictGivenBack(SQLModel, table=True):
    """Money that a shop gave back, told by WeChat or read in the shop's bill. Never edited."""

    __tablename__ = 'district_refund'
    __table_args__ = (
        UniqueConstraint('mall_id', 'refund_no'),
        ForeignKeyConstraint(
            ['mall_id', 'transaction_id'], ['district_transaction.mall_id', 'district_transaction.id']
        ),
        CheckConstraint('fen > 0', name='fen_positive'),
        CheckConstraint("source IN ('notice', 'bill')", name='known_source'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    transaction_id: int = _big()
    refund_no: str
    fen: int = _big()
    source: str
    points_lost: int = Field(default=0, sa_type=BigInteger)
    refunded_at: datetime = instant()
    received_at: datetime = instant()


class DistrictParking(SQLModel, table=True):
    """A passage of a member's car that WeChat is to hear of; who and which car is forgotten when it has."""

    __tablename__ = 'district_parking'
    __table_args__ = (
        UniqueConstraint('mall_id', 'key'),
        Index('ix_district_parking_due', 'mall_id', 'sync_due_at', postgresql_where=sql('sync_due_at IS NOT NULL')),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    key: str
    openid_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, nullable=True)
    plate_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, nullable=True)
    is_inside: bool
    occurred_at: datetime = instant()
    sync_due_at: datetime | None = instant(nullable=True)
    synced_at: datetime | None = instant(nullable=True)
    sync_tries: int = _count()
