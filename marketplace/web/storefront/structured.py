"""What search engines and chat programs read of a page: JSON-LD (schema.org) as plain dicts, and the shared picture.

The layout writes them with `tojson`, which escapes `<`, `>`, `&` and `'`, so that no text can end the script element.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for

from catalog.certificates.models import Certificate, CertificateKind, CertificateState
from catalog.makers.models import Maker
from catalog.media.models import Image
from catalog.money import Money
from catalog.postcards.models import PostcardKind
from catalog.postcards.queries import find_postcard
from catalog.products.claims import shown_certificates
from catalog.products.measures import HEAD_SIZE, ContentUnit
from catalog.products.models import Product, Variant
from catalog.text import localized
from marketplace.reviews.models import Review
from marketplace.reviews.queries import Read
from marketplace.sellers.models import Seller
from marketplace.web import measures
from marketplace.web.filters import place, summary
from marketplace.web.lifecycle import house
from marketplace.web.locale import current_locale
from marketplace.web.papers import kind_name
from marketplace.web.pieces import Choice, Shown
from marketplace.web.speech import gettext as _
from marketplace.web.storefront.listing import Listing

ISSUERS = {CertificateKind.HALAL: "BPJPH", CertificateKind.BPOM: "BPOM"}
"""Who alone issues a kind of certificate."""

Trail = list[tuple[str, str | None]]
"""(label, address) from the front door to this page, whose own address is None."""

CONTEXT = "https://schema.org"
WIDE = 1200
"""Narrower pictures are shown small when a page is shared."""
HEAVY = 400_000
"""Bytes above which some chat programs show no picture."""


def absolute(path: str) -> str:
    """The whole address of a path of ours."""
    return f"{house().settings.public_url}{path}"


def trail(*steps: tuple[str, str | None]) -> Trail:
    """The way from the front door."""
    return [(_("Home"), url_for("storefront.home.show")), *steps]


def organization() -> dict[str, Any]:
    """Who runs this site."""
    asset: Any = current_app.jinja_env.globals["asset"]
    return {
        "@type": "Organization",
        "@id": absolute("/#organization"),
        "name": house().settings.site_name,
        "url": absolute("/"),
        "logo": absolute(asset("images/apple-touch-icon.png")),
    }


def website() -> dict[str, Any]:
    """The site and how to search in it."""
    return {
        "@type": "WebSite",
        "@id": absolute("/#website"),
        "name": house().settings.site_name,
        "url": absolute(url_for("storefront.home.show")),
        "inLanguage": current_locale(),
        "publisher": {"@id": absolute("/#organization")},
        "potentialAction": {
            "@type": "SearchAction",
            "target": absolute(url_for("storefront.search.show")) + "?q={search_term_string}",
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumbs(steps: Trail) -> dict[str, Any]:
    """The same steps that the page shows."""
    elements = []
    for position, (label, url) in enumerate(steps, 1):
        element: dict[str, Any] = {"@type": "ListItem", "position": position, "name": label}
        if url:
            element["item"] = absolute(url)
        elements.append(element)
    return {"@type": "BreadcrumbList", "itemListElement": elements}


def item_list(pieces: Sequence[Shown], first: int = 1, total: int | None = None) -> dict[str, Any]:
    """Pieces in the order of the page; `first` is the place of the first one in the whole list."""
    return {
        "@type": "ItemList",
        "numberOfItems": len(pieces) if total is None else total,
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": piece.title, "url": absolute(piece.url)}
            for position, piece in enumerate(pieces, first)
        ],
    }


def collection_page(name: str, description: str, pieces: dict[str, Any], url: str) -> dict[str, Any]:
    """A page that is about a list of pieces."""
    node: dict[str, Any] = {
        "@type": "CollectionPage",
        "name": name,
        "url": absolute(url),
        "inLanguage": current_locale(),
        "isPartOf": {"@id": absolute("/#website")},
        "mainEntity": pieces,
    }
    if description:
        node["description"] = summary(description, 300)
    return node


def listing_page(steps: Trail, description: str, listing: Listing, *about: dict[str, Any]) -> dict[str, Any]:
    """A page with a list of pieces, named by its last step, the way to it, and what else it is `about`."""
    query = listing.results.query
    pieces = item_list(listing.pieces, (query.page - 1) * query.per_page + 1, listing.total)
    return graph(
        collection_page(listing.titled(steps[-1][0]), description, pieces, listing.address),
        breadcrumbs(steps),
        *about,
    )


def maker(one: Maker, url: str, picture: SharedPicture | None) -> dict[str, Any]:
    """Who makes: a workshop, household or group with its place."""
    locale = current_locale()
    node: dict[str, Any] = {
        "@type": "Organization",
        "@id": f"{absolute(url)}#maker",
        "name": one.name,
        "url": absolute(url),
        "address": {
            "@type": "PostalAddress",
            "addressLocality": one.place_name,
            "addressRegion": place(one.district_code[:2]),
            "addressCountry": "ID",
        },
        "knowsAbout": [localized(craft, "name", locale) for craft in one.crafts],
    }
    if one.founded:
        node["foundingDate"] = str(one.founded)
    if one.people:
        node["numberOfEmployees"] = {"@type": "QuantitativeValue", "value": one.people}
    if picture:
        node["image"] = picture.url
    if one.links:
        node["sameAs"] = [link.url for link in one.links]
    about = summary(localized(one, "story", locale), 300)
    if about:
        node["description"] = about
    return node


def product(
    piece: Product, choices: list[Choice], seller: Seller | None, reviews: Read | None = None
) -> dict[str, Any]:
    """A piece with what is offered. Prices are whole rupiah; what is made to order is to be had from its day of dispatch."""
    locale = current_locale()
    url = absolute(url_for("storefront.products.show", name=f"{piece.slug}-{piece.code}"))
    maker = piece.maker
    node: dict[str, Any] = {
        "@type": "Product",
        "@id": f"{url}#product",
        "url": url,
        "name": localized(piece, "title", locale),
        "description": summary(localized(piece, "description", locale), 900),
        "sku": piece.code,
        "brand": {"@type": "Brand", "name": maker.name},
        "manufacturer": {
            "@type": "Organization",
            "name": maker.name,
            "url": absolute(url_for("storefront.makers.show", name=f"{maker.slug}-{maker.code}")),
        },
        "countryOfOrigin": {"@type": "Country", "name": "ID"},
    }
    images = [absolute(picture["url"]) for one in piece.pictures[:6] if (picture := _picture(one.image))]
    if images:
        node["image"] = images
    if piece.materials:
        node["material"] = [localized(one, "name", locale) for one in piece.materials]
    if piece.craft:
        node["category"] = localized(piece.craft, "name", locale)
    if papers := [one for one in shown_certificates(piece) if one.state is not CertificateState.STATED]:
        node["hasCertification"] = [_certification(one) for one in papers]
    variants = {variant.code: variant for variant in piece.variants}
    told = [_measured(variants[one.value]) for one in choices]
    alike = all(one == told[0] for one in told)
    if told and alike:
        node.update(told[0])
    offers = [_offer(one, variants[one.value], url, seller) for one in choices]
    if not alike:  # what differs belongs to the choice
        for one, offer, facts in zip(choices, offers, told, strict=True):
            if facts:
                offer["itemOffered"] = {
                    "@type": "Product",
                    "name": one.label or node["name"],
                    "sku": one.value,
                    **facts,
                }
    if len(offers) == 1:
        node["offers"] = offers[0]
    elif offers:
        prices = [one.price.rupiah for one in choices]
        node["offers"] = {
            "@type": "AggregateOffer",
            "priceCurrency": "IDR",
            "lowPrice": min(prices),
            "highPrice": max(prices),
            "offerCount": len(offers),
            "offers": offers,
        }
    if reviews and piece.rating_count:
        node["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": round(piece.rating_total / piece.rating_count, 2),
            "reviewCount": piece.rating_count,
            "bestRating": 5,
            "worstRating": 1,
        }
        node["review"] = [_review(one) for one in reviews.reviews[:3]]
    return node


def _review(one: Review) -> dict[str, Any]:
    node: dict[str, Any] = {
        "@type": "Review",
        "author": {"@type": "Person", "name": one.signed or _("A buyer")},
        "reviewRating": {"@type": "Rating", "ratingValue": one.stars, "bestRating": 5, "worstRating": 1},
    }
    if one.published_at:
        node["datePublished"] = one.published_at.date().isoformat()
    if one.text:
        node |= {"reviewBody": one.text, "inLanguage": one.locale}
    return node


def _certification(one: Certificate) -> dict[str, Any]:
    """A paper that somebody has looked at; what is only stated is told to people, who can read that it is."""
    node: dict[str, Any] = {
        "@type": "Certification",
        "name": kind_name(one.kind),
        "certificationIdentification": one.number,
        "certificationStatus": f"{CONTEXT}/CertificationActive",
    }
    if issuer := ISSUERS.get(one.kind):
        node["issuedBy"] = {"@type": "Organization", "name": issuer}
    if one.issued_on:
        node["validFrom"] = one.issued_on.isoformat()
    if one.expires_on:
        node["expires"] = one.expires_on.isoformat()
    return node


def _measured(variant: Variant) -> dict[str, Any]:
    """How big and heavy a choice is: `size` in words, its sides and weight as numbers with UN/CEFACT units."""
    known = variant.measures
    heads = [localized(one, "name", current_locale()) for one in variant.values if one.option.key == HEAD_SIZE]
    is_heavy = known.content_unit is ContentUnit.GRAM
    words = heads[0] if heads else measures.size(known) or ("" if is_heavy else measures.content(known))
    sides = {"depth": known.piece_length, "width": known.piece_width, "height": known.piece_height}
    if known.piece_diameter:  # what is round is as wide as it is deep
        sides = {**sides, "width": known.piece_diameter, "depth": known.piece_diameter}
    facts: dict[str, Any] = {"size": words} if words else {}
    facts |= {name: _quantity(side / 10, "CMT") for name, side in sides.items() if side}
    if is_heavy and known.content:
        facts["weight"] = _quantity(known.content, "GRM")
    return facts


def _quantity(value: float, unit: str) -> dict[str, Any]:
    return {
        "@type": "QuantitativeValue",
        "value": int(value) if value == int(value) else value,
        "unitCode": unit,
    }


def _offer(choice: Choice, variant: Variant, url: str, seller: Seller | None) -> dict[str, Any]:
    state = (
        "OutOfStock"
        if choice.closure
        else "MadeToOrder"
        if variant.is_made_to_order
        else "InStock"
        if choice.available
        else "SoldOut"
    )
    offer: dict[str, Any] = {
        "@type": "Offer",
        "url": f"{url}?variant={choice.value}",
        "sku": choice.value,
        "price": choice.price.rupiah,
        "priceCurrency": "IDR",
        "availability": f"{CONTEXT}/{state}",
        "itemCondition": f"{CONTEXT}/NewCondition",
    }
    if variant.values:
        offer["name"] = choice.label
    if variant.is_made_to_order:
        offer["availabilityStarts"] = choice.ready_on.isoformat()
    if seller:
        offer["seller"] = {"@type": "Organization", "name": seller.name}
    return offer


def graph(*nodes: dict[str, Any]) -> dict[str, Any]:
    """One document of several things."""
    return {"@context": CONTEXT, "@graph": list(nodes)}


@dataclass(frozen=True)
class SharedPicture:
    """The picture that a shared link shows. `url` is absolute."""

    url: str
    width: int
    height: int
    alt: str


def shared_picture(*images: Any) -> SharedPicture | None:
    """Of the first image there is: the original when it is light, else its narrowest wide WebP."""
    for image in images:
        found = _picture(image) if image else None
        if found:
            return SharedPicture(
                absolute(found["url"]), found["width"], found["height"], localized(image, "alt", current_locale())
            )
    return None


def postcard(kind: PostcardKind, code: str, *images: Any) -> SharedPicture | None:
    """The card of a thing; until the worker has drawn it, the first of `images` there is."""
    return shared_card(find_postcard(kind, code, current_locale()), *images)


def shared_card(card: Image | None, *images: Any) -> SharedPicture | None:
    """As `postcard`, where its card has been looked up already."""
    if card is None:
        return shared_picture(*images)
    return SharedPicture(absolute(card.url), card.width, card.height, card.alt)


def _picture(image: Any) -> dict[str, Any]:
    original = {"url": image.url, "width": image.width, "height": image.height}
    if image.width >= WIDE and getattr(image, "size", HEAVY) < HEAVY:
        return original
    for one in image.renditions:
        if one.format == "webp" and one.width >= WIDE:
            return {"url": one.url, "width": one.width, "height": one.height}
    return original


def price_of(choices: list[Choice]) -> Money | None:
    """The lowest price of a piece, for programs that show one."""
    return min((one.price for one in choices), default=None)
