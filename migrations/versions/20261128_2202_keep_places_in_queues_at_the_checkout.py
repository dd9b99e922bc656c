"""Keep places in makers' queues for buyers at the checkout."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_2202"
down_revision = "20261128_2103"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    whole = [sa.CheckConstraint("typeof(quantity) = 'integer'", name=op.f("ck_held_days_quantity_whole"))] if is_sqlite else []
    op.create_table(
        "held_days",
        sa.Column("reference", sa.String(80), nullable=False),
        sa.Column("maker_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_held_days_quantity")),
        *whole,
        sa.ForeignKeyConstraint(["maker_id"], ["makers.id"], name=op.f("fk_held_days_maker_id_makers")),
        sa.PrimaryKeyConstraint("reference", "maker_id", "due_on", name=op.f("pk_held_days")),
    )
    op.create_index("ix_held_days_expires_at", "held_days", ["expires_at"])
    op.create_index("ix_held_days_queue", "held_days", ["maker_id", "expires_at"])


def downgrade() -> None:
    op.drop_table("held_days")
