"""Keep certificates with their scans and answers; pieces tell halal and a code of customs, crafts whether they are food."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1700"
down_revision = "20261128_1640"
branch_labels = None
depends_on = None

FOOD = ("gula-aren", "lada-putih-muntok", "madu")
KINDS = ("p_irt", "halal", "bpom", "sni", "batikmark", "gi")
STATES = ("stated", "seen", "verified", "refused")
ROLES = ("officer", "curator")


def _digits(text: str) -> str:
    return f"ltrim({text}, '0123456789') = ''"


NUMBER = " OR ".join(
    f"(kind = '{kind}' AND {test})"
    for kind, test in {
        "p_irt": f"length(number) = 16 AND substr(number, 14, 1) = '-' AND {_digits('substr(number, 1, 13)')}"
        f" AND {_digits('substr(number, 15, 2)')} AND substr(number, 1, 1) NOT IN ('0', '9')",
        "halal": f"length(number) = 19 AND substr(number, 1, 2) = 'ID' AND {_digits('substr(number, 3)')}",
        "bpom": f"length(number) = 15 AND substr(number, 1, 3) IN ('MD ', 'ML ') AND {_digits('substr(number, 4)')}",
        "sni": f"substr(number, 1, 4) = 'SNI ' AND {_digits('substr(number, 5, 4)')}"
        f" AND (length(number) = 8 OR (length(number) = 13 AND substr(number, 9, 1) = ':' AND {_digits('substr(number, 10)')}))",
        "gi": f"length(number) = 17 AND substr(number, 1, 6) = 'IG.00.' AND substr(number, 11, 1) = '.'"
        f" AND {_digits('substr(number, 7, 4)')} AND {_digits('substr(number, 12)')}",
        "batikmark": "length(number) BETWEEN 3 AND 40",
    }.items()
)
CHECKED = (
    "(state = 'stated') = (checked_at IS NULL) AND (checked_at IS NULL) = (checked_by_id IS NULL)"
    " AND (checked_at IS NULL) = (checked_as IS NULL)"
)
HS_CODE = f"hs_code = '' OR (length(hs_code) IN (6, 8, 10) AND {_digits('hs_code')})"


def _check(table: str, name: str, test: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(test, name=op.f(f"ck_{table}_{name}"))


def _one_of(table: str, column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    return _check(table, column, f"{column} IN ({', '.join(f'{one!r}' for one in values)})")


def _references(table: str, *columns: tuple[str, str]) -> list[sa.SchemaItem]:
    whole: list[sa.SchemaItem] = []
    for column, other in columns:
        whole.append(sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")))
        if op.get_bind().dialect.name == "sqlite":
            nullable = column == "checked_by_id" and table == "certificates"
            test = f"typeof({column}) = 'integer'"
            whole.append(_check(table, f"{column}_whole", f"{column} IS NULL OR {test}" if nullable else test))
    return whole


def upgrade() -> None:
    op.add_column("crafts", sa.Column("is_food", sa.Boolean(), server_default=sa.false(), nullable=False))
    crafts = sa.table("crafts", sa.column("slug"), sa.column("is_food", sa.Boolean()))
    op.execute(crafts.update().where(crafts.c.slug.in_(FOOD)).values(is_food=True))
    halal = _one_of("products", "halal", ("certified", "declared", "in-process", "not-halal"))
    op.add_column("products", sa.Column("halal", sa.String(40), halal))
    op.add_column(
        "products",
        sa.Column("hs_code", sa.String(10), _check("products", "hs_code", HS_CODE), server_default="", nullable=False),
    )
    op.create_table(
        "certificates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(26), nullable=False),
        sa.Column("maker_id", sa.Integer(), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), _one_of("certificates", "kind", KINDS), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(40), _one_of("certificates", "state", STATES), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_as", sa.String(40), _one_of("certificates", "checked_as", ROLES), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("code", name=op.f("uq_certificates_code")),
        sa.UniqueConstraint("maker_id", "kind", "number", name=op.f("uq_certificates_maker_id_kind_number")),
        _check("certificates", "number", NUMBER),
        _check("certificates", "days", "expires_on > issued_on"),
        _check("certificates", "p_irt_ends", "kind <> 'p_irt' OR expires_on IS NOT NULL"),
        _check("certificates", "checked", CHECKED),
        _check("certificates", "reason", "(state = 'refused') = (reason <> '')"),
        *_references("certificates", ("maker_id", "makers"), ("seller_id", "sellers"), ("checked_by_id", "users")),
    )
    op.create_index(op.f("ix_certificates_seller_id"), "certificates", ["seller_id"])
    op.create_index("ix_certificates_number", "certificates", ["kind", "number"])
    op.create_index("ix_certificates_queue", "certificates", ["state", "stated_at", "id"])
    open_ones = sa.text("expired_at IS NULL")
    op.create_index(
        "ix_certificates_ending", "certificates", ["expires_on"], sqlite_where=open_ones, postgresql_where=open_ones
    )
    op.create_table(
        "product_certificates",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_product_certificates_product_id_products")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_product_certificates_certificate_id_certificates")
        ),
        sa.PrimaryKeyConstraint("product_id", "certificate_id", name=op.f("pk_product_certificates")),
    )
    op.create_index(op.f("ix_product_certificates_certificate_id"), "product_certificates", ["certificate_id"])
    op.create_table(
        "scans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(26), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(10), nullable=False),
        sa.Column("path", sa.String(120), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans")),
        sa.UniqueConstraint("code", name=op.f("uq_scans_code")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_scans_certificate_id")),
        _check("scans", "format", "format IN ('jpeg', 'pdf')"),
        *_references("scans", ("certificate_id", "certificates"), ("uploaded_by_id", "users")),
    )
    op.create_table(
        "certificate_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), _one_of("certificate_checks", "state", STATES), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("checked_as", sa.String(40), _one_of("certificate_checks", "checked_as", ROLES), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_checks")),
        _check("certificate_checks", "answered", "state <> 'stated'"),
        _check("certificate_checks", "reason", "(state = 'refused') = (reason <> '')"),
        *_references("certificate_checks", ("certificate_id", "certificates"), ("checked_by_id", "users")),
    )
    op.create_index("ix_certificate_checks_certificate", "certificate_checks", ["certificate_id", "id"])


def downgrade() -> None:
    op.drop_table("certificate_checks")
    op.drop_table("scans")
    op.drop_table("product_certificates")
    op.drop_table("certificates")
    op.drop_column("products", "hs_code")
    op.drop_column("products", "halal")
    op.drop_column("crafts", "is_food")
