"""Leasing: tenants, units that split and merge, leases with versioned items, turnover."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.migration import forbid_change, grant, protect_by_mall, protect_by_tenant

revision = '0006_leasing'
down_revision = '0005_footfall'
branch_labels = None
depends_on = None

# Table: what the application may do with it.
SCOPED = {
    'tenant': ('SELECT', 'INSERT', 'UPDATE'),
    'lettable_unit': ('SELECT', 'INSERT', 'UPDATE'),
    'unit_succession': ('SELECT', 'INSERT'),
    'lease': ('SELECT', 'INSERT', 'UPDATE'),
    'lease_unit': ('SELECT', 'INSERT', 'UPDATE'),
    'lease_item': ('SELECT', 'INSERT', 'UPDATE'),
    'lease_version': ('SELECT', 'INSERT'),
    'turnover_day': ('SELECT', 'INSERT', 'UPDATE'),
    'turnover_month': ('SELECT', 'INSERT'),
}
OF_TENANT = ('lease', 'lease_unit', 'lease_item', 'lease_version', 'turnover_day', 'turnover_month')
NEVER_EDITED = ('lease_version', 'turnover_month', 'unit_succession')


def upgrade() -> None:
    _create_units()
    _create_leases()
    _create_turnover()
    for table, verbs in SCOPED.items():
        op.execute(protect_by_mall(table))
        op.execute(grant(table, verbs))
    for table in OF_TENANT:
        op.execute(protect_by_tenant(table))
    op.execute(
        'CREATE POLICY tenant_scope ON tenant AS RESTRICTIVE USING (app_tenant() IS NULL OR id = app_tenant())'
        ' WITH CHECK (app_tenant() IS NULL OR id = app_tenant())'
    )
    for table in NEVER_EDITED:
        op.execute(forbid_change(table))
    op.execute(GUARDS)


def downgrade() -> None:
    for table in reversed(SCOPED):
        op.drop_table(table)
    op.execute('DROP FUNCTION lease_within_unit(), unit_covers_leases()')


# Each guard locks what it looks at, so that a split and a signature that meet decide one after the other.
GUARDS = """
CREATE FUNCTION lease_within_unit() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE held lettable_unit;
    BEGIN
        IF NOT NEW.is_held THEN RETURN NEW; END IF;
        SELECT * INTO held FROM lettable_unit u WHERE u.mall_id = NEW.mall_id AND u.id = NEW.unit_id FOR SHARE;
        IF NEW.starts_on < held.opens_on OR NEW.ends_on > coalesce(held.closes_on, 'infinity') THEN
            RAISE EXCEPTION 'the unit does not exist that long' USING ERRCODE = 'AT011';
        END IF;
        RETURN NEW;
    END $$;
CREATE TRIGGER within_unit BEFORE INSERT OR UPDATE ON lease_unit FOR EACH ROW EXECUTE FUNCTION lease_within_unit();
CREATE FUNCTION unit_covers_leases() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM lease_unit l WHERE l.mall_id = NEW.mall_id AND l.unit_id = NEW.id AND l.is_held
                   AND (l.starts_on < NEW.opens_on OR l.ends_on > coalesce(NEW.closes_on, 'infinity'))) THEN
            RAISE EXCEPTION 'the unit is let beyond that day' USING ERRCODE = 'AT012';
        END IF;
        RETURN NEW;
    END $$;
CREATE TRIGGER covers_leases AFTER UPDATE ON lettable_unit FOR EACH ROW EXECUTE FUNCTION unit_covers_leases();
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


def _in_order() -> sa.CheckConstraint:
    return sa.CheckConstraint('starts_on < ends_on', name='in_order')


def _create_units() -> None:
    op.create_table(
        'tenant', _key(), _mall(), _text('code'), _text('name_zh'), _text('name_en'), _text('legal_name'),
        _text('credit_code'), _text('category'), _at('registered_at'),
        sa.UniqueConstraint('mall_id', 'code'),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.ForeignKeyConstraint(['mall_id', 'category'], ['trade_category.mall_id', 'trade_category.code']),
    )  # fmt: skip
    op.create_table(
        'lettable_unit', _key(), _mall(), _big('floor_id'), _big('plan_unit_id', nullable=True), _text('code'),
        _day('opens_on'), _day('closes_on', nullable=True), _whole('net_area_dm2'), _whole('gross_area_dm2'),
        sa.UniqueConstraint('mall_id', 'code', 'opens_on'),
        sa.UniqueConstraint('mall_id', 'id'),
        _ref('floor', 'floor_id'),
        _ref('unit', 'plan_unit_id'),
        sa.CheckConstraint('closes_on IS NULL OR opens_on < closes_on', name='in_order'),
        sa.CheckConstraint('net_area_dm2 > 0 AND gross_area_dm2 >= net_area_dm2', name='has_area'),
    )  # fmt: skip
    op.create_table(
        'unit_succession', _mall(), _big('from_unit_id'), _big('to_unit_id'), _day('happens_on'),
        sa.PrimaryKeyConstraint('mall_id', 'from_unit_id', 'to_unit_id'),
        _ref('lettable_unit', 'from_unit_id'),
        _ref('lettable_unit', 'to_unit_id'),
    )  # fmt: skip


def _create_leases() -> None:
    op.create_table(
        'lease', _key(), _mall(), _big('tenant_id'), _text('number'), _text('category'), _text('status'),
        _day('starts_on'), _day('ends_on'), _whole('version'), _json('terms'), _json('breaks'), _at('drafted_at'),
        _at('signed_at', nullable=True),
        sa.UniqueConstraint('mall_id', 'number'),
        sa.UniqueConstraint('mall_id', 'id'),
        _ref('tenant', 'tenant_id'),
        sa.CheckConstraint("status IN ('draft', 'signed', 'terminated')", name='known_status'),
        _in_order(),
    )  # fmt: skip
    op.create_index('ix_lease_mall_id_tenant_id', 'lease', ['mall_id', 'tenant_id'])
    op.create_table(
        'lease_unit', _mall(), _big('lease_id'), _big('unit_id'), _big('tenant_id'), _day('starts_on'),
        _day('ends_on'), _flag('is_held'),
        sa.PrimaryKeyConstraint('mall_id', 'lease_id', 'unit_id'),
        _ref('lease', 'lease_id'),
        _ref('lettable_unit', 'unit_id'),
        _in_order(),
    )  # fmt: skip
    op.execute(
        "ALTER TABLE lease_unit ADD CONSTRAINT ex_lease_unit_one_lease EXCLUDE USING gist"
        " (int8range(unit_id, unit_id, '[]') WITH &&, daterange(starts_on, ends_on) WITH &&) WHERE (is_held)"
    )
    op.create_table(
        'lease_item', _key(), _mall(), _big('lease_id'), _big('tenant_id'), _text('kind'), _day('starts_on'),
        _day('ends_on'), _json('terms'), _whole('from_version'), _whole('until_version', nullable=True),
        sa.UniqueConstraint('mall_id', 'id'),
        _ref('lease', 'lease_id'),
        _in_order(),
    )  # fmt: skip
    op.create_index('ix_lease_item_mall_id_lease_id', 'lease_item', ['mall_id', 'lease_id'])
    op.create_table(
        'lease_version', _mall(), _big('lease_id'), _big('tenant_id'), _whole('version'), _day('ends_on'),
        _json('terms'), _text('summary'), _text('signed_by'), _at('signed_at'),
        sa.PrimaryKeyConstraint('mall_id', 'lease_id', 'version'),
        _ref('lease', 'lease_id'),
    )  # fmt: skip


def _create_turnover() -> None:
    op.create_table(
        'turnover_day', _mall(), _big('lease_id'), _day('counts_on'), _text('category'), _day('happened_on'),
        _big('tenant_id'), _big('gto_fen'), _whole('receipts'), _json('facts'), _text('source'), _text('reported_by'),
        _at('reported_at'),
        sa.PrimaryKeyConstraint('mall_id', 'lease_id', 'counts_on', 'category', 'happened_on'),
        _ref('lease', 'lease_id'),
    )  # fmt: skip
    op.create_table(
        'turnover_month', _mall(), _big('lease_id'), _day('month'), _big('tenant_id'), _big('gto_fen'),
        _flag('is_comparable'), _text('closed_by'), _at('closed_at'),
        sa.PrimaryKeyConstraint('mall_id', 'lease_id', 'month'),
        _ref('lease', 'lease_id'),
        sa.CheckConstraint('extract(day FROM month) = 1', name='first_day'),
    )  # fmt: skip
