"""Create notifications, their dispatches and who refuses their mails."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_0556"
down_revision = "20261128_0540"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notification_preferences",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("wants_mail", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notification_preferences_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_notification_preferences")),
    )
    op.create_table(
        "notifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("seller_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=140), nullable=True),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("in_app", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "seller_id IS NULL OR typeof(seller_id) = 'integer'", name=op.f("ck_notifications_seller_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "user_id IS NULL OR typeof(user_id) = 'integer'", name=op.f("ck_notifications_user_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_notifications_seller_id_sellers")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notifications_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("code", name=op.f("uq_notifications_code")),
        sa.UniqueConstraint("key", name=op.f("uq_notifications_key")),
    )
    op.create_index(op.f("ix_notifications_created_at"), "notifications", ["created_at"], unique=False)
    op.create_index("ix_notifications_reader", "notifications", ["user_id", "id"], unique=False)
    op.create_index(op.f("ix_notifications_seller_id"), "notifications", ["seller_id"], unique=False)
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["user_id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "dispatches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("notification_id", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("app", "mail", "whatsapp", name="channel", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sent",
                "failed",
                "skipped",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("typeof(attempts) = 'integer'", name=op.f("ck_dispatches_attempts_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "typeof(notification_id) = 'integer'", name=op.f("ck_dispatches_notification_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notifications.id"], name=op.f("fk_dispatches_notification_id_notifications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatches")),
        sa.UniqueConstraint("code", name=op.f("uq_dispatches_code")),
        sa.UniqueConstraint("notification_id", "channel", name=op.f("uq_dispatches_notification_id_channel")),
    )
    op.create_index("ix_dispatches_state", "dispatches", ["state", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_dispatches_state", table_name="dispatches")
    op.drop_table("dispatches")
    op.drop_index(
        "ix_notifications_unread",
        table_name="notifications",
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.drop_index(op.f("ix_notifications_seller_id"), table_name="notifications")
    op.drop_index("ix_notifications_reader", table_name="notifications")
    op.drop_index(op.f("ix_notifications_created_at"), table_name="notifications")
    op.drop_table("notifications")
    op.drop_table("notification_preferences")
