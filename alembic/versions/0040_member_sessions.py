"""Members sign in by a one-time code."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import grant, protect_by_mall

revision = '0040_member_sessions'
down_revision = '0063_safety'
branch_labels = None
depends_on = None

TABLES = ('member_login_code', 'member_session')


def upgrade() -> None:
    op.create_table(
        'member_login_code',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('phone_index', sa.LargeBinary, nullable=False),
        sa.Column('code_hash', sa.LargeBinary, nullable=False),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('attempts', sa.Integer, nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('attempts >= 0', name='ck_member_login_code_attempts_not_negative'),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_member_login_code_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_member_login_code'),
    )
    op.create_index('ix_member_login_code_phone', 'member_login_code', ['mall_id', 'phone_index', 'sent_at'])
    op.create_table(
        'member_session',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=False),
        sa.Column('token_hash', sa.LargeBinary, nullable=False),
        sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['mall_id', 'member_id'], ['member.mall_id', 'member.id'], name='fk_member_session_mall_id_member_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_member_session_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_member_session'),
        sa.UniqueConstraint('mall_id', 'token_hash', name='uq_member_session_mall_id_token_hash'),
    )
    op.create_index('ix_member_session_member', 'member_session', ['mall_id', 'member_id'])
    for table in TABLES:
        op.execute(protect_by_mall(table))
        op.execute(grant(table, ('SELECT', 'INSERT', 'UPDATE', 'DELETE')))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
