"""Sari's list for a wedding, shared by its link, and a list of her own; with pieces of several makers."""

from __future__ import annotations

from sqlalchemy import select

from catalog import clock
from catalog.db import db, transaction
from catalog.products.models import Product, ProductState, Variant
from marketplace.accounts.models import User
from marketplace.seeds import content
from marketplace.seeds.chance import Chance
from marketplace.wishlists import services
from marketplace.wishlists.models import Wishlist

LISTS = (("Pernikahan Rani", "Sari", 4), ("Untuk rumah", "", 3))


def wish(chance: Chance) -> bool:
    """Make them once; whether this call did."""
    sari = db.session.scalar(select(User).where(User.is_example, User.email == content.people()["sari"].email))
    if sari is None or db.session.scalar(select(Wishlist.id).where(Wishlist.user_id == sari.id).limit(1)) is not None:
        return False
    first = select(Variant.code, Product.maker_id).join(Product).where(
        Product.is_example, Product.state == ProductState.LIVE, Variant.is_active, Variant.position == 0
    )  # fmt: skip
    by_maker = {row.maker_id: row.code for row in db.session.execute(first.order_by(Product.id.desc()))}
    codes = [by_maker[key] for key in sorted(by_maker)]
    with chance.born(clock.now(), "wishes"), transaction() as session:
        sari = session.get_one(User, sari.id)
        for name, shown_name, count in LISTS:
            made = services.make(sari, name)
            for code in codes[:count]:
                services.wish(sari, code, made.code)
            if shown_name:
                services.rename(sari, made.code, name, shown_name)
                services.share(sari, made.code)
            codes = codes[count:]
    return True
