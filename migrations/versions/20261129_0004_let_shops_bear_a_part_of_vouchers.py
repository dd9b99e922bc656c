"""Let a shop bear a part of what the marketplace takes off its pieces: two rows of one voucher on one line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.reshaping import reshape

revision = "20261129_0004"
down_revision = "20261129_0003"
branch_labels = None
depends_on = None

_OLD, _NEW = "uq_discounts_order_id_line_id_voucher", "uq_discounts_order_id_line_id_voucher_payer"
_SHARED = "shop_percent = 0 OR (shop_percent BETWEEN 1 AND 99 AND payer = 'platform' AND seller_id IS NOT NULL)"


def upgrade() -> None:
    checks = [sa.CheckConstraint(_SHARED, name=op.f("ck_vouchers_shared"))]
    if op.get_bind().dialect.name == "sqlite":
        checks.append(
            sa.CheckConstraint("typeof(shop_percent) = 'integer'", name=op.f("ck_vouchers_shop_percent_whole"))
        )
        reshape("discounts", drop=[_OLD], add=[f"CONSTRAINT {_NEW} UNIQUE (order_id, line_id, voucher, payer)"])
    else:
        op.drop_constraint(op.f(_OLD), "discounts", type_="unique")
        op.create_unique_constraint(op.f(_NEW), "discounts", ["order_id", "line_id", "voucher", "payer"])
    op.add_column("vouchers", sa.Column("shop_percent", sa.BigInteger(), *checks, server_default="0", nullable=False))


def downgrade() -> None:
    # The old table knows one payer of a voucher per line: what two shared is written to the one who paid the rest.
    op.execute(
        "UPDATE discounts SET total = total + COALESCE((SELECT other.total FROM discounts AS other"
        " WHERE other.order_id = discounts.order_id AND other.voucher = discounts.voucher AND other.payer = 'seller'"
        " AND COALESCE(other.line_id, 0) = COALESCE(discounts.line_id, 0)), 0) WHERE payer = 'platform'"
    )
    op.execute(
        "DELETE FROM discounts WHERE payer = 'seller' AND EXISTS (SELECT 1 FROM discounts AS other"
        " WHERE other.order_id = discounts.order_id AND other.voucher = discounts.voucher AND other.payer = 'platform'"
        " AND COALESCE(other.line_id, 0) = COALESCE(discounts.line_id, 0))"
    )
    if op.get_bind().dialect.name == "sqlite":
        reshape("discounts", drop=[_NEW], add=[f"CONSTRAINT {_OLD} UNIQUE (order_id, line_id, voucher)"])
        reshape("vouchers", drop=["ck_vouchers_shared"], drop_columns=["shop_percent"])
    else:
        op.drop_constraint(op.f(_NEW), "discounts", type_="unique")
        op.create_unique_constraint(op.f(_OLD), "discounts", ["order_id", "line_id", "voucher"])
        op.drop_column("vouchers", "shop_percent")
