"""Let galleries take cash: those that have a keeper, who answers for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1942"
down_revision = "20261128_1933"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pickup_points") as batch:
        batch.add_column(sa.Column("takes_cash", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.create_check_constraint(op.f("ck_pickup_points_till"), "takes_cash = false OR keeper_id IS NOT NULL")
    with op.batch_alter_table("pickup_points") as batch:
        batch.alter_column("takes_cash", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("pickup_points") as batch:
        batch.drop_constraint(op.f("ck_pickup_points_till"), type_="check")
        batch.drop_column("takes_cash")
