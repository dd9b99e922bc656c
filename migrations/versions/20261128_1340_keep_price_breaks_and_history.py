"""Keep price breaks and the history of prices: what many pieces cost, and what one cost before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1340"
down_revision = "20261128_1245"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "price_breaks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity BETWEEN 2 AND 999", name=op.f("ck_price_breaks_quantity")),
        sa.CheckConstraint("price > 0", name=op.f("ck_price_breaks_price")),
        *_whole("price_breaks", "variant_id", "quantity", "price"),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_price_breaks_variant_id_variants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_breaks")),
        sa.UniqueConstraint("variant_id", "quantity", name=op.f("uq_price_breaks_variant_id_quantity")),
    )
    op.create_table(
        "price_spans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("price > 0", name=op.f("ck_price_spans_price")),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_price_spans_span")),
        *_whole("price_spans", "variant_id", "price"),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_price_spans_variant_id_variants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_spans")),
    )
    op.create_index("ix_price_spans_variant", "price_spans", ["variant_id", "since"])
    is_open = sa.text("until IS NULL")
    op.create_index(
        "uq_price_spans_open", "price_spans", ["variant_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    op.execute(
        "INSERT INTO price_spans (variant_id, price, since) SELECT v.id, v.price, COALESCE(p.published_at, p.created_at)"
        " FROM variants v JOIN products p ON p.id = v.product_id"
    )


def _whole(table: str, *columns: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f"typeof({one}) = 'integer'", name=op.f(f"ck_{table}_{one}_whole")).ddl_if(dialect="sqlite")
        for one in columns
    ]


def downgrade() -> None:
    op.drop_table("price_spans")
    op.drop_table("price_breaks")
