"""Charges of other slices, each once."""

import sqlalchemy as sa
from alembic import op

revision = '0058_fee_origins'
down_revision = '0057_withdrawals'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('lease_fee', sa.Column('origin', sa.String, nullable=True))
    op.create_unique_constraint('uq_lease_fee_origin', 'lease_fee', ['mall_id', 'origin'])


def downgrade() -> None:
    op.drop_constraint('uq_lease_fee_origin', 'lease_fee')
    op.drop_column('lease_fee', 'origin')
