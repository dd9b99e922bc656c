"""Let curators tell of crafts: a picture and sources of techniques and materials, who told a motif, when it was told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.reshaping import reshape

revision = "20261129_0050"
down_revision = "20261129_0040"
branch_labels = None
depends_on = None

_SHOWN = ("techniques", "materials")
_TOLD = ("crafts", "motifs", *_SHOWN)


def upgrade() -> None:
    op.add_column("motifs", sa.Column("told_by", sa.String(length=160), server_default="", nullable=False))
    for table in _SHOWN:
        op.add_column(table, sa.Column("sources", sa.Text(), server_default="", nullable=False))
        key = f"fk_{table}_image_id_images"
        if op.get_bind().dialect.name == "sqlite":
            whole = f"ck_{table}_image_id_whole CHECK (image_id IS NULL OR typeof(image_id) = 'integer')"
            reshape(
                table,
                columns=["image_id INTEGER"],
                add=[f"CONSTRAINT {key} FOREIGN KEY(image_id) REFERENCES images (id)", f"CONSTRAINT {whole}"],
            )
        else:
            op.add_column(table, sa.Column("image_id", sa.Integer(), nullable=True))
            op.create_foreign_key(op.f(key), table, "images", ["image_id"], ["id"])
    for table in _TOLD:
        op.add_column(table, sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table in _TOLD:
        op.drop_column(table, "told_at")
    for table in _SHOWN:
        if op.get_bind().dialect.name == "sqlite":
            reshape(table, drop=[f"fk_{table}_image_id_images"], drop_columns=["image_id"])
        else:
            op.drop_column(table, "image_id")
        op.drop_column(table, "sources")
    op.drop_column("motifs", "told_by")
