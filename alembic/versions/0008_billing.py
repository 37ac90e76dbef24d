"""Billing: runs, charges, payments, allocations, disputes, shared costs, reminders, certificates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.migration import forbid_change, grant, protect_by_mall, protect_by_tenant

revision = '0008_billing'
down_revision = '0007_utilities'
branch_labels = None
depends_on = None

SCOPED = {
    'bill_run': ('SELECT', 'INSERT', 'UPDATE'),
    'bill_run_line': ('SELECT', 'INSERT'),
    'charge': ('SELECT', 'INSERT'),
    'tenant_payment': ('SELECT', 'INSERT'),
    'allocation': ('SELECT', 'INSERT'),
    'charge_dispute': ('SELECT', 'INSERT', 'UPDATE'),
    'key_table': ('SELECT', 'INSERT'),
    'shared_cost': ('SELECT', 'INSERT'),
    'lease_fee': ('SELECT', 'INSERT'),
    'payment_reminder': ('SELECT', 'INSERT'),
    'turnover_certificate': ('SELECT', 'INSERT'),
}
OF_TENANT = (
    'charge', 'tenant_payment', 'allocation', 'charge_dispute', 'lease_fee', 'payment_reminder', 'turnover_certificate',
    'bill_run_line',
)  # fmt: skip
NEVER_EDITED = ('bill_run_line', 'charge', 'tenant_payment', 'allocation', 'key_table', 'turnover_certificate')


def upgrade() -> None:
    _create_runs()
    _create_payments()
    _create_costs()
    _create_reminders()
    for table, verbs in SCOPED.items():
        op.execute(protect_by_mall(table))
        op.execute(grant(table, verbs))
    for table in OF_TENANT:
        op.execute(protect_by_tenant(table))
    for table in NEVER_EDITED:
        op.execute(forbid_change(table))
    op.execute(NOT_MORE_THAN_THERE_IS)


def downgrade() -> None:
    for table in reversed(SCOPED):
        op.drop_table(table)
    op.execute('DROP FUNCTION allocation_fits()')


# The lock makes allocations of one tenant follow each other; every statement after it sees what came before.
NOT_MORE_THAN_THERE_IS = """
CREATE FUNCTION allocation_fits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('allocation'), tenant_id::integer)
            FROM (SELECT DISTINCT tenant_id FROM fresh ORDER BY 1) t;
        IF EXISTS (SELECT FROM charge c JOIN allocation a ON a.mall_id = c.mall_id AND a.charge_id = c.id
                    WHERE (c.mall_id, c.id) IN (SELECT mall_id, charge_id FROM fresh)
                    GROUP BY c.id, c.amount_fen HAVING sum(a.amount_fen) > c.amount_fen)
           OR EXISTS (SELECT FROM tenant_payment p JOIN allocation a ON a.mall_id = p.mall_id AND a.payment_id = p.id
                    WHERE (p.mall_id, p.id) IN (SELECT mall_id, payment_id FROM fresh)
                    GROUP BY p.id, p.amount_fen HAVING sum(a.amount_fen) > p.amount_fen)
           OR EXISTS (SELECT FROM charge c JOIN allocation a ON a.mall_id = c.mall_id AND a.credit_id = c.id
                    WHERE (c.mall_id, c.id) IN (SELECT mall_id, credit_id FROM fresh)
                    GROUP BY c.id, c.amount_fen HAVING sum(a.amount_fen) > -c.amount_fen) THEN
            RAISE EXCEPTION 'more is allocated than there is' USING ERRCODE = 'AT021';
        END IF;
        RETURN NULL;
    END $$;
CREATE TRIGGER fits AFTER INSERT ON allocation REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION allocation_fits();
"""


def _key() -> sa.Column:
    return sa.Column('id', sa.BigInteger, sa.Identity(), primary_key=True)


def _mall() -> sa.Column:
    return sa.Column('mall_id', sa.Integer, sa.ForeignKey('mall.id'), nullable=False)


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.String, nullable=False)


def _big(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _whole(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer, nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date, nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean, nullable=False)


def _json(name: str) -> sa.Column:
    return sa.Column(name, JSONB, nullable=False)


def _ref(parent: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(['mall_id', column], [f'{parent}.mall_id', f'{parent}.id'])


def _in_order() -> sa.CheckConstraint:
    return sa.CheckConstraint('starts_on < ends_on', name='in_order')


def _positive() -> sa.CheckConstraint:
    return sa.CheckConstraint('amount_fen > 0', name='positive')


def _billed() -> tuple[sa.Column, ...]:
    return (
        _big('lease_id'), _big('tenant_id'), _text('kind'), _text('source'), _day('anchor_on'), _whole('sequence'),
        _day('starts_on'), _day('ends_on'), _big('amount_fen'), _day('due_on'), _flag('is_adjustment'), _json('facts'),
    )  # fmt: skip


def _create_runs() -> None:
    op.create_table(
        'bill_run', _key(), _mall(), _day('from_on'), _day('until_on'), _text('status'), _text('content_hash'),
        _json('held'), _text('previewed_by'), _at('previewed_at'), sa.Column('approved_by', sa.String),
        _at('approved_at', nullable=True), sa.Column('posted_by', sa.String), _at('posted_at', nullable=True),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.CheckConstraint("status IN ('previewed', 'approved', 'posted')", name='known_status'),
        sa.CheckConstraint('approved_by IS NULL OR approved_by <> previewed_by', name='four_eyes'),
    )  # fmt: skip
    op.create_table(
        'bill_run_line', _mall(), _big('run_id'), _whole('number'), *_billed(),
        sa.PrimaryKeyConstraint('mall_id', 'run_id', 'number'),
        _ref('bill_run', 'run_id'),
        _in_order(),
    )  # fmt: skip
    op.create_table(
        'charge', _key(), _mall(), _big('run_id', nullable=True), *_billed(), _at('posted_at'),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.UniqueConstraint('mall_id', 'lease_id', 'source', 'anchor_on', 'sequence', name='uq_charge_once'),
        _ref('bill_run', 'run_id'),
        _ref('lease', 'lease_id'),
        _ref('tenant', 'tenant_id'),
        sa.CheckConstraint('amount_fen <> 0', name='not_nothing'),
        _in_order(),
    )  # fmt: skip
    op.create_index('ix_charge_mall_id_tenant_id_due_on', 'charge', ['mall_id', 'tenant_id', 'due_on'])


def _create_payments() -> None:
    op.create_table(
        'tenant_payment', _key(), _mall(), _big('tenant_id'), _big('amount_fen'), _day('paid_on'), _text('method'),
        _text('key'), _text('allocation_order'), _text('recorded_by'), _at('recorded_at'),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.UniqueConstraint('mall_id', 'key'),
        _ref('tenant', 'tenant_id'),
        _positive(),
    )  # fmt: skip
    op.create_table(
        'allocation', _key(), _mall(), _big('tenant_id'), _big('charge_id'), _big('payment_id', nullable=True),
        _big('credit_id', nullable=True), _big('amount_fen'), _day('settled_on'),
        sa.UniqueConstraint('mall_id', 'id'),
        _ref('tenant', 'tenant_id'),
        _ref('charge', 'charge_id'),
        _ref('tenant_payment', 'payment_id'),
        _ref('charge', 'credit_id'),
        _positive(),
        sa.CheckConstraint('(payment_id IS NULL) <> (credit_id IS NULL)', name='one_origin'),
    )  # fmt: skip
    op.create_index('ix_allocation_mall_id_charge_id', 'allocation', ['mall_id', 'charge_id'])
    op.create_index('ix_allocation_mall_id_payment_id', 'allocation', ['mall_id', 'payment_id'])
    op.create_table(
        'charge_dispute', _key(), _mall(), _big('tenant_id'), _big('charge_id'), _big('amount_fen'), _day('from_on'),
        _day('until_on', nullable=True), _text('reason'),
        _ref('charge', 'charge_id'),
        _positive(),
        sa.CheckConstraint('until_on IS NULL OR from_on < until_on', name='in_order'),
    )  # fmt: skip
    op.create_index(
        'uq_charge_dispute_open', 'charge_dispute', ['mall_id', 'charge_id'], unique=True,
        postgresql_where=sa.text('until_on IS NULL'),
    )  # fmt: skip


def _create_costs() -> None:
    op.create_table(
        'key_table', _key(), _mall(), _text('code'), _json('keys'), _flag('spreads_vacant'), _text('set_by'),
        _at('set_at'),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.UniqueConstraint('mall_id', 'code'),
    )  # fmt: skip
    op.create_table(
        'shared_cost', _key(), _mall(), _big('key_table_id'), _text('kind'), _day('starts_on'), _day('ends_on'),
        _big('amount_fen'), _text('reason'), _text('registered_by'), _at('registered_at'),
        sa.UniqueConstraint('mall_id', 'id'),
        _ref('key_table', 'key_table_id'),
        _positive(),
        _in_order(),
    )  # fmt: skip
    op.create_table(
        'lease_fee', _key(), _mall(), _big('lease_id'), _big('tenant_id'), _text('kind'), _day('happens_on'),
        _day('due_on'), _big('amount_fen'), _text('reason'), _text('registered_by'), _at('registered_at'),
        sa.UniqueConstraint('mall_id', 'id'),
        _ref('lease', 'lease_id'),
        _positive(),
    )  # fmt: skip


def _create_reminders() -> None:
    op.create_table(
        'payment_reminder', _mall(), _big('tenant_id'), _day('oldest_due_on'), _whole('level'), _big('overdue_fen'),
        _day('sent_on'),
        sa.PrimaryKeyConstraint('mall_id', 'tenant_id', 'oldest_due_on', 'level'),
        _ref('tenant', 'tenant_id'),
    )  # fmt: skip
    op.create_table(
        'turnover_certificate', _mall(), _big('lease_id'), _whole('year'), _big('tenant_id'), _big('audited_gto_fen'),
        _text('document'), _text('recorded_by'), _at('recorded_at'),
        sa.PrimaryKeyConstraint('mall_id', 'lease_id', 'year'),
        _ref('lease', 'lease_id'),
    )  # fmt: skip
