"""Remember what a line of a statement is not, and find lines by what they are. Copies of lines are not kept any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_2001"
down_revision = "20261129_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bank_lines", sa.Column("never", sa.JSON(), server_default="[]", nullable=False))
    op.create_index("ix_bank_lines_matched_code", "bank_lines", ["matched_code"])
    op.create_index("ix_bank_lines_decided_at", "bank_lines", ["decided_at"])
    op.execute("DELETE FROM mirror_lines WHERE source LIKE 'bank:%'")


def downgrade() -> None:
    op.drop_index("ix_bank_lines_decided_at", table_name="bank_lines")
    op.drop_index("ix_bank_lines_matched_code", table_name="bank_lines")
    op.drop_column("bank_lines", "never")
