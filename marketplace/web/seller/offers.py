"""The ways in which buyers get what they buy: picked up here or at a gallery, brought by the maker, by courier."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, g, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, IntegerField, SelectMultipleField, StringField
from wtforms.validators import NumberRange, Optional

from catalog.errors import Conflict, Invalid
from catalog.money import EXAMPLE, ZERO
from catalog.places.queries import find_place, list_districts, list_regencies
from marketplace.sellers.models import DeliveryKind, PickupPoint
from marketplace.sellers.queries import find_point, list_points
from marketplace.sellers.services import DAYS, DAYS_MAX, remove_delivery, set_delivery
from marketplace.web.filters import money
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
    days = IntegerField(_l("Within how many working days?"), validators=[Optional(), NumberRange(0, DAYS_MAX)])
    own_note = StringField(_l("A word about it"), validators=[AtMost(200)], filters=[line])
    hotel = BooleanField(
        _l("I bring it to hotels"),
        description=_l("For guests: the buyer says where and how long they stay, and nothing is promised for later."),
    )
    hotel_price = MoneyField(_l("Price of bringing it to a hotel"), description=_l("0 when it is free."))
    hotel_places = SelectMultipleField(_l("Where the hotels are"), validate_choice=False)
    hotel_days = IntegerField(_l("Within how many working days?"), validators=[Optional(), NumberRange(0, DAYS_MAX)])
    points = SelectMultipleField(_l("Galleries that hand over for me"), validate_choice=False)
    points_days = IntegerField(
        _l("How many working days until it lies there?"), validators=[Optional(), NumberRange(0, DAYS_MAX)]
    )
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
    offered = [one.point for one in g.seller.deliveries if one.point is not None and not one.point.is_active]
    points = [*list_points(active_only=True), *offered]
    return page(
        "seller/offers/edit.html",
        "shop",
        form=form,
        districts=districts,
        regencies=regencies + far,
        is_far=bool(set(form.places.data or []) & {code for code, _name in regencies + far}),
        points=[(one.code, one.name, f"{one.address}, {one.district.name} · {one.hours}") for one in points],
    )


@pages.get("/shop/deliveries")
def edit(seller: str) -> str:
    offers = {one.kind: one for one in g.seller.deliveries}
    own, pickup = offers.get(DeliveryKind.OWN), offers.get(DeliveryKind.PICKUP)
    hotel, gallery = offers.get(DeliveryKind.HOTEL), offers.get(DeliveryKind.GALLERY)
    kept = {
        "pickup": pickup is not None,
        "pickup_note": pickup.note if pickup else "",
        "own": own is not None,
        "price": own.price if own else None,
        "places": list(own.places) if own else [g.seller.district_code],
        "days": own.days if own else DAYS[DeliveryKind.OWN],
        "own_note": own.note if own else "",
        "hotel": hotel is not None,
        "hotel_price": hotel.price if hotel else None,
        "hotel_places": list(hotel.places) if hotel else [g.seller.district_code[:5]],
        "hotel_days": hotel.days if hotel else DAYS[DeliveryKind.HOTEL],
        "points": [one.point.code for one in g.seller.deliveries if one.point is not None],
        "points_days": gallery.days if gallery else DAYS[DeliveryKind.GALLERY],
        "courier": DeliveryKind.COURIER in offers,
    }
    return _page(Offers(formdata=None, data=kept))


@pages.post("/shop/deliveries")
@accepts_many("places", "hotel_places", "points")
def update(seller: str) -> Response | tuple[str, int]:
    form = Offers()
    form.validate()
    for asked, price in ((form.own.data, form.price), (form.hotel.data, form.hotel_price)):
        if not asked:
            price.errors = []
        elif price.data is None and not price.errors:
            price.errors = [_("Write the sum in whole rupiah, for example %(sum)s.", sum=money(EXAMPLE))]
    if not (form.pickup.data or form.own.data or form.hotel.data or form.points.data or form.courier.data):
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
    present = [(one.kind, one.point) for one in shop.deliveries]
    wanted: list[tuple[DeliveryKind, PickupPoint | None]] = []
    if form.pickup.data:
        set_delivery(shop, DeliveryKind.PICKUP, note=form.pickup_note.data or "")
        wanted.append((DeliveryKind.PICKUP, None))
    if form.own.data:
        set_delivery(
            shop, DeliveryKind.OWN, form.price.data or ZERO, form.places.data or [], form.own_note.data or "",
            days=form.days.data,
        )  # fmt: skip
        wanted.append((DeliveryKind.OWN, None))
    if form.hotel.data:
        with naming(price="hotel_price", places="hotel_places", days="hotel_days"):
            set_delivery(
                shop, DeliveryKind.HOTEL, form.hotel_price.data or ZERO, form.hotel_places.data or [],
                days=form.hotel_days.data,
            )  # fmt: skip
        wanted.append((DeliveryKind.HOTEL, None))
    for code in dict.fromkeys(form.points.data or []):
        point = find_point(code)
        if (DeliveryKind.GALLERY, point) not in present or (point is not None and point.is_active):
            with naming(days="points_days"):
                set_delivery(shop, DeliveryKind.GALLERY, days=form.points_days.data, point=point)
        wanted.append((DeliveryKind.GALLERY, point))
    if form.courier.data:
        set_delivery(shop, DeliveryKind.COURIER)
        wanted.append((DeliveryKind.COURIER, None))
    for kind, point in present:
        if (kind, point) not in wanted:
            remove_delivery(shop, kind, point)


@contextmanager
def naming(**fields: str) -> Iterator[None]:
    """A refusal about `price` belongs to the field of this form that asked for it."""
    try:
        yield
    except Invalid as error:
        error.field = fields.get(error.field or "", error.field)
        raise
