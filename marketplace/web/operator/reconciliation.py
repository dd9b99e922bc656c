"""Our book beside those of payment partners and banks: read it, see what is not alike, answer it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalog.errors import DomainError, NotFound
from catalog.text import N_
from marketplace.banking.models import BankLine, MatchKind
from marketplace.bookkeeping.models import Deed
from marketplace.ledger.accounts import bank, kind_of
from marketplace.payments.models import PaymentMethod
from marketplace.payments.providers import Turn
from marketplace.reconciliation import services
from marketplace.reconciliation.banks import line_codes, list_accounts, list_recognised
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


def _recognised_as(line: BankLine) -> str:
    return {
        MatchKind.REFUND: _("Refund"),
        MatchKind.PAYOUT: _("Transfer to a shop"),
        MatchKind.PAYMENT: _("Payment"),
    }.get(line.matched_kind or MatchKind.OUTSIDE, _("Booked"))


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
    names = source_names()
    readings = [(one, names.get(one.source, one.source), _state(one)) for one in services.list_readings()]
    going = [row for row in readings if row[0].state is ReadingState.READING]
    is_asked_again = "HX-Request" in request.headers  # by what was shown while it was read: it says what came of it
    stands = services.list_differences()
    lines = line_codes(one.about for one in stands if kind_of(one.source) == "bank")
    return render_template(
        "operator/reconciliation/index.html",
        sources=[(one, names.get(one, one)) for one in sources],
        readings=readings,
        going=going,
        over=readings[:1] if is_asked_again and not going else [],
        rows=[
            (
                one,
                names.get(one.source, one.source),
                _turn_name(one.turn),
                _gap_name(one.gap),
                _deed_for(one),
                url_for("operator.statements.line", code=one.about) if one.about in lines else "",
            )
            for one in stands
        ],
        recognised=[(one, _recognised_as(one)) for one in list_recognised()],
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
