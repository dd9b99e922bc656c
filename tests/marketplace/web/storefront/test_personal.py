"""Making a piece personal on its page: what is asked, what is refused and kept, who may see the picture."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from html import unescape
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from catalog.db import db, transaction
from catalog.money import Money
from catalog.products.models import Product
from catalog.products.personal import Field, Kind
from marketplace.accounts.models import Session
from marketplace.carts import services as carts
from marketplace.carts.files import sweep
from marketplace.carts.models import CartLine, Owner, PersonalFile
from marketplace.carts.queries import read_cart
from marketplace.checkout.services import place
from marketplace.orders.access import access_token
from marketplace.orders.models import OrderLine
from tests.cast import Cast
from tests.marketplace.checkout.shopping import of, request_for

NAME = Field(
    "name01", Kind.TEXT, "Nama <yang> diukir", "Name to engrave", is_required=True, price=Money(25_000), longest=12
)
FILE = Field("file01", Kind.FILE, "Gambar", "Picture")


@pytest.fixture
def plaque(cast: Cast) -> Product:
    with transaction():
        db.session.get_one(Product, cast.plaque.id).personal = [NAME.kept(), FILE.kept()]
    return cast.plaque


def jpeg() -> Any:
    body = io.BytesIO()
    Image.new("RGB", (400, 500), (120, 30, 40)).save(body, "JPEG")
    return (io.BytesIO(body.getvalue()), "gambar.jpg")


def put(client: Any, piece: Product, **values: Any) -> Any:
    data = {"variant": piece.variants[0].code, "quantity": "2", "form_token": client.form_token, **values}
    return client.post("/cart", data=data, content_type="multipart/form-data")


def test_the_page_asks_in_both_languages_and_is_the_same_for_everybody(
    plaque: Product, client: Any, sign_in: Any, cast: Cast
) -> None:
    address = f"/products/{plaque.slug}-{plaque.code}"
    page = client.get(address)
    assert "Nama &lt;yang&gt; diukir" in page.text and 'name="personal-name01"' in page.text
    assert 'enctype="multipart/form-data"' in page.text and "Rp25.000" in page.text
    assert page.text.count('class="field__optional"') == 1, "the name must be told, the picture need not be sent"
    assert "public" in page.headers["Cache-Control"]
    assert "Name to engrave" in client.get(f"/en{address}").text
    other = client.get(f"/products/{cast.shawl.slug}-{cast.shawl.code}").text
    assert "personal-" not in other and "enctype" not in other


@pytest.mark.parametrize("typed", ["", "Ratna Sari Dewi"])
def test_refuses_and_keeps_what_was_typed(plaque: Product, sign_in: Any, cast: Cast, typed: str) -> None:
    answer = put(sign_in(cast.sari), plaque, **{"personal-name01": typed, "personal-file01": jpeg()})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text and 'value="2"' in answer.text
    assert 'aria-invalid="true"' in answer.text and "no-store" in answer.headers["Cache-Control"]
    top = answer.text[: answer.text.index('class="product__gallery"')]
    assert "Nama &lt;yang&gt; diukir" in top and 'href="#personal-name01"' in top, "said where a phone begins to show"
    assert read_cart(of(cast.sari)).is_empty and not db.session.scalars(db.select(PersonalFile)).all()


def test_refuses_what_is_no_picture_by_name(plaque: Product, sign_in: Any, cast: Cast) -> None:
    answer = put(
        sign_in(cast.sari), plaque,
        **{"personal-name01": "Ratna", "personal-file01": (io.BytesIO(b"<svg onload=alert(1)>"), "x.jpg")},
    )  # fmt: skip
    assert answer.status_code == 422 and 'id="personal-file01-error"' in answer.text
    assert 'value="Ratna"' in answer.text


def test_the_picture_is_seen_by_buyer_and_maker_only_and_goes_with_its_line(
    app: Flask, plaque: Product, sign_in: Any, cast: Cast
) -> None:
    sari = sign_in(cast.sari)
    assert put(sari, plaque, **{"personal-name01": "<b>Ratna</b>", "personal-file01": jpeg()}).status_code == 303
    cart = sari.get("/cart").text
    assert "&lt;b&gt;Ratna&lt;/b&gt;" in cart and "Rp350.000" in cart
    line = db.session.scalars(db.select(CartLine)).one()
    db.session.rollback()
    address = f"/cart/lines/{line.code}/file"
    answer = sari.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "private, no-store"
    for other in (cast.budi, cast.ratna, cast.tono):
        assert sign_in(other).get(address).status_code == 404
    private = app.extensions["house"].ports.private
    with transaction():
        assert sweep(private, OrderLine, timedelta(0)) == 0
    sari.post(f"/cart/lines/{line.code}/removal", data={"form_token": sari.form_token})
    with transaction():
        assert sweep(private, OrderLine, timedelta(0)) == 2


def test_the_letter_and_the_purchases_page_say_what_is_made_and_what_the_card_says(
    app: Flask, plaque: Product, cast: Cast, sign_in: Any, work: Any
) -> None:
    sari = sign_in(cast.sari)
    with transaction():
        carts.add(of(cast.sari), plaque.variants[0].code, 1, {"name01": "Ratna"})
        carts.tell_seller(of(cast.sari), cast.budis.code, "", "Selamat ulang tahun!")
        code = place(of(cast.sari), request_for(of(cast.sari))).purchase.code
    work()
    folder = app.extensions["house"].settings.mails_dir
    letters = [message_from_bytes(one.read_bytes(), policy=default) for one in folder.rglob("*.eml")]
    (letter,) = [one for one in letters if one["To"] and "sari@" in one["To"]]
    for kind in ("plain", "html"):
        body = letter.get_body((kind,))
        assert body is not None
        text = unescape(body.get_content())
        assert "Nama <yang> diukir: Ratna" in text and "Selamat ulang tahun!" in text
    page = sari.get(f"/en/purchases/{code}").text
    assert "Name to engrave: Ratna" in page and "Selamat ulang tahun!" in page


def test_a_guest_sees_the_picture_that_was_sent_by_the_link_of_the_purchase(
    app: Flask, plaque: Product, cast: Cast
) -> None:
    browser = app.test_client()
    token = {"form_token": ""}
    data = {"variant": plaque.variants[0].code, "personal-name01": "Ratna", "personal-file01": jpeg(), **token}
    assert browser.post("/cart", data=data, content_type="multipart/form-data").status_code == 303
    session = db.session.scalars(db.select(Session).where(Session.user_id.is_(None))).one()
    with transaction():
        placed = place(Owner(session=session), request_for(Owner(session=session)))
        code = placed.purchase.code
    address = f"/purchases/{code}?token={access_token(app.extensions['house'].settings.secret_key, code)}"
    page = unescape(app.test_client().get(address).text)
    pictures = re.findall(r'(?:src|href)="(/purchases/[^"]+/file[^"]*)"', page)
    assert len(pictures) == 2 and {app.test_client().get(one).status_code for one in pictures} == {200}
    assert app.test_client().get(pictures[0].split("?")[0]).status_code == 404


def test_what_is_made_personal_is_changed_in_the_cart_and_the_picture_stays_or_goes(
    plaque: Product, sign_in: Any, cast: Cast, client: Any, count_queries: Any
) -> None:
    sari = sign_in(cast.sari)
    assert put(sari, plaque, **{"personal-name01": "Ratna", "personal-file01": jpeg()}).status_code == 303
    line = db.session.scalars(db.select(CartLine)).one()
    picture, code = line.file_id, line.code
    address = f"/cart/lines/{code}/answers"
    db.session.rollback()
    assert address in sari.get("/cart").text and f"{code}/file?size=small" in sari.get("/cart").text
    with count_queries(at_most=12):
        page = sari.get(address).text
    assert 'value="Ratna"' in page and f"/cart/lines/{code}/file?size=small" in page
    for other in (client, sign_in(cast.budi), sign_in(cast.ratna)):
        assert other.get(address).status_code == 404
        assert other.post(
            address, data={"personal-name01": "Budi", "form_token": getattr(other, "form_token", "")}
        ).status_code in (400, 404)

    def change(**values: Any) -> Any:
        data = {"form_token": sari.form_token, **values}
        answer = sari.post(address, data=data, content_type="multipart/form-data")
        db.session.rollback()
        return answer

    refused = change(**{"personal-name01": "Nama yang terlalu panjang"})
    assert refused.status_code == 422 and 'value="Nama yang terlalu panjang"' in refused.text
    assert change(**{"personal-name01": "Sari"}).status_code == 303
    (row,) = db.session.scalars(db.select(CartLine))
    assert (row.answers[0].value, row.file_id, row.quantity) == ("Sari", picture, 2)
    assert row.seen_price == Money(350_000) and read_cart(of(cast.sari)).is_buyable
    change(**{"personal-name01": "Sari", "without_file": "y"})
    (row,) = db.session.scalars(db.select(CartLine))
    assert (len(row.answers), row.file_id) == (1, None)
    change(**{"personal-name01": "Sari", "personal-file01": jpeg()})
    (row,) = db.session.scalars(db.select(CartLine))
    assert len(row.answers) == 2 and row.file_id not in (None, picture)


def test_two_lines_that_are_made_the_same_become_one(plaque: Product, sign_in: Any, cast: Cast) -> None:
    with transaction():
        for name in ("Ratna", "Dewi"):
            carts.add(of(cast.sari), plaque.variants[0].code, 2, {"name01": name})
    lines = db.session.scalars(db.select(CartLine).order_by(CartLine.id)).all()
    code = lines[1].code
    db.session.rollback()
    sari = sign_in(cast.sari)
    data = {"personal-name01": " Ratna ", "form_token": sari.form_token}
    assert sari.post(f"/cart/lines/{code}/answers", data=data).status_code == 303
    db.session.rollback()
    (row,) = db.session.scalars(db.select(CartLine))
    assert (row.quantity, row.answers[0].value) == (4, "Ratna")
    assert sari.post(f"/cart/lines/{code}/answers", data=data).status_code == 404, "and again changes nothing"


def test_words_that_the_maker_asks_for_no_more_are_let_go_in_the_cart(
    plaque: Product, sign_in: Any, cast: Cast
) -> None:
    with transaction():
        carts.add(of(cast.sari), plaque.variants[0].code, 1, {"name01": "Ratna"})
    with transaction():
        db.session.get_one(Product, plaque.id).personal = []
    sari = sign_in(cast.sari)
    code = db.session.scalars(db.select(CartLine.code)).one()
    address = f"/cart/lines/{code}/answers"
    assert address in sari.get("/cart").text and not read_cart(of(db.session.merge(cast.sari))).is_buyable
    page = sari.get(address)
    assert page.status_code == 200 and "Ratna" in page.text and "Lanjutkan tanpa itu" in page.text
    db.session.rollback()
    assert sari.post(address, data={"form_token": sari.form_token}).status_code == 303
    db.session.rollback()
    assert db.session.scalars(db.select(CartLine)).one().answers == []
    assert read_cart(of(db.session.merge(cast.sari))).is_buyable
    assert sari.get(address).status_code == 404, "nothing is asked, nothing is told"
