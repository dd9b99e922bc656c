"""All that the page of a piece shows of it, for buyers and for who looks at it before them: one template draws it."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from catalog.db import db
from catalog.products.models import Product
from marketplace.curation import changes
from marketplace.curation.models import Submission
from marketplace.sellers.models import Seller
from marketplace.sellers.showcase import Showcase
from marketplace.web.combinations import grouped
from marketplace.web.offers import cost_apart, headline
from marketplace.web.papers import claims_of
from marketplace.web.personal import Filled, questions
from marketplace.web.pieces import choices, deliveries, gallery_of, made_of, related


def portrait(
    product: Product,
    seller: Seller | None,
    wanted: str | None,
    case: Showcase | None = None,
    filled: Filled | None = None,
) -> dict[str, Any]:
    """What `storefront/products/_piece.html` draws of a piece with the variant `wanted`, beside what stands around it;
    `filled` brings back a refused form."""
    picked = choices(product, wanted, case)
    return {
        "product": product,
        "seller": seller,
        "choices": picked,
        "grouped": grouped(product, picked, filled),
        "offered": headline(picked, wanted),
        "overall": headline(picked),
        "cost_apart": cost_apart(picked),
        "images": gallery_of(product, next((one for one in product.variants if one.code == wanted), None)),
        "made_of": made_of(product),
        "deliveries": deliveries(seller),
        "claims": claims_of(product),
        "questions": questions(product, filled) if product.personal else [],
        "filled": filled,
    }


def preview(template: str, product: Product, seller: Seller | None, change: Submission | None, **values: Any) -> str:
    """The page of a piece as buyers will see it, with a `change` that waits laid over it; it is not kept."""
    with db.session.no_autoflush:
        images = changes.lay_over(change) if change else None
        shown = portrait(product, seller, request.args.get("variant"))
        drawn = render_template(
            template, **shown | ({"images": images} if images is not None else {}), related=related(product),
            here=request.path, is_preview=True, change=change, **values,
        )  # fmt: skip
    if change:
        db.session.rollback()  # what was laid over the piece for the drawing is nobody's to keep
    return drawn
