"""What programs read of a page: JSON-LD, addresses, pictures of shared links."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.db import db, transaction
from catalog.products.measures import ContentUnit, Measures
from catalog.products.models import Variant
from catalog.search.upkeep import rebuild
from marketplace.web.storefront import listing
from tests import factories


def address(piece: Any) -> str:
    return f"/products/{piece.slug}-{piece.code}"


def nodes(client: FlaskClient, path: str) -> dict[str, dict[str, Any]]:
    """The things that a page names, by their type."""
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get(path).text, re.S)
    assert len(found) == 1
    document = json.loads(found[0])
    assert document["@context"] == "https://schema.org"
    return {node["@type"]: node for node in document["@graph"]}


def test_a_ready_piece_is_offered_by_its_shop(client: FlaskClient, cast: Any) -> None:
    maker, picture, shop = cast.shawl.maker.name, cast.shawl.pictures[0].image.url, cast.ratnas.name
    product = nodes(client, address(cast.shawl))["Product"]
    assert product["brand"]["name"] == maker
    assert product["material"] == ["Benang sutra"]
    assert product["image"] == [f"http://localhost{picture}"]
    offer = product["offers"]
    assert (offer["price"], offer["priceCurrency"]) == (1_850_000, "IDR")
    assert offer["availability"] == "https://schema.org/InStock"
    assert offer["seller"]["name"] == shop


def test_sold_out_and_made_to_order_say_so(client: FlaskClient, cast: Any) -> None:
    with transaction():
        gone = factories.product(cast.ratnas, "Kain habis", stock=0)
        made = factories.product(cast.ratnas, "Kain pesanan", stock=None)
    assert nodes(client, address(gone))["Product"]["offers"]["availability"].endswith("/SoldOut")
    offer = nodes(client, address(made))["Product"]["offers"]
    assert offer["availability"] == "https://schema.org/MadeToOrder"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", offer["availabilityStarts"])


def test_several_choices_are_one_offer_from_to(client: FlaskClient, cast: Any) -> None:
    with transaction():
        wide = factories.product(cast.ratnas, "Kain lebar", variants=3)
    offers = nodes(client, address(wide))["Product"]["offers"]
    assert offers["@type"] == "AggregateOffer"
    assert (offers["lowPrice"], offers["highPrice"], offers["offerCount"]) == (1_850_000, 1_950_000, 3)
    assert len({one["sku"] for one in offers["offers"]}) == 3


def test_no_text_ends_the_script(client: FlaskClient, cast: Any) -> None:
    with transaction():
        sly = factories.product(cast.ratnas, "</script><script>alert(1)</script><!--", title_en="")
    text = client.get(address(sly)).text
    assert "<script>alert" not in text
    assert nodes(client, address(sly))["Product"]["name"] == sly.title


@pytest.mark.parametrize(
    "path", ["/products", "/crafts/tenun-cual", "/motifs/kembang-setaman", "/techniques/tenun-gedogan", "/places/19.05"]
)
def test_lists_name_their_way_and_page(client: FlaskClient, cast: Any, path: str) -> None:
    found = nodes(client, path)
    assert found["CollectionPage"]["mainEntity"]["@type"] == "ItemList"
    steps = found["BreadcrumbList"]["itemListElement"]
    assert steps[0]["item"] == "http://localhost/"
    assert [one["position"] for one in steps] == list(range(1, len(steps) + 1))


def test_home_says_who_runs_it(client: FlaskClient, cast: Any) -> None:
    found = nodes(client, "/en/")
    assert found["Organization"]["url"] == "http://localhost/"
    assert found["WebSite"]["potentialAction"]["target"] == "http://localhost/en/search?q={search_term_string}"


def named(text: str) -> list[str]:
    """The addresses that a page says are its own: in its language, in Indonesian, in English, and by default."""
    found = re.findall(r'<link rel="(?:canonical|alternate" hreflang="[a-z-]+)" href="http://localhost([^"]*)">', text)
    return [one.replace("&amp;", "&") for one in found]


@pytest.fixture
def pages(client: FlaskClient, cast: Any, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A shop whose list of everything has three pages."""
    with transaction():
        for number in range(3):
            factories.product(cast.ratnas, f"Kain nomor {number}")
        rebuild(client.application.extensions["house"].ports.search)
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    return client


@pytest.mark.parametrize(
    ("asked", "own"),
    [
        ("", ""),
        ("?page=1", ""),
        ("?page=2", "?page=2"),
        ("?page=3", "?page=3"),
        ("?page=999", "?page=3"),
        ("?sort=price_low&utm_source=x", ""),
        ("?page=2&sort=price_low", "?sort=price_low&page=2"),
        ("?page=2&sort=price_low&craft=pewter", "?craft=pewter"),
        ("?price_low=5.000.000&price_high=x&page=1", "?price_low=5000000"),
        ("?craft=tenun-cual&page=2", "?craft=tenun-cual&page=2"),
    ],
)
def test_a_list_names_the_address_of_what_it_shows(pages: FlaskClient, asked: str, own: str) -> None:
    text = pages.get(f"/en/products{asked}").text
    assert named(text) == [f"{start}/products{own}" for start in ("/en", "", "/en", "")]
    assert 'name="robots"' not in text
    assert nodes(pages, f"/en/products{asked}")["CollectionPage"]["url"] == f"http://localhost/en/products{own}"


def test_other_pages_have_no_second_page(client: FlaskClient, cast: Any) -> None:
    assert named(client.get("/crafts?page=5&after=").text)[0] == "/crafts"


def test_what_is_missing_has_no_address_of_its_own(client: FlaskClient, cast: Any) -> None:
    for path in ("/products/tidak-ada-0123456789", "/en/nothing/here"):
        answer = client.get(path)
        assert answer.status_code == 404 and named(answer.text) == []
        assert 'property="og:url"' not in answer.text


def heads(client: FlaskClient, path: str) -> tuple[str, str]:
    """The title without the shop's name, and the h1."""
    text = client.get(path).text
    title = re.findall(r"<title>([^<]*) · [^<]*</title>", text)[0]
    return title, re.findall(r"<h1[^>]*>([^<]*)</h1>", text)[0]


def test_lists_are_called_after_their_filters_and_page(pages: FlaskClient) -> None:
    assert heads(pages, "/en/products") == ("All pieces", "All pieces")
    assert heads(pages, "/en/products?page=2") == ("All pieces, page 2", "All pieces, page 2")
    assert heads(pages, "/products?page=2")[0] == "Semua karya, halaman 2"
    assert heads(pages, "/products?craft=pewter") == ("Karya – Pewter", "Karya – Pewter")
    several = heads(pages, "/products?craft=pewter&fulfilment=ready&price_low=1&price_high=9999999")[0]
    assert several == "Karya – Pewter, Siap kirim …"


def test_a_shared_link_shows_the_piece(client: FlaskClient, cast: Any) -> None:
    picture = cast.shawl.pictures[0].image.url
    text = client.get(address(cast.shawl)).text
    assert f'<meta property="og:image" content="http://localhost{picture}">' in text
    assert '<meta property="og:type" content="product">' in text
    assert '<meta property="og:image" content="http://localhost/assets/' in client.get("/crafts").text
    assert "https://wa.me/?text=" in text


def test_sizes_and_weights_are_told_as_numbers_with_units(client: FlaskClient, cast: Any) -> None:
    with transaction():
        variant = db.session.get_one(Variant, cast.shawl.variants[0].id)
        variant.measures = Measures(content=250, content_unit=ContentUnit.GRAM, piece_length=1805, piece_width=600)
    product = nodes(client, address(cast.shawl))["Product"]
    assert product["size"] == "180,5 × 60 cm"
    assert product["depth"] == {"@type": "QuantitativeValue", "value": 180.5, "unitCode": "CMT"}
    assert product["width"]["value"] == 60 and "height" not in product
    assert product["weight"] == {"@type": "QuantitativeValue", "value": 250, "unitCode": "GRM"}
    assert nodes(client, f"/en{address(cast.shawl)}")["Product"]["size"] == "180.5 × 60 cm"


def test_sizes_that_differ_belong_to_their_choice(client: FlaskClient, cast: Any) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Kain dua ukuran", variants=2)
        piece.variants[0].measures = Measures(piece_diameter=200, piece_height=300)
        piece.variants[1].measures = Measures(content=300, content_unit=ContentUnit.MILLILITRE)
    product = nodes(client, address(piece))["Product"]
    first, second = (one["itemOffered"] for one in product["offers"]["offers"])
    assert (first["width"]["value"], first["depth"]["value"], first["height"]["value"]) == (20, 20, 30)
    assert second["size"] == "300 ml" and "weight" not in second
    assert "size" not in product and "width" not in product


def test_what_is_not_measured_is_not_told(client: FlaskClient, cast: Any) -> None:
    product = nodes(client, address(cast.shawl))["Product"]
    assert not {"size", "width", "height", "depth", "weight"} & set(product)
