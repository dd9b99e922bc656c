"""Let changes of pieces on sale wait for the curators, with the photos that are to come or go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1710"
down_revision = "20261128_1705"
branch_labels = None
depends_on = None

_ON_TABLE = sa.text("changes IS NOT NULL AND put_away_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("submissions") as batch:
        batch.add_column(sa.Column("changes", sa.JSON(none_as_null=True), nullable=True))
        batch.add_column(sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_check_constraint(
            op.f("ck_submissions_put_away"),
            "changes IS NULL OR put_away_at IS NOT NULL OR decision IS NULL OR decision = 'refused'",
        )
    op.create_index(
        "uq_submissions_on_table",
        "submissions",
        ["product_id"],
        unique=True,
        sqlite_where=_ON_TABLE,
        postgresql_where=_ON_TABLE,
    )
    op.create_table(
        "staged_pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("image_id", sa.Integer(), nullable=False),
        sa.Column(
            "deed",
            sa.Enum("add", "remove", name="deed", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.CheckConstraint("typeof(image_id) = 'integer'", name=op.f("ck_staged_pictures_image_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "typeof(submission_id) = 'integer'", name=op.f("ck_staged_pictures_submission_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name=op.f("fk_staged_pictures_image_id_images")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_staged_pictures_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_pictures")),
        sa.UniqueConstraint("submission_id", "image_id", name=op.f("uq_staged_pictures_submission_id_image_id")),
    )
    op.create_index(op.f("ix_staged_pictures_image_id"), "staged_pictures", ["image_id"], unique=False)


def downgrade() -> None:
    op.drop_table("staged_pictures")
    op.drop_index("uq_submissions_on_table", table_name="submissions", sqlite_where=_ON_TABLE, postgresql_where=_ON_TABLE)
    # A change whose piece is on sale has no place without its column: the piece stays as it is.
    op.execute("DELETE FROM submissions WHERE changes IS NOT NULL")
    with op.batch_alter_table("submissions") as batch:
        batch.drop_constraint(op.f("ck_submissions_put_away"), type_="check")
        batch.drop_column("put_away_at")
        batch.drop_column("changes")
