"""What machines write: raw readings, partitioned by month, and roll-ups, partitioned by grain. Private to the slice.

Only set-based statements touch these, so they are plain tables. Times of people are whole numbers (ms,
hundredths of a second), so that sums do not depend on the order of adding.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import SQLModel

from domain.shared.tables import NAMING

META = SQLModel.metadata
META.naming_convention = NAMING

# The counts that a line's roll-up adds up; the order is that of every statement that writes them.
LINE_COUNTS = (
    'ins',
    'outs',
    'adults_in',
    'children_in',
    'groups_in',
    'masked_in',
    'masked_out',
    'staff_in',
    'staff_out',
    'staff_uniform',
    'staff_badge',
    'staff_area',
    'staff_stay',
    'staff_frequency',
    'observed_ms',
    'frozen_ms',
    'silent_ms',
)
ZONE_COUNTS = ('visits', 'dwell_s', 'short_stays', 'staff_visits', 'staff_dwell_s', 'observed_ms', 'frozen_ms')
RAW_TABLES = ('footfall_crossing', 'footfall_stay', 'footfall_presence', 'footfall_health')


def _number(name: str, kind: type[Integer] = BigInteger, *, nullable: bool = False) -> Column[int]:
    return Column(name, kind, nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _count(name: str, kind: type[Integer] = Integer) -> Column[int]:
    return Column(name, kind, nullable=False, server_default='0')


def _mall() -> Column[int]:
    return Column('mall_id', Integer, nullable=False)


def _raw(name: str, *columns: Column[Any] | Index) -> Table:
    """A raw table: one row a reading, for ever known by (device, seq) and the device's own time stamp."""
    return Table(
        name,
        META,
        _mall(),
        _number('device_id'),
        _number('seq'),
        _moment('reported_at'),
        _moment('received_at'),
        *columns,
        PrimaryKeyConstraint('mall_id', 'device_id', 'seq', 'reported_at'),
        postgresql_partition_by='RANGE (reported_at)',
    )


CROSSING = _raw(
    'footfall_crossing',
    _moment('occurred_at'),
    Column('business_on', Date, nullable=False),
    _number('line_version_id'),
    _number('direction', SmallInteger),  # 1 in, -1 out
    _number('band', SmallInteger),  # 0 unknown, 1 adult, 2 child
    _number('staff_mask', SmallInteger),
    Column('is_masked', Boolean, nullable=False),
    _number('track', nullable=True),
    _number('group_token', nullable=True),
    Index('ix_footfall_crossing_occurred_at', 'occurred_at', postgresql_using='brin'),
)

STAY = _raw(
    'footfall_stay',
    Column('business_on', Date, nullable=False),
    _number('zone_version_id'),
    _number('track'),
    _moment('entered_at'),
    _moment('left_at'),
    _number('staff_mask', SmallInteger),
    Index('ix_footfall_stay_track', 'mall_id', 'business_on', 'track'),
    Index('ix_footfall_stay_entered_at', 'entered_at', postgresql_using='brin'),
)

PRESENCE = _raw(
    'footfall_presence',
    _moment('occurred_at'),
    Column('business_on', Date, nullable=False),
    _number('floor_id'),
    Column('cells', JSONB, nullable=False),  # [[ix, iy, hundredths of a person-second], …] on the floor's grid
    Index('ix_footfall_presence_occurred_at', 'occurred_at', postgresql_using='brin'),
)

HEALTH = _raw(
    'footfall_health',
    _moment('occurred_at'),
    Column('business_on', Date, nullable=False),
    _number('observed_ms', Integer),
    _number('frozen_ms', Integer),
    Column('state', String, nullable=False),
    Index('ix_footfall_health_occurred_at', 'occurred_at', postgresql_using='brin'),
)

# The first time each group entered through each line on a day; `previous_at` is what it was before the last batch.
GROUP = Table(
    'footfall_group',
    META,
    _mall(),
    Column('business_on', Date, nullable=False),
    _number('line_version_id'),
    _number('token'),
    _moment('first_at'),
    _moment('previous_at', nullable=True),
    PrimaryKeyConstraint('mall_id', 'business_on', 'line_version_id', 'token'),
)

IMPORTED_LINE = Table(
    'footfall_imported_line',
    META,
    _mall(),
    _number('line_version_id'),
    _moment('bucket_at'),
    Column('source', String, nullable=False),
    _number('span_min', SmallInteger),
    Column('business_on', Date, nullable=False),
    _count('ins'),
    _count('outs'),
    _count('adults_in'),
    _count('children_in'),
    _count('groups_in'),
    _count('staff_in'),
    _count('staff_out'),
    _count('observed_ms', BigInteger),
    PrimaryKeyConstraint('mall_id', 'line_version_id', 'bucket_at', 'source'),
)

IMPORTED_ZONE = Table(
    'footfall_imported_zone',
    META,
    _mall(),
    _number('zone_version_id'),
    _moment('bucket_at'),
    Column('source', String, nullable=False),
    Column('business_on', Date, nullable=False),
    Column('dwells', JSONB, nullable=False),  # [[dwell in s, visits], …]
    _count('observed_ms', BigInteger),
    PrimaryKeyConstraint('mall_id', 'zone_version_id', 'bucket_at', 'source'),
)

LINE_ROLLUP = Table(
    'footfall_line_rollup',
    META,
    _mall(),
    _number('grain', SmallInteger),
    _number('line_version_id'),
    _moment('bucket_at'),
    Column('business_on', Date, nullable=False),
    *[_count(name, BigInteger if name.endswith('_ms') else Integer) for name in LINE_COUNTS],
    _moment('seen_at', nullable=True),
    PrimaryKeyConstraint('mall_id', 'grain', 'line_version_id', 'bucket_at'),
    postgresql_partition_by='LIST (grain)',
)

ZONE_ROLLUP = Table(
    'footfall_zone_rollup',
    META,
    _mall(),
    _number('grain', SmallInteger),
    _number('zone_version_id'),
    _moment('bucket_at'),
    Column('business_on', Date, nullable=False),
    *[_count(name, BigInteger if name.endswith(('_ms', '_s')) else Integer) for name in ZONE_COUNTS],
    _moment('seen_at', nullable=True),
    PrimaryKeyConstraint('mall_id', 'grain', 'zone_version_id', 'bucket_at'),
    postgresql_partition_by='LIST (grain)',
)

DWELL_ROLLUP = Table(
    'footfall_dwell_rollup',
    META,
    _mall(),
    _number('grain', SmallInteger),
    _number('zone_version_id'),
    _moment('bucket_at'),
    _number('bin', SmallInteger),
    _count('visits'),
    PrimaryKeyConstraint('mall_id', 'grain', 'zone_version_id', 'bucket_at', 'bin'),
    postgresql_partition_by='LIST (grain)',
)

TRANSITION_ROLLUP = Table(
    'footfall_transition_rollup',
    META,
    _mall(),
    _number('grain', SmallInteger),
    _moment('bucket_at'),
    _number('from_zone_id'),
    _number('to_zone_id'),
    _count('persons'),
    PrimaryKeyConstraint('mall_id', 'grain', 'bucket_at', 'from_zone_id', 'to_zone_id'),
    postgresql_partition_by='LIST (grain)',
)

HEAT_ROLLUP = Table(
    'footfall_heat_rollup',
    META,
    _mall(),
    _number('grain', SmallInteger),
    _number('floor_id'),
    _moment('bucket_at'),
    _number('ix', SmallInteger),
    _number('iy', SmallInteger),
    _count('person_cs', BigInteger),  # hundredths of a person-second
    PrimaryKeyConstraint('mall_id', 'grain', 'floor_id', 'bucket_at', 'ix', 'iy'),
    postgresql_partition_by='LIST (grain)',
)

GAP = Table(
    'footfall_gap',
    META,
    _mall(),
    _number('line_version_id'),
    _moment('started_at'),
    _moment('ended_at'),
    Column('cause', String, nullable=False),
    Column('tolerance_min', Double, nullable=True),
    PrimaryKeyConstraint('mall_id', 'line_version_id', 'started_at'),
    Index('ix_footfall_gap_time', 'mall_id', 'started_at'),
)

IMPUTATION = Table(
    'footfall_imputation',
    META,
    _mall(),
    Column('business_on', Date, nullable=False),
    _number('line_version_id'),
    _moment('bucket_at'),
    _number('observed_in', Integer),
    _number('observed_out', Integer),
    Column('imputed_in', Double, nullable=False),
    Column('imputed_out', Double, nullable=False),
    Column('coverage', Double, nullable=False),
    Column('method', String, nullable=False),
    PrimaryKeyConstraint('mall_id', 'business_on', 'line_version_id', 'bucket_at'),
)

# One line on one judged business day: its coverage weighted by the profile of such days, and whether it is closed.
LINE_DAY = Table(
    'footfall_line_day',
    META,
    _mall(),
    Column('business_on', Date, nullable=False),
    _number('line_version_id'),
    Column('coverage', Double, nullable=False),
    Column('imputed_in', Double, nullable=False),
    Column('imputed_out', Double, nullable=False),
    Column('is_final', Boolean, nullable=False),
    PrimaryKeyConstraint('mall_id', 'business_on', 'line_version_id'),
)
