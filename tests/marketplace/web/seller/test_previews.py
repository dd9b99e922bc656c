"""A piece as buyers will see it: the same parts, before anybody can buy it, with the change that waits."""

from __future__ import annotations

import re

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.inventory import workdays
from catalog.products.measures import Measures
from catalog.products.models import Fulfilment, Product
from marketplace.accounts.models import User
from marketplace.curation import changes
from marketplace.sellers.models import Seller
from marketplace.web.filters import weekday
from tests import factories
from tests.cast import Cast
from tests.marketplace.web.seller.conftest import Desk


def preview(desk: Desk, code: str) -> str:
    answer = desk.get(f"products/{code}/preview")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "private, no-store"
    return answer.text


def bought_from(text: str) -> str:
    return text.partition('<form class="product__form')[2].partition("</form>")[0]


def test_tells_day_size_and_weight_of_each_choice(ratnas: Desk, cast: Cast) -> None:
    with transaction():
        draft = factories.product(db.session.get_one(Seller, cast.ratnas.id), "Kain dua ukuran", variants=2, live=False)
        draft.variants[0].measures = Measures(piece_length=1800, piece_width=1000)
        draft.variants[1].weight = 650
        draft.variants[1].fulfilment, draft.variants[1].lead_days = Fulfilment.MADE_TO_ORDER, 20
        code = draft.code
    text = preview(ratnas, code)
    ready, later = (weekday(workdays.add(clock.today(), days)) for days in (2, 20))
    assert f"Siap, dikirim paling lambat {ready}" in text
    assert f"Dibuatkan untuk Anda, dikirim paling lambat {later}" in text
    facts = text.partition('class="facts')[2]
    assert "180 × 100 cm" in facts and "400 g" in facts and "650 g" in facts


def test_draws_what_the_shop_draws(ratnas: Desk, cast: Cast) -> None:
    with transaction():
        piece = db.session.get_one(Product, cast.shawl.id)
        factories.combined(piece, {"size": ("s", "l"), "colour": ("putih", "hijau")}, without=[("l", "hijau")])
        name = f"{piece.slug}-{piece.code}"
    shown, sold = preview(ratnas, cast.shawl.code), ratnas.client.get(f"/products/{name}").text
    for part in (
        '<h1 class="product__title".*?</h1>',
        '<div id="option-size">.*?</fieldset>',
        '<dl class="facts.*?</dl>',
    ):
        [of_shop] = re.findall(part, sold, re.S)
        assert of_shop in shown, part
    assert 'class="option-groups__chosen"' in shown


def test_nothing_can_be_bought_kept_or_asked_from_it(ratnas: Desk, cast: Cast) -> None:
    text = preview(ratnas, cast.shawl.code)
    assert re.search(r'<button class="button button--primary[^>]* disabled', bought_from(text))
    for part in ("formaction", "/questions", "share-row", "recent-pieces", "application/ld+json"):
        assert part not in text.partition("<main")[2], part


@pytest.mark.parametrize("path", ["", "?variant=zzzzzzzzzz"])
def test_a_draft_with_nothing_in_it_opens(ratnas: Desk, path: str) -> None:
    code = ratnas.post("products", {"title": "Kain saja"}).location.rsplit("/", 1)[-1]
    text = ratnas.get(f"products/{code}/preview{path}").text
    assert "Harganya belum ditentukan." in text and "Karya ini habis" not in text


def test_shows_the_change_that_waits_and_writes_nothing(ratnas: Desk, cast: Cast) -> None:
    with transaction():
        piece = db.session.get_one(Product, cast.shawl.id)
        changes.change_words(
            piece, {"title": "Selendang cual tiga warna"}, None, db.session.get_one(User, cast.ratna.id)
        )
    text = preview(ratnas, cast.shawl.code)
    assert "Selendang cual tiga warna" in text and "setelah kurator menyetujui" in text
    db.session.expire_all()
    assert db.session.get_one(Product, cast.shawl.id).title == cast.shawl.title != "Selendang cual tiga warna"
    assert "tiga warna" not in ratnas.client.get(f"/products/{cast.shawl.slug}-{cast.shawl.code}").text


def test_another_shop_sees_nothing(budis: Desk, cast: Cast) -> None:
    assert budis.get(f"products/{cast.shawl.code}/preview").status_code == 404
