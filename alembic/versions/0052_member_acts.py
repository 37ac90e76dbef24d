"""What members did, for behavioural tags; what the platform knows of the past is told here once."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import grant, protect_by_mall

revision = '0052_member_acts'
down_revision = '0051_member_messages'
branch_labels = None
depends_on = None

# Whoever was merged is the member they became; who left is nobody.
PEOPLE = """
WITH RECURSIVE person(mall_id, origin_id, member_id, state, next_id) AS (
    SELECT mall_id, id, id, state, merged_into_id FROM member
    UNION ALL
    SELECT p.mall_id, p.origin_id, m.id, m.state, m.merged_into_id FROM person p
    JOIN member m ON m.mall_id = p.mall_id AND m.id = p.next_id
), past(mall_id, member_id, act, reference, shop, coupon_kind, happened_at) AS (
    SELECT c.mall_id, c.member_id, 'coupon_used', c.order_key || ':' || c.id, NULL, t.terms ->> 'kind', c.used_at
    FROM coupon c JOIN coupon_template t ON t.mall_id = c.mall_id AND t.id = c.template_id
    WHERE c.state = 'used' AND c.used_at IS NOT NULL
    UNION ALL
    SELECT mall_id, member_id, 'points_spent', key, NULL, NULL, coalesce(ended_at, held_at) FROM point_redemption
    WHERE state = 'committed' AND restored < points
    UNION ALL
    SELECT mall_id, member_id, 'receipt_claimed', CAST(id AS text), shop, NULL, claimed_at FROM receipt_claim
    WHERE state = 'accepted'
    UNION ALL
    SELECT mall_id, member_id, 'request_opened', key, shop, NULL, asked_at FROM service_request
    UNION ALL
    SELECT r.mall_id, s.member_id, 'goods_returned', CAST(r.id AS text), s.shop, NULL, r.returned_at
    FROM sale_return r JOIN sale s ON s.mall_id = r.mall_id AND s.id = r.sale_id
    UNION ALL
    SELECT mall_id, member_id, 'message_read', CAST(id AS text), NULL, NULL, read_at FROM member_message
    WHERE read_at IS NOT NULL
)
INSERT INTO member_act
    (mall_id, member_id, origin_id, act, reference, category, coupon_kind, happened_at, is_undone)
SELECT past.mall_id, person.member_id, past.member_id, past.act, past.reference, unit.category, past.coupon_kind,
    past.happened_at, false
FROM past
JOIN person ON person.mall_id = past.mall_id AND person.origin_id = past.member_id
    AND person.state IN ('active', 'closing')
LEFT JOIN unit ON unit.mall_id = past.mall_id AND unit.code = past.shop
WHERE past.happened_at > now() - interval '730 days'
"""


def upgrade() -> None:
    op.create_table(
        'member_act',
        sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.Column('member_id', sa.BigInteger, nullable=False),
        sa.Column('origin_id', sa.BigInteger, nullable=False),
        sa.Column('act', sa.String, nullable=False),
        sa.Column('reference', sa.String, nullable=False),
        sa.Column('category', sa.String, nullable=True),
        sa.Column('coupon_kind', sa.String, nullable=True),
        sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('is_undone', sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name='fk_member_act_mall_id'),
        sa.ForeignKeyConstraint(
            ['mall_id', 'member_id'], ['member.mall_id', 'member.id'], name='fk_member_act_mall_id_member_id'
        ),
        sa.ForeignKeyConstraint(
            ['mall_id', 'origin_id'], ['member.mall_id', 'member.id'], name='fk_member_act_mall_id_origin_id'
        ),
        sa.PrimaryKeyConstraint('id', name='pk_member_act'),
        sa.UniqueConstraint('mall_id', 'act', 'reference', name='uq_member_act_mall_id_act_reference'),
    )
    op.create_index('ix_member_act_member', 'member_act', ['mall_id', 'member_id', 'act', 'happened_at'])
    op.create_index('ix_member_act_happened', 'member_act', ['mall_id', 'act', 'happened_at'])
    op.execute(PEOPLE)
    op.execute(protect_by_mall('member_act'))
    op.execute(grant('member_act', ('SELECT', 'INSERT', 'UPDATE', 'DELETE')))


def downgrade() -> None:
    op.drop_table('member_act')
