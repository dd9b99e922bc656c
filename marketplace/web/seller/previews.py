"""A piece as its buyers will see it, before anybody else can."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template
from flask_babel import gettext as _

from catalog.products.models import Product
from catalog.text import localized
from marketplace.web.differing import animals, dyes
from marketplace.web.locale import current_locale
from marketplace.web.papers import claims_of
from marketplace.web.seller.desk import piece_of

pages = Blueprint("previews", __name__)


@pages.get("/products/<product>/preview")
def show(seller: str, product: str) -> str:
    piece = piece_of(product)
    active = [one for one in piece.variants if one.is_active]
    locale = current_locale()
    choices = [
        {
            "value": one.code,
            "label": " · ".join(localized(value, "name", locale) for value in one.values) or _("One choice"),
            "note": "",
            "price": one.price,
            "image": None,
            "selected": place == 0,
            "available": True,
            "promise": _("Made for you in %(days)s working days", days=one.lead_days)
            if one.is_made_to_order
            else _("Ready to ship"),
        }
        for place, one in enumerate(active)
    ]
    return render_template(
        "seller/previews/show.html", product=piece, shop=g.seller, choices=choices, made_of=_made_of(piece),
        images=[picture.image for picture in piece.pictures], claims=claims_of(piece),
    )  # fmt: skip


def _made_of(piece: Product) -> list[tuple[str, Any]]:
    locale = current_locale()

    def names(things: list[Any]) -> str:
        return ", ".join(localized(one, "name", locale) for one in things)

    return [
        (_("Craft"), localized(piece.craft, "name", locale) if piece.craft else ""),
        (_("Material"), names(piece.materials)),
        (_("Technique"), names(piece.techniques)),
        (_("Motif"), names(piece.motifs)),
        (_("Dye"), dict(dyes()).get(str(piece.dye or ""), "")),
        (
            _("Animal material"),
            dict(animals()).get(str(piece.animal_material), "") if piece.animal_material != "none" else "",
        ),
    ]
