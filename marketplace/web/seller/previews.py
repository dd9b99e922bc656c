"""A piece as its buyers will see it, before anybody else can, with the change that waits."""

from __future__ import annotations

from flask import Blueprint, g

from catalog.products.states import COMPLETE
from marketplace.curation import changes
from marketplace.web import portraits
from marketplace.web.seller.desk import piece_of

pages = Blueprint("previews", __name__)


@pages.get("/products/<product>/preview")
def show(seller: str, product: str) -> str:
    piece = piece_of(product)
    change = changes.on_table(piece) if piece.state in COMPLETE else None
    return portraits.preview("seller/previews/show.html", piece, g.seller, change)
