"""Benchmarks: what each tenant may know of its peers."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import grant, protect_by_mall, protect_by_tenant

revision = '0012_benchmarks'
down_revision = '0011_purchasing'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'peer_benchmark',
        sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False),
        sa.Column('tenant_id', sa.BigInteger, nullable=False),
        sa.Column('month', sa.Date, nullable=False),
        sa.Column('metric', sa.String, nullable=False),
        sa.Column('own', sa.Float),
        sa.Column('peers', sa.Float),
        sa.Column('hidden_because', sa.String),
        sa.Column('computed_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('mall_id', 'tenant_id', 'month', 'metric'),
        sa.ForeignKeyConstraint(['mall_id', 'tenant_id'], ['tenant.mall_id', 'tenant.id']),
        sa.CheckConstraint('peers IS NULL OR hidden_because IS NULL', name='hidden_is_hidden'),
    )
    op.execute(protect_by_mall('peer_benchmark'))
    op.execute(protect_by_tenant('peer_benchmark'))
    op.execute(grant('peer_benchmark', ('SELECT', 'INSERT', 'UPDATE')))


def downgrade() -> None:
    op.drop_table('peer_benchmark')
