"""Let makers ask what is to be made personal, and keep what buyers answered in carts and on orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.reshaping import reshape

revision = "20261128_1810"
down_revision = "20261128_1881"
branch_labels = None
depends_on = None

_OLD = "uq_cart_lines_cart_id_variant_id"
_NEW = "uq_cart_lines_cart_id_variant_id_personal_key"


def upgrade() -> None:
    op.create_table(
        "personal_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(26), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_files")),
        sa.UniqueConstraint("code", name=op.f("uq_personal_files_code")),
    )
    op.create_index(op.f("ix_personal_files_created_at"), "personal_files", ["created_at"])
    op.add_column("products", sa.Column("personal", sa.JSON(), server_default="[]", nullable=False))
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in ("cart_lines", "order_lines"):
        owner = f"fk_{table}_file_id_personal_files"
        if sqlite:
            key = ["personal_key VARCHAR(32) DEFAULT '' NOT NULL"] if table == "cart_lines" else []
            once = [f"CONSTRAINT {_NEW} UNIQUE (cart_id, variant_id, personal_key)"] if table == "cart_lines" else []
            reshape(
                table,
                drop=[_OLD],
                columns=["personal JSON DEFAULT '[]' NOT NULL", *key, "file_id INTEGER"],
                add=[
                    f"CONSTRAINT {owner} FOREIGN KEY(file_id) REFERENCES personal_files (id)",
                    f"CONSTRAINT ck_{table}_file_id_whole CHECK (file_id IS NULL OR typeof(file_id) = 'integer')",
                    *once,
                ],
            )
        else:
            op.add_column(table, sa.Column("personal", sa.JSON(), server_default="[]", nullable=False))
            op.add_column(table, sa.Column("file_id", sa.Integer(), nullable=True))
            op.create_foreign_key(op.f(owner), table, "personal_files", ["file_id"], ["id"])
            if table == "cart_lines":
                op.add_column(table, sa.Column("personal_key", sa.String(32), server_default="", nullable=False))
                op.drop_constraint(op.f(_OLD), table, type_="unique")
                op.create_unique_constraint(op.f(_NEW), table, ["cart_id", "variant_id", "personal_key"])
        op.create_index(op.f(f"ix_{table}_file_id"), table, ["file_id"])


def downgrade() -> None:
    op.execute("DELETE FROM cart_lines WHERE personal_key <> ''")
    for table in ("cart_lines", "order_lines"):
        owner = f"fk_{table}_file_id_personal_files"
        more = ["personal_key"] if table == "cart_lines" else []
        op.drop_index(op.f(f"ix_{table}_file_id"), table)
        if op.get_bind().dialect.name == "sqlite":
            once = [f"CONSTRAINT {_OLD} UNIQUE (cart_id, variant_id)"] if more else []
            reshape(table, drop=[owner, _NEW], drop_columns=["personal", "file_id", *more], add=once)
        else:
            op.drop_constraint(op.f(owner), table, type_="foreignkey")
            if more:
                op.drop_constraint(op.f(_NEW), table, type_="unique")
                op.create_unique_constraint(op.f(_OLD), table, ["cart_id", "variant_id"])
            for column in ("personal", "file_id", *more):
                op.drop_column(table, column)
    op.drop_column("products", "personal")
    op.drop_table("personal_files")
