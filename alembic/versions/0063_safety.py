"""Safety: hazards that cameras hint at, what the fire panel says, who looked at what."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import forbid_change, grant, protect_by_mall

revision = '0063_safety'
down_revision = '0035_tills'
branch_labels = None
depends_on = None

TABLES = ('viewing', 'fire_signal', 'hazard_observation', 'hazard')


def upgrade() -> None:
    op.create_table(
        'hazard',
        sa.Column('id', sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False),
        sa.Column('device_id', sa.BigInteger, nullable=False),
        sa.Column('code', sa.String, nullable=False),
        sa.Column('kind', sa.String, nullable=False),
        sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('cleared_at', sa.DateTime(timezone=True)),
        sa.Column('value', sa.Float, nullable=False),
        sa.Column('limit_value', sa.Float, nullable=False),
        sa.Column('box', sa.ARRAY(sa.Float)),
        sa.Column('clip', sa.String),
        sa.Column('occurrences', sa.Integer, nullable=False, server_default='1'),
        sa.Column('priority', sa.String, nullable=False, server_default='normal'),
        sa.Column('state', sa.String, nullable=False, server_default='open'),
        sa.Column('reason', sa.String),
        sa.Column('note', sa.String, nullable=False, server_default=''),
        sa.Column('reviewed_at', sa.DateTime(timezone=True)),
        sa.Column('reviewed_by', sa.String),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.ForeignKeyConstraint(['mall_id', 'device_id'], ['device.mall_id', 'device.id']),
        sa.CheckConstraint("state IN ('open', 'confirmed', 'dismissed')", name='state'),
        sa.CheckConstraint("priority IN ('normal', 'high', 'linked')", name='priority'),
        sa.CheckConstraint("(state = 'open') = (reviewed_at IS NULL)", name='reviewed'),
        sa.CheckConstraint('cleared_at IS NULL OR cleared_at >= raised_at', name='in_order'),
    )
    op.create_index('ix_hazard_mall_id_raised_at', 'hazard', ['mall_id', 'raised_at'])
    op.create_index(
        'ix_hazard_open', 'hazard', ['mall_id', 'device_id', 'code'], postgresql_where=sa.text("state = 'open'")
    )
    op.create_table(
        'hazard_observation',
        sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False),
        sa.Column('device_id', sa.BigInteger, nullable=False),
        sa.Column('seq', sa.BigInteger, nullable=False),
        sa.Column('hazard_id', sa.BigInteger, nullable=False),
        sa.Column('alarm', sa.String, nullable=False),
        sa.Column('edge', sa.String, nullable=False),
        sa.Column('value', sa.Float, nullable=False),
        sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('mall_id', 'device_id', 'seq'),
        sa.ForeignKeyConstraint(['mall_id', 'hazard_id'], ['hazard.mall_id', 'hazard.id']),
        sa.CheckConstraint("edge IN ('raised', 'cleared')", name='edge'),
    )
    op.create_index(
        'ix_hazard_observation_mall_id_device_id_alarm', 'hazard_observation', ['mall_id', 'device_id', 'alarm']
    )
    op.create_index('ix_hazard_observation_mall_id_hazard_id', 'hazard_observation', ['mall_id', 'hazard_id'])
    op.create_table(
        'fire_signal',
        sa.Column('id', sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False),
        sa.Column('source', sa.String, nullable=False),
        sa.Column('code', sa.String, nullable=False),
        sa.Column('floor_id', sa.BigInteger),
        sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint('mall_id', 'code', 'occurred_at'),
        sa.ForeignKeyConstraint(['mall_id', 'floor_id'], ['floor.mall_id', 'floor.id']),
        sa.CheckConstraint("source IN ('detector', 'manual_call_point')", name='source'),
    )
    op.create_index('ix_fire_signal_mall_id_occurred_at', 'fire_signal', ['mall_id', 'occurred_at'])
    op.create_table(
        'viewing',
        sa.Column('id', sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False),
        sa.Column('what', sa.String, nullable=False),
        sa.Column('device_code', sa.String, nullable=False),
        sa.Column('hazard_id', sa.BigInteger),
        sa.Column('viewed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('viewed_by', sa.String, nullable=False),
        sa.Column('account_id', sa.BigInteger),
        sa.ForeignKeyConstraint(['mall_id', 'hazard_id'], ['hazard.mall_id', 'hazard.id']),
        sa.CheckConstraint("what IN ('clip', 'live')", name='what'),
    )
    op.create_index('ix_viewing_mall_id_viewed_at', 'viewing', ['mall_id', 'viewed_at'])
    for table in TABLES:
        op.execute(protect_by_mall(table))
    op.execute(grant('hazard', ('SELECT', 'INSERT', 'UPDATE')))
    for table in ('hazard_observation', 'fire_signal', 'viewing'):
        op.execute(grant(table, ('SELECT', 'INSERT')))
        op.execute(forbid_change(table))


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
