"""Wishlists and “tell me when it is back” as people use them, without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from catalog.db import db, transaction
from catalog.inventory.services import adjust
from catalog.products.models import Variant
from marketplace.wishlists import services, watches
from marketplace.wishlists.links import watch_token
from marketplace.wishlists.models import Watch, Wish
from tests import factories
from tests.cast import Cast


def token(client: FlaskClient) -> dict[str, str]:
    return {"form_token": getattr(client, "form_token", "")}


def test_a_guest_signs_in_and_finds_the_piece_still_there(app: Flask, cast: Cast) -> None:
    browser = app.test_client()
    variant = cast.shawl.variants[0].code
    answer = browser.post("/wishes", data={"variant": variant, "quantity": "1"})
    assert answer.location == f"/account/wishes/new?variant={variant}"
    door = browser.get(answer.location)
    assert door.location.startswith("/account/session/new?next=")
    entered = browser.post(
        "/account/session",
        data={"email": "sari@contoh.example", "password": factories.PASSWORD, "next": answer.location},
    )
    page = browser.get(entered.location).text
    assert "Selendang cual kembang setaman" in page and f'value="{variant}"' in page
    kept = {"variant": variant, "list": "+", "name": "Untuk Ibu"}
    kept["form_token"] = re.search(r'name="form_token" value="(\w+)"', page)[1]  # type: ignore[index]
    saved = browser.post("/account/wishes", data=kept)
    assert saved.status_code == 303
    assert "Untuk Ibu" in browser.get(saved.location).text


def test_one_press_keeps_it_where_there_is_no_choice(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> None:
    sari, variant = sign_in(cast.sari), cast.shawl.variants[0].code
    address = f"/products/{cast.shawl.slug}-{cast.shawl.code}"
    assert 'formaction="/wishes"' in sari.get(address).text
    for said in ("Tersimpan di daftar “Daftar keinginan saya”", "sudah ada di daftar"):
        back = sari.post("/wishes", data={"variant": variant, **token(sari)})
        assert back.location == f"{address}?variant={variant}"
        assert said in sari.get(back.location).text
    assert sari.post("/wishes", data={"variant": "0000000000", **token(sari)}).status_code == 422
    with transaction():
        services.make(cast.sari, "Lain")
    assert sari.post("/wishes", data={"variant": variant, **token(sari)}).location.startswith("/account/wishes/new")


def test_a_wrong_name_is_told_and_nothing_typed_is_lost(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> None:
    with transaction():
        services.make(cast.sari, "Rumah")
    sari, variant = sign_in(cast.sari), cast.shawl.variants[0].code
    answer = sari.post("/account/wishes", data={"variant": variant, "list": "+", "name": "Rumah", **token(sari)})
    assert answer.status_code == 422
    assert "sudah punya daftar dengan nama ini" in answer.text and 'value="Rumah"' in answer.text
    wrong = sari.post("/account/wishes", data={"variant": variant, "list": "zzz", "name": "", **token(sari)})
    assert wrong.status_code == 404
    empty = sari.post("/account/wishlists", data={"name": " ", **token(sari)})
    assert empty.status_code == 422 and "Beri daftar ini nama" in empty.text


def test_moving_to_the_cart_takes_it_off_the_list_and_what_is_sold_out_stays(
    cast: Cast, sign_in: Callable[[Any], FlaskClient]
) -> None:
    with transaction():
        code = services.make(cast.sari, "Rumah").code
        for one in (cast.shawl, cast.plaque):
            services.wish(cast.sari, one.variants[0].code, code)
        adjust(db.session.get_one(Variant, cast.plaque.variants[0].id), -5, "count")
        wishes = {one.variant_id: one.code for one in db.session.scalars(db.select(Wish))}
    sari = sign_in(cast.sari)
    shawl, plaque = (wishes[one.variants[0].id] for one in (cast.shawl, cast.plaque))
    assert sari.post(f"/account/wishes/{shawl}/cart", data=token(sari)).location == "/cart"
    assert "Selendang cual" in sari.get("/cart").text
    refused = sari.post(f"/account/wishes/{plaque}/cart", data=token(sari))
    page = sari.get(refused.location).text
    assert refused.location == f"/account/wishlists/{code}"
    assert "Habis" in page and "Plakat pewter" in page and "/watches/new?variant=" in page
    assert "Selendang cual" not in page


def test_a_shared_list_tells_strangers_of_the_pieces_and_nothing_of_its_owner(
    app: Flask, cast: Cast, sign_in: Callable[[Any], FlaskClient], count_queries: Any
) -> None:
    with transaction():
        code = services.make(cast.sari, "Pernikahan").code
        services.wish(cast.sari, cast.shawl.variants[0].code, code)
    sari, stranger = sign_in(cast.sari), app.test_client()
    sari.post(f"/account/wishlists/{code}/link", data=token(sari))
    link = re.search(r'href="http://localhost(/wishlists/[^"]+)"', sari.get(f"/account/wishlists/{code}").text)[1]  # type: ignore[index]
    with count_queries(at_most=6):
        answer = stranger.get(link)
    assert "Pernikahan" in answer.text and "Selendang cual" in answer.text
    for secret in ("Sari", "sari@contoh.example", cast.sari.code, code):
        assert secret not in answer.text
    assert "noindex" in answer.headers["X-Robots-Tag"] and answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers
    sari.post(f"/account/wishlists/{code}", data={"name": "Pernikahan", "shown_name": "Mbak S.", **token(sari)})
    assert "Mbak S." in stranger.get(link).text
    sari.post(f"/account/wishlists/{code}/link/removal", data=token(sari))
    assert stranger.get(link).status_code == 404
    for wrong in ("/wishlists/x", f"/wishlists/{code}", link[:-1]):
        assert stranger.get(wrong).status_code == 404


def test_a_guest_asks_confirms_and_leaves_by_the_links(app: Flask, cast: Cast, work: Callable[[], int]) -> None:
    with transaction():
        gone = factories.product(cast.ratnas, "Kain yang habis", stock=0, variants=2)
        first, second = (one.code for one in gone.variants)
        address = f"/products/{gone.slug}-{gone.code}"
    browser = app.test_client()
    assert f"/watches/new?product={gone.code}" in browser.get(address).text
    page = browser.get(f"/watches/new?product={gone.code}")
    assert first in page.text and second in page.text and "Set-Cookie" not in page.headers
    assert "/watches/new" not in browser.get(f"/products/{cast.shawl.slug}-{cast.shawl.code}").text
    assert browser.get(f"/watches/new?product={cast.shawl.code}").status_code == 404
    wrong = browser.post("/watches", data={"variant": second, "email": "tamu"})
    assert wrong.status_code == 422 and 'value="tamu"' in wrong.text
    answers = [browser.post("/watches", data={"variant": second, "email": " Tamu@Contoh.example "}) for _ in range(2)]
    found = db.session.scalars(db.select(Watch)).one()
    assert (found.email, found.confirmed_at) == ("tamu@contoh.example", None)
    link = f"/watches/{watch_token(app.extensions['house'].settings.secret_key, found.code)}"
    assert "Ya, kabari saya" in browser.get(link).text
    db.session.expire_all()
    assert db.session.scalars(db.select(Watch.confirmed_at)).one() is None, "opening a link changes nothing"
    assert browser.post(f"{link}/confirmation").status_code == 200
    answers.append(browser.post("/watches", data={"variant": second, "email": "tamu@contoh.example"}))
    assert len({one.text for one in answers}) == 1, "nobody learns whether an address waits already"
    left = browser.post(link, data={"List-Unsubscribe": "One-Click"})
    assert left.status_code == 200 and "Alamat sudah dihapus" in left.text
    assert browser.get(link).status_code == 404
    for other in ("/watches/x.y", f"{link}x"):
        assert browser.post(other).status_code == 404


def test_nobody_floods_an_address(app: Flask, cast: Cast) -> None:
    with transaction():
        variant = factories.product(cast.ratnas, "Kain yang habis", stock=0).variants[0].code
    browser = app.test_client()
    codes = [
        browser.post("/watches", data={"variant": variant, "email": "tamu@contoh.example"}).status_code
        for _ in range(7)
    ]
    assert codes == [200] * 6 + [429]


def test_a_person_waits_by_one_press_and_stops_by_another(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> None:
    with transaction():
        variant = factories.product(cast.ratnas, "Kain yang habis", stock=0).variants[0].code
    sari, budi = sign_in(cast.sari), sign_in(cast.budi)
    assert 'name="email"' not in sari.get(f"/watches/new?variant={variant}").text
    asked = sari.post("/watches", data={"variant": variant, "email": "budi@contoh.example", **token(sari)})
    assert asked.status_code == 303
    found = db.session.scalars(db.select(Watch)).one()
    assert (found.email, found.user_id) == ("sari@contoh.example", cast.sari.id)
    assert "Kain yang habis" in sari.get("/account/wishlists").text
    assert budi.post(f"/account/watches/{found.code}/removal", data=token(budi)).status_code == 404
    assert sari.post(f"/account/watches/{found.code}/removal", data=token(sari)).status_code == 303
    assert watches.leave(found.code) is False
