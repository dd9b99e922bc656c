"""The shop's slip of a year: what it sold and what PPh 22 was withheld of it, month by month, on paper."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask import Blueprint, g, render_template, request

from catalog import clock
from catalog.errors import NotFound
from catalog.text import N_
from marketplace.bookkeeping.slips import yearly_slip
from marketplace.web.filters import day
from marketplace.web.pdf import can_print, pdf

pages = Blueprint("withholdings", __name__)


@pages.get("/balance/withholding")
def show(seller: str) -> Any:
    """Of `?year=2026` (this one unless told); `?as=pdf` to keep."""
    text = request.args.get("year") or str(clock.today().year)
    if not re.fullmatch(r"20[0-9]{2}", text) or int(text) > clock.today().year:
        raise NotFound(N_("There is nothing here."))
    slip = yearly_slip(g.seller, int(text))
    page = render_template(
        "seller/withholdings/show.html", slip=slip, shop=g.seller, can_print=can_print(), today=clock.today(),
        months=[(day(date(slip.year, one.month, 1), "MMMM"), one) for one in slip.months],
    )  # fmt: skip
    if request.args.get("as") == "pdf":
        return pdf(page, f"pph22-{g.seller.slug}-{slip.year}.pdf")
    return page
