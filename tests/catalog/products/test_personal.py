"""Questions about a piece and their answers: what is taken, what is refused, when they have to be asked again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.errors import Several
from catalog.money import Money
from catalog.products.personal import (
    Answer,
    Field,
    Kind,
    Unit,
    asked_again,
    extra,
    fields_of,
    key_of,
    read_answers,
    read_fields,
)

NAME = Field("name01", Kind.TEXT, "Nama", "Name", is_required=True, price=Money(25_000), longest=12)
SIZE = Field("size01", Kind.SIZE, "Lingkar kepala", lowest=540, highest=605, unit=Unit.CENTIMETRE)
FILE = Field("file01", Kind.FILE, "Gambar", price=Money(50_000))
ASKED = [NAME, SIZE, FILE]
TYPED = {"kind": "text", "label": "Nama yang diukir", "longest": "20", "price": "25.000"}


def test_answers_are_tidied_priced_and_told_apart() -> None:
    answers = read_answers(ASKED, {"name01": "  Ratna\u202e \x00Sari ", "size01": "56,5"})
    assert [(one.field, one.value) for one in answers] == [("name01", "Ratna Sari"), ("size01", "565")]
    assert (extra(answers), answers[0].shown("id"), answers[1].shown("id"), answers[1].shown("en")) == (
        Money(25_000), "Ratna Sari", "56,5 cm", "56.5 cm",
    )  # fmt: skip
    assert key_of(answers) == key_of(answers[::-1]) != key_of(answers[:1])
    assert key_of([]) == ""
    assert [Answer.of(one.kept()) for one in answers] == answers


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "personal-name01"),
        ({"name01": " \u200f\t"}, "personal-name01"),
        ({"name01": "Ratna Sari Dewi"}, "personal-name01"),
        ({"name01": "Ratna", "size01": "lima"}, "personal-size01"),
        ({"name01": "Ratna", "size01": "-56"}, "personal-size01"),
        ({"name01": "Ratna", "size01": "53,9"}, "personal-size01"),
        ({"name01": "Ratna", "size01": "60.6"}, "personal-size01"),
        ({"name01": "Ratna", "size01": "５６"}, "personal-size01"),
        ({"name01": "Ratna", "size01": "1e2"}, "personal-size01"),
    ],
)
def test_refuses_by_the_name_of_the_question(typed: dict[str, str], field: str) -> None:
    with pytest.raises(Several) as refused:
        read_answers(ASKED, typed)
    assert [one.field for one in refused.value.errors] == [field]


def test_a_question_that_changed_is_asked_again_and_a_new_price_is_taken() -> None:
    answers = read_answers(ASKED, {"name01": "Ratna", "size01": "56"})
    dearer = asked_again([replace(NAME, price=Money(30_000)), SIZE, FILE], answers)
    assert dearer is not None and extra(dearer) == Money(30_000)
    assert asked_again([SIZE, FILE], answers) is None, "gone"
    assert asked_again([replace(NAME, longest=3), SIZE], answers) is None, "shorter"
    assert asked_again([NAME, replace(SIZE, highest=550)], answers) is None, "narrower"
    assert asked_again([NAME, replace(SIZE, unit=Unit.MILLIMETRE)], answers) is None, "in another unit"
    assert asked_again([NAME, SIZE, replace(FILE, is_required=True)], answers) is None, "one more that must be answered"
    assert asked_again([], []) == []


def test_a_seller_asks_and_codes_stay_while_the_kind_does() -> None:
    first = read_fields([TYPED, {"kind": "size", "label": "Panjang", "lowest": "10", "highest": "99,5", "unit": "cm"}])
    assert [(one.kind, one.price, one.lowest, one.highest) for one in first] == [
        (Kind.TEXT, Money(25_000), 0, 0), (Kind.SIZE, Money(0), 100, 995),
    ]  # fmt: skip
    assert fields_of([one.kept() for one in first]) == first
    again = read_fields([{**TYPED, "code": first[0].code, "label": "Nama"}, {**TYPED, "code": first[1].code}], first)
    assert again[0].code == first[0].code
    assert again[1].code != first[1].code, "it asks for something else now"
    assert read_fields([{**TYPED, "code": "inject"}])[0].code != "inject"


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({**TYPED, "kind": "poem"}, "kind-1"),
        ({**TYPED, "label": " "}, "label-1"),
        ({**TYPED, "label": "x" * 61}, "label-1"),
        ({**TYPED, "help": "x" * 161}, "help-1"),
        ({**TYPED, "price": "-1"}, "price-1"),
        ({**TYPED, "price": "10.000.001"}, "price-1"),
        ({**TYPED, "longest": "0"}, "longest-1"),
        ({**TYPED, "longest": "201"}, "longest-1"),
        ({"kind": "size", "label": "Panjang", "lowest": "0", "highest": "5"}, "lowest-1"),
        ({"kind": "size", "label": "Panjang", "lowest": "9", "highest": "5"}, "highest-1"),
    ],
)
def test_refuses_questions_by_name(row: dict[str, str], field: str) -> None:
    with pytest.raises(Several) as refused:
        read_fields([row])
    assert [one.field for one in refused.value.errors] == [field]


def test_one_picture_is_enough() -> None:
    with pytest.raises(Several):
        read_fields([{"kind": "file", "label": "Depan"}, {"kind": "file", "label": "Belakang"}])
