"""Tables of after-sales. Private to the slice."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, mall_key, within_mall


def _big(*, nullable: bool = False) -> int:
    return Field(default=None if nullable else ..., sa_type=BigInteger, nullable=nullable)  # type: ignore[no-any-return]


class ReceiptClaim(SQLModel, table=True):
    """A photographed receipt. Of two that say the same, one is `accepted` or `held` at a time."""

    __tablename__ = 'receipt_claim'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'key'),
        within_mall('duplicate_of_id', 'receipt_claim'),
        Index(
            'uq_receipt_claim_once', 'mall_id', 'shop', 'bought_on', 'fen', 'receipt_no', unique=True,
            postgresql_where=text("state <> 'rejected'"),
        ),
        Index('ix_receipt_claim_queue', 'mall_id', 'claimed_at', postgresql_where=text("state = 'held'")),
        CheckConstraint("state IN ('accepted', 'held', 'rejected')", name='known_state'),
        CheckConstraint('fen > 0', name='fen_positive'),
    )  # fmt: skip

    id: int = identity_key()
    mall_id: int = mall_key()
    key: str
    member_id: int = _big()
    shop: str
    bought_on: date
    bought_at: datetime = instant()
    fen: int = _big()
    receipt_no: str
    category: str
    photo_hash: str
    state: str
    duplicate_of_id: int | None = _big(nullable=True)
    points: int = Field(default=0, sa_type=BigInteger)
    claimed_at: datetime = instant()
    decided_by: str | None = None


class ServiceRequest(SQLModel, table=True):
    """Something about one line of a receipt that the shop must answer in time."""

    __tablename__ = 'service_request'
    __table_args__ = (
        UniqueConstraint('mall_id', 'key'),
        Index('ix_service_request_due', 'mall_id', 'due_at', postgresql_where=text("state = 'open'")),
        Index('ix_service_request_shop', 'mall_id', 'shop', 'asked_at'),
        CheckConstraint("state IN ('open', 'escalated', 'answered')", name='known_state'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    key: str
    sale_key: str
    line: int = Field(sa_type=Integer)
    member_id: int | None = _big(nullable=True)
    shop: str
    complaint: str
    state: str
    asked_at: datetime = instant()
    due_at: datetime = instant()
    escalated_at: datetime | None = instant(nullable=True)
    answered_at: datetime | None = instant(nullable=True)
    answer: str = ''
    answered_by: str | None = None
