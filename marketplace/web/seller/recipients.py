"""Being paid through a partner: the shop's own account there is wished for here and opened on the partner's pages.

The partner sends people back to `show`, which believes nothing: how far the account is, the worker asks, or a button.
Nobody is asked inside a transaction.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField

from catalog.errors import DomainError, Forbidden, NotFound, Unavailable
from catalog.text import N_
from marketplace.payouts import recipients
from marketplace.payouts.accounts import find_account
from marketplace.payouts.models import Recipient
from marketplace.payouts.providers import AccountState, OpensAccounts, PayoutProvider
from marketplace.sellers.queries import is_owner
from marketplace.web.errors import sentence
from marketplace.web.forms import Form, Needed
from marketplace.web.lifecycle import house, let_others_write
from marketplace.web.seller.desk import page
from marketplace.web.visits import visit

pages = Blueprint("recipients", __name__)


class WishForm(Form):
    present_password = PasswordField(_l("Your password"), validators=[Needed()])


def recipient_state(found: Recipient) -> tuple[str, str]:
    """How far an account is, and the kind of its badge."""
    if found.state is AccountState.ACTIVE and found.is_cooling:
        return _("Ready soon"), "info"
    return {
        AccountState.INCOMPLETE: (_("Not complete"), "warning"),
        AccountState.CHECKED: (_("Being checked"), "info"),
        AccountState.ACTIVE: (_("Active"), "success"),
        AccountState.REFUSED: (_("Not possible"), "danger"),
    }[found.state]


def _why(found: Recipient) -> str:
    """The partner's reasons in plain words, where they are known."""
    words = {
        "requirements_past_due": _("Details or documents are missing."),
        "requirements_pending_verification": _("Your details are being checked."),
        "unsupported_country": _("It opens no accounts in your country yet."),
        "unsupported_business": _("It does not pay for this kind of business."),
        "unsupported_entity_type": _("It does not pay this kind of company."),
        "rejected_incomplete_verification": _("Your details could not be confirmed."),
    }
    return " ".join(dict.fromkeys(words[one] for one in found.why.split() if one in words))


def _offer() -> tuple[PayoutProvider, Recipient | None]:
    """Who offers it, and how far the shop is; NotFound where nobody does."""
    payer, found = recipients.opener(), recipients.find_recipient(g.seller)
    if payer is None:
        raise NotFound(N_("There is nothing here."))
    return payer, found


def _show(form: WishForm, status: int = 200) -> Any:
    payer, found = _offer()
    body = page(
        "seller/recipients/show.html",
        "balance",
        form=form,
        partner=payer.name,
        recipient=found,
        state=recipient_state(found) if found else None,
        why=_why(found) if found else "",
        account=find_account(g.seller),
        may_change=is_owner(g.seller, visit.person),
        is_expired=request.args.get("expired") == "1",
    )
    return body, status


@pages.get("/balance/partner")
def show(seller: str) -> Any:
    return _show(WishForm(formdata=None))


@pages.post("/balance/partner")
def create(seller: str) -> Any:
    """The shop wants it: only an owner, with the password. The account is opened with the next step."""
    return _deed(recipients.wish, _("Now tell the partner who you are."))


@pages.post("/balance/partner/closing")
def destroy(seller: str) -> Any:
    done = _("Done. From now on everything is paid to your bank account.")
    return _deed(recipients.close, done)


def _deed(deed: Any, done: str) -> Any:
    _offer()
    form, user = WishForm(), visit.person
    if not is_owner(g.seller, user):
        raise Forbidden(recipients.NOT_YOURS)
    if form.validate():
        try:
            deed(g.seller, form.present_password.data, user, let_others_write)
        except DomainError as error:
            form.take(error)
        else:
            visit.tell("success", done)
            return redirect(url_for("seller.recipients.show"), 303)
    return _show(form, 422)


@pages.post("/balance/partner/link")
def link(seller: str) -> Any:
    """On to the partner's pages: the account is opened the first time, and a link there holds once."""
    payer, found = _offer()
    if found is None or not isinstance(payer, OpensAccounts):
        raise NotFound(N_("There is nothing here."))
    if not is_owner(g.seller, visit.person):
        raise Forbidden(recipients.NOT_YOURS)
    applicant, reference = recipients.applicant_of(found), found.reference
    back = house().settings.public_url + url_for("seller.recipients.show")
    let_others_write()
    opened, url, refusal = None, "", ""
    try:
        opened = None if reference else payer.open_account(applicant)
        url = payer.link(reference or (opened.reference if opened else ""), back, f"{back}?expired=1")
    except Unavailable as error:
        refusal = sentence(error)
    if opened is not None:
        current = recipients.find_recipient(g.seller)
        if current is not None:
            recipients.note(current, opened)
    if refusal:
        visit.tell("warning", refusal)
    return redirect(url or url_for("seller.recipients.show"), 303)


@pages.post("/balance/partner/reading")
def read(seller: str) -> Any:
    """Ask the partner now."""
    payer, found = _offer()
    if found is None or found.reference is None or not isinstance(payer, OpensAccounts):
        raise NotFound(N_("There is nothing here."))
    reference = found.reference
    let_others_write()
    try:
        account = payer.fetch_account(reference)
    except Unavailable as error:
        visit.tell("warning", sentence(error))
    else:
        current = recipients.find_recipient(g.seller)
        if current is not None:
            recipients.note(current, account)
    return redirect(url_for("seller.recipients.show"), 303)
