"""The address book of a person: several addresses, at most one of them chosen by itself. Found through its owner."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select, update

from catalog.db import change, db, lock
from catalog.errors import Conflict, DomainError, Invalid, Several
from catalog.text import N_, tidy
from marketplace.accounts.models import User
from marketplace.checkout.models import Address
from marketplace.checkout.requests import read_phone, read_place, read_postal_code

MOST = 20
FIELDS = ("label", "recipient", "phone", "address", "place_code", "postal_code")


def list_addresses(user: User) -> list[Address]:
    """The one chosen by itself first, then the newest."""
    return list(
        db.session.scalars(
            select(Address).where(Address.user_id == user.id).order_by(Address.is_default.desc(), Address.id.desc())
        )
    )


def find_address(user: User, code: str) -> Address | None:
    """An address of this person; another's does not exist."""
    return db.session.scalar(select(Address).where(Address.user_id == user.id, Address.code == code))


def save(user: User, address: Address | None, typed: Mapping[str, str]) -> Address:
    """Write an address into the book, or change one. Several names every wrong field; the first is the default one."""
    errors: list[DomainError] = []
    label = tidy(typed.get("label", ""))
    if len(label) > 40:
        errors.append(Invalid(N_("At most %(most)s characters, please."), field="label", most=40))
    recipient = tidy(typed.get("recipient", ""))
    if not 2 <= len(recipient) <= 80:
        errors.append(Invalid(N_("Write the recipient's name (2 to 80 characters)."), field="recipient"))
    street = tidy(typed.get("address", ""))
    if not 5 <= len(street) <= 200:
        message = N_("Write street, house number and what helps to find it (5 to 200 characters).")
        errors.append(Invalid(message, field="address"))
    phone = postal_code = ""
    place = None
    try:
        phone = read_phone(typed.get("phone", ""))
    except Invalid as error:
        errors.append(error)
    try:
        place = read_place(typed.get("place_code", ""), field="place_q")
        postal_code = read_postal_code(typed.get("postal_code", ""), place)
    except Invalid as error:
        errors.append(error)
    if errors or place is None:
        raise Several(errors)
    _hold(user)
    if address is None:
        known = list_addresses(user)
        if len(known) >= MOST:
            raise Conflict(N_("An address book holds at most %(most)s addresses."), most=MOST)
        address = Address(user_id=user.id, is_default=not known)
        db.session.add(address)
    address.label, address.recipient, address.phone, address.address = label, recipient, phone, street
    address.place_code, address.place_name, address.postal_code = place.code, place.label[:200], postal_code
    db.session.flush()
    return address


def prefer(user: User, address: Address) -> None:
    """The checkout begins with this one from now on."""
    _hold(user)
    change(update(Address).where(Address.user_id == user.id, Address.is_default).values(is_default=False))
    change(update(Address).where(Address.id == address.id, Address.user_id == user.id).values(is_default=True))
    db.session.expire(address)


def remove(user: User, address: Address) -> None:
    """Take it out of the book; where it was the default, the newest of the others becomes it."""
    _hold(user)
    was_default = address.is_default
    db.session.delete(address)
    db.session.flush()
    rest = list_addresses(user)
    if was_default and rest:
        rest[0].is_default = True
        db.session.flush()


def _hold(user: User) -> None:
    """One change of a book at a time."""
    db.session.execute(lock(select(User.id).where(User.id == user.id))).one()
