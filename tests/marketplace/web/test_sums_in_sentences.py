"""A sum inside a sentence is written as its reader writes sums, as everywhere on the page."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.db import transaction
from marketplace.shipping.rates import save_service
from tests.cast import Cast
from tests.marketplace.shipping.test_rates import SERVICE

EXAMPLE = {"": "misalnya Rp1.250.000.", "/en": "for example Rp1,250,000."}


@pytest.fixture
def ratna(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> FlaskClient:
    return sign_in(cast.ratna)


def put(client: FlaskClient, path: str, **fields: Any) -> str:
    return client.post(path, data={"form_token": client.form_token, **fields}).text  # type: ignore[attr-defined]


@pytest.mark.parametrize("prefix", EXAMPLE)
def test_the_example_of_a_sum(client: FlaskClient, cast: Cast, prefix: str) -> None:
    assert EXAMPLE[prefix] in client.get(f"{prefix}/products?price_low=abc").text


@pytest.mark.parametrize("prefix", EXAMPLE)
@pytest.mark.parametrize("price", ["", "abc"])
def test_the_example_at_the_fields_of_a_shop(cast: Cast, ratna: FlaskClient, prefix: str, price: str) -> None:
    page = put(ratna, f"{prefix}/seller/{cast.ratnas.code}/shop/deliveries", own="y", price=price)
    assert EXAMPLE[prefix] in page


@pytest.mark.parametrize(("prefix", "most"), [("", "Rp10.000.000"), ("/en", "Rp10,000,000")])
def test_a_file_of_prices_is_answered_in_the_language_of_who_reads(
    cast: Cast, ratna: FlaskClient, prefix: str, most: str
) -> None:
    with transaction():
        save_service(None, SERVICE)
    rows = b"destination,service,price,days_min,days_max\n,JNE REG,10000001,1,2\n,JNE REG,abc,1,2\n"
    there = ratna.post(
        f"/seller/{cast.ratnas.code}/shop/rates/imports",
        data={"form_token": ratna.form_token, "file": (BytesIO(rows), "tarif.csv")},  # type: ignore[attr-defined]
    ).location
    page = ratna.get(f"{prefix}{there}").text
    assert f"{most}." in page and EXAMPLE[prefix] in page
    assert most in ratna.get(f"{prefix}{there}/failures.csv").text


@pytest.mark.parametrize(("prefix", "most"), [("", "Rp5.000.000"), ("/en", "Rp5,000,000")])
def test_the_bounds_of_a_sum(cast: Cast, ratna: FlaskClient, prefix: str, most: str) -> None:
    desk = f"{prefix}/seller/{cast.ratnas.code}/shop/deliveries"
    assert f"{most}." in put(ratna, desk, own="y", price="5000001", places="19.05", pickup="y")


@pytest.mark.parametrize(("prefix", "digits"), [("", "15.000"), ("/en", "15,000")])
def test_what_stands_in_the_box_of_a_sum(cast: Cast, ratna: FlaskClient, prefix: str, digits: str) -> None:
    assert f'value="{digits}"' in ratna.get(f"{prefix}/seller/{cast.ratnas.code}/shop/deliveries").text
