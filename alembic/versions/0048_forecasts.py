"""Forecasts of demand by item and of turnover by tenant; why a replenishment asks for what it asks for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.migration import grant, protect_by_mall, protect_by_tenant

revision = '0048_forecasts'
down_revision = '0048_stock_days'
branch_labels = None
depends_on = None

OWN_ITEMS = """
CREATE POLICY tenant_scope ON stock_forecast AS RESTRICTIVE USING (app_tenant() IS NULL OR EXISTS (
    SELECT FROM item i WHERE i.mall_id = stock_forecast.mall_id AND i.id = stock_forecast.item_id
       AND i.owner_id = app_tenant()));
"""
REASONS = ('reorder_point', 'order_up_to', 'demand', 'safety')


def upgrade() -> None:
    _create('stock_forecast', 'item_id', 'item')
    op.execute(OWN_ITEMS)
    _create('turnover_forecast', 'tenant_id', 'tenant')
    op.execute(protect_by_tenant('turnover_forecast'))
    for column in REASONS:
        op.add_column('replenishment_request', sa.Column(column, sa.BigInteger))


def downgrade() -> None:
    for column in reversed(REASONS):
        op.drop_column('replenishment_request', column)
    op.drop_table('turnover_forecast')
    op.execute('DROP POLICY tenant_scope ON stock_forecast')
    op.drop_table('stock_forecast')


def _create(table: str, of: str, parent: str) -> None:
    op.create_table(
        table,
        sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False),
        sa.Column(of, sa.BigInteger, nullable=False),
        sa.Column('made_on', sa.Date, nullable=False),
        sa.Column('outlook', JSONB, nullable=False),
        sa.PrimaryKeyConstraint('mall_id', of),
        sa.ForeignKeyConstraint(['mall_id', of], [f'{parent}.mall_id', f'{parent}.id']),
    )
    op.execute(protect_by_mall(table))
    op.execute(grant(table, ('SELECT', 'INSERT', 'UPDATE')))
