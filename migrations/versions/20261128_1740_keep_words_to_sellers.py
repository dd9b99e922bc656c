"""Keep what a buyer says to each seller, in the cart and on the order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1740"
down_revision = "20261128_1730"
branch_labels = None
depends_on = None


def upgrade() -> None:
    whole = []
    if op.get_bind().dialect.name == "sqlite":
        whole = [
            sa.CheckConstraint(f"typeof({name}) = 'integer'", name=op.f(f"ck_cart_words_{name}_whole"))
            for name in ("cart_id", "seller_id")
        ]
    op.create_table(
        "cart_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cart_id", sa.Integer(), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(1200), nullable=False),
        sa.Column("gift_message", sa.String(1200), nullable=False),
        *whole,
        sa.ForeignKeyConstraint(["cart_id"], ["carts.id"], name=op.f("fk_cart_words_cart_id_carts"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_cart_words_seller_id_sellers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_words")),
        sa.UniqueConstraint("cart_id", "seller_id", name=op.f("uq_cart_words_cart_id_seller_id")),
    )
    op.create_index(op.f("ix_cart_words_seller_id"), "cart_words", ["seller_id"])
    op.add_column("orders", sa.Column("gift_message", sa.String(300), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("orders", "gift_message")
    op.drop_table("cart_words")
