"""Tables of leasing. Private to the slice."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, json_column, mall_key, within_mall


def _in_order() -> CheckConstraint:
    return CheckConstraint('starts_on < ends_on', name='in_order')


class Tenant(SQLModel, table=True):
    """A company that trades in the mall."""

    __tablename__ = 'tenant'
    __table_args__ = (
        UniqueConstraint('mall_id', 'code'),
        UniqueConstraint('mall_id', 'id'),
        ForeignKeyConstraint(['mall_id', 'category'], ['trade_category.mall_id', 'trade_category.code']),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    code: str
    name_zh: str
    name_en: str
    legal_name: str
    credit_code: str
    category: str
    registered_at: datetime = instant()


class LettableUnit(SQLModel, table=True):
    """A space that can be let, from `opens_on` until `closes_on`: splits and mergers end it and begin others."""

    __tablename__ = 'lettable_unit'
    __table_args__ = (
        UniqueConstraint('mall_id', 'code', 'opens_on'),
        UniqueConstraint('mall_id', 'id'),
        within_mall('floor_id', 'floor'),
        within_mall('plan_unit_id', 'unit'),
        CheckConstraint('closes_on IS NULL OR opens_on < closes_on', name='in_order'),
        CheckConstraint('net_area_dm2 > 0 AND gross_area_dm2 >= net_area_dm2', name='has_area'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    floor_id: int = Field(sa_type=BigInteger)
    plan_unit_id: int | None = Field(default=None, sa_type=BigInteger)
    code: str
    opens_on: date
    closes_on: date | None = None
    net_area_dm2: int = Field(sa_type=Integer)
    gross_area_dm2: int = Field(sa_type=Integer)


class UnitSuccession(SQLModel, table=True):
    """Which unit another came from."""

    __tablename__ = 'unit_succession'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'from_unit_id', 'to_unit_id'),
        within_mall('from_unit_id', 'lettable_unit'),
        within_mall('to_unit_id', 'lettable_unit'),
    )

    mall_id: int = mall_key()
    from_unit_id: int = Field(sa_type=BigInteger)
    to_unit_id: int = Field(sa_type=BigInteger)
    happens_on: date


class Lease(SQLModel, table=True):
    """A lease. `version` counts its amendments; `breaks` and `terms` are those of the newest version."""

    __tablename__ = 'lease'
    __table_args__ = (
        UniqueConstraint('mall_id', 'number'),
        UniqueConstraint('mall_id', 'id'),
        within_mall('tenant_id', 'tenant'),
        Index('ix_lease_mall_id_tenant_id', 'mall_id', 'tenant_id'),
        CheckConstraint("status IN ('draft', 'signed', 'terminated')", name='known_status'),
        _in_order(),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    tenant_id: int = Field(sa_type=BigInteger)
    number: str
    category: str
    status: str
    starts_on: date
    ends_on: date
    version: int
    terms: dict[str, object] = json_column()
    breaks: list[object] = json_column()
    drafted_at: datetime = instant()
    signed_at: datetime | None = instant(nullable=True)


class LeaseUnit(SQLModel, table=True):
    """A unit that a lease holds for some days; a draft's is not held and may stand beside others."""

    __tablename__ = 'lease_unit'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'lease_id', 'unit_id'),
        within_mall('lease_id', 'lease'),
        within_mall('unit_id', 'lettable_unit'),
        ExcludeConstraint(
            (text("int8range(unit_id, unit_id, '[]')"), '&&'),
            (text('daterange(starts_on, ends_on)'), '&&'),
            using='gist',
            where=text('is_held'),
            name='ex_lease_unit_one_lease',
        ),
        _in_order(),
    )

    mall_id: int = mall_key()
    lease_id: int = Field(sa_type=BigInteger)
    unit_id: int = Field(sa_type=BigInteger)
    tenant_id: int = Field(sa_type=BigInteger)
    starts_on: date
    ends_on: date
    is_held: bool


class LeaseItem(SQLModel, table=True):
    """One term of a lease, in force from the version that added it until the version that closed it."""

    __tablename__ = 'lease_item'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        within_mall('lease_id', 'lease'),
        Index('ix_lease_item_mall_id_lease_id', 'mall_id', 'lease_id'),
        _in_order(),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    lease_id: int = Field(sa_type=BigInteger)
    tenant_id: int = Field(sa_type=BigInteger)
    kind: str
    starts_on: date
    ends_on: date
    terms: dict[str, object] = json_column()
    from_version: int
    until_version: int | None = None


class LeaseVersion(SQLModel, table=True):
    """What a lease said at one version: kept for ever."""

    __tablename__ = 'lease_version'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'lease_id', 'version'), within_mall('lease_id', 'lease'))

    mall_id: int = mall_key()
    lease_id: int = Field(sa_type=BigInteger)
    tenant_id: int = Field(sa_type=BigInteger)
    version: int
    ends_on: date
    terms: dict[str, object] = json_column()
    summary: str
    signed_by: str
    signed_at: datetime = instant()


class LeaseProposal(SQLModel, table=True):
    """An amendment written for one version, waiting for somebody who may sign it. One is open at a time."""

    __tablename__ = 'lease_proposal'
    __table_args__ = (
        within_mall('lease_id', 'lease'),
        Index(
            'uq_lease_proposal_open', 'mall_id', 'lease_id', unique=True, postgresql_where=text("status = 'open'")
        ),
        CheckConstraint("status IN ('open', 'signed', 'withdrawn')", name='known_status'),
        CheckConstraint("(decided_at IS NULL) = (status = 'open')", name='decided_or_open'),
    )  # fmt: skip

    id: int = identity_key()
    mall_id: int = mall_key()
    lease_id: int = Field(sa_type=BigInteger)
    tenant_id: int = Field(sa_type=BigInteger)
    for_version: int
    document: dict[str, object] = json_column()
    summary: str
    status: str
    proposed_by: str
    proposed_at: datetime = instant()
    decided_by: str | None = None
    decided_at: datetime | None = instant(nullable=True)


class TurnoverDay(SQLModel, table=True):
    """One category's sales of one business day, and the GTO that the lease makes of them. `happened_on` differs from
    `counts_on` where a correction of a closed month went forward.
    """

    __tablename__ = 'turnover_day'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'lease_id', 'counts_on', 'category', 'happened_on'),
        within_mall('lease_id', 'lease'),
    )

    mall_id: int = mall_key()
    lease_id: int = Field(sa_type=BigInteger)
    counts_on: date
    category: str
    happened_on: date
    tenant_id: int = Field(sa_type=BigInteger)
    gto_fen: int = Field(sa_type=BigInteger)
    receipts: int
    facts: dict[str, object] = json_column()
    source: str
    reported_by: str
    reported_at: datetime = instant()


class TurnoverMonth(SQLModel, table=True):
    """A month that was approved and closed."""

    __tablename__ = 'turnover_month'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'lease_id', 'month'),
        within_mall('lease_id', 'lease'),
        CheckConstraint('extract(day FROM month) = 1', name='first_day'),
    )

    mall_id: int = mall_key()
    lease_id: int = Field(sa_type=BigInteger)
    month: date
    tenant_id: int = Field(sa_type=BigInteger)
    gto_fen: int = Field(sa_type=BigInteger)
    is_comparable: bool
    closed_by: str
    closed_at: datetime = instant()


class TurnoverReport(SQLModel, table=True):
    """A day that a shop typed in with a photograph of its Z report; it counts once it is accepted."""

    __tablename__ = 'turnover_report'
    __table_args__ = (
        within_mall('lease_id', 'lease'),
        Index(
            'uq_turnover_report_waiting', 'mall_id', 'lease_id', 'category', 'happened_on', unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
        Index('ix_turnover_report_lease', 'mall_id', 'lease_id', 'happened_on'),
        CheckConstraint("state IN ('waiting', 'accepted', 'rejected', 'withdrawn')", name='known_state'),
        CheckConstraint("(decided_at IS NULL) = (state = 'waiting')", name='decided_or_waiting'),
    )  # fmt: skip

    id: int = identity_key()
    mall_id: int = mall_key()
    lease_id: int = Field(sa_type=BigInteger)
    tenant_id: int = Field(sa_type=BigInteger)
    category: str
    happened_on: date
    facts: dict[str, object] = json_column()
    photo: str
    state: str
    reported_by: str
    reported_at: datetime = instant()
    decided_by: str | None = None
    decided_at: datetime | None = instant(nullable=True)
    reason: str = ''
