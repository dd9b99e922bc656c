"""Making lists, naming and sharing them, and putting pieces on them. Everything is found through its owner."""

from __future__ import annotations

from sqlalchemy import func, select

from catalog import clock
from catalog.codes import new_code
from catalog.db import db, lock
from catalog.errors import Conflict, Invalid, NotFound
from catalog.products.models import Product, ProductState, Variant
from catalog.text import N_, tidy
from marketplace.accounts.models import User
from marketplace.wishlists.models import LISTS_MAX, NAME_MAX, WISHES_MAX, Wish, Wishlist


def make(user: User, name: str) -> Wishlist:
    """A new list of this name; Invalid for a name that is empty, too long or taken, Conflict for one list too many."""
    _hold(user)
    name = _named(user, name)
    if (db.session.scalar(select(func.count()).select_from(Wishlist).filter_by(user_id=user.id)) or 0) >= LISTS_MAX:
        raise Conflict(N_("You may have at most %(most)s lists."), most=LISTS_MAX, field="name")
    found = Wishlist(user_id=user.id, name=name)
    db.session.add(found)
    db.session.flush()
    return found


def rename(user: User, code: str, name: str, shown_name: str) -> Wishlist:
    """Call a list otherwise, and say which name stands on it when it is shared (none, where that is empty)."""
    found = _own(user, code)
    found.name = _named(user, name, found)
    shown_name = tidy(shown_name)
    if len(shown_name) > NAME_MAX:
        raise Invalid(N_("At most %(most)s characters, please."), field="shown_name", most=NAME_MAX)
    found.shown_name = shown_name
    _touch(found)
    return found


def remove(user: User, code: str) -> None:
    """The list and what stands on it are gone, and so is its link."""
    db.session.delete(_own(user, code))
    db.session.flush()


def share(user: User, code: str) -> Wishlist:
    """Let everybody read who has the link. One that is shared already keeps its link."""
    found = _own(user, code)
    if found.share_code is None:
        found.share_code = new_code(20)
        db.session.flush()
    return found


def unshare(user: User, code: str) -> Wishlist:
    """The link opens nothing any more; sharing again makes another one."""
    found = _own(user, code)
    found.share_code = None
    db.session.flush()
    return found


def wish(user: User, variant_code: str, code: str) -> tuple[Wishlist, bool]:
    """Put a variant on a list of the person; the list, and whether it was not on it before.

    NotFound for a list of somebody else or a piece that is not on sale, Conflict when the list is full.
    """
    found = _own(user, code)
    variant_id = db.session.scalar(
        select(Variant.id)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.code == variant_code, Variant.is_active, Product.state == ProductState.LIVE)
    )
    if variant_id is None:
        raise NotFound(N_("This piece is not on sale, or never was."))
    known = list(db.session.scalars(select(Wish.variant_id).where(Wish.wishlist_id == found.id)))
    if variant_id in known:
        return found, False
    if len(known) >= WISHES_MAX:
        raise Conflict(N_("A list holds at most %(most)s pieces."), most=WISHES_MAX)
    db.session.add(Wish(wishlist_id=found.id, variant_id=variant_id))
    _touch(found)
    return found, True


def unwish(user: User, code: str) -> Wish:
    """Take a piece off its list; what was taken off. NotFound for what stands on nobody's or another's list."""
    _hold(user)
    found = db.session.scalar(select(Wish).join(Wishlist).where(Wish.code == code, Wishlist.user_id == user.id))
    if found is None:
        raise NotFound(N_("This piece is no longer on your list."))
    db.session.delete(found)
    _touch(found.wishlist)
    return found


def _named(user: User, name: str, own: Wishlist | None = None) -> str:
    name = tidy(name)
    if not 1 <= len(name) <= NAME_MAX:
        raise Invalid(N_("Give the list a name of 1 to %(most)s characters."), field="name", most=NAME_MAX)
    taken = select(Wishlist.id).where(Wishlist.user_id == user.id, Wishlist.name == name)
    if db.session.scalar(taken.where(Wishlist.id != own.id) if own is not None else taken):
        raise Invalid(N_("You have a list of this name already."), field="name")
    return name


def _own(user: User, code: str) -> Wishlist:
    _hold(user)
    found = db.session.scalar(select(Wishlist).where(Wishlist.user_id == user.id, Wishlist.code == code))
    if found is None:
        raise NotFound(N_("There is no such list."))
    return found


def _touch(found: Wishlist) -> None:
    found.changed_at = clock.now()
    db.session.flush()


def _hold(user: User) -> None:
    """One change of a person's lists at a time, so that two tabs make neither two lists of a name nor one too many."""
    db.session.execute(lock(select(User.id).where(User.id == user.id))).one()
