"""Let vouchers take something off: vouchers, who used them, what programmes pay, and each discount by who pays it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.reshaping import reshape

revision = "20261128_1630"
down_revision = "20261128_1620"
branch_labels = None
depends_on = None

_METHODS = "payment_method IN ('bank-transfer', 'cash', 'nothing')"
_OLD_METHODS = "payment_method IN ('bank-transfer', 'cash')"
_TOTAL = "total = items_total + shipping_total - discount_total"
_OLD_TOTAL = "total = items_total + shipping_total"
_ORDER_DISCOUNT = "discount_total >= 0 AND total >= 0"
_LINE_DISCOUNT = "discount >= 0 AND discount <= total"


def _whole(table: str, *columns: str, empty: bool = False) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(
            f"{name} IS NULL OR typeof({name}) = 'integer'" if empty else f"typeof({name}) = 'integer'",
            name=op.f(f"ck_{table}_{name}_whole"),
        ).ddl_if(dialect="sqlite")
        for name in columns
    ]


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "funds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=False),
        sa.Column("committed", sa.BigInteger(), nullable=False),
        sa.Column("created_at", at, nullable=False),
        sa.CheckConstraint("committed >= 0 AND committed <= budget", name=op.f("ck_funds_budget")),
        *_whole("funds", "budget", "committed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funds")),
        sa.UniqueConstraint("code", name=op.f("uq_funds_code")),
        sa.UniqueConstraint("name", name=op.f("uq_funds_name")),
    )
    op.create_table(
        "vouchers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=True),
        sa.Column("worth", sa.BigInteger(), nullable=True),
        sa.Column("cap", sa.BigInteger(), nullable=True),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=True),
        sa.Column("payer", sa.String(length=40), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=True),
        sa.Column("most_uses", sa.BigInteger(), nullable=True),
        sa.Column("most_each", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", at, nullable=False),
        sa.Column("ends_at", at, nullable=False),
        sa.Column("stopped_at", at, nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("created_at", at, nullable=False),
        sa.CheckConstraint("kind IN ('percentage', 'fixed', 'shipping')", name=op.f("ck_vouchers_kind")),
        sa.CheckConstraint("payer IN ('seller', 'platform', 'programme')", name=op.f("ck_vouchers_payer")),
        sa.CheckConstraint("(kind = 'percentage') = (percent IS NOT NULL)", name=op.f("ck_vouchers_percent_of_kind")),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name=op.f("ck_vouchers_percent")),
        sa.CheckConstraint("(kind = 'fixed') = (worth IS NOT NULL)", name=op.f("ck_vouchers_worth_of_kind")),
        sa.CheckConstraint("worth > 0", name=op.f("ck_vouchers_worth")),
        sa.CheckConstraint("cap IS NULL OR (cap > 0 AND kind <> 'fixed')", name=op.f("ck_vouchers_cap")),
        sa.CheckConstraint("minimum >= 0", name=op.f("ck_vouchers_minimum")),
        sa.CheckConstraint(
            "used >= 0 AND (most_uses IS NULL OR used <= most_uses)", name=op.f("ck_vouchers_used")
        ),
        sa.CheckConstraint("most_uses > 0", name=op.f("ck_vouchers_most_uses")),
        sa.CheckConstraint("most_each > 0", name=op.f("ck_vouchers_most_each")),
        sa.CheckConstraint("(payer = 'programme') = (fund_id IS NOT NULL)", name=op.f("ck_vouchers_fund")),
        sa.CheckConstraint("payer <> 'seller' OR seller_id IS NOT NULL", name=op.f("ck_vouchers_seller")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_vouchers_span")),
        *_whole("vouchers", "minimum", "used"),
        *_whole(
            "vouchers", "percent", "worth", "cap", "seller_id", "fund_id", "most_uses", "most_each", "made_by_id",
            empty=True,
        ),  # fmt: skip
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_vouchers_seller_id_sellers")),
        sa.ForeignKeyConstraint(["fund_id"], ["funds.id"], name=op.f("fk_vouchers_fund_id_funds")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_vouchers_made_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vouchers")),
        sa.UniqueConstraint("code", name=op.f("uq_vouchers_code")),
    )
    op.create_index("ix_vouchers_of_seller", "vouchers", ["seller_id", "id"], unique=False)
    op.create_index(op.f("ix_vouchers_fund_id"), "vouchers", ["fund_id"], unique=False)
    op.create_table(
        "voucher_crafts",
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("craft_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["voucher_id"], ["vouchers.id"], name=op.f("fk_voucher_crafts_voucher_id_vouchers")),
        sa.ForeignKeyConstraint(["craft_id"], ["crafts.id"], name=op.f("fk_voucher_crafts_craft_id_crafts")),
        sa.PrimaryKeyConstraint("voucher_id", "craft_id", name=op.f("pk_voucher_crafts")),
    )
    op.create_index(op.f("ix_voucher_crafts_craft_id"), "voucher_crafts", ["craft_id"], unique=False)
    op.create_table(
        "voucher_uses",
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("used >= 0", name=op.f("ck_voucher_uses_used")),
        *_whole("voucher_uses", "used"),
        sa.ForeignKeyConstraint(["voucher_id"], ["vouchers.id"], name=op.f("fk_voucher_uses_voucher_id_vouchers")),
        sa.PrimaryKeyConstraint("voucher_id", "person", name=op.f("pk_voucher_uses")),
    )
    op.create_table(
        "redemptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("purchase_code", sa.String(length=26), nullable=False),
        sa.Column("given", sa.BigInteger(), nullable=False),
        sa.Column("stands", sa.BigInteger(), nullable=False),
        sa.Column("persons", sa.JSON(), nullable=False),
        sa.Column("released_at", at, nullable=True),
        sa.Column("created_at", at, nullable=False),
        sa.CheckConstraint("given > 0", name=op.f("ck_redemptions_given")),
        sa.CheckConstraint("stands >= 0 AND stands <= given", name=op.f("ck_redemptions_stands")),
        sa.CheckConstraint("(stands = 0) = (released_at IS NOT NULL)", name=op.f("ck_redemptions_released")),
        *_whole("redemptions", "voucher_id", "given", "stands"),
        sa.ForeignKeyConstraint(["voucher_id"], ["vouchers.id"], name=op.f("fk_redemptions_voucher_id_vouchers")),
        sa.ForeignKeyConstraint(
            ["purchase_code"], ["purchases.code"], name=op.f("fk_redemptions_purchase_code_purchases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemptions")),
        sa.UniqueConstraint("voucher_id", "purchase_code", name=op.f("uq_redemptions_voucher_id_purchase_code")),
    )
    op.create_index(op.f("ix_redemptions_purchase_code"), "redemptions", ["purchase_code"], unique=False)
    op.create_table(
        "discounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("voucher", sa.String(length=26), nullable=False),
        sa.Column("payer", sa.String(length=40), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("total > 0", name=op.f("ck_discounts_total")),
        sa.CheckConstraint("payer IN ('seller', 'platform', 'programme')", name=op.f("ck_discounts_payer")),
        *_whole("discounts", "order_id", "total"),
        *_whole("discounts", "line_id", empty=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_discounts_order_id_orders")),
        sa.ForeignKeyConstraint(["line_id"], ["order_lines.id"], name=op.f("fk_discounts_line_id_order_lines")),
        sa.ForeignKeyConstraint(["voucher"], ["vouchers.code"], name=op.f("fk_discounts_voucher_vouchers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discounts")),
        sa.UniqueConstraint("order_id", "line_id", "voucher", name=op.f("uq_discounts_order_id_line_id_voucher")),
    )
    for column in ("order_id", "line_id", "voucher"):
        op.create_index(op.f(f"ix_discounts_{column}"), "discounts", [column], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_sqlite()
    else:
        _upgrade_postgresql()


def _upgrade_sqlite() -> None:
    reshape(
        "orders",
        drop=["ck_orders_total"],
        columns=["discount_total BIGINT DEFAULT '0' NOT NULL"],
        add=[
            f"CONSTRAINT ck_orders_total CHECK ({_TOTAL})",
            f"CONSTRAINT ck_orders_discount CHECK ({_ORDER_DISCOUNT})",
            "CONSTRAINT ck_orders_discount_total_whole CHECK (typeof(discount_total) = 'integer')",
        ],
    )
    reshape(
        "order_lines",
        columns=["discount BIGINT DEFAULT '0' NOT NULL"],
        add=[
            f"CONSTRAINT ck_order_lines_discount CHECK ({_LINE_DISCOUNT})",
            "CONSTRAINT ck_order_lines_discount_whole CHECK (typeof(discount) = 'integer')",
        ],
    )
    reshape(
        "purchases",
        drop=["ck_purchases_payment_method"],
        add=[f"CONSTRAINT ck_purchases_payment_method CHECK ({_METHODS})"],
    )


def _upgrade_postgresql() -> None:
    op.add_column("orders", sa.Column("discount_total", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("order_lines", sa.Column("discount", sa.BigInteger(), server_default="0", nullable=False))
    op.drop_constraint(op.f("ck_orders_total"), "orders", type_="check")
    op.create_check_constraint(op.f("ck_orders_total"), "orders", _TOTAL)
    op.create_check_constraint(op.f("ck_orders_discount"), "orders", _ORDER_DISCOUNT)
    op.create_check_constraint(op.f("ck_order_lines_discount"), "order_lines", _LINE_DISCOUNT)
    op.drop_constraint(op.f("ck_purchases_payment_method"), "purchases", type_="check")
    op.create_check_constraint(op.f("ck_purchases_payment_method"), "purchases", _METHODS)


def downgrade() -> None:
    # The old tables know no discount: what was taken off is taken off the pieces and the shipping for good.
    op.execute("UPDATE purchases SET payment_method = 'bank-transfer' WHERE payment_method = 'nothing'")
    if op.get_bind().dialect.name == "sqlite":
        reshape("orders", drop=["ck_orders_total", "ck_orders_discount"])
        _without_discounts()
        reshape(
            "orders", drop_columns=["discount_total"], add=[f"CONSTRAINT ck_orders_total CHECK ({_OLD_TOTAL})"]
        )
        reshape("order_lines", drop=["ck_order_lines_discount"], drop_columns=["discount"])
        reshape(
            "purchases",
            drop=["ck_purchases_payment_method"],
            add=[f"CONSTRAINT ck_purchases_payment_method CHECK ({_OLD_METHODS})"],
        )
    else:
        op.drop_constraint(op.f("ck_orders_total"), "orders", type_="check")
        op.drop_constraint(op.f("ck_orders_discount"), "orders", type_="check")
        _without_discounts()
        op.drop_column("orders", "discount_total")
        op.create_check_constraint(op.f("ck_orders_total"), "orders", _OLD_TOTAL)
        op.drop_column("order_lines", "discount")
        op.drop_constraint(op.f("ck_purchases_payment_method"), "purchases", type_="check")
        op.create_check_constraint(op.f("ck_purchases_payment_method"), "purchases", _OLD_METHODS)
    for table in ("discounts", "redemptions", "voucher_uses", "voucher_crafts", "vouchers", "funds"):
        op.drop_table(table)


def _without_discounts() -> None:
    """The total stays what was paid; of the rest, shipping keeps what it can and the pieces bear what is left."""
    op.execute(
        "UPDATE orders SET shipping_total = CASE WHEN shipping_total < total THEN shipping_total ELSE total END,"
        " items_total = total - CASE WHEN shipping_total < total THEN shipping_total ELSE total END"
        " WHERE discount_total > 0"
    )
