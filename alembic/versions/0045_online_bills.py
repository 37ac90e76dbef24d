"""Tenants' online payments of their bills."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import grant, protect_by_mall, protect_by_tenant

revision = '0045_online_bills'
down_revision = '0044_tenancy'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'tenant_checkout',
        sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('tenant_id', sa.BigInteger, nullable=False),
        sa.Column('amount_fen', sa.BigInteger, nullable=False),
        sa.Column('allocation_order', sa.String, nullable=False),
        sa.Column('opened_by', sa.String, nullable=False),
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('payment_id', sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint('mall_id', 'key'),
        sa.ForeignKeyConstraint(['mall_id', 'tenant_id'], ['tenant.mall_id', 'tenant.id']),
        sa.ForeignKeyConstraint(['mall_id', 'payment_id'], ['tenant_payment.mall_id', 'tenant_payment.id']),
        sa.CheckConstraint('amount_fen > 0', name='positive'),
    )
    op.create_index('ix_tenant_checkout_tenant', 'tenant_checkout', ['mall_id', 'tenant_id', 'opened_at'])
    op.execute(protect_by_mall('tenant_checkout'))
    op.execute(protect_by_tenant('tenant_checkout'))
    op.execute(grant('tenant_checkout', ('SELECT', 'INSERT', 'UPDATE')))


def downgrade() -> None:
    op.drop_table('tenant_checkout')
