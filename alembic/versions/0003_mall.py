"""Property: group, mall, building, floor, unit, zone, connector, door, opening hours, calendar days."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.migration import grant, protect_by_mall

revision = '0003_mall'
down_revision = '0002_identity'
branch_labels = None
depends_on = None

SCOPED = (
    'building',
    'floor',
    'trade_category',
    'unit',
    'zone',
    'connector',
    'door',
    'weekly_hours',
    'hours_exception',
    'calendar_day',
)
EDITED = {'weekly_hours', 'hours_exception', 'calendar_day'}  # rows a person may take away again


def upgrade() -> None:
    _create_malls()
    _create_floors()
    _create_spaces()
    _create_doors()
    _create_hours()
    for table in ('mall_group', 'mall'):
        op.execute(grant(table, ['SELECT', 'INSERT', 'UPDATE']))
    for table in SCOPED:
        op.execute(protect_by_mall(table))
        verbs = ['SELECT', 'INSERT', 'UPDATE'] + (['DELETE'] if table in EDITED else [])
        op.execute(grant(table, verbs))


def downgrade() -> None:
    for table in reversed(('mall_group', 'mall', *SCOPED)):
        op.drop_table(table)


def _key() -> sa.Column:
    return sa.Column('id', sa.BigInteger, sa.Identity(), primary_key=True)


def _mall() -> sa.Column:
    return sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False)


def _text(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column:
    return sa.Column(name, sa.String, nullable=nullable, server_default=default)


def _names() -> tuple[sa.Column, ...]:
    return _text('code'), _text('name_zh'), _text('name_en')


def _active() -> sa.Column:
    return sa.Column('is_active', sa.Boolean, nullable=False, server_default=sa.text('true'))


def _json(name: str) -> sa.Column:
    return sa.Column(name, JSONB, nullable=False)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Float, nullable=False)


def _ref(parent: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(['mall_id', column], [f'{parent}.mall_id', f'{parent}.id'])


def _unique(*columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns)


def _create_malls() -> None:
    small = lambda: sa.Column('id', sa.Integer, sa.Identity(), primary_key=True)  # noqa: E731
    op.create_table('mall_group', small(), *_names(), _unique('code'))
    op.create_table(
        'mall',
        small(),
        sa.Column('group_id', sa.Integer, sa.ForeignKey('mall_group.id'), nullable=False),
        *_names(),
        _text('timezone', default='Asia/Shanghai'),
        sa.Column('cutoff', sa.Time, nullable=False, server_default='04:00'),
        _text('address_zh', default=''),
        _text('address_en', default=''),
        _text('plan_digest', default=''),
        _unique('code'),
        sa.CheckConstraint("code ~ '^[a-z0-9-]{1,64}$'", name='code_plain'),
    )


def _create_floors() -> None:
    op.create_table('building', _key(), _mall(), *_names(), _unique('mall_id', 'code'), _unique('mall_id', 'id'))
    op.create_table(
        'floor',
        _key(),
        _mall(),
        sa.Column('building_id', sa.BigInteger, nullable=False),
        *_names(),
        sa.Column('level', sa.SmallInteger, nullable=False),
        _number('elevation_m'),
        _json('outline'),
        _json('fixtures'),
        _json('walk'),
        _active(),
        _unique('mall_id', 'building_id', 'code'),
        _unique('mall_id', 'id'),
        _ref('building', 'building_id'),
    )
    op.create_table(
        'trade_category',
        _mall(),
        *_names(),
        sa.PrimaryKeyConstraint('mall_id', 'code'),
    )


def _create_spaces() -> None:
    op.create_table(
        'unit',
        _key(),
        _mall(),
        sa.Column('floor_id', sa.BigInteger, nullable=False),
        _text('code'),
        _text('number'),
        _text('kind'),
        _text('category'),
        _text('name_zh'),
        _text('name_en'),
        _number('area_m2'),
        _number('label_x'),
        _number('label_y'),
        _text('passby_zone', nullable=True),
        _json('geometry'),
        _active(),
        _unique('mall_id', 'code'),
        _unique('mall_id', 'id'),
        _ref('floor', 'floor_id'),
        sa.ForeignKeyConstraint(['mall_id', 'category'], ['trade_category.mall_id', 'trade_category.code']),
        sa.CheckConstraint("kind IN ('shop', 'anchor', 'kiosk')", name='known_kind'),
        sa.CheckConstraint('area_m2 > 0', name='has_area'),
    )
    op.create_index('ix_unit_mall_id_floor_id', 'unit', ['mall_id', 'floor_id'])
    op.create_table(
        'zone',
        _key(),
        _mall(),
        sa.Column('floor_id', sa.BigInteger, nullable=False),
        _text('code'),
        _text('kind'),
        _text('name_zh'),
        _text('name_en'),
        _json('geometry'),
        _active(),
        _unique('mall_id', 'code'),
        _unique('mall_id', 'id'),
        _ref('floor', 'floor_id'),
    )
    op.create_index('ix_zone_mall_id_floor_id', 'zone', ['mall_id', 'floor_id'])


def _create_doors() -> None:
    op.create_table(
        'connector',
        _key(),
        _mall(),
        _text('code'),
        _text('kind'),
        _text('name_zh'),
        _text('name_en'),
        _active(),
        _unique('mall_id', 'code'),
        _unique('mall_id', 'id'),
    )
    op.create_table(
        'door',
        _key(),
        _mall(),
        sa.Column('floor_id', sa.BigInteger, nullable=False),
        _text('code'),
        _text('kind'),
        _text('name_zh'),
        _text('name_en'),
        _number('x'),
        _number('y'),
        _json('line'),
        _json('inward'),
        sa.Column('unit_id', sa.BigInteger),
        sa.Column('connector_id', sa.BigInteger),
        _active(),
        _unique('mall_id', 'code'),
        _unique('mall_id', 'id'),
        _ref('floor', 'floor_id'),
        _ref('unit', 'unit_id'),
        _ref('connector', 'connector_id'),
        sa.CheckConstraint("kind IN ('street', 'metro', 'car_park', 'bridge', 'internal', 'shop')", name='known_kind'),
        sa.CheckConstraint("(kind = 'shop') = (unit_id IS NOT NULL)", name='shop_has_unit'),
        sa.CheckConstraint("connector_id IS NULL OR kind = 'internal'", name='connector_is_internal'),
    )
    op.create_index('ix_door_mall_id_floor_id', 'door', ['mall_id', 'floor_id'])


def _create_hours() -> None:
    op.create_table(
        'weekly_hours',
        _key(),
        _mall(),
        sa.Column('unit_id', sa.BigInteger),
        sa.Column('valid_from', sa.Date, nullable=False),
        sa.Column('weekday', sa.SmallInteger, nullable=False),
        sa.Column('opens', sa.Time, nullable=False),
        sa.Column('closes', sa.Time, nullable=False),
        _ref('unit', 'unit_id'),
        sa.CheckConstraint('weekday BETWEEN 1 AND 7', name='weekday_exists'),
    )
    op.create_index('ix_weekly_hours_mall_id_unit_id', 'weekly_hours', ['mall_id', 'unit_id', 'valid_from'])
    op.create_table(
        'hours_exception',
        _key(),
        _mall(),
        sa.Column('unit_id', sa.BigInteger),
        sa.Column('happens_on', sa.Date, nullable=False),
        sa.Column('opens', sa.Time),
        sa.Column('closes', sa.Time),
        _text('reason_zh'),
        _text('reason_en'),
        _ref('unit', 'unit_id'),
        sa.CheckConstraint('(opens IS NULL) = (closes IS NULL)', name='both_times_or_none'),
    )
    op.create_index(
        'uq_hours_exception_day',
        'hours_exception',
        ['mall_id', sa.text('coalesce(unit_id, 0)'), 'happens_on'],
        unique=True,
    )
    op.create_table(
        'calendar_day',
        _mall(),
        sa.Column('happens_on', sa.Date, nullable=False),
        _text('kind'),
        _text('holiday', nullable=True),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('mall_id', 'happens_on'),
        sa.CheckConstraint("kind IN ('workday', 'weekend', 'holiday', 'makeup')", name='known_kind'),
    )
