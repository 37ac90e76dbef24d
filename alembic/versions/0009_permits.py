"""Approvals with rounds and trail; promotions, bookable spaces, permits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.migration import forbid_change, grant, protect_by_mall, protect_by_tenant

revision = '0009_permits'
down_revision = '0008_billing'
branch_labels = None
depends_on = None

SCOPED = {
    'approval': ('SELECT', 'INSERT', 'UPDATE'),
    'approval_round': ('SELECT', 'INSERT'),
    'approval_decision': ('SELECT', 'INSERT'),
    'bookable_space': ('SELECT', 'INSERT', 'UPDATE'),
    'promotion_filing': ('SELECT', 'INSERT', 'UPDATE'),
    'space_booking': ('SELECT', 'INSERT', 'UPDATE'),
    'permit': ('SELECT', 'INSERT'),
}
OF_TENANT = ('approval', 'approval_round', 'approval_decision', 'promotion_filing', 'space_booking', 'permit')


def upgrade() -> None:
    _create_approvals()
    _create_promotions()
    for table, verbs in SCOPED.items():
        op.execute(protect_by_mall(table))
        op.execute(grant(table, verbs))
    for table in OF_TENANT:
        op.execute(protect_by_tenant(table))
    for table in ('approval_round', 'approval_decision'):
        op.execute(forbid_change(table))


def downgrade() -> None:
    for table in reversed(SCOPED):
        op.drop_table(table)


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


def _json(name: str) -> sa.Column:
    return sa.Column(name, JSONB, nullable=False)


def _ref(parent: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(['mall_id', column], [f'{parent}.mall_id', f'{parent}.id'])


def _create_approvals() -> None:
    op.create_table(
        'approval', _key(), _mall(), _big('tenant_id', nullable=True), _text('subject'), _text('status'),
        _whole('round'), _whole('step'), _json('steps'), _text('content_hash'), _text('submitted_by'),
        _at('submitted_at'),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.UniqueConstraint('mall_id', 'subject'),
        sa.CheckConstraint("status IN ('pending', 'approved', 'rejected')", name='known_status'),
    )  # fmt: skip
    op.create_table(
        'approval_round', _mall(), _big('approval_id'), _whole('round'), _big('tenant_id', nullable=True),
        _json('content'), _text('content_hash'), _text('submitted_by'), _at('submitted_at'),
        sa.PrimaryKeyConstraint('mall_id', 'approval_id', 'round'),
        _ref('approval', 'approval_id'),
    )  # fmt: skip
    op.create_table(
        'approval_decision', _mall(), _big('approval_id'), _whole('round'), _whole('step'),
        _big('tenant_id', nullable=True), _text('verdict'), _text('comment'), _text('decided_by'), _at('decided_at'),
        _text('content_hash'),
        sa.PrimaryKeyConstraint('mall_id', 'approval_id', 'round', 'step'),
        sa.UniqueConstraint('mall_id', 'approval_id', 'round', 'decided_by', name='uq_approval_decision_one_voice'),
        _ref('approval', 'approval_id'),
    )  # fmt: skip


def _create_promotions() -> None:
    op.create_table(
        'bookable_space', _key(), _mall(), _text('code'), _text('name_zh'), _text('name_en'), _text('kind'),
        _whole('buffer_minutes'),
        sa.UniqueConstraint('mall_id', 'id'),
        sa.UniqueConstraint('mall_id', 'code'),
    )  # fmt: skip
    op.create_table(
        'promotion_filing', _key(), _mall(), _big('tenant_id'), _json('mechanics'), _text('filed_by'), _at('filed_at'),
        _big('brand_fen', nullable=True), _big('mall_fen', nullable=True),
        sa.UniqueConstraint('mall_id', 'id'),
        _ref('tenant', 'tenant_id'),
    )  # fmt: skip
    op.create_index('ix_promotion_filing_mall_id_tenant_id', 'promotion_filing', ['mall_id', 'tenant_id'])
    op.create_table(
        'space_booking', _key(), _mall(), _big('tenant_id'), _big('space_id'), _big('promotion_id'),
        _at('starts_at'), _at('ends_at'), _at('occupied_from'),
        sa.Column('is_cancelled', sa.Boolean, nullable=False, server_default=sa.text('false')),
        sa.UniqueConstraint('mall_id', 'id'),
        _ref('bookable_space', 'space_id'),
        _ref('promotion_filing', 'promotion_id'),
        sa.CheckConstraint('occupied_from <= starts_at AND starts_at < ends_at', name='in_order'),
    )  # fmt: skip
    op.execute(
        'ALTER TABLE space_booking ADD CONSTRAINT ex_space_booking_one_use EXCLUDE USING gist'
        " (int8range(space_id, space_id, '[]') WITH &&, tstzrange(occupied_from, ends_at) WITH &&)"
        ' WHERE (NOT is_cancelled)'
    )
    op.create_table(
        'permit', _key(), _mall(), _big('tenant_id'), _text('kind'), _at('starts_at'), _at('ends_at'), _text('text'),
        _day('insured_until', nullable=True), _json('goods'), _text('asked_by'), _at('asked_at'),
        sa.UniqueConstraint('mall_id', 'id'),
        _ref('tenant', 'tenant_id'),
        sa.CheckConstraint("kind IN ('works', 'after_hours', 'goods_out')", name='known_kind'),
        sa.CheckConstraint('starts_at < ends_at', name='in_order'),
    )  # fmt: skip
