"""Let buyers pay in two parts: deposits, balances, photos of the work, and what each payment is for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.reshaping import reshape

revision = "20261128_1800"
down_revision = "20261128_1860"
branch_labels = None
depends_on = None

_LIVE = "state IN ('pending', 'paid')"
_PURPOSES = "purpose IN ('whole', 'deposit', 'balance')"


def upgrade() -> None:
    purpose = sa.CheckConstraint(_PURPOSES, name=op.f("ck_payments_purpose"))
    op.add_column("payments", sa.Column("purpose", sa.String(40), purpose, server_default="whole", nullable=False))
    balance = sa.CheckConstraint("(purpose = 'balance') = (order_code IS NOT NULL)", name=op.f("ck_payments_balance"))
    op.add_column("payments", sa.Column("order_code", sa.String(26), balance, nullable=True))
    op.drop_index("uq_payments_live", "payments")
    _unique("uq_payments_live", "payments", ["purchase_code"], f"{_LIVE} AND order_code IS NULL")
    _unique("uq_payments_live_balance", "payments", ["order_code"], f"{_LIVE} AND order_code IS NOT NULL")

    _one_refund_per_order(False)
    op.drop_index("uq_refunds_return_code", "refunds")
    _unique("uq_refunds_order", "refunds", ["order_code", "payment_id"])
    _unique("uq_refunds_return", "refunds", ["return_code", "payment_id"])

    _number("variants", "deposit_percent", sa.Integer(), {
        "deposit_percent": "deposit_percent BETWEEN 0 AND 90 AND (deposit_percent = 0 OR fulfilment = 'made-to-order')"
    })  # fmt: skip
    _number("order_lines", "deposit_percent", sa.Integer(), {"deposit_percent": "deposit_percent BETWEEN 0 AND 90"})
    _number("order_lines", "balance", sa.BigInteger(), {
        "balance": "balance = 0 OR (deposit_percent > 0 AND balance BETWEEN 0 AND total - discount)"
    })  # fmt: skip
    _number("orders", "balance", sa.BigInteger(), {"balance": "balance BETWEEN 0 AND total"})
    op.add_column("orders", sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True))
    paid = sa.CheckConstraint(
        "balance_paid_at IS NULL OR (ready_at IS NOT NULL AND balance > 0)", name=op.f("ck_orders_balance_paid_at")
    )
    first = sa.CheckConstraint(
        "balance = 0 OR balance_paid_at IS NOT NULL OR state NOT IN ('shipped', 'delivered', 'completed')",
        name=op.f("ck_orders_balance_first"),
    )
    op.add_column("orders", sa.Column("balance_paid_at", sa.DateTime(timezone=True), paid, first, nullable=True))
    _number("orders", "keeps_begun", sa.Integer(), {"keeps_begun": "keeps_begun BETWEEN 0 AND 100"})
    _number("orders", "keeps_ready", sa.Integer(), {"keeps_ready": "keeps_ready BETWEEN 0 AND 100"})
    _number("orders", "kept", sa.BigInteger(), {
        "kept": "kept = 0 OR (state = 'cancelled' AND kept BETWEEN 0 AND total - balance)"
    })  # fmt: skip

    whole = []
    if op.get_bind().dialect.name == "sqlite":
        whole = [
            sa.CheckConstraint("typeof(order_id) = 'integer'", name=op.f("ck_progress_photos_order_id_whole")),
            sa.CheckConstraint(
                "shown_by_id IS NULL OR typeof(shown_by_id) = 'integer'",
                name=op.f("ck_progress_photos_shown_by_id_whole"),
            ),
        ]
    op.create_table(
        "progress_photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(26), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(300), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("shown_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *whole,
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_progress_photos_order_id_orders")),
        sa.ForeignKeyConstraint(["shown_by_id"], ["users.id"], name=op.f("fk_progress_photos_shown_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_photos")),
        sa.UniqueConstraint("code", name=op.f("uq_progress_photos_code")),
        sa.UniqueConstraint("order_id", "digest", name=op.f("uq_progress_photos_order_id_digest")),
    )


def downgrade() -> None:
    op.drop_table("progress_photos")
    for name in ("kept", "keeps_ready", "keeps_begun", "balance_paid_at", "ready_at", "balance"):
        op.drop_column("orders", name)
    op.drop_column("order_lines", "balance")
    op.drop_column("order_lines", "deposit_percent")
    op.drop_column("variants", "deposit_percent")
    # The old tables know one refund per order and one payment per purchase: what was paid and sent for the rest of an
    # order has no place in them.
    op.execute(
        "DELETE FROM refund_lines WHERE refund_id IN (SELECT refunds.id FROM refunds"
        " JOIN payments ON payments.id = refunds.payment_id WHERE payments.purpose = 'balance')"
    )
    op.execute("DELETE FROM refunds WHERE payment_id IN (SELECT id FROM payments WHERE purpose = 'balance')")
    op.execute("DELETE FROM payments WHERE purpose = 'balance'")
    op.drop_index("uq_refunds_return", "refunds")
    op.drop_index("uq_refunds_order", "refunds")
    _unique("uq_refunds_return_code", "refunds", ["return_code"])
    _one_refund_per_order(True)
    op.drop_index("uq_payments_live_balance", "payments")
    op.drop_index("uq_payments_live", "payments")
    op.drop_column("payments", "order_code")
    op.drop_column("payments", "purpose")
    _unique("uq_payments_live", "payments", ["purchase_code"], _LIVE)


def _unique(name: str, table: str, columns: list[str], where: str | None = None) -> None:
    words = sa.text(where) if where else None
    op.create_index(name, table, columns, unique=True, sqlite_where=words, postgresql_where=words)


def _number(table: str, name: str, kind: sa.types.TypeEngine[int], rules: dict[str, str]) -> None:
    checks = [sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{key}")) for key, rule in rules.items()]
    if op.get_bind().dialect.name == "sqlite":
        checks.append(sa.CheckConstraint(f"typeof({name}) = 'integer'", name=op.f(f"ck_{table}_{name}_whole")))
    op.add_column(table, sa.Column(name, kind, *checks, server_default="0", nullable=False))


def _one_refund_per_order(only: bool) -> None:
    name = "uq_refunds_order_code"
    if op.get_bind().dialect.name == "sqlite":
        if only:
            reshape("refunds", add=[f"CONSTRAINT {name} UNIQUE (order_code)"])
        else:
            reshape("refunds", drop=[name])
    elif only:
        op.create_unique_constraint(op.f(name), "refunds", ["order_code"])
    else:
        op.drop_constraint(op.f(name), "refunds", type_="unique")
