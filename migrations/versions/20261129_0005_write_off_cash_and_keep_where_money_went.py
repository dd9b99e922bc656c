"""Write off cash that never comes, with two operators; keep where each refund went."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.reshaping import reshape

revision = "20261129_0005"
down_revision = "20261129_0004"
branch_labels = None
depends_on = None

_TABLE, _DEED, _REASON = "outside_bookings", "ck_outside_bookings_deed", "ck_outside_bookings_reason"
_DEEDS = ("settlement", "sponsored", "remitted", "bank-fee", "partner-fee", "borne")


def upgrade() -> None:
    _allow((*_DEEDS, "lost-cash", "counter"), "'counter', 'borne', 'lost-cash'")
    op.add_column("refunds", sa.Column("sent_to", sa.String(length=150), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("refunds", "sent_to")
    # The old table has no such deed: the journals stay in the ledger, as they are for ever.
    op.execute(
        "DELETE FROM outside_bookings WHERE reverses_id IN (SELECT id FROM outside_bookings WHERE deed = 'lost-cash')"
    )
    op.execute("DELETE FROM outside_bookings WHERE deed = 'lost-cash'")
    _allow((*_DEEDS, "counter"), "'counter', 'borne'")


def _allow(deeds: tuple[str, ...], reasoned: str) -> None:
    named = ", ".join(f"'{one}'" for one in deeds)
    rules = {_DEED: f"deed IN ({named})", _REASON: f"deed NOT IN ({reasoned}) OR note <> ''"}
    if op.get_bind().dialect.name == "sqlite":
        added = [f"CONSTRAINT {name} CHECK ({rule})" for name, rule in rules.items()]
        reshape(_TABLE, drop=[_DEED, _REASON], add=added)
        return
    for name, rule in rules.items():
        op.drop_constraint(op.f(name), _TABLE, type_="check")
        op.create_check_constraint(op.f(name), _TABLE, rule)
