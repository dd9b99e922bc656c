"""“Tell me when it is back”: asked for with an address, confirmed from there, one mail per stock event, left by one click.

A stock event is a level that goes from nothing to something: a delivery, a return, a cancelled order. It is a row
(`Restock`) where anybody waits. The worker then writes to those who wait, in small transactions: that somebody was told
of an event is a row of its own in the same transaction as the letter, so a killed worker tells nobody twice. What is
gone again before the letter leaves is not written about, and where the shop is closed for some days they wait until it
opens.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.codes import new_code
from catalog.db import change, db, lock
from catalog.errors import Conflict, NotFound
from catalog.products.models import Variant
from catalog.text import N_
from marketplace.accounts.models import User
from marketplace.carts.queries import MADE, list_told, offers
from marketplace.notifications import Reader, notify
from marketplace.notifications.models import Dispatch, Notification
from marketplace.outbox.services import put
from marketplace.wishlists.models import Restock, Telling, Watch
from marketplace.wishlists.queries import Standing, standing

TOPIC = "stock-back"
KINDS = ("stock-back", "watch-confirm")
WATCHES_MAX = 50
UNCONFIRMED = timedelta(hours=72)
KEPT = timedelta(days=180)
BATCH = 50
MORNING = time(7)
"""When the worker looks whether a shop is open again."""
BACK = (Standing.THERE, Standing.AWAY)
GONE_AGAIN = N_("Gone again before it was sent.")
LEFT = N_("The reader does not wait for it any more.")


def watch(variant_code: str, email: str, locale: str, user: User | None = None) -> Watch:
    """Wait for a variant that is sold out.

    A person whose address is confirmed waits at once; everybody else gets a mail first and waits when they have
    confirmed it. Asking again lengthens the time, and sends the mail again to whom has not confirmed.

    NotFound for what is not on sale, Conflict for what can be had now, is made to order, or is one too many.
    """
    row = db.session.execute(offers().where(Variant.code == variant_code)).one_or_none()
    if row is None or (is_at := standing(row)) is Standing.GONE:
        raise NotFound(N_("This piece is not on sale, or never was."))
    if row.fulfilment is MADE:
        raise Conflict(N_("This piece is made to order: it is never sold out."))
    if is_at is Standing.THERE:
        raise Conflict(N_("Good news: it is there. You can put it into the cart now."))
    if is_at is Standing.AWAY:
        raise Conflict(N_("It is there, but its shop is closed for some days. You can buy it when the shop is back."))
    own = user is not None and user.confirmed_at is not None and user.email == email
    found = _find_or_make(email, row.variant_id, locale)
    found.user_id = user.id if user is not None and user.email == email else found.user_id
    found.locale = locale
    if own and found.confirmed_at is None:
        found.confirmed_at = clock.now()
    found.expires_at = clock.after(KEPT if found.confirmed_at else UNCONFIRMED)
    db.session.flush()
    if found.confirmed_at is None:
        values = {**_words(row), "hours": int(UNCONFIRMED / timedelta(hours=1))}
        notify(Reader(email, locale, ""), "watch-confirm", new_code(10), values, {"watch": found.code})
    return found


def _find_or_make(email: str, variant_id: int, locale: str) -> Watch:
    query = select(Watch).where(Watch.email == email, Watch.variant_id == variant_id)
    found = db.session.scalar(query)
    if found is not None:
        return found
    if (db.session.scalar(select(func.count()).select_from(Watch).filter_by(email=email)) or 0) >= WATCHES_MAX:
        raise Conflict(N_("One address may wait for at most %(most)s pieces."), most=WATCHES_MAX)
    found = Watch(email=email, variant_id=variant_id, locale=locale, expires_at=clock.after(UNCONFIRMED))
    try:
        with db.session.begin_nested():
            db.session.add(found)
    except IntegrityError:  # pressed twice at once
        return db.session.scalars(query).one()
    return found


def confirm(code: str) -> Watch:
    """Whoever opened the link waits from now on. NotFound for what has run out. Doing it again changes nothing."""
    found = db.session.scalar(lock(select(Watch).where(Watch.code == code, Watch.expires_at > clock.now())))
    if found is None:
        raise NotFound(N_("This link has been used already or has run out. Please ask for a new one."))
    if found.confirmed_at is None:
        found.confirmed_at, found.expires_at = clock.now(), clock.after(KEPT)
        db.session.flush()
    return found


def leave(code: str, user: User | None = None) -> bool:
    """Wait no longer: the row is deleted, and a guest's address with it. With `user`, only what is theirs.

    False when there was nothing to leave.
    """
    query = select(Watch).where(Watch.code == code)
    found = db.session.scalar(query.where(Watch.user_id == user.id) if user is not None else query)
    if found is None:
        return False
    _delete([found.id])
    return True


def follow(user: User) -> None:
    """The person has another address now: what they wait for is told there, once for each piece."""
    there = set(db.session.scalars(select(Watch.variant_id).where(Watch.email == user.email)))
    mine = select(Watch).where(Watch.user_id == user.id, Watch.email != user.email).order_by(Watch.id)
    for one in db.session.scalars(mine).all():
        if one.variant_id in there:
            db.session.delete(one)
        else:
            one.email = user.email
    db.session.flush()


def note_restock(variant_ids: Collection[int]) -> None:
    """These levels were empty and no longer are: the worker shall write to those who wait for them."""
    waiting = db.session.scalars(
        select(Watch.variant_id)
        .where(Watch.variant_id.in_(list(variant_ids)), Watch.confirmed_at.is_not(None), Watch.expires_at > clock.now())
        .distinct()
        .order_by(Watch.variant_id)
    ).all()
    for variant_id in waiting:
        event = Restock(code=new_code(12), variant_id=variant_id)
        db.session.add(event)
        put(TOPIC, {"restock": event.code}, key=f"{TOPIC}:{event.code}")


def tell_some(code: str, limit: int = BATCH) -> int:
    """Write to the next few; how many. 0 when nobody is left, or nothing."""
    event = db.session.scalar(lock(select(Restock).where(Restock.code == code)))
    if event is None:
        return 0
    row = db.session.execute(offers().where(Variant.id == event.variant_id)).one()
    is_at = standing(row)
    if is_at is Standing.AWAY:
        _wait_for_the_shop(event)
    if is_at is not Standing.THERE:
        return 0
    told = exists().where(Telling.watch_id == Watch.id, Telling.restock_id == event.id)
    waiting = db.session.scalars(
        select(Watch)
        .where(
            Watch.variant_id == event.variant_id,
            Watch.confirmed_at.is_not(None),
            Watch.expires_at > clock.now(),
            ~told,
        )
        .order_by(Watch.id)
        .limit(limit)
    ).all()
    values = _words(row) | {"price": row.price, "maker": row.maker_name}
    for one in waiting:
        db.session.add(Telling(watch_id=one.id, restock_id=event.id))
        notify(_reader(one), "stock-back", f"{event.code}-{one.code}", values, {"watch": one.code})
    db.session.flush()
    return len(waiting)


def _wait_for_the_shop(event: Restock) -> None:
    """It is back, and its shop is closed: the worker looks again every morning, until it can be bought or is gone. Of
    several events meanwhile one is told."""
    tomorrow = clock.today() + timedelta(days=1)
    event.at = clock.now()  # it is not over yet
    morning = datetime.combine(tomorrow, MORNING, clock.WIB).astimezone(UTC)
    put(TOPIC, {"restock": event.code}, key=f"{TOPIC}:{event.variant_id}:{tomorrow}", due_at=morning)


def why_not(kind: str, watch_code: str) -> str:
    """Why a letter of this kind to this watch is not to be sent any more, just before it is; empty: send it."""
    row = db.session.execute(
        select(Watch.variant_id).where(Watch.code == watch_code, Watch.expires_at > clock.now())
    ).one_or_none()
    if row is None:
        return LEFT
    if kind != "stock-back":
        return ""
    offer = db.session.execute(offers().where(Variant.id == row.variant_id)).one()
    return "" if standing(offer) in BACK else GONE_AGAIN


def forget_old(limit: int = 1_000) -> int:
    """Delete what has run out, and events that everybody was told of a month ago; how many watches went."""
    ids = list(db.session.scalars(select(Watch.id).where(Watch.expires_at < clock.now()).limit(limit)))
    _delete(ids)
    change(delete(Restock).where(Restock.at < clock.now() - timedelta(days=30)))
    return len(ids)


def _delete(ids: Collection[int]) -> None:
    """Delete watches; where nothing else needs it, the delivery log forgets the addresses of guests, too."""
    if not ids:
        return
    emails = set(db.session.scalars(select(Watch.email).where(Watch.id.in_(list(ids)), Watch.user_id.is_(None))))
    change(delete(Watch).where(Watch.id.in_(list(ids))))
    still = set(db.session.scalars(select(Watch.email).where(Watch.email.in_(emails)))) if emails else set()
    if emails - still:
        ours = select(Notification.id).where(Notification.kind.in_(KINDS), Notification.user_id.is_(None))
        change(
            update(Dispatch)
            .where(Dispatch.address.in_(emails - still), Dispatch.notification_id.in_(ours))
            .values(address="")
        )


def _reader(found: Watch) -> Reader:
    if found.user is not None and found.user.is_active:
        return Reader(found.email, found.user.locale, found.user.name, found.user)
    return Reader(found.email, found.locale, "")


def _words(offer: Any) -> dict[str, object]:
    chosen, chosen_en = list_told([offer.variant_id])[0].get(offer.variant_id, ("", ""))
    return {
        "title": offer.title,
        "title_en": offer.title_en or offer.title,
        "choices": chosen,
        "choices_en": chosen_en,
        "piece": f"{offer.product_slug}-{offer.product_code}",
        "variant": offer.variant_code,
    }
