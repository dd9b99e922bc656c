"""The worker and statements: rows are taken in small transactions, then each line is looked at in one of its own."""

from __future__ import annotations

import structlog

from catalog.db import db, transaction
from catalog.errors import DomainError
from marketplace.banking import statements
from marketplace.banking.matching import match
from marketplace.banking.models import BankLine
from marketplace.banking.queries import list_fresh
from marketplace.outbox.services import Taken, put

log = structlog.get_logger("banking")

BATCHES = 10
"""How many batches one message carries before others have their turn."""


def read_statement(message: Taken) -> None:
    """Go on with a statement. A worker that dies is followed by another, which finds what has been taken; a line that
    cannot be decided in this moment is tried again with the next message."""
    code = message.payload["statement"]
    found = statements.found_in(code)
    db.session.rollback()
    is_more = found is not None
    for _ in range(BATCHES):
        if is_more:
            with transaction():
                is_more = statements.read_batch(code, found or [])
        decide(code)
        if not is_more:
            return
    with transaction():
        put(statements.TOPIC, {"statement": code})


def decide(code: str) -> None:
    """Look at every fresh line of a statement, each in a transaction of its own: its payment, the order and the pieces
    are held for no longer than that."""
    ids = list_fresh(code)
    db.session.rollback()
    for key in ids:
        try:
            with transaction() as session:
                match(session.get_one(BankLine, key))
        except DomainError as error:  # somebody was faster
            log.info("a line was not decided", reason=str(error))
            with transaction() as session:
                match(session.get_one(BankLine, key))
