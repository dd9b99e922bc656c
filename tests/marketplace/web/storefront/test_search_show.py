"""What a search says beside its hits, and what it remembers."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.db import transaction
from catalog.search.upkeep import rebuild
from marketplace.web.storefront.search import ICONS


@pytest.fixture(autouse=True)
def indexed(app: Flask, cast: Any) -> None:
    with transaction():
        rebuild(app.extensions["house"].ports.search)


def test_found_words_are_marked_in_titles(client: FlaskClient) -> None:
    assert '<mark class="card__mark">' in client.get("/search?q=selendang").text
    assert "<mark" not in client.get("/products").text


def test_a_corrected_word_says_so(client: FlaskClient) -> None:
    text = client.get("/search?q=selendnag").text
    assert "/search?q=selendang" in text


def test_nothing_found_leads_on(client: FlaskClient) -> None:
    assert "/crafts/tenun-cual" in client.get("/search?q=qqzzqq").text.partition('class="search-ways"')[2]


def test_where_nothing_was_found_there_is_nothing_to_sort_or_narrow(client: FlaskClient) -> None:
    assert 'name="sort"' not in client.get("/search?q=qqzzqq").text
    for path in ("/search?q=selendang", "/search?q=selendang&price_low=99999999", "/search?q=qqzzqq&price_low=x"):
        assert 'name="sort"' in client.get(path).text, path


def test_what_several_looked_for_is_offered(client: FlaskClient, cast: Any) -> None:
    for _ in range(3):
        assert client.post("/search", data={"q": "selendang"}).status_code == 204
        assert client.post("/search", data={"q": "sari@contoh.example"}).status_code == 204
        assert client.post("/search", data={"q": "qqzzqq"}).status_code == 204
    with transaction() as session:
        cast.shawl.title_en = "Shawl"
        session.add(cast.shawl)
    text = client.get("/search").text
    assert "/search?q=selendang" in text
    assert "sari@" not in text and "qqzzqq" not in text


def test_looking_writes_nothing(client: FlaskClient) -> None:
    for _ in range(4):
        client.get("/search?q=selendang")
    assert "/search?q=selendang" not in client.get("/search").text


def test_only_what_finds_something_is_given_to_the_device_to_remember(client: FlaskClient) -> None:
    assert '<recent-searches data-q="selendang" hidden>' in client.get("/search?q=selendang").text
    for path in ("/search", "/search?q=qqzzqq", "/search?q=%22%3E%3Cscript%3E"):
        assert "<recent-searches data-q" not in client.get(path).text


def test_what_a_device_looked_for_has_its_place_where_nothing_was_found(client: FlaskClient) -> None:
    def places(path: str) -> int:
        return client.get(path).text.partition("<main")[2].count('<recent-searches class="recent-searches"')

    assert places("/search?q=qqzzqq") == places("/en/search") == 1
    assert places("/search?q=selendang") == 0


def test_suggestions_of_every_kind_bring_their_icon(app: Flask, client: FlaskClient) -> None:
    index = app.extensions["house"].ports.search
    typed = {one.kind: one.text for word in "abcdeiklmnoprstu" for one in index.suggest(word, limit=50)}
    assert set(ICONS) <= set(typed)
    for kind in ICONS:
        assert client.get("/search/suggestions", query_string={"q": typed[kind]}).status_code == 200, kind
