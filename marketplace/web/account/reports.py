"""Pointing an operator at a message, from either side of a conversation."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Forbidden, Invalid, NotFound
from catalog.text import N_
from marketplace.conversations import services
from marketplace.conversations.models import Post, ReportReason, Side
from marketplace.conversations.queries import find_post_for
from marketplace.web import talking
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt
from marketplace.web.limits import limiter
from marketplace.web.visits import visit

pages = Blueprint("reports", __name__)


def _find(code: str) -> tuple[Post, Side]:
    """A message of the other side that this person may read; any other does not exist."""
    found = find_post_for(visit.person, code)
    if found is None or found[0].side is found[1] or found[0].removed_at is not None:
        raise NotFound(N_("There is nothing here."))
    return found


def _back(post: Post, side: Side) -> str:
    code = post.conversation.code
    if side is Side.BUYER:
        return url_for("account.conversations.show", code=code, _anchor=post.code)
    seller = post.conversation.seller.code
    return url_for("seller.conversations.show", seller=seller, code=code, _anchor=post.code)


def reasons() -> list[tuple[str, str, str]]:
    return [
        (
            ReportReason.PAYMENT,
            _("Wants to be paid around the shop"),
            _("By transfer to a private account, for example."),
        ),
        (ReportReason.INSULT, _("Insults or threatens"), ""),
        (ReportReason.FRAUD, _("Looks like a fraud"), _("Asks for passwords, codes or money for something odd.")),
        (ReportReason.SPAM, _("Advertises something else"), ""),
        (ReportReason.OTHER, _("Something else"), _("Please say below what it is.")),
    ]


def _page(post: Post, side: Side, errors: dict[str, str]) -> str:
    return render_template(
        "account/reports/new.html", post=post, side=side, back=_back(post, side), reasons=reasons(), errors=errors,
        reason=request.form.get("reason", ""), note=request.form.get("note", ""), linked=talking.linked,
    )  # fmt: skip


@pages.get("/posts/<code>/reports/new")
def new(code: str) -> str:
    return _page(*_find(code), {})


@pages.post("/posts/<code>/reports")
@limiter.limit(talking.limit, key_func=talking.sender)
def create(code: str) -> Response | tuple[str, int]:
    post, side = _find(code)
    try:
        with attempt():
            services.report(post, visit.person, side, request.form.get("reason", ""), request.form.get("note", ""))
    except (Invalid, Conflict, Forbidden) as error:
        post, side = _find(code)
        return _page(post, side, {error.field or "reason": sentence(error)}), error.status
    visit.tell("success", _("Thank you. We look at the message and write to you."))
    return redirect(_back(post, side), 303)
