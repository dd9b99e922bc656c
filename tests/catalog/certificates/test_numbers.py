"""What a number must look like: every right one is taken, every mistake is named with its place and what would be right."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.certificates.models import CertificateKind as Kind
from catalog.certificates.numbers import EXAMPLES, read_number
from catalog.errors import Invalid

TODAY = date(2026, 11, 28)
HOME = "19.05"
NAMES = {
    "19.05": "Kabupaten Bangka Barat",
    "19.71": "Kota Pangkal Pinang",
    "31.74": "Kota Administrasi Jakarta Selatan",
}


def read(kind: Kind, typed: str) -> str:
    return read_number(kind, typed, TODAY, HOME, NAMES.get).text


def refusal(kind: Kind, typed: str) -> str:
    with pytest.raises(Invalid) as caught:
        read(kind, typed)
    assert caught.value.field == "number"
    return str(caught.value)


p_irt = st.builds(
    lambda packing, food, product, maker, year: f"{packing}{food:02}1905{product:02}{maker:04}{year:02}",
    st.integers(1, 8), st.integers(0, 99), st.integers(0, 99), st.integers(0, 9999), st.integers(26, 31),
)  # fmt: skip


@given(p_irt, st.sampled_from(["", "P-IRT ", "PIRT No. ", "SPP-IRT: "]), st.lists(st.sampled_from(" .-–"), max_size=14))
def test_every_right_p_irt_is_taken_however_it_is_spaced(number: str, head: str, signs: list[str]) -> None:
    spaced = "".join(digit + sign for digit, sign in zip(number, [*signs, *[""] * 15], strict=False))
    found = read_number(Kind.P_IRT, head + spaced, TODAY, HOME, NAMES.get)
    assert found.text == f"{number[:13]}-{number[13:]}"
    assert found.ends == 2000 + int(number[13:])


@given(p_irt, st.integers(0, 14), st.sampled_from("OIlBé٣x"))
def test_a_sign_that_is_no_digit_is_named_with_its_position(number: str, at: int, sign: str) -> None:
    wrong = number[:at] + sign + number[at + 1 :]
    text = refusal(Kind.P_IRT, wrong)
    if sign.upper().isascii():
        assert f"Position {at + 1} is “{sign.upper()}”" in text


@given(p_irt, st.sampled_from("09"))
def test_packaging_goes_from_one_to_eight(number: str, digit: str) -> None:
    assert f"Position 1 is {digit}" in refusal(Kind.P_IRT, digit + number[1:])


@given(p_irt, st.integers(3, 6), st.integers(1, 9))
def test_any_wrong_digit_of_the_regency_is_refused_with_the_right_ones(number: str, at: int, by: int) -> None:
    wrong = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    text = refusal(Kind.P_IRT, wrong)
    assert f"Positions 4 to 7 are {wrong[3:7]}" in text
    assert "Kabupaten Bangka Barat: 1905" in text


def test_another_regency_is_called_by_its_name() -> None:
    assert "1971, Kota Pangkal Pinang" in refusal(Kind.P_IRT, "209197101000128")


@given(p_irt, st.integers(0, 99).filter(lambda year: not 26 <= year <= 31))
def test_a_year_that_is_over_or_too_far_is_refused(number: str, year: int) -> None:
    text = refusal(Kind.P_IRT, f"{number[:13]}{year:02}")
    assert f"Positions 14 and 15 are {year:02}" in text


@given(p_irt, st.integers(0, 14))
def test_a_digit_too_few_or_too_many_is_counted(number: str, at: int) -> None:
    assert "this one has 14" in refusal(Kind.P_IRT, number[:at] + number[at + 1 :])
    assert "this one has 16" in refusal(Kind.P_IRT, number[:at] + "0" + number[at:])


@pytest.mark.parametrize("kind", list(Kind))
def test_the_example_of_each_kind_is_of_the_right_form(kind: Kind) -> None:
    assert read(kind, EXAMPLES[kind]) == EXAMPLES[kind]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("typed", ["", "   ", "​", "<b>x</b>", "x" * 200, "１２", "-"])
def test_what_is_no_number_at_all_is_refused(kind: Kind, typed: str) -> None:
    refusal(kind, typed)


@given(st.text(max_size=40))
def test_nothing_that_anybody_types_breaks_it(typed: str) -> None:
    for kind in Kind:
        try:
            assert len(read(kind, typed)) <= 40
        except Invalid:
            pass


TAKEN = {
    (Kind.HALAL, "id 1234.5678.9012.34567"): "ID12345678901234567",
    (Kind.HALAL, "Halal No. ID-12345678901234567"): "ID12345678901234567",
    (Kind.BPOM, "BPOM RI MD 123456789012"): "MD 123456789012",
    (Kind.BPOM, "ml123456789012"): "ML 123456789012",
    (Kind.SNI, "sni 8303-2016"): "SNI 8303:2016",
    (Kind.SNI, "0239"): "SNI 0239",
    (Kind.SNI, "SNI 8302 : 2016"): "SNI 8302:2016",
    (Kind.SNI, "SNI 01-3743-1995"): "SNI 3743:1995",
    (Kind.SNI, "SNI 08-0239-2019"): "SNI 0239:2019",
    (Kind.SNI, "SNI 08 - 0239"): "SNI 0239",
    (Kind.SNI, "SNI ISO 9626:2018"): "SNI ISO 9626:2018",
    (Kind.SNI, "iso 9626 - 2018"): "SNI ISO 9626:2018",
    (Kind.SNI, "SNI-ISO/IEC 17065"): "SNI ISO/IEC 17065",
    (Kind.SNI, "SNI ISO / IEC 17065 : 2012"): "SNI ISO/IEC 17065:2012",
    (Kind.SNI, "SNI ISO 105-C06:2010"): "SNI ISO 105-C06:2010",
    (Kind.SNI, "SNI IEC 60335 – 2 - 80:2009"): "SNI IEC 60335-2-80:2009",
    (Kind.SNI, "SNI IEC 60335-1"): "SNI IEC 60335-1",
    (Kind.GI, "ig 00 2010 000012"): "IG.00.2010.000012",
    (Kind.GI, "ID G 000 000 014"): "ID G 000000014",
    (Kind.GI, "No. IDG 000000001"): "ID G 000000001",
    (Kind.BATIKMARK, "  12/bm/2026 "): "12/BM/2026",
}


@pytest.mark.parametrize(("kind", "typed"), list(TAKEN))
def test_spelling_does_not_matter(kind: Kind, typed: str) -> None:
    assert read(kind, typed) == TAKEN[kind, typed]


def test_the_number_of_the_fatwa_is_known_as_a_mistake() -> None:
    for typed in ("KH-00130054960318", "kh 001", "No. KH 12345678901234567"):
        text = refusal(Kind.HALAL, typed)
        assert "fatwa" in text and "ID" in text


REFUSED = [
    (Kind.HALAL, "12345678901234567", "begins with ID"),
    (Kind.HALAL, "ID1234567890123456", "here are 16"),
    (Kind.HALAL, "ID123456789012345678", "here are 18"),
    (Kind.HALAL, "ID1234567890123456O", "Position 19 is “O”"),
    (Kind.BPOM, "MZ 123456789012", "MD/ML"),
    (Kind.BPOM, "MD 12345678901", "here are 11"),
    (Kind.BPOM, "MD 12345678901A", "Position 14"),
    (Kind.SNI, "SNI 830", "four digits"),
    (Kind.SNI, "SNI ISO 9001:2029", "2029"),
    (Kind.SNI, "SNI ISO", "SNI ISO 9626:2018"),
    (Kind.SNI, "SNI ISO 123456", "SNI ISO 9626:2018"),
    (Kind.SNI, "SNI ISO 9001-2-3-4", "SNI ISO 9626:2018"),
    (Kind.SNI, "SNI ASTM 9001:2015", "four digits"),
    (Kind.SNI, "SNI 08-0239-2029", "2029"),
    (Kind.SNI, "SNI 8-0239-2019", "four digits"),
    (Kind.SNI, "SNI 8303:2029", "2029"),
    (Kind.SNI, "SNI 8303:1899", "1899"),
    (Kind.SNI, "SNI 8303:16", "four digits"),
    (Kind.GI, "IG.00.2006.000001", "2006"),
    (Kind.GI, "IG.00.2027.000001", "2027"),
    (Kind.GI, "IG.01.2010.000001", "IG.00"),
    (Kind.GI, "ID G 00000004", "nine digits"),
    (Kind.GI, "ID G 0000000004", "nine digits"),
    (Kind.GI, "ID P 000000004", "nine digits"),
    (Kind.GI, "IG.00.2010.00001", "IG.00"),
    (Kind.BATIKMARK, "AB", "3 to 40"),
    (Kind.BATIKMARK, "batikmark", "digit"),
]


@pytest.mark.parametrize(("kind", "typed", "words"), REFUSED)
def test_says_what_would_be_right(kind: Kind, typed: str, words: str) -> None:
    assert words in refusal(kind, typed)
