"""Keep every statement of a small turnover that a shop has made, and how many pieces that vouchers paid came back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1933"
down_revision = "20261128_1901"
branch_labels = None
depends_on = None


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    checks = [sa.CheckConstraint("taken_back BETWEEN 0 AND quantity", name=op.f("ck_order_lines_taken_back"))]
    if is_sqlite:
        checks.append(
            sa.CheckConstraint("typeof(taken_back) = 'integer'", name=op.f("ck_order_lines_taken_back_whole"))
        )
    op.add_column("order_lines", sa.Column("taken_back", sa.BigInteger(), *checks, server_default="0", nullable=False))
    table = "tax_statements"
    whole = [
        sa.CheckConstraint("typeof(seller_id) = 'integer'", name=op.f(f"ck_{table}_seller_id_whole")),
        sa.CheckConstraint("typeof(year) = 'integer'", name=op.f(f"ck_{table}_year_whole")),
        sa.CheckConstraint(
            "told_by_id IS NULL OR typeof(told_by_id) = 'integer'", name=op.f(f"ck_{table}_told_by_id_whole")
        ),
    ]
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("told_by_id", sa.Integer(), nullable=True),
        sa.Column("told_at", at, nullable=False),
        sa.Column("withdrawn_at", at, nullable=True),
        *(whole if is_sqlite else []),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f(f"fk_{table}_seller_id_sellers")),
        sa.ForeignKeyConstraint(["told_by_id"], ["users.id"], name=op.f(f"fk_{table}_told_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    stands = sa.text("withdrawn_at IS NULL")
    op.create_index(
        f"uq_{table}_stands", table, ["seller_id", "year"], unique=True, sqlite_where=stands, postgresql_where=stands
    )
    op.execute(
        "INSERT INTO tax_statements (seller_id, year, number, told_by_id, told_at) "
        "SELECT seller_id, statement_year, number, told_by_id, told_at FROM tax_profiles WHERE statement_year IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("tax_statements")
    op.drop_column("order_lines", "taken_back")
