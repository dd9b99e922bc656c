"""What keeps the desks of the example busy: two returns on their way, a shop with days away, makers with a monthly pace."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from catalog import clock
from catalog.db import db, transaction
from catalog.inventory import promises
from catalog.inventory.models import Pace
from catalog.makers.models import Maker
from catalog.media.models import Image
from marketplace.orders.models import Actor, Order, OrderState, Purchase, Shipment
from marketplace.ports import Ports
from marketplace.returns import photos
from marketplace.returns import services as returns
from marketplace.returns.models import Reason, Return, ReturnKind
from marketplace.returns.wishes import Wish
from marketplace.seeds import afterwards, inhabitants
from marketplace.seeds.chance import Chance
from marketplace.seeds.talks import picture_of
from marketplace.seeds.trade import owner_of
from marketplace.sellers.closures import close
from marketplace.sellers.models import Seller

TORN = "Satu benang pinggir lepas kira-kira dua jengkal, tepat di lipatan. Kainnya sendiri bagus sekali."
DENTED = "Sudutnya penyok waktu dibuka. Kotaknya utuh, jadi sepertinya kurang bantalan di dalam."
REFUSED = "Waktu dikirim masih mulus dan dibungkus dua lapis, jadi kami kira ini terjadi di perjalanan."
DISAGREES = "Kotaknya tidak rusak sama sekali. Mohon fotonya dilihat bersama."
AWAY = ("Pameran kriya di luar kota", "At a craft fair")
PACES = {"tenun-ratna": 3, "pewter-budi": 40}


def fill(chance: Chance, ports: Ports) -> int:
    """Make what is not there yet; how many things were made."""
    return _set_paces(chance) + _go_away(chance) + _bring_back(chance, ports)


def _shop(chance: Chance, key: str) -> Seller | None:
    return db.session.scalar(select(Seller).where(Seller.code == chance.code(8, "shop", key)))


def _set_paces(chance: Chance) -> int:
    made = 0
    for key, pieces in PACES.items():
        shop = _shop(chance, key)
        maker = next(iter(shop.makers), None) if shop else None
        if maker is None or db.session.get(Pace, maker.id) is not None:
            continue
        with transaction() as session:
            promises.set_pace(session.get_one(Maker, maker.id), pieces)
        made += 1
    return made


def _go_away(chance: Chance) -> int:
    """Budi is at a fair in some weeks; what is made to order may be ordered meanwhile."""
    shop = _shop(chance, "pewter-budi")
    if shop is None or shop.calendar.closures:
        return 0
    since = clock.today() + timedelta(days=17)
    with transaction():
        close(shop, since, since + timedelta(days=5), *AWAY, takes_orders=True)
    return 1


def _bring_back(chance: Chance, ports: Ports) -> int:
    """Sari has brought two things up: Ratna has not answered yet, and with Budi she wants the operator to look."""
    made = 0
    for key, words in (("tenun-ratna", TORN), ("pewter-budi", DENTED)):
        shop = _shop(chance, key)
        found = _newest(shop) if shop else None
        if found is None or shop is None:
            continue
        order, arrived_at = found
        at = max(arrived_at + timedelta(minutes=5), clock.now() - timedelta(hours=3))
        before = afterwards.last_message()
        with transaction() as session:
            with chance.born(at, "return", key):
                line = next(one for one in order.lines if one.image_id)
                picture = picture_of(ports, session.get_one(Image, line.image_id))
                photo = photos.attach(ports.private, picture, order.purchase)
                wish = Wish(ReturnKind.CLAIM, {line.code: (1, Reason.DAMAGED)}, words, [photo])
                asked = returns.ask(order, wish, order.purchase.user)
            if key == "pewter-budi":
                with chance.born(at + timedelta(minutes=2), "return", key, "refused"):
                    returns.refuse(asked, REFUSED, owner_of(shop.id))
                with chance.born(at + timedelta(minutes=4), "return", key, "escalated"):
                    returns.escalate(asked, Actor.BUYER, DISAGREES, order.purchase.user)
            afterwards.put_right(before)
        made += 1
    return made


def _newest(shop: Seller) -> tuple[Order, datetime] | None:
    """Sari's newest order of this shop that has arrived, and when; None where nothing may be asked for it any more, or
    something was."""
    order = db.session.scalar(
        select(Order)
        .join(Purchase)
        .where(
            Order.seller_id == shop.id,
            Order.state.in_([OrderState.DELIVERED, OrderState.COMPLETED]),
            Purchase.is_example,
            Purchase.user_id == inhabitants.person("sari").id,
        )
        .order_by(Order.created_at.desc(), Order.id.desc())
        .limit(1)
    )
    if order is None or db.session.scalar(select(Return.id).where(Return.order_id == order.id).limit(1)):
        return None
    arrived_at = db.session.scalar(
        select(Shipment.delivered_at).where(Shipment.order_id == order.id).order_by(Shipment.id.desc()).limit(1)
    )
    if arrived_at is None or arrived_at < clock.now() - timedelta(days=5):
        return None
    return order, arrived_at
