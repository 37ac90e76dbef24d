"""An applicant takes back what is not decided yet."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import APP_ROLE

revision = '0057_withdrawals'
down_revision = '0056_spaces'
branch_labels = None
depends_on = None

BEFORE = "'pending', 'approved', 'rejected', 'returned'"


# What an applicant may change of a permit: not whose it is, nor its kind, nor its code.
REVISED = 'starts_at, ends_at, text, insured_until, goods'


def upgrade() -> None:
    op.execute(f'GRANT UPDATE ({REVISED}) ON permit TO {APP_ROLE}')
    op.add_column('approval', sa.Column('withdrawn_by', sa.String, nullable=True))
    op.add_column('approval', sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('approval', sa.Column('withdrawn_why', sa.String, nullable=True))
    _allow(f"{BEFORE}, 'withdrawn'")
    op.create_check_constraint(
        'withdrawn_by_somebody', 'approval', "(status = 'withdrawn') = (withdrawn_at IS NOT NULL)"
    )


def downgrade() -> None:
    op.execute(f'REVOKE UPDATE ({REVISED}) ON permit FROM {APP_ROLE}')
    op.drop_constraint('withdrawn_by_somebody', 'approval', type_='check')
    # The state before knew no withdrawals; what was taken back is over, as what was rejected is.
    op.execute("UPDATE approval SET status = 'rejected' WHERE status = 'withdrawn'")
    _allow(BEFORE)
    for column in ('withdrawn_why', 'withdrawn_at', 'withdrawn_by'):
        op.drop_column('approval', column)


def _allow(states: str) -> None:
    op.drop_constraint('known_status', 'approval', type_='check')
    op.create_check_constraint('known_status', 'approval', f'status IN ({states})')
