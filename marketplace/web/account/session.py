"""Signing in and out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import PasswordField

from catalog.db import db
from catalog.errors import Forbidden
from marketplace.accounts import services
from marketplace.accounts.models import User
from marketplace.carts.services import merge
from marketplace.web.account.returning import asked_for, destination
from marketplace.web.errors import said, sentence
from marketplace.web.forms import Form, MailField, Needed
from marketplace.web.guards import door
from marketplace.web.lifecycle import house, let_others_write
from marketplace.web.limits import limiter, of_field
from marketplace.web.visits import visit

pages = Blueprint("session", __name__)


class SignIn(Form):
    email = MailField(_l("E-mail address"))
    password = PasswordField(_l("Password"), validators=[Needed()])


def _limit() -> str:
    return str(house().settings.sign_in_limit)


def _was_refused(response: Any) -> bool:
    """Only failures count: a village behind one address may sign in as often as it likes."""
    return response.status_code in (403, 422)


@pages.get("/session/new")
def new() -> Response | str:
    if visit.user is not None:
        return redirect(destination(), 303)
    return render_template("account/session/new.html", form=SignIn(formdata=None), next=asked_for())


@pages.get("/session")
def show() -> Response:
    """The address of a refused form, opened again or in the other language."""
    return redirect(url_for("account.session.new"), 303)


@pages.post("/session")
@door
@limiter.limit(_limit, deduct_when=_was_refused)
@limiter.limit(_limit, key_func=of_field("email"), deduct_when=_was_refused)
def create() -> Response | tuple[str, int]:
    if visit.user is not None:  # in another tab, a moment ago
        return redirect(destination(), 303)
    form = SignIn()
    if form.validate():
        try:
            person = services.prove(form.email.data, form.password.data, let_others_write)
        except Forbidden as error:
            form.form_errors.append(sentence(error))
        else:
            if person is not None:
                enter(person)
                return redirect(destination(), 303)
            form.form_errors.append(
                _("This address and this password do not belong together. Check both, or set a new password.")
            )
    return render_template("account/session/new.html", form=form, next=asked_for()), 422


def enter(person: User) -> None:
    """Begin the person's session; what a guest gathered comes along, and the guest's session ends."""
    before = visit.session
    visit.sign_in(person)
    if before is None:
        return
    notices = merge(before, person)
    db.session.delete(before)
    db.session.flush()
    for notice in notices:
        visit.tell("info", said(notice.message, notice.params))


@pages.post("/session/removal")
def destroy() -> Response:
    visit.sign_out()
    return redirect(url_for("account.session.new", left=1), 303)
