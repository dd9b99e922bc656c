"""Our book beside those of payment partners and banks: read it, see what is not alike, answer it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalog.errors import DomainError, NotFound
from catalog.text import N_
from marketplace.bookkeeping.models import Deed
from marketplace.ledger.accounts import bank, kind_of
from marketplace.payments.models import PaymentMethod
from marketplace.payments.providers import Turn
from marketplace.reconciliation import services
from marketplace.reconciliation.banks import list_accounts
from marketplace.reconciliation.models import Difference, Gap, Reading, ReadingState
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt
from marketplace.web.visits import visit

pages = Blueprint("reconciliation", __name__)


def source_names() -> dict[str, str]:
    """What each book is called."""
    partners = {PaymentMethod.CARD.value: _("Card payments"), PaymentMethod.ONLINE.value: _("Online payments")}
    return partners | {bank(one.code): f"{one.bank} {one.number}" for one in list_accounts()}


def _turn_name(turn: Turn) -> str:
    return {
        Turn.PAYMENT: _("Payment"),
        Turn.REFUND: _("Refund"),
        Turn.DISPUTE: _("Dispute"),
        Turn.PAYOUT: _("Payout to our bank"),
        Turn.TRANSFER: _("Transfer to a shop"),
        Turn.FEE: _("Fee"),
        Turn.OTHER: _("Something else"),
    }[turn]


def _gap_name(gap: Gap) -> str:
    return {
        Gap.ONLY_OURS: _("Only in our book"),
        Gap.ONLY_THEIRS: _("Only in the other book"),
        Gap.SUM: _("Another sum"),
        Gap.FEE: _("Another fee"),
        Gap.CURRENCY: _("Another currency"),
    }[gap]


def _state(reading: Reading) -> tuple[str, str]:
    if reading.state is ReadingState.READING:
        return _("Is being read"), "info"
    if reading.state is ReadingState.STOPPED:
        return _("The partner does not answer"), "warning"
    return (_("No difference"), "success") if not reading.found else (_("Differences"), "warning")


def _deed_for(one: Difference) -> str:
    """Which page explains or books it, where one does."""
    if one.gap is not Gap.ONLY_THEIRS:
        return ""
    if kind_of(one.source) == "bank":
        return url_for("operator.bookings.index")
    deeds = {Turn.PAYOUT: Deed.SETTLEMENT, Turn.FEE: Deed.PARTNER_FEE}
    return url_for(
        "operator.bookings.new", deed=deeds[one.turn].value, scope=one.source, reference=one.about[:60]
    ) if one.turn in deeds else ""  # fmt: skip


def _index(error: str = "") -> str:
    sources = services.sources()
    readings = services.list_readings()
    stands = services.list_differences()
    names = source_names()
    return render_template(
        "operator/reconciliation/index.html",
        sources=[(one, names.get(one, one)) for one in sources],
        readings=[(one, names.get(one.source, one.source), _state(one)) for one in readings],
        is_going=any(one.state is ReadingState.READING for one in readings),
        rows=[
            (one, names.get(one.source, one.source), _turn_name(one.turn), _gap_name(one.gap), _deed_for(one))
            for one in stands
        ],
        error=error,
    )


@pages.get("/ledger/reconciliation")
def index() -> str:
    return _index()


@pages.post("/ledger/reconciliation")
def create() -> Any:
    """The worker reads the partner's book and compares it with ours."""
    try:
        with attempt():
            services.start(request.form.get("source", ""), visit.person)
    except DomainError as error:
        return _index(sentence(error)), error.status
    visit.tell("success", _("The book is being read. This page shows how far it is."))
    return redirect(url_for("operator.reconciliation.index"), 303)


@pages.post("/ledger/reconciliation/<code>")
def answer(code: str) -> Any:
    found = services.find_difference(code)
    if found is None:
        raise NotFound(N_("There is nothing here."))
    try:
        with attempt():
            services.answer(found, request.form.get("answer", ""), visit.person)
    except DomainError as error:
        return _index(sentence(error)), error.status
    visit.tell("success", _("Noted."))
    return redirect(url_for("operator.reconciliation.index"), 303)
