"""Payments: orders, attempts, refunds, exceptions, prepaid cards, bills and settlements."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.migration import forbid_change, grant, protect_by_mall

revision = '0022_payments'
down_revision = '0021_coupons'
branch_labels = None
depends_on = None

SCOPED = {
    'pay_bill_line': ('SELECT', 'INSERT'),
    'pay_exception': ('SELECT', 'INSERT', 'UPDATE'),
    'pay_order': ('SELECT', 'INSERT', 'UPDATE'),
    'pay_settlement': ('SELECT', 'INSERT'),
    'prepaid_card': ('SELECT', 'INSERT', 'UPDATE'),
    'pay_attempt': ('SELECT', 'INSERT', 'UPDATE'),
    'pay_refund': ('SELECT', 'INSERT', 'UPDATE'),
}
NEVER_EDITED = ('pay_bill_line', 'pay_settlement')


def upgrade() -> None:
    _create_pay_bill_line()
    _create_pay_exception()
    _create_pay_order()
    _create_pay_settlement()
    _create_prepaid_card()
    _create_pay_attempt()
    _create_pay_refund()
    for table, verbs in SCOPED.items():
        op.execute(protect_by_mall(table))
        op.execute(grant(table, verbs))
    for table in NEVER_EDITED:
        op.execute(forbid_change(table))


def downgrade() -> None:
    for table in reversed(SCOPED):
        op.drop_table(table)


def _create_pay_bill_line() -> None:
    op.create_table(
        'pay_bill_line',
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('channel', sa.String, nullable=False),
        sa.Column('bill_on', sa.Date, nullable=False),
        sa.Column('out_no', sa.String, nullable=False),
        sa.Column('fen', sa.BigInteger, nullable=False),
        sa.Column('fee_fen', sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_pay_bill_line_mall_id'),
        sa.PrimaryKeyConstraint('mall_id', 'channel', 'bill_on', 'out_no', name='pk_pay_bill_line'),
    )


def _create_pay_exception() -> None:
    op.create_table(
        'pay_exception',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('kind', sa.String, nullable=False),
        sa.Column('subject', sa.String, nullable=False),
        sa.Column('facts', JSONB, nullable=False),
        sa.Column('times', sa.Integer, nullable=False),
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('settled_by', sa.String, nullable=True),
        sa.Column('remark', sa.String, nullable=False),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_pay_exception_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_pay_exception'),
        sa.UniqueConstraint('mall_id', 'kind', 'subject', name='uq_pay_exception_mall_id_kind_subject'),
    )
    op.create_index(
        'ix_pay_exception_open',
        'pay_exception',
        ['mall_id', 'opened_at'],
        postgresql_where=sa.text('settled_at IS NULL'),
    )


def _create_pay_order() -> None:
    op.create_table(
        'pay_order',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('subject', sa.String, nullable=False),
        sa.Column('total_fen', sa.BigInteger, nullable=False),
        sa.Column('paid_fen', sa.BigInteger, nullable=False),
        sa.Column('refunded_fen', sa.BigInteger, nullable=False),
        sa.Column('state', sa.String, nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('created', 'pending', 'paid', 'fulfilled', 'closed')", name='ck_pay_order_known_state'
        ),
        sa.CheckConstraint('paid_fen BETWEEN 0 AND total_fen', name='ck_pay_order_never_overpaid'),
        sa.CheckConstraint('refunded_fen BETWEEN 0 AND paid_fen', name='ck_pay_order_refunds_within_paid'),
        sa.CheckConstraint('total_fen > 0', name='ck_pay_order_something_to_pay'),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_pay_order_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_pay_order'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_pay_order_mall_id_id'),
        sa.UniqueConstraint('mall_id', 'key', name='uq_pay_order_mall_id_key'),
    )


def _create_pay_settlement() -> None:
    op.create_table(
        'pay_settlement',
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('channel', sa.String, nullable=False),
        sa.Column('bill_on', sa.Date, nullable=False),
        sa.Column('fen', sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_pay_settlement_mall_id'),
        sa.PrimaryKeyConstraint('mall_id', 'channel', 'bill_on', name='pk_pay_settlement'),
    )


def _create_prepaid_card() -> None:
    op.create_table(
        'prepaid_card',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('number_index', sa.LargeBinary, nullable=False),
        sa.Column('tail', sa.String, nullable=False),
        sa.Column('account_id', sa.BigInteger, nullable=False),
        sa.Column('is_active', sa.Boolean, nullable=False),
        sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_prepaid_card_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_prepaid_card'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_prepaid_card_mall_id_id'),
        sa.UniqueConstraint('mall_id', 'number_index', name='uq_prepaid_card_mall_id_number_index'),
    )


def _create_pay_attempt() -> None:
    op.create_table(
        'pay_attempt',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('order_id', sa.BigInteger, nullable=False),
        sa.Column('channel', sa.String, nullable=False),
        sa.Column('out_no', sa.String, nullable=False),
        sa.Column('fen', sa.BigInteger, nullable=False),
        sa.Column('refunded_fen', sa.BigInteger, nullable=False),
        sa.Column('state', sa.String, nullable=False),
        sa.Column('is_surplus', sa.Boolean, nullable=False),
        sa.Column('transaction_no', sa.String, nullable=True),
        sa.Column('card_id', sa.BigInteger, nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('paid_on', sa.Date, nullable=True),
        sa.Column('next_query_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('queries', sa.Integer, nullable=False),
        sa.CheckConstraint("state IN ('pending', 'paid', 'unknown', 'closed')", name='ck_pay_attempt_known_state'),
        sa.CheckConstraint('fen > 0', name='ck_pay_attempt_fen_positive'),
        sa.CheckConstraint('refunded_fen BETWEEN 0 AND fen', name='ck_pay_attempt_refunds_within_paid'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'order_id'], ['pay_order.mall_id', 'pay_order.id'], name='fk_pay_attempt_mall_id_order_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_pay_attempt_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_pay_attempt'),
        sa.UniqueConstraint(
            'mall_id', 'channel', 'transaction_no', name='uq_pay_attempt_mall_id_channel_transaction_no'
        ),
        sa.UniqueConstraint('mall_id', 'id', name='uq_pay_attempt_mall_id_id'),
        sa.UniqueConstraint('mall_id', 'out_no', name='uq_pay_attempt_mall_id_out_no'),
    )
    op.create_index('ix_pay_attempt_bill', 'pay_attempt', ['mall_id', 'channel', 'paid_on'])
    op.create_index(
        'ix_pay_attempt_open',
        'pay_attempt',
        ['mall_id', 'next_query_at'],
        postgresql_where=sa.text("state IN ('pending', 'unknown')"),
    )
    op.create_index('ix_pay_attempt_order', 'pay_attempt', ['mall_id', 'order_id'])


def _create_pay_refund() -> None:
    op.create_table(
        'pay_refund',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('attempt_id', sa.BigInteger, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('out_no', sa.String, nullable=False),
        sa.Column('fen', sa.BigInteger, nullable=False),
        sa.Column('reason', sa.String, nullable=False),
        sa.Column('state', sa.String, nullable=False),
        sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('done_on', sa.Date, nullable=True),
        sa.Column('tries', sa.Integer, nullable=False),
        sa.CheckConstraint("reason IN ('customer', 'surplus', 'late')", name='ck_pay_refund_known_reason'),
        sa.CheckConstraint("state IN ('requested', 'done')", name='ck_pay_refund_known_state'),
        sa.CheckConstraint('fen > 0', name='ck_pay_refund_fen_positive'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'attempt_id'],
            ['pay_attempt.mall_id', 'pay_attempt.id'],
            name='fk_pay_refund_mall_id_attempt_id',
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_pay_refund_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_pay_refund'),
        sa.UniqueConstraint('mall_id', 'key', 'attempt_id', name='uq_pay_refund_mall_id_key_attempt_id'),
        sa.UniqueConstraint('mall_id', 'out_no', name='uq_pay_refund_mall_id_out_no'),
    )
    op.create_index(
        'ix_pay_refund_open', 'pay_refund', ['mall_id', 'id'], postgresql_where=sa.text("state = 'requested'")
    )
