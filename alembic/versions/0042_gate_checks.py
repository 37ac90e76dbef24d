"""Codes of permits and what the gate made of them; reviews may send a filing back instead of refusing it."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import forbid_change, grant, protect_by_mall, protect_by_tenant

revision = '0042_gate_checks'
down_revision = '0041_meter_photos'
branch_labels = None
depends_on = None

CODE = "upper(left(replace(gen_random_uuid()::text, '-', ''), 8))"


def upgrade() -> None:
    op.add_column('permit', sa.Column('code', sa.String, nullable=False, server_default=sa.text(CODE)))
    op.create_unique_constraint('uq_permit_code', 'permit', ['mall_id', 'code'])
    op.create_table(
        'gate_check',
        sa.Column('id', sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False),
        sa.Column('permit_id', sa.BigInteger, nullable=False),
        sa.Column('tenant_id', sa.BigInteger, nullable=False),
        sa.Column('verdict', sa.String, nullable=False),
        sa.Column('note', sa.String, nullable=False),
        sa.Column('checked_by', sa.String, nullable=False),
        sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['mall_id', 'permit_id'], ['permit.mall_id', 'permit.id']),
        sa.CheckConstraint("verdict IN ('passed', 'stopped')", name='known_verdict'),
    )
    op.create_index('ix_gate_check_permit', 'gate_check', ['mall_id', 'permit_id'])
    op.execute(protect_by_mall('gate_check'))
    op.execute(protect_by_tenant('gate_check'))
    op.execute(grant('gate_check', ('SELECT', 'INSERT')))
    op.execute(forbid_change('gate_check'))
    _allow("'pending', 'approved', 'rejected', 'returned'")


def downgrade() -> None:
    _allow("'pending', 'approved', 'rejected'")
    op.drop_table('gate_check')
    op.drop_constraint('uq_permit_code', 'permit')
    op.drop_column('permit', 'code')


def _allow(states: str) -> None:
    op.drop_constraint('known_status', 'approval', type_='check')
    op.create_check_constraint('known_status', 'approval', f'status IN ({states})')
