"""Inventory: items, locations, lots, quants, moves, counts, goods sold, months."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.migration import forbid_change, grant, protect_by_mall

revision = '0010_inventory'
down_revision = '0009_permits'
branch_labels = None
depends_on = None

SCOPED = {
    'item': ('SELECT', 'INSERT', 'UPDATE'),
    'item_barcode': ('SELECT', 'INSERT'),
    'stock_location': ('SELECT', 'INSERT', 'UPDATE'),
    'stock_lot': ('SELECT', 'INSERT', 'UPDATE'),
    'stock_quant': ('SELECT', 'INSERT', 'UPDATE'),
    'stock_posting': ('SELECT', 'INSERT'),
    'stock_move': ('SELECT', 'INSERT'),
    'stock_valuation': ('SELECT', 'INSERT', 'UPDATE'),
    'goods_sold': ('SELECT', 'INSERT'),
    'stock_count': ('SELECT', 'INSERT', 'UPDATE'),
    'stock_count_line': ('SELECT', 'INSERT'),
    'stock_month': ('SELECT', 'INSERT'),
}
OF_OWNER = ('item', 'goods_sold')
NEVER_EDITED = ('stock_move', 'stock_posting', 'goods_sold', 'stock_count_line', 'stock_month')


def upgrade() -> None:
    _create_items()
    _create_moves()
    _create_sales()
    _create_counts()
    for table, verbs in SCOPED.items():
        op.execute(protect_by_mall(table))
        op.execute(grant(table, verbs))
    for table in OF_OWNER:
        op.execute(
            f'CREATE POLICY tenant_scope ON {table} AS RESTRICTIVE'
            ' USING (app_tenant() IS NULL OR owner_id = app_tenant())'
            ' WITH CHECK (app_tenant() IS NULL OR owner_id = app_tenant())'
        )
    for table in ('item_barcode', 'stock_lot', 'stock_quant', 'stock_move', 'stock_valuation', 'stock_count_line'):
        op.execute(OWN_ITEMS.format(table=table))
    for table in NEVER_EDITED:
        op.execute(forbid_change(table))


def downgrade() -> None:
    for table in ('item_barcode', 'stock_lot', 'stock_quant', 'stock_move', 'stock_valuation', 'stock_count_line'):
        op.execute(f'DROP POLICY tenant_scope ON {table}')
    for table in reversed(SCOPED):
        op.drop_table(table)


# A brand's people see the stock of their own items.
OWN_ITEMS = """
CREATE POLICY tenant_scope ON {table} AS RESTRICTIVE USING (app_tenant() IS NULL OR EXISTS (
    SELECT FROM item i WHERE i.mall_id = {table}.mall_id AND i.id = {table}.item_id AND i.owner_id = app_tenant()));
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


def _create_items() -> None:
    op.create_table(
        'item', _key(), _mall(), _text('sku'), _text('name_zh'), _text('name_en'), _text('size'), _text('colour'),
        _text('ownership'), _big('owner_id', nullable=True), _whole('commission_bp'), _text('commission_basis'),
        _flag('has_lots'), _flag('allows_negative'),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.UniqueConstraint('mall_id', 'sku'),
        _ref('tenant', 'owner_id'),
        sa.CheckConstraint("(ownership = 'own') = (owner_id IS NULL)", name='whose'),
        sa.CheckConstraint("ownership IN ('own', 'concession', 'consignment')", name='known_ownership'),
    )  # fmt: skip
    op.create_table(
        'item_barcode', _mall(), _text('barcode'), _big('item_id'),
        sa.PrimaryKeyConstraint('mall_id', 'barcode'),
        _ref('item', 'item_id'),
    )  # fmt: skip
    op.create_table(
        'stock_location', _key(), _mall(), _text('code'), _text('kind'),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.UniqueConstraint('mall_id', 'code'),
        sa.CheckConstraint("kind IN ('shelf', 'stockroom', 'quality', 'transit')", name='known_kind'),
    )  # fmt: skip
    op.create_table(
        'stock_lot', _key(), _mall(), _big('item_id'), _text('code'), _day('expires_on', nullable=True),
        _at('recalled_at', nullable=True), _text('recall_reason'),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.UniqueConstraint('mall_id', 'item_id', 'code'),
        _ref('item', 'item_id'),
    )  # fmt: skip


def _create_moves() -> None:
    op.create_table(
        'stock_quant', _mall(), _big('item_id'), _big('location_id'), _big('lot_id'), _big('quantity'),
        _flag('may_be_negative'),
        sa.PrimaryKeyConstraint('mall_id', 'item_id', 'location_id', 'lot_id'),
        _ref('item', 'item_id'),
        _ref('stock_location', 'location_id'),
        sa.CheckConstraint('quantity >= 0 OR may_be_negative', name='not_below_zero'),
        postgresql_with={'fillfactor': '70'},
    )  # fmt: skip
    op.create_table(
        'stock_posting', _mall(), _text('key'), _text('content_hash'), sa.PrimaryKeyConstraint('mall_id', 'key')
    )
    op.create_table(
        'stock_move', _key(), _mall(), _text('key'), _big('item_id'), _big('location_id'), _big('lot_id'),
        _big('quantity'), _text('reason'), _at('occurred_at'), _at('received_at'), _day('business_on'),
        _flag('is_oversold'), _text('reference'), _text('moved_by'),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.UniqueConstraint('mall_id', 'key', 'item_id', 'location_id', 'lot_id', name='uq_stock_move_once'),
        sa.CheckConstraint('quantity <> 0', name='not_nothing'),
    )  # fmt: skip
    op.create_index(
        'ix_stock_move_balance', 'stock_move', ['mall_id', 'item_id', 'occurred_at'],
        postgresql_include=['location_id', 'lot_id', 'quantity'],
    )  # fmt: skip


def _create_sales() -> None:
    op.create_table(
        'stock_valuation', _mall(), _big('item_id'), _big('quantity'), _big('value_fen'),
        sa.PrimaryKeyConstraint('mall_id', 'item_id'),
        _ref('item', 'item_id'),
    )  # fmt: skip
    op.create_table(
        'goods_sold', _mall(), _text('key'), _big('item_id'), _big('owner_id', nullable=True), _text('ownership'),
        _whole('quantity'), _day('business_on'), _big('list_fen'), _big('paid_fen'), _big('base_fen'),
        _big('commission_fen'), _big('remitted_fen'), _big('cost_fen'),
        sa.PrimaryKeyConstraint('mall_id', 'key', 'item_id'),
        _ref('item', 'item_id'),
    )  # fmt: skip


def _create_counts() -> None:
    op.create_table(
        'stock_count', _key(), _mall(), _json('location_ids'), _whole('tolerance'), _text('opened_by'),
        _at('opened_at'), sa.Column('validated_by', sa.String), _at('validated_at', nullable=True),
        sa.UniqueConstraint('mall_id', 'id'),
    )  # fmt: skip
    op.create_table(
        'stock_count_line', _key(), _mall(), _big('count_id'), _big('location_id'), _big('item_id'), _big('lot_id'),
        _text('counter'), _whole('counted'), _at('counted_at'),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.UniqueConstraint(
            'mall_id', 'count_id', 'location_id', 'item_id', 'lot_id', 'counter', 'counted_at',
            name='uq_stock_count_line_once',
        ),
        _ref('stock_count', 'count_id'),
        _ref('stock_location', 'location_id'),
        _ref('item', 'item_id'),
    )  # fmt: skip
    op.create_table(
        'stock_month', _mall(), _day('month'), _text('closed_by'), _at('closed_at'),
        sa.PrimaryKeyConstraint('mall_id', 'month'),
    )  # fmt: skip
