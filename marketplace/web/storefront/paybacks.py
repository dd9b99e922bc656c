"""Where a buyer's money goes back to: named by whoever has the purchase's page."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import StringField

from catalog.errors import Conflict, Invalid, NotFound
from catalog.text import N_
from marketplace.orders.models import Purchase
from marketplace.payments import paybacks
from marketplace.web.errors import sentence
from marketplace.web.forms import AtMost, Form, Needed, line
from marketplace.web.lifecycle import attempt, house
from marketplace.web.limits import limiter
from marketplace.web.speech import gettext as _
from marketplace.web.storefront.purchases import find_for_visitor, link_token
from marketplace.web.visits import visit

pages = Blueprint("paybacks", __name__)


class AccountForm(Form):
    bank = StringField(_l("Bank or wallet"), [Needed(), AtMost(40)], filters=[line])
    number = StringField(_l("Account number"), [Needed(), AtMost(40)], filters=[line])
    holder = StringField(_l("Holder, as the bank knows it"), [Needed(), AtMost(80)], filters=[line])


def _find(code: str) -> Purchase:
    found = find_for_visitor(code)
    if not paybacks.owed_by_hand(code):
        raise NotFound(N_("Nothing waits to be sent back to you here."))
    return found


def _page(purchase: Purchase, form: AccountForm) -> str:
    return render_template(
        "storefront/paybacks/edit.html", purchase=purchase, form=form, token_value=link_token(purchase),
        total=paybacks.owed_by_hand(purchase.code), account=paybacks.find_account(purchase.code),
    )  # fmt: skip


@pages.get("/purchases/<code>/payback")
def edit(code: str) -> str:
    return _page(_find(code), AccountForm(formdata=None))


@pages.post("/purchases/<code>/payback")
@limiter.limit(lambda: house().settings.checkout_limit)
def update(code: str) -> Response | tuple[str, int]:
    """Keep the account; told of by mail, because whoever has the link may name one."""
    purchase, form = _find(code), AccountForm()
    if form.validate():
        try:
            with attempt():
                paybacks.name_account(code, form.bank.data or "", form.number.data or "", form.holder.data or "")
        except Conflict as error:
            visit.tell("warning", sentence(error))
            return redirect(url_for("storefront.purchases.show", code=code, token=link_token(purchase)), 303)
        except Invalid as error:
            form.take(error)
        else:
            visit.tell("success", _("Thank you. We send it there and write when it leaves."))
            return redirect(
                url_for("storefront.purchases.show", code=code, token=link_token(find_for_visitor(code))), 303
            )
    return _page(_find(code), form), 422
