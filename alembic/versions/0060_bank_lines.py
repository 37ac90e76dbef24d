"""What the payment channels paid into the account, from the bank's statements."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import grant, protect_by_mall

revision = '0060_bank_lines'
down_revision = '0058_fee_origins'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'pay_bank_line',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('channel', sa.String, nullable=False),
        sa.Column('booked_on', sa.Date, nullable=False),
        sa.Column('fen', sa.BigInteger, nullable=False),
        sa.Column('payer', sa.String, nullable=False),
        sa.Column('reference', sa.String, nullable=False),
        sa.Column('first_on', sa.Date),
        sa.Column('last_on', sa.Date),
        sa.Column('is_exact', sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column('imported_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_pay_bank_line_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_pay_bank_line'),
        sa.UniqueConstraint(
            'mall_id', 'booked_on', 'reference', 'fen', name='uq_pay_bank_line_mall_id_booked_on_reference_fen'
        ),
        sa.CheckConstraint('fen > 0', name='ck_pay_bank_line_fen_positive'),
        sa.CheckConstraint('(first_on IS NULL) = (last_on IS NULL)', name='ck_pay_bank_line_days_together'),
    )
    op.alter_column('pay_bank_line', 'is_exact', server_default=None)
    op.create_index(
        'ix_pay_bank_line_open',
        'pay_bank_line',
        ['mall_id', 'channel'],
        postgresql_where=sa.text('last_on IS NULL'),
    )
    op.execute(protect_by_mall('pay_bank_line'))
    op.execute(grant('pay_bank_line', ('SELECT', 'INSERT', 'UPDATE')))


def downgrade() -> None:
    op.drop_table('pay_bank_line')
