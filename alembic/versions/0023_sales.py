"""Sales: tills, shifts, cash moves, sales, tenders, returns."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.migration import forbid_change, grant, protect_by_mall

revision = '0023_sales'
down_revision = '0022_payments'
branch_labels = None
depends_on = None

SCOPED = {
    'sale_till': ('SELECT', 'INSERT', 'UPDATE'),
    'sale_shift': ('SELECT', 'INSERT', 'UPDATE'),
    'sale': ('SELECT', 'INSERT', 'UPDATE'),
    'sale_cash_move': ('SELECT', 'INSERT'),
    'sale_return': ('SELECT', 'INSERT'),
    'sale_tender': ('SELECT', 'INSERT'),
}
NEVER_EDITED = ('sale_cash_move', 'sale_return', 'sale_tender')


def upgrade() -> None:
    _create_sale_till()
    _create_sale_shift()
    _create_sale()
    _create_sale_cash_move()
    _create_sale_return()
    _create_sale_tender()
    for table, verbs in SCOPED.items():
        op.execute(protect_by_mall(table))
        op.execute(grant(table, verbs))
    for table in NEVER_EDITED:
        op.execute(forbid_change(table))


def downgrade() -> None:
    for table in reversed(SCOPED):
        op.drop_table(table)


def _create_sale_till() -> None:
    op.create_table(
        'sale_till',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('code', sa.String, nullable=False),
        sa.Column('shop', sa.String, nullable=False),
        sa.Column('is_active', sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_sale_till_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_sale_till'),
        sa.UniqueConstraint('mall_id', 'code', name='uq_sale_till_mall_id_code'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_sale_till_mall_id_id'),
    )


def _create_sale_shift() -> None:
    op.create_table(
        'sale_shift',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('till_id', sa.BigInteger, nullable=False),
        sa.Column('cashier', sa.String, nullable=False),
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('business_on', sa.Date, nullable=False),
        sa.Column('float_fen', sa.BigInteger, nullable=False),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('counted_fen', sa.BigInteger, nullable=True),
        sa.Column('expected_fen', sa.BigInteger, nullable=True),
        sa.CheckConstraint('float_fen >= 0', name='ck_sale_shift_float_not_negative'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'till_id'], ['sale_till.mall_id', 'sale_till.id'], name='fk_sale_shift_mall_id_till_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_sale_shift_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_sale_shift'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_sale_shift_mall_id_id'),
    )
    op.create_index(
        'uq_sale_shift_open',
        'sale_shift',
        ['mall_id', 'till_id'],
        unique=True,
        postgresql_where=sa.text('closed_at IS NULL'),
    )


def _create_sale() -> None:
    op.create_table(
        'sale',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('shift_id', sa.BigInteger, nullable=False),
        sa.Column('shop', sa.String, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=True),
        sa.Column('state', sa.String, nullable=False),
        sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('business_on', sa.Date, nullable=False),
        sa.Column('lines', JSONB, nullable=False),
        sa.Column('price_fen', sa.BigInteger, nullable=False),
        sa.Column('discount_fen', sa.BigInteger, nullable=False),
        sa.Column('points_fen', sa.BigInteger, nullable=False),
        sa.Column('points', sa.BigInteger, nullable=False),
        sa.Column('money_fen', sa.BigInteger, nullable=False),
        sa.Column('discounts', JSONB, nullable=False),
        sa.Column('earned_points', sa.BigInteger, nullable=False),
        sa.Column('seconds', sa.Integer, nullable=False),
        sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'confirmed', 'paid', 'abandoned', 'training')", name='ck_sale_known_state'
        ),
        sa.CheckConstraint('price_fen = discount_fen + points_fen + money_fen', name='ck_sale_adds_up'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'shift_id'], ['sale_shift.mall_id', 'sale_shift.id'], name='fk_sale_mall_id_shift_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_sale_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_sale'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_sale_mall_id_id'),
        sa.UniqueConstraint('mall_id', 'key', name='uq_sale_mall_id_key'),
    )
    op.create_index('ix_sale_member', 'sale', ['mall_id', 'member_id', 'occurred_at'])
    op.create_index('ix_sale_shop', 'sale', ['mall_id', 'shop', 'business_on'])


def _create_sale_cash_move() -> None:
    op.create_table(
        'sale_cash_move',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('shift_id', sa.BigInteger, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('fen', sa.BigInteger, nullable=False),
        sa.Column('reason', sa.String, nullable=False),
        sa.Column('moved_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['mall_id', 'shift_id'], ['sale_shift.mall_id', 'sale_shift.id'], name='fk_sale_cash_move_mall_id_shift_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_sale_cash_move_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_sale_cash_move'),
        sa.UniqueConstraint('mall_id', 'key', name='uq_sale_cash_move_mall_id_key'),
    )


def _create_sale_return() -> None:
    op.create_table(
        'sale_return',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('sale_id', sa.BigInteger, nullable=False),
        sa.Column('shift_id', sa.BigInteger, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('lines', JSONB, nullable=False),
        sa.Column('money_fen', sa.BigInteger, nullable=False),
        sa.Column('cash_fen', sa.BigInteger, nullable=False),
        sa.Column('points', sa.BigInteger, nullable=False),
        sa.Column('clawed_points', sa.BigInteger, nullable=False),
        sa.Column('deducted_fen', sa.BigInteger, nullable=False),
        sa.Column('returned_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['mall_id', 'sale_id'], ['sale.mall_id', 'sale.id'], name='fk_sale_return_mall_id_sale_id'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'shift_id'], ['sale_shift.mall_id', 'sale_shift.id'], name='fk_sale_return_mall_id_shift_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_sale_return_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_sale_return'),
        sa.UniqueConstraint('mall_id', 'key', name='uq_sale_return_mall_id_key'),
    )
    op.create_index('ix_sale_return_shift', 'sale_return', ['mall_id', 'shift_id'])


def _create_sale_tender() -> None:
    op.create_table(
        'sale_tender',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('sale_id', sa.BigInteger, nullable=False),
        sa.Column('shift_id', sa.BigInteger, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('fen', sa.BigInteger, nullable=False),
        sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['mall_id', 'sale_id'], ['sale.mall_id', 'sale.id'], name='fk_sale_tender_mall_id_sale_id'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'shift_id'], ['sale_shift.mall_id', 'sale_shift.id'], name='fk_sale_tender_mall_id_shift_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_sale_tender_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_sale_tender'),
        sa.UniqueConstraint('mall_id', 'key', name='uq_sale_tender_mall_id_key'),
    )
    op.create_index('ix_sale_tender_shift', 'sale_tender', ['mall_id', 'shift_id'])
