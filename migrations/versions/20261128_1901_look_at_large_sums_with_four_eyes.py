"""Look at large sums with four eyes; keep proofs of transfers, and money that nobody was asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.reshaping import reshape

revision = "20261128_1901"
down_revision = "20261128_1932"
branch_labels = None
depends_on = None

_PURPOSES = "purpose IN ('whole', 'deposit', 'balance', 'extra')"
_PURPOSES_BEFORE = "purpose IN ('whole', 'deposit', 'balance')"
_PAYMENTS = {
    "ck_payments_extra": "purpose <> 'extra' OR state IN ('late', 'refunded')",
    "ck_payments_seen": "(seen_by_id IS NULL) = (seen_at IS NULL)",
    "ck_payments_four_eyes": (
        "NOT by_two OR confirmed_by_id IS NULL OR (seen_by_id IS NOT NULL AND seen_by_id <> confirmed_by_id)"
    ),
}
_REFUNDS = {
    "ck_refunds_approved": "(approved_by_id IS NULL) = (approved_at IS NULL)",
    "ck_refunds_four_eyes": (
        "NOT by_two OR sent_by_id IS NULL OR (approved_by_id IS NOT NULL AND approved_by_id <> sent_by_id)"
    ),
}


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    people = (("payments", "seen_by_id", "seen_at"), ("refunds", "approved_by_id", "approved_at"))
    for table, person, instant in people:
        op.add_column(table, sa.Column("by_two", sa.Boolean(), server_default=sa.false(), nullable=False))
        op.add_column(table, sa.Column(person, sa.Integer(), nullable=True))
        op.add_column(table, sa.Column(instant, at, nullable=True))
    op.add_column("payments", sa.Column("seen_reference", sa.String(80), server_default="", nullable=False))
    for table, person, _instant in people:
        checks, key = _PAYMENTS if table == "payments" else _REFUNDS, f"fk_{table}_{person}_users"
        if is_sqlite:
            whole = f"CONSTRAINT ck_{table}_{person}_whole CHECK ({person} IS NULL OR typeof({person}) = 'integer')"
            reference = f"CONSTRAINT {key} FOREIGN KEY({person}) REFERENCES users (id)"
            reshape(table, add=[*_words(checks), whole, reference], **_purposes(table, _PURPOSES))
            continue
        if table == "payments":
            op.drop_constraint("ck_payments_purpose", "payments")
            op.create_check_constraint(op.f("ck_payments_purpose"), "payments", _PURPOSES)
        for name, words in checks.items():
            op.create_check_constraint(op.f(name), table, words)
        op.create_foreign_key(op.f(key), table, "users", [person], ["id"])
    whole = [sa.CheckConstraint("typeof(payment_id) = 'integer'", name=op.f("ck_payment_proofs_payment_id_whole"))]
    op.create_table(
        "payment_proofs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("created_at", at, nullable=False),
        *(whole if is_sqlite else []),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_payment_proofs_payment_id_payments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_proofs")),
        sa.UniqueConstraint("code", name=op.f("uq_payment_proofs_code")),
    )
    op.create_index(op.f("ix_payment_proofs_payment_id"), "payment_proofs", ["payment_id"])
    op.create_index(op.f("ix_payment_proofs_digest"), "payment_proofs", ["digest"])


def _purposes(table: str, words: str, *gone: str) -> dict[str, list[str]]:
    """What `reshape` takes: the check stands in the column itself, which is made anew with its values."""
    if table != "payments":
        return {"drop_columns": list(gone)}
    column = f"purpose VARCHAR(40) DEFAULT 'whole' NOT NULL CONSTRAINT ck_payments_purpose CHECK ({words})"
    return {"columns": [column], "drop_columns": ["purpose", *gone], "keep": ["purpose"]}


def _words(checks: dict[str, str]) -> list[str]:
    return [f"CONSTRAINT {name} CHECK ({words})" for name, words in checks.items()]


def downgrade() -> None:
    op.drop_table("payment_proofs")
    columns = {
        "payments": ("by_two", "seen_by_id", "seen_at", "seen_reference"),
        "refunds": ("by_two", "approved_by_id", "approved_at"),
    }
    for table, checks in (("payments", _PAYMENTS), ("refunds", _REFUNDS)):
        if op.get_bind().dialect.name == "sqlite":
            key = f"fk_{table}_{columns[table][1]}_users"
            reshape(table, drop=[*checks, key], **_purposes(table, _PURPOSES_BEFORE, *columns[table]))
            continue
        for name in checks:
            op.drop_constraint(name, table)
        for name in columns[table]:
            op.drop_column(table, name)
        if table == "payments":
            op.drop_constraint("ck_payments_purpose", table)
            op.create_check_constraint(op.f("ck_payments_purpose"), table, _PURPOSES_BEFORE)
