"""Members: programme, people, consents, merges, tiers, benefits, tags, segments; points: receipts, lots, redemptions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.migration import forbid_change, grant, protect_by_mall

revision = '0020_members'
down_revision = '0012_benchmarks'
branch_labels = None
depends_on = None

SCOPED = {
    'benefit': ('SELECT', 'INSERT', 'UPDATE'),
    'loyalty_program': ('SELECT', 'INSERT'),
    'loyalty_scheme': ('SELECT', 'INSERT'),
    'member': ('SELECT', 'INSERT', 'UPDATE'),
    'member_segment': ('SELECT', 'INSERT', 'UPDATE'),
    'tag_definition': ('SELECT', 'INSERT', 'UPDATE'),
    'benefit_use': ('SELECT', 'INSERT', 'UPDATE'),
    'benefit_use_entry': ('SELECT', 'INSERT'),
    'member_consent': ('SELECT', 'INSERT'),
    'member_identity': ('SELECT', 'INSERT', 'UPDATE', 'DELETE'),
    'member_merge': ('SELECT', 'INSERT', 'UPDATE'),
    'member_tag': ('SELECT', 'INSERT', 'UPDATE', 'DELETE'),
    'member_tier_change': ('SELECT', 'INSERT'),
    'point_adjustment': ('SELECT', 'INSERT', 'UPDATE'),
    'point_cap_use': ('SELECT', 'INSERT', 'UPDATE'),
    'point_receipt': ('SELECT', 'INSERT', 'UPDATE'),
    'point_redemption': ('SELECT', 'INSERT', 'UPDATE'),
    'point_lot': ('SELECT', 'INSERT', 'UPDATE'),
    'point_refund': ('SELECT', 'INSERT'),
    'point_restore': ('SELECT', 'INSERT'),
    'point_movement': ('SELECT', 'INSERT'),
}
NEVER_EDITED = (
    'benefit_use_entry',
    'member_consent',
    'member_tier_change',
    'point_refund',
    'point_restore',
    'point_movement',
)


def upgrade() -> None:
    _create_benefit()
    _create_loyalty_program()
    _create_loyalty_scheme()
    _create_member()
    _create_member_segment()
    _create_tag_definition()
    _create_benefit_use()
    _create_benefit_use_entry()
    _create_member_consent()
    _create_member_identity()
    _create_member_merge()
    _create_member_tag()
    _create_member_tier_change()
    _create_point_adjustment()
    _create_point_cap_use()
    _create_point_receipt()
    _create_point_redemption()
    _create_point_lot()
    _create_point_refund()
    _create_point_restore()
    _create_point_movement()
    for table, verbs in SCOPED.items():
        op.execute(protect_by_mall(table))
        op.execute(grant(table, verbs))
    for table in NEVER_EDITED:
        op.execute(forbid_change(table))


def downgrade() -> None:
    for table in reversed(SCOPED):
        op.drop_table(table)


def _create_benefit() -> None:
    op.create_table(
        'benefit',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('code', sa.String, nullable=False),
        sa.Column('name_zh', sa.String, nullable=False),
        sa.Column('name_en', sa.String, nullable=False),
        sa.Column('tiers', JSONB, nullable=False),
        sa.Column('period', sa.String, nullable=False),
        sa.Column('quota', sa.Integer, nullable=False),
        sa.Column('is_birthday_gift', sa.Boolean, nullable=False),
        sa.Column('is_active', sa.Boolean, nullable=False),
        sa.CheckConstraint("period IN ('day', 'month', 'year', 'ever')", name='ck_benefit_known_period'),
        sa.CheckConstraint('quota > 0', name='ck_benefit_quota_positive'),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_benefit_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_benefit'),
        sa.UniqueConstraint('mall_id', 'code', name='uq_benefit_mall_id_code'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_benefit_mall_id_id'),
    )


def _create_loyalty_program() -> None:
    op.create_table(
        'loyalty_program',
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('issued_account_id', sa.BigInteger, nullable=False),
        sa.Column('redeemed_account_id', sa.BigInteger, nullable=False),
        sa.Column('expired_account_id', sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_loyalty_program_mall_id'),
        sa.PrimaryKeyConstraint('mall_id', name='pk_loyalty_program'),
    )


def _create_loyalty_scheme() -> None:
    op.create_table(
        'loyalty_scheme',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('kind', sa.String, nullable=False),
        sa.Column('version', sa.Integer, nullable=False),
        sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
        sa.Column('document', JSONB, nullable=False),
        sa.Column('decided_by', sa.String, nullable=False),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('earn', 'tiers')", name='ck_loyalty_scheme_known_kind'),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_loyalty_scheme_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_loyalty_scheme'),
        sa.UniqueConstraint('mall_id', 'kind', 'version', name='uq_loyalty_scheme_mall_id_kind_version'),
    )


def _create_member() -> None:
    op.create_table(
        'member',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('state', sa.String, nullable=False),
        sa.Column('channel', sa.String, nullable=False),
        sa.Column('enrolled_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('name_sealed', sa.LargeBinary, nullable=True),
        sa.Column('phone_sealed', sa.LargeBinary, nullable=True),
        sa.Column('phone_index', sa.LargeBinary, nullable=True),
        sa.Column('tail_index', sa.LargeBinary, nullable=True),
        sa.Column('born_on', sa.Date, nullable=True),
        sa.Column('guardian_id', sa.BigInteger, nullable=True),
        sa.Column('merged_into_id', sa.BigInteger, nullable=True),
        sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('tier', sa.String, nullable=False),
        sa.Column('tier_grace_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('facts_changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('available_account_id', sa.BigInteger, nullable=False),
        sa.Column('pending_account_id', sa.BigInteger, nullable=False),
        sa.Column('held_account_id', sa.BigInteger, nullable=False),
        sa.CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name='ck_member_merged_into_somebody'),
        sa.CheckConstraint("state IN ('active', 'closing', 'closed', 'merged')", name='ck_member_known_state'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'guardian_id'], ['member.mall_id', 'member.id'], name='fk_member_mall_id_guardian_id'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'merged_into_id'], ['member.mall_id', 'member.id'], name='fk_member_mall_id_merged_into_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_member_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_member'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_member_mall_id_id'),
        sa.UniqueConstraint('mall_id', 'phone_index', name='uq_member_mall_id_phone_index'),
    )
    op.create_index('ix_member_mall_id_facts_changed_at', 'member', ['mall_id', 'facts_changed_at'])
    op.create_index('ix_member_mall_id_tail_index', 'member', ['mall_id', 'tail_index'])


def _create_member_segment() -> None:
    op.create_table(
        'member_segment',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('code', sa.String, nullable=False),
        sa.Column('name_zh', sa.String, nullable=False),
        sa.Column('name_en', sa.String, nullable=False),
        sa.Column('owner', sa.String, nullable=False),
        sa.Column('conditions', JSONB, nullable=False),
        sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_member_segment_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_member_segment'),
        sa.UniqueConstraint('mall_id', 'code', name='uq_member_segment_mall_id_code'),
    )


def _create_tag_definition() -> None:
    op.create_table(
        'tag_definition',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('code', sa.String, nullable=False),
        sa.Column('name_zh', sa.String, nullable=False),
        sa.Column('name_en', sa.String, nullable=False),
        sa.Column('kind', sa.String, nullable=False),
        sa.Column('owner', sa.String, nullable=False),
        sa.Column('source', sa.String, nullable=False),
        sa.Column('rule', JSONB, nullable=True),
        sa.Column('lifetime_hours', sa.Integer, nullable=False),
        sa.Column('refreshed_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('declared', 'behavioural', 'computed')", name='ck_tag_definition_known_kind'),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_tag_definition_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_tag_definition'),
        sa.UniqueConstraint('mall_id', 'code', name='uq_tag_definition_mall_id_code'),
    )


def _create_benefit_use() -> None:
    op.create_table(
        'benefit_use',
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=False),
        sa.Column('benefit_id', sa.BigInteger, nullable=False),
        sa.Column('period', sa.String, nullable=False),
        sa.Column('used', sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ['mall_id', 'benefit_id'], ['benefit.mall_id', 'benefit.id'], name='fk_benefit_use_mall_id_benefit_id'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'member_id'], ['member.mall_id', 'member.id'], name='fk_benefit_use_mall_id_member_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_benefit_use_mall_id'),
        sa.PrimaryKeyConstraint('mall_id', 'member_id', 'benefit_id', 'period', name='pk_benefit_use'),
    )


def _create_benefit_use_entry() -> None:
    op.create_table(
        'benefit_use_entry',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=False),
        sa.Column('benefit_id', sa.BigInteger, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('period', sa.String, nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_by', sa.String, nullable=False),
        sa.ForeignKeyConstraint(
            ['mall_id', 'benefit_id'], ['benefit.mall_id', 'benefit.id'], name='fk_benefit_use_entry_mall_id_benefit_id'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'member_id'], ['member.mall_id', 'member.id'], name='fk_benefit_use_entry_mall_id_member_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_benefit_use_entry_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_benefit_use_entry'),
        sa.UniqueConstraint('mall_id', 'key', name='uq_benefit_use_entry_mall_id_key'),
    )
    op.create_index('ix_benefit_use_entry_member', 'benefit_use_entry', ['mall_id', 'member_id', 'used_at'])


def _create_member_consent() -> None:
    op.create_table(
        'member_consent',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=False),
        sa.Column('purpose', sa.String, nullable=False),
        sa.Column('is_granted', sa.Boolean, nullable=False),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('source', sa.String, nullable=False),
        sa.Column('wording', sa.String, nullable=False),
        sa.Column('guardian_id', sa.BigInteger, nullable=True),
        sa.ForeignKeyConstraint(
            ['mall_id', 'member_id'], ['member.mall_id', 'member.id'], name='fk_member_consent_mall_id_member_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_member_consent_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_member_consent'),
    )
    op.create_index('ix_member_consent_member', 'member_consent', ['mall_id', 'member_id', 'purpose', 'decided_at'])


def _create_member_identity() -> None:
    op.create_table(
        'member_identity',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=False),
        sa.Column('origin_id', sa.BigInteger, nullable=False),
        sa.Column('kind', sa.String, nullable=False),
        sa.Column('subject_index', sa.LargeBinary, nullable=False),
        sa.Column('linked_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['mall_id', 'member_id'], ['member.mall_id', 'member.id'], name='fk_member_identity_mall_id_member_id'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'origin_id'], ['member.mall_id', 'member.id'], name='fk_member_identity_mall_id_origin_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_member_identity_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_member_identity'),
        sa.UniqueConstraint('mall_id', 'kind', 'subject_index', name='uq_member_identity_mall_id_kind_subject_index'),
    )


def _create_member_merge() -> None:
    op.create_table(
        'member_merge',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('kept_id', sa.BigInteger, nullable=False),
        sa.Column('absorbed_id', sa.BigInteger, nullable=False),
        sa.Column('reason', sa.String, nullable=False),
        sa.Column('merged_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('merged_by', sa.String, nullable=False),
        sa.Column('before', JSONB, nullable=False),
        sa.Column('split_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('split_by', sa.String, nullable=True),
        sa.ForeignKeyConstraint(
            ['mall_id', 'absorbed_id'], ['member.mall_id', 'member.id'], name='fk_member_merge_mall_id_absorbed_id'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'kept_id'], ['member.mall_id', 'member.id'], name='fk_member_merge_mall_id_kept_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_member_merge_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_member_merge'),
    )


def _create_member_tag() -> None:
    op.create_table(
        'member_tag',
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=False),
        sa.Column('code', sa.String, nullable=False),
        sa.Column('value', sa.String, nullable=False),
        sa.Column('source', sa.String, nullable=False),
        sa.Column('computed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['mall_id', 'code'], ['tag_definition.mall_id', 'tag_definition.code'], name='fk_member_tag_mall_id_code'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'member_id'], ['member.mall_id', 'member.id'], name='fk_member_tag_mall_id_member_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_member_tag_mall_id'),
        sa.PrimaryKeyConstraint('mall_id', 'member_id', 'code', name='pk_member_tag'),
    )
    op.create_index('ix_member_tag_code', 'member_tag', ['mall_id', 'code', 'value'])


def _create_member_tier_change() -> None:
    op.create_table(
        'member_tier_change',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=False),
        sa.Column('tier', sa.String, nullable=False),
        sa.Column('effective_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('reason', sa.String, nullable=False),
        sa.ForeignKeyConstraint(
            ['mall_id', 'member_id'], ['member.mall_id', 'member.id'], name='fk_member_tier_change_mall_id_member_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_member_tier_change_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_member_tier_change'),
    )
    op.create_index('ix_member_tier_change_member', 'member_tier_change', ['mall_id', 'member_id', 'effective_at'])


def _create_point_adjustment() -> None:
    op.create_table(
        'point_adjustment',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=False),
        sa.Column('points', sa.BigInteger, nullable=False),
        sa.Column('reason', sa.String, nullable=False),
        sa.Column('state', sa.String, nullable=False),
        sa.Column('proposed_by', sa.String, nullable=False),
        sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('decided_by', sa.String, nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('proposed', 'approved', 'rejected')", name='ck_point_adjustment_known_state'),
        sa.CheckConstraint('decided_by IS NULL OR decided_by <> proposed_by', name='ck_point_adjustment_two_people'),
        sa.CheckConstraint('points <> 0', name='ck_point_adjustment_points_not_zero'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'member_id'], ['member.mall_id', 'member.id'], name='fk_point_adjustment_mall_id_member_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_point_adjustment_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_point_adjustment'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_point_adjustment_mall_id_id'),
    )


def _create_point_cap_use() -> None:
    op.create_table(
        'point_cap_use',
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=False),
        sa.Column('cap', sa.String, nullable=False),
        sa.Column('period', sa.String, nullable=False),
        sa.Column('used', sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ['mall_id', 'member_id'], ['member.mall_id', 'member.id'], name='fk_point_cap_use_mall_id_member_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_point_cap_use_mall_id'),
        sa.PrimaryKeyConstraint('mall_id', 'member_id', 'cap', 'period', name='pk_point_cap_use'),
    )


def _create_point_receipt() -> None:
    op.create_table(
        'point_receipt',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=False),
        sa.Column('origin_id', sa.BigInteger, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('channel', sa.String, nullable=False),
        sa.Column('shop', sa.String, nullable=False),
        sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('business_on', sa.Date, nullable=False),
        sa.Column('fen', sa.BigInteger, nullable=False),
        sa.Column('refunded_fen', sa.BigInteger, nullable=False),
        sa.Column('lines', JSONB, nullable=False),
        sa.Column('tier_parts', JSONB, nullable=False),
        sa.Column('bonuses', JSONB, nullable=False),
        sa.Column('points', sa.BigInteger, nullable=False),
        sa.Column('trace', JSONB, nullable=False),
        sa.Column('state', sa.String, nullable=False),
        sa.Column('twin_id', sa.BigInteger, nullable=True),
        sa.Column('scheme_version', sa.BigInteger, nullable=False),
        sa.CheckConstraint("state IN ('earned', 'held', 'rejected')", name='ck_point_receipt_known_state'),
        sa.CheckConstraint('refunded_fen BETWEEN 0 AND fen', name='ck_point_receipt_refunds_within_paid'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'member_id'], ['member.mall_id', 'member.id'], name='fk_point_receipt_mall_id_member_id'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'origin_id'], ['member.mall_id', 'member.id'], name='fk_point_receipt_mall_id_origin_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_point_receipt_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_point_receipt'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_point_receipt_mall_id_id'),
        sa.UniqueConstraint('mall_id', 'key', name='uq_point_receipt_mall_id_key'),
    )
    op.create_index('ix_point_receipt_member', 'point_receipt', ['mall_id', 'member_id', 'occurred_at'])
    op.create_index('ix_point_receipt_twin', 'point_receipt', ['mall_id', 'shop', 'fen', 'occurred_at'])


def _create_point_redemption() -> None:
    op.create_table(
        'point_redemption',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('purpose', sa.String, nullable=False),
        sa.Column('points', sa.BigInteger, nullable=False),
        sa.Column('restored', sa.BigInteger, nullable=False),
        sa.Column('state', sa.String, nullable=False),
        sa.Column('held_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('until_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('held', 'committed', 'released')", name='ck_point_redemption_known_state'),
        sa.CheckConstraint('restored BETWEEN 0 AND points', name='ck_point_redemption_restored_within_points'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'member_id'], ['member.mall_id', 'member.id'], name='fk_point_redemption_mall_id_member_id'
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_point_redemption_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_point_redemption'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_point_redemption_mall_id_id'),
        sa.UniqueConstraint('mall_id', 'key', name='uq_point_redemption_mall_id_key'),
    )
    op.create_index(
        'ix_point_redemption_held',
        'point_redemption',
        ['mall_id', 'until_at'],
        postgresql_where=sa.text("state = 'held'"),
    )


def _create_point_lot() -> None:
    op.create_table(
        'point_lot',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=False),
        sa.Column('origin_id', sa.BigInteger, nullable=False),
        sa.Column('source', sa.String, nullable=False),
        sa.Column('state', sa.String, nullable=False),
        sa.Column('receipt_id', sa.BigInteger, nullable=True),
        sa.Column('parent_id', sa.BigInteger, nullable=True),
        sa.Column('granted', sa.BigInteger, nullable=False),
        sa.Column('remaining', sa.BigInteger, nullable=False),
        sa.Column('earned_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('available_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('funder', sa.String, nullable=False),
        sa.CheckConstraint(
            "CASE WHEN source = 'debt' THEN remaining <= 0 ELSE remaining BETWEEN 0 AND granted END",
            name='ck_point_lot_within_granted',
        ),
        sa.CheckConstraint("state IN ('pending', 'available')", name='ck_point_lot_known_state'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'member_id'], ['member.mall_id', 'member.id'], name='fk_point_lot_mall_id_member_id'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'origin_id'], ['member.mall_id', 'member.id'], name='fk_point_lot_mall_id_origin_id'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'parent_id'], ['point_lot.mall_id', 'point_lot.id'], name='fk_point_lot_mall_id_parent_id'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'receipt_id'],
            ['point_receipt.mall_id', 'point_receipt.id'],
            name='fk_point_lot_mall_id_receipt_id',
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_point_lot_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_point_lot'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_point_lot_mall_id_id'),
    )
    op.create_index(
        'ix_point_lot_due',
        'point_lot',
        ['mall_id', 'expires_at'],
        postgresql_where=sa.text("remaining > 0 AND state = 'available'"),
    )
    op.create_index(
        'ix_point_lot_pending', 'point_lot', ['mall_id', 'available_at'], postgresql_where=sa.text("state = 'pending'")
    )
    op.create_index('ix_point_lot_receipt', 'point_lot', ['mall_id', 'receipt_id'])
    op.create_index(
        'ix_point_lot_spendable',
        'point_lot',
        ['mall_id', 'member_id', 'expires_at', 'id'],
        postgresql_where=sa.text('remaining <> 0'),
    )


def _create_point_refund() -> None:
    op.create_table(
        'point_refund',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('receipt_id', sa.BigInteger, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('fen', sa.BigInteger, nullable=False),
        sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('answer', JSONB, nullable=False),
        sa.CheckConstraint('fen > 0', name='ck_point_refund_fen_positive'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'receipt_id'],
            ['point_receipt.mall_id', 'point_receipt.id'],
            name='fk_point_refund_mall_id_receipt_id',
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_point_refund_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_point_refund'),
        sa.UniqueConstraint('mall_id', 'key', name='uq_point_refund_mall_id_key'),
    )
    op.create_index('ix_point_refund_receipt', 'point_refund', ['mall_id', 'receipt_id', 'occurred_at'])


def _create_point_restore() -> None:
    op.create_table(
        'point_restore',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('redemption_id', sa.BigInteger, nullable=False),
        sa.Column('key', sa.String, nullable=False),
        sa.Column('points', sa.BigInteger, nullable=False),
        sa.Column('restored_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['mall_id', 'redemption_id'],
            ['point_redemption.mall_id', 'point_redemption.id'],
            name='fk_point_restore_mall_id_redemption_id',
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_point_restore_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_point_restore'),
        sa.UniqueConstraint('mall_id', 'key', name='uq_point_restore_mall_id_key'),
    )


def _create_point_movement() -> None:
    op.create_table(
        'point_movement',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('lot_id', sa.BigInteger, nullable=False),
        sa.Column('entry_id', sa.BigInteger, nullable=True),
        sa.Column('redemption_id', sa.BigInteger, nullable=True),
        sa.Column('kind', sa.String, nullable=False),
        sa.Column('amount', sa.BigInteger, nullable=False),
        sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('amount <> 0', name='ck_point_movement_amount_not_zero'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'entry_id'],
            ['ledger_entry.mall_id', 'ledger_entry.id'],
            name='fk_point_movement_mall_id_entry_id',
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'lot_id'], ['point_lot.mall_id', 'point_lot.id'], name='fk_point_movement_mall_id_lot_id'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'redemption_id'],
            ['point_redemption.mall_id', 'point_redemption.id'],
            name='fk_point_movement_mall_id_redemption_id',
        ),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_point_movement_mall_id'),
        sa.PrimaryKeyConstraint('id', name='pk_point_movement'),
    )
    op.create_index('ix_point_movement_lot', 'point_movement', ['mall_id', 'lot_id'])
    op.create_index('ix_point_movement_redemption', 'point_movement', ['mall_id', 'redemption_id'])
