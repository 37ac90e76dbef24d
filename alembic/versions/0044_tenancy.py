"""Notices with receipts, work orders with their steps, the staff of shops."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import forbid_change, grant, protect_by_mall, protect_by_tenant

revision = '0044_tenancy'
down_revision = '0031_district_category'
branch_labels = None
depends_on = None

SCOPED = {
    'tenant_notice': ('SELECT', 'INSERT'),
    'notice_recipient': ('SELECT', 'INSERT', 'UPDATE'),
    'notice_receipt': ('SELECT', 'INSERT'),
    'work_order': ('SELECT', 'INSERT', 'UPDATE'),
    'work_order_step': ('SELECT', 'INSERT'),
    'shop_staff': ('SELECT', 'INSERT', 'UPDATE'),
}
NEVER_EDITED = ('tenant_notice', 'notice_receipt', 'work_order_step')

# A tenant's people see the notices published to their tenant: the recipients that they may see decide.
OF_RECIPIENTS = """
    CREATE POLICY tenant_scope ON tenant_notice AS RESTRICTIVE
        USING (app_tenant() IS NULL OR EXISTS (
            SELECT FROM notice_recipient r
             WHERE r.mall_id = tenant_notice.mall_id AND r.notice_id = tenant_notice.id
               AND r.tenant_id = app_tenant()))
        WITH CHECK (app_tenant() IS NULL);
"""


def upgrade() -> None:
    _create_notices()
    _create_work_orders()
    op.create_table(
        'shop_staff', _key(), _mall(), _big('tenant_id'), _text('name'), _text('position'), _text('badge'),
        _day('starts_on'), _day('last_on', nullable=True),
        sa.UniqueConstraint('mall_id', 'id'),
        _ref('tenant', 'tenant_id'),
        sa.CheckConstraint('last_on >= starts_on', name='in_order'),
    )  # fmt: skip
    op.create_index(
        'uq_shop_staff_badge', 'shop_staff', ['mall_id', 'badge'], unique=True,
        postgresql_where=sa.text('last_on IS NULL'),
    )  # fmt: skip
    op.create_index('ix_shop_staff_tenant', 'shop_staff', ['mall_id', 'tenant_id'])
    for table, verbs in SCOPED.items():
        op.execute(protect_by_mall(table))
        op.execute(grant(table, verbs))
        if table != 'tenant_notice':
            op.execute(protect_by_tenant(table))
    op.execute(OF_RECIPIENTS)
    for table in NEVER_EDITED:
        op.execute(forbid_change(table))


def downgrade() -> None:
    op.execute('DROP POLICY tenant_scope ON tenant_notice')
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


def _day(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date, nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _ref(parent: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(['mall_id', column], [f'{parent}.mall_id', f'{parent}.id'])


def _create_notices() -> None:
    op.create_table(
        'tenant_notice', _key(), _mall(), _text('key'), _text('title'), _text('body'),
        sa.Column('must_read', sa.Boolean, nullable=False), _text('published_by'), _at('published_at'),
        _day('expires_on', nullable=True),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.UniqueConstraint('mall_id', 'key'),
    )  # fmt: skip
    op.create_table(
        'notice_recipient', _mall(), _big('notice_id'), _big('tenant_id'), _text('first_reader', nullable=True),
        _at('first_read_at', nullable=True),
        sa.PrimaryKeyConstraint('mall_id', 'notice_id', 'tenant_id'),
        _ref('tenant_notice', 'notice_id'),
        _ref('tenant', 'tenant_id'),
    )  # fmt: skip
    op.create_index('ix_notice_recipient_tenant', 'notice_recipient', ['mall_id', 'tenant_id'])
    op.create_table(
        'notice_receipt', _mall(), _big('notice_id'), _big('tenant_id'), _big('account_id'), _text('reader'),
        _at('read_at'),
        sa.PrimaryKeyConstraint('mall_id', 'notice_id', 'account_id'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'notice_id', 'tenant_id'],
            ['notice_recipient.mall_id', 'notice_recipient.notice_id', 'notice_recipient.tenant_id'],
        ),
    )  # fmt: skip


def _create_work_orders() -> None:
    op.create_table(
        'work_order', _key(), _mall(), _big('tenant_id'), _text('key'), _text('trouble'), _text('urgency'),
        _text('place'), _text('words'), _text('state'), _at('opened_at'), _at('due_at'),
        _text('handler', nullable=True), _at('done_at', nullable=True), _at('escalated_at', nullable=True),
        sa.Column('mark', sa.Integer, nullable=True),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.UniqueConstraint('mall_id', 'key'),
        _ref('tenant', 'tenant_id'),
        sa.CheckConstraint("state IN ('open', 'accepted', 'done', 'confirmed')", name='known_state'),
        sa.CheckConstraint('mark BETWEEN 1 AND 5', name='mark_of_five'),
    )  # fmt: skip
    op.create_index('ix_work_order_tenant', 'work_order', ['mall_id', 'tenant_id', 'id'])
    op.create_index(
        'ix_work_order_due', 'work_order', ['mall_id', 'due_at'],
        postgresql_where=sa.text("state IN ('open', 'accepted')"),
    )  # fmt: skip
    op.create_table(
        'work_order_step', _key(), _mall(), _big('tenant_id'), _big('work_order_id'), _text('what'), _text('by'),
        _at('at'), _text('words'),
        _ref('work_order', 'work_order_id'),
    )  # fmt: skip
    op.create_index('ix_work_order_step_order', 'work_order_step', ['mall_id', 'work_order_id', 'id'])
