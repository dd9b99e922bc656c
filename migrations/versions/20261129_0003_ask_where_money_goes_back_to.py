"""Ask buyers where their money goes back to, where people send it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261129_0003"
down_revision = "20261128_2104"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refund_accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purchase_code", sa.String(length=26), nullable=False),
        sa.Column("bank", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(number) BETWEEN 5 AND 20", name=op.f("ck_refund_accounts_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_accounts")),
        sa.UniqueConstraint("purchase_code", name=op.f("uq_refund_accounts_purchase_code")),
    )


def downgrade() -> None:
    op.drop_table("refund_accounts")
