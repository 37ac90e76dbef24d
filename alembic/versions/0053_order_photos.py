"""Steps of work orders cite photographs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = '0053_order_photos'
down_revision = '0053_z_reports'
branch_labels = None
depends_on = None


def upgrade() -> None:
    photos = sa.Column('photos', JSONB, nullable=False, server_default=sa.text("'[]'::jsonb"))
    op.add_column('work_order_step', photos)


def downgrade() -> None:
    op.drop_column('work_order_step', 'photos')
