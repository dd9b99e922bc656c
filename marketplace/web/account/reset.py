"""A forgotten password: ask for the link, set a new one with it."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import PasswordField

from catalog.errors import Invalid, NotFound
from marketplace.accounts import services, tokens
from marketplace.accounts.models import TokenPurpose
from marketplace.web.account.letters import over
from marketplace.web.forms import Form, MailField, Needed
from marketplace.web.headers import keep_quiet
from marketplace.web.lifecycle import give_up, house, let_others_write
from marketplace.web.limits import limiter, of_field
from marketplace.web.visits import visit

pages = Blueprint("reset", __name__)
pages.after_request(keep_quiet)


class AskReset(Form):
    email = MailField(_l("E-mail address"))


class NewPassword(Form):
    password = PasswordField(_l("New password"), validators=[Needed()])


def _limit() -> str:
    return str(house().settings.reset_limit)


@pages.get("/reset/new")
def new() -> str:
    return render_template("account/reset/new.html", form=AskReset(formdata=None))


@pages.get("/reset")
def show() -> str:
    """After asking: look into your mail."""
    return render_template("account/reset/show.html", minutes=house().settings.reset_minutes)


@pages.post("/reset")
@limiter.limit(_limit)
@limiter.limit(_limit, key_func=of_field("email"))
def create() -> Response | tuple[str, int]:
    form = AskReset()
    if not form.validate():
        return render_template("account/reset/new.html", form=form), 422
    services.ask_reset(form.email.data, timedelta(minutes=house().settings.reset_minutes))
    return redirect(url_for("account.reset.show"), 303)


@pages.get("/reset/<token>")
def edit(token: str) -> str | tuple[str, int]:
    found = tokens.find_token(token, TokenPurpose.RESET)
    if found is None:
        return over("account.reset.new")
    return render_template(
        "account/reset/edit.html", form=NewPassword(formdata=None), token_of_link=token, email=found.email
    )


@pages.post("/reset/<token>")
def update(token: str) -> Response | tuple[str, int]:
    form = NewPassword()
    found = tokens.find_token(token, TokenPurpose.RESET)
    if found is None:
        return over("account.reset.new")
    email = found.email
    here = visit.user.id if visit.user else None
    if form.validate():
        try:
            person = services.reset(token, form.password.data, let_others_write)
        except NotFound:
            give_up()
            return over("account.reset.new")
        except Invalid as error:
            form.take(error)
        else:
            if here == person.id:
                visit.session = None  # ended with all the others
            if here is not None:
                visit.sign_out()
            return redirect(url_for("account.session.new", renewed=1), 303)
    return render_template("account/reset/edit.html", form=form, token_of_link=token, email=email), 422
