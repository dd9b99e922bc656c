"""Create conversations, what is said in them, its pictures, and what is reported."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1245"
down_revision = "20261128_1230"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("buyer_id", sa.Integer(), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("order_code", sa.String(length=26), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("image_id", sa.Integer(), nullable=True),
        sa.Column("buyer_unread", sa.Integer(), nullable=False),
        sa.Column("seller_unread", sa.Integer(), nullable=False),
        sa.Column(
            "last_side",
            sa.Enum("buyer", "seller", name="last_side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("last_words", sa.String(length=140), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spoken_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "image_id IS NULL OR typeof(image_id) = 'integer'", name=op.f("ck_conversations_image_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "product_id IS NULL OR typeof(product_id) = 'integer'", name=op.f("ck_conversations_product_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(buyer_id) = 'integer'", name=op.f("ck_conversations_buyer_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(buyer_unread) = 'integer'", name=op.f("ck_conversations_buyer_unread_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(seller_id) = 'integer'", name=op.f("ck_conversations_seller_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "typeof(seller_unread) = 'integer'", name=op.f("ck_conversations_seller_unread_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("(product_id IS NULL) <> (order_code IS NULL)", name=op.f("ck_conversations_subject")),
        sa.CheckConstraint("buyer_unread >= 0 AND seller_unread >= 0", name=op.f("ck_conversations_unread")),
        sa.ForeignKeyConstraint(["buyer_id"], ["users.id"], name=op.f("fk_conversations_buyer_id_users")),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_conversations_image_id_images")),
        sa.ForeignKeyConstraint(["order_code"], ["orders.code"], name=op.f("fk_conversations_order_code_orders")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_conversations_product_id_products")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_conversations_seller_id_sellers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("buyer_id", "order_code", name=op.f("uq_conversations_buyer_id_order_code")),
        sa.UniqueConstraint(
            "buyer_id", "seller_id", "product_id", name=op.f("uq_conversations_buyer_id_seller_id_product_id")
        ),
        sa.UniqueConstraint("code", name=op.f("uq_conversations_code")),
    )
    op.create_index("ix_conversations_buyer", "conversations", ["buyer_id", "spoken_at", "id"], unique=False)
    op.create_index(op.f("ix_conversations_order_code"), "conversations", ["order_code"], unique=False)
    op.create_index(op.f("ix_conversations_product_id"), "conversations", ["product_id"], unique=False)
    op.create_index("ix_conversations_seller", "conversations", ["seller_id", "spoken_at", "id"], unique=False)
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("buyer", "seller", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("once", sa.String(length=26), nullable=True),
        sa.Column("leaks", sa.JSON(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("typeof(author_id) = 'integer'", name=op.f("ck_posts_author_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(conversation_id) = 'integer'", name=op.f("ck_posts_conversation_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_posts_author_id_users")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_posts_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("code", name=op.f("uq_posts_code")),
        sa.UniqueConstraint("conversation_id", "once", name=op.f("uq_posts_conversation_id_once")),
    )
    op.create_index("ix_posts_conversation", "posts", ["conversation_id", "id"], unique=False)
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "post_id IS NULL OR typeof(post_id) = 'integer'", name=op.f("ck_attachments_post_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(author_id) = 'integer'", name=op.f("ck_attachments_author_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_attachments_author_id_users")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_attachments_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("code", name=op.f("uq_attachments_code")),
    )
    op.create_index(op.f("ix_attachments_author_id"), "attachments", ["author_id"], unique=False)
    op.create_index(op.f("ix_attachments_created_at"), "attachments", ["created_at"], unique=False)
    op.create_index(op.f("ix_attachments_post_id"), "attachments", ["post_id"], unique=False)
    op.create_table(
        "post_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "payment",
                "insult",
                "fraud",
                "spam",
                "other",
                "contact",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decision",
            sa.Enum("kept", "removed", name="decision", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR typeof(decided_by_id) = 'integer'",
            name=op.f("ck_post_reports_decided_by_id_whole"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "reporter_id IS NULL OR typeof(reporter_id) = 'integer'", name=op.f("ck_post_reports_reporter_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(post_id) = 'integer'", name=op.f("ck_post_reports_post_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_post_reports_decided_by_id_users")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_reports_post_id_posts")),
        sa.ForeignKeyConstraint(["reporter_id"], ["users.id"], name=op.f("fk_post_reports_reporter_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_reports")),
        sa.UniqueConstraint("code", name=op.f("uq_post_reports_code")),
        sa.UniqueConstraint("post_id", "reporter_id", name=op.f("uq_post_reports_post_id_reporter_id")),
    )
    op.create_index("ix_post_reports_queue", "post_reports", ["decision", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_post_reports_queue", table_name="post_reports")
    op.drop_table("post_reports")
    op.drop_index(op.f("ix_attachments_post_id"), table_name="attachments")
    op.drop_index(op.f("ix_attachments_created_at"), table_name="attachments")
    op.drop_index(op.f("ix_attachments_author_id"), table_name="attachments")
    op.drop_table("attachments")
    op.drop_index("ix_posts_conversation", table_name="posts")
    op.drop_table("posts")
    op.drop_index("ix_conversations_seller", table_name="conversations")
    op.drop_index(op.f("ix_conversations_product_id"), table_name="conversations")
    op.drop_index(op.f("ix_conversations_order_code"), table_name="conversations")
    op.drop_index("ix_conversations_buyer", table_name="conversations")
    op.drop_table("conversations")
