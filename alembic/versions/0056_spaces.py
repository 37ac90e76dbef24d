"""The mall blocks a space for its own use; shops learn when a space is taken, and not by whom."""

import sqlalchemy as sa
from alembic import op

revision = '0056_spaces'
down_revision = '0055_shop_keys'
branch_labels = None
depends_on = None

# Runs as the owner of the table, whom the tenants' policy does not bind; it tells times of the caller's mall alone.
TAKEN = """
    CREATE FUNCTION taken_spaces(since timestamptz, until timestamptz)
        RETURNS TABLE (space_id bigint, occupied_from timestamptz, starts_at timestamptz, ends_at timestamptz)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT b.space_id, b.occupied_from, b.starts_at, b.ends_at FROM space_booking b
         WHERE b.mall_id = app_mall() AND NOT b.is_cancelled AND b.ends_at > since AND b.occupied_from < until
         ORDER BY b.occupied_from
    $$;
"""


def upgrade() -> None:
    op.alter_column('space_booking', 'promotion_id', nullable=True)
    op.alter_column('space_booking', 'tenant_id', nullable=True)
    op.add_column('space_booking', sa.Column('reason', sa.String, nullable=True))
    op.create_check_constraint(
        'booked_or_blocked', 'space_booking',
        '(promotion_id IS NULL) = (reason IS NOT NULL) AND (promotion_id IS NULL) = (tenant_id IS NULL)',
    )  # fmt: skip
    op.execute(TAKEN)


def downgrade() -> None:
    op.execute('DROP FUNCTION taken_spaces(timestamptz, timestamptz)')
    op.drop_constraint('booked_or_blocked', 'space_booking', type_='check')
    op.execute('DELETE FROM space_booking WHERE promotion_id IS NULL')
    op.drop_column('space_booking', 'reason')
    op.alter_column('space_booking', 'tenant_id', nullable=False)
    op.alter_column('space_booking', 'promotion_id', nullable=False)
