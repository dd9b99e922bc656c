"""Let sellers propose another day for an order, which its buyer answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1725"
down_revision = "20261128_1718"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "day_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("new_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("new_on > first_on", name=op.f("ck_day_proposals_later")),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_day_proposals_answered")),
        sa.CheckConstraint(
            "answer IN ('accepted', 'declined', 'withdrawn', 'lapsed')", name=op.f("ck_day_proposals_answer")
        ),
        sa.CheckConstraint("typeof(order_id) = 'integer'", name=op.f("ck_day_proposals_order_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "proposed_by_id IS NULL OR typeof(proposed_by_id) = 'integer'",
            name=op.f("ck_day_proposals_proposed_by_id_whole"),
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_day_proposals_order_id_orders")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["users.id"], name=op.f("fk_day_proposals_proposed_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_proposals")),
        sa.UniqueConstraint("code", name=op.f("uq_day_proposals_code")),
    )
    op.create_index("ix_day_proposals_order", "day_proposals", ["order_id", "id"], unique=False)
    op.create_index(
        "uq_day_proposals_open",
        "day_proposals",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("day_proposals")
