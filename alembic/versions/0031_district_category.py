"""What a shop of the district sells, as it was when the payment was settled."""

import sqlalchemy as sa
from alembic import op

revision = '0031_district_category'
down_revision = '0030_district'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('district_transaction', sa.Column('category', sa.String, nullable=False, server_default='district'))
    op.alter_column('district_transaction', 'category', server_default=None)


def downgrade() -> None:
    op.drop_column('district_transaction', 'category')
