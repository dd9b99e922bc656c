"""The address book: places down to the village, postal codes that fit, and nobody else's book."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.db import db, transaction
from catalog.errors import Conflict
from marketplace.checkout import addresses
from marketplace.checkout.models import Address
from marketplace.orders.models import Purchase
from tests.cast import Cast

HOME = {
    "label": "Rumah", "recipient": "Sari", "phone": "0812 3456 7890", "address": "Jalan Contoh 2, dekat pasar",
    "place_code": "19.05.01.1003", "postal_code": "33311",
}  # fmt: skip
FORM = {**HOME, "place_q": "Sungai Baru", "place_asked": "Sungai Baru"}


@pytest.fixture
def sari(cast: Cast, sign_in: Any) -> FlaskClient:
    return sign_in(cast.sari)  # type: ignore[no-any-return]


def post(client: Any, path: str, **form: str) -> Any:
    return client.post(f"/en{path}", data={"form_token": client.form_token, **form})


def book(cast: Cast) -> list[Address]:
    db.session.rollback()
    return addresses.list_addresses(cast.sari)


def test_an_address_is_kept_down_to_the_village(cast: Cast, sari: FlaskClient) -> None:
    assert post(sari, "/account/addresses", **FORM).status_code == 303
    (one,) = book(cast)
    assert (one.place_code, one.postal_code, one.phone, one.is_default) == (
        "19.05.01.1003", "33311", "+6281234567890", True,
    )  # fmt: skip
    assert "Jalan Contoh 2" in sari.get("/en/account/addresses").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"postal_code": "12510"}, "12510"),
        ({"postal_code": "abc"}, "A postal code has five digits, for example 333"),
        ({"place_code": "19.05.01", "postal_code": ""}, "Here: 33311, 33312"),
        ({"phone": "123"}, "Write a telephone number"),
        ({"recipient": "S"}, "Write the recipient"),
        ({"address": "x"}, "Write street"),
        ({"place_code": "", "place_q": "Atlantis"}, "No place of that name"),
        ({"place_code": "", "place_q": ""}, "Write the name of the village"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_stays(
    cast: Cast, sari: FlaskClient, wrong: dict[str, str], said: str
) -> None:
    answer = post(sari, "/account/addresses", **{**FORM, "label": "Rumah ibu", **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Rumah ibu" in answer.text
    assert book(cast) == []


def test_what_is_not_yours_does_not_exist(cast: Cast, sari: FlaskClient, sign_in: Any) -> None:
    with transaction():
        code = addresses.save(cast.sari, None, HOME).code
    budi = sign_in(cast.budi)
    assert budi.get(f"/account/addresses/{code}/edit").status_code == 404
    for path in (
        f"/account/addresses/{code}",
        f"/account/addresses/{code}/removal",
        f"/account/addresses/{code}/preference",
    ):
        assert post(budi, path, **FORM).status_code == 404
    assert post(budi, "/checkout/draft/address", book=code).status_code == 404
    assert "Jalan Contoh 2" not in budi.get("/account/addresses").text
    assert len(book(cast)) == 1


def test_one_address_comes_first(cast: Cast, sari: FlaskClient) -> None:
    with transaction():
        first = addresses.save(cast.sari, None, HOME)
        second = addresses.save(cast.sari, None, {**HOME, "label": "Kantor"})
    assert [one.is_default for one in book(cast)] == [True, False]
    assert post(sari, f"/account/addresses/{second.code}/preference").status_code == 303
    assert [one.code for one in book(cast)] == [second.code, first.code]
    assert post(sari, f"/account/addresses/{second.code}/removal").status_code == 303
    assert [(one.code, one.is_default) for one in book(cast)] == [(first.code, True)]


def test_a_book_has_an_end(cast: Cast) -> None:
    with transaction():
        for _ in range(addresses.MOST):
            addresses.save(cast.sari, None, HOME)
        with pytest.raises(Conflict):
            addresses.save(cast.sari, None, HOME)


def test_the_checkout_begins_with_the_default_and_takes_another(cast: Cast, sari: FlaskClient) -> None:
    with transaction():
        addresses.save(cast.sari, None, HOME)
        other = addresses.save(
            cast.sari, None,
            {**HOME, "label": "Jakarta", "place_code": "31.74.04", "postal_code": "12510", "address": "Jalan Lain 9"},
        )  # fmt: skip
    post(sari, "/cart", variant=cast.shawl.variants[0].code, quantity="1")
    assert "Jalan Contoh 2" in sari.get("/en/checkout").text
    assert post(sari, "/checkout/draft/address", book=other.code, recipient="Tamu").status_code == 303
    shown = sari.get("/en/checkout").text
    assert 'value="Jalan Lain 9"' in shown
    assert 'value="31.74.04"' in shown


def test_an_order_keeps_its_copy(cast: Cast, sari: FlaskClient) -> None:
    from tests.marketplace.checkout.shopping import buy, of

    with transaction():
        kept = addresses.save(cast.sari, None, HOME)
    placed = buy(of(cast.sari), (cast.shawl, 1), delivery="own", address=kept.address)
    with transaction() as session:
        addresses.remove(cast.sari, session.get_one(Address, kept.id))
    assert db.session.get_one(Purchase, placed.purchase.id).address == "Jalan Contoh 2, dekat pasar"
