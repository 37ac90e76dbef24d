"""Amendments that wait for a signature, and requests for fully digital invoices (数电票)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.migration import forbid_change, grant, protect_by_mall, protect_by_tenant

revision = '0032_lease_proposals'
down_revision = '0046_webhooks'
branch_labels = None
depends_on = None

SCOPED = {
    'lease_proposal': ('SELECT', 'INSERT', 'UPDATE'),
    'einvoice': ('SELECT', 'INSERT', 'UPDATE'),
    'einvoice_line': ('SELECT', 'INSERT'),
}


def upgrade() -> None:
    op.create_table(
        'lease_proposal', _key(), _mall(), _big('lease_id'), _big('tenant_id'),
        sa.Column('for_version', sa.Integer, nullable=False), sa.Column('document', JSONB, nullable=False),
        _text('summary'), _text('status'), _text('proposed_by'), _at('proposed_at'), _text('decided_by', nullable=True),
        _at('decided_at', nullable=True),
        _ref('lease', 'lease_id'),
        sa.CheckConstraint("status IN ('open', 'signed', 'withdrawn')", name='known_status'),
        sa.CheckConstraint("(decided_at IS NULL) = (status = 'open')", name='decided_or_open'),
    )  # fmt: skip
    op.create_index(
        'uq_lease_proposal_open', 'lease_proposal', ['mall_id', 'lease_id'], unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )  # fmt: skip
    op.create_table(
        'einvoice', _key(), _mall(), _big('tenant_id'), _text('status'), _big('amount_fen'), _big('tax_fen'),
        _text('number', nullable=True), _text('red_number', nullable=True), _text('reason'), _text('requested_by'),
        _at('requested_at'), _at('changed_at'),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.UniqueConstraint('mall_id', 'number'),
        sa.UniqueConstraint('mall_id', 'red_number'),
        _ref('tenant', 'tenant_id'),
        sa.CheckConstraint(
            "status IN ('requested', 'issued', 'failed', 'red_requested', 'reversed')", name='known_status'
        ),
        sa.CheckConstraint('amount_fen > 0', name='positive'),
    )  # fmt: skip
    op.create_table(
        'einvoice_line', _mall(), _big('einvoice_id'), _big('charge_id'), _big('tenant_id'), _big('amount_fen'),
        sa.Column('tax_bp', sa.Integer, nullable=False), _big('tax_fen'),
        sa.PrimaryKeyConstraint('mall_id', 'einvoice_id', 'charge_id'),
        _ref('einvoice', 'einvoice_id'),
        _ref('charge', 'charge_id'),
    )  # fmt: skip
    op.create_index('ix_einvoice_line_charge', 'einvoice_line', ['mall_id', 'charge_id'])
    for table, verbs in SCOPED.items():
        op.execute(protect_by_mall(table))
        op.execute(protect_by_tenant(table))
        op.execute(grant(table, verbs))
    op.execute(forbid_change('einvoice_line'))


def downgrade() -> None:
    for table in reversed(SCOPED):
        op.drop_table(table)


def _key() -> sa.Column:
    return sa.Column('id', sa.BigInteger, sa.Identity(), primary_key=True)


def _mall() -> sa.Column:
    return sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String, nullable=nullable)


def _big(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _ref(parent: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(['mall_id', column], [f'{parent}.mall_id', f'{parent}.id'])
