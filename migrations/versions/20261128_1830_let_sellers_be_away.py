"""Let sellers be away: the closures and rest days of a shop, a value of its own row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1830"
down_revision = "20261128_1810"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sellers", sa.Column("calendar", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("sellers", "calendar")
