"""Lines of carts may be set aside for later, and remember that their buyer saw them sold out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1822"
down_revision = "20261128_1861"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cart_lines", sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cart_lines", sa.Column("gone_seen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("cart_lines", "gone_seen_at")
    op.drop_column("cart_lines", "saved_at")
