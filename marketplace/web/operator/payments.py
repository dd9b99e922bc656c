"""Bank transfers: what is awaited, what has come, what must go back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from catalog.errors import DomainError, NotFound
from catalog.money import ZERO
from catalog.text import N_
from marketplace.payments import charges, services
from marketplace.payments.models import PaymentState
from marketplace.payments.paybacks import list_accounts_for, sent_by_hand
from marketplace.payments.proofs import list_newest, shown_elsewhere
from marketplace.payments.queries import (
    find_account,
    find_by_code,
    find_refund,
    list_accounts,
    list_late,
    list_refunds,
    list_seen,
    list_waiting,
)
from marketplace.web.errors import sentence
from marketplace.web.filters import money
from marketplace.web.forms import AtMost, Form, MoneyField, Needed, line
from marketplace.web.visits import visit

pages = Blueprint("payments", __name__)


class Transfer(Form):
    amount = MoneyField(_l("Sum on the statement"), [Needed()])
    reference = StringField(_l("The bank's reference of the line"), [Needed(), AtMost(80)], filters=[line])


class Account(Form):
    bank = StringField(_l("Bank"), [Needed(), AtMost(40)], filters=[line])
    number = StringField(_l("Account number"), [Needed(), AtMost(40)], filters=[line])
    holder = StringField(_l("Holder"), [Needed(), AtMost(80)], filters=[line])


class Code(Form):
    qris = TextAreaField(
        _l("Text of the QRIS"),
        [Needed(), AtMost(512)],
        filters=[line],
        description=_l("Scan the printed code with any reader app and copy what it shows. It begins with 000201."),
    )


def _page(
    transfer: Transfer,
    account: Account | None = None,
    refund_error: str = "",
    code: Code | None = None,
    seen_error: str = "",
) -> str:
    waiting = list_waiting(200)
    shown, refunds = list_newest(waiting), list_refunds(True)
    return render_template(
        "operator/payments/index.html",
        waiting_for=waiting,
        proofs=shown,
        elsewhere=shown_elsewhere(list(shown.values())),
        seen=list_seen(),
        me=visit.user,
        late=list_late(50),
        parked=charges.list_parked(50),
        refunds=refunds,
        by_hand=sent_by_hand(refunds),
        paybacks=list_accounts_for([one.payment.purchase_code for one in refunds]),
        accounts=list_accounts(),
        transfer=transfer,
        account=account or Account(formdata=None),
        code=code or Code(formdata=None),
        refund_error=refund_error,
        seen_error=seen_error,
    )


@pages.get("/payments")
def index() -> str:
    return _page(Transfer(formdata=None))


@pages.post("/payments")
def create() -> Any:
    """The operator has seen a sum on the statement: it settles the payment that asks for exactly that sum."""
    form = Transfer()
    if not form.validate_on_submit():
        return _page(form), 422
    user = visit.person
    try:
        payment = services.confirm_transfer(form.amount.data or ZERO, form.reference.data or "", user)
    except DomainError as error:
        form.take(error)
        return _page(form), error.status
    if payment.paid_at is None:
        visit.tell(
            "info",
            _(
                "%(sum)s is a large sum: it counts as soon as a second operator has seen it too.",
                sum=money(payment.due),
            ),
        )
    elif payment.state is PaymentState.PAID:
        visit.tell(
            "success",
            _(
                "%(sum)s settles purchase %(code)s. The makers are told.",
                sum=money(payment.due),
                code=payment.purchase_code,
            ),
        )
    else:
        visit.tell(
            "warning",
            _(
                "The money for purchase %(code)s came too late: send it back, it stands in the list of refunds.",
                code=payment.purchase_code,
            ),
        )
    return redirect(url_for("operator.payments.index"), 303)


@pages.post("/payments/<code>/second-look")
def second(code: str) -> Any:
    """A second operator has seen a large sum, or (`deed` `back`) the first look was a mistake."""
    payment = find_by_code(code)
    if payment is None:
        raise NotFound(N_("There is no such payment."))
    user = visit.person
    try:
        if request.form.get("deed") == "back":
            services.unsee(payment)
        else:
            services.second(payment, user)
    except DomainError as error:
        return _page(Transfer(formdata=None), seen_error=sentence(error)), error.status
    done = request.form.get("deed") == "back"
    visit.tell(
        "success", _("Taken back: the payment waits for its money.") if done else _("Counted: two have seen it.")
    )
    return redirect(url_for("operator.payments.index"), 303)


@pages.post("/payments/accounts")
def add_account() -> Any:
    form = Account()
    if not form.validate_on_submit():
        return _page(Transfer(formdata=None), form), 422
    try:
        services.add_account(form.bank.data, form.number.data, form.holder.data)
    except DomainError as error:
        form.take(error)
        return _page(Transfer(formdata=None), form), error.status
    visit.tell("success", _("Buyers can transfer to this account from now on."))
    return redirect(url_for("operator.payments.index"), 303)


@pages.post("/payments/codes")
def add_code() -> Any:
    form = Code()
    if not form.validate_on_submit():
        return _page(Transfer(formdata=None), code=form), 422
    try:
        account = services.add_qris(form.qris.data or "")
    except DomainError as error:
        form.take(error)
        return _page(Transfer(formdata=None), code=form), error.status
    visit.tell("success", _("Buyers can pay by QRIS to %(name)s from now on.", name=account.holder))
    return redirect(url_for("operator.payments.index"), 303)


@pages.post("/payments/accounts/<code>/closing")
def close_account(code: str) -> Any:
    """No new buyer is sent to this account or code; payments that are awaited are still recognised."""
    account = find_account(code)
    if account is None:
        raise NotFound(N_("There is no such account."))
    services.close_account(account)
    visit.tell("success", _("Closed: no new buyer is asked to pay there."))
    return redirect(url_for("operator.payments.index"), 303)


@pages.post("/payments/charges/<code>/look")
def look(code: str) -> Any:
    """The operator has looked at a payment that came otherwise than it was asked for."""
    charge = charges.find_parked(code)
    if charge is None:
        raise NotFound(N_("There is no such payment."))
    user = visit.person
    charges.look(charge, user, request.form.get("deed") == "accept")
    visit.tell("success", _("Noted."))
    return redirect(url_for("operator.payments.index"), 303)


@pages.post("/payments/refunds/<code>/approval")
def approve_refund(code: str) -> Any:
    """The first of two operators agrees that a large sum goes back."""
    refund = find_refund(code)
    if refund is None:
        raise NotFound(N_("There is no such refund."))
    user = visit.person
    try:
        services.approve_refund(refund, user, request.form.get("seen", ""))
    except DomainError as error:
        return _page(Transfer(formdata=None), refund_error=sentence(error)), error.status
    visit.tell("success", _("Approved: another operator sends it."))
    return redirect(url_for("operator.payments.index", _anchor="refunds"), 303)


@pages.post("/payments/refunds/<code>")
def send_refund(code: str) -> Any:
    """The operator has sent the money back by hand."""
    refund = find_refund(code)
    if refund is None:
        raise NotFound(N_("There is no such refund."))
    user = visit.person
    try:
        services.send_refund(refund, request.form.get("reference", ""), user, request.form.get("seen", ""))
    except DomainError as error:
        return _page(Transfer(formdata=None), refund_error=sentence(error)), error.status
    visit.tell("success", _("Noted: the money has been sent back."))
    return redirect(url_for("operator.payments.index"), 303)
