"""What a search says beside its hits, and what it remembers."""

from __future__ import annotations

import re
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


def heading(text: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text)
    return found[1] if found else ""


def test_only_what_was_found_is_called_found(client: FlaskClient) -> None:
    assert heading(client.get("/en/search?q=selendang").text) == "Found for “selendang”"
    for typed in ("selendnag", "qqzzqq"):
        assert heading(client.get("/en/search", query_string={"q": typed}).text) == f"Search: {typed}"


def test_a_device_remembers_the_word_that_was_meant(client: FlaskClient) -> None:
    assert '<recent-searches data-q="selendang" hidden>' in client.get("/search?q=selendnag").text


def test_nothing_found_leads_on(client: FlaskClient) -> None:
    assert "/crafts/tenun-cual" in client.get("/search?q=qqzzqq").text.partition('class="search-ways"')[2]


def above(text: str) -> str:
    """What a page of results says before the first piece, or before the ways that lead on."""
    return re.split(r'class="(?:card|search-ways)[ "]', text.partition("<main")[2])[0]


def test_a_place_that_is_named_is_offered_above_the_list(client: FlaskClient) -> None:
    for typed in ("bangka barat", "BangkaBarat", "selendang dari bangka barat", "babar"):
        text = client.get("/search", query_string={"q": typed}).text
        assert '/places/19.05"' in above(text) and "Bangka Barat (" in above(text), typed
        assert "listing__corrected" not in text, typed
    english = client.get("/en/search", query_string={"q": "bangka belitung"}).text
    assert "Place: Bangka Belitung Islands (" in above(english)
    assert "listing__places" not in client.get("/search?q=selendang").text


def test_a_place_without_pieces_leads_to_its_regency(client: FlaskClient) -> None:
    text = client.get("/en/search?q=parittiga").text
    assert above(text).count('/places/19.05"') == 1
    assert "No piece is called “parittiga”." in text and "Nothing found" not in text
    assert "listing__corrected" not in text
    assert "/places/" not in above(client.get("/search?q=semarang").text)


def test_a_price_that_is_named_is_offered_above_the_list(client: FlaskClient) -> None:
    text = above(client.get("/search", query_string={"q": "selendang di bawah 900 ribu"}).text)
    assert "Harga: " in text and "q=selendang&amp;price_high=900000" in text
    assert "listing__corrected" not in text
    english = above(client.get("/en/search", query_string={"q": "shawl 10rb-90 juta"}).text)
    assert "Price: Rp10,000–Rp90,000,000 (" in english.replace("\u00a0", "")
    for typed in ("selendang", "selendang di bawah 2 ribu", "selendang 118 gram"):
        assert "listing__places" not in client.get("/search", query_string={"q": typed}).text, typed
    narrowed = client.get("/search", query_string={"q": "selendang 900rb", "price_high": "800000"}).text
    assert "listing__places" not in narrowed


def test_a_text_without_a_word_is_not_said_to_be_found(client: FlaskClient) -> None:
    for typed in ("😀", "murah", "harga 900rb"):
        text = client.get("/en/search", query_string={"q": typed}).text
        assert "All pieces</h1>" in text and "Found for" not in text.partition("<main")[2], typed


def test_where_nothing_was_found_there_is_nothing_to_sort_or_narrow(client: FlaskClient) -> None:
    assert 'name="sort"' not in client.get("/search?q=qqzzqq").text
    for path in ("/search?q=selendang", "/search?q=selendang&price_low=99999999", "/search?q=qqzzqq&price_low=x"):
        assert 'name="sort"' in client.get(path).text, path


def look(client: FlaskClient, q: str, *addresses: str, **more: Any) -> list[int]:
    return [
        client.post("/search", data={"q": q}, environ_base={"REMOTE_ADDR": address}, **more).status_code
        for address in addresses
    ]


def offered(client: FlaskClient, cast: Any) -> str:
    """The page of the search, made anew."""
    with transaction() as session:
        cast.shawl.title_en = f"Shawl {cast.shawl.title_en}"[:40]
        session.add(cast.shawl)
    return client.get("/search").text


SEVERAL = ("203.0.113.1", "198.51.100.1", "2001:db8:1::1")


def test_what_several_looked_for_is_offered(client: FlaskClient, cast: Any) -> None:
    assert look(client, "Selendang", *SEVERAL) == [204] * 3
    text = offered(client, cast)
    assert "/search?q=selendang" in text
    assert "Often looked for" in client.get("/en/search").text


@pytest.mark.parametrize(
    "addresses",
    [
        ("203.0.113.1",) * 9,
        ("203.0.113.1", "203.0.113.2", "203.0.113.250"),
        ("2001:db8:1::1", "2001:db8:1:2::1", "2001:db8:1:ffff::9"),
        ("203.0.113.1", "::ffff:203.0.113.1", "198.51.100.1"),
        ("203.0.113.1", "198.51.100.1"),
        ("", "unix", "203.0.113.1"),
    ],
)
def test_one_visitor_is_not_several(client: FlaskClient, cast: Any, addresses: tuple[str, ...]) -> None:
    assert set(look(client, "selendang", *addresses)) == {204}
    assert "/search?q=selendang" not in offered(client, cast)


def test_more_sessions_are_not_more_visitors(app: Flask, cast: Any, sign_in: Any) -> None:
    for client in (app.test_client(), sign_in(cast.sari), app.test_client()):
        look(client, "selendang", "203.0.113.1")
    assert "/search?q=selendang" not in offered(app.test_client(), cast)


@pytest.mark.parametrize(
    "q", ["selendang penipu dari toko ratna", "selendnag", "sari@contoh.example", "qqzzqq", "", "selendang qqzzqq"]
)
def test_what_is_not_all_in_words_of_ours_is_never_offered(client: FlaskClient, cast: Any, q: str) -> None:
    assert look(client, q, *SEVERAL, "192.0.2.1") == [204] * 4
    text = offered(client, cast)
    assert 'class="search-ways"' not in text
    assert "penipu" not in text and "qqzzqq" not in text and "sari@" not in text


def test_other_sites_and_stale_forms_count_for_nothing(client: FlaskClient, cast: Any, sign_in: Any) -> None:
    assert set(look(client, "selendang", *SEVERAL, headers={"Sec-Fetch-Site": "cross-site"})) == {403}
    assert set(look(client, "selendang", *SEVERAL, headers={"Origin": "https://elsewhere.example"})) == {403}
    known = sign_in(cast.sari)
    assert not {204} & set(look(known, "selendang", *SEVERAL, headers={"X-Form-Token": "stale"}))
    assert "/search?q=selendang" not in offered(client, cast)


def test_a_shared_page_carries_a_token_for_the_signed_in_alone(client: FlaskClient, cast: Any, sign_in: Any) -> None:
    known = sign_in(cast.sari)
    for _ in range(2):
        assert 'data-token=""' in client.get("/search?q=selendang").text
        page = known.get("/search?q=selendang").text
        token = page.partition("<search-noted")[2].partition('data-token="')[2].partition('"')[0]
        assert token
    assert look(known, "selendang", "203.0.113.1", headers={"X-Form-Token": token}) == [204]


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
