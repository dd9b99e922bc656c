"""Products keep what their reviews come to; the values of options are found by their key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_0540"
down_revision = "20261122_0900"
branch_labels = None
depends_on = None

RATING = "rating_total BETWEEN rating_count AND 5 * rating_count"


def upgrade() -> None:
    op.create_index("ix_option_values_key", "option_values", ["key"])
    if op.get_bind().dialect.name == "sqlite":
        # A column can bring its own checks along, so the table of all products need not be copied.
        for column, more in (
            ("rating_total", ""),
            ("rating_count", f" CONSTRAINT {op.f('ck_products_rating')} CHECK ({RATING})"),
        ):
            op.execute(
                f"ALTER TABLE products ADD COLUMN {column} INTEGER DEFAULT 0 NOT NULL"
                f" CONSTRAINT ck_products_{column}_whole CHECK (typeof({column}) = 'integer'){more}"
            )
        return
    op.add_column("products", sa.Column("rating_total", sa.Integer(), server_default="0", nullable=False))
    op.add_column("products", sa.Column("rating_count", sa.Integer(), server_default="0", nullable=False))
    op.create_check_constraint(op.f("ck_products_rating"), "products", RATING)


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_products_rating"), "products", type_="check")
    op.drop_column("products", "rating_count")
    op.drop_column("products", "rating_total")
    op.drop_index("ix_option_values_key", "option_values")
