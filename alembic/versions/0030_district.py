"""The district: payments in shops that earn points, their refunds, and cars of which WeChat is to hear."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import grant, protect_by_mall

revision = '0030_district'
down_revision = '0040_member_sessions'
branch_labels = None
depends_on = None

SCOPED = {
    'district_transaction': ('SELECT', 'INSERT', 'UPDATE'),
    'district_refund': ('SELECT', 'INSERT'),
    'district_parking': ('SELECT', 'INSERT', 'UPDATE'),
}


def upgrade() -> None:
    _create_district_transaction()
    _create_district_refund()
    _create_district_parking()
    for table, verbs in SCOPED.items():
        op.execute(protect_by_mall(table))
        op.execute(grant(table, verbs))


def downgrade() -> None:
    for table in ('district_parking', 'district_refund', 'district_transaction'):
        op.drop_table(table)


def _create_district_transaction() -> None:
    op.create_table(
        'district_transaction',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('transaction_no', sa.String, nullable=False),
        sa.Column('openid_sealed', sa.LargeBinary, nullable=False),
        sa.Column('shop', sa.String, nullable=False),
        sa.Column('fen', sa.BigInteger, nullable=False),
        sa.Column('refunded_fen', sa.BigInteger, nullable=False),
        sa.Column('paid_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('state', sa.String, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=True),
        sa.Column('points', sa.BigInteger, nullable=False),
        sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('sync_due_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('synced_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('sync_tries', sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_district_transaction_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_district_transaction'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_district_transaction_mall_id_id'),
        sa.UniqueConstraint('mall_id', 'transaction_no', name='uq_district_transaction_mall_id_transaction_no'),
        sa.CheckConstraint(
            "state IN ('received', 'earned', 'held', 'rejected', 'stranger')",
            name='ck_district_transaction_known_state',
        ),
        sa.CheckConstraint('fen > 0', name='ck_district_transaction_fen_positive'),
        sa.CheckConstraint('refunded_fen BETWEEN 0 AND fen', name='ck_district_transaction_refunds_within_paid'),
    )
    op.create_index(
        'ix_district_transaction_unsettled',
        'district_transaction',
        ['mall_id', 'received_at'],
        postgresql_where=sa.text("state IN ('received', 'held')"),
    )
    op.create_index(
        'ix_district_transaction_due',
        'district_transaction',
        ['mall_id', 'sync_due_at'],
        postgresql_where=sa.text('sync_due_at IS NOT NULL'),
    )


def _create_district_refund() -> None:
    op.create_table(
        'district_refund',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('transaction_id', sa.BigInteger, nullable=False),
        sa.Column('refund_no', sa.String, nullable=False),
        sa.Column('fen', sa.BigInteger, nullable=False),
        sa.Column('source', sa.String, nullable=False),
        sa.Column('points_lost', sa.BigInteger, nullable=False),
        sa.Column('refunded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_district_refund_mall_id'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'transaction_id'],
            ['district_transaction.mall_id', 'district_transaction.id'],
            name='fk_district_refund_mall_id_transaction_id',
        ),
        sa.PrimaryKeyConstraint('id', name='pk_district_refund'),
        sa.UniqueConstraint('mall_id', 'refund_no', name='uq_district_refund_mall_id_refund_no'),
        sa.CheckConstraint('fen > 0', name='ck_district_refund_fen_positive'),
        sa.CheckConstraint("source IN ('notice', 'bill')", name='ck_district_refund_known_source'),
    )


def _create_district_parking() -> None:
    op.create_table(
        'district_parking',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('openid_sealed', sa.LargeBinary, nullable=True),
        sa.Column('plate_sealed', sa.LargeBinary, nullable=True),
        sa.Column('is_inside', sa.Boolean, nullable=False),
        sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('sync_due_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('synced_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('sync_tries', sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_district_parking_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_district_parking'),
        sa.UniqueConstraint('mall_id', 'key', name='uq_district_parking_mall_id_key'),
    )
    op.create_index(
        'ix_district_parking_due',
        'district_parking',
        ['mall_id', 'sync_due_at'],
        postgresql_where=sa.text('sync_due_at IS NOT NULL'),
    )
