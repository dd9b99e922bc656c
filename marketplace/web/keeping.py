"""Pieces that somebody keeps an eye on, as pages draw them; the words are the same for their owner and for friends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.text import localized
from marketplace.web.addresses import url_for
from marketplace.web.locale import current_locale
from marketplace.web.speech import gettext as _
from marketplace.wishlists.queries import PieceView


@dataclass(frozen=True)
class Kept:
    """A row of the `kept_piece` component."""

    code: str
    variant: str
    url: str | None
    title: str
    detail: str
    price: Any
    image: Any
    note: str
    kind: str
    """there, made, away, sold-out or gone"""


def show(piece: PieceView) -> Kept:
    locale = current_locale()
    if piece.is_gone:
        kind, note = "gone", _("No longer in the shop")
    elif piece.is_sold_out:
        kind, note = "sold-out", _("Sold out")
    elif piece.is_away:
        kind, note = "away", _("The shop is closed for some days")
    elif piece.is_made_to_order:
        kind, note = "made", _("Made to order")
    else:
        kind, note = "there", _("Ready to ship")
    address = url_for(
        "storefront.products.show", name=f"{piece.product_slug}-{piece.product_code}", variant=piece.variant_code
    )
    return Kept(
        code=piece.code,
        variant=piece.variant_code,
        url=None if piece.is_gone else address,
        title=localized(piece, "title", locale),
        detail=" · ".join(one for one in (localized(piece, "choices", locale), piece.maker_name) if one),
        price=piece.price,
        image=piece.image,
        note=note,
        kind=kind,
    )
