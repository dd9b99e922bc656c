"""Messages that somebody pointed at, or that the house noticed: reading them in their thread, and deciding."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalog.errors import Conflict, Invalid, NotFound
from catalog.text import N_
from marketplace.conversations import services
from marketplace.conversations.models import PostReport, ReportReason
from marketplace.conversations.queries import find_report, list_reports, read_thread
from marketplace.web import talking
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt
from marketplace.web.paging import after, before, cut
from marketplace.web.visits import visit

pages = Blueprint("reports", __name__)


def reasons() -> dict[ReportReason, str]:
    return {
        ReportReason.PAYMENT: _("Payment around the shop"),
        ReportReason.INSULT: _("Insult or threat"),
        ReportReason.FRAUD: _("Fraud"),
        ReportReason.SPAM: _("Advertising"),
        ReportReason.OTHER: _("Something else"),
        ReportReason.CONTACT: _("Sent in spite of the hint"),
    }


def _find(code: str) -> PostReport:
    report = find_report(code)
    if report is None:
        raise NotFound(N_("There is no such report."))
    return report


@pages.get("/reports")
def index() -> str:
    open_only = request.args.get("decided") != "yes"
    page = cut(list_reports(open_only, after(), 31), 30)
    return render_template("operator/reports/index.html", page=page, open_only=open_only, reasons=reasons())


def _page(report: PostReport, error: str = "") -> str:
    conversation = report.post.conversation
    return render_template(
        "operator/reports/show.html",
        report=report, conversation=conversation, thread=read_thread(conversation, before(), 100), reasons=reasons(),
        linked=talking.linked, error=error, answer=request.form.get("answer", ""),
    )  # fmt: skip


@pages.get("/reports/<code>")
def show(code: str) -> str:
    return _page(_find(code))


@pages.post("/reports/<code>/decision")
def decide(code: str) -> Any:
    """`decision` is kept or removed; removing needs a reason that the author reads."""
    report = _find(code)
    try:
        with attempt():
            services.decide(report, visit.person, request.form.get("decision", ""), request.form.get("answer", ""))
    except (Invalid, Conflict) as error:
        return _page(_find(code), sentence(error)), error.status
    visit.tell("success", _("Decided. Those whom it concerns are told."))
    return redirect(url_for("operator.reports.index"), 303)
