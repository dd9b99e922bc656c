"""The sign-ins of the example, for printing; and whether a database holds examples at all."""

from __future__ import annotations

from sqlalchemy import select

from catalog.db import db
from marketplace.accounts.models import User
from marketplace.seeds import content


def sign_ins() -> list[dict[str, str]]:
    """Name, e-mail, password and part of everybody of the cast who has an account here."""
    cast = [one for one in content.people().values() if one.is_cast]
    there = set(
        db.session.scalars(select(User.email).where(User.is_example, User.email.in_([one.email for one in cast])))
    )
    return [
        {"name": one.name, "email": one.email, "password": content.password(), "does": one.does}
        for one in cast
        if one.email in there
    ]


def has_examples() -> bool:
    """Whether example data is in this database; a production start refuses it."""
    return db.session.scalar(select(User.id).where(User.is_example).limit(1)) is not None
