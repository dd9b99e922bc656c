"""Vouchers of the house: making, stopping, how much they are used, and the programmes that pay for some."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalog.errors import Conflict, Invalid, NotFound
from catalog.text import N_
from marketplace.promotions.queries import find_voucher, fold, list_funds, list_vouchers
from marketplace.promotions.services import open_fund, stop
from marketplace.web.forms import accepts_many
from marketplace.web.lifecycle import attempt
from marketplace.web.paging import cut
from marketplace.web.visits import visit
from marketplace.web.vouchers import FundForm, HouseVoucherForm, desk_rows

pages = Blueprint("vouchers", __name__)

PAGE_SIZE = 30


def _list(fund_form: FundForm) -> str:
    found = cut(list_vouchers(fold(request.args.get("after", "")) or None, PAGE_SIZE + 1), PAGE_SIZE)
    return render_template(
        "operator/vouchers/index.html",
        rows=desk_rows(list(found), lambda code: url_for("operator.vouchers.destroy", code=code)),
        next_after=found.next_after,
        funds=list_funds(),
        fund_form=fund_form,
    )


@pages.get("/vouchers")
def index() -> str:
    return _list(FundForm(formdata=None))


@pages.get("/vouchers/new")
def new() -> str:
    return render_template("operator/vouchers/new.html", form=HouseVoucherForm.fresh())


@pages.post("/vouchers")
@accepts_many("crafts")
def create() -> Any:
    form = HouseVoucherForm()
    form.offer()
    if form.validate() and visit.user is not None:
        try:
            with attempt():
                made = form.save(visit.user)
        except (Invalid, Conflict) as error:
            form.take(error)
        else:
            visit.tell("success", _("Voucher %(voucher)s is made.", voucher=made.code))
            return redirect(url_for("operator.vouchers.index"), 303)
    return render_template("operator/vouchers/new.html", form=form), 422


@pages.post("/vouchers/<code>/removal")
def destroy(code: str) -> Any:
    """Stop it: purchases that have used it keep it."""
    voucher = find_voucher(code)
    if voucher is None:
        raise NotFound(N_("There is no such voucher."))
    stop(voucher)
    visit.tell("success", _("Nobody can use %(voucher)s from now on.", voucher=voucher.code))
    return redirect(url_for("operator.vouchers.index"), 303)


@pages.post("/vouchers/funds")
def add_fund() -> Any:
    form = FundForm()
    if form.validate() and form.budget.data is not None:
        try:
            with attempt():
                open_fund(form.name.data or "", form.budget.data)
        except (Invalid, Conflict) as error:
            form.take(error)
        else:
            visit.tell("success", _("Saved."))
            return redirect(url_for("operator.vouchers.index"), 303)
    return _list(form), 422
