"""Create reviews of both sides, the time in which they are written, their photos, and what is reported of them."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "20261128_1610"
down_revision = "20261128_1600"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review_tallies",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("two", sa.Integer(), nullable=False),
        sa.Column("three", sa.Integer(), nullable=False),
        sa.Column("four", sa.Integer(), nullable=False),
        sa.Column("five", sa.Integer(), nullable=False),
        sa.CheckConstraint("typeof(five) = 'integer'", name=op.f("ck_review_tallies_five_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(four) = 'integer'", name=op.f("ck_review_tallies_four_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(one) = 'integer'", name=op.f("ck_review_tallies_one_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(three) = 'integer'", name=op.f("ck_review_tallies_three_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(two) = 'integer'", name=op.f("ck_review_tallies_two_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "one >= 0 AND two >= 0 AND three >= 0 AND four >= 0 AND five >= 0", name=op.f("ck_review_tallies_counts")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_review_tallies_product_id_products")),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_review_tallies")),
    )
    op.create_table(
        "buyer_reviews",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("buyer_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "author_id IS NULL OR typeof(author_id) = 'integer'", name=op.f("ck_buyer_reviews_author_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "buyer_id IS NULL OR typeof(buyer_id) = 'integer'", name=op.f("ck_buyer_reviews_buyer_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(stars) = 'integer'", name=op.f("ck_buyer_reviews_stars_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_buyer_reviews_stars")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_buyer_reviews_author_id_users")),
        sa.ForeignKeyConstraint(["buyer_id"], ["users.id"], name=op.f("fk_buyer_reviews_buyer_id_users")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_buyer_reviews_order_id_orders")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_buyer_reviews")),
    )
    op.create_index("ix_buyer_reviews_of_buyer", "buyer_reviews", ["buyer_id", "published_at"], unique=False)
    op.create_table(
        "review_exchanges",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ask_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_review_exchanges_order_id_orders")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_review_exchanges")),
    )
    op.create_index("ix_review_exchanges_ask", "review_exchanges", ["asked_at", "ask_at"], unique=False)
    op.create_index("ix_review_exchanges_due", "review_exchanges", ["revealed_at", "ends_at"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("signed", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "published", "withheld", name="state", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("leaks", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withheld_by_id", sa.Integer(), nullable=True),
        sa.Column("withheld_why", sa.String(length=500), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_locale", sa.String(length=2), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(answer = '') = (answered_at IS NULL)", name=op.f("ck_reviews_answer")),
        sa.CheckConstraint("(state = 'waiting') = (published_at IS NULL)", name=op.f("ck_reviews_published")),
        sa.CheckConstraint(
            "answered_by_id IS NULL OR typeof(answered_by_id) = 'integer'", name=op.f("ck_reviews_answered_by_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "author_id IS NULL OR typeof(author_id) = 'integer'", name=op.f("ck_reviews_author_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(line_id) = 'integer'", name=op.f("ck_reviews_line_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(order_id) = 'integer'", name=op.f("ck_reviews_order_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(product_id) = 'integer'", name=op.f("ck_reviews_product_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(seller_id) = 'integer'", name=op.f("ck_reviews_seller_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(stars) = 'integer'", name=op.f("ck_reviews_stars_whole")).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "withheld_by_id IS NULL OR typeof(withheld_by_id) = 'integer'", name=op.f("ck_reviews_withheld_by_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("answered_at IS NULL OR published_at IS NOT NULL", name=op.f("ck_reviews_answered")),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_reviews_stars")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=op.f("fk_reviews_answered_by_id_users")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_reviews_author_id_users")),
        sa.ForeignKeyConstraint(["line_id"], ["order_lines.id"], name=op.f("fk_reviews_line_id_order_lines")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_reviews_order_id_orders")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_reviews_product_id_products")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_reviews_seller_id_sellers")),
        sa.ForeignKeyConstraint(["withheld_by_id"], ["users.id"], name=op.f("fk_reviews_withheld_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("code", name=op.f("uq_reviews_code")),
        sa.UniqueConstraint("line_id", name=op.f("uq_reviews_line_id")),
    )
    op.create_index(op.f("ix_reviews_author_id"), "reviews", ["author_id"], unique=False)
    op.create_index("ix_reviews_of_product", "reviews", ["product_id", "state", "published_at", "id"], unique=False)
    op.create_index("ix_reviews_of_seller", "reviews", ["seller_id", "state", "published_at", "id"], unique=False)
    op.create_index(op.f("ix_reviews_order_id"), "reviews", ["order_id"], unique=False)
    op.create_table(
        "review_cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("report", "appeal", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "insult",
                "private",
                "unrelated",
                "advert",
                "other",
                "contact",
                "appeal",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "waiting",
                "published",
                "withheld",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(kind = 'appeal') = (reason = 'appeal')", name=op.f("ck_review_cases_kind_of_reason")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR typeof(decided_by_id) = 'integer'",
            name=op.f("ck_review_cases_decided_by_id_whole"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("decision IS NULL OR decision <> 'waiting'", name=op.f("ck_review_cases_decided")),
        sa.CheckConstraint(
            "opened_by_id IS NULL OR typeof(opened_by_id) = 'integer'", name=op.f("ck_review_cases_opened_by_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(review_id) = 'integer'", name=op.f("ck_review_cases_review_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_review_cases_decision_at")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_review_cases_decided_by_id_users")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["users.id"], name=op.f("fk_review_cases_opened_by_id_users")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_cases_review_id_reviews")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_cases")),
        sa.UniqueConstraint("code", name=op.f("uq_review_cases_code")),
    )
    op.create_index("ix_review_cases_queue", "review_cases", ["decision", "id"], unique=False)
    op.create_index(
        "uq_review_cases_appeal",
        "review_cases",
        ["review_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'appeal'"),
        postgresql_where=sa.text("kind = 'appeal'"),
    )
    op.create_index(
        "uq_review_cases_report",
        "review_cases",
        ["review_id", "opened_by_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'report'"),
        postgresql_where=sa.text("kind = 'report'"),
    )
    op.create_table(
        "review_photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=True),
        sa.Column("image_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "image_id IS NULL OR typeof(image_id) = 'integer'", name=op.f("ck_review_photos_image_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "review_id IS NULL OR typeof(review_id) = 'integer'", name=op.f("ck_review_photos_review_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(line_id) = 'integer'", name=op.f("ck_review_photos_line_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_review_photos_image_id_images")),
        sa.ForeignKeyConstraint(["line_id"], ["order_lines.id"], name=op.f("fk_review_photos_line_id_order_lines")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_photos_review_id_reviews")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_photos")),
        sa.UniqueConstraint("code", name=op.f("uq_review_photos_code")),
    )
    op.create_index(op.f("ix_review_photos_image_id"), "review_photos", ["image_id"], unique=False)
    op.create_index(op.f("ix_review_photos_line_id"), "review_photos", ["line_id"], unique=False)
    op.create_index(op.f("ix_review_photos_review_id"), "review_photos", ["review_id"], unique=False)
    _carry_over()


def _carry_over() -> None:
    """Orders that have arrived before may be reviewed as long as others; nobody is asked about them."""
    event = sa.table(
        "order_events", sa.column("order_id"), sa.column("name"), sa.column("at", sa.DateTime(timezone=True))
    )
    instant = {"type_": sa.DateTime(timezone=True)}
    exchange = sa.table(
        "review_exchanges",
        sa.column("order_id"),
        *(sa.column(name, **instant) for name in ("opened_at", "ends_at", "ask_at", "asked_at")),
    )
    arrived = sa.select(event.c.order_id, sa.func.max(event.c.at)).where(event.c.name == "deliver")
    rows = [
        {
            "order_id": order_id, "opened_at": at, "ends_at": at + timedelta(days=21), "ask_at": at + timedelta(days=4),
            "asked_at": at + timedelta(days=4),
        }
        for order_id, at in op.get_bind().execute(arrived.group_by(event.c.order_id))
    ]  # fmt: skip
    if rows:
        op.get_bind().execute(sa.insert(exchange), rows)


def downgrade() -> None:
    op.drop_index(op.f("ix_review_photos_review_id"), table_name="review_photos")
    op.drop_index(op.f("ix_review_photos_line_id"), table_name="review_photos")
    op.drop_index(op.f("ix_review_photos_image_id"), table_name="review_photos")
    op.drop_table("review_photos")
    op.drop_index(
        "uq_review_cases_report",
        table_name="review_cases",
        sqlite_where=sa.text("kind = 'report'"),
        postgresql_where=sa.text("kind = 'report'"),
    )
    op.drop_index(
        "uq_review_cases_appeal",
        table_name="review_cases",
        sqlite_where=sa.text("kind = 'appeal'"),
        postgresql_where=sa.text("kind = 'appeal'"),
    )
    op.drop_index("ix_review_cases_queue", table_name="review_cases")
    op.drop_table("review_cases")
    op.drop_index(op.f("ix_reviews_order_id"), table_name="reviews")
    op.drop_index("ix_reviews_of_seller", table_name="reviews")
    op.drop_index("ix_reviews_of_product", table_name="reviews")
    op.drop_index(op.f("ix_reviews_author_id"), table_name="reviews")
    op.drop_table("reviews")
    op.drop_index("ix_review_exchanges_due", table_name="review_exchanges")
    op.drop_index("ix_review_exchanges_ask", table_name="review_exchanges")
    op.drop_table("review_exchanges")
    op.drop_index("ix_buyer_reviews_of_buyer", table_name="buyer_reviews")
    op.drop_table("buyer_reviews")
    op.drop_table("review_tallies")
