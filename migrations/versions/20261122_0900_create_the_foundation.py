"""Create the foundation: every table of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_0900"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "courier_services",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("courier", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("divisor", sa.BigInteger(), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("tolerance", sa.BigInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.CheckConstraint("typeof(divisor) = 'integer'", name=op.f("ck_courier_services_divisor_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(minimum) = 'integer'", name=op.f("ck_courier_services_minimum_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(step) = 'integer'", name=op.f("ck_courier_services_step_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(tolerance) = 'integer'", name=op.f("ck_courier_services_tolerance_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "divisor > 0 AND step > 0 AND minimum >= 0 AND tolerance >= 0", name=op.f("ck_courier_services_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_services")),
        sa.UniqueConstraint("code", name=op.f("uq_courier_services_code")),
    )
    op.create_table(
        "editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("typeof(number) = 'integer'", name=op.f("ck_editions_number_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
    )
    op.create_table(
        "images",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("alt_en", sa.String(length=300), nullable=False),
        sa.Column("focal_x", sa.Integer(), nullable=False),
        sa.Column("focal_y", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("typeof(focal_x) = 'integer'", name=op.f("ck_images_focal_x_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(focal_y) = 'integer'", name=op.f("ck_images_focal_y_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(height) = 'integer'", name=op.f("ck_images_height_whole")).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(size) = 'integer'", name=op.f("ck_images_size_whole")).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(width) = 'integer'", name=op.f("ck_images_width_whole")).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("focal_x BETWEEN 0 AND 100 AND focal_y BETWEEN 0 AND 100", name=op.f("ck_images_focal")),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_images_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_images")),
        sa.UniqueConstraint("code", name=op.f("uq_images_code")),
    )
    op.create_index(op.f("ix_images_owner"), "images", ["owner"], unique=False)
    op.create_index(op.f("ix_images_sha256"), "images", ["sha256"], unique=False)
    op.create_table(
        "materials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("story_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_materials")),
        sa.UniqueConstraint("slug", name=op.f("uq_materials_slug")),
    )
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint("typeof(attempts) = 'integer'", name=op.f("ck_outbox_messages_attempts_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("code", name=op.f("uq_outbox_messages_code")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_messages_key")),
    )
    op.create_index("ix_outbox_messages_open", "outbox_messages", ["done_at", "due_at", "id"], unique=False)
    op.create_table(
        "place_aliases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alias", sa.String(length=80), nullable=False),
        sa.Column("search_name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_aliases")),
        sa.UniqueConstraint("alias", "search_name", name=op.f("uq_place_aliases_alias_search_name")),
    )
    op.create_index(op.f("ix_place_aliases_alias"), "place_aliases", ["alias"], unique=False)
    op.create_index(op.f("ix_place_aliases_search_name"), "place_aliases", ["search_name"], unique=False)
    op.create_table(
        "provinces",
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("search_name", sa.String(length=80), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_provinces")),
    )
    op.create_index(op.f("ix_provinces_search_name"), "provinces", ["search_name"], unique=False)
    op.create_table(
        "receiving_accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("bank", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receiving_accounts")),
        sa.UniqueConstraint("code", name=op.f("uq_receiving_accounts_code")),
    )
    op.create_table(
        "techniques",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("story_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_techniques")),
        sa.UniqueConstraint("slug", name=op.f("uq_techniques_slug")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("code", name=op.f("uq_users_code")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "collections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=90), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("lead", sa.String(length=300), nullable=False),
        sa.Column("lead_en", sa.String(length=300), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("story_en", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("on_home", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("image_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "image_id IS NULL OR typeof(image_id) = 'integer'", name=op.f("ck_collections_image_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(position) = 'integer'", name=op.f("ck_collections_position_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name=op.f("ck_collections_window")),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_collections_image_id_images")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
        sa.UniqueConstraint("code", name=op.f("uq_collections_code")),
    )
    op.create_table(
        "crafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("summary", sa.String(length=240), nullable=False),
        sa.Column("summary_en", sa.String(length=240), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("story_en", sa.Text(), nullable=False),
        sa.Column("care", sa.Text(), nullable=False),
        sa.Column("care_en", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("image_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "image_id IS NULL OR typeof(image_id) = 'integer'", name=op.f("ck_crafts_image_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(position) = 'integer'", name=op.f("ck_crafts_position_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_crafts_image_id_images")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crafts")),
        sa.UniqueConstraint("slug", name=op.f("uq_crafts_slug")),
    )
    op.create_table(
        "purchases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("recipient", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("place_code", sa.String(length=13), nullable=True),
        sa.Column("place_name", sa.String(length=200), nullable=False),
        sa.Column("postal_code", sa.String(length=5), nullable=False),
        sa.Column(
            "payment_method",
            sa.Enum(
                "bank-transfer", "cash", name="payment_method", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.CheckConstraint("typeof(total) = 'integer'", name=op.f("ck_purchases_total_whole")).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "user_id IS NULL OR typeof(user_id) = 'integer'", name=op.f("ck_purchases_user_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("total >= 0", name=op.f("ck_purchases_total")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_purchases_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchases")),
        sa.UniqueConstraint("code", name=op.f("uq_purchases_code")),
    )
    op.create_index(op.f("ix_purchases_user_id"), "purchases", ["user_id"], unique=False)
    op.create_table(
        "regencies",
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("search_name", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("kabupaten", "kota", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["province_code"], ["provinces.code"], name=op.f("fk_regencies_province_code_provinces")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_regencies")),
    )
    op.create_index(op.f("ix_regencies_province_code"), "regencies", ["province_code"], unique=False)
    op.create_index(op.f("ix_regencies_search_name"), "regencies", ["search_name"], unique=False)
    op.create_table(
        "role_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "curator", "officer", "operator", name="role", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("typeof(user_id) = 'integer'", name=op.f("ck_role_grants_user_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_role_grants_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
        sa.UniqueConstraint("user_id", "role", name=op.f("uq_role_grants_user_id_role")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "user_id IS NULL OR typeof(user_id) = 'integer'", name=op.f("ck_sessions_user_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("code", name=op.f("uq_sessions_code")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "shipping_rates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("destination", sa.String(length=8), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("days_min", sa.Integer(), nullable=False),
        sa.Column("days_max", sa.Integer(), nullable=False),
        sa.CheckConstraint("typeof(days_max) = 'integer'", name=op.f("ck_shipping_rates_days_max_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(days_min) = 'integer'", name=op.f("ck_shipping_rates_days_min_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(price) = 'integer'", name=op.f("ck_shipping_rates_price_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(service_id) = 'integer'", name=op.f("ck_shipping_rates_service_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "price >= 0 AND days_min >= 0 AND days_max >= days_min", name=op.f("ck_shipping_rates_figures")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["courier_services.id"], name=op.f("fk_shipping_rates_service_id_courier_services")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipping_rates")),
        sa.UniqueConstraint(
            "service_id", "origin", "destination", name=op.f("uq_shipping_rates_service_id_origin_destination")
        ),
    )
    op.create_index(op.f("ix_shipping_rates_origin"), "shipping_rates", ["origin"], unique=False)
    op.create_index(op.f("ix_shipping_rates_service_id"), "shipping_rates", ["service_id"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "confirm", "reset", "change-email", name="purpose", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("typeof(user_id) = 'integer'", name=op.f("ck_tokens_user_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tokens_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_tokens_token_hash")),
    )
    op.create_index(op.f("ix_tokens_user_id"), "tokens", ["user_id"], unique=False)
    op.create_table(
        "carts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("checkout_key", sa.String(length=26), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "session_id IS NULL OR typeof(session_id) = 'integer'", name=op.f("ck_carts_session_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "user_id IS NULL OR typeof(user_id) = 'integer'", name=op.f("ck_carts_user_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("(user_id IS NULL) <> (session_id IS NULL)", name=op.f("ck_carts_owner")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_carts_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_carts_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carts")),
        sa.UniqueConstraint("code", name=op.f("uq_carts_code")),
        sa.UniqueConstraint("session_id", name=op.f("uq_carts_session_id")),
        sa.UniqueConstraint("user_id", name=op.f("uq_carts_user_id")),
    )
    op.create_table(
        "craft_materials",
        sa.Column("craft_id", sa.Integer(), nullable=False),
        sa.Column("material_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["craft_id"], ["crafts.id"], name=op.f("fk_craft_materials_craft_id_crafts")),
        sa.ForeignKeyConstraint(
            ["material_id"], ["materials.id"], name=op.f("fk_craft_materials_material_id_materials")
        ),
        sa.PrimaryKeyConstraint("craft_id", "material_id", name=op.f("pk_craft_materials")),
    )
    op.create_table(
        "craft_techniques",
        sa.Column("craft_id", sa.Integer(), nullable=False),
        sa.Column("technique_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["craft_id"], ["crafts.id"], name=op.f("fk_craft_techniques_craft_id_crafts")),
        sa.ForeignKeyConstraint(
            ["technique_id"], ["techniques.id"], name=op.f("fk_craft_techniques_technique_id_techniques")
        ),
        sa.PrimaryKeyConstraint("craft_id", "technique_id", name=op.f("pk_craft_techniques")),
    )
    op.create_table(
        "districts",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("regency_code", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("search_name", sa.String(length=80), nullable=False),
        sa.Column("postal_codes", sa.String(length=400), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["regency_code"], ["regencies.code"], name=op.f("fk_districts_regency_code_regencies")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_districts")),
    )
    op.create_index(op.f("ix_districts_regency_code"), "districts", ["regency_code"], unique=False)
    op.create_index(op.f("ix_districts_search_name"), "districts", ["search_name"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("purchase_code", sa.String(length=26), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["purchase_code"], ["purchases.code"], name=op.f("fk_idempotency_keys_purchase_code_purchases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint("scope", "key", name=op.f("uq_idempotency_keys_scope_key")),
    )
    op.create_table(
        "motifs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("craft_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("meaning_en", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=160), nullable=False),
        sa.Column("image_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "image_id IS NULL OR typeof(image_id) = 'integer'", name=op.f("ck_motifs_image_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(craft_id) = 'integer'", name=op.f("ck_motifs_craft_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["craft_id"], ["crafts.id"], name=op.f("fk_motifs_craft_id_crafts")),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_motifs_image_id_images")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_motifs")),
        sa.UniqueConstraint("slug", name=op.f("uq_motifs_slug")),
    )
    op.create_index(op.f("ix_motifs_craft_id"), "motifs", ["craft_id"], unique=False)
    op.create_table(
        "officer_regencies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("regency_code", sa.String(length=5), nullable=False),
        sa.CheckConstraint("typeof(user_id) = 'integer'", name=op.f("ck_officer_regencies_user_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(
            ["regency_code"], ["regencies.code"], name=op.f("fk_officer_regencies_regency_code_regencies")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_officer_regencies_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_regencies")),
        sa.UniqueConstraint("user_id", "regency_code", name=op.f("uq_officer_regencies_user_id_regency_code")),
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("purchase_code", sa.String(length=26), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "paid",
                "expired",
                "cancelled",
                "late",
                "refunded",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("surplus", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(length=80), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("holds_amount", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state IN ('paid', 'late', 'refunded')) = (paid_at IS NOT NULL)", name=op.f("ck_payments_paid")
        ),
        sa.CheckConstraint(
            "account_id IS NULL OR typeof(account_id) = 'integer'", name=op.f("ck_payments_account_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR typeof(confirmed_by_id) = 'integer'",
            name=op.f("ck_payments_confirmed_by_id_whole"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "state <> 'pending' OR account_id IS NULL OR holds_amount", name=op.f("ck_payments_holds_amount")
        ),
        sa.CheckConstraint("typeof(due) = 'integer'", name=op.f("ck_payments_due_whole")).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(surplus) = 'integer'", name=op.f("ck_payments_surplus_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("due >= 0", name=op.f("ck_payments_due")),
        sa.CheckConstraint("surplus BETWEEN 0 AND 999", name=op.f("ck_payments_surplus")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["receiving_accounts.id"], name=op.f("fk_payments_account_id_receiving_accounts")
        ),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["users.id"], name=op.f("fk_payments_confirmed_by_id_users")),
        sa.ForeignKeyConstraint(
            ["purchase_code"], ["purchases.code"], name=op.f("fk_payments_purchase_code_purchases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("code", name=op.f("uq_payments_code")),
        sa.UniqueConstraint("reference", name=op.f("uq_payments_reference")),
    )
    op.create_index(op.f("ix_payments_expires_at"), "payments", ["expires_at"], unique=False)
    op.create_index(op.f("ix_payments_purchase_code"), "payments", ["purchase_code"], unique=False)
    op.create_index(
        "uq_payments_live",
        "payments",
        ["purchase_code"],
        unique=True,
        sqlite_where=sa.text("state IN ('pending', 'paid')"),
        postgresql_where=sa.text("state IN ('pending', 'paid')"),
    )
    op.create_index(
        "uq_payments_open_amount",
        "payments",
        ["account_id", "due"],
        unique=True,
        sqlite_where=sa.text("holds_amount AND account_id IS NOT NULL"),
        postgresql_where=sa.text("holds_amount AND account_id IS NOT NULL"),
    )
    op.create_table(
        "refunds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("order_code", sa.String(length=26), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("owed", "sent", name="state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=True),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL AND reference IS NOT NULL)", name=op.f("ck_refunds_sent")
        ),
        sa.CheckConstraint(
            "sent_by_id IS NULL OR typeof(sent_by_id) = 'integer'", name=op.f("ck_refunds_sent_by_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(payment_id) = 'integer'", name=op.f("ck_refunds_payment_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(total) = 'integer'", name=op.f("ck_refunds_total_whole")).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("total > 0", name=op.f("ck_refunds_total")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_refunds_payment_id_payments")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["users.id"], name=op.f("fk_refunds_sent_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("code", name=op.f("uq_refunds_code")),
        sa.UniqueConstraint("order_code", name=op.f("uq_refunds_order_code")),
        sa.UniqueConstraint("reference", name=op.f("uq_refunds_reference")),
    )
    op.create_index("ix_refunds_desk", "refunds", ["state", "id"], unique=False)
    op.create_index(op.f("ix_refunds_payment_id"), "refunds", ["payment_id"], unique=False)
    op.create_table(
        "villages",
        sa.Column("code", sa.String(length=13), nullable=False),
        sa.Column("district_code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("search_name", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "kelurahan", "desa", "desa-adat", name="kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("postal_code", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_code"], ["districts.code"], name=op.f("fk_villages_district_code_districts")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_villages")),
    )
    op.create_index(op.f("ix_villages_district_code"), "villages", ["district_code"], unique=False)
    op.create_index(op.f("ix_villages_postal_code"), "villages", ["postal_code"], unique=False)
    op.create_index(op.f("ix_villages_search_name"), "villages", ["search_name"], unique=False)
    op.create_table(
        "makers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=90), nullable=False),
        sa.Column("name", sa.String(length=90), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "workshop", "group", "household", name="kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("district_code", sa.String(length=8), nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=True),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("story_en", sa.Text(), nullable=False),
        sa.Column("founded", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("emblem_id", sa.Integer(), nullable=True),
        sa.Column("image_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "emblem_id IS NULL OR typeof(emblem_id) = 'integer'", name=op.f("ck_makers_emblem_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "founded IS NULL OR typeof(founded) = 'integer'", name=op.f("ck_makers_founded_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "image_id IS NULL OR typeof(image_id) = 'integer'", name=op.f("ck_makers_image_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("people IS NULL OR typeof(people) = 'integer'", name=op.f("ck_makers_people_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("people > 0", name=op.f("ck_makers_people")),
        sa.ForeignKeyConstraint(["district_code"], ["districts.code"], name=op.f("fk_makers_district_code_districts")),
        sa.ForeignKeyConstraint(["emblem_id"], ["images.id"], name=op.f("fk_makers_emblem_id_images")),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_makers_image_id_images")),
        sa.ForeignKeyConstraint(["village_code"], ["villages.code"], name=op.f("fk_makers_village_code_villages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_makers")),
        sa.UniqueConstraint("code", name=op.f("uq_makers_code")),
    )
    op.create_index(op.f("ix_makers_district_code"), "makers", ["district_code"], unique=False)
    op.create_index("ix_makers_name", "makers", ["name", "id"], unique=False)
    op.create_table(
        "sellers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=90), nullable=False),
        sa.Column("name", sa.String(length=90), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "applied",
                "open",
                "refused",
                "suspended",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("district_code", sa.String(length=8), nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("accepts_cash", sa.Boolean(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_code"], ["districts.code"], name=op.f("fk_sellers_district_code_districts")),
        sa.ForeignKeyConstraint(["village_code"], ["villages.code"], name=op.f("fk_sellers_village_code_villages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sellers")),
        sa.UniqueConstraint("code", name=op.f("uq_sellers_code")),
    )
    op.create_index(op.f("ix_sellers_district_code"), "sellers", ["district_code"], unique=False)
    op.create_table(
        "applications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("applicant_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "approved", "refused", "recalled", name="decision", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR typeof(decided_by_id) = 'integer'",
            name=op.f("ck_applications_decided_by_id_whole"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(applicant_id) = 'integer'", name=op.f("ck_applications_applicant_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(seller_id) = 'integer'", name=op.f("ck_applications_seller_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["applicant_id"], ["users.id"], name=op.f("fk_applications_applicant_id_users")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_applications_decided_by_id_users")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_applications_seller_id_sellers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("code", name=op.f("uq_applications_code")),
    )
    op.create_index(op.f("ix_applications_seller_id"), "applications", ["seller_id"], unique=False)
    op.create_table(
        "delivery_offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("pickup", "own", "courier", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("typeof(price) = 'integer'", name=op.f("ck_delivery_offers_price_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(seller_id) = 'integer'", name=op.f("ck_delivery_offers_seller_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("price >= 0", name=op.f("ck_delivery_offers_price")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_delivery_offers_seller_id_sellers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_offers")),
        sa.UniqueConstraint("seller_id", "kind", name=op.f("uq_delivery_offers_seller_id_kind")),
    )
    op.create_table(
        "maker_crafts",
        sa.Column("maker_id", sa.Integer(), nullable=False),
        sa.Column("craft_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["craft_id"], ["crafts.id"], name=op.f("fk_maker_crafts_craft_id_crafts")),
        sa.ForeignKeyConstraint(["maker_id"], ["makers.id"], name=op.f("fk_maker_crafts_maker_id_makers")),
        sa.PrimaryKeyConstraint("maker_id", "craft_id", name=op.f("pk_maker_crafts")),
    )
    op.create_index(op.f("ix_maker_crafts_craft_id"), "maker_crafts", ["craft_id"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("owner", "staff", name="role", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("typeof(seller_id) = 'integer'", name=op.f("ck_memberships_seller_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(user_id) = 'integer'", name=op.f("ck_memberships_user_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_memberships_seller_id_sellers")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_memberships_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("user_id", "seller_id", name=op.f("uq_memberships_user_id_seller_id")),
    )
    op.create_index(op.f("ix_memberships_seller_id"), "memberships", ["seller_id"], unique=False)
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("purchase_id", sa.Integer(), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "awaiting-payment",
                "to-confirm",
                "processing",
                "shipped",
                "delivered",
                "completed",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "delivery",
            sa.Enum("pickup", "own", "courier", name="delivery", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("delivery_name", sa.String(length=90), nullable=False),
        sa.Column("days_max", sa.Integer(), nullable=False),
        sa.Column("items_total", sa.BigInteger(), nullable=False),
        sa.Column("shipping_total", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("ship_by", sa.Date(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("courier", sa.String(length=40), nullable=False),
        sa.Column("tracking_number", sa.String(length=40), nullable=False),
        sa.Column("cancel_reason", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state IN ('completed', 'cancelled')) = (due_at IS NULL)", name=op.f("ck_orders_timer")),
        sa.CheckConstraint("typeof(days_max) = 'integer'", name=op.f("ck_orders_days_max_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(items_total) = 'integer'", name=op.f("ck_orders_items_total_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(purchase_id) = 'integer'", name=op.f("ck_orders_purchase_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(seller_id) = 'integer'", name=op.f("ck_orders_seller_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(shipping_total) = 'integer'", name=op.f("ck_orders_shipping_total_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(total) = 'integer'", name=op.f("ck_orders_total_whole")).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("items_total >= 0 AND shipping_total >= 0", name=op.f("ck_orders_parts")),
        sa.CheckConstraint("total = items_total + shipping_total", name=op.f("ck_orders_total")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_orders_purchase_id_purchases")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_orders_seller_id_sellers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("code", name=op.f("uq_orders_code")),
        sa.UniqueConstraint("purchase_id", "seller_id", name=op.f("uq_orders_purchase_id_seller_id")),
    )
    op.create_index("ix_orders_desk", "orders", ["seller_id", "state", "due_at", "id"], unique=False)
    op.create_index("ix_orders_due", "orders", ["due_at", "id"], unique=False)
    op.create_index(op.f("ix_orders_purchase_id"), "orders", ["purchase_id"], unique=False)
    op.create_table(
        "products",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=90), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("maker_id", sa.Integer(), nullable=False),
        sa.Column("craft_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "live",
                "held",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("care", sa.Text(), nullable=False),
        sa.Column("care_en", sa.Text(), nullable=False),
        sa.Column("variation_note", sa.String(length=300), nullable=False),
        sa.Column("variation_note_en", sa.String(length=300), nullable=False),
        sa.Column(
            "dye",
            sa.Enum(
                "natural",
                "synthetic",
                "mixed",
                "undyed",
                name="dye",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "animal_material",
            sa.Enum(
                "none",
                "silk",
                "leather",
                "bone",
                "wax",
                "unknown",
                name="animal_material",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "craft_id IS NULL OR typeof(craft_id) = 'integer'", name=op.f("ck_products_craft_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "state NOT IN ('live', 'held') OR published_at IS NOT NULL", name=op.f("ck_products_published")
        ),
        sa.CheckConstraint("typeof(maker_id) = 'integer'", name=op.f("ck_products_maker_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(version) = 'integer'", name=op.f("ck_products_version_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["craft_id"], ["crafts.id"], name=op.f("fk_products_craft_id_crafts")),
        sa.ForeignKeyConstraint(["maker_id"], ["makers.id"], name=op.f("fk_products_maker_id_makers")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_products_seller_id_sellers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("code", name=op.f("uq_products_code")),
    )
    op.create_index("ix_products_live_new", "products", ["state", "published_at", "id"], unique=False)
    op.create_index("ix_products_of_craft", "products", ["craft_id", "state", "published_at", "id"], unique=False)
    op.create_index("ix_products_of_maker", "products", ["maker_id", "state", "published_at", "id"], unique=False)
    op.create_index("ix_products_of_seller", "products", ["seller_id", "state", "published_at", "id"], unique=False)
    op.create_table(
        "seller_makers",
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("maker_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["maker_id"], ["makers.id"], name=op.f("fk_seller_makers_maker_id_makers")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_seller_makers_seller_id_sellers")),
        sa.PrimaryKeyConstraint("seller_id", "maker_id", name=op.f("pk_seller_makers")),
    )
    op.create_index(op.f("ix_seller_makers_maker_id"), "seller_makers", ["maker_id"], unique=False)
    op.create_table(
        "options",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("typeof(position) = 'integer'", name=op.f("ck_options_position_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(product_id) = 'integer'", name=op.f("ck_options_product_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_options_product_id_products")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_options")),
        sa.UniqueConstraint("product_id", "key", name=op.f("uq_options_product_id_key")),
    )
    op.create_index(op.f("ix_options_product_id"), "options", ["product_id"], unique=False)
    op.create_table(
        "order_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column(
            "actor",
            sa.Enum(
                "buyer",
                "seller",
                "operator",
                "system",
                name="actor",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("actor_user_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "actor_user_id IS NULL OR typeof(actor_user_id) = 'integer'",
            name=op.f("ck_order_events_actor_user_id_whole"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(order_id) = 'integer'", name=op.f("ck_order_events_order_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["actor_user_id"], ["users.id"], name=op.f("fk_order_events_actor_user_id_users")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_events_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_events")),
    )
    op.create_index(op.f("ix_order_events_order_id"), "order_events", ["order_id"], unique=False)
    op.create_table(
        "placements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("note_en", sa.String(length=200), nullable=False),
        sa.CheckConstraint("typeof(collection_id) = 'integer'", name=op.f("ck_placements_collection_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(position) = 'integer'", name=op.f("ck_placements_position_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(product_id) = 'integer'", name=op.f("ck_placements_product_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collections.id"], name=op.f("fk_placements_collection_id_collections")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_placements_product_id_products")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placements")),
        sa.UniqueConstraint("collection_id", "product_id", name=op.f("uq_placements_collection_id_product_id")),
    )
    op.create_index(op.f("ix_placements_collection_id"), "placements", ["collection_id"], unique=False)
    op.create_index(op.f("ix_placements_product_id"), "placements", ["product_id"], unique=False)
    op.create_table(
        "product_materials",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("material_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["material_id"], ["materials.id"], name=op.f("fk_product_materials_material_id_materials")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_product_materials_product_id_products")),
        sa.PrimaryKeyConstraint("product_id", "material_id", name=op.f("pk_product_materials")),
    )
    op.create_index(op.f("ix_product_materials_material_id"), "product_materials", ["material_id"], unique=False)
    op.create_table(
        "product_motifs",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("motif_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["motif_id"], ["motifs.id"], name=op.f("fk_product_motifs_motif_id_motifs")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_product_motifs_product_id_products")),
        sa.PrimaryKeyConstraint("product_id", "motif_id", name=op.f("pk_product_motifs")),
    )
    op.create_index(op.f("ix_product_motifs_motif_id"), "product_motifs", ["motif_id"], unique=False)
    op.create_table(
        "product_techniques",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("technique_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_techniques_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["technique_id"], ["techniques.id"], name=op.f("fk_product_techniques_technique_id_techniques")
        ),
        sa.PrimaryKeyConstraint("product_id", "technique_id", name=op.f("pk_product_techniques")),
    )
    op.create_index(op.f("ix_product_techniques_technique_id"), "product_techniques", ["technique_id"], unique=False)
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "approved", "refused", "recalled", name="decision", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR typeof(decided_by_id) = 'integer'",
            name=op.f("ck_submissions_decided_by_id_whole"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "submitted_by_id IS NULL OR typeof(submitted_by_id) = 'integer'",
            name=op.f("ck_submissions_submitted_by_id_whole"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(product_id) = 'integer'", name=op.f("ck_submissions_product_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_submissions_decided_by_id_users")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_submissions_product_id_products")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["users.id"], name=op.f("fk_submissions_submitted_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("code", name=op.f("uq_submissions_code")),
    )
    op.create_index(op.f("ix_submissions_product_id"), "submissions", ["product_id"], unique=False)
    op.create_index("ix_submissions_queue", "submissions", ["decided_at", "submitted_at"], unique=False)
    op.create_table(
        "variants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=40), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("box_length", sa.BigInteger(), nullable=False),
        sa.Column("box_width", sa.BigInteger(), nullable=False),
        sa.Column("box_height", sa.BigInteger(), nullable=False),
        sa.Column(
            "fulfilment",
            sa.Enum("ready", "made-to-order", name="fulfilment", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("dispatch_days", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "fulfilment <> 'made-to-order' OR lead_days IS NOT NULL", name=op.f("ck_variants_lead_days_stated")
        ),
        sa.CheckConstraint(
            "lead_days IS NULL OR typeof(lead_days) = 'integer'", name=op.f("ck_variants_lead_days_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(box_height) = 'integer'", name=op.f("ck_variants_box_height_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(box_length) = 'integer'", name=op.f("ck_variants_box_length_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(box_width) = 'integer'", name=op.f("ck_variants_box_width_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(dispatch_days) = 'integer'", name=op.f("ck_variants_dispatch_days_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(position) = 'integer'", name=op.f("ck_variants_position_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(price) = 'integer'", name=op.f("ck_variants_price_whole")).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(product_id) = 'integer'", name=op.f("ck_variants_product_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(weight) = 'integer'", name=op.f("ck_variants_weight_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("box_length > 0 AND box_width > 0 AND box_height > 0", name=op.f("ck_variants_box")),
        sa.CheckConstraint("dispatch_days >= 0 AND dispatch_days <= 30", name=op.f("ck_variants_dispatch_days")),
        sa.CheckConstraint("lead_days >= 0 AND lead_days <= 365", name=op.f("ck_variants_lead_days")),
        sa.CheckConstraint("price > 0", name=op.f("ck_variants_price")),
        sa.CheckConstraint("weight > 0", name=op.f("ck_variants_weight")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_variants_product_id_products")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_variants_seller_id_sellers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variants")),
        sa.UniqueConstraint("code", name=op.f("uq_variants_code")),
        sa.UniqueConstraint("seller_id", "sku", name=op.f("uq_variants_seller_id_sku")),
    )
    op.create_index(op.f("ix_variants_product_id"), "variants", ["product_id"], unique=False)
    op.create_table(
        "cart_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("cart_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("seen_price", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("typeof(cart_id) = 'integer'", name=op.f("ck_cart_lines_cart_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(quantity) = 'integer'", name=op.f("ck_cart_lines_quantity_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(seen_price) = 'integer'", name=op.f("ck_cart_lines_seen_price_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(variant_id) = 'integer'", name=op.f("ck_cart_lines_variant_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("quantity BETWEEN 1 AND 999", name=op.f("ck_cart_lines_quantity")),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["carts.id"], name=op.f("fk_cart_lines_cart_id_carts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_cart_lines_variant_id_variants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_lines")),
        sa.UniqueConstraint("cart_id", "variant_id", name=op.f("uq_cart_lines_cart_id_variant_id")),
        sa.UniqueConstraint("code", name=op.f("uq_cart_lines_code")),
    )
    op.create_index(op.f("ix_cart_lines_cart_id"), "cart_lines", ["cart_id"], unique=False)
    op.create_index(op.f("ix_cart_lines_variant_id"), "cart_lines", ["variant_id"], unique=False)
    op.create_table(
        "option_values",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("typeof(option_id) = 'integer'", name=op.f("ck_option_values_option_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(position) = 'integer'", name=op.f("ck_option_values_position_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["option_id"], ["options.id"], name=op.f("fk_option_values_option_id_options")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_option_values")),
        sa.UniqueConstraint("option_id", "key", name=op.f("uq_option_values_option_id_key")),
    )
    op.create_index(op.f("ix_option_values_option_id"), "option_values", ["option_id"], unique=False)
    op.create_table(
        "order_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("product_code", sa.String(length=26), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("choices", sa.String(length=200), nullable=False),
        sa.Column("choices_en", sa.String(length=200), nullable=False),
        sa.Column("sku", sa.String(length=40), nullable=True),
        sa.Column("maker_name", sa.String(length=90), nullable=False),
        sa.Column("image_id", sa.Integer(), nullable=True),
        sa.Column(
            "fulfilment",
            sa.Enum("ready", "made-to-order", name="fulfilment", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "image_id IS NULL OR typeof(image_id) = 'integer'", name=op.f("ck_order_lines_image_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(days) = 'integer'", name=op.f("ck_order_lines_days_whole")).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("typeof(order_id) = 'integer'", name=op.f("ck_order_lines_order_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(quantity) = 'integer'", name=op.f("ck_order_lines_quantity_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(total) = 'integer'", name=op.f("ck_order_lines_total_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(unit_price) = 'integer'", name=op.f("ck_order_lines_unit_price_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(variant_id) = 'integer'", name=op.f("ck_order_lines_variant_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(weight) = 'integer'", name=op.f("ck_order_lines_weight_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("quantity > 0 AND unit_price >= 0", name=op.f("ck_order_lines_figures")),
        sa.CheckConstraint("total = unit_price * quantity", name=op.f("ck_order_lines_total")),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_order_lines_image_id_images")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_lines_order_id_orders")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_order_lines_variant_id_variants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
        sa.UniqueConstraint("code", name=op.f("uq_order_lines_code")),
    )
    op.create_index(op.f("ix_order_lines_order_id"), "order_lines", ["order_id"], unique=False)
    op.create_index(op.f("ix_order_lines_variant_id"), "order_lines", ["variant_id"], unique=False)
    op.create_table(
        "product_pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("image_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("typeof(image_id) = 'integer'", name=op.f("ck_product_pictures_image_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(position) = 'integer'", name=op.f("ck_product_pictures_position_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(product_id) = 'integer'", name=op.f("ck_product_pictures_product_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_product_pictures_image_id_images")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_product_pictures_product_id_products")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_product_pictures_variant_id_variants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_pictures")),
        sa.UniqueConstraint("product_id", "image_id", name=op.f("uq_product_pictures_product_id_image_id")),
    )
    op.create_index(op.f("ix_product_pictures_image_id"), "product_pictures", ["image_id"], unique=False)
    op.create_index(op.f("ix_product_pictures_product_id"), "product_pictures", ["product_id"], unique=False)
    op.create_table(
        "reservations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("typeof(quantity) = 'integer'", name=op.f("ck_reservations_quantity_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(variant_id) = 'integer'", name=op.f("ck_reservations_variant_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_reservations_quantity")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_reservations_variant_id_variants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
        sa.UniqueConstraint("code", name=op.f("uq_reservations_code")),
    )
    op.create_index("ix_reservations_open", "reservations", ["closed_at", "expires_at"], unique=False)
    op.create_index(op.f("ix_reservations_reference"), "reservations", ["reference"], unique=False)
    op.create_index(op.f("ix_reservations_variant_id"), "reservations", ["variant_id"], unique=False)
    op.create_index(
        "uq_reservations_open",
        "reservations",
        ["reference", "variant_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "stock_movements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "opening",
                "adjusted",
                "sold",
                "returned",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("typeof(quantity) = 'integer'", name=op.f("ck_stock_movements_quantity_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(variant_id) = 'integer'", name=op.f("ck_stock_movements_variant_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_stock_movements_quantity")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_stock_movements_variant_id_variants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movements")),
    )
    op.create_index("ix_stock_movements_reference", "stock_movements", ["reference"], unique=False)
    op.create_index(op.f("ix_stock_movements_variant_id"), "stock_movements", ["variant_id"], unique=False)
    op.create_table(
        "stocks",
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("typeof(on_hand) = 'integer'", name=op.f("ck_stocks_on_hand_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("typeof(reserved) = 'integer'", name=op.f("ck_stocks_reserved_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("reserved >= 0 AND reserved <= on_hand", name=op.f("ck_stocks_level")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_stocks_variant_id_variants")),
        sa.PrimaryKeyConstraint("variant_id", name=op.f("pk_stocks")),
    )
    op.create_table(
        "variant_values",
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("value_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["value_id"], ["option_values.id"], name=op.f("fk_variant_values_value_id_option_values")
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_variant_values_variant_id_variants")),
        sa.PrimaryKeyConstraint("variant_id", "value_id", name=op.f("pk_variant_values")),
    )
    op.create_index(op.f("ix_variant_values_value_id"), "variant_values", ["value_id"], unique=False)

    op.execute("INSERT INTO editions (id, number) VALUES (1, 1)")


def downgrade() -> None:
    op.drop_index(op.f("ix_variant_values_value_id"), table_name="variant_values")
    op.drop_table("variant_values")
    op.drop_table("stocks")
    op.drop_index(op.f("ix_stock_movements_variant_id"), table_name="stock_movements")
    op.drop_index("ix_stock_movements_reference", table_name="stock_movements")
    op.drop_table("stock_movements")
    op.drop_index(
        "uq_reservations_open",
        table_name="reservations",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index(op.f("ix_reservations_variant_id"), table_name="reservations")
    op.drop_index(op.f("ix_reservations_reference"), table_name="reservations")
    op.drop_index("ix_reservations_open", table_name="reservations")
    op.drop_table("reservations")
    op.drop_index(op.f("ix_product_pictures_product_id"), table_name="product_pictures")
    op.drop_index(op.f("ix_product_pictures_image_id"), table_name="product_pictures")
    op.drop_table("product_pictures")
    op.drop_index(op.f("ix_order_lines_variant_id"), table_name="order_lines")
    op.drop_index(op.f("ix_order_lines_order_id"), table_name="order_lines")
    op.drop_table("order_lines")
    op.drop_index(op.f("ix_option_values_option_id"), table_name="option_values")
    op.drop_table("option_values")
    op.drop_index(op.f("ix_cart_lines_variant_id"), table_name="cart_lines")
    op.drop_index(op.f("ix_cart_lines_cart_id"), table_name="cart_lines")
    op.drop_table("cart_lines")
    op.drop_index(op.f("ix_variants_product_id"), table_name="variants")
    op.drop_table("variants")
    op.drop_index("ix_submissions_queue", table_name="submissions")
    op.drop_index(op.f("ix_submissions_product_id"), table_name="submissions")
    op.drop_table("submissions")
    op.drop_index(op.f("ix_product_techniques_technique_id"), table_name="product_techniques")
    op.drop_table("product_techniques")
    op.drop_index(op.f("ix_product_motifs_motif_id"), table_name="product_motifs")
    op.drop_table("product_motifs")
    op.drop_index(op.f("ix_product_materials_material_id"), table_name="product_materials")
    op.drop_table("product_materials")
    op.drop_index(op.f("ix_placements_product_id"), table_name="placements")
    op.drop_index(op.f("ix_placements_collection_id"), table_name="placements")
    op.drop_table("placements")
    op.drop_index(op.f("ix_order_events_order_id"), table_name="order_events")
    op.drop_table("order_events")
    op.drop_index(op.f("ix_options_product_id"), table_name="options")
    op.drop_table("options")
    op.drop_index(op.f("ix_seller_makers_maker_id"), table_name="seller_makers")
    op.drop_table("seller_makers")
    op.drop_index("ix_products_of_seller", table_name="products")
    op.drop_index("ix_products_of_maker", table_name="products")
    op.drop_index("ix_products_of_craft", table_name="products")
    op.drop_index("ix_products_live_new", table_name="products")
    op.drop_table("products")
    op.drop_index(op.f("ix_orders_purchase_id"), table_name="orders")
    op.drop_index("ix_orders_due", table_name="orders")
    op.drop_index("ix_orders_desk", table_name="orders")
    op.drop_table("orders")
    op.drop_index(op.f("ix_memberships_seller_id"), table_name="memberships")
    op.drop_table("memberships")
    op.drop_index(op.f("ix_maker_crafts_craft_id"), table_name="maker_crafts")
    op.drop_table("maker_crafts")
    op.drop_table("delivery_offers")
    op.drop_index(op.f("ix_applications_seller_id"), table_name="applications")
    op.drop_table("applications")
    op.drop_index(op.f("ix_sellers_district_code"), table_name="sellers")
    op.drop_table("sellers")
    op.drop_index("ix_makers_name", table_name="makers")
    op.drop_index(op.f("ix_makers_district_code"), table_name="makers")
    op.drop_table("makers")
    op.drop_index(op.f("ix_villages_search_name"), table_name="villages")
    op.drop_index(op.f("ix_villages_postal_code"), table_name="villages")
    op.drop_index(op.f("ix_villages_district_code"), table_name="villages")
    op.drop_table("villages")
    op.drop_index(op.f("ix_refunds_payment_id"), table_name="refunds")
    op.drop_index("ix_refunds_desk", table_name="refunds")
    op.drop_table("refunds")
    op.drop_index(
        "uq_payments_open_amount",
        table_name="payments",
        sqlite_where=sa.text("holds_amount AND account_id IS NOT NULL"),
        postgresql_where=sa.text("holds_amount AND account_id IS NOT NULL"),
    )
    op.drop_index(
        "uq_payments_live",
        table_name="payments",
        sqlite_where=sa.text("state IN ('pending', 'paid')"),
        postgresql_where=sa.text("state IN ('pending', 'paid')"),
    )
    op.drop_index(op.f("ix_payments_purchase_code"), table_name="payments")
    op.drop_index(op.f("ix_payments_expires_at"), table_name="payments")
    op.drop_table("payments")
    op.drop_table("officer_regencies")
    op.drop_index(op.f("ix_motifs_craft_id"), table_name="motifs")
    op.drop_table("motifs")
    op.drop_table("idempotency_keys")
    op.drop_index(op.f("ix_districts_search_name"), table_name="districts")
    op.drop_index(op.f("ix_districts_regency_code"), table_name="districts")
    op.drop_table("districts")
    op.drop_table("craft_techniques")
    op.drop_table("craft_materials")
    op.drop_table("carts")
    op.drop_index(op.f("ix_tokens_user_id"), table_name="tokens")
    op.drop_table("tokens")
    op.drop_index(op.f("ix_shipping_rates_service_id"), table_name="shipping_rates")
    op.drop_index(op.f("ix_shipping_rates_origin"), table_name="shipping_rates")
    op.drop_table("shipping_rates")
    op.drop_index(op.f("ix_sessions_user_id"), table_name="sessions")
    op.drop_index(op.f("ix_sessions_expires_at"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("role_grants")
    op.drop_index(op.f("ix_regencies_search_name"), table_name="regencies")
    op.drop_index(op.f("ix_regencies_province_code"), table_name="regencies")
    op.drop_table("regencies")
    op.drop_index(op.f("ix_purchases_user_id"), table_name="purchases")
    op.drop_table("purchases")
    op.drop_table("crafts")
    op.drop_table("collections")
    op.drop_table("users")
    op.drop_table("techniques")
    op.drop_table("receiving_accounts")
    op.drop_index(op.f("ix_provinces_search_name"), table_name="provinces")
    op.drop_table("provinces")
    op.drop_index(op.f("ix_place_aliases_search_name"), table_name="place_aliases")
    op.drop_index(op.f("ix_place_aliases_alias"), table_name="place_aliases")
    op.drop_table("place_aliases")
    op.drop_index("ix_outbox_messages_open", table_name="outbox_messages")
    op.drop_table("outbox_messages")
    op.drop_table("materials")
    op.drop_index(op.f("ix_images_sha256"), table_name="images")
    op.drop_index(op.f("ix_images_owner"), table_name="images")
    op.drop_table("images")
    op.drop_table("editions")
    op.drop_table("courier_services")
