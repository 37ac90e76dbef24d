"""Shops hand their auditors' certificates in."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import forbid_change, grant, protect_by_mall, protect_by_tenant

revision = '0053_certificate_uploads'
down_revision = '0053_certificates'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'certificate_upload',
        sa.Column('id', sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False),
        sa.Column('lease_id', sa.BigInteger, nullable=False),
        sa.Column('tenant_id', sa.BigInteger, nullable=False),
        sa.Column('year', sa.Integer, nullable=False),
        sa.Column('audited_gto_fen', sa.BigInteger, nullable=False),
        sa.Column('document', sa.String, nullable=False),
        sa.Column('attachment', sa.String, nullable=False),
        sa.Column('uploaded_by', sa.String, nullable=False),
        sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['mall_id', 'lease_id'], ['lease.mall_id', 'lease.id']),
    )
    op.create_index('ix_certificate_upload_lease', 'certificate_upload', ['mall_id', 'lease_id', 'year'])
    op.execute(protect_by_mall('certificate_upload'))
    op.execute(protect_by_tenant('certificate_upload'))
    op.execute(grant('certificate_upload', ('SELECT', 'INSERT')))
    op.execute(forbid_change('certificate_upload'))


def downgrade() -> None:
    op.drop_table('certificate_upload')
