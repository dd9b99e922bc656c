"""A buyer's return on its pages, also without an account; what the shop and the operator see of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image as PillowImage

from catalog.db import db, transaction
from marketplace.accounts.models import Role
from marketplace.notifications.models import Notification
from marketplace.orders.access import access_token
from marketplace.orders.models import Order
from marketplace.returns.laws import check_laws
from marketplace.returns.models import Return, ReturnPhoto, ReturnState
from tests import factories
from tests.cast import Cast
from tests.marketplace.checkout.shopping import guest
from tests.marketplace.notifications.post_office import PostOffice
from tests.marketplace.notifications.post_office import work as deliver
from tests.marketplace.returns.coming import came, over

WORDS = "Ada benang yang putus <b>di tepi</b> kain."


def photo() -> tuple[io.BytesIO, str]:
    body = io.BytesIO()
    PillowImage.new("RGB", (640, 480), "#8a1d24").save(body, "JPEG")
    return io.BytesIO(body.getvalue()), "robek.jpg"


@pytest.fixture
def order(app: Flask, cast: Cast) -> Order:
    """Two shawls that a guest has bought and received."""
    with transaction():
        owner = guest()
    order = came(cast, (cast.shawl, 2), owner=owner)
    assert order.lines and order.purchase  # read now: requests end the session that knows them
    return order


@pytest.fixture
def link(app: Flask, order: Order) -> str:
    return access_token(app.extensions["house"].settings.secret_key, order.purchase.code)


def form(order: Order, link: str, **typed: Any) -> dict[str, Any]:
    code = order.lines[0].code
    return {
        "token": link, "kind": "claim", f"pieces-{code}": "1", f"reason-{code}": "damaged", "words": WORDS, **typed,
    }  # fmt: skip


def address(order: Order) -> str:
    return f"/purchases/{order.purchase.code}/orders/{order.code}/returns"


def test_a_guest_claims_with_photos_and_follows_it(
    client: FlaskClient, order: Order, link: str, count_queries: Callable[..., Any]
) -> None:
    with count_queries(at_most=14):
        page = client.get(f"{address(order)}/new?token={link}")
    assert page.status_code == 200 and page.headers["Referrer-Policy"] == "no-referrer"
    assert client.get(f"{address(order)}/new").status_code == 404, "the address alone opens nothing"
    sent = client.post(address(order), data=form(order, link, photos=[photo()]))
    assert sent.status_code == 303
    found = db.session.scalars(db.select(Return)).one()
    code, picture = found.code, found.photos[0].code
    with count_queries(at_most=18):
        page = client.get(sent.location)
    assert page.status_code == 200
    assert "&lt;b&gt;di tepi&lt;/b&gt;" in page.text
    picture = f"/purchases/{order.purchase.code}/returns/photos/{picture}"
    assert client.get(picture).status_code == 404
    shown = client.get(f"{picture}?token={link}&size=small")
    assert (shown.content_type, shown.headers["Cache-Control"]) == ("image/webp", "private, no-store")
    listed = client.get(f"/purchases/{order.purchase.code}?token={link}").text
    assert code in listed
    told = {one.kind for one in db.session.scalars(db.select(Notification))}
    assert {"return-moved", "return-asked"} <= told


def test_two_pieces_are_both_told_and_the_money_asks_where_to(
    app: Flask, cast: Cast, client: FlaskClient, sign_in: Callable[[Any], FlaskClient]
) -> None:
    with transaction():
        owner, belt = guest(), factories.product(db.session.merge(cast.ratnas), "Ikat pinggang cual")
    order = came(cast, (cast.shawl, 1), (belt, 2), owner=owner)
    link = access_token(app.extensions["house"].settings.secret_key, order.purchase.code)
    second, shop = order.lines[1].code, cast.ratnas.code
    typed = form(order, link, **{f"pieces-{second}": "2", f"reason-{second}": "late"})
    page = client.post(address(order), data=typed).location
    found = db.session.scalars(db.select(Return.code)).one()
    ratna, office = sign_in(cast.ratna), PostOffice()
    listed = ratna.get(f"/seller/{shop}/returns").text
    assert "Klaim · 1 × Selendang cual kembang setaman · 2 lagi" in listed
    deliver(app, office)
    told = {one.to: one.text for one in office.sent if "Klaim: " in one.text}
    lines = "Klaim: 1 × Selendang cual kembang setaman · Rusak\nKlaim: 2 × Ikat pinggang cual · Datang terlambat\n"
    assert len(told) == 2 and all(lines in text for text in told.values()), "the buyer and the shop"
    assert "/payback" not in client.get(page).text
    answer = {"form_token": ratna.form_token, "remedy": "refund"}
    assert ratna.post(f"/seller/{shop}/returns/{found}/moves/accept", data=answer).status_code == 303
    assert f"/payback?token={link}" in client.get(page).text


def test_a_refused_form_keeps_what_was_typed_and_the_photos(client: FlaskClient, order: Order, link: str) -> None:
    page = client.post(address(order), data=form(order, link, words="rusak", photos=[photo()]))
    assert page.status_code == 200, "a success, so that the photos stay"
    (kept,) = db.session.scalars(db.select(ReturnPhoto))
    assert kept.return_id is None and kept.code in page.text and ">rusak</textarea>" in page.text
    assert 'id="words-error"' in page.text
    sent = client.post(address(order), data=form(order, link, kept=[kept.code]))
    assert sent.status_code == 303
    assert db.session.scalars(db.select(Return)).one().photos[0].code == kept.code
    without = client.post(address(order), data=form(order, link, kind="", words=""))
    assert without.status_code == 422


def test_what_is_no_picture_is_refused_by_name(client: FlaskClient, order: Order, link: str) -> None:
    page = client.post(address(order), data=form(order, link, photos=[(io.BytesIO(b"<svg>"), "jahat.jpg")]))
    assert page.status_code == 422 and "jahat.jpg" in page.text
    assert db.session.scalars(db.select(Return)).all() == []


def test_another_shop_sees_nothing_and_a_stranger_neither(
    cast: Cast, order: Order, link: str, client: FlaskClient, sign_in: Callable[[Any], FlaskClient]
) -> None:
    budi, shop = sign_in(cast.budi), cast.budis.code
    client.post(address(order), data=form(order, link))
    found = db.session.scalars(db.select(Return)).one()
    assert budi.get(f"/seller/{shop}/returns/{found.code}").status_code == 404
    assert budi.get(f"/purchases/{order.purchase.code}/returns/{found.code}").status_code == 404
    assert budi.get(f"/operator/returns/{found.code}").status_code == 404


def test_shop_buyer_and_operator_settle_it_between_them(
    cast: Cast, order: Order, link: str, client: FlaskClient, sign_in: Callable[[Any], FlaskClient]
) -> None:
    ratna, tono, shop = sign_in(cast.ratna), sign_in(cast.tono), cast.ratnas.code
    client.post(address(order), data=form(order, link))
    found = db.session.scalars(db.select(Return)).one()
    key, code = found.id, order.lines[0].code

    def post(who: Any, path: str, **data: str) -> Any:
        return who.post(path, data={"form_token": who.form_token, **data})

    desk = f"/seller/{shop}/returns/{found.code}"
    assert found.code in ratna.get(f"/seller/{shop}/returns").text
    assert ratna.get(desk).status_code == 200
    wrong = post(ratna, f"{desk}/moves/accept", deed="answer", remedy="refund", **{f"granted-{code}": "banyak"})
    assert wrong.status_code == 422 and f'id="granted-{code}-error"' in wrong.text
    wrong = post(ratna, f"{desk}/moves/accept", deed="answer", remedy="replacement", promised_on="besok")
    assert wrong.status_code == 422 and 'id="promised_on-error"' in wrong.text
    part = {f"granted-{code}": "500.000"}
    assert post(ratna, f"{desk}/moves/accept", deed="answer", remedy="refund", **part).status_code == 303
    mine = f"/purchases/{order.purchase.code}/returns/{found.code}"
    assert "Rp500.000" in client.get(f"{mine}?token={link}").text
    why = "Itu tidak cukup untuk menambal kain."
    assert (
        client.post(f"{mine}/moves/escalate", data={"token": link, "deed": "escalate", "words": why}).status_code == 303
    )
    assert client.post(f"{mine}/moves/take", data={"token": link}).status_code == 409
    assert client.post(f"{mine}/moves/explode", data={"token": link}).status_code == 404
    assert found.code in tono.get("/operator/returns").text
    page = post(tono, f"/operator/returns/{found.code}/decision", remedy="refund", words="")
    assert page.status_code == 422
    page = post(tono, f"/operator/returns/{found.code}/decision", remedy="refund", words="Foto memang menunjukkannya.")
    assert page.status_code == 303
    assert post(ratna, f"{desk}/moves/appeal", words="pendek").status_code == 422
    db.session.rollback()
    found = db.session.get_one(Return, key, populate_existing=True)
    assert found.state is ReturnState.DECIDED
    code = found.code
    with transaction():
        factories.user("Wulan", roles=(Role.OPERATOR,))
    assert post(ratna, f"{desk}/moves/appeal", words="Foto itu dari kain yang lain.").status_code == 303
    page = tono.get(f"/operator/returns/{code}").text
    assert "operator lain" in page and 'name="remedy"' not in page, "who gave the first word does not give the last"
    assert check_laws() == []


def test_what_is_over_for_long_offers_no_form(
    cast: Cast, app: Flask, client: FlaskClient, order: Order, link: str
) -> None:
    over(order)
    page = client.get(f"{address(order)}/new?token={link}").text
    assert 'value="changed-mind"' not in page and 'value="hidden-defect"' in page


def test_another_size_is_chosen_from_a_list_and_named_to_shop_and_buyer(
    app: Flask, cast: Cast, client: FlaskClient, sign_in: Callable[[Any], FlaskClient],
    count_queries: Callable[..., Any],
) -> None:  # fmt: skip
    with transaction():
        shirt = factories.product(cast.ratnas, "Kemeja batik", price=300_000, stock=2, variants=3)
        shirt.variants[1].price = shirt.variants[0].price
        owner = guest()
        large, dear = (one.code for one in shirt.variants[1:])
    order = came(cast, (shirt, 1), owner=owner)
    link = access_token(app.extensions["house"].settings.secret_key, order.purchase.code)
    place, line = address(order), order.lines[0].code
    with count_queries(at_most=17):
        page = client.get(f"{place}/new?token={link}").text
    assert f'<option value="{large}">Ukuran 2</option>' in page and dear not in page
    assert "Yang sama lagi: Ukuran 1" in page
    typed = {**form(order, link, kind="exchange"), f"reason-{line}": "changed-mind", f"wanted-{line}": dear}
    purchase, shop = order.purchase.code, cast.ratnas.code
    refused = client.post(place, data=typed)
    assert refused.status_code == 422 and f'id="wanted-{line}-error"' in refused.text
    refused = client.post(place, data={**typed, f"wanted-{line}": large, "kind": "return"})
    assert 'id="kind-error"' in refused.text and f'<option value="{large}" selected>' in refused.text
    assert client.post(place, data={**typed, f"wanted-{line}": large}).status_code == 303
    found = db.session.scalars(db.select(Return.code)).one()
    told = {one.kind: one.params for one in db.session.scalars(db.select(Notification))}
    assert told["return-asked"]["wanted"] == {"choices": "Ukuran 2", "choices_en": "Size 2"}
    ratna = sign_in(cast.ratna)
    with count_queries(at_most=22):
        desk = ratna.get(f"/seller/{shop}/returns/{found}").text
    assert "Ganti yang diminta: Ukuran 2" in desk
    assert "opsional" not in desk.split('for="promised_on"')[1].split("</label>")[0], "what was asked for needs a day"
    answer = {"deed": "answer", "remedy": "replacement", "promised_on": "2026-12-20", "sends_back": "y"}
    sent = ratna.post(f"/seller/{shop}/returns/{found}/moves/accept", data={"form_token": ratna.form_token, **answer})
    assert sent.status_code == 303
    assert "Another piece: Size 2" in client.get(f"/en/purchases/{purchase}/returns/{found}?token={link}").text
    (letter,) = [
        one for one in db.session.scalars(db.select(Notification).where(Notification.kind == "return-moved"))
        if one.params["event"] == "accept"
    ]  # fmt: skip
    assert letter.params["wanted"]["choices_en"] == "Size 2"
