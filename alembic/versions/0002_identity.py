"""Identity: accounts, sessions, memberships, roles, sign-in attempts, API keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from domain.shared.migration import grant, protect_by_mall, protect_by_tenant

revision = '0002_identity'
down_revision = '0001_kernel'
branch_labels = None
depends_on = None

TABLES = ('account', 'account_session', 'role', 'role_grant', 'membership', 'sign_in_attempt', 'api_key')


def upgrade() -> None:
    _create_accounts()
    _create_roles()
    _create_memberships()
    _create_attempts()
    _create_api_keys()
    for table in ('account', 'account_session', 'role_grant', 'membership', 'api_key'):
        op.execute(grant(table, ('SELECT', 'INSERT', 'UPDATE')))
    op.execute(grant('role', ('SELECT', 'INSERT')))
    op.execute(grant('sign_in_attempt', ('SELECT', 'INSERT', 'UPDATE', 'DELETE')))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _key() -> sa.Column:
    return sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False)


def _text(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column:
    return sa.Column(name, sa.String, nullable=nullable, server_default=default)


def _instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _create_accounts() -> None:
    op.create_table(
        'account',
        _key(),
        _text('login'),
        _text('display_name'),
        _text('kind'),
        _text('password_hash', nullable=True),
        _instant('password_changed_at', nullable=True),
        sa.Column('must_change_password', sa.Boolean, nullable=False),
        _text('totp_secret', nullable=True),
        _instant('totp_confirmed_at', nullable=True),
        sa.Column('totp_last_step', sa.BigInteger),
        _text('locale'),
        _text('theme'),
        sa.Column('last_mall_id', sa.Integer),
        sa.Column('is_administrator', sa.Boolean, nullable=False),
        sa.Column('is_active', sa.Boolean, nullable=False),
        _instant('created_at'),
        sa.PrimaryKeyConstraint('id', name='pk_account'),
        sa.UniqueConstraint('login', name='uq_account_login'),
        sa.CheckConstraint("kind IN ('person', 'kiosk', 'consumer')", name='ck_account_known_kind'),
        sa.CheckConstraint('login = lower(login)', name='ck_account_login_folded'),
    )
    op.create_table(
        'account_session',
        _key(),
        sa.Column('account_id', sa.BigInteger, nullable=False),
        sa.Column('token_hash', sa.LargeBinary, nullable=False),
        _instant('created_at'),
        _instant('last_seen_at'),
        _instant('expires_at'),
        _instant('ended_at', nullable=True),
        _text('end_reason', nullable=True),
        _text('address'),
        _text('user_agent'),
        sa.PrimaryKeyConstraint('id', name='pk_account_session'),
        sa.UniqueConstraint('token_hash', name='uq_account_session_token_hash'),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name='fk_account_session_account_id'),
        sa.CheckConstraint('expires_at > created_at', name='ck_account_session_ends_after_start'),
    )
    op.create_index(
        'ix_account_session_account_id', 'account_session', ['account_id'], postgresql_where=sa.text('ended_at IS NULL')
    )


def _create_roles() -> None:
    op.create_table(
        'role',
        _text('code'),
        _text('name_zh'),
        _text('name_en'),
        _text('holder'),
        sa.PrimaryKeyConstraint('code', name='pk_role'),
        sa.CheckConstraint(
            "holder IN ('staff', 'tenant', 'partner', 'device', 'consumer')", name='ck_role_known_holder'
        ),
    )
    op.create_table(
        'role_grant',
        _text('role_code'),
        _text('permission'),
        sa.Column('is_granted', sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint('role_code', 'permission', name='pk_role_grant'),
        sa.ForeignKeyConstraint(['role_code'], ['role.code'], name='fk_role_grant_role_code'),
    )


def _create_memberships() -> None:
    op.create_table(
        'membership',
        sa.Column('mall_id', sa.Integer, nullable=False),
        _key(),
        sa.Column('account_id', sa.BigInteger, nullable=False),
        _text('role_code'),
        sa.Column('tenant_id', sa.BigInteger),
        _instant('valid_from'),
        _instant('valid_until', nullable=True),
        _text('granted_by'),
        _instant('created_at'),
        sa.PrimaryKeyConstraint('id', name='pk_membership'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_membership_mall_id_id'),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name='fk_membership_account_id'),
        sa.ForeignKeyConstraint(['role_code'], ['role.code'], name='fk_membership_role_code'),
        sa.CheckConstraint(
            'valid_until IS NULL OR valid_until > valid_from', name='ck_membership_ends_after_start'
        ),
    )
    op.create_index('ix_membership_account_id', 'membership', ['account_id'])
    op.execute(protect_by_mall('membership'))
    op.execute(protect_by_tenant('membership'))
    # Whoever signs in must learn in which malls he works before he can be in one: his own rows, to read only.
    op.execute("""
    CREATE POLICY own_memberships ON membership FOR SELECT
        USING (account_id = nullif(current_setting('app.account_id', true), '')::bigint)
    """)


def _create_attempts() -> None:
    op.create_table(
        'sign_in_attempt',
        _key(),
        sa.Column('login_key', sa.LargeBinary, nullable=False),
        _text('address'),
        _instant('attempted_at'),
        _text('outcome'),
        sa.PrimaryKeyConstraint('id', name='pk_sign_in_attempt'),
    )
    op.create_index('ix_sign_in_attempt_login_key', 'sign_in_attempt', ['login_key', 'attempted_at'])
    op.create_index('ix_sign_in_attempt_address', 'sign_in_attempt', ['address', 'attempted_at'])


def _create_api_keys() -> None:
    op.create_table(
        'api_key',
        _key(),
        _text('prefix'),
        sa.Column('secret_hash', sa.LargeBinary, nullable=False),
        _text('name'),
        sa.Column('home_mall_id', sa.Integer, nullable=False),
        sa.Column('scopes', ARRAY(sa.Text), nullable=False),
        _instant('created_at'),
        _text('created_by'),
        _instant('expires_at', nullable=True),
        _instant('revoked_at', nullable=True),
        _instant('last_used_at', nullable=True),
        sa.PrimaryKeyConstraint('id', name='pk_api_key'),
        sa.UniqueConstraint('prefix', name='uq_api_key_prefix'),
    )
