"""Let shops name their least order: what an order's pieces must cost together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1110"
down_revision = "20261128_1020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    checks = [sa.CheckConstraint("minimum_order >= 0", name=op.f("ck_sellers_minimum_order"))]
    if op.get_bind().dialect.name == "sqlite":
        checks.append(
            sa.CheckConstraint("typeof(minimum_order) = 'integer'", name=op.f("ck_sellers_minimum_order_whole"))
        )
    op.add_column("sellers", sa.Column("minimum_order", sa.BigInteger(), *checks, server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("sellers", "minimum_order")
