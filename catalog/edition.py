"""The catalog's edition: a number that every commit which changes what the public sees raises by one.

Pages kept for everybody are kept under their edition, so none is ever older than the last publishing commit. Models
that the public sees say `__public__ = True`; changes made past the ORM (a conditional UPDATE) call `raise_edition`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from catalog.db import Model, db


class Edition(Model):
    """One row, id 1. The number only rises."""

    __tablename__ = "editions"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=1)


def raise_edition(session: Session | None = None) -> None:
    """Mark this transaction as changing what the public sees; the number rises just before the commit."""
    (session or db.session()).info["raises_edition"] = True


_NUMBER = select(Edition.__table__.c.number).where(Edition.__table__.c.id == 1)


def edition() -> int:
    """The present number, 0 for a database without one."""
    return db.session.scalar(_NUMBER) or 0


@event.listens_for(Session, "before_flush")
def _notice_public_changes(session: Session, context: Any, instances: Any) -> None:
    if session.info.get("raises_edition"):
        return
    for thing in (*session.new, *session.deleted):
        if getattr(thing, "__public__", False):
            session.info["raises_edition"] = True
            return
    for thing in session.dirty:
        if getattr(thing, "__public__", False) and session.is_modified(thing):
            session.info["raises_edition"] = True
            return


@event.listens_for(Session, "before_commit")
def _raise_edition(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint is let go: what is written here may still be taken back
        return
    session.flush()
    if session.info.pop("raises_edition", False):
        # Last statement of the transaction, so that PostgreSQL holds this one row's lock for the commit only.
        raised: Any = session.execute(
            update(Edition).where(Edition.id == 1).values(number=Edition.number + 1),
            execution_options={"synchronize_session": False},
        )
        if not raised.rowcount:
            session.add(Edition(id=1, number=1))
            session.flush()


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction():  # what came before the savepoint stands
        session.info.pop("raises_edition", None)
