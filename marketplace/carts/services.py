"""Putting into a cart, changing it, and joining a guest's cart with a person's.

A cart promises nothing: stock is held for a few minutes at the checkout (`holding`) and reserved by a purchase.
Quantities are capped at what is there, with a notice. Whoever changes a cart holds its row, so that two tabs never make
two lines of one thing: a variant, made personal in one way.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm.attributes import set_committed_value

from catalog import clock
from catalog.codes import new_code
from catalog.db import change as change_rows
from catalog.db import db, lock
from catalog.errors import Conflict, Invalid, NotFound
from catalog.products.models import Fulfilment, Variant
from catalog.products.personal import Kind, extra, fields_of, key_of, read_answers
from catalog.rows import write
from catalog.text import N_
from marketplace.accounts.models import Session, User
from marketplace.carts import holding, words
from marketplace.carts.models import Cart, CartLine, Notice, Owner, PersonalFile
from marketplace.carts.queries import obstacle, offer_of_code, offers_of_ids, read_cart
from marketplace.carts.seen import asked_today, own_deed

MAX_QUANTITY = 999
MAX_LINES = 100

_LINES: Any = CartLine.__table__
_LYING = select(_LINES.c.variant_id, _LINES.c.personal_key, _LINES.c.quantity, _LINES.c.saved_at).where(
    _LINES.c.cart_id == bindparam("cart")
)
_PUT = insert(_LINES)
_CARTS: Any = Cart.__table__
_OWN_CART = update(_CARTS).where(_CARTS.c.id == bindparam("cart"))
_BOUGHT = delete(_LINES).where(_LINES.c.cart_id == bindparam("cart"), _LINES.c.saved_at.is_(None))
_HOLDS = (
    update(_LINES)
    .where(
        _LINES.c.cart_id == bindparam("held"),
        _LINES.c.variant_id == bindparam("piece"),
        _LINES.c.personal_key == bindparam("made"),
    )
    .values(quantity=bindparam("holds"), saved_at=None)
)
"""What lies in a cart whose row is held, and what is put into it: past the ORM, the most frequent write of the shop."""


def add(
    owner: Owner,
    variant_code: str,
    quantity: int = 1,
    personal: Mapping[str, str] | None = None,
    file: PersonalFile | None = None,
) -> list[Notice]:
    """Put `quantity` more pieces into the cart, made personal as `personal` says (see `personal.read_answers`).

    NotFound for an unknown variant, Conflict when it is not on sale or sold out, Several for answers that are not
    possible. More than there is becomes what there is, and a notice says so. `file` is the picture that was sent along.
    """
    _check(quantity, lowest=1)
    offer = db.session.execute(offer_of_code(), {"code": variant_code}).one_or_none()
    if offer is None:
        raise NotFound(N_("There is no such piece."))
    reason = obstacle(offer, 1)
    if reason is not None:
        raise Conflict(reason.message, **reason.params)
    answers = read_answers(fields_of(offer.personal), personal or {})
    made = key_of(answers)
    cart = _hold_or_make(owner)
    rows = db.session.execute(_LYING, {"cart": cart.id}).all()
    lying = {(row.variant_id, row.personal_key): row.quantity if row.saved_at is None else 0 for row in rows}
    lies = lying.get((offer.variant_id, made), 0)
    beside = sum(count for (variant_id, key), count in lying.items() if variant_id == offer.variant_id and key != made)
    if (offer.variant_id, made) not in lying and len(lying) >= MAX_LINES:
        raise Conflict(N_("A cart holds at most %(most)s different pieces."), most=MAX_LINES)
    if beside and not lies and (none_left := obstacle(offer, beside + 1)) is not None:
        raise Conflict(none_left.message, **none_left.params)
    holds, notices = _capped(offer, lies + quantity, beside)
    with own_deed(cart, [offer.variant_id]) if offer.has_breaks else nullcontext():
        if (offer.variant_id, made) in lying:
            held = {"held": cart.id, "piece": offer.variant_id, "made": made}
            db.session.execute(_HOLDS, {**held, "holds": max(holds, 1)})
        else:
            row = {
                "cart_id": cart.id,
                "variant_id": offer.variant_id,
                "quantity": holds,
                "seen_price": offer.price + extra(answers),
                "personal": [one.kept() for one in answers],
                "personal_key": made,
                "file_id": file.id if file and any(one.value == file.sha256 for one in answers) else None,
            }
            db.session.execute(_PUT, row)
    _touch(cart)
    return notices


def change(owner: Owner, line_code: str, quantity: int) -> list[Notice]:
    """Set a line's quantity; 0 removes it. NotFound for a line that is not in the owner's cart."""
    _check(quantity, lowest=0)
    cart, line = _own_line(owner, line_code)
    if quantity == 0:
        _take_out(cart, line)
        return []
    offer = db.session.execute(offers_of_ids(), {"ids": [line.variant_id]}).one()
    # Someone may always take fewer, also of a piece that has become scarce or left the shop meanwhile.
    notices: list[Notice] = []
    if quantity > line.quantity:
        reason = obstacle(offer, 1)
        if reason is not None:
            raise Conflict(reason.message, **reason.params)
    if obstacle(offer, 1) is None:
        most, notices = _capped(offer, quantity, _beside(cart, line))
        quantity = max(most, 1)
    with own_deed(cart, [line.variant_id]):
        line.quantity = quantity
    _touch(cart)
    return notices


def find_line(owner: Owner, line_code: str) -> CartLine | None:
    """A line of the owner's cart, also one that was set aside."""
    if not owner.keys:
        return None
    [(column, key)] = owner.keys.items()
    query = select(CartLine).join(Cart, Cart.id == CartLine.cart_id).where(getattr(Cart, column) == key)
    return db.session.scalar(query.where(CartLine.code == line_code))


def personalise(
    owner: Owner,
    line_code: str,
    personal: Mapping[str, str],
    file: PersonalFile | None = None,
    keeps_file: bool = True,
) -> None:
    """Make the pieces of a line personal in another way, as `personal` says (see `personal.read_answers`).

    The picture that was sent before stays unless another one comes (`file`) or it is not kept. Where pieces made in this
    very way lie in the cart already, the two become one line. NotFound for a line that is not in the owner's cart,
    Several for answers that are not possible.
    """
    cart, line = _own_line(owner, line_code)
    product = db.session.get_one(Variant, line.variant_id).product
    fields = product.questions
    given = dict(personal)
    if file is None and keeps_file:
        asked = {one.code for one in fields if one.kind is Kind.FILE}
        given |= {one.field: one.value for one in line.answers if one.kind is Kind.FILE and one.field in asked}
    answers = read_answers(fields, given)
    made = key_of(answers)
    has_file = any(one.kind is Kind.FILE for one in answers)
    cost_before = extra(line.answers)
    same = db.session.scalar(
        select(CartLine).where(
            CartLine.cart_id == cart.id,
            CartLine.variant_id == line.variant_id,
            CartLine.personal_key == made,
            CartLine.id != line.id,
        )
    )
    if same is not None:
        with own_deed(cart, [line.variant_id]):
            same.quantity = min(_joined(same, line.quantity, line.saved_at), MAX_QUANTITY)
            db.session.delete(line)
        _touch(cart)
        return
    line.file_id = (file.id if file else line.file_id) if has_file else None
    line.personal, line.personal_key = [one.kept() for one in answers], made
    line.seen_price = line.seen_price - cost_before + extra(answers)
    _touch(cart)


def remove(owner: Owner, line_code: str) -> None:
    """Take a line out. NotFound for a line that is not in the owner's cart."""
    _take_out(*_own_line(owner, line_code))


def accept_prices(owner: Owner) -> None:
    """The buyer has seen today's prices: they are no longer announced as changed."""
    cart, seen = _hold_or_make(owner), read_cart(owner)
    aside = (view for group in seen.saved for view in group.lines)
    prices = {view.code: view.unit_price for view in (*seen.lines, *aside)}
    for line in db.session.scalars(select(CartLine).where(CartLine.cart_id == cart.id)):
        line.seen_price = prices[line.code]
    _touch(cart)


def accept_stock(owner: Owner) -> None:
    """The buyer has seen what became of the stock: lowered numbers stand, and what is gone is not announced again."""
    cart = hold(owner)
    if cart is None:
        return
    lines = {line.code: line for line in db.session.scalars(select(CartLine).where(CartLine.cart_id == cart.id))}
    for view in read_cart(owner).lines:
        line = lines[view.code]
        line.quantity = view.quantity
        line.gone_seen_at = None if view.is_buyable or view.is_held else line.gone_seen_at or clock.now()
    _touch(cart)


def set_aside(owner: Owner, line_code: str) -> None:
    """Keep a line for later: it stays as it is, and is neither counted nor bought."""
    cart, line = _own_line(owner, line_code)
    if line.saved_at is None:
        with own_deed(cart, [line.variant_id]):
            line.saved_at = clock.now()
        _touch(cart)


def put_back(owner: Owner, line_code: str) -> None:
    """A line that was set aside is in the cart again. Conflict for what cannot be bought now: it stays aside."""
    cart, line = _own_line(owner, line_code)
    offer = db.session.execute(offers_of_ids(), {"ids": [line.variant_id]}).one()
    reason = obstacle(offer, 1)
    if reason is not None:
        raise Conflict(reason.message, **reason.params)
    with own_deed(cart, [line.variant_id]):
        line.saved_at = line.gone_seen_at = None
    _touch(cart)


def tell_seller(owner: Owner, seller_code: str, note: str, gift_message: str) -> None:
    """Keep a note to the maker and a message for the parcel of this seller's part (see `words.write`)."""
    cart = hold(owner)
    if cart is None:
        raise NotFound(N_("Nothing in your cart is from this shop."))
    words.write(cart, seller_code, note, gift_message)
    _touch(cart)


def empty(cart: Cart) -> None:
    """Take out what was bought, and renew the checkout key. What was set aside stays."""
    _write(cart, checkout_key=new_code(20), changed_at=clock.now(), **holding.ENDED)
    db.session.execute(_BOUGHT, {"cart": cart.id})
    words.forget(cart)


def merge(session: Session, user: User) -> list[Notice]:
    """Move what a guest gathered into the person's cart at sign-in.

    Rule: what lies in either cart is in the cart, what both or one alone had set aside stays set aside. A line is a
    variant made personal in one way. Per line the two quantities are added where both lie in a cart or both are set
    aside; else the one that lies in a cart counts. They are capped at 999 and at the stock of the variant (with a
    notice); the price that the person saw first stays the one against which a change is told; pieces that have left the shop come along and are
    shown as such; a cart keeps at most 100 different pieces, the person's own first. Of two notes to one seller both
    are kept (see `words.join`). What the guest held at the checkout is held for the person, no longer than before.
    The guest's cart is gone afterwards, so that doing it again, or twice at once, changes nothing.
    """
    guest = hold(Owner(session=session))
    if guest is None:
        return []
    brought = list(db.session.scalars(select(CartLine).where(CartLine.cart_id == guest.id).order_by(CartLine.id)))
    for one in brought:
        db.session.expunge(one)
    ids = sorted({line.variant_id for line in brought})
    asked = asked_today(guest, ids)
    told = {seller_id: (one.note, one.gift_message) for seller_id, one in words.said(guest).items()}
    words.forget(guest)
    cart = _hold_or_make(Owner(user=user)) if brought else None  # carts come before levels of stock
    kept = holding.hand_over(guest)
    db.session.delete(guest)
    db.session.flush()
    if cart is None:
        return []
    with own_deed(cart, ids, asked):
        notices = _bring(cart, brought)
    notices.extend(words.join(cart, told))
    db.session.flush()
    holding.go_on(cart, kept)
    _touch(cart)
    return notices


def _bring(cart: Cart, brought: list[CartLine]) -> list[Notice]:
    """Join a guest's lines with those of the person's cart, as `merge` says."""
    own = {
        (line.variant_id, line.personal_key): line
        for line in db.session.scalars(select(CartLine).where(CartLine.cart_id == cart.id))
    }
    ids = sorted({line.variant_id for line in brought})
    found = {row.variant_id: row for row in db.session.execute(offers_of_ids(), {"ids": ids})}
    notices: list[Notice] = []
    for theirs in brought:
        key = (theirs.variant_id, theirs.personal_key)
        line = own.get(key)
        beside = sum(
            one.quantity
            for one in own.values()
            if one.variant_id == theirs.variant_id and one is not line and one.saved_at is None
        )
        if line is None:
            if len(own) >= MAX_LINES:
                notices.append(Notice(N_("A cart holds at most %(most)s different pieces."), {"most": MAX_LINES}))
                break
            line = CartLine(
                cart_id=cart.id, variant_id=theirs.variant_id, quantity=0, seen_price=theirs.seen_price,
                personal=theirs.personal, personal_key=theirs.personal_key, file_id=theirs.file_id,
                saved_at=theirs.saved_at,
            )  # fmt: skip
        wanted = _joined(line, theirs.quantity, theirs.saved_at)
        if line.saved_at is None and obstacle(found[theirs.variant_id], 1) is None:
            most, capped = _capped(found[theirs.variant_id], wanted, beside)
            notices.extend(capped)
            if most < 1 and key not in own:
                continue
            line.quantity = max(most, 1)
        else:
            line.quantity = min(wanted, MAX_QUANTITY)
        own[key] = line
        db.session.add(line)
    return notices


def _joined(line: CartLine, quantity: int, saved_at: datetime | None) -> int:
    """How many pieces are wanted of the person's line and a guest's of the same; the line is in the cart if either was."""
    if (line.saved_at is None) == (saved_at is None):
        return line.quantity + quantity
    if line.saved_at is None:
        return line.quantity
    line.saved_at = None
    return quantity


def _take_out(cart: Cart, line: CartLine) -> None:
    with own_deed(cart, [line.variant_id]):
        db.session.delete(line)
    _touch(cart)


def _check(quantity: int, lowest: int) -> None:
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not lowest <= quantity <= MAX_QUANTITY:
        raise Invalid(
            N_("Write a whole number from %(lowest)s to %(most)s."), field="quantity", lowest=lowest, most=MAX_QUANTITY
        )


def _beside(cart: Cart, line: CartLine) -> int:
    """How many pieces of the line's variant lie in the cart's other lines, made personal in other ways."""
    asked = select(func.coalesce(func.sum(CartLine.quantity), 0)).where(
        CartLine.cart_id == cart.id,
        CartLine.variant_id == line.variant_id,
        CartLine.id != line.id,
        CartLine.saved_at.is_(None),
    )
    return int(db.session.scalar(asked) or 0)


def _capped(offer: Any, wanted: int, beside: int = 0) -> tuple[int, list[Notice]]:
    """How many of `wanted` pieces there are when `beside` more lie in other lines, and what to say about it."""
    most = MAX_QUANTITY
    if offer.fulfilment is Fulfilment.READY:
        most = max(0, min(most, int(offer.available or 0) - beside))
    if wanted <= most:
        return wanted, []
    params = {"available": most + beside, "product": offer.title, "product_en": offer.title_en or offer.title}
    return most, [Notice(N_("Only %(available)s of “%(product)s” are left; your cart now holds all of them."), params)]


@cache
def _held(column: str) -> Any:
    statement = lock(select(Cart).where(getattr(Cart, column) == bindparam("owner")))
    return statement.execution_options(populate_existing=True)


def hold(owner: Owner) -> Cart | None:
    """The owner's cart with its row locked; None before anything was put into it."""
    if not owner.keys:
        return None
    [(column, key)] = owner.keys.items()
    found: Cart | None = db.session.scalar(_held(column), {"owner": key})
    return found


def _hold_or_make(owner: Owner) -> Cart:
    """The owner's cart, made if need be, with its row locked."""
    if not owner.keys:
        raise ValueError("a cart needs a user or a session")
    cart = hold(owner)
    if cart is None:
        made = Cart(**owner.keys)
        cart = made if write(made, unless_known=True) else hold(owner)  # another tab made it in this very moment
    if cart is None:
        raise Conflict(N_("Your cart was just moved. Please try again."))
    return cart


def _own_line(owner: Owner, line_code: str) -> tuple[Cart, CartLine]:
    cart = hold(owner)
    line = None
    if cart is not None:
        line = db.session.scalar(
            select(CartLine)
            .where(CartLine.cart_id == cart.id, CartLine.code == line_code)
            .execution_options(populate_existing=True)
        )
    if cart is None or line is None:
        raise NotFound(N_("This piece is no longer in your cart."))
    return cart, line


def _touch(cart: Cart) -> None:
    _write(cart, changed_at=clock.now())
    holding.trim(cart)


def _write(cart: Cart, **values: Any) -> None:
    """Change a cart whose row is held, past the ORM: with every piece that is put into it this is written."""
    change_rows(_OWN_CART, {"cart": cart.id, **values})
    for name, value in values.items():
        set_committed_value(cart, name, value)
