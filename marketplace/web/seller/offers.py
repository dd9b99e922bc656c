"""The ways in which buyers get what they buy: picked up, brought by the maker, by courier."""

from __future__ import annotations

from flask import Blueprint, g, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectMultipleField, StringField

from catalog.errors import Conflict, Invalid
from catalog.money import ZERO
from catalog.places.queries import find_place, list_districts, list_regencies
from marketplace.sellers.models import DeliveryKind
from marketplace.sellers.services import remove_delivery, set_delivery
from marketplace.web.forms import AtMost, Form, MoneyField, accepts_many, line
from marketplace.web.lifecycle import attempt
from marketplace.web.seller.desk import page
from marketplace.web.visits import visit

pages = Blueprint("offers", __name__)


class Offers(Form):
    pickup = BooleanField(
        _l("Buyers pick it up"), description=_l("At your address, when it is ready. It costs nothing.")
    )
    pickup_note = StringField(
        _l("When are you there?"),
        validators=[AtMost(200)],
        filters=[line],
        description=_l("For example: Monday to Saturday, 9 to 16."),
    )
    own = BooleanField(_l("I bring it"), description=_l("To places that you choose, for a price that you choose."))
    price = MoneyField(_l("Price of bringing it"), description=_l("0 when it is free."))
    places = SelectMultipleField(_l("Where I bring it"), validate_choice=False)
    own_note = StringField(_l("A word about it"), validators=[AtMost(200)], filters=[line])
    courier = BooleanField(
        _l("By courier"), description=_l("All over Indonesia. The buyer pays what the courier asks.")
    )


def _areas() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(districts of the shop's own regency, regencies of its province) as choices."""
    own = g.seller.district_code[:5]
    every = {one.code: _("All of %(name)s", name=one.full_name) for one in list_regencies(own[:2])}
    districts = [(own, every.pop(own, own)), *((one.code, one.name) for one in list_districts(own))]
    regencies = list(every.items())
    return districts, regencies


def _page(form: Offers) -> str:
    districts, regencies = _areas()
    known = {code for code, _name in districts + regencies}
    far = [(code, place.label) for code in form.places.data or [] if code not in known and (place := find_place(code))]
    return page(
        "seller/offers/edit.html",
        "shop",
        form=form,
        districts=districts,
        regencies=regencies + far,
        is_far=bool(set(form.places.data or []) & {code for code, _name in regencies + far}),
    )


@pages.get("/shop/deliveries")
def edit(seller: str) -> str:
    offers = {one.kind: one for one in g.seller.deliveries}
    own, pickup = offers.get(DeliveryKind.OWN), offers.get(DeliveryKind.PICKUP)
    kept = {
        "pickup": pickup is not None,
        "pickup_note": pickup.note if pickup else "",
        "own": own is not None,
        "price": own.price if own else None,
        "places": list(own.places) if own else [g.seller.district_code],
        "own_note": own.note if own else "",
        "courier": DeliveryKind.COURIER in offers,
    }
    return _page(Offers(formdata=None, data=kept))


@pages.post("/shop/deliveries")
@accepts_many("places")
def update(seller: str) -> Response | tuple[str, int]:
    form = Offers()
    form.validate()
    if not form.own.data:
        form.price.errors = []
    elif form.price.data is None and not form.price.errors:
        form.price.errors = [_("Write the sum in whole rupiah, for example 1.250.000.")]
    if not (form.pickup.data or form.own.data or form.courier.data):
        form.form_errors.append(_("Keep at least one way for buyers to get what they buy."))
    if form.errors:
        return _page(form), 422
    try:
        with attempt():
            _apply(form)
    except (Invalid, Conflict) as error:
        form.take(error)
        return _page(form), error.status
    visit.tell("success", _("Saved."))
    return redirect(url_for("seller.shop.show"), 303)


def _apply(form: Offers) -> None:
    """New ways first, so that the last one is never taken away before another is there."""
    shop = g.seller
    present = {one.kind for one in shop.deliveries}
    wanted = {
        kind
        for kind, field in (
            (DeliveryKind.PICKUP, form.pickup),
            (DeliveryKind.OWN, form.own),
            (DeliveryKind.COURIER, form.courier),
        )
        if field.data
    }
    if DeliveryKind.PICKUP in wanted:
        set_delivery(shop, DeliveryKind.PICKUP, note=form.pickup_note.data or "")
    if DeliveryKind.OWN in wanted:
        set_delivery(shop, DeliveryKind.OWN, form.price.data or ZERO, form.places.data or [], form.own_note.data or "")
    if DeliveryKind.COURIER in wanted:
        set_delivery(shop, DeliveryKind.COURIER)
    for kind in present - wanted:
        remove_delivery(shop, kind)
