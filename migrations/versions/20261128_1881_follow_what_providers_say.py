"""Follow what providers outside say: their charges, an inbox of their messages, and refunds that they send themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1881"
down_revision = "20261128_1863"
branch_labels = None
depends_on = None


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
    op.create_table(
        "charges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("second_reference", sa.String(length=120), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=True),
        sa.Column("dispute", sa.String(length=20), nullable=False),
        sa.Column("odd", sa.String(length=200), nullable=False),
        sa.Column("parked_at", at, nullable=True),
        sa.Column("looked_at", at, nullable=True),
        sa.Column("looked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", at, nullable=True),
        sa.Column("closed_at", at, nullable=True),
        sa.Column("created_at", at, nullable=False),
        sa.CheckConstraint("attempt > 0", name=op.f("ck_charges_attempt")),
        sa.CheckConstraint("refunded >= 0", name=op.f("ck_charges_refunded")),
        sa.CheckConstraint("parked_at IS NULL OR odd <> ''", name=op.f("ck_charges_parked")),
        sa.CheckConstraint("looked_at IS NULL OR parked_at IS NOT NULL", name=op.f("ck_charges_looked")),
        *_whole("charges", "payment_id", "attempt", "refunded"),
        *_whole("charges", "fee", "looked_by_id", empty=True),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_charges_payment_id_payments")),
        sa.ForeignKeyConstraint(["looked_by_id"], ["users.id"], name=op.f("fk_charges_looked_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charges")),
        sa.UniqueConstraint("code", name=op.f("uq_charges_code")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_charges_payment_id")),
    )
    op.create_index("uq_charges_reference", "charges", ["provider", "reference"], unique=True)
    op.create_index("ix_charges_open", "charges", ["closed_at", "asked_at"])
    op.create_index(op.f("ix_charges_second_reference"), "charges", ["second_reference"])
    op.create_index(op.f("ix_charges_parked_at"), "charges", ["parked_at"])
    op.create_table(
        "webhook_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=120), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("payment_code", sa.String(length=40), nullable=False),
        sa.Column("received_at", at, nullable=False),
        sa.Column("done_at", at, nullable=True),
        sa.Column("is_known", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_messages")),
    )
    op.create_index("uq_webhook_messages_event", "webhook_messages", ["provider", "event"], unique=True)
    op.create_index(op.f("ix_webhook_messages_received_at"), "webhook_messages", ["received_at"])
    op.add_column("refunds", sa.Column("tried_at", at, nullable=True))
    op.add_column("refunds", sa.Column("refusal", sa.String(length=200), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("refunds", "refusal")
    op.drop_column("refunds", "tried_at")
    op.drop_table("webhook_messages")
    op.drop_table("charges")
