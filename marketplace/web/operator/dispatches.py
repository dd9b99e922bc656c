"""The delivery log: what left for whom by which way, what failed and why; trying again, and passing on by WhatsApp."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalog.errors import NotFound
from catalog.text import N_, tidy
from marketplace.notifications import services
from marketplace.notifications.folder import name_of
from marketplace.notifications.kinds import KINDS, Channel
from marketplace.notifications.models import Dispatch, DispatchState
from marketplace.notifications.queries import find_dispatch, list_dispatches
from marketplace.web import notices, whatsapp
from marketplace.web.lifecycle import house
from marketplace.web.paging import after, cut
from marketplace.web.visits import visit

pages = Blueprint("dispatches", __name__)


def states() -> dict[DispatchState, tuple[str, str]]:
    """What the states are called, and the badge that they wear."""
    return {
        DispatchState.QUEUED: (_("Waiting"), "info"),
        DispatchState.SENT: (_("Sent"), "success"),
        DispatchState.FAILED: (_("Failed"), "danger"),
        DispatchState.SKIPPED: (_("Not sent"), "quiet"),
    }


def _find(code: str) -> Dispatch:
    dispatch = find_dispatch(code)
    if dispatch is None:
        raise NotFound(N_("There is nothing of that name in the delivery log."))
    return dispatch


@pages.get("/dispatches")
def index() -> str:
    wanted = request.args.get("state", "")
    state = DispatchState(wanted) if wanted in DispatchState._value2member_map_ else None
    words = tidy(request.args.get("q", ""))[:80]
    page = cut(list_dispatches(state, words=words, after=after(), limit=51), 50)
    return render_template(
        "operator/dispatches/index.html", page=page, state=state, states=states(), q=words, kinds=KINDS
    )


@pages.get("/dispatches/<code>")
def show(code: str) -> str:
    dispatch = _find(code)
    told = dispatch.notification
    kind = KINDS.get(told.kind)
    seller = told.seller
    text = whatsapp.words_of(told) if dispatch.state is not DispatchState.SENT or seller else ""
    return render_template(
        "operator/dispatches/show.html",
        dispatch=dispatch,
        kind=kind,
        shown=notices.show(told),
        state=states()[dispatch.state],
        kept=name_of(house().settings.mails_dir, dispatch.code) if dispatch.channel is Channel.MAIL else None,
        whatsapp=whatsapp.address(text, seller.phone) if text and seller and seller.phone else None,
    )


@pages.post("/dispatches/<code>/retry")
def retry(code: str) -> Any:
    if services.send_again(_find(code)):
        visit.tell("success", _("It will be tried again in a moment."))
    else:
        visit.tell("warning", _("There is nothing to try again: it was sent, or not meant to be."))
    return redirect(url_for("operator.dispatches.show", code=code), 303)


@pages.post("/dispatches/<code>/passing")
def pass_on(code: str) -> Any:
    """The operator has sent the prepared message by WhatsApp."""
    if services.mark_passed_on(_find(code)):
        visit.tell("success", _("Noted: it has been passed on."))
    return redirect(url_for("operator.dispatches.show", code=code), 303)
