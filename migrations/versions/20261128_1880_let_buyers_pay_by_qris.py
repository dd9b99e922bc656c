"""Let buyers pay by QRIS: codes among the accounts, and every way of paying that providers may carry out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.reshaping import reshape

revision = "20261128_1880"
down_revision = "20261128_1800"
branch_labels = None
depends_on = None

_METHODS = "payment_method IN ('bank-transfer', 'qris', 'card', 'online', 'cash', 'nothing')"
_OLD_METHODS = "payment_method IN ('bank-transfer', 'cash', 'nothing')"


def upgrade() -> None:
    op.add_column("receiving_accounts", sa.Column("qris", sa.Text(), nullable=True))
    _allow(_METHODS)


def downgrade() -> None:
    # The old tables know no other way; the accounts stay, so that payments keep pointing at where their money is.
    op.execute(
        "UPDATE purchases SET payment_method = 'bank-transfer' WHERE payment_method IN ('qris', 'card', 'online')"
    )
    op.execute("UPDATE payments SET provider = 'bank-transfer' WHERE provider IN ('qris', 'card', 'online')")
    op.execute("UPDATE receiving_accounts SET is_active = false WHERE qris IS NOT NULL")
    _allow(_OLD_METHODS)
    op.drop_column("receiving_accounts", "qris")


def _allow(methods: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        reshape(
            "purchases",
            drop=["ck_purchases_payment_method"],
            add=[f"CONSTRAINT ck_purchases_payment_method CHECK ({methods})"],
        )
    else:
        op.drop_constraint(op.f("ck_purchases_payment_method"), "purchases", type_="check")
        op.create_check_constraint(op.f("ck_purchases_payment_method"), "purchases", methods)
