"""Keep what banks say: statements that operators bring in, and their lines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1900"
down_revision = "20261128_1830"
branch_labels = None
depends_on = None

_ONCE = "matched_kind IN ('payment', 'extra', 'refund', 'payout')"


def _whole(table: str, *columns: str, empty: bool = False) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(
            f"{name} IS NULL OR typeof({name}) = 'integer'" if empty else f"typeof({name}) = 'integer'",
            name=op.f(f"ck_{table}_{name}_whole"),
        ).ddl_if(dialect="sqlite")
        for name in columns
    ]


def _choice(table: str, name: str, *values: str) -> sa.CheckConstraint:
    words = ", ".join(f"'{one}'" for one in values)
    return sa.CheckConstraint(f"{name} IN ({words})", name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "bank_statements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("layout", sa.String(length=20), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("known", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.JSON(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("opening", sa.BigInteger(), nullable=True),
        sa.Column("closing", sa.BigInteger(), nullable=True),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("created_at", at, nullable=False),
        _choice("bank_statements", "state", "reading", "stopped", "read"),
        sa.CheckConstraint("rows_read BETWEEN 0 AND row_count", name=op.f("ck_bank_statements_rows_read")),
        sa.CheckConstraint("state <> 'read' OR rows_read = row_count", name=op.f("ck_bank_statements_read")),
        *_whole("bank_statements", "account_id", "user_id", "row_count", "rows_read", "taken", "known", "failed"),
        *_whole("bank_statements", "opening", "closing", empty=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["receiving_accounts.id"], name=op.f("fk_bank_statements_account_id_receiving_accounts")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_bank_statements_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statements")),
        sa.UniqueConstraint("code", name=op.f("uq_bank_statements_code")),
    )
    op.create_index("ix_bank_statements_account", "bank_statements", ["account_id", "id"])
    op.create_index(op.f("ix_bank_statements_created_at"), "bank_statements", ["created_at"])
    op.create_table(
        "bank_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("sen", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("occurrence", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("for_code", sa.String(length=26), nullable=True),
        sa.Column("matched_kind", sa.String(length=40), nullable=True),
        sa.Column("matched_code", sa.String(length=120), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", at, nullable=True),
        sa.Column("created_at", at, nullable=False),
        _choice("bank_lines", "state", "fresh", "open", "parked", "held", "matched", "ignored"),
        _choice("bank_lines", "reason", "nothing", "near", "again", "closed", "late", "early"),
        _choice("bank_lines", "matched_kind", "payment", "part", "extra", "refund", "payout", "outside"),
        sa.CheckConstraint("total <> 0 OR sen <> 0", name=op.f("ck_bank_lines_total")),
        sa.CheckConstraint("sen BETWEEN -99 AND 99", name=op.f("ck_bank_lines_sen")),
        sa.CheckConstraint("occurrence > 0", name=op.f("ck_bank_lines_occurrence")),
        sa.CheckConstraint(
            "(state = 'matched') = (matched_kind IS NOT NULL) AND (matched_kind IS NULL) = (matched_code IS NULL)",
            name=op.f("ck_bank_lines_matched"),
        ),
        sa.CheckConstraint(
            "state <> 'parked' OR (reason IS NOT NULL AND total > 0)", name=op.f("ck_bank_lines_parked")
        ),
        sa.CheckConstraint("(state = 'held') = (for_code IS NOT NULL)", name=op.f("ck_bank_lines_held")),
        sa.CheckConstraint(
            "state <> 'ignored' OR (note <> '' AND by_id IS NOT NULL)", name=op.f("ck_bank_lines_ignored")
        ),
        *_whole("bank_lines", "account_id", "statement_id", "number", "total", "sen", "occurrence"),
        *_whole("bank_lines", "balance", "by_id", empty=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["receiving_accounts.id"], name=op.f("fk_bank_lines_account_id_receiving_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["bank_statements.id"], name=op.f("fk_bank_lines_statement_id_bank_statements")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_bank_lines_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_lines")),
        sa.UniqueConstraint("code", name=op.f("uq_bank_lines_code")),
        sa.UniqueConstraint(
            "account_id", "fingerprint", "occurrence", name=op.f("uq_bank_lines_account_id_fingerprint_occurrence")
        ),
    )
    op.create_index(
        "uq_bank_lines_matched",
        "bank_lines",
        ["matched_kind", "matched_code"],
        unique=True,
        sqlite_where=sa.text(_ONCE),
        postgresql_where=sa.text(_ONCE),
    )
    op.create_index("ix_bank_lines_desk", "bank_lines", ["state", "id"])
    op.create_index("ix_bank_lines_day", "bank_lines", ["account_id", "booked_on", "id"])
    op.create_index("ix_bank_lines_statement", "bank_lines", ["statement_id", "state"])
    op.create_index("ix_bank_lines_for_code", "bank_lines", ["for_code"])


def downgrade() -> None:
    op.drop_table("bank_lines")
    op.drop_table("bank_statements")
