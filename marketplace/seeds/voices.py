"""What buyers of the example say about pieces, and shops about buyers, by the same services that real people use.

Everything is said at its own hour on a frozen clock: what has had its time is shown, what was said lately waits.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import select

from catalog import clock
from catalog.db import db, transaction
from catalog.products.models import Product, Variant
from marketplace.orders.models import Order, OrderLine, Purchase
from marketplace.ports import Ports
from marketplace.reviews import services
from marketplace.reviews.models import Exchange, Review
from marketplace.reviews.queries import find_exchange
from marketplace.seeds import afterwards, inhabitants, trade
from marketplace.seeds.chance import Chance
from marketplace.seeds.talks import picture_of
from marketplace.sellers.models import Seller
from marketplace.sellers.queries import list_members


@cache
def plans() -> list[dict[str, Any]]:
    """What is said, per purchase, in the order of the purchases."""
    rows = tomllib.loads(files(__package__).joinpath("data/reviews.toml").read_text("utf-8"))["review"]
    return sorted(rows, key=lambda row: -_plan_of(row).ago)


def _plan_of(row: dict[str, Any]) -> trade.Plan:
    return next(one for one in trade.plans() if one.key == row["purchase"])


def speak(chance: Chance, ports: Ports) -> int:
    """Say what is not said yet, each purchase in its own transaction; how many pieces were reviewed."""
    said = 0
    for row in plans():
        with transaction():
            before = afterwards.last_message()
            said += _Voice(chance, ports, row).run()
            afterwards.put_right(before)
    with transaction():
        before = afterwards.last_message()
        while services.reveal_due() or services.ask_due():
            pass
        afterwards.put_right(before)
    return said


class _Voice:
    def __init__(self, chance: Chance, ports: Ports, row: dict[str, Any]) -> None:
        self.chance = chance
        self.ports = ports
        self.row = row
        self.purchase = db.session.scalars(
            select(Purchase).where(Purchase.code == trade.purchase_code(chance, _plan_of(row)))
        ).one()

    def run(self) -> int:
        deeds = [deed for deed in self._deeds() if deed[0] < clock.now() - timedelta(minutes=10)]
        for at, key, deed in sorted(deeds, key=lambda one: one[0]):
            with self.chance.born(at, "voice", self.row["purchase"], *key):
                deed()
        return len(deeds)

    def _deeds(self) -> Iterator[tuple[datetime, tuple[str, ...], Any]]:
        """(when, its own key, what to do) of everything that is not there yet."""
        told: dict[int, Order] = {}
        for one in self.row["said"]:
            line = self._line(one["piece"])
            exchange = db.session.get_one(Exchange, line.order_id)
            if db.session.scalar(select(Review.id).where(Review.line_id == line.id)) is not None:
                continue
            told[line.order_id] = line.order
            yield (
                exchange.opened_at + timedelta(days=one["after"]),
                (one["piece"],),
                lambda line=line, one=one: self._write(line, one),
            )
            in_ten_days = exchange.opened_at + timedelta(days=10)  # both have spoken by then
            later = in_ten_days if "shop" in self.row else exchange.ends_at + timedelta(hours=9)
            for name, deed in (("answer", self._answer), ("report", self._report)):
                if name in one:
                    yield later, (one["piece"], name), lambda line=line, one=one, deed=deed: deed(line, one)
        for order in told.values():
            opened = db.session.get_one(Exchange, order.id)
            if "shop" in self.row:
                at = opened.opened_at + timedelta(days=self.row["shop"]["after"])
                yield at, (order.code, "shop"), lambda order=order: self._rate(order)
            yield opened.ends_at + timedelta(minutes=3), (order.code, "reveal"), services.reveal_due

    def _line(self, piece: str) -> OrderLine:
        return db.session.scalars(
            select(OrderLine)
            .join(Order, Order.id == OrderLine.order_id)
            .join(Variant, Variant.id == OrderLine.variant_id)
            .join(Product, Product.id == Variant.product_id)
            .where(Order.purchase_id == self.purchase.id, Product.code == self.chance.code(10, "product", piece))
        ).one()

    def _write(self, line: OrderLine, one: dict[str, Any]) -> None:
        photos = []
        if one.get("photo"):
            image = (
                db.session.scalars(select(Product).where(Product.code == self.chance.code(10, "product", one["piece"])))
                .one()
                .pictures[0]
                .image
            )
            photos = [services.keep_photo(self.ports.private, picture_of(self.ports, image), line)]
        services.write(line, self.purchase.user, one["stars"], one["text"], one.get("locale", "id"), photos=photos)

    def _rate(self, order: Order) -> None:
        exchange = find_exchange(order)
        if exchange is not None and exchange.is_open:
            shop = self.row["shop"]
            services.rate_buyer(order, self._keeper(order), shop["stars"], shop.get("text", ""))

    def _answer(self, line: OrderLine, one: dict[str, Any]) -> None:
        services.answer(self._review(line), self._keeper(line.order), one["answer"], one.get("answer_locale", "id"))

    def _report(self, line: OrderLine, one: dict[str, Any]) -> None:
        report = one["report"]
        services.report(self._review(line), inhabitants.person(report["by"]), report["reason"], report["note"])

    def _review(self, line: OrderLine) -> Review:
        return db.session.scalars(select(Review).where(Review.line_id == line.id)).one()

    def _keeper(self, order: Order) -> Any:
        return list_members(db.session.get_one(Seller, order.seller_id))[0]
