"""Coupons: templates, stock in slots, caps, grants, coupons, their events, stacking rules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.migration import forbid_change, grant, protect_by_mall

revision = '0021_coupons'
down_revision = '0020_members'
branch_labels = None
depends_on = None

SCOPED = {
    'coupon_stacking': ('SELECT', 'INSERT'),
    'coupon_template': ('SELECT', 'INSERT', 'UPDATE'),
    'coupon_cap': ('SELECT', 'INSERT', 'UPDATE'),
    'coupon_grant': ('SELECT', 'INSERT'),
    'coupon_stock': ('SELECT', 'INSERT', 'UPDATE'),
    'coupon': ('SELECT', 'INSERT', 'UPDATE'),
    'coupon_event': ('SELECT', 'INSERT'),
}
NEVER_EDITED = ('coupon_stacking', 'coupon_grant', 'coupon_event')


def upgrade() -> None:
    _create_coupon_stacking()
    _create_coupon_template()
    _create_coupon_cap()
    _create_coupon_grant()
    _create_coupon_stock()
    _create_coupon()
    _create_coupon_event()
    for table, verbs in SCOPED.items():
        op.execute(protect_by_mall(table))
        op.execute(grant(table, verbs))
    for table in NEVER_EDITED:
        op.execute(forbid_change(table))


def downgrade() -> None:
    for table in reversed(SCOPED):
        op.drop_table(table)


def _create_coupon_stacking() -> None:
    op.create_table(
        'coupon_stacking',
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('version', sa.Integer, nullable=False),
        sa.Column('document', JSONB, nullable=False),
        sa.Column('decided_by', sa.String, nullable=False),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_coupon_stacking_mall_id'),
        sa.PrimaryKeyConstraint('mall_id', 'version', name='pk_coupon_stacking'),
    )


def _create_coupon_template() -> None:
    op.create_table(
        'coupon_template',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('code', sa.String, nullable=False),
        sa.Column('name_zh', sa.String, nullable=False),
        sa.Column('name_en', sa.String, nullable=False),
        sa.Column('terms', JSONB, nullable=False),
        sa.Column('validity', JSONB, nullable=False),
        sa.Column('stock', sa.Integer, nullable=False),
        sa.Column('slots', sa.SmallInteger(), nullable=False),
        sa.Column('cap_per_member', sa.Integer, nullable=False),
        sa.Column('cap_per_day', sa.Integer, nullable=True),
        sa.Column('uses_per_member_day', sa.Integer, nullable=True),
        sa.Column('batch_policy', sa.String, nullable=False),
        sa.Column('rollback_grace_days', sa.Integer, nullable=False),
        sa.Column('funder', sa.String, nullable=False),
        sa.Column('budget_fen', sa.BigInteger, nullable=True),
        sa.Column('spent_fen', sa.BigInteger, nullable=False),
        sa.Column('is_active', sa.Boolean, nullable=False),
        sa.CheckConstraint('budget_fen IS NULL OR spent_fen <= budget_fen', name='ck_coupon_template_within_budget'),
        sa.CheckConstraint('slots BETWEEN 1 AND 64', name='ck_coupon_template_slots_few'),
        sa.CheckConstraint('stock >= 0', name='ck_coupon_template_stock_not_negative'),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_coupon_template_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_coupon_template'),
        sa.UniqueConstraint('mall_id', 'code', name='uq_coupon_template_mall_id_code'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_coupon_template_mall_id_id'),
    )


def _create_coupon_cap() -> None:
    op.create_table(
        'coupon_cap',
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('template_id', sa.BigInteger, nullable=False),
        sa.Column('counted', sa.String, nullable=False),
        sa.Column('used', sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ['mall_id', 'template_id'],
            ['coupon_template.mall_id', 'coupon_template.id'],
            name='fk_coupon_cap_mall_id_template_id',
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_coupon_cap_mall_id'),
        sa.PrimaryKeyConstraint('mall_id', 'template_id', 'counted', name='pk_coupon_cap'),
    )


def _create_coupon_grant() -> None:
    op.create_table(
        'coupon_grant',
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('template_id', sa.BigInteger, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=False),
        sa.Column('wanted', sa.Integer, nullable=False),
        sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['mall_id', 'template_id'],
            ['coupon_template.mall_id', 'coupon_template.id'],
            name='fk_coupon_grant_mall_id_template_id',
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_coupon_grant_mall_id'),
        sa.PrimaryKeyConstraint('mall_id', 'key', name='pk_coupon_grant'),
    )


def _create_coupon_stock() -> None:
    op.create_table(
        'coupon_stock',
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('template_id', sa.BigInteger, nullable=False),
        sa.Column('slot', sa.SmallInteger(), nullable=False),
        sa.Column('left_count', sa.Integer, nullable=False),
        sa.CheckConstraint('left_count >= 0', name='ck_coupon_stock_not_negative'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'template_id'],
            ['coupon_template.mall_id', 'coupon_template.id'],
            name='fk_coupon_stock_mall_id_template_id',
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_coupon_stock_mall_id'),
        sa.PrimaryKeyConstraint('mall_id', 'template_id', 'slot', name='pk_coupon_stock'),
    )


def _create_coupon() -> None:
    op.create_table(
        'coupon',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('template_id', sa.BigInteger, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=False),
        sa.Column('grant_key', sa.String, nullable=False),
        sa.Column('state', sa.String, nullable=False),
        sa.Column('value_fen', sa.BigInteger, nullable=False),
        sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
        sa.Column('valid_until', sa.DateTime(timezone=True), nullable=False),
        sa.Column('order_key', sa.String, nullable=True),
        sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('used_fen', sa.BigInteger, nullable=False),
        sa.CheckConstraint("(state = 'locked') = (locked_until IS NOT NULL)", name='ck_coupon_lock_ends'),
        sa.CheckConstraint("(state IN ('locked', 'used')) = (order_key IS NOT NULL)", name='ck_coupon_order_holds_it'),
        sa.CheckConstraint("state IN ('unused', 'locked', 'used', 'expired', 'void')", name='ck_coupon_known_state'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'grant_key'], ['coupon_grant.mall_id', 'coupon_grant.key'], name='fk_coupon_mall_id_grant_key'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'template_id'],
            ['coupon_template.mall_id', 'coupon_template.id'],
            name='fk_coupon_mall_id_template_id',
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_coupon_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_coupon'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_coupon_mall_id_id'),
    )
    op.create_index('ix_coupon_due', 'coupon', ['mall_id', 'valid_until'], postgresql_where=sa.text("state = 'unused'"))
    op.create_index('ix_coupon_grant', 'coupon', ['mall_id', 'grant_key'])
    op.create_index(
        'ix_coupon_locked', 'coupon', ['mall_id', 'locked_until'], postgresql_where=sa.text("state = 'locked'")
    )
    op.create_index('ix_coupon_member', 'coupon', ['mall_id', 'member_id', 'state'])
    op.create_index(
        'ix_coupon_order', 'coupon', ['mall_id', 'order_key'], postgresql_where=sa.text('order_key IS NOT NULL')
    )


def _create_coupon_event() -> None:
    op.create_table(
        'coupon_event',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('coupon_id', sa.BigInteger, nullable=False),
        sa.Column('kind', sa.String, nullable=False),
        sa.Column('order_key', sa.String, nullable=True),
        sa.Column('fen', sa.BigInteger, nullable=False),
        sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('granted', 'locked', 'committed', 'released', 'rolled_back', 'expired', 'voided')",
            name='ck_coupon_event_known_kind',
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'coupon_id'], ['coupon.mall_id', 'coupon.id'], name='fk_coupon_event_mall_id_coupon_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_coupon_event_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_coupon_event'),
    )
    op.create_index('ix_coupon_event_coupon', 'coupon_event', ['mall_id', 'coupon_id'])
