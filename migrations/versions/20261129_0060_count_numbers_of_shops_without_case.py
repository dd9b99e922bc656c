"""A shop's own numbers (SKU) are the same in capitals and small letters.

Where a shop has both, the older one stays and later ones say which they are: `tc-01 (2)`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.reshaping import reshape

revision = "20261129_0060"
down_revision = "20261129_0050"
branch_labels = None
depends_on = None

_OLD, _NEW, _LONGEST = "uq_variants_seller_id_sku", "uq_variants_sku", 40


def upgrade() -> None:
    _tell_apart()
    if op.get_bind().dialect.name == "sqlite":
        reshape("variants", drop=[_OLD])
    else:
        op.drop_constraint(op.f(_OLD), "variants", type_="unique")
    op.create_index(_NEW, "variants", ["seller_id", sa.text("lower(sku)")], unique=True)


def downgrade() -> None:
    op.drop_index(_NEW, "variants")
    if op.get_bind().dialect.name == "sqlite":
        reshape("variants", add=[f"CONSTRAINT {_OLD} UNIQUE (seller_id, sku)"])
    else:
        op.create_unique_constraint(op.f(_OLD), "variants", ["seller_id", "sku"])


def _tell_apart() -> None:
    connection = op.get_bind()
    variants = sa.table("variants", sa.column("id"), sa.column("seller_id"), sa.column("sku", sa.String))
    same = sa.func.lower(variants.c.sku)
    twice = (
        sa.select(variants.c.seller_id, same.label("number"))
        .where(variants.c.sku.is_not(None))
        .group_by(variants.c.seller_id, same)
        .having(sa.func.count() > 1)
    )
    for seller, number in connection.execute(twice).all():
        of_seller = sa.select(variants.c.id, variants.c.sku).where(variants.c.seller_id == seller)
        _first, *later = connection.execute(of_seller.where(same == number).order_by(variants.c.id)).all()
        place = 2
        for id_, sku in later:
            while connection.execute(of_seller.where(same == sa.func.lower(told := _told(sku, place)))).first():
                place += 1
            connection.execute(variants.update().where(variants.c.id == id_).values(sku=told))


def _told(sku: str, place: int) -> str:
    end = f" ({place})"
    return sku[: _LONGEST - len(end)] + end
