"""Purchasing: suppliers, orders, reorder rules, replenishment requests."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.migration import grant, protect_by_mall

revision = '0011_purchasing'
down_revision = '0010_inventory'
branch_labels = None
depends_on = None

TABLES = ('supplier', 'purchase_order', 'purchase_order_line', 'reorder_rule', 'replenishment_request')


def upgrade() -> None:
    _create_orders()
    _create_rules()
    for table in TABLES:
        op.execute(protect_by_mall(table))
        op.execute(grant(table, ('SELECT', 'INSERT', 'UPDATE')))
        # Suppliers and their prices are the mall's own business: a tenant's people see none of it.
        op.execute(f'CREATE POLICY staff_only ON {table} AS RESTRICTIVE USING (app_tenant() IS NULL)')


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


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


def _create_orders() -> None:
    op.create_table(
        'supplier', _key(), _mall(), _text('code'), _text('name_zh'), _text('name_en'), _whole('lead_days'),
        _json('closures'),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.UniqueConstraint('mall_id', 'code'),
    )  # fmt: skip
    op.create_table(
        'purchase_order', _key(), _mall(), _text('number'), _big('supplier_id'), _day('ordered_on'),
        _day('expected_on'), _whole('over_tolerance_bp'), _flag('is_open'), _text('ordered_by'),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.UniqueConstraint('mall_id', 'number'),
        _ref('supplier', 'supplier_id'),
    )  # fmt: skip
    op.create_table(
        'purchase_order_line', _mall(), _big('order_id'), _big('item_id'), _big('ordered'), _big('most'),
        _big('received'), _big('unit_cost_fen'),
        sa.PrimaryKeyConstraint('mall_id', 'order_id', 'item_id'),
        _ref('purchase_order', 'order_id'),
        _ref('item', 'item_id'),
        sa.CheckConstraint('received BETWEEN 0 AND most', name='within_tolerance'),
    )  # fmt: skip
    op.create_index('ix_purchase_order_line_mall_id_item_id', 'purchase_order_line', ['mall_id', 'item_id'])


def _create_rules() -> None:
    op.create_table(
        'reorder_rule', _mall(), _big('item_id'), _big('supplier_id'), _big('reorder_point'), _big('order_up_to'),
        sa.PrimaryKeyConstraint('mall_id', 'item_id'),
        _ref('item', 'item_id'),
        _ref('supplier', 'supplier_id'),
        sa.CheckConstraint('reorder_point < order_up_to', name='levels_in_order'),
    )  # fmt: skip
    op.create_table(
        'replenishment_request', _key(), _mall(), _big('item_id'), _big('supplier_id'), _big('quantity'),
        _big('projected'), _day('arrives_on'), _text('status'), _at('proposed_at'),
        sa.UniqueConstraint('mall_id', 'id'),
        _ref('item', 'item_id'),
        _ref('supplier', 'supplier_id'),
        sa.CheckConstraint("status IN ('open', 'ordered', 'dropped')", name='known_status'),
        sa.CheckConstraint('quantity > 0', name='positive'),
    )  # fmt: skip
    op.create_index(
        'uq_replenishment_request_open', 'replenishment_request', ['mall_id', 'item_id'], unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )  # fmt: skip
