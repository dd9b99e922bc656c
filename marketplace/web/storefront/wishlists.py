"""A shared list, for everybody who has its link. It says nothing of its owner but the name that they chose."""

from __future__ import annotations

from flask import Blueprint, render_template

from catalog.errors import NotFound
from catalog.text import N_
from marketplace.web import keeping
from marketplace.web.headers import keep_quiet
from marketplace.web.lifecycle import house
from marketplace.wishlists.links import read_list_token
from marketplace.wishlists.queries import find_shared, read_pieces

pages = Blueprint("wishlists", __name__)
pages.after_request(keep_quiet)


@pages.get("/wishlists/<token>")
def show(token: str) -> str:
    share_code = read_list_token(house().settings.secret_key, token)
    found = find_shared(share_code) if share_code else None
    if found is None:
        raise NotFound(N_("This list is not shared any more, or never was."))
    return render_template(
        "storefront/wishlists/show.html",
        name=found.name,
        shown_name=found.shown_name,
        pieces=[keeping.show(one) for one in read_pieces(found)],
    )
