"""Withhold PPh 22 of what a price is without the shop's own PPN: how much of it was contained, per line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261129_0001"
down_revision = "20261128_1942"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("line_terms") as batch:
        batch.add_column(sa.Column("contained", sa.BigInteger(), nullable=False, server_default="0"))
        batch.create_check_constraint(op.f("ck_line_terms_contained"), "contained BETWEEN 0 AND 2000")
        if op.get_bind().dialect.name == "sqlite":
            batch.create_check_constraint(op.f("ck_line_terms_contained_whole"), "typeof(contained) = 'integer'")
    with op.batch_alter_table("line_terms") as batch:
        batch.alter_column("contained", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("line_terms") as batch:
        if op.get_bind().dialect.name == "sqlite":
            batch.drop_constraint(op.f("ck_line_terms_contained_whole"), type_="check")
        batch.drop_constraint(op.f("ck_line_terms_contained"), type_="check")
        batch.drop_column("contained")
