"""Another address: asked for with the password, done by the link that the new address receives."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import PasswordField

from catalog.errors import Conflict, Invalid, NotFound
from marketplace.accounts import services, tokens
from marketplace.accounts.models import TokenPurpose
from marketplace.web.account.letters import over
from marketplace.web.errors import sentence
from marketplace.web.forms import Form, MailField, Needed
from marketplace.web.headers import keep_quiet
from marketplace.web.lifecycle import give_up, house, let_others_write
from marketplace.web.limits import limiter
from marketplace.web.visits import visit

pages = Blueprint("email", __name__)
pages.after_request(keep_quiet)


class ChangeEmail(Form):
    email = MailField(_l("New e-mail address"))
    present_password = PasswordField(_l("Present password"), validators=[Needed()])


@pages.get("/email/edit")
def edit() -> str:
    return render_template("account/email/edit.html", form=ChangeEmail(formdata=None))


@pages.post("/email")
@limiter.limit(lambda: house().settings.reset_limit, key_func=lambda: f"email:{visit.user.code if visit.user else ''}")
def update() -> Response | tuple[str, int]:
    form = ChangeEmail()
    if form.validate():
        span = timedelta(hours=house().settings.confirm_hours)
        try:
            services.ask_email_change(visit.person, form.email.data, form.present_password.data, span, let_others_write)
        except Invalid as error:
            form.take(error)
        else:
            visit.tell(
                "success",
                _("Please look into the mailbox of the new address: the change is done by the link in our mail."),
            )
            return redirect(url_for("account.profile.show"), 303)
    return render_template("account/email/edit.html", form=form), 422


@pages.get("/email/<token>")
def show(token: str) -> str | tuple[str, int]:
    found = tokens.find_token(token, TokenPurpose.CHANGE_EMAIL)
    if found is None:
        return over("account.email.edit")
    return render_template("account/email/show.html", token_of_link=token, email=found.email)


@pages.post("/email/<token>")
def create(token: str) -> Response | tuple[str, int]:
    """The new address takes the place of the old one."""
    try:
        person = services.change_email(token)
    except NotFound:
        give_up()
        return over("account.email.edit")
    except Conflict as error:
        give_up()
        return render_template("account/over.html", again="account.email.edit", why=sentence(error)), 409
    if visit.user is not None and visit.user.id == person.id:
        visit.tell("success", _("Your new address is in place."))
        return redirect(url_for("account.profile.show"), 303)
    return redirect(url_for("account.session.new", confirmed=1), 303)
