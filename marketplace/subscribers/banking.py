"""The worker and statements: rows are taken in small transactions, then each line is looked at in one of its own."""

from __future__ import annotations

from catalog.db import db, transaction
from marketplace.banking import statements
from marketplace.outbox.services import Taken, put

BATCHES = 25
"""How many batches one message carries before others have their turn."""


def read_statement(message: Taken) -> None:
    """Go on with a statement. A worker that dies is followed by another, which finds what has been taken."""
    code = message.payload["statement"]
    found = statements.found_in(code)
    db.session.rollback()
    is_more = found is not None
    for _ in range(BATCHES):
        if not is_more:
            break
        with transaction():
            is_more = statements.read_batch(code, found or [])
    if is_more:
        with transaction():
            put(statements.TOPIC, {"statement": code})
