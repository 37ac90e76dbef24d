"""Photographs and papers of every slice in one table; those of meters move into it."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import forbid_change, grant, protect_by_mall

revision = '0053_attachments'
down_revision = '0052_member_acts'
branch_labels = None
depends_on = None

KINDS = "kind IN ('image/jpeg', 'image/png', 'image/webp', 'application/pdf')"

# A tenant's people see what they kept, and the photographs of the readings that they see.
SCOPE = """
CREATE POLICY tenant_scope ON attachment AS RESTRICTIVE
    USING (app_tenant() IS NULL OR tenant_id = app_tenant() OR purpose = 'meter' AND EXISTS (
        SELECT FROM meter_reading r WHERE r.mall_id = attachment.mall_id AND r.photo = attachment.name))
    WITH CHECK (app_tenant() IS NULL OR tenant_id = app_tenant());
"""
PHOTO_SCOPE = """
CREATE POLICY tenant_scope ON meter_photo AS RESTRICTIVE USING (app_tenant() IS NULL OR EXISTS (
    SELECT FROM meter_reading r WHERE r.mall_id = meter_photo.mall_id AND r.photo = meter_photo.name));
"""


def upgrade() -> None:
    op.create_table(
        'attachment',
        sa.Column('id', sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False),
        sa.Column('tenant_id', sa.BigInteger),
        sa.Column('purpose', sa.String, nullable=False),
        sa.Column('name', sa.String, nullable=False),
        sa.Column('kind', sa.String, nullable=False),
        sa.Column('content', sa.LargeBinary, nullable=False),
        sa.Column('kept_by', sa.String, nullable=False),
        sa.Column('kept_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['mall_id', 'tenant_id'], ['tenant.mall_id', 'tenant.id']),
        sa.CheckConstraint(KINDS, name='known_kind'),
    )
    once = ['mall_id', 'purpose', 'name', sa.text('coalesce(tenant_id, 0)')]
    op.create_index('uq_attachment_once', 'attachment', once, unique=True)
    op.execute("""
        INSERT INTO attachment (mall_id, purpose, name, kind, content, kept_by, kept_at)
        SELECT mall_id, 'meter', name, kind, content, taken_by, taken_at FROM meter_photo
    """)
    op.execute(protect_by_mall('attachment'))
    op.execute(SCOPE)
    op.execute(grant('attachment', ('SELECT', 'INSERT')))
    op.execute(forbid_change('attachment'))
    op.drop_table('meter_photo')


def downgrade() -> None:
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
    op.execute("""
        INSERT INTO meter_photo SELECT mall_id, name, kind, content, kept_by, kept_at FROM attachment
        WHERE purpose = 'meter' AND tenant_id IS NULL
    """)
    op.execute(protect_by_mall('meter_photo'))
    op.execute(PHOTO_SCOPE)
    op.execute(grant('meter_photo', ('SELECT', 'INSERT')))
    op.execute(forbid_change('meter_photo'))
    op.drop_table('attachment')
