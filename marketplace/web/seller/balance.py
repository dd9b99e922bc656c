"""The shop's money: what it has, what is held and why, what moved, what was paid, to the rupiah."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import Optional

from catalog import clock
from catalog.crafts.queries import list_crafts
from catalog.errors import DomainError, Forbidden, Invalid
from catalog.money import ZERO, Money, total
from catalog.text import N_, localized
from marketplace.bookkeeping.cuts import cut as share_out
from marketplace.bookkeeping.disputes import list_held
from marketplace.bookkeeping.rates import terms_of
from marketplace.bookkeeping.withholding import SMALL, find_profile, has_stated, tell, turnover
from marketplace.ledger.models import Kind
from marketplace.orders.models import OrderState
from marketplace.payouts.accounts import find_account, find_plan, name_account, plan
from marketplace.payouts.files import BANKS
from marketplace.payouts.models import PayoutState, Rhythm
from marketplace.payouts.queries import Hold, Movement, Prospect, Waiting, list_movements, list_payouts, list_waiting
from marketplace.payouts.queries import prospect as prospect_of
from marketplace.payouts.recipients import opener
from marketplace.sellers.queries import is_owner
from marketplace.web.errors import sentence
from marketplace.web.filters import day as day_text
from marketplace.web.filters import money
from marketplace.web.forms import AtMost, Form, MoneyField, Needed, line
from marketplace.web.lifecycle import let_others_write
from marketplace.web.locale import current_locale
from marketplace.web.seller.desk import page
from marketplace.web.seller.recipients import recipient_state
from marketplace.web.visits import visit

pages = Blueprint("balance", __name__)

PAGE_SIZE = 30
WEEKS = 8


class AccountForm(Form):
    bank = SelectField(_l("Bank"), choices=[("", "–"), *((one, one) for one in BANKS)], validators=[Needed()])
    number = StringField(_l("Account number"), validators=[Needed(), AtMost(40)], filters=[line])
    holder = StringField(_l("Holder, as the bank knows it"), validators=[Needed(), AtMost(80)], filters=[line])
    present_password = PasswordField(_l("Your password"), validators=[Needed()])


class PlanForm(Form):
    rhythm = RadioField(
        _l("How often"),
        choices=[(Rhythm.WEEKLY.value, _l("Once a week")), (Rhythm.MONTHLY.value, _l("Once a month"))],
    )
    minimum = MoneyField(_l("From which sum on"), [Needed()])


class TaxForm(Form):
    number = StringField(_l("NPWP or NIK"), validators=[AtMost(30)], filters=[line])
    states_small = BooleanField(_l("I state that this year's turnover of mine stays up to Rp500 million"))
    exempt_until = DateField(_l("Letter of exemption (SKB), last day"), validators=[Optional()])
    taxable_from = DateField(
        _l("Taxable entrepreneur (PKP) since"),
        description=_l(
            "Only where the tax office has confirmed it. Your invoices then show your NPWP and the PPN in your prices."
        ),
        validators=[Optional()],
    )


def part_name(what: str) -> str:
    """What a part of a movement is called."""
    return {
        "goods": _("Pieces"),
        "shipping": _("Delivery"),
        "commission": _("Commission"),
        "ppn": _("PPN on the commission"),
        "pph22": _("PPh 22, withheld"),
        "cash": _("Cash that you took yourself"),
        "deposit": _("Deposit that stays with you"),
        "dispute": _("Lost dispute"),
        "held": _("Held until a dispute is decided"),
        "brought": _("Brought by you"),
        "payout": _("Paid out to you"),
        "returned": _("Taken back from what was paid to you"),
    }.get(what, _("Other"))


def kind_name(kind: Kind) -> str:
    return {
        Kind.RELEASE: _("Sale"),
        Kind.REFUND: _("Paid back to the buyer"),
        Kind.PAYOUT: _("Payout"),
        Kind.PAYOUT_BACK: _("Payout that came back"),
        Kind.DISPUTE: _("Dispute"),
        Kind.REMITTED: _("Brought by you"),
    }.get(kind, _("Correction"))


def why_not(one: Prospect) -> str:
    """Why and until when nothing is paid, or that it is in the next batch."""
    until = day_text(one.until) if one.until else ""
    words = {
        Hold.DEBT: _(
            "You owe this sum, for cash that you took or for what went back to buyers. It is taken off your next sales."
        ),
        Hold.DISPUTE: _(
            "More is held for a dispute than stands here. You owe nothing: the buyer's bank decides first."
        ),
        Hold.NOTHING: _("As soon as an order is over and well, its money stands here."),
        Hold.SUSPENDED: _("Your shop is paused. Nothing is paid until an operator opens it again."),
        Hold.NO_ACCOUNT: _("Name a bank account, then you can be paid."),
        Hold.COOLING: _("Your bank account is new. For your safety nothing is paid to it before %(day)s.", day=until),
        Hold.MINIMUM: _("You are paid from %(sum)s on.", sum=money(one.plan.minimum)),
        Hold.RHYTHM: _("You are paid next on %(day)s.", day=until),
    }
    return words[one.hold] if one.hold else _("It is in the next batch.")


def why_held(one: Waiting) -> str:
    """What the money of an order waits for."""
    due = day_text(one.due_at) if one.due_at else ""
    if one.order.open_returns:
        return _("A return is open. The money is released when it is over.")
    if one.order.is_collected and one.order.state is OrderState.SHIPPED:
        return _("It waits for the buyer. It counts as picked up on %(day)s at the latest.", day=due)
    return {
        OrderState.TO_CONFIRM: _("Accept the order by %(day)s.", day=due),
        OrderState.PROCESSING: _("Send it by %(day)s.", day=due),
        OrderState.SHIPPED: _("On its way. It counts as arrived on %(day)s at the latest.", day=due),
        OrderState.DELIVERED: _("It has arrived. Released on %(day)s, or when the buyer confirms.", day=due),
    }[one.order.state]


def _weeks(movements: list[Movement]) -> list[int]:
    """What sales and refunds came to per week, oldest first, never below zero for the picture."""
    monday = _this_monday() - timedelta(days=7 * (WEEKS - 1))
    bars = [0] * WEEKS
    for one in movements:
        if one.journal.kind not in (Kind.PAYOUT, Kind.PAYOUT_BACK) and not is_taken_back(one):
            place = (one.journal.at.astimezone(clock.WIB).date() - monday).days // 7
            bars[min(max(place, 0), WEEKS - 1)] += one.sum.rupiah
    return [max(one, 0) for one in bars]


def _this_monday() -> date:
    return clock.today() - timedelta(days=clock.today().weekday())


@pages.get("/balance")
def show(seller: str) -> str:
    after = request.args.get("after", "")
    last = int(after) if re.fullmatch(r"[0-9]{1,12}", after) else None
    every = list_movements(g.seller, last, PAGE_SIZE + 1)
    found = every[:PAGE_SIZE]
    recent = list_movements(
        g.seller, limit=1000, since=clock.start_of(_this_monday() - timedelta(days=7 * (WEEKS - 1)))
    )
    waiting = list_waiting(g.seller)
    bars = _weeks(recent)
    prospect = prospect_of(g.seller)
    month = clock.today().strftime("%Y-%m")
    return page(
        "seller/balance/show.html",
        "balance",
        prospect=prospect,
        why=why_not(prospect),
        waiting=[(one, why_held(one)) for one in waiting],
        held=list_held(g.seller),
        pending=total(one.net for one in waiting),
        movements=[row(one) for one in found],
        next_after=found[-1].journal.id if len(every) > PAGE_SIZE else None,
        bars=bars,
        earned=Money(sum(bars)),
        payouts=[(one, payout_state(one.state)) for one in list_payouts(g.seller)],
        partner=opener(),
        partner_state=recipient_state(prospect.recipient) if prospect.recipient else None,
        month=month,
        sold=turnover(g.seller.id, clock.today().year),
    )


def is_taken_back(one: Movement) -> bool:
    """Whether a payment partner took money back from what it had brought."""
    return any(what == "returned" for what, _sum in one.parts)


def row(one: Movement) -> dict[str, Any]:
    return {
        "name": _("Taken back by the payment partner") if is_taken_back(one) else kind_name(one.journal.kind),
        "order": one.journal.order_code,
        "reference": one.journal.reference,
        "about_order": one.journal.kind is Kind.DISPUTE,
        "note": one.journal.note,
        "at": one.journal.at,
        "sum": one.sum,
        "parts": [(part_name(what), sum_) for what, sum_ in one.parts],
    }


def payout_state(state: PayoutState) -> tuple[str, str]:
    """Its name and the kind of its badge."""
    return {
        PayoutState.PLANNED: (_("On its way"), "info"),
        PayoutState.PAID: (_("Paid"), "success"),
        PayoutState.FAILED: (_("Did not arrive"), "danger"),
        PayoutState.REVERSED: (_("Sent back by the bank"), "danger"),
        PayoutState.CANCELLED: (_("Called off"), "quiet"),
    }[state]


@pages.get("/balance/account")
def edit(seller: str) -> str:
    return _account_page(AccountForm(formdata=None), _plan_form())


@pages.post("/balance/account")
def update(seller: str) -> Any:
    """Another account: only an owner, with the password; it waits some days."""
    form = AccountForm()
    user = visit.person
    if not is_owner(g.seller, user):
        raise Forbidden(N_("Only an owner of the shop may say where it is paid."))
    if form.validate():
        try:
            name_account(
                g.seller, form.bank.data, form.number.data, form.holder.data, form.present_password.data, user,
                let_others_write,
            )  # fmt: skip
        except DomainError as error:
            form.take(error)
        else:
            visit.tell("success", _("Saved. For your safety nothing is paid to it for some days."))
            return redirect(url_for("seller.balance.show"), 303)
    return _account_page(form, _plan_form()), 422


@pages.post("/balance/plan")
def plan_payouts(seller: str) -> Any:
    form = PlanForm()
    if form.validate():
        try:
            plan(g.seller, form.rhythm.data or "", form.minimum.data or ZERO)
        except Invalid as error:
            form.take(error)
        else:
            visit.tell("success", _("Saved."))
            return redirect(url_for("seller.balance.show"), 303)
    return _account_page(AccountForm(formdata=None), form), 422


def _plan_form() -> PlanForm:
    found = find_plan(g.seller)
    return PlanForm(formdata=None, data={"rhythm": found.rhythm.value, "minimum": found.minimum})


def _account_page(form: AccountForm, planned: PlanForm) -> str:
    may = visit.user is not None and is_owner(g.seller, visit.user)
    return page(
        "seller/balance/edit.html",
        "balance",
        form=form,
        planned=planned,
        account=find_account(g.seller),
        may_change=may,
    )


def _tax_page(form: TaxForm) -> str:
    may = visit.user is not None and is_owner(g.seller, visit.user)
    year = clock.today().year
    return page(
        "seller/balance/tax.html", "balance", form=form, sold=turnover(g.seller.id, year), limit=SMALL, may_change=may
    )


@pages.get("/balance/tax")
def edit_tax(seller: str) -> str:
    told = find_profile(g.seller)
    small = has_stated(g.seller.id, clock.today().year)
    values = {"number": told.number, "states_small": small, "exempt_until": told.exempt_until}
    values["taxable_from"] = told.taxable_from
    return _tax_page(TaxForm(formdata=None, data=values))


@pages.post("/balance/tax")
def update_tax(seller: str) -> Any:
    form = TaxForm()
    user = visit.person
    if not is_owner(g.seller, user):
        raise Forbidden(N_("Only an owner of the shop may say this."))
    if form.validate():
        try:
            tell(
                g.seller, form.number.data or "", bool(form.states_small.data), form.exempt_until.data, user,
                form.taxable_from.data,
            )  # fmt: skip
        except Invalid as error:
            form.take(error)
        else:
            visit.tell("success", _("Saved. It holds for what you sell from now on."))
            return redirect(url_for("seller.balance.show"), 303)
    return _tax_page(form), 422


@pages.get("/balance/calculator")
def calculate(seller: str) -> str:
    """What will I receive? The same rule that shares the money out after the sale."""
    typed, error, found = request.args.get("price", "").strip(), "", None
    slug = request.args.get("craft", "")
    crafts = list_crafts()
    craft = next((one for one in crafts if one.slug == slug), None)
    terms = terms_of(g.seller.id, craft.id if craft else None)
    if typed:
        try:
            found = share_out(Money.parse(typed, "price"), terms)
        except DomainError as refusal:
            error = sentence(refusal)
    locale = current_locale()
    return page(
        "seller/balance/calculate.html",
        "balance",
        typed=typed,
        error=error,
        found=found,
        terms=terms,
        craft=slug,
        crafts=[("", _("Any other"))] + [(one.slug, localized(one, "name", locale)) for one in crafts],
    )
