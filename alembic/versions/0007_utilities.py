"""Utilities: meters, readings, holders, tariffs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.migration import grant, protect_by_mall, protect_by_tenant

revision = '0007_utilities'
down_revision = '0006_leasing'
branch_labels = None
depends_on = None

SCOPED = {
    'meter': ('SELECT', 'INSERT', 'UPDATE'),
    'meter_reading': ('SELECT', 'INSERT', 'UPDATE'),
    'meter_holder': ('SELECT', 'INSERT', 'UPDATE'),
    'tariff_version': ('SELECT', 'INSERT'),
}


def upgrade() -> None:
    _create_meters()
    _create_holders()
    for table, verbs in SCOPED.items():
        op.execute(protect_by_mall(table))
        op.execute(grant(table, verbs))
    op.execute(protect_by_tenant('meter_holder'))
    op.execute(TENANT_SIGHT)
    op.execute(KEEP_READINGS)


def downgrade() -> None:
    for table in ('meter', 'meter_reading'):
        op.execute(f'DROP POLICY tenant_scope ON {table}')
    for table in reversed(SCOPED):
        op.drop_table(table)
    op.execute('DROP FUNCTION keep_reading()')


# A tenant's people see the meters that are or were their own, and of these the readings of their time.
TENANT_SIGHT = """
CREATE POLICY tenant_scope ON meter AS RESTRICTIVE USING (app_tenant() IS NULL OR EXISTS (
    SELECT FROM meter_holder h WHERE h.mall_id = meter.mall_id AND h.meter_id = meter.id
       AND h.tenant_id = app_tenant()));
CREATE POLICY tenant_scope ON meter_reading AS RESTRICTIVE USING (app_tenant() IS NULL OR EXISTS (
    SELECT FROM meter_holder h WHERE h.mall_id = meter_reading.mall_id AND h.meter_id = meter_reading.meter_id
       AND h.tenant_id = app_tenant() AND meter_reading.read_at >= h.from_at
       AND (h.until_at IS NULL OR meter_reading.read_at <= h.until_at)));
"""

# A reading may be voided or declared a rollover; what was read, when and by whom stays.
KEEP_READINGS = """
CREATE FUNCTION keep_reading() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.mall_id, NEW.meter_id, NEW.read_at, NEW.register_milli, NEW.source, NEW.photo, NEW.read_by)
           IS DISTINCT FROM
           (OLD.mall_id, OLD.meter_id, OLD.read_at, OLD.register_milli, OLD.source, OLD.photo, OLD.read_by) THEN
            RAISE EXCEPTION 'meter readings are never edited' USING ERRCODE = 'AT004';
        END IF;
        RETURN NEW;
    END $$;
CREATE TRIGGER keep BEFORE UPDATE ON meter_reading FOR EACH ROW EXECUTE FUNCTION keep_reading();
"""


def _key() -> sa.Column:
    return sa.Column('id', sa.BigInteger, sa.Identity(), primary_key=True)


def _mall() -> sa.Column:
    return sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False)


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.String, nullable=False)


def _big(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _whole(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer, nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date, nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean, nullable=False)


def _json(name: str) -> sa.Column:
    return sa.Column(name, JSONB, nullable=False)


def _ref(parent: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(['mall_id', column], [f'{parent}.mall_id', f'{parent}.id'])


def _create_meters() -> None:
    op.create_table(
        'meter', _key(), _mall(), _text('code'), _text('utility'), _whole('digits'), _whole('multiplier'),
        _big('parent_id', nullable=True), _text('loss_policy'), _text('place'),
        sa.UniqueConstraint('mall_id', 'code'),
        sa.UniqueConstraint('mall_id', 'id'),
        _ref('meter', 'parent_id'),
        sa.CheckConstraint("utility IN ('electricity', 'water', 'gas', 'heat', 'cooling')", name='known_utility'),
        sa.CheckConstraint('parent_id <> id', name='not_its_own_parent'),
        sa.CheckConstraint('multiplier > 0 AND digits BETWEEN 3 AND 9', name='can_count'),
    )  # fmt: skip
    op.create_table(
        'meter_reading', _key(), _mall(), _big('meter_id'), _at('read_at'), _big('register_milli'), _text('kind'),
        _text('source'), _text('photo'),
        sa.Column('is_held', sa.Boolean, nullable=False, server_default=sa.text('false')), _text('read_by'),
        _at('received_at'), _at('voided_at', nullable=True), sa.Column('decided_by', sa.String),
        sa.Column('decision', sa.String),
        sa.UniqueConstraint('mall_id', 'id'),
        _ref('meter', 'meter_id'),
        sa.CheckConstraint('register_milli >= 0', name='not_negative'),
        sa.CheckConstraint("kind IN ('actual', 'estimate', 'rollover', 'removed', 'installed')", name='known_kind'),
    )  # fmt: skip
    op.create_index(
        'uq_meter_reading_once', 'meter_reading',
        ['mall_id', 'meter_id', 'read_at', sa.text("(kind = 'installed')")], unique=True,
        postgresql_where=sa.text('voided_at IS NULL'),
    )  # fmt: skip
    op.create_table(
        'tariff_version', _mall(), _text('utility'), _day('valid_from'), _json('slots'), _text('set_by'),
        _at('set_at'),
        sa.PrimaryKeyConstraint('mall_id', 'utility', 'valid_from'),
    )  # fmt: skip


def _create_holders() -> None:
    op.create_table(
        'meter_holder', _key(), _mall(), _big('meter_id'), _big('tenant_id'), _big('lease_id'),
        _big('from_reading_id'), _big('until_reading_id', nullable=True), _at('from_at'),
        _at('until_at', nullable=True),
        sa.UniqueConstraint('mall_id', 'id'),
        _ref('meter', 'meter_id'),
        _ref('tenant', 'tenant_id'),
        _ref('lease', 'lease_id'),
        _ref('meter_reading', 'from_reading_id'),
        _ref('meter_reading', 'until_reading_id'),
        sa.CheckConstraint('(until_at IS NULL) = (until_reading_id IS NULL)', name='ends_with_a_reading'),
    )  # fmt: skip
    op.execute(
        'ALTER TABLE meter_holder ADD CONSTRAINT ex_meter_holder_one_holder EXCLUDE USING gist'
        " (int8range(meter_id, meter_id, '[]') WITH &&, tstzrange(from_at, until_at) WITH &&)"
    )
