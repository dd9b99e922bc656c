"""The makers and one maker's page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from catalog import clock
from catalog.certificates.models import Certificate, CertificateKind, CertificateState, CheckerRole
from catalog.db import db, transaction
from catalog.edition import raise_edition
from catalog.makers.links import put_links
from catalog.makers.models import LinkKind, Maker, MakerKind, Person
from catalog.makers.people import add_person, remove_person
from catalog.makers.workshops import add_picture, edit_workshop
from catalog.money import Money
from catalog.search.upkeep import rebuild
from marketplace.sellers.models import SellerState
from tests import factories


def address(piece: Any) -> str:
    return f"/makers/{piece.maker.slug}-{piece.maker.code}"


def tell(cast: Any) -> None:
    with transaction():
        maker = db.session.get(Maker, cast.shawl.maker_id)
        assert maker
        maker.village_code, maker.founded, maker.people = "19.05.01.1003", 2009, 4
        maker.story, maker.story_en = "Ratna belajar dari bibinya.", "Ratna learned from her aunt."
        maker.crafts = [cast.shawl.craft]
        cast.ratnas.minimum_order = Money(50_000)
        db.session.add(cast.ratnas)


def test_a_maker_is_told_with_people_place_work_and_how_they_sell(app: Flask, client: FlaskClient, cast: Any) -> None:
    tell(cast)
    with transaction():
        rebuild(app.extensions["house"].ports.search)
    text = client.get(address(cast.shawl)).text
    for words in ("Ratna belajar dari bibinya.", "sejak 2009", "4 orang", "Pesanan mulai Rp50.000", "Ambil di bengkel"):
        assert words in text, words
    for path in ("/places/19.05.01.1003", "/places/19.05.01", "/places/19.05", "/motifs/kembang-setaman"):
        assert f'href="{path}"' in text, path
    assert 'class="district-map__mark"' in text
    assert "https://wa.me/?text=" in text
    english = client.get(f"/en{address(cast.shawl)}").text
    assert "Ratna learned from her aunt." in english and "Bangka Barat Regency" in english


def test_what_is_not_known_leaves_no_gap(client: FlaskClient, cast: Any) -> None:
    with transaction():
        cast.ratnas.state = SellerState.SUSPENDED
        db.session.add(cast.ratnas)
    text = client.get(address(cast.shawl)).text
    assert "sejak" not in text and "maker-shop" not in text and "orang</dd>" not in text


def test_a_verified_paper_is_a_mark_with_its_meaning_until_it_ends(client: FlaskClient, cast: Any) -> None:
    def paper(kind: CertificateKind, number: str, state: CertificateState, until: date | None = None) -> Certificate:
        looked = state is not CertificateState.STATED
        return Certificate(
            maker_id=cast.shawl.maker_id, seller_id=cast.ratnas.id, kind=kind, number=number, state=state,
            expires_on=until, checked_at=clock.now() if looked else None,
            checked_by_id=cast.dewi.id if looked else None, checked_as=CheckerRole.CURATOR if looked else None,
        )  # fmt: skip

    today = clock.today()
    with transaction() as session:
        session.get_one(Maker, cast.shawl.maker_id).kind = MakerKind.GROUP
        session.add_all(
            [
                paper(CertificateKind.HALAL, "ID00110000123456789", CertificateState.VERIFIED),
                paper(CertificateKind.BATIKMARK, "BM-123", CertificateState.VERIFIED, today + timedelta(days=3)),
                paper(CertificateKind.SNI, "SNI 0239:2019", CertificateState.SEEN),
                paper(CertificateKind.BPOM, "MD 123456789012", CertificateState.STATED),
                paper(CertificateKind.P_IRT, "2091905010001-29", CertificateState.VERIFIED, today - timedelta(days=1)),
            ]
        )

    def marks(prefix: str = "") -> str:
        text = client.get(prefix + address(cast.shawl)).text
        return re.findall(r'<ul class="marks">.*?</ul>', text, re.S)[0]

    shown = marks()
    assert "Kelompok usaha bersama (KUBE)" in shown and "Beberapa keluarga" in shown
    assert "Sertifikat halal" in shown and "Bahan dan pembuatannya" in shown and "Batikmark" in shown
    assert not any(name in shown for name in ("SNI", "BPOM", "P-IRT")), "neither unverified nor over"
    assert "Several households make and sell together." in marks("/en")
    with clock.frozen(clock.now() + timedelta(days=5)), transaction():
        raise_edition()
    with clock.frozen(clock.now() + timedelta(days=5)):
        assert "Batikmark" not in marks() and "Sertifikat halal" in marks()


def test_programs_read_who_the_maker_is(client: FlaskClient, cast: Any) -> None:
    tell(cast)
    text = client.get(address(cast.shawl)).text
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    node = {one["@type"]: one for one in json.loads(found[0])["@graph"]}["Organization"]
    assert node["name"] == "Sanggar Contoh Ratna"
    assert node["address"]["addressLocality"] == "Sungai Baru"
    assert node["foundingDate"] == "2009"


def test_makers_are_listed_by_craft_and_place_with_their_pieces(client: FlaskClient, cast: Any) -> None:
    tell(cast)
    text = client.get("/makers").text
    assert "Sanggar Contoh Ratna" in text and "Timah Contoh Budi" in text and "1 karya" in text
    here = client.get("/makers?place=19.71").text
    assert "Timah Contoh Budi" in here and "Sanggar Contoh Ratna" not in here and "Kota Pangkal Pinang" in here
    assert '<link rel="canonical" href="http://localhost/makers?place=19.71">' in here and 'name="robots"' not in here
    assert "Timah Contoh Budi" not in client.get("/makers?craft=tenun-cual").text
    assert client.get("/makers?place=nowhere&after=x").status_code == 200


def test_workshop_people_and_addresses_elsewhere_are_told_in_both_languages(client: FlaskClient, cast: Any) -> None:
    with transaction():
        maker = db.session.get_one(Maker, cast.shawl.maker_id)
        hours = dict.fromkeys(range(1, 6), ("08.00", "16.00")) | {6: ("08.00", "12.00")}
        edit_workshop(maker, "Dua alat tenun.", "Two looms.", "hours", "Pintu biru.", "", hours)
        for _ in range(2):
            add_picture(maker, factories.image(alt_en="A loom"))
        add_person(maker, "Ratna", "menenun", "weaves", agrees=True, portrait=factories.image())
        put_links(
            maker,
            {LinkKind.TOKOPEDIA: "https://www.tokopedia.com/tenun-contoh", LinkKind.SITE: "https://tenun.example"},
        )
    text = client.get(address(cast.shawl)).text
    for words in (
        "Dua alat tenun.",
        "Senin–Jumat",
        "08.00–16.00 WIB",
        "Sabtu",
        "Pintu biru.",
        "menenun",
        "tenun-contoh",
    ):
        assert words in text, words
    assert 'href="https://www.tokopedia.com/tenun-contoh" rel="noopener nofollow external"' in text
    assert '"sameAs": ["https://' in text or '"sameAs":["https://' in text
    english = client.get(f"/en{address(cast.shawl)}").text
    for words in (
        "Two looms.",
        "Monday–Friday",
        "08:00–16:00 WIB",
        "weaves",
        '<p lang="id">Pintu biru.',
        "Own website",
    ):
        assert words in english, words


def test_a_page_that_is_kept_forgets_whoever_takes_their_word_back(client: FlaskClient, cast: Any) -> None:
    with transaction():
        person = add_person(db.session.get_one(Maker, cast.shawl.maker_id), "Wulan Contoh", agrees=True)
    assert "Wulan Contoh" in client.get(address(cast.shawl)).text
    with transaction():
        remove_person(db.session.get_one(Person, person.id))
    assert "Wulan Contoh" not in client.get(address(cast.shawl)).text


def test_a_hidden_maker_is_not_found_and_an_old_name_leads_on(client: FlaskClient, cast: Any) -> None:
    code = cast.shawl.maker.code
    assert client.get(f"/makers/nama-lama-{code}").location.endswith(address(cast.shawl))
    with transaction():
        db.session.get_one(Maker, cast.shawl.maker_id).is_shown = False
    assert client.get(f"/makers/nama-lama-{code}").status_code == 404


def test_a_maker_page_asks_little(client: FlaskClient, cast: Any, count_queries: Callable[..., Any]) -> None:
    with transaction():
        for number in range(8):
            factories.product(cast.ratnas, f"Kain {number}")
        maker = db.session.get_one(Maker, cast.shawl.maker_id)
        edit_workshop(maker, "Dua alat.", "", "hours", "", "", dict.fromkeys(range(1, 8), ("08.00", "16.00")))
        for number in range(4):
            add_picture(maker, factories.image())
            add_person(maker, f"Orang {number}", agrees=True, portrait=factories.image())
        put_links(maker, {LinkKind.SITE: "https://tenun.example"})
    client.get(f"{address(cast.shawl)}?seen=before")
    with count_queries(at_most=12):
        client.get(address(cast.shawl))
