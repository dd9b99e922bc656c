"""Booking what others have done with money: chosen, looked at, booked; by two people where money leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField

from catalog import clock
from catalog.errors import DomainError, NotFound
from catalog.money import ZERO, Money
from catalog.text import N_
from marketplace.bookkeeping import bookings
from marketplace.bookkeeping.books import KEPT_HERE
from marketplace.bookkeeping.models import FOUR_EYES, BookingState, Deed, OutsideBooking
from marketplace.bookkeeping.tills import list_holders
from marketplace.ledger.queries import balances
from marketplace.payments.models import PaymentMethod
from marketplace.payments.queries import list_accounts
from marketplace.promotions.queries import list_funds
from marketplace.web.errors import sentence
from marketplace.web.forms import AtMost, Form, MoneyField, Needed, line
from marketplace.web.lifecycle import attempt
from marketplace.web.operator.ledger import account_name
from marketplace.web.visits import visit

pages = Blueprint("bookings", __name__)
FIELDS = {
    Deed.SETTLEMENT: ("sum", "fee", "bank"),
    Deed.SPONSORED: ("sum", "bank"),
    Deed.REMITTED: ("sum", "bank"),
    Deed.BANK_FEE: ("sum",),
    Deed.PARTNER_FEE: ("sum",),
    Deed.BORNE: ("note",),
    Deed.LOST_CASH: ("sum", "note"),
}


class BookingForm(Form):
    scope = StringField(_l("About"), [AtMost(40)], filters=[line])
    happened_on = DateField(_l("Day on the statement"), [Needed()])
    reference = StringField(_l("Reference of the statement"), [AtMost(60)], filters=[line])
    sum = MoneyField(_l("Sum"))
    fee = MoneyField(_l("Fee that was kept"))
    bank = SelectField(_l("Our account"), choices=[])
    note = StringField(_l("Why"), [AtMost(300)], filters=[line])


def deed_name(deed: Deed) -> str:
    return {
        Deed.SETTLEMENT: _("A payment partner has paid out"),
        Deed.SPONSORED: _("A programme has paid for vouchers"),
        Deed.REMITTED: _("A tax was handed over"),
        Deed.BANK_FEE: _("A bank has kept a fee"),
        Deed.PARTNER_FEE: _("A payment partner has kept a fee"),
        Deed.BORNE: _("The house bears a lost dispute"),
        Deed.LOST_CASH: _("Cash that never comes is written off"),
        Deed.COUNTER: _("Counter-journal"),
    }[deed]


def _deed_words(deed: Deed) -> str:
    return {
        Deed.SETTLEMENT: _("What it held has come to our bank, less its fee."),
        Deed.SPONSORED: _("Dekranasda, a regency or a sponsor has transferred what it owed."),
        Deed.REMITTED: _("PPN or PPh 22 has left our bank for the tax office."),
        Deed.BANK_FEE: _("Administration, transfers, a cheque: whatever the bank took."),
        Deed.PARTNER_FEE: _("Of a dispute, of a payout, of a month."),
        Deed.BORNE: _("The shop that had sent everything as agreed has its money again."),
        Deed.LOST_CASH: _("A courier or a gallery lost it, or never took it: the house bears it."),
    }[deed]


def _state(booking: OutsideBooking) -> tuple[str, str]:
    return {
        BookingState.WAITING: (_("Waits for a second look"), "warning"),
        BookingState.BOOKED: (_("Booked"), "success"),
        BookingState.REFUSED: (_("Not booked"), "quiet"),
        BookingState.REVERSED: (_("Turned back"), "danger"),
    }[booking.state]


def _banks() -> list[tuple[str, str]]:
    found = [(one.code, f"{one.bank} {one.number[-4:]}") for one in list_accounts()]
    return [*found, (KEPT_HERE, _("Another account, or cash"))]


def _scopes(deed: Deed) -> list[tuple[str, str]]:
    """What the deed can be about, with the sum that our book holds of it."""
    if deed in (Deed.SETTLEMENT, Deed.PARTNER_FEE):
        names = {PaymentMethod.CARD.value: _("Card payments"), PaymentMethod.ONLINE.value: _("Online payments")}
        held = {name.partition(":")[2] for name in balances("gateway")}
        return [(one, names.get(one, one)) for one in sorted(held | set(names))]
    if deed is Deed.SPONSORED:
        return [(one.code, one.name) for one in list_funds()]
    if deed is Deed.LOST_CASH:
        return [(one.account, f"{one.name} · {one.sum}") for one in list_holders() if one.account]
    if deed is Deed.REMITTED:
        return [("ppn", "PPN"), ("pph22", "PPh 22")]
    return _banks() if deed is Deed.BANK_FEE else []


def _rows(entries: list[list[Any]]) -> list[tuple[str, str, Money]]:
    """Name of the account, what on it, and the sum, of each entry."""
    banks, found = dict(_banks()), []
    for account, sum_, _what in entries:
        kind, _colon, of = str(account).partition(":")
        about = banks.get(of, "") if kind in ("bank", "fee") else of if kind == "seller" else ""
        found.append((account_name(kind), about, Money(int(sum_))))
    return found


def _deed() -> Deed | None:
    return next((one for one in FIELDS if one.value == request.values.get("deed")), None)


@pages.get("/ledger/bookings")
def index() -> str:
    return _index()


def _index(error: str = "") -> str:
    return render_template(
        "operator/bookings/index.html",
        rows=[(one, deed_name(one.deed), _state(one), _amount(one)) for one in bookings.list_bookings()],
        deeds=[(one, deed_name(one), _deed_words(one)) for one in FIELDS],
        error=error,
    )


def _amount(booking: OutsideBooking) -> Money:
    return Money(sum(int(row[1]) for row in booking.entries if int(row[1]) > 0))


@pages.get("/ledger/bookings/new")
def new() -> str:
    deed = _deed() or Deed.SETTLEMENT
    values = {
        "happened_on": clock.today(),
        "scope": request.args.get("scope", ""),
        "reference": request.args.get("reference", ""),
    }
    return _form(BookingForm(formdata=None, data=values), deed)


def _form(form: BookingForm, deed: Deed) -> str:
    form.bank.choices = _banks()
    return render_template(
        "operator/bookings/new.html",
        form=form,
        deed=deed,
        name=deed_name(deed),
        words=_deed_words(deed),
        fields=FIELDS[deed],
        scopes=[("", "–"), *_scopes(deed)],
        by_order=deed is Deed.BORNE,
        needs_two=deed in FOUR_EYES,
    )


@pages.post("/ledger/bookings")
def create() -> Any:
    """First what would be booked is shown; said again with `seen`, it is written down."""
    deed, form = _deed(), BookingForm()
    if deed is None:
        return _index(_("Choose what has happened.")), 422
    form.bank.choices = _banks()
    if not form.bank.data or form.bank.data == "None":
        form.bank.data = KEPT_HERE
    if not form.validate():
        return _form(form, deed), 422
    on = form.happened_on.data
    assert on is not None
    typed = bookings.Typed(
        deed, form.scope.data or "", form.reference.data or "", on, form.sum.data or ZERO, form.fee.data or ZERO,
        form.bank.data or "", form.note.data or "",
    )  # fmt: skip
    try:
        if not request.form.get("seen"):
            planned = bookings.plan(typed)
            rows = _rows([[one.account, one.sum.rupiah, one.what] for one in planned.entries])
            return render_template(
                "operator/bookings/preview.html", deed=deed, name=deed_name(deed), plan=planned, rows=rows, form=form
            )
        with attempt():
            made = bookings.make(typed, visit.person)
    except DomainError as error:
        form.take(error)
        return _form(form, deed), error.status
    waits = made.state is BookingState.WAITING
    visit.tell("success", _("Written down. A second operator looks at it.") if waits else _("It is booked."))
    return redirect(url_for("operator.bookings.show", code=made.code), 303)


def _find(code: str) -> OutsideBooking:
    found = bookings.find_booking(code)
    if found is None:
        raise NotFound(N_("There is nothing here."))
    return found


def _show(booking: OutsideBooking, error: str = "") -> str:
    return render_template(
        "operator/bookings/show.html",
        booking=booking,
        name=deed_name(booking.deed),
        state=_state(booking),
        rows=_rows(booking.entries),
        sum=_amount(booking),
        counter=bookings.counter_of(booking),
        is_mine=booking.made_by_id == visit.person.id,
        error=error,
    )


@pages.get("/ledger/bookings/<code>")
def show(code: str) -> str:
    return _show(_find(code))


@pages.post("/ledger/bookings/<code>/approval")
def approve(code: str) -> Any:
    return _step(code, lambda one: bookings.approve(one, visit.person), _("It is booked."))


@pages.post("/ledger/bookings/<code>/refusal")
def refuse(code: str) -> Any:
    return _step(code, lambda one: bookings.refuse(one, visit.person), _("Noted: it is not booked."))


@pages.post("/ledger/bookings/<code>/reversal")
def reverse(code: str) -> Any:
    """Ask for a journal of the same sums the other way round."""
    done = _("Asked for. A second operator looks at it.")
    return _step(code, lambda one: bookings.reverse(one, request.form.get("reason", ""), visit.person), done)


def _step(code: str, deed: Callable[[OutsideBooking], OutsideBooking], done: str) -> Any:
    try:
        with attempt():
            found = deed(_find(code)).code
    except NotFound:
        raise
    except DomainError as error:
        return _show(_find(code), sentence(error)), error.status
    visit.tell("success", done)
    return redirect(url_for("operator.bookings.show", code=found), 303)
