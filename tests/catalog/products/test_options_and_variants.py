"""Options make combinations, combinations make variants, and a code lives as long as its combination."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid, Several
from catalog.money import Money
from catalog.products import services
from catalog.products.models import Fulfilment, Product, Variant
from catalog.products.services import OptionInput, ValueInput, VariantInput
from tests.cast import Cast
from tests.conftest import both_databases

PLAIN = VariantInput(price=Money(250_000), weight=300, box=(300, 200, 50))
SIZE = OptionInput("size", "Ukuran", "Size", [ValueInput("Kecil", "Small", "s"), ValueInput("Besar", "Large", "l")])
COLOUR = OptionInput("colour", "Warna", values=[ValueInput("Merah"), ValueInput("Biru"), ValueInput("Hitam")])


@pytest.fixture
def piece(cast: Cast) -> Product:
    with transaction():
        product = services.create_draft(cast.ratnas.id, cast.ratnas.makers[0], "Kopiah resam")
        services.set_variants(product, [PLAIN])
    return product


def active(product: Product) -> dict[tuple[str, ...], Variant]:
    db.session.expire_all()
    return {
        tuple(variant.choices()[option.key] for option in product.options): variant
        for variant in product.variants
        if variant.is_active
    }


def options(product: Product, *wanted: OptionInput, version: int | None = None) -> None:
    with transaction():
        services.set_options(product, list(wanted), version)


def test_a_piece_without_options_has_one_variant(piece: Product) -> None:
    assert list(active(piece)) == [()]
    assert services.combinations(piece) == [()]


def test_a_new_option_keeps_the_code_on_its_first_value_and_copies_the_rest(piece: Product) -> None:
    code = active(piece)[()].code
    options(piece, SIZE)
    found = active(piece)
    assert list(found) == [("s",), ("l",)]
    assert found["s",].code == code
    assert found["l",].price == Money(250_000)
    assert found["l",].code != code


def test_codes_stay_for_combinations_that_stay(piece: Product) -> None:
    options(piece, SIZE, COLOUR)
    before = {key: variant.code for key, variant in active(piece).items()}
    assert len(before) == 6
    options(
        piece,
        replace(SIZE, name="Besarnya"),
        replace(COLOUR, values=[ValueInput("Biru"), ValueInput("Merah"), ValueInput("Kuning")]),
    )
    after = {key: variant.code for key, variant in active(piece).items()}
    assert list(after) == [
        ("s", "biru"),
        ("s", "merah"),
        ("s", "kuning"),
        ("l", "biru"),
        ("l", "merah"),
        ("l", "kuning"),
    ]
    assert {key: code for key, code in after.items() if key in before} == {
        key: code for key, code in before.items() if key[1] != "hitam"
    }
    assert len(piece.variants) == 8  # the two black ones are kept for the orders that name them


def test_taking_an_option_away_keeps_the_first_variant(piece: Product) -> None:
    code = active(piece)[()].code
    options(piece, SIZE, COLOUR)
    options(piece)
    assert {key: variant.code for key, variant in active(piece).items()} == {(): code}
    assert piece.options == []


def test_a_copy_is_made_of_the_nearest_variant(piece: Product) -> None:
    options(piece, SIZE)
    with transaction():
        services.set_variants(
            piece, [replace(PLAIN, values={"size": "s"}), replace(PLAIN, values={"size": "l"}, price=Money(400_000))]
        )
    options(piece, SIZE, COLOUR)
    prices = {key: variant.price.rupiah for key, variant in active(piece).items()}
    assert {price for key, price in prices.items() if key[0] == "l"} == {400_000}
    assert {price for key, price in prices.items() if key[0] == "s"} == {250_000}


def test_rows_change_variants_and_keep_their_codes(piece: Product) -> None:
    options(piece, SIZE)
    before = {key: variant.code for key, variant in active(piece).items()}
    rows = [
        replace(PLAIN, values={"size": "l"}, price=Money(300_000), sku="B-1"),
        replace(PLAIN, values={"size": "s"}, fulfilment=Fulfilment.MADE_TO_ORDER, lead_days=10, sku="K-1"),
    ]
    with transaction():
        services.set_variants(piece, rows)
    found = active(piece)
    assert {key: variant.code for key, variant in found.items()} == before
    assert list(found) == [("l",), ("s",)]
    assert (found["s",].lead_days, found["l",].lead_days) == (10, None)
    with transaction():  # two numbers change places
        services.set_variants(piece, [replace(rows[0], sku="K-1"), replace(rows[1], sku="B-1")])
    assert [variant.sku for variant in active(piece).values()] == ["K-1", "B-1"]


def test_combinations_that_are_not_offered_become_inactive(piece: Product) -> None:
    options(piece, SIZE)
    with transaction():
        services.set_variants(piece, [replace(PLAIN, values={"size": "l"}, sku="B-1")])
    assert list(active(piece)) == [("l",)]
    assert len(piece.variants) == 2


WRONG: dict[str, list[dict[str, Any]]] = {
    "price": [{"price": Money(0)}, {"price": Money(-5_000)}, {"price": Money(999)}, {"price": Money(500_000_001)}, {"price": 5_000}],
    "weight": [{"weight": 0}, {"weight": -1}, {"weight": 100_001}, {"weight": 1.5}, {"weight": True}, {"weight": 2**63}],
    "box": [{"box": (0, 1, 1)}, {"box": (1, 1)}, {"box": (3_001, 1, 1)}, {"box": (1, 1, 1.5)}],
    "dispatch_days": [{"dispatch_days": -1}, {"dispatch_days": 31}],
    "lead_days": [
        {"fulfilment": Fulfilment.MADE_TO_ORDER},
        {"fulfilment": Fulfilment.MADE_TO_ORDER, "lead_days": 0},
        {"fulfilment": Fulfilment.MADE_TO_ORDER, "lead_days": 366},
    ],
    "fulfilment": [{"fulfilment": "tomorrow"}],
    "sku": [{"sku": "x" * 41}],
    "values": [{"values": {"size": "xxl"}}, {"values": {"motif": "naga"}}],
}  # fmt: skip


@pytest.mark.parametrize(("field", "wrong"), [(field, one) for field, several in WRONG.items() for one in several])
def test_refuses_figures_that_cannot_be_right(piece: Product, field: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(Several) as caught, transaction():
        services.set_variants(piece, [replace(PLAIN, **wrong)])
    assert [error.field for error in caught.value.errors] == [f"variants-0-{field}"]


def test_refuses_no_rows_and_the_same_combination_twice(piece: Product) -> None:
    with pytest.raises(Invalid), transaction():
        services.set_variants(piece, [])
    with pytest.raises(Several) as caught, transaction():
        services.set_variants(piece, [PLAIN, PLAIN])
    assert [error.field for error in caught.value.errors] == ["variants-1-values"]


def test_a_number_is_used_once_in_a_shop_but_other_shops_may_use_it(piece: Product, cast: Cast) -> None:
    taken = cast.shawl.variants[0].sku
    with pytest.raises(Several) as caught, transaction():
        services.set_variants(piece, [replace(PLAIN, sku=taken)])
    assert caught.value.field == "variants-0-sku"
    assert caught.value.errors[0].params == {"product": cast.shawl.title, "sku": taken}
    with transaction():
        services.set_variants(piece, [replace(PLAIN, sku=cast.plaque.variants[0].sku)])


@both_databases
def test_a_number_in_capitals_is_the_same_in_small_letters(piece: Product, cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Variant, cast.shawl.variants[0].id).sku = "TC-01"
    with pytest.raises(Several) as caught, transaction():
        services.set_variants(piece, [replace(PLAIN, sku=" tc-01 ")])
    assert caught.value.field == "variants-0-sku"
    assert caught.value.errors[0].params == {"product": cast.shawl.title, "sku": "TC-01"}, "as it is written there"
    with pytest.raises(IntegrityError), transaction() as session:
        session.get_one(Variant, piece.variants[0].id).sku = "tC-01"
    with transaction():
        services.set_variants(piece, [replace(PLAIN, sku="tc-02")])
    with transaction():
        services.set_variants(piece, [replace(PLAIN, sku="TC-02")])
    assert active(piece)[()].sku == "TC-02"


def test_a_number_is_used_once_in_a_piece(piece: Product) -> None:
    options(piece, SIZE)
    rows = [replace(PLAIN, values={"size": value}, sku=sku) for value, sku in (("s", " S-1 "), ("l", "s-1"))]
    with pytest.raises(Several) as caught, transaction():
        services.set_variants(piece, rows)
    assert [error.field for error in caught.value.errors] == ["variants-1-sku"]


WRONG_OPTIONS = {
    "options": [[replace(SIZE, key=f"k{number}") for number in range(4)]],
    "options-1-values": [[replace(COLOUR, key=key, values=[ValueInput(str(n)) for n in range(9)]) for key in ("a", "b")]],
    "options-0-name": [[replace(SIZE, name=" ")], [replace(SIZE, name="x" * 61)]],
    "options-1-name": [[SIZE, SIZE]],
    "options-0-values": [[replace(SIZE, values=[])], [replace(SIZE, values=[ValueInput("L"), ValueInput(" l ")])],
                         [replace(SIZE, values=[ValueInput("")])], [replace(SIZE, values=[ValueInput(str(n)) for n in range(21)])]],
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "wrong"), [(field, one) for field, several in WRONG_OPTIONS.items() for one in several]
)
def test_refuses_options_that_cannot_be_right(piece: Product, field: str, wrong: list[OptionInput]) -> None:
    with pytest.raises(Several) as caught, transaction():
        services.set_options(piece, wrong)
    assert [error.field for error in caught.value.errors] == [field]


def test_an_old_version_is_refused(piece: Product) -> None:
    with pytest.raises(Conflict), transaction():
        services.set_options(piece, [SIZE], piece.version - 1)
    with pytest.raises(Conflict), transaction():
        services.set_variants(piece, [PLAIN], piece.version - 1)
