"""Limit what is promised in cash: who has promised what, by hashes of their names."""

from __future__ import annotations

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "20261128_1940"
down_revision = "20261128_1910"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cash_buyers",
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_cash_buyers")),
    )
    op.create_table(
        "cash_promises",
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("purchase_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_cash_promises_purchase_id_purchases")),
        sa.PrimaryKeyConstraint("person", "purchase_id", name=op.f("pk_cash_promises")),
    )
    op.create_index(op.f("ix_cash_promises_purchase_id"), "cash_promises", ["purchase_id"])
    _remember()


def _remember() -> None:
    """What is under way already counts as well."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text("SELECT id, user_id, email, phone FROM purchases WHERE payment_method = 'cash' ORDER BY id")
    ).all()
    promises = []
    for row in rows:
        names = [f"user:{row.user_id}"] if row.user_id is not None else []
        mail = row.email.strip().casefold()
        if mail.count("@") == 1:
            local, host = mail.split("@")
            names.append(f"mail:{local.split('+')[0]}@{host}")
        if row.phone:
            names.append(f"phone:{row.phone}")
        for name in names:
            promises.append({"person": sha256(f"cash\n{name}".encode()).hexdigest(), "purchase_id": row.id})
    if promises:
        connection.execute(
            sa.text("INSERT INTO cash_promises (person, purchase_id) VALUES (:person, :purchase_id)"), promises
        )


def downgrade() -> None:
    op.drop_table("cash_promises")
    op.drop_table("cash_buyers")
