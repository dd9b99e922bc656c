"""Addresses that nobody comes by honestly: every one is answered clearly, soon, and with a page of bounded size."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.db import transaction
from catalog.search.upkeep import rebuild
from marketplace.web.addresses import LONGEST
from marketplace.web.storefront.asked import MOST_CHOSEN

SECONDS, BYTES = 0.3, 400_000

ANSWERED = {
    "a page past all pages": "/products?page=1000000000",
    "a page before the first": "/products?page=-5",
    "pages that are no numbers": "/products?page=%C2%B2&page=%D9%A1&page=x",
    "a superscript for a page": "/search?q=selendang&page=%C2%B2",
    "a size of pages": "/products?per_page=1000000",
    "one word of five thousand letters": f"/search?q={'a' * 5_000}",
    "nine hundred words": "/search?q=" + "+".join(f"w{n}" for n in range(900)),
    "per cents": "/search?q=%25%25%25",
    "the index's own operators": "/search?q=" + quote('" OR NEAR(a b, 5) AND NOT * -x ^ title:a{b}'),
    "what makes patterns run wild": "/search?q=" + quote("((a+)+)+$" + "a" * 300 + "!"),
    "marks upon marks": "/search?q=" + quote("t" + chr(0x301) * 400),
    "one letter that stands for eighteen": "/search?q=" + quote(chr(0xFDFA) * 200),
    "letters turned round": "/search?q=%E2%80%AEabc%E2%80%AC",
    "bytes that are no text": "/search?q=%ff%fe%c0&craft=%ED%A0%80",
    "a second header": "/search?q=a%0d%0aSet-Cookie:x=1",
    "two hundred filters": "/products?" + "&".join(f"craft=c{n}&motif=m{n}&place=19.{n}&colour=k{n}" for n in range(50)),
    "one filter a thousand times": "/products?" + "&".join(["craft=tenun-cual"] * 480),
    "places without end": "/products?place=" + ".".join(["1"] * 40) + "&place=" + "." * 80,
    "prices beyond counting": f"/products?price_low={'9' * 400}&price_high=-1",
    "prices that are no sums": "/products?price_low=nan&price_high=1e308",
    "an order that does not exist": "/products?sort=%27%3Bdrop+table+products",
    "everything twice": "/search?q=selendang&q=batik&sort=newest&sort=rating&page=1&page=2&price_low=1&price_low=x",
    "suggestions for a book": f"/search/suggestions?q={'selendang+' * 500}",
    "a page of makers past all": "/makers?page=99999999999999999999&after=%27",
}  # fmt: skip


@pytest.fixture
def shop(app: Flask, cast: Any) -> FlaskClient:
    with transaction():
        rebuild(app.extensions["house"].ports.search)
    return app.test_client()


def test_whatever_is_asked_is_answered_soon_and_shortly(shop: FlaskClient) -> None:
    shop.get("/products")  # the templates are read
    for what, address in ANSWERED.items():
        begun = time.process_time()
        answer = shop.get(address)
        spent = time.process_time() - begun
        assert answer.status_code == 200, what
        assert "Set-Cookie" not in answer.headers, what
        assert spent < SECONDS, (what, spent)
        assert len(answer.data) < BYTES, (what, len(answer.data))


def test_an_address_that_is_stuffed_is_refused_with_a_way_on(shop: FlaskClient) -> None:
    for address in (f"/products?{'motif=x&' * (LONGEST // 8 + 1)}", f"/search?q={'a' * LONGEST}", f"/{'a' * LONGEST}x"):
        answer = shop.get(f"/en{address}")
        assert answer.status_code == 414
        assert "too long" in answer.text and len(answer.data) < 100_000
    assert shop.get(f"/search?q={'a' * (LONGEST - 20)}").status_code == 200


@pytest.mark.parametrize("path", ["/crafts/a%00b", "/products/x-%00", "/motifs/%00", "/collections/%00", "/static/%00"])
def test_nothing_has_a_name_that_a_database_cannot_look_for(shop: FlaskClient, path: str) -> None:
    assert shop.get(path).status_code == 404


def test_what_a_database_cannot_keep_is_named(shop: FlaskClient) -> None:
    assert shop.get("/products?colour=%00").status_code == 422
    answer = shop.post("/en/search", data={"q": "a\0b"})
    assert answer.status_code == 422 and "“q”" in answer.text


def test_of_too_many_filters_the_first_count_and_each_can_be_taken_away(shop: FlaskClient) -> None:
    text = shop.get(ANSWERED["two hundred filters"]).text
    assert text.count('class="chips__chip"') == MOST_CHOSEN


def test_links_of_a_list_carry_nothing_that_the_list_does_not_know(shop: FlaskClient) -> None:
    text = shop.get("/products?craft=tenun-cual&fbclid=abc&x=%3Cscript%3E&sort=newest").text
    main = text.partition("<main")[2].partition("<footer")[0]
    assert "fbclid" not in main and "script%3E" not in main
