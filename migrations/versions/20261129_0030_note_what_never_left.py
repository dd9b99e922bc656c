"""Note which pieces of an order never left, when an operator ends the waiting for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261129_0030"
down_revision = "20261129_0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shipments", sa.Column("unsent_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("shipments", "unsent_at")
