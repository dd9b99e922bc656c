"""Give parcels rows of their own: what an order said about its one courier becomes its first shipment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from catalog.codes import new_code

revision = "20261128_1020"
down_revision = "20261128_1015"
branch_labels = None
depends_on = None

_SENT = "SELECT order_id, MAX(at) AS at FROM order_events WHERE name = 'ship' GROUP BY order_id"
_ARRIVED = "SELECT order_id, MAX(at) AS at FROM order_events WHERE name = 'deliver' GROUP BY order_id"


def upgrade() -> None:
    op.create_table(
        "shipments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("courier", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("typeof(order_id) = 'integer'", name=op.f("ck_shipments_order_id_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_shipments_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipments")),
        sa.UniqueConstraint("code", name=op.f("uq_shipments_code")),
    )
    op.create_index(op.f("ix_shipments_order_id"), "shipments", ["order_id"], unique=False)
    op.create_table(
        "shipment_lines",
        sa.Column("shipment_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("typeof(quantity) = 'integer'", name=op.f("ck_shipment_lines_quantity_whole")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shipment_lines_quantity")),
        sa.ForeignKeyConstraint(["line_id"], ["order_lines.id"], name=op.f("fk_shipment_lines_line_id_order_lines")),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name=op.f("fk_shipment_lines_shipment_id_shipments")
        ),
        sa.PrimaryKeyConstraint("shipment_id", "line_id", name=op.f("pk_shipment_lines")),
    )
    op.create_index(op.f("ix_shipment_lines_line_id"), "shipment_lines", ["line_id"], unique=False)
    checks = [sa.CheckConstraint("shipped BETWEEN 0 AND quantity", name=op.f("ck_order_lines_shipped"))]
    if op.get_bind().dialect.name == "sqlite":
        checks.append(sa.CheckConstraint("typeof(shipped) = 'integer'", name=op.f("ck_order_lines_shipped_whole")))
    op.add_column("order_lines", sa.Column("shipped", sa.BigInteger(), *checks, server_default="0", nullable=False))
    _carry_over()
    op.drop_column("orders", "courier")
    op.drop_column("orders", "tracking_number")


def _carry_over() -> None:
    connection = op.get_bind()
    sent = connection.execute(
        sa.text(
            f"SELECT o.id, o.courier, o.tracking_number, sent.at, arrived.at FROM orders o"
            f" JOIN ({_SENT}) sent ON sent.order_id = o.id"
            f" LEFT JOIN ({_ARRIVED}) arrived ON arrived.order_id = o.id ORDER BY o.id"
        )
    ).all()
    insert = sa.text(
        "INSERT INTO shipments (code, order_id, courier, number, shipped_at, delivered_at)"
        " VALUES (:code, :order_id, :courier, :number, :shipped_at, :delivered_at)"
    )
    for order_id, courier, number, shipped_at, delivered_at in sent:
        connection.execute(
            insert,
            {
                "code": new_code(10), "order_id": order_id, "courier": courier, "number": number,
                "shipped_at": shipped_at, "delivered_at": delivered_at,
            },
        )  # fmt: skip
    connection.execute(
        sa.text(
            "INSERT INTO shipment_lines (shipment_id, line_id, quantity)"
            " SELECT s.id, l.id, l.quantity FROM shipments s JOIN order_lines l ON l.order_id = s.order_id"
        )
    )
    connection.execute(
        sa.text("UPDATE order_lines SET shipped = quantity WHERE order_id IN (SELECT order_id FROM shipments)")
    )


def downgrade() -> None:
    op.add_column("orders", sa.Column("courier", sa.String(length=40), server_default="", nullable=False))
    op.add_column("orders", sa.Column("tracking_number", sa.String(length=40), server_default="", nullable=False))
    last = "SELECT MAX(id) FROM shipments GROUP BY order_id"
    op.execute(
        "UPDATE orders SET"
        f" courier = (SELECT courier FROM shipments WHERE order_id = orders.id AND id IN ({last})),"
        f" tracking_number = (SELECT number FROM shipments WHERE order_id = orders.id AND id IN ({last}))"
        " WHERE id IN (SELECT order_id FROM shipments)"
    )
    op.drop_column("order_lines", "shipped")
    op.drop_table("shipment_lines")
    op.drop_table("shipments")
