"""Codes of customs: proposed with a reason from what a piece is, and typed ones held to their shape."""

from __future__ import annotations

import pytest

from catalog.errors import Invalid
from catalog.tariff.codes import find_tariff, propose, read_code, tariffs, written

PIECES = {
    ("tenun-cual", ("benang-sutra",), ("songket",), "Selendang cual kembang setaman"): "621410",
    ("tenun-cual", ("benang-sutra",), ("tenun-gedogan",), "Kain cual naga"): "500720",
    ("tenun-cual", ("katun",), ("tenun-atbm",), "Kain cual katun"): "5208",
    ("batik", ("katun", "malam"), ("batik-cap",), "Kain batik cap"): "520852",
    ("pewter", ("timah",), ("cor-cetakan",), "Gantungan kunci kapal"): "800700",
    ("pewter", ("timah",), ("cor-cetakan",), "Miniatur kapal keruk"): "830629",
    ("pewter", ("timah",), ("cor-cetakan",), "Bros bunga"): "711719",
    ("kopiah-resam", ("serat-resam",), ("anyam-resam",), "Kopiah resam halus"): "650400",
    ("kopiah-resam", ("serat-resam",), ("anyam-resam",), "Tas resam kecil"): "460219",
    ("rajutan-renda", ("benang-rajut",), ("rajut-kait",), "Topi rajut"): "650500",
    ("rajutan-renda", ("benang-rajut",), ("renda",), "Taplak meja renda"): "630240",
    ("rajutan-renda", ("benang-rajut",), ("rajut-kait",), "Selendang rajut"): "611710",
    ("anyaman", ("rotan",), ("anyam",), "Keranjang rotan"): "460212",
    ("anyaman", ("bambu",), ("anyam",), "Bakul bambu"): "460211",
    ("anyaman", ("rotan-manau",), ("anyam",), "Tikar rotan"): "460122",
    ("anyaman", ("pandan",), ("anyam",), "Tikar pandan"): "460129",
    ("batok-kelapa", ("batok-kelapa",), ("poles",), "Mangkuk batok"): "9602",
    ("batu-satam", ("batu-satam", "perak"), ("pasang-batu",), "Cincin satam"): "711311",
    ("batu-satam", ("batu-satam",), ("poles",), "Batu satam lepas"): "710399",
    ("gula-aren", ("nira-aren",), ("masak-cetak",), "Gula aren"): "170290",
    ("lada-putih-muntok", ("lada-putih",), ("rendam-kupas",), "Lada putih butir"): "090411",
    ("lada-putih-muntok", ("lada-putih",), ("rendam-kupas",), "Lada putih bubuk"): "090412",
    ("madu", ("madu-pelawan",), ("panen-madu",), "Madu pelawan"): "040900",
}


@pytest.mark.parametrize(("piece", "code"), PIECES.items(), ids=lambda one: one[3] if isinstance(one, tuple) else one)
def test_the_likeliest_code_stands_first_with_its_reasons(piece: tuple, code: str) -> None:
    first, *others = propose(*piece)
    assert first.tariff.code == code
    assert first.because and all(one.weight <= first.weight for one in others)


def test_ground_pepper_is_not_proposed_as_whole() -> None:
    codes = {one.tariff.code for one in propose("lada-putih-muntok", ["lada-putih"], [], "Lada putih giling")}
    assert codes == {"090412"}


@pytest.mark.parametrize(
    "piece", [(None, (), (), ""), ("ukiran", ("jati",), (), "Kursi"), (None, ("perak",), (), "Sendok")]
)
def test_nothing_is_proposed_where_nothing_speaks_for_it(piece: tuple) -> None:
    assert propose(*piece) == []


def test_the_list_is_whole_and_says_where_it_doubts() -> None:
    assert len(tariffs()) == 27 and len({one.code for one in tariffs()}) == 27
    assert {one.code for one in tariffs() if one.is_doubtful} == {"520852", "9602", "710399", "711620", "170290"}
    assert {one.code for one in tariffs() if one.is_heading} == {"5208", "9602"}
    assert all(one.name and one.name_en and one.text for one in tariffs())


@pytest.mark.parametrize(
    ("typed", "code"), [("6504.00", "650400"), (" 6504 00 10 ", "65040010"), ("6504.00.10-00", "6504001000"), ("", "")]
)
def test_a_code_is_taken_however_it_is_written(typed: str, code: str) -> None:
    assert read_code(typed) == code


@pytest.mark.parametrize(
    "typed",
    ["6504", "65040", "6504001", "650400100", "65040010000", "65o400", "００1234", "HS6504", "001234", "١٢٣٤٥٦", "9999.99", "980100", "7700.00"],
)  # fmt: skip
def test_a_wrong_shape_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_code(typed)
    assert caught.value.field == "hs_code"


def test_longer_codes_are_known_by_their_first_digits_and_others_are_not() -> None:
    assert find_tariff("65040010") is find_tariff("650400")
    assert (found := find_tariff("520819")) and found.code == "5208"
    assert find_tariff("999999") is None and find_tariff("") is None
    assert written("6504001000") == "6504.00.10.00" and written("") == ""
