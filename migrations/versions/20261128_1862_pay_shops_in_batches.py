"""Pay shops in batches: their bank accounts and rhythms, batches that two people look at, payouts and their lines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1862"
down_revision = "20261128_1824"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payout_accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(26), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("bank", sa.String(40), nullable=False),
        sa.Column("number", sa.String(30), nullable=False),
        sa.Column("holder", sa.String(80), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("usable_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        *_whole("payout_accounts", ["seller_id"], ["made_by_id"]),
        *_keys("payout_accounts", seller_id="sellers", made_by_id="users"),
        sa.UniqueConstraint("code", name=op.f("uq_payout_accounts_code")),
    )
    op.create_index("uq_payout_accounts_open", "payout_accounts", ["seller_id"], unique=True, **_where("closed_at IS NULL"))
    op.create_table(
        "payout_plans",
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("rhythm", _choice("rhythm", "weekly", "monthly"), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("minimum >= 10000", name=op.f("ck_payout_plans_minimum")),
        *_whole("payout_plans", ["minimum"]),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_payout_plans_seller_id_sellers")),
        sa.PrimaryKeyConstraint("seller_id", name=op.f("pk_payout_plans")),
    )
    op.create_table(
        "payout_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(26), nullable=False),
        sa.Column("state", _choice("state", "drawn", "approved", "cancelled"), nullable=False),
        sa.Column("source", sa.String(26), nullable=False),
        sa.Column("drawn_by_id", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'approved') = (approved_at IS NOT NULL)", name=op.f("ck_payout_batches_approved")),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by_id IS NULL)", name=op.f("ck_payout_batches_approver")
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> drawn_by_id", name=op.f("ck_payout_batches_four_eyes")
        ),
        *_whole("payout_batches", ["drawn_by_id"], ["approved_by_id"]),
        *_keys("payout_batches", drawn_by_id="users", approved_by_id="users"),
        sa.UniqueConstraint("code", name=op.f("uq_payout_batches_code")),
    )
    op.create_table(
        "payouts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(26), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("bank", sa.String(40), nullable=False),
        sa.Column("number", sa.String(30), nullable=False),
        sa.Column("holder", sa.String(80), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("state", _choice("state", "planned", "paid", "failed", "reversed", "cancelled"), nullable=False),
        sa.Column("reference", sa.String(80), nullable=True),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("total > 0", name=op.f("ck_payouts_total")),
        sa.CheckConstraint("(state IN ('paid', 'reversed')) = (paid_at IS NOT NULL)", name=op.f("ck_payouts_paid")),
        *_whole("payouts", ["batch_id", "seller_id", "total"]),
        *_keys("payouts", batch_id="payout_batches", seller_id="sellers"),
        sa.UniqueConstraint("batch_id", "seller_id", name=op.f("uq_payouts_batch_id_seller_id")),
        sa.UniqueConstraint("code", name=op.f("uq_payouts_code")),
        sa.UniqueConstraint("reference", name=op.f("uq_payouts_reference")),
    )
    op.create_index("ix_payouts_seller", "payouts", ["seller_id", "id"])
    op.create_table(
        "payout_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payout_id", sa.Integer(), nullable=False),
        sa.Column("journal_id", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("freed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("total <> 0", name=op.f("ck_payout_lines_total")),
        *_whole("payout_lines", ["payout_id", "journal_id", "total"]),
        *_keys("payout_lines", payout_id="payouts", journal_id="journals"),
        sa.UniqueConstraint("payout_id", "journal_id", name=op.f("uq_payout_lines_payout_id_journal_id")),
    )
    op.create_index("uq_payout_lines_live", "payout_lines", ["journal_id"], unique=True, **_where("freed_at IS NULL"))


def downgrade() -> None:
    for name in ("payout_lines", "payouts", "payout_batches", "payout_plans", "payout_accounts"):
        op.drop_table(name)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _where(text: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(text), "postgresql_where": sa.text(text)}


def _keys(table: str, **targets: str) -> list[sa.Constraint]:
    """The primary key `id`, and foreign keys to the ids of other tables."""
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))
            for column, target in targets.items()
        ),
    ]


def _whole(table: str, columns: list[str], empty: list[str] = []) -> list[sa.CheckConstraint]:  # noqa: B006
    if op.get_bind().dialect.name != "sqlite":
        return []
    tests = [(one, f"typeof({one}) = 'integer'") for one in columns]
    tests += [(one, f"{one} IS NULL OR typeof({one}) = 'integer'") for one in empty]
    return [sa.CheckConstraint(test, name=op.f(f"ck_{table}_{one}_whole")) for one, test in tests]
