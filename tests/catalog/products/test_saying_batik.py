"""Batik is tulis, cap or both. Ways round the rule that were tried, and honest words that must pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog.crafts.models import Craft, Material, Technique
from catalog.db import transaction
from catalog.errors import Several
from catalog.products.batik import TRUE_BATIK, calls_print_batik, claims_batik
from catalog.products.checklist import missing
from catalog.products.models import Option, OptionValue, Product
from catalog.products.services import OptionInput, ValueInput, edit, set_options
from tests import factories
from tests.cast import Cast


@pytest.mark.parametrize(
    "text",
    [
        "Kain batik", "Batik cual Bangka", "BATIK!", "hand-drawn batik", "kain bátik", "Bathik Bangka", "batick shawl",
        "Battik halus", "B a t i k Bangka", "b.a.t.i.k", "ba-tik", "bat1k asli", "b4tik", "bаtik", "batik_cap",
        "#batikbangka", "batiktulis halus", "batikan halus", "Kain dibatik tangan", "pembatikan dengan canting",
        "Kami membatik kain ini sendiri", "batik motif merak", "Batik motif", "motif batik tulis asli", "corak batik cap",
        "bukan batik biasa", "bukan batik cetak", "bukan batik sembarangan", "hand-stamped batik pattern",
        "genuine batik look", "motif bunga batik", "Batik printing", "batik print", "bukan main, batik asli",
    ],
)  # fmt: skip
def test_is_heard_as_batik(text: str) -> None:
    assert claims_batik("", text)


@pytest.mark.parametrize(
    "text",
    [
        "Kain motif batik", "Kain bercorak batik", "batik-patterned scarf", "batik pattern", "batik-style cloth",
        "batik-inspired print", "bukan batik", "not batik", "not a batik", "tanpa batik", "Pembatik tua", "Ia membatik",
        "motif “batik”", "Penari akrobatik", "masa sabatikal", "bat ikan", "Habis, tinggal batu", "",
    ],
)  # fmt: skip
def test_honest_words_are_no_claim(text: str) -> None:
    assert not claims_batik(text)


@pytest.mark.parametrize(
    "text", ["Batik printing", "batik sablon", "printed batik", "Batik digital print", "batik cetak"]
)
def test_print_is_never_batik(text: str) -> None:
    assert calls_print_batik(text)


@pytest.mark.parametrize(
    "text", ["bukan batik cetak", "kain motif batik cetak", "printed batik pattern", "batik cap", "batik tulis"]
)
def test_telling_print_from_batik_is_honest(text: str) -> None:
    assert not calls_print_batik(text)


def _choice(product: Product, name: str, value: str, value_en: str = "") -> None:
    product.options.append(Option(key="kind", name=name, values=[OptionValue(key="a", name=value, name_en=value_en)]))


PLACES: dict[str, Callable[[Product], Any]] = {
    "title_en": lambda one: setattr(one, "title_en", "Batik shawl"),
    "care": lambda one: setattr(one, "care", "Batik ini dicuci dengan lerak."),
    "care_en": lambda one: setattr(one, "care_en", "Wash the batik by hand."),
    "variation_note": lambda one: setattr(one, "variation_note", "Tiap batik berbeda."),
    "the name of a choice": lambda one: _choice(one, "Jenis batik", "Halus"),
    "a value of a choice": lambda one: _choice(one, "Jenis", "Batik tulis"),
    "a value in English": lambda one: _choice(one, "Jenis", "Halus", "Fine batik"),
    "what a photo says": lambda one: setattr(one.pictures[0].image, "alt", "Kain batik di atas meja"),
    "what a photo says in English": lambda one: setattr(one.pictures[0].image, "alt_en", "A batik"),
    "what a set holds": lambda one: setattr(one, "set_pieces", [{"name": "Kain batik", "count": 2}]),
    "the craft": lambda one: setattr(one, "craft", factories.named(Craft, "batik", "Batik")),
    "the wax": lambda one: one.materials.append(factories.named(Material, "malam", "Malam", name_en="Batik wax")),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_piece_that_is_no_batik_may_not_say_so_anywhere(cast: Cast, place: str) -> None:
    with transaction():
        PLACES[place](cast.shawl)
        assert "techniques" in [one.field for one in missing(cast.shawl, {one.id for one in cast.shawl.variants})]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("slug", sorted(TRUE_BATIK))
def test_a_piece_that_is_batik_may(cast: Cast, place: str, slug: str) -> None:
    with transaction():
        cast.shawl.techniques = [factories.named(Technique, slug, slug)]
        PLACES[place](cast.shawl)
        assert "techniques" not in [one.field for one in missing(cast.shawl, {one.id for one in cast.shawl.variants})]


def test_brushed_colour_alone_makes_no_batik(cast: Cast) -> None:
    with transaction():
        cast.shawl.title = "Kain batik colet"
        cast.shawl.techniques = [factories.named(Technique, "cap-colet", "Cap colet")]
        assert "techniques" in [one.field for one in missing(cast.shawl, set())]


def test_ticking_a_technique_does_not_make_print_batik(cast: Cast) -> None:
    with transaction():
        cast.shawl.techniques = [factories.named(Technique, "batik-cap", "Batik cap")]
        cast.shawl.description_en = "A shawl of printed batik, two metres long and soft to the touch."
        assert [one.field for one in missing(cast.shawl, {one.id for one in cast.shawl.variants})] == ["description_en"]


def test_a_piece_on_sale_cannot_become_batik_by_an_edit(cast: Cast) -> None:
    with transaction(), pytest.raises(Several):
        edit(cast.shawl, {"title": "Selendang batik kembang setaman"}, None)


def test_a_piece_on_sale_cannot_become_batik_by_its_choices(cast: Cast) -> None:
    with transaction(), pytest.raises(Several):
        set_options(cast.shawl, [OptionInput("kind", "Jenis", values=[ValueInput("Batik tulis")])])


def test_batik_cannot_lose_the_technique_that_makes_it_so(cast: Cast) -> None:
    with transaction():
        cast.shawl.title = "Selendang batik kembang setaman"
        cast.shawl.techniques = [factories.named(Technique, "batik-tulis", "Batik tulis")]
        with pytest.raises(Several):
            edit(cast.shawl, {"techniques": ["tenun-gedogan"]}, None)
