"""Putting a piece on a list, taking it off, and moving it into the cart. Who signed in for it finds the piece here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from catalog.errors import Conflict, Invalid, NotFound, Several
from catalog.text import N_
from marketplace.carts import services as carts
from marketplace.carts.models import Owner
from marketplace.web import keeping
from marketplace.web.errors import sentence
from marketplace.web.forms import AtMost, Form, line
from marketplace.web.lifecycle import attempt
from marketplace.web.visits import visit
from marketplace.wishlists import services
from marketplace.wishlists.models import NAME_MAX, Wish
from marketplace.wishlists.queries import find_product_of_variant, find_wish, list_variants_of, list_wishlists

pages = Blueprint("wishes", __name__)

ANOTHER = "+"
"""What stands for a new list in the choice of lists."""


class Named(Form):
    name = StringField(_l("Name of the new list"), validators=[AtMost(NAME_MAX)], filters=[line])


@pages.get("/wishes/new")
def new() -> str:
    return _page(request.args.get("product", ""), request.args.get("variant", ""))


def _page(product: str, variant: str, chosen: str = "", form: Named | None = None) -> str:
    found = list_variants_of(product or find_product_of_variant(variant) or "")
    if not found:
        raise NotFound(N_("This piece is not on sale, or never was."))
    codes = [one.variant_code for one in found]
    lists = list_wishlists(visit.person)
    if form is None:
        form = Named(formdata=None, data={"name": "" if lists else _("My wishlist")})
    return render_template(
        "account/wishes/new.html",
        pieces=[keeping.show(one) for one in found],
        wanted=variant if variant in codes else codes[0],
        lists=lists,
        chosen=chosen or (lists[0].code if lists else ANOTHER),
        another=ANOTHER,
        form=form,
    )


@pages.post("/wishes")
def create() -> Any:
    variant, chosen = request.form.get("variant", ""), request.form.get("list", "")
    form = Named()
    if not variant or not chosen:
        raise Invalid(N_("Choose a piece and a list."), field="list")
    if form.validate():
        try:
            with attempt():
                code = services.make(visit.person, form.name.data or "").code if chosen == ANOTHER else chosen
                found, is_new = services.wish(visit.person, variant, code)
        except (Invalid, Conflict) as error:
            form.take(error)
        else:
            said = _("Kept on your list “%(name)s”.") if is_new else _("It is on your list “%(name)s” already.")
            visit.tell("success", said % {"name": found.name})
            return redirect(url_for("account.wishlists.show", code=found.code), 303)
    return _page("", variant, chosen, form), 422


def _find(code: str) -> Wish:
    found = find_wish(visit.user, code) if visit.user is not None else None
    if found is None:
        raise NotFound(N_("This piece is no longer on your list."))
    return found


@pages.post("/wishes/<code>/removal")
def destroy(code: str) -> Any:
    wishlist = _find(code).wishlist.code
    services.unwish(visit.person, code)
    visit.tell("success", _("Taken off the list."))
    return redirect(url_for("account.wishlists.show", code=wishlist), 303)


@pages.post("/wishes/<code>/cart")
def move(code: str) -> Any:
    """Into the cart, and off the list. What cannot be bought now stays where it is."""
    found = _find(code)
    wishlist, variant = found.wishlist.code, found.variant.code
    try:
        with attempt():
            carts.add(Owner(user=visit.person), variant, 1)
            services.unwish(visit.person, code)
    except Several:  # the maker asks something first
        product = found.variant.product
        visit.tell("info", _("The maker needs a few details first. Then it goes into your cart."))
        return redirect(
            url_for("storefront.products.show", name=f"{product.slug}-{product.code}", variant=variant), 303
        )
    except (Conflict, Invalid) as error:
        visit.tell("danger", sentence(error))
        return redirect(url_for("account.wishlists.show", code=wishlist), 303)
    visit.tell("success", _("In your cart."))
    return redirect(url_for("storefront.cart.show"), 303)
