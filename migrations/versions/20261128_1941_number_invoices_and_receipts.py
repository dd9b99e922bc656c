"""Number invoices and receipts, also of what was bought before; shops say since when they are taxable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261128_1941"
down_revision = "20261128_1940"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_series",
        sa.Column("kind", _kind(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        *_whole("document_series", "last"),
        sa.PrimaryKeyConstraint("kind", "year", name=op.f("pk_document_series")),
    )
    documents = op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", _kind(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seller_name", sa.String(90), nullable=False),
        sa.Column("seller_address", sa.String(200), nullable=False),
        sa.Column("seller_place", sa.String(200), nullable=False),
        sa.Column("tax_number", sa.String(16), nullable=False),
        sa.Column("ppn", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_documents_number")),
        sa.CheckConstraint("ppn BETWEEN 0 AND 2000", name=op.f("ck_documents_ppn")),
        sa.CheckConstraint("(ppn = 0) = (tax_number = '')", name=op.f("ck_documents_taxed")),
        *_whole("documents", "year", "number", "order_id", "ppn"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_documents_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("kind", "year", "number", name=op.f("uq_documents_kind_year_number")),
        sa.UniqueConstraint("order_id", "kind", name=op.f("uq_documents_order_id_kind")),
    )
    with op.batch_alter_table("tax_profiles") as batch:
        batch.add_column(sa.Column("taxable_from", sa.Date(), nullable=True))
        batch.create_check_constraint(op.f("ck_tax_profiles_taxable_from"), "taxable_from IS NULL OR number <> ''")
    _number(documents)


def _number(documents: Any) -> None:
    """What was bought before gets its numbers in the order in which it was bought, and in which it was paid."""
    connection = op.get_bind()
    at = sa.DateTime(timezone=True)
    rows = connection.execute(
        sa.text(
            "SELECT o.id, o.created_at, s.name, s.address, d.name AS place,"
            " (SELECT MIN(e.at) FROM order_events e WHERE e.order_id = o.id AND e.name ="
            "   CASE WHEN p.payment_method = 'cash' THEN 'deliver' ELSE 'pay' END) AS paid_at"
            " FROM orders o JOIN purchases p ON p.id = o.purchase_id JOIN sellers s ON s.id = o.seller_id"
            " JOIN districts d ON d.code = s.district_code ORDER BY o.id"
        ).columns(created_at=at, paid_at=at)
    ).all()
    last: dict[tuple[str, int], int] = {}
    found = []
    for kind, moments in (
        ("invoice", [(_utc(row.created_at), row) for row in rows]),
        ("receipt", [(_utc(row.paid_at), row) for row in rows if row.paid_at is not None]),
    ):
        for moment, row in sorted(moments, key=lambda pair: (pair[0], pair[1].id)):
            key = kind, (moment + timedelta(hours=7)).year
            last[key] = last.get(key, 0) + 1
            found.append(
                {
                    "kind": kind, "year": key[1], "number": last[key], "order_id": row.id, "issued_at": moment,
                    "seller_name": row.name, "seller_address": row.address, "seller_place": row.place,
                    "tax_number": "", "ppn": 0,
                }
            )  # fmt: skip
    if found:
        op.bulk_insert(documents, found)
    for (kind, year), number in last.items():
        connection.execute(
            sa.text("INSERT INTO document_series (kind, year, last) VALUES (:kind, :year, :last)"),
            {"kind": kind, "year": year, "last": number},
        )


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def downgrade() -> None:
    with op.batch_alter_table("tax_profiles") as batch:
        batch.drop_constraint(op.f("ck_tax_profiles_taxable_from"), type_="check")
        batch.drop_column("taxable_from")
    op.drop_table("documents")
    op.drop_table("document_series")


def _kind() -> sa.Enum:
    return sa.Enum("invoice", "receipt", name="kind", native_enum=False, create_constraint=True, length=40)


def _whole(table: str, *columns: str) -> list[sa.CheckConstraint]:
    if op.get_bind().dialect.name != "sqlite":
        return []
    return [sa.CheckConstraint(f"typeof({one}) = 'integer'", name=op.f(f"ck_{table}_{one}_whole")) for one in columns]
