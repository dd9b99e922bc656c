"""The address book: where a person has things sent. Orders keep a copy of their own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TelField

from catalog.errors import Conflict, Invalid, NotFound
from catalog.text import N_
from marketplace.checkout import addresses
from marketplace.checkout.models import Address
from marketplace.web.forms import AtMost, line
from marketplace.web.lifecycle import attempt
from marketplace.web.placing import Placed
from marketplace.web.visits import visit

pages = Blueprint("addresses", __name__)


class AddressForm(Placed):
    label = StringField(
        _l("What you call it"),
        validators=[AtMost(40)],
        filters=[line],
        description=_l("For example: home, office, mother."),
    )
    recipient = StringField(_l("Name of the receiver"), validators=[AtMost(80)], filters=[line])
    phone = TelField(_l("Mobile phone"), validators=[AtMost(40)], filters=[line])
    address = StringField(_l("Street, number, RT/RW"), validators=[AtMost(200)], filters=[line])
    postal_code = StringField(
        _l("Postal code"),
        validators=[AtMost(5)],
        filters=[line],
        description=_l("Leave it empty where the village has only one."),
    )


def _find(code: str) -> Address:
    found = addresses.find_address(visit.user, code) if visit.user is not None else None
    if found is None:
        raise NotFound(N_("There is nothing here."))
    return found


@pages.get("/addresses")
def index() -> str:
    return render_template("account/addresses/index.html", addresses=addresses.list_addresses(visit.person))


@pages.get("/addresses/new")
def new() -> str:
    form = AddressForm(formdata=None, data={"recipient": visit.person.name})
    return render_template("account/addresses/edit.html", form=form, address=None)


@pages.get("/addresses/<code>/edit")
def edit(code: str) -> str:
    address = _find(code)
    form = AddressForm(formdata=None, obj=address)
    form.put_place(address.place_code)
    return render_template("account/addresses/edit.html", form=form, address=address)


@pages.post("/addresses")
def create() -> Any:
    return _save(None)


@pages.post("/addresses/<code>")
def update(code: str) -> Any:
    return _save(_find(code))


def _save(address: Address | None) -> Any:
    form = AddressForm()
    is_valid, is_placed = form.validate(), form.settle_place()
    if "find" in request.form:
        for field in form:
            field.errors = [] if field is not form.place_q else field.errors
        status = 200 if is_placed else 422
        return render_template("account/addresses/edit.html", form=form, address=address), status
    if is_valid and is_placed and form.chosen is not None:
        typed = {name: str(form[name].data or "") for name in addresses.FIELDS} | {"place_code": form.chosen.code}
        try:
            with attempt():
                addresses.save(visit.person, address, typed)
        except (Invalid, Conflict) as error:
            form.take(error)
        else:
            visit.tell("success", _("Saved."))
            return redirect(url_for("account.addresses.index"), 303)
    return render_template("account/addresses/edit.html", form=form, address=address), 422


@pages.post("/addresses/<code>/preference")
def prefer(code: str) -> Any:
    """The checkout begins with this one."""
    addresses.prefer(visit.person, _find(code))
    return redirect(url_for("account.addresses.index"), 303)


@pages.post("/addresses/<code>/removal")
def destroy(code: str) -> Any:
    addresses.remove(visit.person, _find(code))
    visit.tell("success", _("The address is gone from your book. Orders keep theirs."))
    return redirect(url_for("account.addresses.index"), 303)
