"""The people whom a maker shows. Nobody is shown without their word, and nothing of them but what is shown is kept."""

from __future__ import annotations

from collections.abc import Sequence

from catalog import clock
from catalog.db import db
from catalog.errors import Conflict, DomainError, Invalid, Several
from catalog.makers.models import Maker, Person
from catalog.media.models import Image
from catalog.text import N_, tidy

PEOPLE_MAX = 12
NAME_LENGTH = 60
ROLE_LENGTH = 80


def add_person(
    maker: Maker, name: str, role: str = "", role_en: str = "", *, agrees: bool, portrait: Image | None = None
) -> Person:
    """Show somebody. `agrees` says that this person knows what is shown here and agrees; without it, Invalid."""
    if len(maker.hands) >= PEOPLE_MAX:
        raise Conflict(N_("At most %(limit)s people can be shown."), limit=PEOPLE_MAX)
    person = Person(name="", position=_next(maker.hands))
    with db.session.no_autoflush:
        _tell(person, name, role, role_en, agrees)
        person.portrait = portrait
        maker.hands.append(person)
    db.session.flush()
    return person


def edit_person(
    person: Person,
    name: str,
    role: str = "",
    role_en: str = "",
    *,
    agrees: bool,
    portrait: Image | None = None,
    without_portrait: bool = False,
) -> None:
    """Show something else of somebody, who has to agree anew. The portrait stays unless there is another or none."""
    with db.session.no_autoflush:
        _tell(person, name, role, role_en, agrees)
        if portrait is not None or without_portrait:
            person.portrait = portrait
    db.session.flush()


def remove_person(person: Person) -> None:
    """Forget somebody; the portrait goes with the next sweep of pictures that nothing shows."""
    person.maker.hands.remove(person)
    db.session.flush()


def move_person(person: Person, earlier: bool) -> None:
    """One place earlier or later; at the end of the row nothing moves."""
    row = list(person.maker.hands)
    place = row.index(person)
    other = place - 1 if earlier else place + 1
    if 0 <= other < len(row):
        row[place], row[other] = row[other], row[place]
        for position, one in enumerate(row):
            one.position = position
    db.session.flush()
    db.session.expire(person.maker, ["hands"])


def _next(hands: Sequence[Person]) -> int:
    return max((one.position for one in hands), default=-1) + 1


def _tell(person: Person, name: str, role: str, role_en: str, agrees: bool) -> None:
    name, role, role_en = tidy(name), tidy(role), tidy(role_en)
    errors: list[DomainError] = []
    if not 2 <= len(name) <= NAME_LENGTH:
        errors.append(Invalid(N_("Write a name of 2 to %(limit)s characters."), field="name", limit=NAME_LENGTH))
    errors += [
        Invalid(N_("Write at most %(limit)s characters."), field=field, limit=ROLE_LENGTH)
        for field, text in (("role", role), ("role_en", role_en))
        if len(text) > ROLE_LENGTH
    ]
    if not agrees:
        errors.append(Invalid(N_("Ask this person first. Nobody is shown here without having agreed."), field="agrees"))
    if errors:
        raise Several(errors)
    person.name, person.role, person.role_en, person.consented_at = name, role, role_en, clock.now()
