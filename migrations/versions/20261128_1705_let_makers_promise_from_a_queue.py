"""Let makers promise from a queue: how many pieces their months hold, and for which day each piece is promised."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from catalog.codes import new_code

revision = "20261128_1705"
down_revision = "20261128_1700"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paces",
        sa.Column("maker_id", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.CheckConstraint("pieces BETWEEN 1 AND 999", name=op.f("ck_paces_pieces")),
        _whole("paces", "pieces"),
        sa.ForeignKeyConstraint(["maker_id"], ["makers.id"], name=op.f("fk_paces_maker_id_makers")),
        sa.PrimaryKeyConstraint("maker_id", name=op.f("pk_paces")),
    )
    op.create_table(
        "capacities",
        sa.Column("maker_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.Column("is_exception", sa.Boolean(), nullable=False),
        sa.CheckConstraint("pieces BETWEEN 0 AND 999", name=op.f("ck_capacities_pieces")),
        sa.CheckConstraint("booked >= 0 AND booked <= pieces", name=op.f("ck_capacities_booked")),
        _whole("capacities", "pieces"),
        _whole("capacities", "booked"),
        sa.ForeignKeyConstraint(["maker_id"], ["makers.id"], name=op.f("fk_capacities_maker_id_makers")),
        sa.PrimaryKeyConstraint("maker_id", "month", name=op.f("pk_capacities")),
    )
    op.create_table(
        "bookings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("maker_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_bookings_quantity")),
        _whole("bookings", "maker_id"),
        _whole("bookings", "variant_id"),
        _whole("bookings", "quantity"),
        sa.ForeignKeyConstraint(["maker_id"], ["makers.id"], name=op.f("fk_bookings_maker_id_makers")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_bookings_variant_id_variants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
        sa.UniqueConstraint("code", name=op.f("uq_bookings_code")),
    )
    op.create_index("ix_bookings_queue", "bookings", ["maker_id", "closed_at", "due_on"], unique=False)
    op.create_index(op.f("ix_bookings_reference"), "bookings", ["reference"], unique=False)
    op.create_index(op.f("ix_bookings_variant_id"), "bookings", ["variant_id"], unique=False)
    _queue_up_what_is_ordered()


def downgrade() -> None:
    op.drop_table("bookings")
    op.drop_table("capacities")
    op.drop_table("paces")


def _whole(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"typeof({column}) = 'integer'", name=op.f(f"ck_{table}_{column}_whole")).ddl_if(
        dialect="sqlite"
    )


def _queue_up_what_is_ordered() -> None:
    """Pieces that buyers wait for already are promised for the day that their order names."""
    connection = op.get_bind()
    waiting = connection.execute(
        sa.text(
            "SELECT p.maker_id, l.variant_id, o.code AS reference, o.ship_by, o.created_at, l.quantity"
            " FROM order_lines l JOIN orders o ON o.id = l.order_id"
            " JOIN variants v ON v.id = l.variant_id JOIN products p ON p.id = v.product_id"
            " WHERE l.fulfilment = 'made-to-order' AND o.state IN ('awaiting-payment', 'to-confirm', 'processing')"
        ).columns(ship_by=sa.Date(), created_at=sa.DateTime(timezone=True))
    ).mappings()
    bookings = sa.table(
        "bookings",
        *(sa.column(name) for name in ("code", "maker_id", "variant_id", "reference", "quantity")),
        sa.column("due_on", sa.Date()),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )
    rows = [
        {**row, "code": new_code(12), "due_on": row["ship_by"] or row["created_at"].date()} for row in waiting
    ]
    for row in rows:
        row.pop("ship_by")
    if rows:
        connection.execute(sa.insert(bookings), rows)
