"""Keep lists of wishes, and who waits for what is sold out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1820"
down_revision = "20261128_1740"
branch_labels = None
depends_on = None


def _whole(table: str, *names: str) -> list[sa.CheckConstraint]:
    """SQLite would keep anything in a column of whole numbers; a name ending in ? may be empty."""
    if op.get_bind().dialect.name != "sqlite":
        return []
    found = []
    for name in names:
        column = name.rstrip("?")
        test = f"typeof({column}) = 'integer'"
        if name != column:
            test = f"{column} IS NULL OR {test}"
        found.append(sa.CheckConstraint(test, name=op.f(f"ck_{table}_{column}_whole")))
    return found


def upgrade() -> None:
    op.create_table(
        "wishlists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(26), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("shown_name", sa.String(60), nullable=False),
        sa.Column("share_code", sa.String(26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *_whole("wishlists", "user_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_wishlists_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wishlists")),
        sa.UniqueConstraint("code", name=op.f("uq_wishlists_code")),
        sa.UniqueConstraint("share_code", name=op.f("uq_wishlists_share_code")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_wishlists_user_id_name")),
    )
    op.create_table(
        "wishes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(26), nullable=False),
        sa.Column("wishlist_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        *_whole("wishes", "wishlist_id", "variant_id"),
        sa.ForeignKeyConstraint(
            ["wishlist_id"], ["wishlists.id"], name=op.f("fk_wishes_wishlist_id_wishlists"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_wishes_variant_id_variants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wishes")),
        sa.UniqueConstraint("code", name=op.f("uq_wishes_code")),
        sa.UniqueConstraint("wishlist_id", "variant_id", name=op.f("uq_wishes_wishlist_id_variant_id")),
    )
    op.create_index(op.f("ix_wishes_variant_id"), "wishes", ["variant_id"])
    op.create_table(
        "watches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(26), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("locale", sa.String(2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        *_whole("watches", "variant_id", "user_id?"),
        sa.CheckConstraint("email <> ''", name=op.f("ck_watches_email")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_watches_variant_id_variants")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_watches_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watches")),
        sa.UniqueConstraint("code", name=op.f("uq_watches_code")),
        sa.UniqueConstraint("email", "variant_id", name=op.f("uq_watches_email_variant_id")),
    )
    op.create_index("ix_watches_variant", "watches", ["variant_id", "id"])
    op.create_index(op.f("ix_watches_user_id"), "watches", ["user_id"])
    op.create_index(op.f("ix_watches_expires_at"), "watches", ["expires_at"])
    op.create_table(
        "restocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(26), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_whole("restocks", "variant_id"),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_restocks_variant_id_variants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restocks")),
        sa.UniqueConstraint("code", name=op.f("uq_restocks_code")),
    )
    op.create_index(op.f("ix_restocks_variant_id"), "restocks", ["variant_id"])
    op.create_table(
        "tellings",
        sa.Column("watch_id", sa.Integer(), nullable=False),
        sa.Column("restock_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["watch_id"], ["watches.id"], name=op.f("fk_tellings_watch_id_watches"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["restock_id"], ["restocks.id"], name=op.f("fk_tellings_restock_id_restocks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("watch_id", "restock_id", name=op.f("pk_tellings")),
    )
    op.create_index(op.f("ix_tellings_restock_id"), "tellings", ["restock_id"])


def downgrade() -> None:
    for table in ("tellings", "restocks", "watches", "wishes", "wishlists"):
        op.drop_table(table)
