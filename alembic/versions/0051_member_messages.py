"""What members were told: receipts and returns, in a box of their own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from domain.shared.migration import grant, protect_by_mall

revision = '0051_member_messages'
down_revision = '0049_price_versions'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'member_message',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=False),
        sa.Column('origin_id', sa.BigInteger, nullable=False),
        sa.Column('kind', sa.String, nullable=False),
        sa.Column('reference', sa.String, nullable=False),
        sa.Column('words', sa.String, nullable=False),
        sa.Column('facts', postgresql.JSONB, nullable=False),
        sa.Column('receipt_key', sa.String, nullable=False),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_member_message_mall_id'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'member_id'], ['member.mall_id', 'member.id'], name='fk_member_message_mall_id_member_id'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'origin_id'], ['member.mall_id', 'member.id'], name='fk_member_message_mall_id_origin_id'
        ),
        sa.PrimaryKeyConstraint('id', name='pk_member_message'),
        sa.UniqueConstraint('mall_id', 'kind', 'reference', name='uq_member_message_mall_id_kind_reference'),
        sa.CheckConstraint("kind IN ('receipt', 'return')", name='ck_member_message_known_kind'),
    )
    op.create_index('ix_member_message_member', 'member_message', ['mall_id', 'member_id', 'id'])
    op.execute(protect_by_mall('member_message'))
    op.execute(grant('member_message', ('SELECT', 'INSERT', 'UPDATE', 'DELETE')))


def downgrade() -> None:
    op.drop_table('member_message')
