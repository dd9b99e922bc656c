"""Crafts and motifs name the pages that tell of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1015"
down_revision = "20261128_0556"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("crafts", "motifs"):
        op.add_column(table, sa.Column("sources", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    for table in ("crafts", "motifs"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("sources")
