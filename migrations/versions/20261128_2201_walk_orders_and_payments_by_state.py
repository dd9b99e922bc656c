"""Walk orders, and payments, of one state by themselves."""

from __future__ import annotations

from alembic import op

revision = "20261128_2201"
down_revision = "20261128_2102"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_orders_state", "orders", ["state", "id"])
    op.create_index("ix_payments_state", "payments", ["state", "id"])


def downgrade() -> None:
    op.drop_index("ix_payments_state", table_name="payments")
    op.drop_index("ix_orders_state", table_name="orders")
