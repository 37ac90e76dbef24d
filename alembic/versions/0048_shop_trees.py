"""What a tenant's sales are made of beside its peers, and what its promotions did."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.migration import grant, protect_by_mall, protect_by_tenant

revision = '0048_shop_trees'
down_revision = '0048_forecasts'
branch_labels = None
depends_on = None

TABLES = ('shop_tree', 'promotion_result')


def upgrade() -> None:
    op.create_table(
        'shop_tree',
        *_whose(),
        sa.Column('base', sa.String, nullable=False),
        sa.Column('until_on', sa.Date, nullable=False),
        sa.Column('tree', JSONB, nullable=False),
        sa.PrimaryKeyConstraint('mall_id', 'tenant_id', 'base'),
        sa.ForeignKeyConstraint(['mall_id', 'tenant_id'], ['tenant.mall_id', 'tenant.id']),
        sa.CheckConstraint("base IN ('weeks', 'year')", name='known_base'),
    )
    op.create_table(
        'promotion_result',
        *_whose(),
        sa.Column('promotion_id', sa.BigInteger, nullable=False),
        sa.Column('effect', JSONB, nullable=False),
        sa.PrimaryKeyConstraint('mall_id', 'promotion_id'),
        sa.ForeignKeyConstraint(['mall_id', 'tenant_id'], ['tenant.mall_id', 'tenant.id']),
        sa.ForeignKeyConstraint(['mall_id', 'promotion_id'], ['promotion_filing.mall_id', 'promotion_filing.id']),
    )
    for table in TABLES:
        op.execute(protect_by_mall(table))
        op.execute(protect_by_tenant(table))
        op.execute(grant(table, ('SELECT', 'INSERT', 'UPDATE')))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _whose() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False),
        sa.Column('tenant_id', sa.BigInteger, nullable=False),
    )
