"""Days typed in with a photograph of the Z report wait until somebody accepts them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.migration import grant, protect_by_mall, protect_by_tenant

revision = '0053_z_reports'
down_revision = '0053_attachments'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'turnover_report',
        sa.Column('id', sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False),
        sa.Column('lease_id', sa.BigInteger, nullable=False),
        sa.Column('tenant_id', sa.BigInteger, nullable=False),
        sa.Column('category', sa.String, nullable=False),
        sa.Column('happened_on', sa.Date, nullable=False),
        sa.Column('facts', JSONB, nullable=False),
        sa.Column('photo', sa.String, nullable=False),
        sa.Column('state', sa.String, nullable=False),
        sa.Column('reported_by', sa.String, nullable=False),
        sa.Column('reported_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('decided_by', sa.String),
        sa.Column('decided_at', sa.DateTime(timezone=True)),
        sa.Column('reason', sa.String, nullable=False),
        sa.ForeignKeyConstraint(['mall_id', 'lease_id'], ['lease.mall_id', 'lease.id']),
        sa.CheckConstraint("state IN ('waiting', 'accepted', 'rejected', 'withdrawn')", name='known_state'),
        sa.CheckConstraint("(decided_at IS NULL) = (state = 'waiting')", name='decided_or_waiting'),
    )
    day = ['mall_id', 'lease_id', 'category', 'happened_on']
    waiting = sa.text("state = 'waiting'")
    op.create_index('uq_turnover_report_waiting', 'turnover_report', day, unique=True, postgresql_where=waiting)
    op.create_index('ix_turnover_report_lease', 'turnover_report', ['mall_id', 'lease_id', 'happened_on'])
    op.execute(protect_by_mall('turnover_report'))
    op.execute(protect_by_tenant('turnover_report'))
    op.execute(grant('turnover_report', ('SELECT', 'INSERT', 'UPDATE')))


def downgrade() -> None:
    op.drop_table('turnover_report')
