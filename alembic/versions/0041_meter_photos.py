"""Photographs that prove a reading, kept once by their digest."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import forbid_change, grant, protect_by_mall

revision = '0041_meter_photos'
down_revision = '0032_lease_proposals'
branch_labels = None
depends_on = None

# A tenant's people see the photographs of the readings that they see.
SCOPE = """
CREATE POLICY tenant_scope ON meter_photo AS RESTRICTIVE USING (app_tenant() IS NULL OR EXISTS (
    SELECT FROM meter_reading r WHERE r.mall_id = meter_photo.mall_id AND r.photo = meter_photo.name));
"""


def upgrade() -> None:
    op.create_table(
        'meter_photo',
        sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False),
        sa.Column('name', sa.String, nullable=False),
        sa.Column('kind', sa.String, nullable=False),
        sa.Column('content', sa.LargeBinary, nullable=False),
        sa.Column('taken_by', sa.String, nullable=False),
        sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('mall_id', 'name'),
        sa.CheckConstraint("kind IN ('image/jpeg', 'image/png', 'image/webp')", name='known_kind'),
    )
    op.execute(protect_by_mall('meter_photo'))
    op.execute(SCOPE)
    op.execute(grant('meter_photo', ('SELECT', 'INSERT')))
    op.execute(forbid_change('meter_photo'))


def downgrade() -> None:
    op.drop_table('meter_photo')
