"""Names and words."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.text import fold, localized, mask_cards, slugify, squeeze, tidy, tidy_lines


@pytest.mark.parametrize(
    "spelling",
    ["Pangkal Pinang", "Pangkalpinang", "pangkal-pinang", "PANGKAL  PINANG", "Pangkal\u00a0Pinang", "Pángkal Pínang"],
)
def test_spellings_of_one_place_are_one(spelling: str) -> None:
    assert squeeze(spelling) == "pangkalpinang"


@given(st.text(max_size=200))
def test_slugs_are_safe_short_and_never_empty(text: str) -> None:
    slug = slugify(text)
    assert slug
    assert len(slug) <= 80
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not slug.startswith("-") and not slug.endswith("-")
    assert slugify(slug) == slug


def test_a_long_slug_ends_between_words() -> None:
    assert slugify("kain " * 40) == "-".join(["kain"] * 16)


@given(st.text(max_size=200))
def test_one_line_stays_one_line(text: str) -> None:
    line = tidy(text)
    assert "\n" not in line and "\r" not in line and "\x00" not in line
    assert line == line.strip() and "  " not in line
    assert tidy(line) == line


@given(st.text(max_size=200))
def test_tidying_lines_twice_changes_nothing(text: str) -> None:
    assert tidy_lines(tidy_lines(text)) == tidy_lines(text)


def test_overrides_of_direction_and_control_are_taken_out() -> None:
    assert tidy("Rp1\u202e00\u200b\x07") == "Rp100"
    assert tidy_lines("satu\r\n\n\n\n\ndua\u202e\x00") == "satu\n\ndua"
    assert tidy(None) == tidy_lines(None) == ""


def test_folding_keeps_letters() -> None:
    assert fold("Éclair Ñandú") == "eclair nandu"


def test_english_falls_back_to_indonesian() -> None:
    thing = SimpleNamespace(title="Kain", title_en="Cloth", note="Catatan", note_en="", bare="Saja")
    assert localized(thing, "title", "en") == "Cloth"
    assert localized(thing, "title", "id") == "Kain"
    assert localized(thing, "note", "en") == "Catatan"
    assert localized(thing, "bare", "en") == "Saja"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("4111111111111111", "•••• •••• •••• ••••"),
        ("kartu 4111 1111 1111 1111 ya", "kartu •••• •••• •••• •••• ya"),
        ("5555-5555-5555-4444, exp 12/28", "•••• •••• •••• ••••, exp 12/28"),
        ("Amex 378282246310005", "Amex •••• •••• •••• ••••"),
        ("４１１１ １１１１ １１１１ １１１１", "•••• •••• •••• ••••"),
        ("6011111111111117 dan 4012888888881881", "•••• •••• •••• •••• dan •••• •••• •••• ••••"),
    ],
)
def test_card_numbers_are_hidden_but_for_their_last_digits(typed: str, kept: str) -> None:
    assert mask_cards(typed) == kept


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",  # one digit off: no card
        "NIB 9120001234567",
        "0812 3456 7890",
        "resi 012890001234567",
        "Rp4.111.111.111.111",
        "1905014505780001",  # a NIK of Bangka Barat
        "",
        "Ukuran 180 x 80 cm, harga 1.250.000",
        "41111111111111111111111",  # longer than any card
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_cards(text) == text
