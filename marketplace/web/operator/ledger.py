"""The ledger for operators: the trial balance, one day's close, whether all promises hold, and the rates of commission."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField

from catalog import clock
from catalog.crafts.queries import list_crafts
from catalog.errors import Conflict, Invalid
from catalog.text import N_, localized
from marketplace.bookkeeping.rates import list_rates, set_rate
from marketplace.ledger.accounts import Side
from marketplace.ledger.models import Kind
from marketplace.ledger.queries import list_journals, trial_balance
from marketplace.reconciliation.closing import check_everything
from marketplace.sellers.queries import list_sellers
from marketplace.web.forms import AtMost, Form, Needed, line
from marketplace.web.lifecycle import attempt
from marketplace.web.locale import current_locale
from marketplace.web.visits import visit

pages = Blueprint("ledger", __name__)


def account_name(kind: str) -> str:
    """What a kind of account is called."""
    return {
        "bank": _("Our bank accounts"),
        "gateway": _("Held by payment providers"),
        "cash": _("Cash that shops hold"),
        "till": _("Cash that galleries hold"),
        "cod": _("Cash that couriers hold"),
        "sponsor": _("Programmes owe for vouchers"),
        "dispute": _("Disputes that are not decided"),
        "correction": _("Tax to be corrected"),
        "escrow": _("Held for orders"),
        "seller": _("Owed to shops"),
        "refund": _("Owed to buyers"),
        "payout": _("On its way to shops"),
        "held": _("Held of shops for disputes"),
        "surplus": _("Unique-code rupiah of buyers"),
        "suspense": _("Came, and nobody knows yet what for"),
        "ppn": _("PPN to be handed over"),
        "pph22": _("PPh 22 to be handed over"),
        "commission": _("Commission earned"),
        "voucher": _("Vouchers of the house"),
        "fee": _("Fees of payment providers"),
        "loss": _("Lost disputes"),
    }.get(kind, kind)


def journal_name(kind: Kind) -> str:
    """What a kind of journal is called."""
    return {
        Kind.CAPTURE: _("Paid by the buyer"),
        Kind.SURPLUS: _("Unique-code rupiah"),
        Kind.LATE: _("Came too late"),
        Kind.RELEASE: _("Sale"),
        Kind.REFUND: _("Paid back to the buyer"),
        Kind.CANCEL: _("Order called off"),
        Kind.SENT: _("Sent back to the buyer"),
        Kind.SETTLEMENT: _("Paid by the provider"),
        Kind.SPONSORED: _("Paid by a programme"),
        Kind.REMITTED: _("Cash handed over"),
        Kind.DISPUTE: _("Dispute"),
        Kind.PAYOUT: _("Payout"),
        Kind.PAID_OUT: _("Payout made"),
        Kind.PAYOUT_BACK: _("Payout that came back"),
        Kind.CORRECTION: _("Correction"),
    }[kind]


class RateForm(Form):
    scope = SelectField(_l("For what"), validate_choice=False)
    rate = StringField(_l("Percent"), validators=[Needed(), AtMost(8)], filters=[line])
    starts_on = DateField(_l("From which day on"), validators=[Needed()])
    reason = StringField(_l("Why"), validators=[AtMost(300)], filters=[line])

    def offer(self) -> None:
        """Everything, each craft, each shop."""
        locale = current_locale()
        self.scope.choices = [
            ("", _("Everything that has no other rate")),
            *((f"craft-{one.id}", _("Craft: %(name)s", name=localized(one, "name", locale))) for one in list_crafts()),
            *((f"shop-{one.code}", _("Shop: %(name)s", name=one.name)) for one in list_sellers(limit=500)),
        ]

    @property
    def hundredths(self) -> int:
        """`7,5` as 750; Invalid (field `rate`) for anything else."""
        text = (self.rate.data or "").replace("%", "").replace(",", ".").strip()
        try:
            value = Decimal(text) * 100
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or value != value.to_integral_value():
            message = N_("Write a percentage from 0 to 50, with two digits after the comma at most.")
            raise Invalid(message, field="rate")
        return int(value)


def _day(text: str) -> date:
    try:
        return min(date.fromisoformat(text), clock.today())
    except ValueError:
        return clock.today()


@pages.get("/ledger")
def show() -> str:
    """The balance at the end of a day and what moved on it (`?day=2026-11-28`)."""
    on = _day(request.args.get("day", ""))
    since = clock.start_of(on)
    until = since + timedelta(days=1)
    balance, moved = trial_balance(until), trial_balance(until, since)
    return render_template(
        "operator/ledger/show.html",
        on=on,
        before=on - timedelta(days=1),
        balance=balance,
        moved=moved,
        name=account_name,
        journal_name=journal_name,
        sides={
            "assets": balance.side(Side.ASSET),
            "liabilities": balance.side(Side.LIABILITY),
            "worth": balance.side(Side.INCOME) - balance.side(Side.EXPENSE),
        },
        flaws=check_everything() if request.args.get("verify") else None,
        journals=list_journals(limit=20),
    )


def _rates(form: RateForm) -> str:
    form.offer()
    return render_template("operator/ledger/rates.html", form=form, rates=list_rates(), today=clock.today())


@pages.get("/ledger/rates")
def index() -> str:
    return _rates(RateForm(formdata=None, data={"starts_on": clock.today()}))


@pages.post("/ledger/rates")
def create() -> Any:
    form = RateForm()
    if form.validate():
        kind, _dash, key = (form.scope.data or "").partition("-")
        craft = next((one for one in list_crafts() if kind == "craft" and str(one.id) == key), None)
        seller = next((one for one in list_sellers(limit=500) if kind == "shop" and one.code == key), None)
        try:
            if kind and not (craft or seller):
                raise Invalid(N_("Choose one of the list."), field="scope")
            with attempt():
                set_rate(
                    form.hundredths, form.starts_on.data, seller=seller, craft=craft, reason=form.reason.data or "",
                    by=visit.user,
                )  # fmt: skip
        except (Invalid, Conflict) as error:
            form.take(error)
        else:
            visit.tell("success", _("The rate holds for what is sold from that day on."))
            return redirect(url_for("operator.ledger.index"), 303)
    return _rates(form), 422
