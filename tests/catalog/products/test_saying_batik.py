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
        "bukan sekadar batik", "bukan sekadar batik printing", "not just batik", "not printed batik", "not only batik",
        "bukan hanya batik", "unlike any other batik", "berbeda dari batik lain", "lebih indah daripada batik biasa",
        "tidak seperti batik pada umumnya", "bukan murahan, batik halus", "tidak luntur batik ini", "Not cheap. Batik.",
        "Not cheap - batik", "bukan batik cap melainkan batik tulis", "batik looks best when ironed", "batik desain modern",
        "batik pola parang", "batik gaya pesisir", "batik designed in Bangka", "a genuine batik motif", "Desain batik tulis",
        "hand-drawn batik design", "batik cloth with a peacock motif", "kenapa bukan batik?", "no secret: batik",
        "tanpa kimia batik alam", "A bag made from batik", "terbuat daripada batik", "more than batik", "Tidak ada yang seperti batik ini",
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
        "cloth with a batik motif", "batik-motif cloth", "batik motif cloth", "batik design", "Batik designs in blue",
        "cotton with batik motifs", "a printed batik motif", "the batik motif of Bangka", "in the style of batik",
        "desain batik", "berdesain batik", "kain gaya batik", "bergaya batik", "pola batik", "motif khas batik", "ala batik",
        "bernuansa batik", "inspired by batik", "batik-themed bag", "This is not hand-drawn batik.", "bukan batik tulis",
        "ini bukan kain batik", "bukanlah batik", "tidak memakai batik", "berbeda dari batik tulis", "unlike batik",
        "instead of batik", "rather than genuine batik", "It isn't batik.", "It isn’t real batik.", "never batik",
        "lebih murah daripada batik tulis", "tidak disebut batik", "never to be called batik", "different from real batik",
    ],
)  # fmt: skip
def test_honest_words_are_no_claim(text: str) -> None:
    assert not claims_batik(text)


@pytest.mark.parametrize(
    "text",
    [
        "Batik printing", "batik sablon", "printed batik", "Batik digital print", "batik cetak", "batik print",
        "screen-printed batik", "b4tik printing", "bukan murahan, batik printing halus", "bukan murahan batik printing",
        "Bukan main batik printing halus", "tidak luntur batik printing", "Tidak luntur. Batik printing", "bukan main: batik sablon",
        "Not cheap. Printed batik.", "Not cheap, printed batik", "Not cheap - printed batik", "Not cheap\nprinted batik",
        "not hand-drawn but printed batik", "bukan batik tulis tapi batik printing", "bukan batik cap melainkan batik cetak",
        "no secret: printed batik", "kenapa bukan batik printing?", "Why not printed batik?", "not only printed batik",
        "bukan hanya batik printing", "bukankah batik printing indah", "not unlike printed batik", "printed batik, not drawn",
        "batik printing, bukan tulis", "tanpa kimia batik printing", "Tidak ada yang seperti batik printing ini",
        "never fades, printed batik", "batik print design", "a bag made from printed batik", "dibuat dari batik sablon", "printed batik motif merak",
        "bukan batik printing; batik sablon", "This is not printed batik. It is printed batik.",
    ],
)  # fmt: skip
def test_print_is_never_batik(text: str) -> None:
    assert calls_print_batik(text)


@pytest.mark.parametrize(
    "text",
    [
        "bukan batik cetak", "kain motif batik cetak", "printed batik pattern", "batik cap", "batik tulis",
        "This is hand-drawn, not printed batik.", "bukan sekadar batik printing", "bukan kain batik cetak",
        "berbeda dari batik printing", "berbeda dengan kain batik printing", "beda dari batik cetak", "never printed batik",
        "no printed batik here", "unlike printed batik", "unlike cheap printed batik", "instead of printed batik", "not batik print",
        "It isn't printed batik", "It’s drawn by hand and isn’t a printed batik.", "not just printed batik", "rather than batik printing",
        "tidak seperti batik printing", "tidak luntur seperti batik printing", "tidak memakai batik cetak", "bukan hasil batik sablon",
        "bukan “batik printing”", "lebih halus daripada batik printing", "softer than printed batik", "tanpa batik sablon",
        "non-printed batik", "cloth printed with a batik motif", "printed batik design", "printed batik-motif cloth",
        "a printed batik motif", "kain cetak motif batik", "sablon bermotif batik", "Desain batik printing", "batik, not printed",
        "batik tulis bukan printing",
    ],
)  # fmt: skip
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


PRINTED_CHOICES = [
    ("Warna", "Colour", "Batik printing", "Printed batik", "options-1-values"),
    ("Warna", "Colour", "Biru", "Printed batik", "options-1-values"),
    ("Warna", "Colour", "b4tik sablon", "", "options-1-values"),
    ("Batik", "", "Printing halus", "", "options-1-values"),
    ("Jenis", "Batik", "Halus", "printed", "options-1-values"),
    ("Batik printing", "", "Merah", "Red", "options-1-name"),
    ("Jenis", "Printed batik", "Merah", "Red", "options-1-name"),
]


@pytest.mark.parametrize(("name", "name_en", "value", "value_en", "field"), PRINTED_CHOICES)
def test_no_choice_calls_print_batik(
    cast: Cast, name: str, name_en: str, value: str, value_en: str, field: str
) -> None:
    options = [
        OptionInput("size", "Ukuran", values=[ValueInput("Kecil")]),
        OptionInput("kind", name, name_en, [ValueInput("Polos", "Plain"), ValueInput(value, value_en)]),
    ]
    with transaction():
        draft = factories.product(cast.ratnas, live=False)
        draft.techniques = [factories.named(Technique, "batik-cap", "Batik cap")]
        set_options(draft, options)
        assert field in [one.field for one in missing(draft, {one.id for one in draft.variants})]


def test_choices_may_say_what_is_true(cast: Cast) -> None:
    with transaction():
        draft = factories.product(cast.ratnas, live=False)
        draft.techniques = [factories.named(Technique, "batik-cap", "Batik cap")]
        names = [ValueInput("Batik cap", "Stamped batik"), ValueInput("Motif batik cetak", "Printed batik pattern")]
        set_options(draft, [OptionInput("kind", "Batik", values=names)])
        assert missing(draft, {one.id for one in draft.variants}) == []


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
