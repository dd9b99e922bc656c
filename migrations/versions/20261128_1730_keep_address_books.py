"""Keep address books: where people have things sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1730"
down_revision = "20261128_1725"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("recipient", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("place_code", sa.String(length=13), nullable=False),
        sa.Column("place_name", sa.String(length=200), nullable=False),
        sa.Column("postal_code", sa.String(length=5), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("typeof(user_id) = 'integer'", name=op.f("ck_addresses_user_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_addresses_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
        sa.UniqueConstraint("code", name=op.f("uq_addresses_code")),
    )
    op.create_index(op.f("ix_addresses_user_id"), "addresses", ["user_id"], unique=False)
    chosen = sa.text("is_default")
    op.create_index(
        "uq_addresses_default", "addresses", ["user_id"], unique=True, sqlite_where=chosen, postgresql_where=chosen
    )


def downgrade() -> None:
    op.drop_table("addresses")
