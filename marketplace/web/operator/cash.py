"""Cash that others hold for the house: who, how much, since when, and what they have brought."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from catalog.errors import Conflict, Invalid, NotFound
from catalog.money import ZERO
from catalog.text import N_
from marketplace.bookkeeping.outside import bring, hand_on, remit_cod
from marketplace.bookkeeping.tills import Holder, days, in_hand, list_holders
from marketplace.payments.models import ReceivingAccount
from marketplace.payments.queries import list_accounts
from marketplace.web.forms import AtMost, Form, MoneyField, Needed, line
from marketplace.web.lifecycle import attempt
from marketplace.web.visits import visit

pages = Blueprint("cash", __name__)


class Brought(Form):
    sum = MoneyField(_l("Sum"), [Needed()])
    account = SelectField(_l("Onto which account"), validate_choice=False, validators=[Needed()])
    fee = MoneyField(_l("Fee that was kept"))
    reference = StringField(_l("Reference of the statement"), validators=[Needed(), AtMost(60)], filters=[line])

    def offer(self, accounts: Sequence[ReceivingAccount]) -> None:
        self.account.choices = [(one.code, f"{one.bank} {one.number[-4:]}") for one in accounts if one.qris is None]


def _page(wrong: Brought | None = None, of: str = "") -> str:
    holders, accounts = list_holders(), list_accounts()
    forms = {}
    for one in holders:
        form = Brought(formdata=None, data={"sum": one.sum}, prefix="")
        form.offer(accounts)
        forms[address_of(one)] = form
    if wrong is not None:
        wrong.offer(accounts)
        forms[of] = wrong
    return render_template(
        "operator/cash/index.html", holders=[(one, address_of(one), forms[address_of(one)]) for one in holders],
        together=in_hand(holders), overdue=in_hand([one for one in holders if one.is_overdue]), wrong=of,
        days=days(),
    )  # fmt: skip


def address_of(one: Holder) -> str:
    """`gallery/<code>`, `courier/<code>` or `shop/<code>`."""
    if one.point is not None:
        return f"gallery/{one.point.code}"
    if one.service is not None:
        return f"courier/{one.service.code}"
    return f"shop/{one.seller.code if one.seller else ''}"


@pages.get("/ledger/cash")
def index() -> str:
    return _page()


@pages.post("/ledger/cash/<kind>/<code>")
def create(kind: str, code: str) -> Any:
    """Whoever holds cash has brought some of it."""
    found = next((one for one in list_holders() if address_of(one) == f"{kind}/{code}"), None)
    if found is None:
        raise NotFound(N_("Nothing is held there."))
    form = Brought()
    form.offer(list_accounts())
    if form.validate():
        try:
            with attempt():
                if form.account.data not in [key for key, _name in form.account.choices or ()]:
                    raise Invalid(N_("Choose one of the list."), field="account")
                sum_, reference = form.sum.data or ZERO, form.reference.data or ""
                if found.point is not None:
                    hand_on(found.point, sum_, form.account.data, reference, visit.user)
                elif found.service is not None:
                    remit_cod(found.service, sum_, form.account.data, reference, form.fee.data or ZERO, visit.user)
                elif found.seller is not None:
                    bring(found.seller, sum_, form.account.data, reference, visit.user)
        except (Invalid, Conflict) as error:
            form.take(error)
        else:
            visit.tell("success", _("Booked."))
            return redirect(url_for("operator.cash.index"), 303)
    return _page(form, f"{kind}/{code}"), 422
