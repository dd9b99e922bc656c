"""What buyers and shops of the example have written to each other, by the same services that real people use."""

from __future__ import annotations

import tomllib
from contextlib import ExitStack
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import select

from catalog import clock
from catalog.db import db, transaction
from catalog.media.models import Image
from catalog.media.pictures import Kept, Picture
from catalog.products.models import Product
from marketplace.accounts.models import User
from marketplace.conversations import services
from marketplace.conversations.models import Attachment, Conversation, Post, Side
from marketplace.orders.models import Order, Purchase
from marketplace.ports import Ports
from marketplace.seeds import afterwards, content, inhabitants, trade
from marketplace.seeds.chance import Chance
from marketplace.sellers.models import Seller
from marketplace.sellers.queries import list_members


@cache
def plans() -> list[dict[str, Any]]:
    """Every conversation, in the order in which they began."""
    rows = tomllib.loads(files(__package__).joinpath("data/talks.toml").read_text("utf-8"))["talk"]
    return sorted(rows, key=lambda row: -row["ago"])


def hold(chance: Chance, ports: Ports) -> int:
    """Hold the conversations that are not there yet, each in its own transaction; how many were held."""
    held = 0
    for plan in plans():
        known = select(Conversation.id).where(Conversation.code == _code(chance, plan))
        if db.session.scalar(known) is None:
            with transaction():
                before = afterwards.last_message()
                _Talk(chance, ports, plan).run()
                afterwards.put_right(before)
            held += 1
    return held


def _code(chance: Chance, plan: dict[str, Any]) -> str:
    return chance.code(12, "talk", plan["key"])


class _Talk:
    def __init__(self, chance: Chance, ports: Ports, plan: dict[str, Any]) -> None:
        self.chance = chance
        self.ports = ports
        self.plan = plan
        self.buyer = inhabitants.person(plan["buyer"])

    def run(self) -> None:
        at = clock.now() - timedelta(hours=self.plan["ago"])
        posts: list[Post] = []
        with ExitStack() as stack:
            stack.enter_context(self.chance.born(at, "talk", self.plan["key"]))
            conversation = self._begin()
            conversation.code = _code(self.chance, self.plan)
            keeper = list_members(conversation.seller)[0]
        for turn, one in enumerate(self.plan["said"]):
            at = min(at + timedelta(hours=one.get("after", 0)), clock.now() - timedelta(minutes=20))
            with self.chance.born(at, "talk", self.plan["key"], turn):
                posts.append(self._say(conversation, keeper, one))
        last = posts[-1]
        if not self.plan.get("unread"):
            with self.chance.born(at + timedelta(minutes=9), "talk", self.plan["key"], "read"):
                services.mark_read(conversation, last.side.other)
        if report := self.plan.get("report"):
            with self.chance.born(at + timedelta(minutes=15), "talk", self.plan["key"], "report"):
                reporter, side = self._speaker(keeper, report["by"])
                post = posts[report["message"] - 1]
                services.report(post, reporter, side, report["reason"], report["note"])

    def _begin(self) -> Conversation:
        if "product" in self.plan:
            product = self._product(self.plan["product"])
            return services.begin_about_product(self.buyer, product, db.session.get_one(Seller, product.seller_id))
        plan = next(one for one in trade.plans() if one.key == self.plan["order"])
        seller = inhabitants.shops(self.chance)[self.plan["shop"]]
        order = db.session.scalars(
            select(Order)
            .join(Purchase)
            .where(Purchase.code == trade.purchase_code(self.chance, plan), Order.seller_id == seller.id)
        ).one()
        line = order.lines[0]
        return services.begin_about_order(self.buyer, seller, order.code, line.title, line.title_en, line.image_id)

    def _say(self, conversation: Conversation, keeper: User, one: dict[str, Any]) -> Post:
        author, side = self._speaker(keeper, one["by"])
        attachments = [self._picture(one["picture"], author)] if "picture" in one else []
        return services.say(conversation, author, side, one["text"], attachments)

    def _speaker(self, keeper: User, by: str) -> tuple[User, Side]:
        return (self.buyer, Side.BUYER) if by == "buyer" else (keeper, Side.SELLER)

    def _product(self, key: str) -> Product:
        piece = next(one for one in content.pieces() if one.key == key)
        return db.session.scalars(
            select(Product).where(Product.code == self.chance.code(10, "product", piece.key))
        ).one()

    def _picture(self, key: str, author: User) -> Attachment:
        """The drawn picture of a piece, as if its maker had photographed it once more."""
        image = self._product(key).pictures[0].image
        return services.attach(self.ports.private, picture_of(self.ports, image), author)


def picture_of(ports: Ports, image: Image) -> Picture:
    """A stored image as if somebody had sent it."""
    read = ports.storage.read
    return Picture(
        Kept("jpeg", image.width, image.height, image.sha256, read(image.path)),
        tuple(
            Kept(one.format, one.width, one.height, one.sha256, read(one.path))
            for one in image.renditions
            if one.format == "webp"
        ),
    )
