"""Kernel: scope functions, audit chain, idempotency keys, double-entry journal, job queue."""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.migration import APP_ROLE, drop_scope_functions, forbid_change, grant, protect_by_mall, scope_functions

revision = '0001_kernel'
down_revision = None
branch_labels = None
depends_on = None

TABLES = ('audit_entry', 'audit_seal', 'idempotency_key', 'ledger_account', 'ledger_entry', 'ledger_posting')


def upgrade() -> None:
    op.execute(scope_functions())
    op.execute(GUARDS)
    _create_audit()
    _create_idempotency()
    _create_ledger()
    _create_jobs()
    op.execute(grant('alembic_version', ('SELECT',)))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute('DROP FUNCTION entry_balances(), refuse_change(), refuse(text)')
    op.execute(drop_scope_functions())
    op.execute(DROP_JOBS)


GUARDS = """
CREATE FUNCTION refuse(state text) RETURNS bigint LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = state; END $$;
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '% rows are never edited; post an opposite entry', TG_TABLE_NAME USING ERRCODE = 'AT004'; END $$;
CREATE FUNCTION entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM fresh GROUP BY mall_id, entry_id, unit HAVING sum(amount) <> 0) THEN
            RAISE EXCEPTION 'an entry does not balance' USING ERRCODE = 'AT001';
        END IF;
        RETURN NULL;
    END $$;
"""

DROP_JOBS = """
DO $$
DECLARE item record;
BEGIN
    FOR item IN SELECT oid::regclass AS name FROM pg_class WHERE relname LIKE 'procrastinate\\_%' AND relkind = 'r'
    LOOP EXECUTE 'DROP TABLE ' || item.name || ' CASCADE'; END LOOP;
    FOR item IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'procrastinate\\_%'
    LOOP EXECUTE 'DROP FUNCTION ' || item.name || ' CASCADE'; END LOOP;
    FOR item IN SELECT oid::regtype AS name FROM pg_type WHERE typname LIKE 'procrastinate\\_%'
    LOOP EXECUTE 'DROP TYPE ' || item.name || ' CASCADE'; END LOOP;
END $$;
"""


def _create_audit() -> None:
    op.create_table(
        'audit_entry',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('appended_at', sa.DateTime(timezone=True), nullable=False, server_default=sa.text('clock_timestamp()')),
        sa.Column('actor_name', sa.String, nullable=False),
        sa.Column('actor_kind', sa.String, nullable=False),
        sa.Column('account_id', sa.BigInteger),
        sa.Column('action', sa.String, nullable=False),
        sa.Column('target', sa.String),
        sa.Column('outcome', sa.String, nullable=False),
        sa.Column('request_id', sa.String, nullable=False),
        sa.Column('facts', JSONB, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_audit_entry'),
    )
    op.create_index('ix_audit_entry_mall_id_appended_at', 'audit_entry', ['mall_id', 'appended_at'])
    op.create_index('ix_audit_entry_mall_id_account_id', 'audit_entry', ['mall_id', 'account_id', 'id'])
    op.create_table(
        'audit_seal',
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('position', sa.BigInteger, nullable=False),
        sa.Column('entry_id', sa.BigInteger, nullable=False),
        sa.Column('digest', sa.LargeBinary, nullable=False),
        sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('mall_id', 'position', name='pk_audit_seal'),
        sa.UniqueConstraint('mall_id', 'entry_id', name='uq_audit_seal_mall_id_entry_id'),
    )
    for table in ('audit_entry', 'audit_seal'):
        op.execute(forbid_change(table))
        op.execute(grant(table, ('SELECT', 'INSERT')))
        op.execute(f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            CREATE POLICY mall_scope ON {table} USING (mall_id = coalesce(app_mall(), 0))
                WITH CHECK (mall_id = coalesce(app_mall(), 0));
        """)


def _create_idempotency() -> None:
    op.create_table(
        'idempotency_key',
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('caller', sa.String, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('request_hash', sa.String, nullable=False),
        sa.Column('answer', JSONB),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('mall_id', 'caller', 'key', name='pk_idempotency_key'),
    )
    op.create_index('ix_idempotency_key_created_at', 'idempotency_key', ['created_at'])
    op.execute(protect_by_mall('idempotency_key'))
    op.execute(grant('idempotency_key', ('SELECT', 'INSERT', 'UPDATE', 'DELETE')))


def _create_ledger() -> None:
    op.create_table(
        'ledger_account',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('code', sa.String, nullable=False),
        sa.Column('kind', sa.String, nullable=False),
        sa.Column('unit', sa.String, nullable=False),
        sa.Column('is_running', sa.Boolean, nullable=False),
        sa.Column('floor', sa.BigInteger),
        sa.Column('balance', sa.BigInteger, nullable=False, server_default='0'),
        sa.PrimaryKeyConstraint('id', name='pk_ledger_account'),
        sa.UniqueConstraint('mall_id', 'code', name='uq_ledger_account_mall_id_code'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_ledger_account_mall_id_id'),
        sa.CheckConstraint('floor IS NULL OR balance >= floor', name='ck_ledger_account_above_floor'),
    )
    op.create_table(
        'ledger_entry',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('kind', sa.String, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('content_hash', sa.String, nullable=False),
        sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('business_on', sa.Date, nullable=False),
        sa.Column('memo', sa.String, nullable=False),
        sa.Column('reverses_id', sa.BigInteger),
        sa.PrimaryKeyConstraint('id', name='pk_ledger_entry'),
        sa.UniqueConstraint('mall_id', 'key', name='uq_ledger_entry_mall_id_key'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_ledger_entry_mall_id_id'),
        sa.UniqueConstraint('mall_id', 'reverses_id', name='uq_ledger_entry_mall_id_reverses_id'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'reverses_id'], ['ledger_entry.mall_id', 'ledger_entry.id'], name='fk_ledger_entry_mall_id_reverses_id'
        ),
    )
    op.create_index('ix_ledger_entry_mall_id_business_on', 'ledger_entry', ['mall_id', 'business_on'])
    op.create_table(
        'ledger_posting',
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('entry_id', sa.BigInteger, nullable=False),
        sa.Column('account_id', sa.BigInteger, nullable=False),
        sa.Column('unit', sa.String, nullable=False),
        sa.Column('amount', sa.BigInteger, nullable=False),
        sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('mall_id', 'entry_id', 'account_id', name='pk_ledger_posting'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'entry_id'], ['ledger_entry.mall_id', 'ledger_entry.id'], name='fk_ledger_posting_mall_id_entry_id'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'account_id'],
            ['ledger_account.mall_id', 'ledger_account.id'],
            name='fk_ledger_posting_mall_id_account_id',
        ),
        sa.CheckConstraint('amount <> 0', name='ck_ledger_posting_amount_not_zero'),
    )
    op.create_index('ix_ledger_posting_account', 'ledger_posting', ['mall_id', 'account_id', 'occurred_at'])
    op.execute("""
        CREATE TRIGGER balances AFTER INSERT ON ledger_posting REFERENCING NEW TABLE AS fresh
            FOR EACH STATEMENT EXECUTE FUNCTION entry_balances();
    """)
    for table in ('ledger_entry', 'ledger_posting'):
        op.execute(forbid_change(table))
        op.execute(grant(table, ('SELECT', 'INSERT')))
    op.execute(grant('ledger_account', ('SELECT', 'INSERT', 'UPDATE')))
    for table in ('ledger_account', 'ledger_entry', 'ledger_posting'):
        op.execute(protect_by_mall(table))


def _create_jobs() -> None:
    driver = op.get_bind().connection.driver_connection
    driver.execute(SchemaManager.get_schema())
    op.execute(f"""
    DO $$
    DECLARE item record;
    BEGIN
        FOR item IN SELECT oid::regclass AS name, relkind FROM pg_class
            WHERE relname LIKE 'procrastinate\\_%' AND relkind IN ('r', 'S') AND relnamespace = 'public'::regnamespace
        LOOP
            IF item.relkind = 'r' THEN
                EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON ' || item.name || ' TO {APP_ROLE}';
            ELSE
                EXECUTE 'GRANT USAGE, SELECT ON ' || item.name || ' TO {APP_ROLE}';
            END IF;
        END LOOP;
    END $$;
    """)
