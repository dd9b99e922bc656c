"""Take pieces back: returns with their lines, photos and events, refunds per line, and what orders count of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1620"
down_revision = "20261128_1610"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add("order_lines", "returned", sa.BigInteger(), "returned BETWEEN 0 AND shipped", "0")
    _add("order_lines", "refunded", sa.BigInteger(), "refunded BETWEEN 0 AND total", "0")
    _add("orders", "refunded", sa.BigInteger(), "refunded BETWEEN 0 AND total", "0")
    _add("orders", "open_returns", sa.Integer(), "open_returns >= 0", "0")
    cause = sa.CheckConstraint("order_code IS NULL OR return_code IS NULL", name=op.f("ck_refunds_cause"))
    op.add_column("refunds", sa.Column("return_code", sa.String(length=26), cause, nullable=True))
    op.create_index("uq_refunds_return_code", "refunds", ["return_code"], unique=True)
    op.create_table(
        "returns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "return",
                "exchange",
                "claim",
                "remake",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "offered",
                "refused",
                "escalated",
                "decided",
                "appealed",
                "agreed",
                "to-send-back",
                "sent-back",
                "replacing",
                "replaced",
                "settled",
                "closed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column(
            "remedy",
            sa.Enum(
                "refund",
                "replacement",
                "remake",
                "nothing",
                name="remedy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("sends_back", sa.Boolean(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("decision", sa.String(length=1000), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "appealed_by",
            sa.Enum(
                "buyer",
                "seller",
                "operator",
                "system",
                name="appealed_by",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("concluded_by_id", sa.Integer(), nullable=True),
        sa.Column("back_courier", sa.String(length=40), nullable=False),
        sa.Column("back_number", sa.String(length=40), nullable=False),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("anew_courier", sa.String(length=40), nullable=False),
        sa.Column("anew_number", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(promised_on IS NOT NULL) = (remedy IS NOT NULL AND remedy IN ('replacement', 'remake'))",
            name=op.f("ck_returns_promised"),
        ),
        sa.CheckConstraint("(state IN ('settled', 'closed')) = (due_at IS NULL)", name=op.f("ck_returns_timer")),
        sa.CheckConstraint(
            "concluded_by_id IS NULL OR typeof(concluded_by_id) = 'integer'",
            name=op.f("ck_returns_concluded_by_id_whole"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR typeof(decided_by_id) = 'integer'", name=op.f("ck_returns_decided_by_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("state <> 'agreed'", name=op.f("ck_returns_passing")),
        sa.CheckConstraint("typeof(order_id) = 'integer'", name=op.f("ck_returns_order_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(seller_id) = 'integer'", name=op.f("ck_returns_seller_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("(decided_by_id IS NULL) = (decided_at IS NULL)", name=op.f("ck_returns_decided")),
        sa.ForeignKeyConstraint(["concluded_by_id"], ["users.id"], name=op.f("fk_returns_concluded_by_id_users")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_returns_decided_by_id_users")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_returns_order_id_orders")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_returns_seller_id_sellers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
        sa.UniqueConstraint("code", name=op.f("uq_returns_code")),
    )
    op.create_index("ix_returns_desk", "returns", ["seller_id", "state", "due_at", "id"], unique=False)
    op.create_index("ix_returns_due", "returns", ["due_at", "id"], unique=False)
    op.create_index(op.f("ix_returns_order_id"), "returns", ["order_id"], unique=False)
    op.create_index("ix_returns_state", "returns", ["state", "due_at", "id"], unique=False)
    op.create_table(
        "return_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column(
            "actor",
            sa.Enum(
                "buyer",
                "seller",
                "operator",
                "system",
                name="actor",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("actor_user_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "actor_user_id IS NULL OR typeof(actor_user_id) = 'integer'",
            name=op.f("ck_return_events_actor_user_id_whole"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(return_id) = 'integer'", name=op.f("ck_return_events_return_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["actor_user_id"], ["users.id"], name=op.f("fk_return_events_actor_user_id_users")),
        sa.ForeignKeyConstraint(["return_id"], ["returns.id"], name=op.f("fk_return_events_return_id_returns")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_events")),
    )
    op.create_index(op.f("ix_return_events_return_id"), "return_events", ["return_id"], unique=False)
    op.create_table(
        "return_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "damaged",
                "wrong-piece",
                "not-as-described",
                "missing",
                "late",
                "hidden-defect",
                "changed-mind",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("worth_items", sa.BigInteger(), nullable=False),
        sa.Column("worth_shipping", sa.BigInteger(), nullable=False),
        sa.Column("granted", sa.BigInteger(), nullable=False),
        sa.Column("restocked", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("typeof(granted) = 'integer'", name=op.f("ck_return_lines_granted_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(line_id) = 'integer'", name=op.f("ck_return_lines_line_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(quantity) = 'integer'", name=op.f("ck_return_lines_quantity_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(restocked) = 'integer'", name=op.f("ck_return_lines_restocked_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(return_id) = 'integer'", name=op.f("ck_return_lines_return_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(worth_items) = 'integer'", name=op.f("ck_return_lines_worth_items_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "typeof(worth_shipping) = 'integer'", name=op.f("ck_return_lines_worth_shipping_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("granted BETWEEN 0 AND worth_items + worth_shipping", name=op.f("ck_return_lines_granted")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_return_lines_quantity")),
        sa.CheckConstraint("restocked BETWEEN 0 AND quantity", name=op.f("ck_return_lines_restocked")),
        sa.CheckConstraint("worth_items >= 0 AND worth_shipping >= 0", name=op.f("ck_return_lines_worth")),
        sa.ForeignKeyConstraint(["line_id"], ["order_lines.id"], name=op.f("fk_return_lines_line_id_order_lines")),
        sa.ForeignKeyConstraint(["return_id"], ["returns.id"], name=op.f("fk_return_lines_return_id_returns")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_lines")),
        sa.UniqueConstraint("return_id", "line_id", name=op.f("uq_return_lines_return_id_line_id")),
    )
    op.create_index(op.f("ix_return_lines_line_id"), "return_lines", ["line_id"], unique=False)
    op.create_table(
        "return_photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("purchase_id", sa.Integer(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "return_id IS NULL OR typeof(return_id) = 'integer'", name=op.f("ck_return_photos_return_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(purchase_id) = 'integer'", name=op.f("ck_return_photos_purchase_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_return_photos_purchase_id_purchases")),
        sa.ForeignKeyConstraint(["return_id"], ["returns.id"], name=op.f("fk_return_photos_return_id_returns")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_photos")),
        sa.UniqueConstraint("code", name=op.f("uq_return_photos_code")),
    )
    op.create_index(op.f("ix_return_photos_created_at"), "return_photos", ["created_at"], unique=False)
    op.create_index(op.f("ix_return_photos_purchase_id"), "return_photos", ["purchase_id"], unique=False)
    op.create_index(op.f("ix_return_photos_return_id"), "return_photos", ["return_id"], unique=False)
    op.create_table(
        "refund_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("refund_id", sa.Integer(), nullable=False),
        sa.Column("return_line_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("items_total", sa.BigInteger(), nullable=False),
        sa.Column("shipping_total", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("typeof(items_total) = 'integer'", name=op.f("ck_refund_lines_items_total_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(line_id) = 'integer'", name=op.f("ck_refund_lines_line_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(quantity) = 'integer'", name=op.f("ck_refund_lines_quantity_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(refund_id) = 'integer'", name=op.f("ck_refund_lines_refund_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "typeof(return_line_id) = 'integer'", name=op.f("ck_refund_lines_return_line_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "typeof(shipping_total) = 'integer'", name=op.f("ck_refund_lines_shipping_total_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(total) = 'integer'", name=op.f("ck_refund_lines_total_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("items_total >= 0 AND shipping_total >= 0", name=op.f("ck_refund_lines_parts")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_refund_lines_quantity")),
        sa.CheckConstraint("total = items_total + shipping_total AND total > 0", name=op.f("ck_refund_lines_total")),
        sa.ForeignKeyConstraint(["line_id"], ["order_lines.id"], name=op.f("fk_refund_lines_line_id_order_lines")),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name=op.f("fk_refund_lines_refund_id_refunds")),
        sa.ForeignKeyConstraint(
            ["return_line_id"], ["return_lines.id"], name=op.f("fk_refund_lines_return_line_id_return_lines")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_lines")),
        sa.UniqueConstraint("return_line_id", name=op.f("uq_refund_lines_return_line_id")),
    )
    op.create_index(op.f("ix_refund_lines_line_id"), "refund_lines", ["line_id"], unique=False)
    op.create_index(op.f("ix_refund_lines_refund_id"), "refund_lines", ["refund_id"], unique=False)


def _add(table: str, name: str, kind: sa.types.TypeEngine[int], check: str, default: str) -> None:
    checks = [sa.CheckConstraint(check, name=op.f(f"ck_{table}_{name}"))]
    if op.get_bind().dialect.name == "sqlite":
        checks.append(sa.CheckConstraint(f"typeof({name}) = 'integer'", name=op.f(f"ck_{table}_{name}_whole")))
    op.add_column(table, sa.Column(name, kind, *checks, server_default=default, nullable=False))


def downgrade() -> None:
    for table in ("refund_lines", "return_events", "return_photos", "return_lines", "returns"):
        op.drop_table(table)
    op.drop_index("uq_refunds_return_code", "refunds")
    op.drop_column("refunds", "return_code")
    op.drop_column("orders", "open_returns")
    op.drop_column("orders", "refunded")
    op.drop_column("order_lines", "refunded")
    op.drop_column("order_lines", "returned")
