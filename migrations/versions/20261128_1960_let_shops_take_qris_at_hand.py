"""Let shops take QRIS at hand: their own static codes, each waiting some days before it is shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1960"
down_revision = "20261128_1941"
branch_labels = None
depends_on = None

_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "shop_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=15), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("town", sa.String(length=80), nullable=False),
        sa.Column("qris", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", at, nullable=False),
        sa.Column("usable_from", at, nullable=False),
        sa.Column("closed_at", at, nullable=True),
        sa.CheckConstraint("length(number) = 15", name=op.f("ck_shop_codes_number")),
        sa.CheckConstraint("usable_from >= created_at", name=op.f("ck_shop_codes_usable")),
        *_whole("seller_id", "made_by_id"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_shop_codes_seller_id_sellers")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_shop_codes_made_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_shop_codes_code")),
    )
    op.create_index(
        "uq_shop_codes_open", "shop_codes", ["seller_id"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    )


def downgrade() -> None:
    op.drop_table("shop_codes")


def _whole(*columns: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(
            f"{name} IS NULL OR typeof({name}) = 'integer'" if name == "made_by_id" else f"typeof({name}) = 'integer'",
            name=op.f(f"ck_shop_codes_{name}_whole"),
        ).ddl_if(dialect="sqlite")
        for name in columns
    ]
