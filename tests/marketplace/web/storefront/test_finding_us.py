"""Sitemaps, robots and the feed: every public page once, nothing private, nothing numbered."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from catalog.db import db, transaction
from catalog.search.upkeep import rebuild
from marketplace.web.storefront import sitemaps
from tests import factories

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"


def read(client: FlaskClient, path: str) -> ElementTree.Element:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return ElementTree.fromstring(answer.data)


def locations(client: FlaskClient, path: str) -> list[str]:
    return [one.text or "" for one in read(client, path).iter(f"{SITEMAP}loc")]


def test_the_index_leads_to_every_live_piece_in_both_languages(
    client: FlaskClient, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "PER_PART", 2)
    with transaction():
        more = [factories.product(cast.ratnas, f"Kain nomor {number}") for number in range(4)]
        hidden = factories.product(cast.ratnas, "Belum dijual", live=False)
        db.session.flush()
        names = [f"{one.slug}-{one.code}" for one in (cast.shawl, cast.plaque, *more)]
        secret = hidden.code
    with transaction():
        rebuild(client.application.extensions["house"].ports.search)
    parts = locations(client, "/sitemap.xml")
    assert len([one for one in parts if "/products-" in one]) == 3
    found = [url for part in parts for url in locations(client, part.removeprefix("http://localhost"))]
    assert len(found) == len(set(found))
    for name in names:
        assert f"http://localhost/products/{name}" in found
        assert f"http://localhost/en/products/{name}" in found
    assert not [url for url in found if secret in url]
    for path in (
        "/crafts/tenun-cual",
        "/motifs/kembang-setaman",
        "/techniques/tenun-gedogan",
        "/materials/benang-sutra",
        "/places/19.05.01",
        "/",
    ):
        assert f"http://localhost{path}" in found
    for url in found[:: max(1, len(found) // 12)]:
        assert client.get(url.removeprefix("http://localhost")).status_code == 200, url


def test_an_unchanged_part_is_not_sent_again(client: FlaskClient, cast: Any) -> None:
    etag = client.get("/sitemaps/products-1.xml").headers["ETag"]
    assert client.get("/sitemaps/products-1.xml", headers={"If-None-Match": etag}).status_code == 304
    with transaction():
        factories.product(cast.ratnas, "Kain baru")
    assert client.get("/sitemaps/products-1.xml", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/sitemaps/products-0.xml",
        "/sitemaps/products-99.xml",
        "/sitemaps/orders.xml",
        "/en/sitemap.xml",
        "/en/robots.txt",
    ],
)
def test_there_is_no_other_part(client: FlaskClient, cast: Any, path: str) -> None:
    assert client.get(path).status_code == 404


def test_robots_stay_out_of_carts_and_desks(client: FlaskClient, cast: Any) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    for path in ("/cart", "/checkout", "/account", "/seller", "/operator", "/en/cart"):
        assert f"Disallow: {path}" in lines
    assert "Sitemap: http://localhost/sitemap.xml" in lines


def test_the_feed_tells_of_new_pieces_and_no_text_becomes_markup(client: FlaskClient, cast: Any) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Kain & <b>benang</b>")
        piece.description = "<script>alert(1)</script> & dua"
        title, name, picture = piece.title, f"{piece.slug}-{piece.code}", piece.pictures[0].image.renditions[-1].url
    entries = {one.findtext(f"{ATOM}title"): one for one in read(client, "/feed.atom").iter(f"{ATOM}entry")}
    entry = entries[title]
    assert entry.findtext(f"{ATOM}id") == f"http://localhost/products/{name}"
    assert "<script>" not in (entry.findtext(f"{ATOM}content") or "")
    assert f"http://localhost{picture}" in (entry.findtext(f"{ATOM}content") or "")
    english = read(client, "/en/feed.atom")
    assert "Cual shawl, garden of flowers" in [one.findtext(f"{ATOM}title") for one in english.iter(f"{ATOM}entry")]
    assert 'type="application/atom+xml"' in client.get("/").text
