"""Photos of the work on what is being woven to order in the example: the drawn picture, as if it lay on the loom."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from catalog.db import db, transaction
from catalog.media.models import Image
from marketplace.orders import progress
from marketplace.orders.models import Order, OrderState
from marketplace.ports import Ports
from marketplace.seeds import afterwards
from marketplace.seeds.chance import Chance
from marketplace.seeds.talks import picture_of
from marketplace.seeds.trade import owner_of

AFTER = timedelta(days=2)
WORDS = "Lungsi sudah terpasang dan lima jengkal pertama sudah ditenun."


def show(chance: Chance, ports: Ports) -> int:
    """Show the work on every example order that was begun with a deposit, once; how many photos."""
    shown = 0
    waiting = select(Order).where(Order.balance > 0, Order.state == OrderState.PROCESSING, Order.ready_at.is_(None))
    for order in db.session.scalars(waiting.order_by(Order.id)).all():
        if not order.purchase.is_example or progress.list_photos(order):
            continue
        line = next(one for one in order.lines if one.balance and one.image_id)
        before = afterwards.last_message()
        with transaction() as session, chance.born(order.created_at + AFTER, "work", order.code):
            picture = picture_of(ports, session.get_one(Image, line.image_id))
            progress.show(ports.private, picture, order, WORDS, owner_of(order.seller_id))
            afterwards.put_right(before)
        shown += 1
    return shown
