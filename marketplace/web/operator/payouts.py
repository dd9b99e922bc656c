"""Paying shops: who is to be paid, batches that two people look at, the bank's file, and what the bank says afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from catalog.errors import DomainError, NotFound
from catalog.money import total
from catalog.text import N_
from marketplace.payouts import services
from marketplace.payouts.files import LAYOUTS, PLAIN
from marketplace.payouts.models import BatchState, Payout, PayoutBatch, PayoutState
from marketplace.payouts.providers import provider
from marketplace.payouts.queries import Hold, Prospect, find_batch, find_payout, list_batches, prospects
from marketplace.payouts.sending import count_waiting, give_up
from marketplace.web.errors import sentence
from marketplace.web.filters import day
from marketplace.web.lifecycle import attempt
from marketplace.web.visits import visit

pages = Blueprint("payouts", __name__)
_LAYOUTS = {"bca": "BCA", "bri": "BRI", "mandiri": "Mandiri"}


def _why(one: Prospect) -> str:
    until = day(one.until) if one.until else ""
    words = {
        Hold.DEBT: _("owes us"),
        Hold.DISPUTE: _("held for a dispute"),
        Hold.SUSPENDED: _("paused"),
        Hold.NO_ACCOUNT: _("has named no bank account"),
        Hold.COOLING: _("its bank account is new, until %(day)s", day=until),
        Hold.MINIMUM: _("below its least sum"),
        Hold.RHYTHM: _("paid next on %(day)s", day=until),
    }
    return words.get(one.hold, "") if one.hold else _("to be paid")


def _state(batch: PayoutBatch) -> tuple[str, str]:
    return {
        BatchState.DRAWN: (_("Waits for a second look"), "warning"),
        BatchState.APPROVED: (_("Approved"), "success"),
        BatchState.CANCELLED: (_("Called off"), "quiet"),
    }[batch.state]


def payout_state(state: PayoutState) -> tuple[str, str]:
    return {
        PayoutState.PLANNED: (_("To be paid"), "info"),
        PayoutState.PAID: (_("Paid"), "success"),
        PayoutState.FAILED: (_("Did not arrive"), "danger"),
        PayoutState.REVERSED: (_("Sent back by the bank"), "danger"),
        PayoutState.CANCELLED: (_("Called off"), "quiet"),
    }[state]


def _where(one: Prospect) -> str:
    """Which way a shop's money goes."""
    ways = [f"{one.account.bank} {one.account.masked}"] if one.account and any(w.is_by_bank for w in one.ways) else []
    own = [way for way in one.ways if not way.is_by_bank]
    if own:
        name = provider(own[0].provider).name
        ways.append(ngettext("%(name)s, one order", "%(name)s, %(num)d orders", len(own), name=name))
    return " + ".join(ways)


def _index(error: str = "") -> str:
    found = prospects()
    return render_template(
        "operator/payouts/index.html",
        ready=[(one, _where(one)) for one in found if one.is_ready],
        others=[(one, _why(one)) for one in found if not one.is_ready],
        total=total(one.leaving for one in found if one.is_ready),
        batches=[(one, _state(one)) for one in list_batches()],
        stuck=count_waiting(),
        error=error,
    )


@pages.get("/payouts")
def index() -> str:
    return _index()


@pages.post("/payouts")
def create() -> Any:
    """Draw a batch of everybody who is to be paid now."""
    try:
        with attempt():
            batch = services.draw(visit.person)
    except DomainError as error:
        return _index(sentence(error)), error.status
    visit.tell("success", _("The batch is drawn. A second operator looks at it before it is paid."))
    return redirect(url_for("operator.payouts.show", code=batch.code), 303)


def _batch(code: str) -> PayoutBatch:
    batch = find_batch(code)
    if batch is None:
        raise NotFound(N_("There is nothing here."))
    return batch


def _show(batch: PayoutBatch, error: str = "") -> str:
    return render_template(
        "operator/payouts/show.html",
        batch=batch,
        state=_state(batch),
        rows=[(one, payout_state(one.state)) for one in batch.payouts],
        banks=services.banks_of(batch.payouts),
        layouts=[(one, _LAYOUTS[one]) for one in LAYOUTS if one != PLAIN],
        is_mine=batch.drawn_by_id == visit.person.id,
        error=error,
    )


@pages.get("/payouts/<code>")
def show(code: str) -> str:
    return _show(_batch(code))


@pages.post("/payouts/<code>/approval")
def approve(code: str) -> Any:
    return _step(_batch(code), lambda batch: services.approve(batch, visit.person), _("Approved. It can be paid now."))


@pages.post("/payouts/<code>/cancellation")
def cancel(code: str) -> Any:
    done = _("Called off. The shops have their money on their balance again.")
    return _step(_batch(code), lambda batch: services.cancel(batch, visit.person), done)


@pages.get("/payouts/<code>/file")
def export(code: str) -> Any:
    """The bank's mass transfer as a table; `?bank=` of receivers at one bank, `?layout=` in the columns of ours."""
    batch = _batch(code)
    layout = request.args.get("layout") or PLAIN
    body = services.bank_file(batch, request.args.get("bank", ""), layout)
    name = f"payouts-{batch.code}{'' if layout == PLAIN else f'-{layout}'}.csv"
    return Response(body, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@pages.post("/payouts/transfers/<code>/confirmation")
def confirm(code: str) -> Any:
    """The bank has paid it."""
    payout = _payout(code)
    reference = request.form.get("reference", "")
    return _step(
        payout.batch, lambda _batch: services.confirm(payout, reference, visit.person), _("Noted: it is paid.")
    )


@pages.post("/payouts/transfers/<code>/failure")
def fail(code: str) -> Any:
    """It did not arrive, or came back."""
    payout = _payout(code)
    reason = request.form.get("reason", "")
    done = _("Noted. The shop has the sum on its balance again.")
    return _step(payout.batch, lambda _batch: services.fail(payout, reason, visit.person), done)


@pages.post("/payouts/transfers/<code>/giving-up")
def let_go(code: str) -> Any:
    """A partner has not sent it and shall not any more."""
    payout = _payout(code)
    done = _("Noted. The worker asks the partner whether it has left; if not, the shop has it on its balance again.")
    return _step(payout.batch, lambda _batch: give_up(payout, visit.person), done)


def _payout(code: str) -> Payout:
    payout = find_payout(code)
    if payout is None:
        raise NotFound(N_("There is nothing here."))
    return payout


def _step(batch: PayoutBatch, deed: Callable[[PayoutBatch], object], done: str) -> Any:
    code = batch.code
    try:
        with attempt():
            deed(batch)
    except DomainError as error:
        return _show(_batch(code), sentence(error)), error.status
    visit.tell("success", done)
    return redirect(url_for("operator.payouts.show", code=code), 303)
