"""Draw the cards that shared links show."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1715"
down_revision = "20261128_1710"
branch_labels = None
depends_on = None


def upgrade() -> None:
    whole = []
    if op.get_bind().dialect.name == "sqlite":
        whole = [sa.CheckConstraint("typeof(image_id) = 'integer'", name=op.f("ck_postcards_image_id_whole"))]
    op.create_table(
        "postcards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "product", "maker", "collection", "craft", "motif",
                name="kind", native_enum=False, create_constraint=True, length=40,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("locale", sa.String(2), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("image_id", sa.Integer(), nullable=False),
        *whole,
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_postcards_image_id_images")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postcards")),
        sa.UniqueConstraint("kind", "code", "locale", name=op.f("uq_postcards_kind_code_locale")),
    )  # fmt: skip
    op.create_index(op.f("ix_postcards_image_id"), "postcards", ["image_id"])


def downgrade() -> None:
    op.drop_table("postcards")
