"""Let galleries hand over and hotels be reached: pick-up points, days of own delivery, and where a guest stays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.reshaping import reshape

revision = "20261128_1230"
down_revision = "20261128_1110"
branch_labels = None
depends_on = None

_KINDS = "'pickup', 'gallery', 'own', 'hotel', 'courier'"
_OLD_KINDS = "'pickup', 'own', 'courier'"


def upgrade() -> None:
    op.create_table(
        "pickup_points",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=90), nullable=False),
        sa.Column("district_code", sa.String(length=8), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("hours", sa.String(length=120), nullable=False),
        sa.Column("keeper_id", sa.Integer(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "keeper_id IS NULL OR typeof(keeper_id) = 'integer'", name=op.f("ck_pickup_points_keeper_id_whole")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["district_code"], ["districts.code"], name=op.f("fk_pickup_points_district_code_districts")
        ),
        sa.ForeignKeyConstraint(["keeper_id"], ["sellers.id"], name=op.f("fk_pickup_points_keeper_id_sellers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_points")),
        sa.UniqueConstraint("code", name=op.f("uq_pickup_points_code")),
    )
    op.create_index(op.f("ix_pickup_points_district_code"), "pickup_points", ["district_code"], unique=False)
    op.create_index(op.f("ix_pickup_points_keeper_id"), "pickup_points", ["keeper_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_sqlite()
    else:
        _upgrade_postgresql()
    op.execute("UPDATE delivery_offers SET days = 0 WHERE kind <> 'own'")
    op.create_index(op.f("ix_delivery_offers_point_id"), "delivery_offers", ["point_id"], unique=False)
    op.create_index(op.f("ix_orders_point_id"), "orders", ["point_id"], unique=False)
    alone = sa.text("point_id IS NULL")
    op.create_index(
        "uq_delivery_offers_kind",
        "delivery_offers",
        ["seller_id", "kind"],
        unique=True,
        sqlite_where=alone,
        postgresql_where=alone,
    )


def _point_checks(table: str, column: str) -> list[tuple[str, str]]:
    return [
        (f"ck_{table}_{column}", f"{column} IN ({_KINDS})"),
        (f"ck_{table}_point", f"({column} = 'gallery') = (point_id IS NOT NULL)"),
    ]


def _upgrade_sqlite() -> None:
    def checks(table: str, column: str) -> list[str]:
        return [f"CONSTRAINT {name} CHECK ({test})" for name, test in _point_checks(table, column)]

    def point(table: str) -> list[str]:
        return [
            f"CONSTRAINT fk_{table}_point_id_pickup_points FOREIGN KEY(point_id) REFERENCES pickup_points (id)",
            f"CONSTRAINT ck_{table}_point_id_whole CHECK (point_id IS NULL OR typeof(point_id) = 'integer')",
        ]

    reshape(
        "delivery_offers",
        drop=["uq_delivery_offers_seller_id_kind", "ck_delivery_offers_kind"],
        columns=["point_id INTEGER", "days INTEGER DEFAULT '3' NOT NULL"],
        add=[
            *checks("delivery_offers", "kind"),
            *point("delivery_offers"),
            "CONSTRAINT uq_delivery_offers_seller_id_point_id UNIQUE (seller_id, point_id)",
            "CONSTRAINT ck_delivery_offers_days CHECK (days BETWEEN 0 AND 30)",
            "CONSTRAINT ck_delivery_offers_days_whole CHECK (typeof(days) = 'integer')",
        ],
    )
    reshape(
        "orders",
        drop=["ck_orders_delivery"],
        columns=["point_id INTEGER"],
        add=[*checks("orders", "delivery"), *point("orders")],
    )
    reshape(
        "purchases",
        columns=[
            "hotel VARCHAR(90) DEFAULT '' NOT NULL",
            "hotel_guest VARCHAR(80) DEFAULT '' NOT NULL",
            "stay_until DATE",
        ],
        add=["CONSTRAINT ck_purchases_hotel CHECK ((hotel = '') = (stay_until IS NULL))"],
    )


def _upgrade_postgresql() -> None:
    op.add_column("delivery_offers", sa.Column("point_id", sa.Integer(), nullable=True))
    op.add_column("delivery_offers", sa.Column("days", sa.Integer(), server_default="3", nullable=False))
    op.add_column("orders", sa.Column("point_id", sa.Integer(), nullable=True))
    op.drop_constraint(op.f("uq_delivery_offers_seller_id_kind"), "delivery_offers", type_="unique")
    op.create_unique_constraint(
        op.f("uq_delivery_offers_seller_id_point_id"), "delivery_offers", ["seller_id", "point_id"]
    )
    op.create_check_constraint(op.f("ck_delivery_offers_days"), "delivery_offers", "days BETWEEN 0 AND 30")
    for table, column in (("delivery_offers", "kind"), ("orders", "delivery")):
        op.drop_constraint(op.f(f"ck_{table}_{column}"), table, type_="check")
        for name, test in _point_checks(table, column):
            op.create_check_constraint(op.f(name), table, test)
        op.create_foreign_key(op.f(f"fk_{table}_point_id_pickup_points"), table, "pickup_points", ["point_id"], ["id"])
    op.add_column("purchases", sa.Column("hotel", sa.String(length=90), server_default="", nullable=False))
    op.add_column("purchases", sa.Column("hotel_guest", sa.String(length=80), server_default="", nullable=False))
    op.add_column("purchases", sa.Column("stay_until", sa.Date(), nullable=True))
    op.create_check_constraint(op.f("ck_purchases_hotel"), "purchases", "(hotel = '') = (stay_until IS NULL)")


def downgrade() -> None:
    op.execute("DELETE FROM delivery_offers WHERE kind IN ('gallery', 'hotel')")
    op.drop_index("uq_delivery_offers_kind", "delivery_offers")
    op.drop_index(op.f("ix_delivery_offers_point_id"), "delivery_offers")
    op.drop_index(op.f("ix_orders_point_id"), "orders")
    if op.get_bind().dialect.name == "sqlite":
        _downgrade_sqlite()
    else:
        _downgrade_postgresql()
    op.drop_table("pickup_points")


def _downgrade_sqlite() -> None:
    reshape(
        "purchases", drop=["ck_purchases_hotel"], drop_columns=["hotel", "hotel_guest", "stay_until"]
    )
    for table, column, more in (
        ("orders", "delivery", []),
        ("delivery_offers", "kind", ["ck_delivery_offers_days", "uq_delivery_offers_seller_id_point_id"]),
    ):
        reshape(table, drop=[f"ck_{table}_{column}", f"ck_{table}_point"])
        if table == "orders":
            op.execute("UPDATE orders SET delivery = 'pickup' WHERE delivery = 'gallery'")
            op.execute("UPDATE orders SET delivery = 'own' WHERE delivery = 'hotel'")
        reshape(
            table,
            drop=[f"fk_{table}_point_id_pickup_points", *more],
            drop_columns=["point_id", *(["days"] if more else [])],
            add=[
                f"CONSTRAINT ck_{table}_{column} CHECK ({column} IN ({_OLD_KINDS}))",
                *(["CONSTRAINT uq_delivery_offers_seller_id_kind UNIQUE (seller_id, kind)"] if more else []),
            ],
        )


def _downgrade_postgresql() -> None:
    for column in ("stay_until", "hotel_guest", "hotel"):
        op.drop_column("purchases", column)
    for table, column in (("orders", "delivery"), ("delivery_offers", "kind")):
        op.drop_constraint(op.f(f"ck_{table}_{column}"), table, type_="check")
        op.drop_column(table, "point_id")
        op.execute(
            f"UPDATE {table} SET {column} = CASE {column} WHEN 'gallery' THEN 'pickup' WHEN 'hotel' THEN 'own'"
            f" ELSE {column} END"
        )
        op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, f"{column} IN ({_OLD_KINDS})")
    op.drop_column("delivery_offers", "days")
    op.create_unique_constraint(op.f("uq_delivery_offers_seller_id_kind"), "delivery_offers", ["seller_id", "kind"])
