"""Asking to open a shop, reading the answer with its reason, correcting and asking again. Named by the shop's code."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField, TelField, TextAreaField

from catalog.crafts.queries import list_crafts
from catalog.errors import Conflict, Forbidden, Invalid, NotFound
from catalog.text import N_, localized
from marketplace.sellers import services
from marketplace.sellers.models import Seller, SellerState
from marketplace.sellers.queries import find_seller_for, latest_application, list_sellers_of
from marketplace.web.forms import AtMost, Needed, accepts_many, line
from marketplace.web.lifecycle import attempt
from marketplace.web.locale import current_locale
from marketplace.web.placing import Placed
from marketplace.web.visits import visit

pages = Blueprint("applications", __name__)


class Application(Placed):
    name = StringField(
        _l("Name of the shop"),
        validators=[Needed(), AtMost(90)],
        filters=[line],
        description=_l("As buyers shall know you, for example: Sanggar Tenun Cempaka"),
    )
    kind = RadioField(_l("Who are you?"), validate_choice=False)
    crafts = SelectMultipleField(_l("What do you make?"), validate_choice=False)
    address = StringField(
        _l("Street, number, RT/RW"),
        validators=[Needed(), AtMost(200)],
        filters=[line],
        description=_l("And a landmark, if it helps."),
    )
    phone = TelField(
        _l("Phone"),
        validators=[Needed(), AtMost(40)],
        filters=[line],
        description=_l("For example 0812 3456 7890. Only buyers with an order see it."),
    )
    people = StringField(_l("How many people work here?"), filters=[line])
    founded = StringField(_l("Since which year?"), filters=[line])
    story = TextAreaField(
        _l("Your story"), description=_l("Two or three sentences are enough. You can write more later.")
    )
    accepts_cash = BooleanField(
        _l("Buyers may pay in cash"),
        description=_l("When they pick up, when you bring it, or to a courier at the door (COD)."),
    )
    note = TextAreaField(_l("Anything else that we should know?"), description=_l("Only we read this."))


def _kinds() -> list[tuple[str, str, str]]:
    return [
        ("household", _("I work at home"), _("Alone or with the family.")),
        ("workshop", _("A workshop"), _("With a place of its own and people who work there.")),
        ("group", _("A group (KUBE)"), _("Several makers who sell together.")),
    ]


def _form_page(form: Application, seller: Seller | None = None, reason: str = "") -> str:
    form.kind.choices = _kinds()
    form.crafts.choices = [(one.slug, localized(one, "name", current_locale())) for one in list_crafts()]
    template = "account/applications/edit.html" if seller else "account/applications/new.html"
    return render_template(template, form=form, shop=seller, reason=reason)


def _shop(code: str) -> Seller:
    """A shop that this person belongs to; any other does not exist."""
    seller = find_seller_for(visit.person, code)
    if seller is None:
        raise NotFound(N_("There is nothing here."))
    return seller


@pages.get("/applications")
def index() -> Response:
    """Where an application waits it is shown, else a new one begins."""
    waiting = next(
        (one for one in list_sellers_of(visit.person) if one.state in (SellerState.APPLIED, SellerState.REFUSED)), None
    )
    if waiting is not None:
        return redirect(url_for("account.applications.show", code=waiting.code), 303)
    return redirect(url_for("account.applications.new"), 303)


@pages.get("/applications/new")
def new() -> str:
    return _form_page(Application(formdata=None, data={"accepts_cash": True, "kind": "household"}))


def _read(form: Application) -> bool:
    """Whether everything that we can see here is right; looking for the place shows no other complaint yet."""
    is_valid = form.validate()
    is_placed = form.settle_place()
    if "find" in request.form:
        for field in form:
            field.errors = [] if field is not form.place_q else field.errors
        return False
    return is_valid and is_placed


def _answers(form: Application) -> dict[str, object]:
    names = ("name", "kind", "crafts", "address", "phone", "people", "founded", "story", "accepts_cash", "note")
    return {
        **{name: form[name].data for name in names},
        "district_code": form.district_code,
        "village_code": form.village_code,
    }


def _status(form: Application) -> int:
    return 200 if "find" in request.form and form.chosen else 422


@pages.post("/applications")
@accepts_many("crafts")
def create() -> Response | tuple[str, int]:
    form = Application()
    if not _read(form):
        return _form_page(form), _status(form)
    try:
        with attempt():
            application = services.apply(visit.person, **_answers(form))  # type: ignore[arg-type]
    except (Invalid, Conflict, Forbidden) as error:
        form.take(error)
        return _form_page(form), error.status
    return redirect(url_for("account.applications.show", code=application.seller.code), 303)


@pages.get("/applications/<code>")
def show(code: str) -> str:
    seller = _shop(code)
    return render_template("account/applications/show.html", shop=seller, application=latest_application(seller))


@pages.get("/applications/<code>/edit")
def edit(code: str) -> Response | str:
    seller = _shop(code)
    if seller.state is not SellerState.REFUSED:
        return redirect(url_for("account.applications.show", code=code), 303)
    maker = seller.makers[0] if seller.makers else None
    kept = {"name": seller.name, "address": seller.address, "phone": seller.phone, "accepts_cash": seller.accepts_cash}
    if maker is not None:
        kept |= {
            "kind": str(maker.kind),
            "people": str(maker.people or ""),
            "founded": str(maker.founded or ""),
            "story": maker.story,
        }
        kept["crafts"] = [one.slug for one in maker.crafts]
    form = Application(formdata=None, data=kept)
    form.put_place(seller.village_code or seller.district_code)
    return _form_page(form, seller, _reason(seller))


def _reason(seller: Seller) -> str:
    application = latest_application(seller)
    return application.reason if application else ""


@pages.post("/applications/<code>")
@accepts_many("crafts")
def update(code: str) -> Response | tuple[str, int]:
    """Correct it and ask once more."""
    seller = _shop(code)
    form = Application()
    if not _read(form):
        return _form_page(form, seller, _reason(seller)), _status(form)
    try:
        with attempt():
            services.apply_again(visit.person, seller, **_answers(form))  # type: ignore[arg-type]
    except (Invalid, Conflict, Forbidden) as error:
        form.take(error)
        seller = _shop(code)
        return _form_page(form, seller, _reason(seller)), error.status
    visit.tell("success", _("Thank you. We look at it once more."))
    return redirect(url_for("account.applications.show", code=code), 303)
