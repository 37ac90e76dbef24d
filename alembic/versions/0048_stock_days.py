"""Sums of stock moves by day, so that the balance of a past instant reads the moves of one day."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import grant, protect_by_mall

revision = '0048_stock_days'
down_revision = '0042_gate_checks'
branch_labels = None
depends_on = None

OWN_ITEMS = """
CREATE POLICY tenant_scope ON stock_day AS RESTRICTIVE USING (app_tenant() IS NULL OR EXISTS (
    SELECT FROM item i WHERE i.mall_id = stock_day.mall_id AND i.id = stock_day.item_id
       AND i.owner_id = app_tenant()));
"""
FILL = """
INSERT INTO stock_day (mall_id, item_id, location_id, lot_id, day, quantity)
SELECT mall_id, item_id, location_id, lot_id, (occurred_at AT TIME ZONE 'UTC')::date, sum(quantity)
  FROM stock_move GROUP BY 1, 2, 3, 4, 5
"""


def upgrade() -> None:
    op.create_table(
        'stock_day',
        sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False),
        sa.Column('item_id', sa.BigInteger, nullable=False),
        sa.Column('location_id', sa.BigInteger, nullable=False),
        sa.Column('lot_id', sa.BigInteger, nullable=False),
        sa.Column('day', sa.Date, nullable=False),
        sa.Column('quantity', sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint('mall_id', 'item_id', 'location_id', 'lot_id', 'day'),
        postgresql_with={'fillfactor': '70'},
    )
    op.execute(FILL)
    op.execute(protect_by_mall('stock_day'))
    op.execute(grant('stock_day', ('SELECT', 'INSERT', 'UPDATE')))
    op.execute(OWN_ITEMS)


def downgrade() -> None:
    op.execute('DROP POLICY tenant_scope ON stock_day')
    op.drop_table('stock_day')
