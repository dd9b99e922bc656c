"""Keep statements of a small turnover once: the profile of a shop repeats the year of its newest no more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.reshaping import reshape

revision = "20261128_2104"
down_revision = "20261128_2202"
branch_labels = None
depends_on = None

_YEAR = "year BETWEEN 2025 AND 2100"
_BEFORE = "statement_year IS NULL OR statement_year BETWEEN 2025 AND 2100"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        reshape("tax_profiles", drop=["ck_tax_profiles_year"], drop_columns=["statement_year"])
        reshape("tax_statements", add=[f"CONSTRAINT ck_tax_statements_year CHECK ({_YEAR})"])
        return
    op.drop_constraint("ck_tax_profiles_year", "tax_profiles")
    op.drop_column("tax_profiles", "statement_year")
    op.create_check_constraint(op.f("ck_tax_statements_year"), "tax_statements", _YEAR)


def downgrade() -> None:
    op.add_column("tax_profiles", sa.Column("statement_year", sa.BigInteger(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        whole = "statement_year IS NULL OR typeof(statement_year) = 'integer'"
        reshape(
            "tax_profiles",
            add=[
                f"CONSTRAINT ck_tax_profiles_year CHECK ({_BEFORE})",
                f"CONSTRAINT ck_tax_profiles_statement_year_whole CHECK ({whole})",
            ],
        )
        reshape("tax_statements", drop=["ck_tax_statements_year"])
    else:
        op.create_check_constraint(op.f("ck_tax_profiles_year"), "tax_profiles", _BEFORE)
        op.drop_constraint("ck_tax_statements_year", "tax_statements")
    op.execute(
        sa.text(
            "UPDATE tax_profiles SET statement_year = (SELECT max(year) FROM tax_statements"
            " WHERE tax_statements.seller_id = tax_profiles.seller_id AND withdrawn_at IS NULL)"
        )
    )
