"""Let couriers take the price of an order at the door and hand it on (COD)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.reshaping import reshape

revision = "20261129_0002"
down_revision = "20261128_2201"
branch_labels = None
depends_on = None

_KEY = "fk_orders_cod_service_id_courier_services"
_RULE = "cod_service_id IS NULL OR delivery = 'courier'"


def upgrade() -> None:
    op.add_column(
        "courier_services", sa.Column("takes_cash", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    if op.get_bind().dialect.name == "sqlite":
        whole = "cod_service_id IS NULL OR typeof(cod_service_id) = 'integer'"
        reshape(
            "orders",
            columns=["cod_service_id INTEGER"],
            add=[
                f"CONSTRAINT {_KEY} FOREIGN KEY(cod_service_id) REFERENCES courier_services (id)",
                f"CONSTRAINT ck_orders_cod CHECK ({_RULE})",
                f"CONSTRAINT ck_orders_cod_service_id_whole CHECK ({whole})",
            ],
        )
    else:
        op.add_column("orders", sa.Column("cod_service_id", sa.Integer(), nullable=True))
        op.create_foreign_key(op.f(_KEY), "orders", "courier_services", ["cod_service_id"], ["id"])
        op.create_check_constraint(op.f("ck_orders_cod"), "orders", _RULE)
    op.create_index("ix_orders_cod_service_id", "orders", ["cod_service_id"])


def downgrade() -> None:
    op.drop_index("ix_orders_cod_service_id", "orders")
    if op.get_bind().dialect.name == "sqlite":
        reshape("orders", drop=[_KEY, "ck_orders_cod"], drop_columns=["cod_service_id"])
    else:
        op.drop_column("orders", "cod_service_id")
    op.drop_column("courier_services", "takes_cash")
