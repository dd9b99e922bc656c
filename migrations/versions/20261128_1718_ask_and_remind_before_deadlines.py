"""Ask and remind before deadlines: a buyer's wish to cancel, and when somebody is reminded of an order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1718"
down_revision = "20261128_1715"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("orders", sa.Column("cancel_wish", sa.String(length=300), server_default="", nullable=False))
    op.add_column("orders", sa.Column("cancel_asked_at", sa.DateTime(timezone=True), nullable=True))
    answered = sa.CheckConstraint(
        "cancel_answered_at IS NULL OR cancel_asked_at IS NOT NULL", name=op.f("ck_orders_cancel_answered")
    )
    op.add_column("orders", sa.Column("cancel_answered_at", sa.DateTime(timezone=True), answered, nullable=True))
    op.create_index("ix_orders_remind", "orders", ["remind_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_orders_remind", "orders")
    op.drop_column("orders", "cancel_answered_at")
    op.drop_column("orders", "cancel_asked_at")
    op.drop_column("orders", "cancel_wish")
    op.drop_column("orders", "remind_at")
