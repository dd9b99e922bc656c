"""Tell the measures of pieces: content, size, what a set holds, and which of them a craft asks for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_1420"
down_revision = "20261128_1400"
branch_labels = None
depends_on = None

ASKED = {
    "head": ("kopiah-resam",),
    "content": ("gula-aren", "lada-putih-muntok", "madu"),
    "size": ("tenun-cual", "batik", "rajutan-renda"),
    "weight": ("pewter",),
}
SIDES = ("piece_length", "piece_width", "piece_height", "piece_diameter")


def upgrade() -> None:
    op.add_column("crafts", sa.Column("measure", sa.String(40), _check("crafts", "measure", "measure IN ('head', 'content', 'size', 'weight')")))
    crafts = sa.table("crafts", sa.column("slug"), sa.column("measure"))
    for measure, slugs in ASKED.items():
        op.execute(crafts.update().where(crafts.c.slug.in_(slugs)).values(measure=measure))
    op.add_column("products", sa.Column("set_pieces", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("variants", _whole("content", _check("variants", "content", "content > 0")))
    op.add_column(
        "variants",
        sa.Column(
            "content_unit",
            sa.String(40),
            _check("variants", "content_unit", "content_unit IN ('g', 'ml')"),
            _check("variants", "content_stated", "(content IS NULL) = (content_unit IS NULL)"),
        ),
    )
    size = _check(
        "variants", "piece_size", "piece_length > 0 AND piece_width > 0 AND piece_height > 0 AND piece_diameter > 0"
    )
    for side in SIDES:
        op.add_column("variants", _whole(side, *([size] if side == SIDES[-1] else [])))


def _check(table: str, name: str, test: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(test, name=op.f(f"ck_{table}_{name}"))


def _whole(column: str, *checks: sa.CheckConstraint) -> sa.Column[int]:
    own = list(checks)
    if op.get_bind().dialect.name == "sqlite":
        own.append(_check("variants", f"{column}_whole", f"{column} IS NULL OR typeof({column}) = 'integer'"))
    return sa.Column(column, sa.BigInteger(), *own)


def downgrade() -> None:
    for column in (*reversed(SIDES), "content_unit", "content"):
        op.drop_column("variants", column)
    op.drop_column("products", "set_pieces")
    op.drop_column("crafts", "measure")
