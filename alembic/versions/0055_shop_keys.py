"""Shops make their own API keys, hidden from other shops by the database; webhooks can be paused."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import protect_by_tenant

revision = '0055_shop_keys'
down_revision = '0053_certificate_uploads'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('webhook_endpoint', sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True))
    # A key is looked up before its mall is known, so without a mall all keys are visible.
    op.execute("""
        ALTER TABLE api_key ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mall_scope ON api_key
            USING (app_mall() IS NULL OR home_mall_id = app_mall())
            WITH CHECK (home_mall_id = app_mall());
    """)
    op.execute(protect_by_tenant('api_key'))
    op.create_index('ix_api_key_home_mall_id_tenant_id', 'api_key', ['home_mall_id', 'tenant_id'])


def downgrade() -> None:
    op.drop_index('ix_api_key_home_mall_id_tenant_id', 'api_key')
    op.execute('DROP POLICY tenant_scope ON api_key')
    op.execute('DROP POLICY mall_scope ON api_key')
    op.execute('ALTER TABLE api_key DISABLE ROW LEVEL SECURITY')
    op.drop_column('webhook_endpoint', 'paused_at')
