"""Which one thing a shop should do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import exists, select

from catalog.db import db
from catalog.inventory.models import Stock
from catalog.products.models import Fulfilment, Product, ProductState, Variant
from marketplace.curation.queries import checklist_of, latest_submission
from marketplace.orders.models import Order, OrderState
from marketplace.sellers.models import Decision, Seller, SellerState
from marketplace.sellers.queries import latest_application
from marketplace.web.filters import day_short
from marketplace.web.seller.words import last_day, pieces_in, ship_words, title_of


@dataclass(frozen=True)
class Next:
    title: str
    text: str
    label: str | None = None
    url: str | None = None
    icon: str = "circle"
    image: Any = None
    second_label: str | None = None
    second_url: str | None = None


@dataclass(frozen=True)
class Draft:
    """A draft with what it still needs; `reason` when curators gave it back."""

    code: str
    title: str
    image: Any
    missing: list[str]
    reason: str

    @property
    def url(self) -> str:
        return url_for("seller.products.show", code=self.code)


def draft_of(product: Product) -> Draft:
    missing = []
    for point in checklist_of(product):
        if not point.done:
            text = _(point.sentence)
            missing.append(text % point.params if point.params else text)
    submission = latest_submission(product)
    reason = submission.reason if submission and submission.decision is Decision.REFUSED else ""
    image = product.pictures[0].image if product.pictures else None
    return Draft(product.code, title_of(product), image, missing, reason)


def next_thing(
    shop: Seller, orders: Sequence[Order], states: Mapping[ProductState, int], drafts: Sequence[Draft]
) -> Next:
    """Promises to buyers first, then what somebody answered, then what brings the next piece on sale."""
    if shop.state is SellerState.SUSPENDED:
        return Next(
            _("Your shop is paused"), _("Nothing can be bought at the moment. Orders that were placed before still want to be sent."),
            _("See the orders"), url_for("seller.orders.index"), "lock",
        )  # fmt: skip
    return _for_orders(orders) or _for_application(shop, states) or _for_pieces(shop, states, drafts)


def _for_orders(orders: Sequence[Order]) -> Next | None:
    if not orders:
        return None
    order = orders[0]
    url = url_for("seller.orders.show", code=order.code)
    image = order.lines[0].image if order.lines else None
    name = order.purchase.recipient
    others = len(orders) - 1
    more = (
        " " + ngettext("One more order waits after it.", "%(num)d more orders wait after it.", others) if others else ""
    )
    if order.state is OrderState.TO_CONFIRM:
        by = day_short(last_day(order.due_at)) if order.due_at else ""
        text = _(
            "%(name)s ordered %(pieces)s. Say by %(day)s that you take it on.",
            name=name,
            pieces=pieces_in(order),
            day=by,
        )
        return Next(_("Accept the order"), text + more, _("Look at the order"), url, "package", image)
    by = day_short(order.ship_by) if order.ship_by else ""
    text = _("%(pieces)s for %(name)s. You promised it for %(day)s.", pieces=pieces_in(order), name=name, day=by)
    slip = url_for("seller.slips.show", order=order.code)
    return Next(
        _("Pack it and send it"), text + more, ship_words(order)[1], url, "truck", image, _("Packing slip"), slip
    )


def _for_application(shop: Seller, states: Mapping[ProductState, int]) -> Next | None:
    if shop.state is SellerState.REFUSED:
        application = latest_application(shop)
        reason = application.reason if application else ""
        return Next(
            _("Your shop could not be opened yet"), reason, _("Correct it and apply again"),
            url_for("account.applications.edit", code=shop.code), "pencil",
        )  # fmt: skip
    if shop.state is not SellerState.APPLIED:
        return None
    look = url_for("account.applications.show", code=shop.code)
    if states:
        return Next(
            _("We are looking at your application"), _("You get the answer by mail. Your drafts can be submitted as soon as the shop is open."),
            _("Work on your pieces"), url_for("seller.products.index"), "hourglass", None, _("See the application"), look,
        )  # fmt: skip
    return Next(
        _("Prepare your first piece meanwhile"),
        _("We are looking at your application. Take photos in daylight; the piece can be submitted as soon as the shop is open."),
        _("Take a photo"), url_for("seller.products.new"), "camera", None, _("See the application"), look,
    )  # fmt: skip


def _for_pieces(shop: Seller, states: Mapping[ProductState, int], drafts: Sequence[Draft]) -> Next:
    given_back = next((one for one in drafts if one.reason), None)
    if given_back is not None:
        title = _("“%(title)s” needs one more step", title=given_back.title)
        return Next(
            title,
            _("The curators write: %(reason)s", reason=given_back.reason),
            _("Open the piece"),
            given_back.url,
            "message-circle",
            given_back.image,
        )
    if not states:
        return Next(
            _("Show your first piece"), _("A photo and a name are enough to begin. Everything else can follow."),
            _("Take a photo"), url_for("seller.products.new"), "camera",
        )  # fmt: skip
    ready = next((one for one in drafts if not one.missing), None)
    if ready is not None:
        return Next(
            _("“%(title)s” is complete", title=ready.title), _("Look at it once more as buyers will, then send it to the curators."),
            _("Open the piece"), ready.url, "send", ready.image,
        )  # fmt: skip
    if drafts:
        one = min(drafts, key=lambda draft: len(draft.missing))
        left = ngettext(
            "One thing is missing: %(first)s",
            "%(num)d things are missing. The next one: %(first)s",
            len(one.missing),
            first=one.missing[0],
        )
        return Next(_("Finish “%(title)s”", title=one.title), left, _("Go on"), one.url, "pencil", one.image)
    gone = _sold_out(shop)
    if gone is not None:
        return Next(
            _("“%(title)s” is sold out", title=title_of(gone)), _("Is another one ready? Say how many, and it can be bought at once."),
            _("Set the stock"), url_for("seller.stock.edit"), "boxes",
        )  # fmt: skip
    return Next(
        _("Everything is done"), _("Nothing is waiting for you. Time for the loom, or for a new piece."),
        _("Add a piece"), url_for("seller.products.new"), "check",
    )  # fmt: skip


def _sold_out(shop: Seller) -> Product | None:
    """A piece on sale of which nothing can be had."""
    left = (
        exists()
        .where(Variant.product_id == Product.id, Variant.is_active)
        .where(
            (Variant.fulfilment == Fulfilment.MADE_TO_ORDER)
            | exists().where(Stock.variant_id == Variant.id, Stock.on_hand > Stock.reserved)
        )
    )
    statement = select(Product).where(Product.seller_id == shop.id, Product.state == ProductState.LIVE, ~left)
    return db.session.scalar(statement.order_by(Product.id.desc()).limit(1))
