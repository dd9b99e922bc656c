"""Hold pieces for buyers who are at the checkout."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1824"
down_revision = "20261128_1822"
branch_labels = None
depends_on = None

HELD = "held >= 0 AND reserved + held <= on_hand"


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        # A column may bring its own CHECKs; adding one to the table would copy all of it.
        op.execute(
            "ALTER TABLE stocks ADD COLUMN held BIGINT DEFAULT '0' NOT NULL"
            f" CONSTRAINT ck_stocks_held CHECK ({HELD})"
            " CONSTRAINT ck_stocks_held_whole CHECK (typeof(held) = 'integer')"
        )
    else:
        op.add_column("stocks", sa.Column("held", sa.BigInteger(), server_default="0", nullable=False))
        op.create_check_constraint(op.f("ck_stocks_held"), "stocks", HELD)
    whole = [sa.CheckConstraint("typeof(quantity) = 'integer'", name=op.f("ck_holds_quantity_whole"))] if is_sqlite else []
    op.create_table(
        "holds",
        sa.Column("reference", sa.String(80), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        *whole,
        sa.CheckConstraint("quantity > 0", name=op.f("ck_holds_quantity")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_holds_variant_id_variants")),
        sa.PrimaryKeyConstraint("reference", "variant_id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_variant_id"), "holds", ["variant_id"])
    op.create_index(op.f("ix_holds_expires_at"), "holds", ["expires_at"])
    op.add_column("carts", sa.Column("held_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("carts", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("carts", "held_until")
    op.drop_column("carts", "held_since")
    op.drop_table("holds")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_stocks_held"), "stocks", type_="check")
    op.drop_column("stocks", "held")
