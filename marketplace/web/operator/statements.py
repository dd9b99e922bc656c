"""Statements of banks: brought in, read in the background, and the lines that wait for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalog.errors import DomainError, Invalid, NotFound
from catalog.text import N_
from marketplace.banking import clearing, statements
from marketplace.banking.clearing import Outcome
from marketplace.banking.layouts import LAYOUTS
from marketplace.banking.layouts.given import beginning
from marketplace.banking.models import BankLine, BankStatement, LineState, MatchKind, Reason, StatementState
from marketplace.banking.queries import (
    TO_DO,
    count_lines,
    find_line,
    find_statement,
    held_for,
    list_candidates,
    list_lines,
    list_statements,
)
from marketplace.payments import by_hand
from marketplace.payments.models import PaymentState
from marketplace.payments.queries import find_account, find_by_code, list_accounts
from marketplace.shipping.tables import MAX_BYTES, write_table
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt
from marketplace.web.rates import say, table_file
from marketplace.web.visits import visit

pages = Blueprint("statements", __name__)
SHOWN = 200


def _why(line: BankLine) -> str:
    if line.state is LineState.HELD:
        return _("A part: it waits for the rest.")
    words = {
        Reason.NOTHING: _("Nobody was asked for this sum."),
        Reason.NEAR: _("Nobody was asked for this sum, but somebody for nearly as much."),
        Reason.AGAIN: _("The payment that asks for this sum is paid already."),
        Reason.CLOSED: _("The payment that asked for this sum is closed."),
        Reason.LATE: _("The bank dates it after the payment's time."),
        Reason.EARLY: _("The bank dates it before the payment was asked for."),
        Reason.LARGE: _("A large sum: another operator than the one who brought it in says whose it is."),
        Reason.EITHER: _("Two payments may be meant: one asks for this sum, another one lacks it."),
    }
    return words.get(line.reason, "") if line.reason else ""


def _what(line: BankLine) -> str:
    if line.matched_kind is not None:
        return {
            MatchKind.PAYMENT: _("It paid a purchase."),
            MatchKind.PART: _("It is a part of what a purchase cost."),
            MatchKind.EXTRA: _("It goes back to its buyer."),
            MatchKind.REFUND: _("Money that went back to a buyer."),
            MatchKind.PAYOUT: _("A shop was paid."),
            MatchKind.OUTSIDE: _("It stands in the ledger."),
        }[line.matched_kind]
    return {
        LineState.FRESH: _("Nobody has looked at it yet."),
        LineState.OPEN: _("Nobody has said what it was for."),
        LineState.IGNORED: _("It was left aside."),
    }.get(line.state) or _why(line)


def _states() -> dict[StatementState, str]:
    return {
        StatementState.NAMING: _("Say what its columns mean"),
        StatementState.READING: _("Is being read"),
        StatementState.STOPPED: _("Stopped"),
        StatementState.READ: _("Read"),
    }


def _index(error: str = "") -> str:
    return render_template(
        "operator/statements/index.html",
        statements=list_statements(),
        lines=[(one, _why(one)) for one in list_lines(TO_DO)],
        accounts=list_accounts(),
        layouts=[
            ("", _("Recognise it by itself")),
            *((one.code, one.title) for one in LAYOUTS),
            (statements.BY_HAND, _("I say what the columns mean")),
        ],
        states=_states(),
        given=request.form,
        alone=by_hand.highest(),
        error=error,
    )


@pages.get("/statements")
def index() -> str:
    return _index()


@pages.post("/statements")
def create() -> Any:
    """A file of a bank comes in; the worker reads it."""
    file = request.files.get("file")
    data = file.read(MAX_BYTES + 1) if file else b""
    name = (file.filename or "") if file else ""
    user = visit.person
    try:
        account = find_account(request.form.get("account", ""))
        if account is None or not data:
            raise Invalid(N_("Choose the account and a CSV file of its bank."), field="file")
        with attempt():
            statement = statements.bring_in(data, account, user, request.form.get("layout", ""), file_name=name)
    except DomainError as error:
        return _index(sentence(error)), error.status
    return redirect(url_for("operator.statements.show", code=statement.code), 303)


def _find(code: str) -> BankStatement:
    statement = find_statement(code)
    if statement is None:
        raise NotFound(N_("There is nothing here."))
    return statement


@pages.get("/statements/<code>")
def show(code: str) -> str:
    statement = _find(code)
    if statement.state is StatementState.NAMING:
        return _columns(statement, {})
    wrong = [
        (one["row"], one["cells"].get(error["field"], ""), say(error))
        for one in statement.failures
        for error in one["errors"]
    ]
    return render_template(
        "operator/statements/show.html",
        statement=statement,
        counts=count_lines(statement),
        wrong=wrong[:SHOWN],
        lines=[(one, _why(one)) for one in list_lines(TO_DO, statement)],
        kept=[(one, _what(one)) for one in list_lines(list(LineState), statement, limit=SHOWN)],
    )


def _columns(statement: BankStatement, chosen: Mapping[str, str], error: DomainError | None = None) -> str:
    start = beginning(statement.body)
    names = [name or _("Column %(number)s", number=place + 1) for place, name in enumerate(start.names)]
    labels = {
        "day": _("The day"), "text": _("Words"), "sum": _("The sum"), "side": _("Whether it came or left (CR, DB)"),
        "credit": _("What came"), "debit": _("What left"), "balance": _("What lay on the account afterwards"),
        "reference": _("The bank's reference"),
    }  # fmt: skip
    return render_template(
        "operator/statements/columns.html",
        statement=statement,
        rows=[[*row, *[""] * (len(names) - len(row))] for row in start.rows],
        names=names,
        labels=labels,
        chosen=chosen or start.guess,
        wrong=(error.field or "day") if error else "",
        error=sentence(error) if error else "",
    )


@pages.post("/statements/<code>/columns")
def name(code: str) -> Any:
    """What the columns of a file mean, or (`deed` `discard`) that it was brought in by mistake."""
    statement = _find(code)
    if request.form.get("deed") == "discard":
        statements.discard(statement)
        visit.tell("success", _("The file is gone. Nothing was taken from it."))
        return redirect(url_for("operator.statements.index"), 303)
    try:
        with attempt():
            statements.name_columns(statement, request.form, visit.person)
    except Invalid as error:
        return _columns(_find(code), request.form, error), error.status
    return redirect(url_for("operator.statements.show", code=code), 303)


@pages.get("/statements/<code>/failures.csv")
def failures(code: str) -> Response:
    """The rows that could not be read, with what is wrong."""
    statement = _find(code)
    columns = sorted({name for one in statement.failures for name in one["cells"]})
    rows = [
        [one["row"], *(one["cells"].get(name, "") for name in columns), " ".join(say(each) for each in one["errors"])]
        for one in statement.failures
    ]
    return table_file(write_table(["row", *columns, "problem"], rows), f"mutasi-salah-{code}.csv")


@pages.post("/statements/<code>/pause")
def pause(code: str) -> Any:
    """Stop the reading, or go on with it."""
    statement = _find(code)
    if statement.state is StatementState.STOPPED:
        statements.resume(statement)
    else:
        statements.stop(statement)
    return redirect(url_for("operator.statements.show", code=code), 303)


def _line(code: str) -> BankLine:
    line = find_line(code)
    if line is None:
        raise NotFound(N_("There is nothing here."))
    return line


def _sheet(line: BankLine, error: str = "") -> str:
    words = request.args.get("q", "")[:80]
    return render_template(
        "operator/statements/line.html",
        line=line,
        may_be_undone=clearing.may_be_undone(line),
        what=_what(line),
        candidates=(found := list_candidates(line, words)),
        held=held_for([one.code for one in found]),
        states={
            PaymentState.PENDING: _("Waiting for payment"),
            PaymentState.PAID: _("Paid"),
            PaymentState.EXPIRED: _("Expired"),
            PaymentState.CANCELLED: _("Cancelled"),
            PaymentState.LATE: _("Came too late"),
            PaymentState.REFUNDED: _("Sent back"),
        },
        mine=visit.user is not None and line.statement.user_id == visit.user.id,
        words=words,
        error=error,
    )


@pages.get("/statements/lines/<code>")
def line(code: str) -> str:
    return _sheet(_line(code))


@pages.post("/statements/lines/<code>")
def decide(code: str) -> Any:
    """Whose money it is: `deed` assign or back with a `payment`, again, or ignore with a `reason`."""
    found = _line(code)
    user, deed = visit.user, request.form.get("deed", "")
    assert user is not None
    told = _("Noted.")
    try:
        with attempt():
            if deed in ("assign", "back"):
                payment = find_by_code(request.form.get("payment", ""))
                if payment is None:
                    raise Invalid(N_("Choose whose payment it is."), field="payment")
                outcome = (clearing.assign if deed == "assign" else clearing.send_back)(found, payment, user)
                told = _outcome(outcome)
            elif deed == "again":
                clearing.reopen(found, user)
            else:
                clearing.ignore(found, request.form.get("reason", ""), user)
    except DomainError as error:
        return _sheet(_line(code), sentence(error)), error.status
    visit.tell("success", told)
    return redirect(url_for("operator.statements.index"), 303)


def _outcome(outcome: Outcome) -> str:
    return {
        Outcome.PAID: _("It is paid. The makers are told."),
        Outcome.MORE: _("It is paid. What is beyond it stands in the list of refunds."),
        Outcome.SHORT: _("It waits for the rest."),
        Outcome.BACK: _("It stands in the list of refunds."),
    }[outcome]
