"""Tills sell from stock and sign what they sell offline; price lists; suspended baskets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.migration import grant, protect_by_mall

revision = '0035_tills'
down_revision = '0024_aftersales'
branch_labels = None
depends_on = None

TABLES = ('sale_price', 'sale_suspended')


def upgrade() -> None:
    op.add_column('sale_till', sa.Column('location', sa.String, nullable=False, server_default=''))
    op.add_column('sale_till', sa.Column('key_sealed', sa.LargeBinary, nullable=True))
    op.add_column('sale', sa.Column('is_offline', sa.Boolean, nullable=False, server_default=sa.false()))
    op.alter_column('sale_till', 'location', server_default=None)
    op.alter_column('sale', 'is_offline', server_default=None)
    op.create_index('ix_sale_shift', 'sale', ['mall_id', 'shift_id'])
    op.create_index('ix_sale_day', 'sale', ['mall_id', 'business_on', 'occurred_at'])
    _create_sale_price()
    _create_sale_suspended()
    for table in TABLES:
        op.execute(protect_by_mall(table))
        op.execute(grant(table, ('SELECT', 'INSERT', 'UPDATE')))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_index('ix_sale_day', 'sale')
    op.drop_index('ix_sale_shift', 'sale')
    op.drop_column('sale', 'is_offline')
    op.drop_column('sale_till', 'key_sealed')
    op.drop_column('sale_till', 'location')


def _create_sale_price() -> None:
    op.create_table(
        'sale_price',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('shop', sa.String, nullable=False),
        sa.Column('sku', sa.String, nullable=False),
        sa.Column('category', sa.String, nullable=False),
        sa.Column('unit_fen', sa.BigInteger, nullable=False),
        sa.Column('is_active', sa.Boolean, nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_sale_price_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_sale_price'),
        sa.UniqueConstraint('mall_id', 'shop', 'sku', name='uq_sale_price_mall_id_shop_sku'),
        sa.CheckConstraint('unit_fen >= 0', name='ck_sale_price_not_negative'),
    )


def _create_sale_suspended() -> None:
    op.create_table(
        'sale_suspended',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('till_id', sa.BigInteger, nullable=False),
        sa.Column('shop', sa.String, nullable=False),
        sa.Column('label', sa.String, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=True),
        sa.Column('items', JSONB, nullable=False),
        sa.Column('suspended_by', sa.String, nullable=False),
        sa.Column('suspended_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ended_as', sa.String, nullable=False),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_sale_suspended_mall_id'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'till_id'], ['sale_till.mall_id', 'sale_till.id'], name='fk_sale_suspended_mall_id_till_id'
        ),
        sa.PrimaryKeyConstraint('id', name='pk_sale_suspended'),
        sa.UniqueConstraint('mall_id', 'key', name='uq_sale_suspended_mall_id_key'),
    )
    op.create_index(
        'ix_sale_suspended_open', 'sale_suspended', ['mall_id', 'shop'], postgresql_where=sa.text('ended_at IS NULL')
    )
