"""Name and language."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField

from catalog.errors import Invalid
from marketplace.accounts import services
from marketplace.web.forms import AtMost, Form, Needed, line
from marketplace.web.visits import visit

pages = Blueprint("profile", __name__)


class Profile(Form):
    name = StringField(_l("Your name"), validators=[Needed(), AtMost(80)], filters=[line])
    locale = RadioField(_l("Language of our mails"), choices=[("id", "Bahasa Indonesia"), ("en", "English")])


@pages.get("/profile")
def show() -> str:
    return render_template("account/profile/show.html", person=visit.user)


@pages.get("/profile/edit")
def edit() -> str:
    return render_template("account/profile/edit.html", form=Profile(formdata=None, obj=visit.user))


@pages.post("/profile")
def update() -> Response | tuple[str, int]:
    form = Profile()
    if form.validate():
        try:
            services.rename(visit.person, form.name.data, form.locale.data)
        except Invalid as error:
            form.take(error)
        else:
            visit.tell("success", _("Saved."))
            return redirect(url_for("account.profile.show"), 303)
    return render_template("account/profile/edit.html", form=form), 422
