"""Tables of permits. Private to the slice."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, json_column, mall_key, within_mall

CODE = "upper(left(replace(gen_random_uuid()::text, '-', ''), 8))"


class BookableSpace(SQLModel, table=True):
    __tablename__ = 'bookable_space'
    __table_args__ = (UniqueConstraint('mall_id', 'id'), UniqueConstraint('mall_id', 'code'))

    id: int = identity_key()
    mall_id: int = mall_key()
    code: str
    name_zh: str
    name_en: str
    kind: str
    buffer_minutes: int


class Promotion(SQLModel, table=True):
    """A filing as it reads now; what was approved is kept by its approval."""

    __tablename__ = 'promotion_filing'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        within_mall('tenant_id', 'tenant'),
        Index('ix_promotion_filing_mall_id_tenant_id', 'mall_id', 'tenant_id'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    tenant_id: int = Field(sa_type=BigInteger)
    mechanics: dict[str, Any] = json_column()
    filed_by: str
    filed_at: datetime = instant()
    brand_fen: int | None = Field(default=None, sa_type=BigInteger)
    mall_fen: int | None = Field(default=None, sa_type=BigInteger)


class SpaceBooking(SQLModel, table=True):
    """A space taken for some time, by a promotion or by the mall with a reason; the set-up before it is part of it."""

    __tablename__ = 'space_booking'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        within_mall('space_id', 'bookable_space'),
        within_mall('promotion_id', 'promotion_filing'),
        ExcludeConstraint(
            (sql("int8range(space_id, space_id, '[]')"), '&&'),
            (sql('tstzrange(occupied_from, ends_at)'), '&&'),
            using='gist',
            where=sql('NOT is_cancelled'),
            name='ex_space_booking_one_use',
        ),
        CheckConstraint('occupied_from <= starts_at AND starts_at < ends_at', name='in_order'),
        CheckConstraint(
            '(promotion_id IS NULL) = (reason IS NOT NULL) AND (promotion_id IS NULL) = (tenant_id IS NULL)',
            name='booked_or_blocked',
        ),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    tenant_id: int | None = Field(default=None, sa_type=BigInteger)
    space_id: int = Field(sa_type=BigInteger)
    promotion_id: int | None = Field(default=None, sa_type=BigInteger)
    reason: str | None = None
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    occupied_from: datetime = instant()
    is_cancelled: bool = Field(default=False, sa_column_kwargs={'server_default': sql('false')})


class Permit(SQLModel, table=True):
    __tablename__ = 'permit'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'code', name='uq_permit_code'),
        within_mall('tenant_id', 'tenant'),
        CheckConstraint("kind IN ('works', 'after_hours', 'goods_out')", name='known_kind'),
        CheckConstraint('starts_at < ends_at', name='in_order'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    tenant_id: int = Field(sa_type=BigInteger)
    kind: str
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    text: str
    insured_until: date | None = None
    goods: list[Any] = json_column()
    asked_by: str
    asked_at: datetime = instant()
    code: str = Field(default=None, nullable=False, sa_column_kwargs={'server_default': sql(CODE)})


class GateCheck(SQLModel, table=True):
    """Somebody showed a permit at the gate: what the guard saw and did. Never edited."""

    __tablename__ = 'gate_check'
    __table_args__ = (
        within_mall('permit_id', 'permit'),
        Index('ix_gate_check_permit', 'mall_id', 'permit_id'),
        CheckConstraint("verdict IN ('passed', 'stopped')", name='known_verdict'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    permit_id: int = Field(sa_type=BigInteger)
    tenant_id: int = Field(sa_type=BigInteger)
    verdict: str
    note: str
    checked_by: str
    checked_at: datetime = instant()
