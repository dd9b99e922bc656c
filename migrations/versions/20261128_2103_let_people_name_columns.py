"""Let people name the columns of a statement; keep which columns were not read, and whether a file adds up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.reshaping import reshape

revision = "20261128_2103"
down_revision = "20261129_0002"
branch_labels = None
depends_on = None

_STATES = ("reading", "stopped", "read")
_WHOLE = "ck_bank_statements_difference_whole"


def upgrade() -> None:
    op.add_column("bank_statements", sa.Column("unread", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("bank_statements", sa.Column("difference", sa.BigInteger(), nullable=True))
    whole = f"CONSTRAINT {_WHOLE} CHECK (difference IS NULL OR typeof(difference) = 'integer')"
    _let(("naming", *_STATES), add=[whole])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM bank_statements WHERE state = 'naming'"))
    _let(_STATES, drop_columns=["unread", "difference"])
    if op.get_bind().dialect.name != "sqlite":
        op.drop_column("bank_statements", "difference")
        op.drop_column("bank_statements", "unread")


def _let(states: tuple[str, ...], add: list[str] | None = None, drop_columns: list[str] | None = None) -> None:
    name, words = "ck_bank_statements_state", "state IN ({})".format(", ".join(f"'{one}'" for one in states))
    if op.get_bind().dialect.name == "sqlite":
        again = [f"CONSTRAINT {name} CHECK ({words})", *(add or [])]
        reshape("bank_statements", drop=[name], add=again, drop_columns=drop_columns or [])
    else:
        op.drop_constraint(name, "bank_statements")
        op.create_check_constraint(op.f(name), "bank_statements", words)
