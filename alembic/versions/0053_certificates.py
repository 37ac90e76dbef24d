"""A year is reconciled with the file of its certificate."""

import sqlalchemy as sa
from alembic import op

revision = '0053_certificates'
down_revision = '0053_order_photos'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('turnover_certificate', sa.Column('attachment', sa.String))


def downgrade() -> None:
    op.drop_column('turnover_certificate', 'attachment')
