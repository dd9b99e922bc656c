"""What a maker asks the buyer of a piece: see `catalog.products.personal`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catalog.products.models import Product
from catalog.products.personal import read_fields
from catalog.products.services.editing import hold_still, touched


def set_questions(product: Product, rows: Sequence[Mapping[str, str]], version: int | None) -> None:
    """Ask these questions and no others (rows as `personal.read_fields` takes them).

    Changes at once, also on sale: what lies in a cart is held against the new questions and asked again where it does not
    fit. Several names what is wrong; Conflict when `version` is not the present one, or while curators look at the piece.
    """
    hold_still(product, version)
    product.personal = [one.kept() for one in read_fields(rows, product.questions)]
    touched(product)
