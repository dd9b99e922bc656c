"""Keep what couriers outside the house say: prices for a while, and where a parcel was seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1500"
down_revision = "20261128_1420"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_quotes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("fresh_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_quotes")),
        sa.UniqueConstraint("digest", name=op.f("uq_kept_quotes_digest")),
    )
    op.create_index(op.f("ix_kept_quotes_expires_at"), "kept_quotes", ["expires_at"], unique=False)
    op.add_column("shipments", sa.Column("scans", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("shipments", sa.Column("followed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("shipments", "followed_at")
    op.drop_column("shipments", "scans")
    op.drop_table("kept_quotes")
