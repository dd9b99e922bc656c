"""Freeze what the house takes of a sale: rates of commission from a day on, and the terms of every line sold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1861"
down_revision = "20261128_1880"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commission_rates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(26), nullable=False),
        sa.Column("scope", sa.String(40), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=True),
        sa.Column("craft_id", sa.Integer(), nullable=True),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rate BETWEEN 0 AND 5000", name=op.f("ck_commission_rates_rate")),
        sa.CheckConstraint("seller_id IS NULL OR craft_id IS NULL", name=op.f("ck_commission_rates_one_scope")),
        *_whole("commission_rates", "seller_id", "craft_id", "made_by_id", empty=True),
        *_whole("commission_rates", "rate"),
        sa.ForeignKeyConstraint(["craft_id"], ["crafts.id"], name=op.f("fk_commission_rates_craft_id_crafts")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_commission_rates_made_by_id_users")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_commission_rates_seller_id_sellers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_rates")),
        sa.UniqueConstraint("code", name=op.f("uq_commission_rates_code")),
        sa.UniqueConstraint("scope", "starts_on", name=op.f("uq_commission_rates_scope_starts_on")),
    )
    op.create_index(op.f("ix_commission_rates_craft_id"), "commission_rates", ["craft_id"])
    op.create_index(op.f("ix_commission_rates_seller_id"), "commission_rates", ["seller_id"])
    op.create_table(
        "line_terms",
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column(
            "rule",
            sa.Enum(
                "seller", "craft", "default", "none", name="rule", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("commission", sa.BigInteger(), nullable=False),
        sa.Column("ppn", sa.BigInteger(), nullable=False),
        sa.Column("pph22", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("commission BETWEEN 0 AND 5000", name=op.f("ck_line_terms_commission")),
        sa.CheckConstraint("ppn BETWEEN 0 AND 2000", name=op.f("ck_line_terms_ppn")),
        sa.CheckConstraint("pph22 BETWEEN 0 AND 1000", name=op.f("ck_line_terms_pph22")),
        *_whole("line_terms", "commission", "ppn", "pph22"),
        sa.ForeignKeyConstraint(["line_id"], ["order_lines.id"], name=op.f("fk_line_terms_line_id_order_lines")),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_line_terms")),
    )


def downgrade() -> None:
    op.drop_table("line_terms")
    op.drop_table("commission_rates")


def _whole(table: str, *columns: str, empty: bool = False) -> list[sa.CheckConstraint]:
    if op.get_bind().dialect.name != "sqlite":
        return []
    tests = [(one, f"{one} IS NULL OR typeof({one}) = 'integer'" if empty else f"typeof({one}) = 'integer'") for one in columns]
    return [sa.CheckConstraint(test, name=op.f(f"ck_{table}_{one}_whole")) for one, test in tests]
