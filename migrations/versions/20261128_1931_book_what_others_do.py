"""Keep what operators book because others have moved money: once per reference, where money leaves with four eyes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1931"
down_revision = "20261128_1930"
branch_labels = None
depends_on = None

DEEDS = ("settlement", "sponsored", "remitted", "bank-fee", "partner-fee", "borne", "counter")
STATES = ("waiting", "booked", "refused", "reversed")


def _whole(table: str, *columns: str, empty: bool = False) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(
            f"{name} IS NULL OR typeof({name}) = 'integer'" if empty else f"typeof({name}) = 'integer'",
            name=op.f(f"ck_{table}_{name}_whole"),
        ).ddl_if(dialect="sqlite")
        for name in columns
    ]


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    table = "outside_bookings"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column(
            "deed", sa.Enum(*DEEDS, name="deed", native_enum=False, create_constraint=True, length=40), nullable=False
        ),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column(
            "state", sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=40), nullable=False
        ),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", at, nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", at, nullable=True),
        sa.Column("journal_id", sa.Integer(), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('booked', 'reversed')) = (journal_id IS NOT NULL)", name=op.f(f"ck_{table}_booked")
        ),
        sa.CheckConstraint("approved_by_id IS NULL OR approved_by_id <> made_by_id", name=op.f(f"ck_{table}_four_eyes")),
        sa.CheckConstraint(
            "deed IN ('settlement', 'sponsored') OR state NOT IN ('booked', 'reversed') OR approved_by_id IS NOT NULL",
            name=op.f(f"ck_{table}_second_look"),
        ),
        sa.CheckConstraint("(deed = 'counter') = (reverses_id IS NOT NULL)", name=op.f(f"ck_{table}_reverses")),
        sa.CheckConstraint("deed NOT IN ('counter', 'borne') OR note <> ''", name=op.f(f"ck_{table}_reason")),
        *_whole(table, "made_by_id"),
        *_whole(table, "approved_by_id", "journal_id", "reverses_id", empty=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f(f"fk_{table}_made_by_id_users")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["users.id"], name=op.f(f"fk_{table}_approved_by_id_users")),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name=op.f(f"fk_{table}_journal_id_journals")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["outside_bookings.id"], name=op.f(f"fk_{table}_reverses_id_outside_bookings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("code", name=op.f(f"uq_{table}_code")),
        sa.UniqueConstraint("journal_id", name=op.f(f"uq_{table}_journal_id")),
    )
    live = sa.text("state IN ('waiting', 'booked')")
    op.create_index(
        f"uq_{table}_live", table, ["deed", "scope", "reference"], unique=True, sqlite_where=live, postgresql_where=live
    )
    op.create_index(f"ix_{table}_state", table, ["state", "id"])


def downgrade() -> None:
    op.drop_table("outside_bookings")
