"""A shop's own vouchers: for its own pieces, paid by the shop."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from flask_babel import gettext as _

from catalog.errors import Conflict, Invalid, NotFound
from catalog.text import N_
from marketplace.promotions.queries import find_voucher_of, fold, list_vouchers
from marketplace.promotions.services import stop
from marketplace.web.lifecycle import attempt
from marketplace.web.paging import cut
from marketplace.web.seller.desk import page
from marketplace.web.visits import visit
from marketplace.web.vouchers import VoucherForm, desk_rows

pages = Blueprint("vouchers", __name__)

PAGE_SIZE = 30


@pages.get("/shop/vouchers")
def index(seller: str) -> str:
    found = cut(list_vouchers(fold(request.args.get("after", "")) or None, PAGE_SIZE + 1, g.seller), PAGE_SIZE)
    rows = desk_rows(list(found), lambda code: url_for("seller.vouchers.destroy", code=code), tells_payer=False)
    return page("seller/vouchers/index.html", "shop", rows=rows, next_after=found.next_after)


@pages.get("/shop/vouchers/new")
def new(seller: str) -> str:
    return page("seller/vouchers/new.html", "shop", form=VoucherForm.fresh())


@pages.post("/shop/vouchers")
def create(seller: str) -> Any:
    form = VoucherForm()
    if form.validate() and visit.user is not None:
        try:
            with attempt():
                made = form.save(visit.user, g.seller)
        except (Invalid, Conflict) as error:
            form.take(error)
        else:
            visit.tell("success", _("Voucher %(voucher)s is made.", voucher=made.code))
            return redirect(url_for("seller.vouchers.index"), 303)
    return page("seller/vouchers/new.html", "shop", form=form), 422


@pages.post("/shop/vouchers/<code>/removal")
def destroy(seller: str, code: str) -> Any:
    """Stop it: purchases that have used it keep it."""
    voucher = find_voucher_of(g.seller, code)
    if voucher is None:
        raise NotFound(N_("There is nothing here."))
    stop(voucher)
    visit.tell("success", _("Nobody can use %(voucher)s from now on.", voucher=voucher.code))
    return redirect(url_for("seller.vouchers.index"), 303)
