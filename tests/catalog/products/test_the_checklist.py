"""The checklist says in sentences what is missing; who may say batik is tried in `test_saying_batik`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog.crafts.models import Technique
from catalog.db import transaction
from catalog.money import Money
from catalog.products.checklist import checklist, missing
from catalog.products.models import AnimalMaterial, Fulfilment, Product
from tests import factories
from tests.cast import Cast


def stocked(product: Product) -> set[int]:
    return {variant.id for variant in product.variants}


def fields(product: Product, stock: set[int] | None = None) -> list[str]:
    return [point.field for point in missing(product, stocked(product) if stock is None else stock)]


def test_a_complete_piece_misses_nothing(cast: Cast) -> None:
    assert fields(cast.shawl) == []
    assert all(point.done for point in checklist(cast.shawl, stocked(cast.shawl)))


TAKEN_AWAY: dict[str, Callable[[Product], Any]] = {
    "title": lambda product: setattr(product, "title", "Kain"),
    "description": lambda product: setattr(product, "description", "x" * 39),
    "craft": lambda product: setattr(product, "craft", None),
    "materials": lambda product: product.materials.clear(),
    "techniques": lambda product: product.techniques.clear(),
    "alt": lambda product: setattr(product.pictures[0].image, "alt", ""),
    "care": lambda product: setattr(product, "care", ""),
    "animal_material": lambda product: setattr(product, "animal_material", AnimalMaterial.UNKNOWN),
}


@pytest.mark.parametrize("field", TAKEN_AWAY)
def test_names_the_one_thing_that_is_missing(cast: Cast, field: str) -> None:
    with transaction():
        TAKEN_AWAY[field](cast.shawl)
        assert fields(cast.shawl) == [field]


def test_a_piece_without_photos_misses_photos_and_their_words(cast: Cast) -> None:
    with transaction():
        cast.shawl.pictures.clear()
        assert fields(cast.shawl) == ["pictures", "alt"]


def test_a_piece_without_active_variants_misses_price_and_stock(cast: Cast) -> None:
    with transaction():
        cast.shawl.variants[0].is_active = False
        assert fields(cast.shawl) == ["variants", "stock"]


@pytest.mark.parametrize("price", [1, 999, 500_000_001])
def test_refuses_prices_that_nobody_means(cast: Cast, price: int) -> None:
    with transaction():
        cast.shawl.variants[0].price = Money(price)
        assert fields(cast.shawl) == ["variants"]


def test_asks_for_stock_or_for_days_to_make_it(cast: Cast) -> None:
    assert fields(cast.shawl, stock=set()) == ["stock"]
    with transaction():
        cast.shawl.variants[0].fulfilment = Fulfilment.MADE_TO_ORDER
        cast.shawl.variants[0].lead_days = 20
        assert fields(cast.shawl, stock=set()) == []


@pytest.mark.parametrize("column", ["title", "title_en", "description", "description_en"])
def test_printed_cloth_is_not_batik(cast: Cast, column: str) -> None:
    with transaction():
        setattr(cast.shawl, column, "Kain batik Bangka dengan warna yang cerah, dua meter panjangnya")
        points = missing(cast.shawl, stocked(cast.shawl))
        assert [point.field for point in points] == ["techniques"]
        assert "kain motif batik" in points[0].sentence


@pytest.mark.parametrize("slug", ["batik-tulis", "batik-cap", "batik-kombinasi"])
def test_cloth_made_with_wax_is_batik(cast: Cast, slug: str) -> None:
    with transaction():
        cast.shawl.title = "Kain batik daun simpor"
        cast.shawl.techniques = [factories.named(Technique, slug, slug)]
        assert fields(cast.shawl) == []
