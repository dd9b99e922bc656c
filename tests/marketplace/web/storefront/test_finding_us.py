"""Sitemaps, robots and the feed: every public page once, nothing private, nothing numbered."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from catalog import clock
from catalog.collections.services import create_collection, place
from catalog.crafts.models import Motif
from catalog.crafts.services import edit_term
from catalog.db import db, transaction
from catalog.edition import raise_edition
from catalog.money import Money
from catalog.products.models import Product, Variant
from catalog.search.upkeep import rebuild
from marketplace.curation.models import Submission
from marketplace.sellers.models import Decision
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


@pytest.mark.parametrize(
    "path",
    [
        "/cart",
        "/checkout",
        "/purchases/3f6d1a?token=x",
        "/account/",
        "/account/registration/new",
        "/seller/x/",
        "/curator/",
        "/officer/",
        "/operator/",
        "/wishlists/x",
    ],
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_robots_read_of_what_is_private_that_it_is(client: FlaskClient, cast: Any, prefix: str, path: str) -> None:
    assert may_read(client, f"{prefix}{path}")
    answer = client.get(f"{prefix}{path}", follow_redirects=True)
    assert may_read(client, answer.request.path)
    assert '<meta name="robots" content="noindex">' in answer.text


def test_robots_are_told_where_the_sitemap_is(client: FlaskClient) -> None:
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").text.splitlines()


@pytest.mark.parametrize(
    "path", ["/search?q=kain", "/products?craft=pewter", "/products?page=2&sort=rating", "/makers?craft=pewter"]
)
def test_what_robots_may_not_read_says_nothing_to_them(client: FlaskClient, cast: Any, path: str) -> None:
    assert not may_read(client, path) and not may_read(client, f"/en{path}")
    assert 'name="robots"' not in client.get(path).text


def test_robots_may_read_what_is_told(client: FlaskClient, cast: Any) -> None:
    page = client.get(f"/products/{cast.shawl.slug}-{cast.shawl.code}").text
    offers = re.findall(r'"url": ?"http://localhost(/[^"]*variant=[^"]*)"', page)
    assert offers and all(may_read(client, one) for one in offers)
    assert may_read(client, "/products?page=2") and may_read(client, "/makers?after=0123456789")


def may_read(client: FlaskClient, path: str) -> bool:
    """Whether robots.txt leaves this path to everybody (RFC 9309, without Allow)."""
    rules = re.findall(r"^Disallow: (.*)$", client.get("/robots.txt").text, re.M)
    return not any(re.match(re.escape(one).replace(r"\*", ".*"), path) for one in rules)


def changed(client: FlaskClient, path: str, element: str) -> dict[str, str]:
    """lastmod by address."""
    return {
        one.findtext(f"{SITEMAP}loc") or "": one.findtext(f"{SITEMAP}lastmod") or ""
        for one in read(client, path).iter(f"{SITEMAP}{element}")
    }


def test_sitemaps_tell_the_day_of_the_last_change(client: FlaskClient, cast: Any) -> None:
    page = f"http://localhost/products/{cast.shawl.slug}-{cast.shawl.code}"
    other = f"http://localhost/products/{cast.plaque.slug}-{cast.plaque.code}"
    part = "http://localhost/sitemaps/products-1.xml"
    days = [f"{clock.now() + timedelta(days=later):%Y-%m-%d}" for later in (0, 3, 5)]
    assert changed(client, "/sitemaps/products-1.xml", "url")[page] == days[0]
    with clock.frozen(clock.now() + timedelta(days=3)), transaction() as session:
        session.get_one(Variant, cast.shawl.variants[0].id).price = Money(1_700_000)
    assert changed(client, "/sitemaps/products-1.xml", "url")[page] == days[1]
    decide(cast, Decision.REFUSED, 4)
    assert changed(client, "/sitemaps/products-1.xml", "url")[page] == days[1]
    decide(cast, Decision.APPROVED, 5)
    found = changed(client, "/sitemaps/products-1.xml", "url")
    assert (found[page], found[other]) == (days[2], days[0])
    assert changed(client, "/sitemap.xml", "sitemap")[part] == days[2]


def test_sitemaps_tell_when_a_curator_wrote_of_a_motif(client: FlaskClient, cast: Any) -> None:
    page = "http://localhost/motifs/kembang-setaman"
    assert changed(client, "/sitemaps/crafts.xml", "url")[page] == ""
    with clock.frozen(clock.now() + timedelta(days=3)), transaction() as session:
        edit_term(session.query(Motif).one(), {"origin": "Mentok"})
    assert changed(client, "/sitemaps/crafts.xml", "url")[page] == f"{clock.now() + timedelta(days=3):%Y-%m-%d}"


@pytest.mark.parametrize("part", ["makers-1", "collections", "crafts", "pages"])
def test_a_sitemap_names_no_day_that_is_not_known(client: FlaskClient, cast: Any, part: str) -> None:
    with transaction() as session:
        made = create_collection("Benang", clock.now() - timedelta(days=1))
        place(made, session.get_one(Product, cast.shawl.id))
    found = changed(client, f"/sitemaps/{part}.xml", "url")
    assert found and set(found.values()) == {""}
    assert changed(client, "/sitemap.xml", "sitemap")[f"http://localhost/sitemaps/{part}.xml"] == ""


def test_the_feed_tells_when_words_changed(client: FlaskClient, cast: Any) -> None:
    decide(cast, Decision.APPROVED, 5)
    feed = read(client, "/feed.atom")
    entry = next(one for one in feed.iter(f"{ATOM}entry") if one.findtext(f"{ATOM}title") == cast.shawl.title)
    day = f"{clock.now() + timedelta(days=5):%Y-%m-%d}"
    assert (entry.findtext(f"{ATOM}updated") or "")[:10] == (feed.findtext(f"{ATOM}updated") or "")[:10] == day
    assert (entry.findtext(f"{ATOM}published") or "")[:10] < day


def decide(cast: Any, decision: Decision, later: int) -> None:
    """A change of the shawl is answered some days from now."""
    at = clock.now() + timedelta(days=later)
    with transaction() as session:
        session.add(
            Submission(
                product_id=cast.shawl.id, changes={"words": {}}, decision=decision, decided_at=at, put_away_at=at
            )
        )
        raise_edition(session)


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
