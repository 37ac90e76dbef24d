"""After-sales: photographed receipts, requests."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import grant, protect_by_mall

revision = '0024_aftersales'
down_revision = '0023_sales'
branch_labels = None
depends_on = None

SCOPED = {
    'receipt_claim': ('SELECT', 'INSERT', 'UPDATE'),
    'service_request': ('SELECT', 'INSERT', 'UPDATE'),
}


def upgrade() -> None:
    _create_receipt_claim()
    _create_service_request()
    for table, verbs in SCOPED.items():
        op.execute(protect_by_mall(table))
        op.execute(grant(table, verbs))


def downgrade() -> None:
    for table in reversed(SCOPED):
        op.drop_table(table)


def _create_receipt_claim() -> None:
    op.create_table(
        'receipt_claim',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=False),
        sa.Column('shop', sa.String, nullable=False),
        sa.Column('bought_on', sa.Date, nullable=False),
        sa.Column('bought_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('fen', sa.BigInteger, nullable=False),
        sa.Column('receipt_no', sa.String, nullable=False),
        sa.Column('category', sa.String, nullable=False),
        sa.Column('photo_hash', sa.String, nullable=False),
        sa.Column('state', sa.String, nullable=False),
        sa.Column('duplicate_of_id', sa.BigInteger, nullable=True),
        sa.Column('points', sa.BigInteger, nullable=False),
        sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('decided_by', sa.String, nullable=True),
        sa.CheckConstraint("state IN ('accepted', 'held', 'rejected')", name='ck_receipt_claim_known_state'),
        sa.CheckConstraint('fen > 0', name='ck_receipt_claim_fen_positive'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'duplicate_of_id'],
            ['receipt_claim.mall_id', 'receipt_claim.id'],
            name='fk_receipt_claim_mall_id_duplicate_of_id',
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_receipt_claim_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_receipt_claim'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_receipt_claim_mall_id_id'),
        sa.UniqueConstraint('mall_id', 'key', name='uq_receipt_claim_mall_id_key'),
    )
    op.create_index(
        'ix_receipt_claim_queue', 'receipt_claim', ['mall_id', 'claimed_at'], postgresql_where=sa.text("state = 'held'")
    )
    op.create_index(
        'uq_receipt_claim_once',
        'receipt_claim',
        ['mall_id', 'shop', 'bought_on', 'fen', 'receipt_no'],
        unique=True,
        postgresql_where=sa.text("state <> 'rejected'"),
    )


def _create_service_request() -> None:
    op.create_table(
        'service_request',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('sale_key', sa.String, nullable=False),
        sa.Column('line', sa.Integer, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=True),
        sa.Column('shop', sa.String, nullable=False),
        sa.Column('complaint', sa.String, nullable=False),
        sa.Column('state', sa.String, nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('answer', sa.String, nullable=False),
        sa.Column('answered_by', sa.String, nullable=True),
        sa.CheckConstraint("state IN ('open', 'escalated', 'answered')", name='ck_service_request_known_state'),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_service_request_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_service_request'),
        sa.UniqueConstraint('mall_id', 'key', name='uq_service_request_mall_id_key'),
    )
    op.create_index(
        'ix_service_request_due', 'service_request', ['mall_id', 'due_at'], postgresql_where=sa.text("state = 'open'")
    )
    op.create_index('ix_service_request_shop', 'service_request', ['mall_id', 'shop', 'asked_at'])
