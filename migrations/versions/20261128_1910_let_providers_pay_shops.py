"""Let providers outside pay shops: the shops' accounts there, and a payout per order beside the one by bank."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1910"
down_revision = "20261128_1900"
branch_labels = None
depends_on = None

_BANK = sa.text("order_code IS NULL")


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "recipients",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=90), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "incomplete", "checked", "active", "refused", name="state", native_enum=False, create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", at, nullable=False),
        sa.Column("usable_from", at, nullable=False),
        sa.Column("asked_at", at, nullable=True),
        sa.Column("closed_at", at, nullable=True),
        sa.CheckConstraint("state <> 'active' OR reference IS NOT NULL", name=op.f("ck_recipients_reference")),
        *_whole("recipients", "seller_id", "made_by_id"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_recipients_seller_id_sellers")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_recipients_made_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipients")),
        sa.UniqueConstraint("code", name=op.f("uq_recipients_code")),
        sa.UniqueConstraint("seller_id", "provider", name=op.f("uq_recipients_seller_id_provider")),
    )  # fmt: skip
    op.create_index("uq_recipients_reference", "recipients", ["provider", "reference"], unique=True)
    op.create_index("ix_recipients_asked", "recipients", ["closed_at", "asked_at"])
    with op.batch_alter_table("payouts") as batch:
        batch.drop_constraint(op.f("uq_payouts_batch_id_seller_id"), type_="unique")
        batch.add_column(sa.Column("provider", sa.String(length=20), server_default="bank", nullable=False))
        batch.add_column(sa.Column("pays_from", sa.String(length=60), server_default="", nullable=False))
        batch.add_column(sa.Column("order_code", sa.String(length=26), nullable=True))
        batch.add_column(sa.Column("group_code", sa.String(length=40), server_default="", nullable=False))
        batch.add_column(sa.Column("source", sa.String(length=120), server_default="", nullable=False))
        batch.add_column(sa.Column("returned", sa.BigInteger(), server_default="0", nullable=False))
        batch.add_column(sa.Column("unreturned", sa.BigInteger(), server_default="0", nullable=False))
        batch.add_column(sa.Column("attempt", sa.BigInteger(), server_default="1", nullable=False))
        batch.add_column(sa.Column("waits_for", sa.String(length=200), server_default="", nullable=False))
        batch.add_column(sa.Column("tried_at", at, nullable=True))
        batch.add_column(sa.Column("asked_at", at, nullable=True))
        batch.add_column(sa.Column("given_up_at", at, nullable=True))
        batch.alter_column("number", type_=sa.String(length=120), existing_type=sa.String(length=30))
        batch.alter_column("holder", type_=sa.String(length=90), existing_type=sa.String(length=80))
        batch.create_foreign_key(op.f("fk_payouts_order_code_orders"), "orders", ["order_code"], ["code"])
        batch.create_check_constraint(op.f("ck_payouts_order"), "(provider = 'bank') = (order_code IS NULL)")
        batch.create_check_constraint(op.f("ck_payouts_returned"), "returned >= 0 AND returned <= total")
        batch.create_check_constraint(op.f("ck_payouts_attempt"), "attempt > 0")
        if op.get_bind().dialect.name == "sqlite":
            for name in ("returned", "unreturned", "attempt"):
                batch.create_check_constraint(op.f(f"ck_payouts_{name}_whole"), f"typeof({name}) = 'integer'")
    op.create_index(
        "uq_payouts_bank", "payouts", ["batch_id", "seller_id"], unique=True, sqlite_where=_BANK, postgresql_where=_BANK
    )
    op.create_index("uq_payouts_order", "payouts", ["order_code", "batch_id"], unique=True)
    op.create_index("ix_payouts_under_way", "payouts", ["provider", "state", "tried_at"])


def downgrade() -> None:
    op.drop_index("ix_payouts_under_way", table_name="payouts")
    op.drop_index("uq_payouts_order", table_name="payouts")
    op.drop_index("uq_payouts_bank", table_name="payouts", sqlite_where=_BANK, postgresql_where=_BANK)
    with op.batch_alter_table("payouts") as batch:
        if op.get_bind().dialect.name == "sqlite":
            for name in ("returned", "unreturned", "attempt"):
                batch.drop_constraint(op.f(f"ck_payouts_{name}_whole"), type_="check")
        for name in ("order", "returned", "attempt"):
            batch.drop_constraint(op.f(f"ck_payouts_{name}"), type_="check")
        batch.drop_constraint(op.f("fk_payouts_order_code_orders"), type_="foreignkey")
        for name in (
            "given_up_at", "asked_at", "tried_at", "waits_for", "attempt", "unreturned", "returned", "source",
            "group_code", "order_code", "pays_from", "provider",
        ):  # fmt: skip
            batch.drop_column(name)
        batch.alter_column("holder", type_=sa.String(length=80), existing_type=sa.String(length=90))
        batch.alter_column("number", type_=sa.String(length=30), existing_type=sa.String(length=120))
        batch.create_unique_constraint(op.f("uq_payouts_batch_id_seller_id"), ["batch_id", "seller_id"])
    op.drop_table("recipients")


def _whole(table: str, *columns: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f"typeof({name}) = 'integer'", name=op.f(f"ck_{table}_{name}_whole")).ddl_if(
            dialect="sqlite"
        )
        for name in columns
    ]
