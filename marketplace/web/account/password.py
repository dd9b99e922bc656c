"""A new password, proven by the present one."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import PasswordField

from catalog.errors import Invalid
from marketplace.accounts import services
from marketplace.web.forms import Form, Needed
from marketplace.web.lifecycle import house, let_others_write
from marketplace.web.limits import limiter
from marketplace.web.visits import visit

pages = Blueprint("password", __name__)


class ChangePassword(Form):
    present_password = PasswordField(_l("Present password"), validators=[Needed()])
    password = PasswordField(_l("New password"), validators=[Needed()])


@pages.get("/password/edit")
def edit() -> str:
    return render_template("account/password/edit.html", form=ChangePassword(formdata=None))


@pages.post("/password")
@limiter.limit(
    lambda: house().settings.sign_in_limit,
    key_func=lambda: f"password:{visit.user.code if visit.user else ''}",
    deduct_when=lambda response: response.status_code == 422,
)
def update() -> Response | tuple[str, int]:
    form = ChangePassword()
    if form.validate():
        try:
            person = services.change_password(
                visit.person, form.present_password.data, form.password.data, let_others_write
            )
        except Invalid as error:
            form.take(error)
        else:
            # Every session has ended, this one too: whoever holds a copy of its cookie is out. We begin a new one.
            visit.session = None
            visit.sign_in(person)
            visit.tell("success", _("Your password is changed, and all other browsers are signed out."))
            return redirect(url_for("account.sessions.index"), 303)
    return render_template("account/password/edit.html", form=form), 422
