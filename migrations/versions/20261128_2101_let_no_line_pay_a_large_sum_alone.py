"""Let no line of a statement pay a large sum alone; find payments by their sum."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.reshaping import reshape

revision = "20261128_2101"
down_revision = "20261128_2001"
branch_labels = None
depends_on = None

_REASONS = ("nothing", "near", "again", "closed", "late", "early")
_FOUR_EYES = (
    "NOT by_two OR (paid_at IS NULL AND confirmed_by_id IS NULL) OR (seen_by_id IS NOT NULL"
    " AND confirmed_by_id IS NOT NULL AND seen_by_id <> confirmed_by_id)"
)
_FOUR_EYES_BEFORE = (
    "NOT by_two OR confirmed_by_id IS NULL OR (seen_by_id IS NOT NULL AND seen_by_id <> confirmed_by_id)"
)


def upgrade() -> None:
    # What a line had paid alone until today was looked at by nobody, and is not said to have been.
    op.execute(sa.text("UPDATE payments SET by_two = false WHERE by_two AND confirmed_by_id IS NULL AND paid_at IS NOT NULL"))
    _let(_FOUR_EYES, (*_REASONS, "large", "either"))
    op.create_index("ix_payments_sum", "payments", ["account_id", "due"])


def downgrade() -> None:
    op.drop_index("ix_payments_sum", "payments")
    op.execute(sa.text("UPDATE bank_lines SET reason = 'nothing' WHERE reason IN ('large', 'either')"))
    _let(_FOUR_EYES_BEFORE, _REASONS)


def _let(four_eyes: str, reasons: tuple[str, ...]) -> None:
    among = "reason IN ({})".format(", ".join(f"'{one}'" for one in reasons))
    for table, name, words in (
        ("payments", "ck_payments_four_eyes", four_eyes),
        ("bank_lines", "ck_bank_lines_reason", among),
    ):
        if op.get_bind().dialect.name == "sqlite":
            reshape(table, drop=[name], add=[f"CONSTRAINT {name} CHECK ({words})"])
        else:
            op.drop_constraint(name, table)
            op.create_check_constraint(op.f(name), table, words)
