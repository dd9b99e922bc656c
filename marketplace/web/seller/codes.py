"""The shop's own QRIS, for what is paid at hand."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import PasswordField, TextAreaField

from catalog.errors import DomainError
from marketplace.payments.qris import LONGEST
from marketplace.payments.shop_codes import drop_code, find_code, name_code
from marketplace.payouts.terms import terms
from marketplace.sellers.queries import is_owner
from marketplace.web.forms import AtMost, Form, Needed
from marketplace.web.lifecycle import let_others_write
from marketplace.web.qris import drawn
from marketplace.web.seller.desk import page
from marketplace.web.visits import visit

pages = Blueprint("codes", __name__)


class CodeForm(Form):
    qris = TextAreaField(
        _l("Text of the QRIS"),
        [Needed(), AtMost(LONGEST)],
        description=_l("Scan the printed code with any reader app and copy what it shows. It begins with 000201."),
    )
    present_password = PasswordField(_l("Your password"), [Needed()])


@pages.get("/balance/qris")
def edit(seller: str) -> str:
    return _page(CodeForm(formdata=None))


@pages.post("/balance/qris")
def update(seller: str) -> Any:
    """Another code: only an owner, with the password; it waits some days."""
    form, user = CodeForm(), visit.user
    assert user is not None
    if form.validate():
        try:
            name_code(
                g.seller,
                form.qris.data or "",
                form.present_password.data or "",
                user,
                let_others_write,
                terms().cooling,
            )
        except DomainError as error:
            if not error.field:
                raise
            form.take(error)
        else:
            visit.tell("success", _("Saved. For your safety no buyer sees it for some days."))
            return redirect(url_for("seller.codes.edit"), 303)
    return _page(form), 422


@pages.post("/balance/qris/removal")
def destroy(seller: str) -> Response:
    drop_code(g.seller, visit.person)
    visit.tell("success", _("Taken out. Buyers pay in cash."))
    return redirect(url_for("seller.codes.edit"), 303)


def _page(form: CodeForm) -> str:
    code = find_code(g.seller)
    return page(
        "seller/codes/edit.html", "balance", form=form, code=code, drawing=drawn(code.qris) if code else None,
        may_change=visit.user is not None and is_owner(g.seller, visit.user),
    )  # fmt: skip
