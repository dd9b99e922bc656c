"""Keep what shops tell about their taxes: a number, a statement of a small turnover, a letter of exemption."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1863"
down_revision = "20261128_1862"
branch_labels = None
depends_on = None


def upgrade() -> None:
    whole = []
    if op.get_bind().dialect.name == "sqlite":
        whole = [
            sa.CheckConstraint(f"{name} IS NULL OR typeof({name}) = 'integer'", name=op.f(f"ck_tax_profiles_{name}_whole"))
            for name in ("statement_year", "told_by_id")
        ]
    op.create_table(
        "tax_profiles",
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("statement_year", sa.BigInteger(), nullable=True),
        sa.Column("exempt_until", sa.Date(), nullable=True),
        sa.Column("told_by_id", sa.Integer(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "statement_year IS NULL OR statement_year BETWEEN 2025 AND 2100", name=op.f("ck_tax_profiles_year")
        ),
        *whole,
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_tax_profiles_seller_id_sellers")),
        sa.ForeignKeyConstraint(["told_by_id"], ["users.id"], name=op.f("fk_tax_profiles_told_by_id_users")),
        sa.PrimaryKeyConstraint("seller_id", name=op.f("pk_tax_profiles")),
    )


def downgrade() -> None:
    op.drop_table("tax_profiles")
