"""Find the youngest pieces of a motif without reading all that show it."""

from __future__ import annotations

from alembic import op

revision = "20261129_0040"
down_revision = "20261129_0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_product_motifs_of_motif", "product_motifs", ["motif_id", "product_id"])
    op.drop_index("ix_product_motifs_motif_id", "product_motifs")


def downgrade() -> None:
    op.create_index("ix_product_motifs_motif_id", "product_motifs", ["motif_id"])
    op.drop_index("ix_product_motifs_of_motif", "product_motifs")
