"""Prices from a moment on, and every price that a till overrode."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import forbid_change, grant, protect_by_mall

revision = '0049_price_versions'
down_revision = '0048_order_approvals'
branch_labels = None
depends_on = None

ONE = 'uq_sale_price_mall_id_shop_sku'
FROM = 'uq_sale_price_mall_id_shop_sku_from_at'


def upgrade() -> None:
    op.add_column('sale_price', sa.Column('from_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('sale_price', sa.Column('set_by', sa.String, nullable=False, server_default=''))
    op.execute('UPDATE sale_price SET from_at = changed_at')
    op.alter_column('sale_price', 'from_at', nullable=False)
    op.alter_column('sale_price', 'set_by', server_default=None)
    op.drop_constraint(ONE, 'sale_price')
    op.create_unique_constraint(FROM, 'sale_price', ['mall_id', 'shop', 'sku', 'from_at'])
    _create_sale_override()
    op.execute(protect_by_mall('sale_override'))
    op.execute(grant('sale_override', ('SELECT', 'INSERT')))
    op.execute(forbid_change('sale_override'))


def downgrade() -> None:
    op.drop_table('sale_override')
    # Of every article the price that was set for the latest moment stays.
    op.execute(
        'DELETE FROM sale_price p USING sale_price later WHERE later.mall_id = p.mall_id AND later.shop = p.shop'
        ' AND later.sku = p.sku AND later.from_at > p.from_at'
    )
    op.drop_constraint(FROM, 'sale_price')
    op.create_unique_constraint(ONE, 'sale_price', ['mall_id', 'shop', 'sku'])
    op.drop_column('sale_price', 'set_by')
    op.drop_column('sale_price', 'from_at')


def _create_sale_override() -> None:
    op.create_table(
        'sale_override',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('sale_id', sa.BigInteger, nullable=False),
        sa.Column('shift_id', sa.BigInteger, nullable=False),
        sa.Column('sku', sa.String, nullable=False),
        sa.Column('name', sa.String, nullable=False),
        sa.Column('quantity', sa.Integer, nullable=False),
        sa.Column('from_fen', sa.BigInteger, nullable=False),
        sa.Column('to_fen', sa.BigInteger, nullable=False),
        sa.Column('reason', sa.String, nullable=False),
        sa.Column('overridden_by', sa.String, nullable=False),
        sa.Column('role', sa.String, nullable=False),
        sa.Column('overridden_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_sale_override_mall_id'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'sale_id'], ['sale.mall_id', 'sale.id'], name='fk_sale_override_mall_id_sale_id'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'shift_id'], ['sale_shift.mall_id', 'sale_shift.id'], name='fk_sale_override_mall_id_shift_id'
        ),
        sa.PrimaryKeyConstraint('id', name='pk_sale_override'),
    )
    op.create_index('ix_sale_override_shift', 'sale_override', ['mall_id', 'shift_id'])
