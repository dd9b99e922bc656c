"""Papers at a shop's desk: written down with help, refused with the place of the mistake, kept from everybody else."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from catalog.certificates.models import Certificate, CertificateState, CheckerRole
from catalog.db import db, transaction
from catalog.makers.models import Maker
from catalog.products.models import AnimalMaterial, Halal, Product
from marketplace.accounts.models import User
from marketplace.certification import services
from marketplace.certification.models import Scan
from marketplace.sellers.models import Seller, SellerMaker
from tests import factories
from tests.cast import Cast

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
P_IRT = "2091905010001-29"


@pytest.fixture
def desk(cast: Cast, sign_in: Any) -> FlaskClient:
    return sign_in(cast.ratna)


def post(client: FlaskClient, address: str, **fields: Any) -> Any:
    return client.post(address, data={"form_token": client.form_token, **fields})  # type: ignore[attr-defined]


def at(cast: Cast, rest: str = "") -> str:
    return f"/seller/{cast.ratnas.code}/certificates{rest}"


def kept() -> Certificate:
    db.session.rollback()
    return db.session.scalars(select(Certificate)).one()


def test_each_kind_has_its_own_help_and_example(cast: Cast, desk: FlaskClient) -> None:
    assert "kind=batikmark" in desk.get(at(cast, "/new")).text
    page = desk.get(at(cast, "/new?kind=p_irt")).text
    assert "2091905010001-29" in page and "15 angka" in page
    assert "KH" in desk.get(at(cast, "/new?kind=halal")).text
    assert "kind=batikmark" in desk.get(at(cast, "/new?kind=merek")).text


def test_a_number_is_kept_with_its_scan_and_waits(cast: Cast, desk: FlaskClient) -> None:
    answer = post(
        desk, at(cast), kind="p_irt", number="P-IRT 2 09 1905 01 0001 29", scan=(io.BytesIO(PDF), "surat.pdf")
    )
    assert answer.status_code == 303
    one = kept()
    assert (one.number, one.state, str(one.expires_on)) == (P_IRT, CertificateState.STATED, "2029-12-31")
    page = desk.get(at(cast)).text
    assert P_IRT in page and "belum diperiksa" in page
    scan = db.session.scalars(select(Scan)).one()
    paper = desk.get(f"/account/scans/{scan.code}")
    assert paper.data == PDF
    assert paper.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in paper.headers["Cache-Control"] and paper.headers["X-Content-Type-Options"] == "nosniff"
    assert (
        "sandbox" in paper.headers.get("Content-Security-Policy", "")
        or "default-src" in paper.headers["Content-Security-Policy"]
    )


WRONG = [
    ({"kind": "p_irt", "number": "2091971010001-29"}, "Posisi 4–7"),
    ({"kind": "p_irt", "number": "9091905010001-29"}, "Posisi 1"),
    ({"kind": "p_irt", "number": "2091905010001-24"}, "Posisi 14–15"),
    ({"kind": "halal", "number": "KH-00130054960318"}, "ketetapan fatwa"),
    ({"kind": "halal", "number": "ID00000000000000001", "expires_on": "2020-01-01"}, "habis"),
    ({"kind": "halal", "number": "ID00000000000000001", "expires_on": "besok"}, "hari-bulan-tahun"),
    ({"kind": "halal", "number": "ID00000000000000001", "issued_on": "2026-02-30"}, "hari-bulan-tahun"),
    ({"kind": "gi", "number": ""}, "isi"),
]


@pytest.mark.parametrize(("fields", "words"), WRONG)
def test_a_mistake_is_named_and_nothing_typed_is_lost(
    cast: Cast, desk: FlaskClient, fields: dict[str, str], words: str
) -> None:
    answer = post(desk, at(cast), **fields, scan=(io.BytesIO(PDF), "surat.pdf"))
    assert answer.status_code == 422
    assert words.casefold() in answer.text.casefold()
    assert fields["number"] in answer.text
    assert db.session.scalar(select(Certificate.id)) is None


@pytest.fixture
def second(cast: Cast) -> Maker:
    """Another maker of Ratna's shop, who works in another regency."""
    with transaction():
        maker = factories.add(Maker(name="Sanggar Kedua", slug="sanggar-kedua", district_code="19.71.02"))
        factories.add(SellerMaker(seller_id=cast.ratnas.id, maker_id=maker.id))
    return maker


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({"kind": "halal", "number": "KH-00130054960318", "issued_on": "2026-02-30", "expires_on": "2020-01-01"}, {"maker", "number", "issued_on", "expires_on"}),
     ({"kind": "halal", "number": ""}, {"maker", "number"}),
     ({"kind": "p_irt", "number": "9091905010001-29", "issued_on": "x"}, {"maker", "number", "issued_on"}),
     ({"kind": "p_irt", "number": P_IRT}, {"maker"}),
     ({"kind": "p_irt", "number": "2091971010001-29", "maker": "somebody"}, {"maker"})],
)  # fmt: skip
def test_all_mistakes_are_told_at_once_whoever_made_it(
    cast: Cast, desk: FlaskClient, second: Maker, fields: dict[str, str], wrong: set[str]
) -> None:
    answer = post(desk, at(cast), **fields)
    assert answer.status_code == 422
    told = re.findall(r'id="(\w+)-error"', answer.text)
    assert set(told) == wrong and len(told) == len(wrong)
    assert db.session.scalar(select(Certificate.id)) is None


def test_a_number_is_of_the_regency_of_the_maker_that_was_chosen(cast: Cast, desk: FlaskClient, second: Maker) -> None:
    own = db.session.get_one(Maker, cast.shawl.maker_id).code
    assert post(desk, at(cast), kind="p_irt", number=P_IRT, maker=second.code).status_code == 422
    assert post(desk, at(cast), kind="p_irt", number=P_IRT, maker=own).status_code == 303
    assert kept().maker_id == cast.shawl.maker_id


@pytest.mark.parametrize("body", [b"<svg onload=alert(1)>", b"%PDF-1.7 half", PDF.replace(b"/Type", b"/JavaScript")])
def test_a_file_that_is_none_is_refused_and_the_number_stays_typed(cast: Cast, desk: FlaskClient, body: bytes) -> None:
    answer = post(desk, at(cast), kind="p_irt", number=P_IRT, scan=(io.BytesIO(body), "surat.pdf"))
    assert answer.status_code == 422 and P_IRT in answer.text
    assert db.session.scalar(select(Certificate.id)) is None


def verified(cast: Cast) -> Certificate:
    with transaction():
        shop = db.session.get_one(Seller, cast.ratnas.id)
        maker = db.session.get_one(Maker, cast.shawl.maker_id)
        one = services.state(shop, maker, {"kind": "halal", "number": "ID00000000000000001"}, cast.ratna)
        services.decide(one, db.session.get_one(User, cast.hasan.id), CheckerRole.OFFICER, "verified")
    return one


def test_a_changed_number_waits_anew_and_the_same_one_does_not(cast: Cast, desk: FlaskClient) -> None:
    one = verified(cast)
    assert post(desk, at(cast, f"/{one.code}"), number="ID 00000000000000001").status_code == 303
    assert kept().state is CertificateState.VERIFIED
    assert post(desk, at(cast, f"/{one.code}"), number="ID00000000000000002").status_code == 303
    assert kept().state is CertificateState.STATED


def test_another_shop_finds_none_of_it(cast: Cast, sign_in: Any) -> None:
    one = verified(cast)
    budi = sign_in(cast.budi)
    own = f"/seller/{cast.budis.code}/certificates"
    for address in (f"{own}/{one.code}/edit", f"{own}/{one.code}", at(cast, f"/{one.code}/edit"), at(cast)):
        assert budi.get(address).status_code == 404
    for address in (f"{own}/{one.code}", f"{own}/{one.code}/removal", at(cast, f"/{one.code}/removal")):
        assert post(budi, address, number="ID00000000000000009").status_code == 404
    assert kept().number == "ID00000000000000001"


def test_a_certificate_can_be_removed(cast: Cast, desk: FlaskClient) -> None:
    one = verified(cast)
    assert post(desk, at(cast, f"/{one.code}/removal")).status_code == 303
    assert db.session.scalar(select(Certificate.id)) is None


# What a piece claims


def claims(cast: Cast, piece: Product) -> str:
    return f"/seller/{cast.ratnas.code}/products/{piece.code}/claims"


def test_codes_are_proposed_with_a_reason_and_kept(cast: Cast, desk: FlaskClient) -> None:
    page = desk.get(claims(cast, cast.shawl)).text
    assert "6214.10" in page and "Benang sutra" in page
    version = str(cast.shawl.version)
    assert post(desk, claims(cast, cast.shawl), version=version, hs_choice="621410").status_code == 303
    db.session.rollback()
    assert db.session.get_one(Product, cast.shawl.id).hs_code == "621410"
    assert "6214.10" in desk.get(f"/products/{cast.shawl.slug}-{cast.shawl.code}").text


def test_a_code_outside_of_the_list_is_taken_with_a_word_and_a_wrong_shape_is_not(
    cast: Cast, desk: FlaskClient
) -> None:
    address, version = claims(cast, cast.shawl), str(cast.shawl.version)
    for code in ("12", "abcdef", "1234567", "0012.34"):
        answer = post(desk, address, version=version, hs_choice="other", hs_code=code)
        assert answer.status_code == 422 and code in answer.text
    assert post(desk, address, version=version, hs_choice="other", hs_code="5804.10").status_code == 303
    assert "Bea Cukai" in desk.get(f"/seller/{cast.ratnas.code}/products/{cast.shawl.code}").text
    assert "usulan" in desk.get(f"/products/{cast.shawl.slug}-{cast.shawl.code}").text


def test_a_code_that_is_typed_beside_a_picked_one_is_not_lost(cast: Cast, desk: FlaskClient) -> None:
    address, version = claims(cast, cast.shawl), str(cast.shawl.version)
    both = post(desk, address, version=version, hs_choice="621410", hs_code="5804.10")
    assert both.status_code == 422 and 'id="hs_code-error"' in both.text and 'value="5804.10"' in both.text
    assert post(desk, address, version=version, hs_choice="other", hs_code="5804.10").status_code == 303
    assert post(desk, address, version=str(int(version) + 1), hs_choice="621410", hs_code="5804.10").status_code == 303
    page = desk.get(address).text
    assert "Sekarang: 6214.10, selendang sutra." in page
    assert db.session.get_one(Product, cast.shawl.id).hs_code == "621410"


def test_an_older_form_overwrites_nothing(cast: Cast, desk: FlaskClient) -> None:
    answer = post(desk, claims(cast, cast.shawl), version=str(cast.shawl.version - 1), hs_choice="621410")
    assert answer.status_code == 422 and 'href="#version"' not in answer.text
    assert db.session.get_one(Product, cast.shawl.id).hs_code == ""
    assert f'name="version" value="{cast.shawl.version}"' in answer.text
    assert re.search(r'value="621410" checked', answer.text)


def test_a_word_about_halal_can_be_taken_back_where_it_need_not_be_said(cast: Cast, desk: FlaskClient) -> None:
    address, version = claims(cast, cast.shawl), cast.shawl.version
    assert post(desk, address, version=str(version), halal="declared").status_code == 303
    page = desk.get(address).text
    assert 'name="halal" value="declared" checked' in page and 'name="halal" value="">' in page
    assert post(desk, address, version=str(version + 1), halal="").status_code == 303
    assert db.session.get_one(Product, cast.shawl.id, populate_existing=True).halal is None
    assert 'name="halal" value="" checked' in desk.get(address).text


def test_a_strangers_certificate_cannot_be_ticked(cast: Cast, desk: FlaskClient) -> None:
    with transaction():
        shop = db.session.get_one(Seller, cast.budis.id)
        maker = db.session.get_one(Maker, cast.plaque.maker_id)
        foreign = services.state(shop, maker, {"kind": "halal", "number": "ID00000000000000001"}, cast.budi)
    fields = {"version": str(cast.shawl.version), "halal": "certified", "certificates": foreign.code}
    assert post(desk, claims(cast, cast.shawl), **fields).status_code == 422
    assert db.session.get_one(Product, cast.shawl.id).certificates == []


def test_halal_is_neither_asked_nor_offered_where_it_is_not_told(cast: Cast, desk: FlaskClient) -> None:
    """Nor is what was said kept in the way once the piece no longer contains anything of animals."""
    one = verified(cast)
    fields = {"version": str(cast.shawl.version), "halal": "certified", "certificates": one.code}
    assert post(desk, claims(cast, cast.shawl), **fields).status_code == 303
    assert one.code in desk.get(claims(cast, cast.shawl)).text
    with transaction():
        db.session.get_one(Product, cast.shawl.id).animal_material = AnimalMaterial.NONE
    page = desk.get(claims(cast, cast.shawl)).text
    assert one.code not in page and 'name="halal"' not in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    answer = post(desk, claims(cast, cast.shawl), version=version[1], certificates=one.code)
    assert answer.status_code == 422
    assert "bukan keduanya" in answer.text and "Di bawah sudah dipilih" not in answer.text
    assert post(desk, claims(cast, cast.shawl), version=version[1], hs_choice="621410").status_code == 303
    db.session.rollback()
    piece = db.session.get_one(Product, cast.shawl.id)
    assert (piece.halal, piece.certificates, piece.hs_code) == (None, [], "621410")


def test_buyers_read_what_is_known_and_no_more(app: Flask, cast: Cast, desk: FlaskClient, client: FlaskClient) -> None:
    one = verified(cast)
    fields = {"version": str(cast.shawl.version), "halal": "certified", "certificates": one.code}
    assert post(desk, claims(cast, cast.shawl), **fields).status_code == 303
    address = f"/products/{cast.shawl.slug}-{cast.shawl.code}"
    page = client.get(address).text
    assert "Diverifikasi petugas lapangan pada" in page and "hasCertification" in page
    assert "Hasan" not in page
    maker = db.session.get_one(Maker, cast.shawl.maker_id)
    assert "ID00000000000000001" in client.get(f"/makers/{maker.slug}-{maker.code}").text
    post(desk, at(cast, f"/{one.code}"), number="ID00000000000000002")
    page = client.get(address).text
    assert "ID00000000000000002" in page and "belum diperiksa" in page
    assert "hasCertification" not in page, "what is only stated is not told to programs"


def test_what_is_not_halal_says_so_beside_its_name(cast: Cast, desk: FlaskClient, client: FlaskClient) -> None:
    with transaction():
        food = factories.craft("kerupuk", "Kerupuk")
        food.is_food = True
        piece = factories.product(db.session.get_one(Seller, cast.ratnas.id), "Kerupuk contoh", craft=food)
    page = client.get(f"/products/{piece.slug}-{piece.code}").text
    assert "Status halal saat ini tidak diketahui" in page
    assert post(desk, claims(cast, piece), version=str(piece.version), halal="not-halal").status_code == 303
    assert "Tidak halal" in client.get(f"/products/{piece.slug}-{piece.code}").text
    assert db.session.get_one(Product, piece.id).halal is Halal.NOT_HALAL
