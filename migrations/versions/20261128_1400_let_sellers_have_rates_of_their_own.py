"""Let sellers have rates of their own, couriers their page for parcels, and keep what came of an import."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from catalog.codes import new_code
from migrations.reshaping import reshape

revision = "20261128_1400"
down_revision = "20261128_1350"
branch_labels = None
depends_on = None

_OLD = "uq_shipping_rates_service_id_origin_destination"
_OWN = "uq_shipping_rates_seller_id_service_id_origin_destination"
_OWNER = "fk_shipping_rates_seller_id_sellers"


def upgrade() -> None:
    op.add_column(
        "courier_services", sa.Column("tracking_url", sa.String(length=200), server_default="", nullable=False)
    )
    op.add_column("shipping_rates", sa.Column("code", sa.String(length=26), nullable=True))
    _give_codes()
    if op.get_bind().dialect.name == "sqlite":
        reshape(
            "shipping_rates",
            drop=[_OLD],
            drop_columns=["code"],
            columns=["code VARCHAR(26) NOT NULL", "seller_id INTEGER"],
            keep=["code"],
            add=[
                f"CONSTRAINT {_OWNER} FOREIGN KEY(seller_id) REFERENCES sellers (id)",
                f"CONSTRAINT {_OWN} UNIQUE (seller_id, service_id, origin, destination)",
                "CONSTRAINT uq_shipping_rates_code UNIQUE (code)",
                "CONSTRAINT ck_shipping_rates_seller_id_whole"
                " CHECK (seller_id IS NULL OR typeof(seller_id) = 'integer')",
            ],
        )
    else:
        op.alter_column("shipping_rates", "code", nullable=False)
        op.create_unique_constraint(op.f("uq_shipping_rates_code"), "shipping_rates", ["code"])
        op.add_column("shipping_rates", sa.Column("seller_id", sa.Integer(), nullable=True))
        op.create_foreign_key(op.f(_OWNER), "shipping_rates", "sellers", ["seller_id"], ["id"])
        op.drop_constraint(op.f(_OLD), "shipping_rates", type_="unique")
        op.create_unique_constraint(
            op.f(_OWN), "shipping_rates", ["seller_id", "service_id", "origin", "destination"]
        )
    op.create_index(op.f("ix_shipping_rates_seller_id"), "shipping_rates", ["seller_id"], unique=False)
    shared = sa.text("seller_id IS NULL")
    op.create_index(
        "uq_shipping_rates_shared",
        "shipping_rates",
        ["service_id", "origin", "destination"],
        unique=True,
        sqlite_where=shared,
        postgresql_where=shared,
    )
    _create_imports()


def _give_codes() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id FROM shipping_rates")).scalars().all()
    if rows:
        connection.execute(
            sa.text("UPDATE shipping_rates SET code = :code WHERE id = :id"),
            [{"id": row, "code": new_code(10)} for row in rows],
        )


def _create_imports() -> None:
    whole = ("user_id", "created", "updated", "unchanged", "failed")
    op.create_table(
        "rate_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("takes_good", sa.Boolean(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("failures", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.CheckConstraint(f"typeof({one}) = 'integer'", name=op.f(f"ck_rate_imports_{one}_whole")).ddl_if(
                dialect="sqlite"
            )
            for one in whole
        ),
        sa.CheckConstraint(
            "seller_id IS NULL OR typeof(seller_id) = 'integer'", name=op.f("ck_rate_imports_seller_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_rate_imports_seller_id_sellers")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_rate_imports_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_imports")),
        sa.UniqueConstraint("code", name=op.f("uq_rate_imports_code")),
    )
    op.create_index(op.f("ix_rate_imports_seller_id"), "rate_imports", ["seller_id"], unique=False)
    op.create_index(op.f("ix_rate_imports_created_at"), "rate_imports", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_table("rate_imports")
    op.execute("DELETE FROM shipping_rates WHERE seller_id IS NOT NULL")
    op.drop_index("uq_shipping_rates_shared", "shipping_rates")
    op.drop_index(op.f("ix_shipping_rates_seller_id"), "shipping_rates")
    if op.get_bind().dialect.name == "sqlite":
        reshape(
            "shipping_rates",
            drop=[_OWN, _OWNER, "uq_shipping_rates_code"],
            drop_columns=["code", "seller_id"],
            add=[f"CONSTRAINT {_OLD} UNIQUE (service_id, origin, destination)"],
        )
    else:
        op.drop_column("shipping_rates", "seller_id")
        op.drop_column("shipping_rates", "code")
        op.create_unique_constraint(op.f(_OLD), "shipping_rates", ["service_id", "origin", "destination"])
    op.drop_column("courier_services", "tracking_url")
