"""Reading another's book: every page of a partner's is asked for outside of all transactions, and kept in one of its own."""

from __future__ import annotations

import structlog

from catalog.db import db, transaction
from catalog.errors import Invalid, Unavailable
from marketplace.outbox.services import MAX_ATTEMPTS, Taken, put
from marketplace.reconciliation import services
from marketplace.reconciliation.models import Reading, ReadingState

log = structlog.get_logger("mirrors")
MOST_PAGES = 2_000
"""That one message carries before others have their turn."""


def read_book(message: Taken) -> None:
    """The worker's message; called twice, or by two at once, it goes on where it stands. What fails again and again is
    stopped at last, so that an operator may let it go on."""
    key = message.payload["id"]
    try:
        is_more = read(key)
    except Exception:
        if message.attempts >= MAX_ATTEMPTS:
            db.session.rollback()
            with transaction() as session:
                services.stop(session.get_one(Reading, key))
        raise
    if is_more:
        with transaction():
            put(services.TOPIC, message.payload)


def read(reading_id: int) -> bool:
    """Read to the end and compare. A partner that is silent, or has no book any more, stops it; nothing that was read is
    lost. Whether there is more than can be read at once."""
    for _ in range(MOST_PAGES):
        reading = db.session.get(Reading, reading_id, populate_existing=True)
        if reading is None or reading.state is not ReadingState.READING:
            db.session.rollback()
            return False
        source, since, until, cursor = reading.source, reading.since, reading.until, reading.cursor
        db.session.rollback()
        try:
            if services.is_bank(source):
                with transaction() as session:
                    is_more = services.look_at_statements(session.get_one(Reading, reading_id), cursor)
            else:
                page = services.mirror(source).read_book(since, until, cursor)
                db.session.rollback()
                with transaction() as session:
                    is_more = services.keep_page(session.get_one(Reading, reading_id), page, cursor)
        except (Unavailable, Invalid) as error:
            log.warning("the other book is shut", source=source, reason=str(error))
            db.session.rollback()
            with transaction() as session:
                services.stop(session.get_one(Reading, reading_id))
            return False
        if not is_more:
            return False
    return True
