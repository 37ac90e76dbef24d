"""Orders above a mall's limit wait for approval."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import grant, protect_by_mall

revision = '0048_order_approvals'
down_revision = '0050_implied_malls'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'purchase_order', sa.Column('awaits_approval', sa.Boolean, nullable=False, server_default=sa.text('false'))
    )
    op.create_table(
        'purchase_limit',
        sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), primary_key=True),
        sa.Column('limit_fen', sa.BigInteger, nullable=False),
        sa.Column('set_by', sa.String, nullable=False),
        sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(protect_by_mall('purchase_limit'))
    op.execute(grant('purchase_limit', ('SELECT', 'INSERT', 'UPDATE')))


def downgrade() -> None:
    op.drop_table('purchase_limit')
    op.drop_column('purchase_order', 'awaits_approval')
