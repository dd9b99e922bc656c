"""Compare both books: what partners' books say, and where they are not like ours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1932"
down_revision = "20261128_1931"
branch_labels = None
depends_on = None

TURNS = ("payment", "refund", "dispute", "payout", "transfer", "fee", "other")
GAPS = ("only-ours", "only-theirs", "sum", "fee", "currency")
STATES = ("reading", "compared", "stopped")


def _whole(table: str, *columns: str, empty: bool = False) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(
            f"{name} IS NULL OR typeof({name}) = 'integer'" if empty else f"typeof({name}) = 'integer'",
            name=op.f(f"ck_{table}_{name}_whole"),
        ).ddl_if(dialect="sqlite")
        for name in columns
    ]


def _enum(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("since", at, nullable=False),
        sa.Column("until", at, nullable=False),
        sa.Column("cursor", sa.String(length=120), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sa.Column("state", _enum("state", STATES), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", at, nullable=False),
        sa.Column("ended_at", at, nullable=True),
        sa.CheckConstraint("until > since", name=op.f("ck_readings_window")),
        sa.CheckConstraint("lines >= 0 AND found >= 0", name=op.f("ck_readings_counts")),
        sa.CheckConstraint("(state = 'compared') = (ended_at IS NOT NULL)", name=op.f("ck_readings_ended")),
        *_whole("readings", "lines", "found"),
        *_whole("readings", "asked_by_id", empty=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_readings_asked_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
        sa.UniqueConstraint("code", name=op.f("uq_readings_code")),
    )
    going = sa.text("state <> 'compared'")
    op.create_index(
        "uq_readings_going", "readings", ["source"], unique=True, sqlite_where=going, postgresql_where=going
    )
    op.create_table(
        "mirror_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("turn", _enum("turn", TURNS), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("odd", sa.String(length=80), nullable=False),
        sa.Column("happened_at", at, nullable=False),
        sa.Column("read_at", at, nullable=False),
        *_whole("mirror_lines", "total", "fee"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirror_lines")),
        sa.UniqueConstraint("source", "reference", name=op.f("uq_mirror_lines_source_reference")),
    )
    op.create_index("ix_mirror_lines_day", "mirror_lines", ["source", "happened_at"])
    op.create_index("ix_mirror_lines_about", "mirror_lines", ["source", "turn", "about"])
    op.create_table(
        "differences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("turn", _enum("turn", TURNS), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("gap", _enum("gap", GAPS), nullable=False),
        sa.Column("ours", sa.BigInteger(), nullable=False),
        sa.Column("theirs", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.String(length=80), nullable=False),
        sa.Column("happened_at", at, nullable=False),
        sa.Column("found_at", at, nullable=False),
        sa.Column("gone_at", at, nullable=True),
        sa.Column("answered_at", at, nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=300), nullable=False),
        sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name=op.f("ck_differences_answered")),
        sa.CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", name=op.f("ck_differences_by")),
        *_whole("differences", "ours", "theirs"),
        *_whole("differences", "answered_by_id", empty=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=op.f("fk_differences_answered_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_differences")),
        sa.UniqueConstraint("code", name=op.f("uq_differences_code")),
    )
    stands = sa.text("gone_at IS NULL")
    op.create_index(
        "uq_differences_open",
        "differences",
        ["source", "turn", "about", "gap"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
    op.create_index("ix_differences_desk", "differences", ["gone_at", "answered_at"])


def downgrade() -> None:
    op.drop_table("differences")
    op.drop_table("mirror_lines")
    op.drop_table("readings")
