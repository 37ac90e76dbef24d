"""Webhooks: endpoints and deliveries; API keys that are bound to a tenant."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from domain.shared.migration import grant, protect_by_mall, protect_by_tenant

revision = '0046_webhooks'
down_revision = '0045_online_bills'
branch_labels = None
depends_on = None

SCOPED = ('webhook_endpoint', 'webhook_delivery')


def upgrade() -> None:
    op.add_column('api_key', sa.Column('tenant_id', sa.BigInteger, nullable=True))
    op.create_table(
        'webhook_endpoint', _key(), _mall(), _tenant(),
        sa.Column('url', sa.String, nullable=False),
        sa.Column('events', ARRAY(sa.Text), nullable=False),
        sa.Column('sealed_secret', sa.LargeBinary, nullable=False),
        sa.Column('allows_private', sa.Boolean, nullable=False),
        sa.Column('created_by', sa.String, nullable=False),
        _at('created_at'),
        _at('ended_at', nullable=True),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.ForeignKeyConstraint(['mall_id', 'tenant_id'], ['tenant.mall_id', 'tenant.id']),
    )  # fmt: skip
    op.create_table(
        'webhook_delivery', _key(), _mall(), _tenant(),
        sa.Column('endpoint_id', sa.BigInteger, nullable=False),
        sa.Column('event_id', sa.String, nullable=False),
        sa.Column('event', sa.String, nullable=False),
        sa.Column('facts', JSONB, nullable=False),
        sa.Column('state', sa.String, nullable=False),
        sa.Column('tries', sa.Integer, nullable=False),
        _at('created_at'),
        _at('next_try_at'),
        sa.Column('last_status', sa.Integer, nullable=True),
        sa.Column('last_error', sa.String, nullable=False),
        sa.UniqueConstraint('mall_id', 'endpoint_id', 'event_id'),
        sa.ForeignKeyConstraint(['mall_id', 'endpoint_id'], ['webhook_endpoint.mall_id', 'webhook_endpoint.id']),
        sa.CheckConstraint("state IN ('waiting', 'taken', 'given_up')", name='known_state'),
    )  # fmt: skip
    op.create_index(
        'ix_webhook_delivery_due', 'webhook_delivery', ['mall_id', 'next_try_at'],
        postgresql_where=sa.text("state = 'waiting'"),
    )  # fmt: skip
    for table in SCOPED:
        op.execute(protect_by_mall(table))
        op.execute(protect_by_tenant(table))
        op.execute(grant(table, ('SELECT', 'INSERT', 'UPDATE')))


def downgrade() -> None:
    for table in reversed(SCOPED):
        op.drop_table(table)
    op.drop_column('api_key', 'tenant_id')


def _key() -> sa.Column:
    return sa.Column('id', sa.BigInteger, sa.Identity(), primary_key=True)


def _mall() -> sa.Column:
    return sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False)


def _tenant() -> sa.Column:
    return sa.Column('tenant_id', sa.BigInteger, nullable=True)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
