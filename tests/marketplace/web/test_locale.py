"""Indonesian at `/`, English under `/en/`: the same paths, told by the address alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/products",
        "/crafts",
        "/makers",
        "/places",
        "/collections",
        "/search?q=cual",
        "/cart",
        "/account/session/new",
    ],
)
def test_the_same_paths_speak_both_languages(client: FlaskClient, cast: Any, path: str) -> None:
    indonesian, english = client.get(path), client.get(f"/en{path}")
    assert indonesian.status_code == english.status_code == 200
    assert '<html lang="id"' in indonesian.text
    assert '<html lang="en"' in english.text


def test_the_browsers_wish_changes_nothing(client: FlaskClient) -> None:
    page = client.get("/products", headers={"Accept-Language": "en"})
    assert '<html lang="id"' in page.text, "a shared page must not depend on the reader"


def test_links_inside_english_stay_english(client: FlaskClient, cast: Any) -> None:
    page = client.get("/en/products").text
    links = {
        one for one in re.findall(r'href="(/[^"]*)"', page) if not one.startswith(("/assets", "/media", "/favicon"))
    }
    outside = {one for one in links if not (one == "/en" or one.startswith("/en/"))}
    assert all(one == "/products" or one.startswith("/products?") for one in outside), outside


def test_forms_inside_english_stay_english(client: FlaskClient, cast: Any) -> None:
    page = client.get(f"/en/products/{cast.shawl.slug}-{cast.shawl.code}").text
    assert set(re.findall(r'action="([^"]*)"', page)) == {
        one for one in re.findall(r'action="([^"]*)"', page) if one.startswith("/en/")
    }


def test_the_other_language_is_one_link_away_with_the_query(client: FlaskClient, cast: Any) -> None:
    assert 'href="/en/products?craft=tenun-cual"' in client.get("/products?craft=tenun-cual").text
    assert 'href="/products?craft=tenun-cual"' in client.get("/en/products?craft=tenun-cual").text


def test_pages_name_each_other_to_search_engines(client: FlaskClient, cast: Any) -> None:
    path = f"/products/{cast.shawl.slug}-{cast.shawl.code}"
    for address, canonical in ((path, path), (f"/en{path}", f"/en{path}")):
        page = client.get(address).text
        assert re.search(rf'<link rel="canonical" href="http://localhost{canonical}"', page)
        assert re.search(rf'hreflang="id" href="http://localhost{path}"', page)
        assert re.search(rf'hreflang="en" href="http://localhost/en{path}"', page)


def test_data_falls_back_to_indonesian(client: FlaskClient, cast: Any) -> None:
    from catalog.db import transaction

    path = f"/en/products/{cast.shawl.slug}-{cast.shawl.code}"
    assert "Cual shawl, garden of flowers" in client.get(path).text
    with transaction() as session:
        session.merge(cast.shawl).title_en = ""
    page = client.get(path).text
    assert "Selendang cual kembang setaman" in page


@pytest.mark.parametrize("path", ["/en", "/en/", "/en/en/", "/english", "/enx/products", "/EN/products"])
def test_odd_prefixes_are_answered(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == (200 if path in ("/en", "/en/") else 404)


def test_redirects_keep_the_language(client: FlaskClient, cast: Any) -> None:
    moved = client.get(f"/en/products/old-name-{cast.shawl.code}")
    assert moved.headers["Location"] == f"/en/products/{cast.shawl.slug}-{cast.shawl.code}"
    to_door = client.get("/en/account/")
    assert to_door.headers["Location"].startswith("/en/account/session/new?next=")
    added = client.post("/en/cart", data={"variant": cast.shawl.variants[0].code, "quantity": "1"})
    assert added.headers["Location"] == "/en/cart"
