"""Rates at a desk: a file comes in and what is wrong goes out again; one rate as a form. For operators and sellers."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from catalog.errors import DomainError, Invalid
from catalog.places.gazetteer import Level
from catalog.places.queries import find_place, place_label, search_places
from catalog.text import N_
from marketplace.notifications.params import living
from marketplace.sellers.models import Seller
from marketplace.shipping.models import RateImport, ShippingRate
from marketplace.shipping.queries import list_services
from marketplace.shipping.rates import columns_for, export_failures, import_rates
from marketplace.shipping.tables import MAX_BYTES, read_table
from marketplace.web.errors import said
from marketplace.web.forms import AtMost, Form, MoneyField, Needed, line
from marketplace.web.lifecycle import let_others_write
from marketplace.web.visits import visit

SHOWN = 200
LEVELS = (Level.PROVINCE, Level.REGENCY, Level.DISTRICT)


class RateForm(Form):
    """One rate; places by their name or official code."""

    service = SelectField(_l("Courier service"), validate_choice=False)
    origin = StringField(_l("From"), validators=[AtMost(80)], filters=[line])
    destination = StringField(
        _l("To"),
        validators=[AtMost(80)],
        filters=[line],
        description=_l("Name or code of a province, regency or district. Leave it empty for all of Indonesia."),
    )
    price = MoneyField(_l("Price per step of weight"), validators=[Needed()])
    days_min = StringField(_l("Fewest working days"), validators=[Needed(), AtMost(3)], filters=[line])
    days_max = StringField(_l("Most working days"), validators=[Needed(), AtMost(3)], filters=[line])

    def offer_services(self) -> None:
        self.service.choices = [(one.code, one.title) for one in list_services(active_only=True)]

    @classmethod
    def of(cls, rate: ShippingRate | None) -> RateForm:
        """The form of a rate, or of a new one."""
        kept: dict[str, Any] = {}
        if rate is not None:
            kept = {"service": rate.service.code, "origin": rate.origin, "destination": rate.destination}
            kept |= {"price": rate.price, "days_min": str(rate.days_min), "days_max": str(rate.days_max)}
            for name in ("origin", "destination"):
                kept[name] = place_label(kept[name]) or kept[name]
        form = cls(formdata=None, data=kept)
        form.offer_services()
        return form

    def values(self) -> dict[str, str]:
        """As the cells of a table; Invalid at a place that nobody knows, or that several are called."""
        return {
            "service": self.service.data or "",
            "origin": _place(self.origin.data or "", "origin"),
            "destination": _place(self.destination.data or "", "destination"),
            "price": str(self.price.data.rupiah) if self.price.data is not None else "",
            "days_min": self.days_min.data or "",
            "days_max": self.days_max.data or "",
        }


def _place(words: str, field: str) -> str:
    if not words or find_place(words):
        return words
    found = search_places(words, levels=LEVELS, limit=6)
    exact = [one for one in found if words.casefold() in (one.label.casefold(), one.name.casefold())]
    if len(found) == 1 or len(exact) == 1:
        return (exact or found)[0].code
    if not found:
        raise Invalid(N_("No place of that name was found."), field=field)
    names = "; ".join(f"{one.label} ({one.code})" for one in found)
    raise Invalid(N_("Several places have this name. Write the code of one: %(places)s."), field=field, places=names)


def bring_in(seller: Seller | None) -> RateImport:
    """The file of the present request, read and taken in. Invalid (field `file`) when it is no table."""
    file = request.files.get("file")
    data = file.read(MAX_BYTES + 1) if file else b""
    if not data:
        raise Invalid(N_("Choose a CSV file with the prices."), field="file")
    name = (file.filename or "") if file else ""
    let_others_write()
    rows = read_table(data, columns_for(seller))
    return import_rates(
        rows,
        visit.person,
        seller,
        takes_good="takes_good" in request.form,
        file_name=name.replace("\\", "/").split("/")[-1],
    )


def say(error: dict[str, Any]) -> str:
    """One error of a failed row in the reader's language."""
    return said(error["message"], living(error["params"]))


def wrong_rows(report: RateImport) -> list[tuple[int, str, str, str]]:
    """(line, column, what stands there, what would be right) of the first wrong cells."""
    rows = [
        (one["row"], error["field"], one["cells"].get(error["field"], ""), say(error))
        for one in report.failures
        for error in one["errors"]
    ]
    return rows[:SHOWN]


def failures_file(report: RateImport) -> Response:
    """The rows that were not taken, to be corrected and sent again."""
    return table_file(export_failures(report, say), f"tarif-salah-{report.code}.csv")


def table_file(body: bytes, name: str) -> Response:
    """A CSV to keep."""
    response = Response(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def take(form: RateForm, error: DomainError) -> None:
    """A refusal at its field; one without a field stands above the form."""
    form.take(error)
    form.offer_services()
