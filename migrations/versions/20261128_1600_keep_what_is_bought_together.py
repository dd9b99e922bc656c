"""Keep what is bought together: pairs of products and their place in the row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1600"
down_revision = "20261128_1500"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "companions",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("product_id <> other_id", name=op.f("ck_companions_other")),
        sa.CheckConstraint("position BETWEEN 1 AND 12", name=op.f("ck_companions_position")),
        sa.CheckConstraint("typeof(position) = 'integer'", name=op.f("ck_companions_position_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_companions_product_id_products")),
        sa.ForeignKeyConstraint(["other_id"], ["products.id"], name=op.f("fk_companions_other_id_products")),
        sa.PrimaryKeyConstraint("product_id", "other_id", name=op.f("pk_companions")),
        sa.UniqueConstraint("product_id", "position", name=op.f("uq_companions_product_id_position")),
    )
    op.create_index(op.f("ix_companions_other_id"), "companions", ["other_id"], unique=False)


def downgrade() -> None:
    op.drop_table("companions")
