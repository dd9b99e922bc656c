"""How many pieces are ready, of everything, on one page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from catalog.db import db
from catalog.errors import Conflict, Invalid
from catalog.inventory.models import Stock
from catalog.products.models import Fulfilment, Product, ProductPicture, ProductState, Variant
from catalog.text import N_, localized
from marketplace.web import paging
from marketplace.web.lifecycle import attempt
from marketplace.web.locale import current_locale
from marketplace.web.seller.answers import Answer, Complaints
from marketplace.web.seller.desk import page
from marketplace.web.seller.levels import bring, levels_of
from marketplace.web.visits import visit

pages = Blueprint("stock", __name__)

PAGE_SIZE = 50


def _variants(after: str | None) -> list[Variant]:
    """Ready-made variants on offer, pieces on sale only, newest piece first."""
    statement = (
        select(Variant)
        .join(Variant.product)
        .where(
            Product.seller_id == g.seller.id,
            Product.state.in_([ProductState.LIVE, ProductState.HELD]),
            Variant.is_active,
            Variant.fulfilment == Fulfilment.READY,
        )
        .options(
            joinedload(Variant.product, innerjoin=True).selectinload(Product.pictures).joinedload(ProductPicture.image),
            selectinload(Variant.values),
        )
        .order_by(Variant.product_id.desc(), Variant.id)
        .limit(PAGE_SIZE + 1)
    )
    if after:
        last = (
            select(Variant.product_id, Variant.id)
            .where(Variant.code == after, Variant.seller_id == g.seller.id)
            .subquery()
        )
        statement = statement.join(
            last,
            (Variant.product_id < last.c.product_id)
            | ((Variant.product_id == last.c.product_id) & (Variant.id > last.c.id)),
        )
    return list(db.session.scalars(statement))


@pages.get("/stock")
def edit(seller: str) -> str:
    return _page({}, Complaints())


def _page(typed: dict[str, str], wrong: Complaints) -> str:
    found = paging.cut(_variants(paging.after()), PAGE_SIZE)
    stock = levels_of(found)
    rows = [_row(variant, stock.get(variant.id), typed, wrong) for variant in found]
    return page(
        "seller/stock/edit.html", "stock", rows=rows, wrong=wrong, next_after=found.next_after, after=paging.after()
    )


def _row(variant: Variant, level: Stock | None, typed: dict[str, str], wrong: Complaints) -> dict[str, Any]:
    locale = current_locale()
    on_hand = str(level.on_hand) if level else ""
    name = " · ".join(localized(value, "name", locale) for value in variant.values)
    title = localized(variant.product, "title", locale)
    answer = Answer(
        f"level-{variant.code}",
        _("Pieces ready: %(title)s", title=f"{title} {name}".strip()),
        typed.get(variant.code, on_hand),
        True,
    )
    wrong.show_at([answer])
    held = level.reserved if level else 0
    return {
        "code": variant.code,
        "title": title,
        "name": name,
        "image": variant.product.pictures[0].image if variant.product.pictures else None,
        "url": url_for("seller.products.show", code=variant.product.code),
        "answer": answer,
        "seen": on_hand,
        "out": level is None or level.available <= 0,
        "note": ngettext("%(num)d held for a buyer", "%(num)d held for buyers", held) if held else "",
    }


@pages.post("/stock")
def update(seller: str) -> Response | tuple[str, int]:
    """Set what was changed; nothing when one line is wrong, so that the page stays true."""
    shown = {variant.code: variant for variant in _variants(paging.after())[:PAGE_SIZE]}
    typed = {code: request.form[f"level-{code}"][:20] for code in shown if f"level-{code}" in request.form}
    wrong = Complaints()
    changed = 0
    try:
        with attempt():
            for code, text in typed.items():
                seen = request.form.get(f"seen-{code}", "")[:20]
                if text.strip() == seen.strip():
                    continue
                if problem := bring(shown[code], text, seen):
                    wrong.add(f"level-{code}", problem)
                else:
                    changed += 1
            if wrong:
                raise Invalid(N_("Please look at the marked lines."))
    except (Invalid, Conflict) as error:
        if not wrong:
            wrong.take(error)
        return _page(typed, wrong), 422
    visit.tell(
        "success",
        ngettext("%(num)d number changed.", "%(num)d numbers changed.", changed)
        if changed
        else _("Nothing was changed."),
    )
    return redirect(url_for("seller.stock.edit", after=paging.after()), 303)
