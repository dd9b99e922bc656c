"""Tell of makers' workshops, of the people whom they show, and of where else they are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import catalog.db

revision = "20261128_1640"
down_revision = "20261128_1630"
branch_labels = None
depends_on = None

KINDS = (
    "tokopedia", "shopee", "tiktok", "lazada", "blibli", "etsy", "instagram", "facebook", "whatsapp", "site",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "maker_workshops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("maker_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("about_en", sa.Text(), nullable=False),
        sa.Column("visits", _choice("visits", ("none", "hours", "appointment")), nullable=False),
        sa.Column("way", sa.String(300), nullable=False),
        sa.Column("way_en", sa.String(300), nullable=False),
        *_whole("maker_workshops", "maker_id"),
        sa.ForeignKeyConstraint(["maker_id"], ["makers.id"], name=op.f("fk_maker_workshops_maker_id_makers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maker_workshops")),
        sa.UniqueConstraint("maker_id", name=op.f("uq_maker_workshops_maker_id")),
    )
    op.create_table(
        "maker_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_maker_hours_weekday")),
        sa.CheckConstraint("opens >= 0 AND opens < closes AND closes <= 1440", name=op.f("ck_maker_hours_span")),
        *_whole("maker_hours", "workshop_id", "weekday", "opens", "closes"),
        sa.ForeignKeyConstraint(["workshop_id"], ["maker_workshops.id"], name=op.f("fk_maker_hours_workshop_id_maker_workshops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maker_hours")),
        sa.UniqueConstraint("workshop_id", "weekday", name=op.f("uq_maker_hours_workshop_id_weekday")),
    )
    op.create_table(
        "maker_pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("image_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_whole("maker_pictures", "workshop_id", "image_id", "position"),
        sa.ForeignKeyConstraint(["workshop_id"], ["maker_workshops.id"], name=op.f("fk_maker_pictures_workshop_id_maker_workshops")),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_maker_pictures_image_id_images")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maker_pictures")),
        sa.UniqueConstraint("workshop_id", "image_id", name=op.f("uq_maker_pictures_workshop_id_image_id")),
    )
    op.create_index(op.f("ix_maker_pictures_image_id"), "maker_pictures", ["image_id"])
    op.create_table(
        "maker_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", catalog.db.Code(26), nullable=False),
        sa.Column("maker_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("role", sa.String(80), nullable=False),
        sa.Column("role_en", sa.String(80), nullable=False),
        sa.Column("portrait_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("consented_at", catalog.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_maker_people_name")),
        *_whole("maker_people", "maker_id", "portrait_id", "position", nullable=("portrait_id",)),
        sa.ForeignKeyConstraint(["maker_id"], ["makers.id"], name=op.f("fk_maker_people_maker_id_makers")),
        sa.ForeignKeyConstraint(["portrait_id"], ["images.id"], name=op.f("fk_maker_people_portrait_id_images")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maker_people")),
        sa.UniqueConstraint("code", name=op.f("uq_maker_people_code")),
    )
    for column in ("maker_id", "portrait_id"):
        op.create_index(op.f(f"ix_maker_people_{column}"), "maker_people", [column])
    op.create_table(
        "maker_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("maker_id", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("kind", KINDS), nullable=False),
        sa.Column("url", sa.String(300), nullable=False),
        sa.CheckConstraint("url LIKE 'https://_%.__%'", name=op.f("ck_maker_links_url")),
        *_whole("maker_links", "maker_id"),
        sa.ForeignKeyConstraint(["maker_id"], ["makers.id"], name=op.f("fk_maker_links_maker_id_makers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maker_links")),
        sa.UniqueConstraint("maker_id", "kind", name=op.f("uq_maker_links_maker_id_kind")),
    )


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _whole(table: str, *columns: str, nullable: tuple[str, ...] = ()) -> list[sa.CheckConstraint]:
    if op.get_bind().dialect.name != "sqlite":
        return []
    return [
        sa.CheckConstraint(
            f"{column} IS NULL OR typeof({column}) = 'integer'" if column in nullable else f"typeof({column}) = 'integer'",
            name=op.f(f"ck_{table}_{column}_whole"),
        )
        for column in columns
    ]


def downgrade() -> None:
    for table in ("maker_links", "maker_people", "maker_pictures", "maker_hours", "maker_workshops"):
        op.drop_table(table)
