"""A new account. The answer is the same whether the address is new or known; the mail tells its owner."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from catalog.errors import Invalid
from marketplace.accounts import services
from marketplace.web.account.returning import asked_for, destination
from marketplace.web.forms import AtMost, Form, MailField, Needed, line
from marketplace.web.lifecycle import house, let_others_write
from marketplace.web.limits import limiter
from marketplace.web.locale import current_locale
from marketplace.web.visits import visit

pages = Blueprint("registration", __name__)


class Registration(Form):
    name = StringField(_l("Your name"), validators=[Needed(), AtMost(80)], filters=[line])
    email = MailField(_l("E-mail address"))
    password = PasswordField(_l("Password"), validators=[Needed()])


@pages.get("/registration/new")
def new() -> Response | str:
    if visit.user is not None:
        return redirect(destination(), 303)
    return render_template("account/registration/new.html", form=Registration(formdata=None), next=asked_for())


@pages.get("/registration")
def show() -> str:
    """After registering: look into your mail."""
    return render_template("account/registration/show.html", next=asked_for())


@pages.post("/registration")
@limiter.limit(lambda: house().settings.register_limit)
def create() -> Response | tuple[str, int]:
    form = Registration()
    if form.validate():
        span = timedelta(hours=house().settings.confirm_hours)
        try:
            services.register(
                form.name.data, form.email.data, form.password.data, current_locale(), span, let_others_write
            )
        except Invalid as error:
            form.take(error)
        else:
            return redirect(url_for("account.registration.show", next=asked_for() or None), 303)
    return render_template("account/registration/new.html", form=form, next=asked_for()), 422
