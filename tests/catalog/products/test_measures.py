"""How big, how heavy, how much is in it, what a set holds: figures that cannot be right are named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from catalog.crafts.models import Craft, Measure
from catalog.db import db, transaction
from catalog.errors import Invalid, Several
from catalog.money import Money
from catalog.products import services
from catalog.products.checklist import missing
from catalog.products.measures import (
    ContentUnit,
    Measures,
    SetPiece,
    head_size,
    per_thousand,
    read_set,
)
from catalog.products.models import Product, Variant
from catalog.products.services import OptionInput, ValueInput, VariantInput
from catalog.search.cards import list_cards
from catalog.search.projection import document_of
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases

PLAIN = VariantInput(price=Money(98_000), weight=300, box=(300, 200, 50))
POUND = Measures(500, ContentUnit.GRAM)


@pytest.fixture
def piece(cast: Cast) -> Product:
    with transaction():
        product = services.create_draft(cast.ratnas.id, cast.ratnas.makers[0], "Lada putih butir")
        services.set_variants(product, [PLAIN])
    return product


def asks(measure: Measure | None) -> None:
    db.session.execute(update(Craft).values(measure=measure))
    db.session.expire_all()


WRONG: dict[str, list[Measures]] = {
    "content": [Measures(0, ContentUnit.GRAM), Measures(-5, ContentUnit.GRAM), Measures(100_001, ContentUnit.GRAM)],
    "content_unit": [Measures(5, None), Measures(5, "kilo")],  # type: ignore[arg-type]
    "piece_length": [Measures(piece_length=0), Measures(piece_length=30_001), Measures(piece_width=500)],
    "piece_width": [Measures(piece_length=1, piece_width=-1)],
    "piece_height": [Measures(piece_height=1.5)],  # type: ignore[arg-type]
    "piece_diameter": [Measures(piece_diameter=True)],
}


@pytest.mark.parametrize(("field", "wrong"), [(field, one) for field, several in WRONG.items() for one in several])
def test_refuses_measures_that_cannot_be_right(piece: Product, field: str, wrong: Measures) -> None:
    with pytest.raises(Several) as caught, transaction():
        services.set_variants(piece, [replace(PLAIN, measures=wrong)])
    assert [error.field for error in caught.value.errors] == [f"variants-0-{field}"]


def test_measures_stay_when_nothing_is_said_of_them_and_are_copied_to_new_choices(piece: Product) -> None:
    full = Measures(500, ContentUnit.GRAM, 120, 80, 40, None)
    with transaction():
        services.set_variants(piece, [replace(PLAIN, measures=full)])
        services.set_variants(piece, [PLAIN])
        services.set_options(piece, [OptionInput("size", "Ukuran", values=[ValueInput("Kecil"), ValueInput("Besar")])])
        assert [one.measures for one in piece.variants] == [full, full]
        services.set_variants(piece, [replace(PLAIN, values={"size": "kecil"}, measures=Measures())])
        assert piece.variants[0].measures == Measures()


@both_databases
@pytest.mark.parametrize(
    "values",
    [
        {"content": 0, "content_unit": "g"},
        {"content": 5},
        {"content_unit": "g"},
        {"piece_height": 0},
        {"piece_diameter": -1},
    ],
)
def test_the_database_refuses_them_too(cast: Cast, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(Variant).values(**values))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("57", ("57", "57 cm")), (" 57 CM", ("57", "57 cm")), ("57-58 cm", ("57-58", "57–58 cm")), ("57 – 58", ("57-58", "57–58 cm")), ("56–56", ("56", "56 cm"))],
)  # fmt: skip
def test_a_head_size_has_one_name_however_it_is_typed(typed: str, expected: tuple[str, str]) -> None:
    assert head_size(typed) == expected


@pytest.mark.parametrize("typed", ["", "L", "43", "67", "570", "58-57", "50-60", "57,5", "57-", "cm"])
def test_refuses_what_is_no_size_of_a_head(typed: str) -> None:
    with pytest.raises(Invalid):
        head_size(typed)


def test_the_option_of_head_sizes_takes_nothing_else(piece: Product) -> None:
    with pytest.raises(Several) as caught, transaction():
        services.set_options(
            piece, [OptionInput("head-size", "Lingkar kepala", values=[ValueInput("57"), ValueInput("L")])]
        )
    assert [error.field for error in caught.value.errors] == ["options-0-values"]
    with pytest.raises(Several), transaction():
        services.set_options(
            piece, [OptionInput("head-size", "Lingkar", values=[ValueInput("57"), ValueInput("57 cm")])]
        )
    with transaction():
        services.set_options(
            piece, [OptionInput("head-size", "Lingkar", values=[ValueInput("57"), ValueInput("58-59")])]
        )
    assert [(one.key, one.name) for one in piece.options[0].values] == [("57", "57 cm"), ("58-59", "58–59 cm")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Kain / Cloth, 180 × 100 cm", SetPiece("Kain", "Cloth", 1, (1800, 1000))),
        ("kain 180x100", SetPiece("kain", "", 1, (1800, 1000))),
        ("6 × Tatakan", SetPiece("Tatakan", "", 6)),
        ("2 x Kotak / Box, 12,5 x 8 x 4", SetPiece("Kotak", "Box", 2, (125, 80, 40))),
        ("Kantong 100 g", SetPiece("Kantong 100 g")),
    ],
)
def test_reads_what_a_set_holds_and_writes_it_the_same(line: str, expected: SetPiece) -> None:
    read = read_set(f"{line}\n\nSelendang")[0]
    assert read == expected
    assert read_set(f"{read.line()}\nSelendang")[0] == expected
    assert SetPiece.of(expected.kept()) == expected


@pytest.mark.parametrize(
    "text",
    ["Kain", "/ Cloth\nSelendang", "x" * 61 + "\nKain", "100 × Kain", "0 × Kain\n2 × Kain", "Kain, 0 × 5\nKain", "Kain, 9999 × 5\nKain", "a / b / c\nKain",
     "-1 x Kain\nSelendang", "1,5 × Kain\nSelendang", "Kain, 10 x 1000000 cm\nSelendang",
     "\n".join(["Kain"] * 13)],
)  # fmt: skip
def test_refuses_a_set_that_cannot_be_read(text: str) -> None:
    with pytest.raises(Several) as caught:
        read_set(text)
    assert {error.field for error in caught.value.errors} == {"set_pieces"}


def test_a_set_is_found_by_what_it_holds(cast: Cast) -> None:
    with transaction():
        services.edit(cast.shawl, {"set_pieces": "Kain / Cloth, 180 × 100 cm\nTusuk konde / Hairpin"}, None)
    document = document_of(cast.shawl)
    assert document is not None
    assert "Tusuk konde" in document.text and "Hairpin" in document.text_en


CHOICES = [ValueInput("57"), ValueInput("58")]


def test_a_craft_says_what_is_asked(cast: Cast) -> None:
    def points() -> list[str]:
        return [point.field for point in missing(cast.shawl, {one.id for one in cast.shawl.variants})]

    row = VariantInput(Money(1_850_000), 400, (300, 200, 60))
    with transaction():
        asks(None)
        assert points() == []
        asks(Measure.SIZE)
        assert points() == ["measures"]
        services.set_variants(cast.shawl, [replace(row, measures=Measures(piece_length=1800, piece_width=800))])
        assert points() == []
        asks(Measure.CONTENT)
        assert points() == ["measures"]
    with pytest.raises(Several) as caught, transaction():  # on sale: the form that asks for it holds to it
        services.set_variants(cast.shawl, [row])
    assert [error.field for error in caught.value.errors] == ["measures"]
    with transaction():  # the form of the words does not ask for it
        services.edit(cast.shawl, {"care": "Angin-anginkan saja."}, None)
        services.set_variants(cast.shawl, [replace(row, measures=Measures(400, ContentUnit.GRAM))])
        asks(Measure.HEAD)
        assert points() == ["head_size"]
        services.set_options(cast.shawl, [OptionInput("head-size", "Lingkar kepala", values=CHOICES)])
        assert points() == []


def test_a_set_with_sizes_needs_no_size_of_its_own(cast: Cast) -> None:
    with transaction():
        asks(Measure.SIZE)
        services.edit(cast.shawl, {"set_pieces": "Kain, 180 × 100\nSelendang, 180 × 80"}, None)
        assert missing(cast.shawl, {one.id for one in cast.shawl.variants}) == []


@given(st.integers(1_000, 500_000_000), st.integers(1, 100_000))
def test_the_price_of_a_kilogram_is_rounded_half_up(price: int, content: int) -> None:
    exact = price * 1000 / content
    assert abs(per_thousand(Money(price), content).rupiah - exact) <= 0.5 + 1e-6 * exact


@both_databases
def test_a_card_compares_by_the_kilogram_as_the_page_does(cast: Cast) -> None:
    with transaction():
        pepper = factories.product(cast.ratnas, "Lada putih butir", price=9_999, variants=2)
        for variant, content in zip(pepper.variants, (101, 499), strict=True):
            variant.measures = Measures(content, ContentUnit.GRAM)
        asks(Measure.CONTENT)
    card, other = list_cards([pepper.code, cast.plaque.code])
    costs = [per_thousand(one.price, one.content or 1) for one in pepper.variants]
    assert (card.unit_low, card.unit_high, card.content_max, card.content_unit) == (min(costs), max(costs), 499, "g")
    assert other.unit_low is None
    with transaction():  # one choice that does not tell: nothing is compared
        pepper.variants[0].measures = Measures()
    assert list_cards([pepper.code])[0].unit_low is None
    with transaction():
        pepper.variants[0].measures = Measures(101, ContentUnit.GRAM)
        asks(Measure.WEIGHT)
    assert list_cards([pepper.code])[0].unit_low is None
