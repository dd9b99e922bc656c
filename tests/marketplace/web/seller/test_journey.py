"""Apply → open → a piece with a photo → checklist → curators → found → ordered → accepted → sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from catalog.crafts.models import Material, Technique
from catalog.db import db, transaction
from catalog.products.models import Product, ProductState
from catalog.search.query import Query
from marketplace.accounts.models import User
from marketplace.curation import services as curation
from marketplace.curation.queries import latest_submission
from marketplace.orders.access import pickup_code
from marketplace.orders.models import Order, OrderState
from marketplace.sellers import services as sellers
from marketplace.sellers.models import Seller, SellerState
from marketplace.sellers.queries import latest_application
from tests import factories
from tests.cast import Cast
from tests.marketplace.web.seller.conftest import Desk, jpeg


def test_an_artisan_opens_a_shop_and_sells(
    app: Flask, cast: Cast, sign_in: Callable[[Any], FlaskClient], buy: Callable[..., Order]
) -> None:
    with transaction():
        newcomer = factories.user("Wati", email="wati@contoh.example")
        factories.named(Material, "tempurung", "Tempurung kelapa")
        factories.named(Technique, "bubut", "Bubut")
    ids = {name: getattr(cast, name).id for name in ("tono", "dewi")}
    browser = sign_in(newcomer)
    token = {"form_token": browser.form_token}  # type: ignore[attr-defined]

    # She applies.
    answer = browser.post("/account/applications", data={
        **token, "name": "Batok Contoh Wati", "kind": "household", "crafts": ["tenun-cual"], "place_q": "Kelapa, Bangka Barat",
        "address": "Jalan Kelapa 2", "phone": "0812 1111 2222", "people": "2", "accepts_cash": "y",
    })  # fmt: skip
    assert answer.status_code in (303, 422)
    if answer.status_code == 422:  # several places are called so: she chooses the district
        answer = browser.post("/account/applications", data={
            **token, "name": "Batok Contoh Wati", "kind": "household", "crafts": ["tenun-cual"], "place_q": "Kelapa, Bangka Barat",
            "place_asked": "Kelapa, Bangka Barat", "place_code": "19.05.04", "address": "Jalan Kelapa 2",
            "phone": "0812 1111 2222", "people": "2", "accepts_cash": "y",
        })  # fmt: skip
    assert answer.status_code == 303
    shop = db.session.scalar(db.select(Seller).where(Seller.name == "Batok Contoh Wati"))
    assert shop is not None and shop.state is SellerState.APPLIED and shop.district_code == "19.05.04"
    code, shop_id = shop.code, shop.id
    desk = Desk(browser, code, "", "")
    assert desk.get().status_code == 200

    # The operator opens it.
    with transaction():
        application = latest_application(db.session.get_one(Seller, shop_id))
        assert application is not None
        sellers.approve(application, db.session.get_one(User, ids["tono"]))

    # A photo and a name.
    answer = desk.post(
        "products", {"title": "Mangkuk batok kelapa", "craft": "tenun-cual", "pictures": [(jpeg(), "IMG_1.jpg")]}
    )
    assert answer.status_code == 303, answer.text
    piece = db.session.scalar(db.select(Product).where(Product.seller_id == shop_id))
    assert piece is not None and piece.state is ProductState.DRAFT and len(piece.pictures) == 1
    product, piece_id, picture, version = piece.code, piece.id, piece.pictures[0].image.code, piece.version
    page = desk.get(f"products/{product}").text
    assert "checklist__item--done" in page and f"/products/{product}/edit#materials" in page
    assert desk.post(f"products/{product}/submission").status_code == 422

    # Words, figures, the photo's description.
    words = {
        "version": version, "title": "Mangkuk batok kelapa", "craft": "tenun-cual", "materials": ["tempurung"], "techniques": ["bubut"],
        "description": "Mangkuk dari tempurung kelapa tua, dipoles dengan minyak kelapa, lebar 14 cm.", "animal_material": "none",
        "care": "Cuci dengan tangan, jangan direndam.",
    }  # fmt: skip
    assert desk.post(f"products/{product}", words).status_code == 303
    version = int(re.search(r'name="version" value="(\d+)"', desk.get(f"products/{product}/variants").text)[1])  # type: ignore[index]
    figures = {
        "version": version, "variants-0-values": "", "variants-0-price": "85.000", "variants-0-stock": "4", "variants-0-stock_seen": "",
        "variants-0-weight": "250", "variants-0-length": "15", "variants-0-width": "15", "variants-0-height": "7,5",
        "variants-0-fulfilment": "ready", "variants-0-dispatch_days": "2",
    }  # fmt: skip
    answer = desk.post(f"products/{product}/variants", figures)
    assert answer.status_code == 303, answer.text
    assert (
        desk.post(
            f"products/{product}/pictures/descriptions", {f"alt-{picture}": "Mangkuk bulat dari tempurung"}
        ).status_code
        == 303
    )

    # The curators look at it, and it is found.
    answer = desk.post(f"products/{product}/submission")
    assert answer.status_code == 303, answer.text
    with transaction():
        submission = latest_submission(db.session.get_one(Product, piece_id))
        assert submission is not None
        curation.approve(submission, db.session.get_one(User, ids["dewi"]))
    found = app.extensions["house"].ports.search.search(Query("mangkok batok"))
    assert product in [hit.code for hit in found.hits]

    # Sari orders one; Wati accepts and sends it.
    order = buy(db.session.get_one(Product, piece_id), delivery="pickup")
    assert order.state is OrderState.TO_CONFIRM
    order_code, order_id = order.code, order.id
    assert order_code in desk.get("orders").text
    assert desk.post(f"orders/{order_code}/confirmation").status_code == 303
    assert "Sari Utami" in desk.get(f"orders/{order_code}").text
    assert "Sari Utami" in desk.get(f"orders/{order_code}/slip").text
    assert desk.post(f"orders/{order_code}/shipment").status_code == 303
    assert desk.post(f"orders/{order_code}/delivery").status_code == 422, "handing over needs the buyer's code"
    code = pickup_code(app.extensions["house"].settings.secret_key, order_code)
    assert desk.post(f"orders/{order_code}/delivery", {"code": code}).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Order, order_id).state is OrderState.DELIVERED
