"""What a buyer says to each seller of the cart; all of it on a cart whose row is held."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, select

from catalog.db import db
from catalog.errors import DomainError, Invalid, NotFound, Several
from catalog.products.models import Variant
from catalog.text import N_, mask_cards, tidy_lines
from marketplace.carts.models import GIFT_MAX, KEPT_MAX, NOTE_MAX, Cart, CartLine, CartWords, Notice
from marketplace.sellers.models import Seller


def write(cart: Cart, seller_code: str, note: str, gift_message: str) -> None:
    """Say this to the seller, instead of what was said before; both empty says nothing.

    NotFound for a seller of whom nothing is in the cart; Several, naming `note` and `gift_message`, for what is too
    long. The number of a payment card is hidden.
    """
    seller_id = db.session.scalar(
        select(Seller.id)
        .join(Variant, Variant.seller_id == Seller.id)
        .join(CartLine, CartLine.variant_id == Variant.id)
        .where(Seller.code == seller_code, CartLine.cart_id == cart.id)
        .limit(1)
    )
    if seller_id is None:
        raise NotFound(N_("Nothing in your cart is from this shop."))
    note, gift_message = mask_cards(tidy_lines(note)), mask_cards(tidy_lines(gift_message))
    errors: list[DomainError] = []
    if len(note) > NOTE_MAX:
        errors.append(Invalid(N_("A note has at most %(most)s characters."), field="note", most=NOTE_MAX))
    if len(gift_message) > GIFT_MAX:
        message = N_("A gift message has at most %(most)s characters.")
        errors.append(Invalid(message, field="gift_message", most=GIFT_MAX))
    if errors:
        raise Several(errors)
    _keep(cart, seller_id, note, gift_message)


def said(cart: Cart) -> dict[int, CartWords]:
    """What was said, by the seller's id."""
    found = db.session.scalars(select(CartWords).where(CartWords.cart_id == cart.id).order_by(CartWords.seller_id))
    return {words.seller_id: words for words in found}


def join(cart: Cart, guests: dict[int, tuple[str, str]]) -> list[Notice]:
    """Add what a guest said (note and gift message by seller id) to what the person had said.

    Both are kept, the person's own first, and what is the same is said once. Together they may be too long to be
    sent: then a notice asks the buyer to shorten them.
    """
    own, notices = said(cart), []
    for seller_id, (note, gift_message) in guests.items():
        if seller_id in own:
            note = _both(own[seller_id].note, note)
            gift_message = _both(own[seller_id].gift_message, gift_message)
        if len(note) > NOTE_MAX or len(gift_message) > GIFT_MAX:
            name = db.session.get_one(Seller, seller_id).name
            message = N_("What you wrote to %(seller)s twice has been put together. Please shorten it in the cart.")
            notices.append(Notice(message, {"seller": name}))
        _keep(cart, seller_id, note, gift_message)
    return notices


_WORDS: Any = CartWords.__table__
_FORGOTTEN = delete(_WORDS).where(_WORDS.c.cart_id == bindparam("cart"))


def forget(cart: Cart) -> None:
    """Nothing is said any more, as after a purchase."""
    db.session.execute(_FORGOTTEN, {"cart": cart.id})


def _both(own: str, guests: str) -> str:
    if guests in own:
        return own
    return f"{own}\n\n{guests}".strip()[:KEPT_MAX]


def _keep(cart: Cart, seller_id: int, note: str, gift_message: str) -> None:
    words = db.session.scalar(
        select(CartWords).where(CartWords.cart_id == cart.id, CartWords.seller_id == seller_id)
    ) or CartWords(cart_id=cart.id, seller_id=seller_id)
    if not note and not gift_message:
        if words.id is not None:
            db.session.delete(words)
    else:
        words.note, words.gift_message = note, gift_message
        db.session.add(words)
    db.session.flush()
