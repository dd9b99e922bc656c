"""What buyers and couriers know of the shop."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField, TelField

from catalog import clock
from catalog.errors import Invalid
from catalog.places.queries import place_labels
from marketplace.sellers.models import BROUGHT
from marketplace.sellers.services import edit_seller
from marketplace.web.forms import AtMost, MoneyField, Needed, line
from marketplace.web.lifecycle import attempt
from marketplace.web.placing import Placed
from marketplace.web.seller.desk import page
from marketplace.web.visits import visit

pages = Blueprint("shop", __name__)


class Shop(Placed):
    name = StringField(_l("Name of the shop"), validators=[Needed(), AtMost(90)], filters=[line])
    address = StringField(
        _l("Street, number, RT/RW"),
        validators=[Needed(), AtMost(200)],
        filters=[line],
        description=_l("And a landmark, if it helps. Buyers see it when they pick up."),
    )
    phone = TelField(
        _l("Phone"),
        validators=[Needed(), AtMost(40)],
        filters=[line],
        description=_l("For example 0812 3456 7890. Only buyers with an order see it."),
    )
    accepts_cash = BooleanField(
        _l("Buyers may pay in cash"),
        description=_l("When they pick up, when you bring it, or to a courier at the door (COD)."),
    )
    minimum_order = MoneyField(
        _l("Least order"),
        description=_l("What the pieces of one order must cost together, before shipping. Leave it empty for any sum."),
    )


@pages.get("/shop")
def show(seller: str) -> str:
    offers = {one.kind: one for one in g.seller.deliveries}
    galleries = [one.point for one in g.seller.deliveries if one.point is not None]
    labels = place_labels([code for kind in BROUGHT if kind in offers for code in offers[kind].places])
    places = {
        kind.value: [labels[code] for code in offers[kind].places if code in labels] for kind in BROUGHT & set(offers)
    }
    return page(
        "seller/shop/show.html",
        "shop",
        offers=offers,
        places=places,
        galleries=galleries,
        closure=g.seller.calendar.closure_on(clock.today()),
    )


@pages.get("/shop/edit")
def edit(seller: str) -> str:
    shop = g.seller
    form = Shop(formdata=None, obj=shop)
    form.put_place(shop.village_code or shop.district_code)
    return page("seller/shop/edit.html", "shop", form=form)


@pages.post("/shop")
def update(seller: str) -> Response | tuple[str, int]:
    form = Shop()
    is_valid = form.validate()
    is_placed = form.settle_place()
    if "find" in request.form:
        for field in form:
            field.errors = [] if field is not form.place_q else field.errors
        return page("seller/shop/edit.html", "shop", form=form), 200 if is_placed else 422
    if is_valid and is_placed:
        changes = {name: form[name].data for name in ("name", "address", "phone", "accepts_cash", "minimum_order")}
        try:
            with attempt():
                edit_seller(
                    g.seller, {**changes, "district_code": form.district_code, "village_code": form.village_code}
                )
        except Invalid as error:
            form.take(error)
        else:
            visit.tell("success", _("Saved."))
            return redirect(url_for("seller.shop.show"), 303)
    return page("seller/shop/edit.html", "shop", form=form), 422
