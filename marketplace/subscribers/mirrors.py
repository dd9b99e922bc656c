"""Reading a partner's book: every page is asked for outside of all transactions and kept in one of its own."""

from __future__ import annotations

import structlog

from catalog.db import db, transaction
from catalog.errors import Unavailable
from marketplace.outbox.services import Taken
from marketplace.reconciliation import services
from marketplace.reconciliation.banks import BankBook
from marketplace.reconciliation.models import Reading, ReadingState

log = structlog.get_logger("mirrors")
MOST_PAGES = 2_000


def read_book(message: Taken) -> None:
    """The worker's message; called twice it goes on where it stood."""
    read(message.payload["id"])


def read(reading_id: int) -> None:
    """Read to the end and compare. A partner that is silent stops it; nothing that was read is lost."""
    for _ in range(MOST_PAGES):
        reading = db.session.get(Reading, reading_id, populate_existing=True)
        if reading is None or reading.state is not ReadingState.READING:
            db.session.rollback()
            return
        source, since, until, cursor = reading.source, reading.since, reading.until, reading.cursor
        book = services.mirror(source)
        db.session.rollback()
        if isinstance(book, BankBook) and not cursor:
            with transaction():
                book.recognise()
        try:
            page = book.read_book(since, until, cursor)
            db.session.rollback()
        except Unavailable as error:
            log.warning("the partner's book is shut", source=source, reason=str(error))
            with transaction() as session:
                services.stop(session.get_one(Reading, reading_id))
            return
        with transaction() as session:
            row = services.keep_page(session.get_one(Reading, reading_id), page)
            if not page.after:
                services.finish(row)
                return
