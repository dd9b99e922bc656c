"""Reading the book of a partner or a bank page by page, comparing it with ours, and answering what is not alike."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from catalog import clock
from catalog.db import change, db, lock
from catalog.errors import Conflict, Forbidden, Invalid, Unavailable
from catalog.text import N_, tidy
from marketplace.accounts.models import Role, User
from marketplace.ledger import accounts
from marketplace.outbox.services import put
from marketplace.payments.models import PaymentMethod
from marketplace.payments.providers import BookPage, Mirror, offered, provider
from marketplace.reconciliation.banks import BankBook, list_accounts
from marketplace.reconciliation.comparing import AROUND, Books, compare
from marketplace.reconciliation.models import Difference, MirrorLine, Reading, ReadingState

TOPIC = "read-book"
OVERLAP = timedelta(days=3)
"""How far a reading goes back beyond the one before: what was late then is found now."""
FIRST = timedelta(days=35)


def sources() -> list[str]:
    """The ways of paying whose partner lets its book be read, and our bank accounts of which there are statements."""
    partners = [one.value for one in offered() if isinstance(provider(one), Mirror)]
    return [*partners, *(accounts.bank(one.code) for one in list_accounts())]


def is_bank(source: str) -> bool:
    """Whether its book are statements, which lie here already."""
    return accounts.kind_of(source) == "bank"


def mirror(source: str) -> Mirror:
    """The partner behind a way of paying; Unavailable when its book cannot be read."""
    found = provider(PaymentMethod(source))
    if not isinstance(found, Mirror):
        raise Unavailable(N_("The book of this partner cannot be read."))
    return found


def start(source: str, by: User | None = None, since: datetime | None = None) -> Reading:
    """Begin a reading up to now, or let one that stopped go on: the same comes back. Invalid names `source`."""
    if by is not None and not by.has_role(Role.OPERATOR):
        raise Forbidden(N_("Only operators may do this."))
    if source not in sources():
        raise Invalid(N_("Choose one of the list."), field="source")
    known = _going(source)
    if known is None:
        last = db.session.scalar(select(func.max(Reading.until)).where(Reading.source == source))
        now = clock.now()
        begin, end = since or (last - OVERLAP if last else now - FIRST), now
        if is_bank(source):  # what a line was for may be said much later, so all of it is read
            begin, end = BankBook(source).window()
        made = Reading(source=source, since=begin, until=end, asked_by_id=by.id if by else None)
        try:
            with db.session.begin_nested():
                db.session.add(made)
        except IntegrityError:  # somebody else has begun it in this moment
            known = _going(source)
            if known is None:
                raise Conflict(N_("This book is being read already.")) from None
        else:
            put(TOPIC, {"id": made.id})
            return made
    if known.state is ReadingState.STOPPED:
        known.state = ReadingState.READING
        put(TOPIC, {"id": known.id})
        db.session.flush()
    return known


def keep_page(reading: Reading, page: BookPage, after: str) -> bool:
    """Write the lines of the page down that was asked for with `after`, each once, as it is told now; with the last one
    compare. Whether there is more to read: not when it was stopped, and what another worker has kept is left alone."""
    if not _is_at(reading, after):
        return reading.state is ReadingState.READING
    told = {line.reference[:120]: line for line in page.lines}
    known = {
        one.reference: one
        for one in db.session.scalars(
            select(MirrorLine).where(MirrorLine.source == reading.source, MirrorLine.reference.in_(list(told)))
        )
    }
    for reference, line in told.items():
        row = known.get(reference)
        if row is None:
            row = MirrorLine(source=reading.source, reference=reference)
            db.session.add(row)
        row.turn, row.about, row.total, row.fee = line.turn, line.about[:120], line.total, line.fee
        row.odd, row.happened_at, row.read_at = line.odd[:80], line.at, clock.now()
    return _go_on(reading, len(page.lines), page.after)


def look_at_statements(reading: Reading, after: str) -> bool:
    """The same with the next lines of a bank's statements, which are recognised by what we have booked."""
    if not _is_at(reading, after):
        return reading.state is ReadingState.READING
    return _go_on(reading, *BankBook(reading.source).look(reading.since, reading.until, after))


def _is_at(reading: Reading, after: str) -> bool:
    """Held until the end of the transaction: whether it is being read, and stands where the caller thinks."""
    held = lock(select(Reading).where(Reading.id == reading.id)).execution_options(populate_existing=True)
    reading = db.session.scalars(held).one()
    return reading.state is ReadingState.READING and reading.cursor == after


def _go_on(reading: Reading, lines: int, after: str) -> bool:
    reading.lines += lines
    reading.cursor = after
    if not after:
        finish(reading)
    db.session.flush()
    return bool(after)


def _going(source: str) -> Reading | None:
    query = lock(select(Reading).where(Reading.source == source, Reading.state != ReadingState.COMPARED))
    return db.session.scalar(query.execution_options(populate_existing=True))


def finish(reading: Reading) -> Books:
    """Everything is read: compare, write down what is new, let go what is alike now."""
    source, since, until = reading.source, reading.since, reading.until
    books = compare(source, since, until, BankBook(source).sides(since - AROUND, until) if is_bank(source) else None)
    open_ = {
        (one.turn, one.about, one.gap): one
        for one in db.session.scalars(
            select(Difference).where(Difference.source == reading.source, Difference.gone_at.is_(None))
        )
    }
    for one in books.differences:
        known = open_.pop((one.turn, one.about, one.gap), None)
        if known is not None and (known.ours, known.theirs) == (one.ours, one.theirs):
            continue
        if known is not None:  # another difference now: what was said about the old one does not hold for it
            known.gone_at = clock.now()
            db.session.flush()
        db.session.add(
            Difference(
                source=reading.source, turn=one.turn, about=one.about, gap=one.gap, ours=one.ours, theirs=one.theirs,
                words=one.words, happened_at=one.happened_at,
            )
        )  # fmt: skip
    for one_open in open_.values():
        if one_open.happened_at >= reading.since:
            one_open.gone_at = clock.now()
    reading.state, reading.ended_at, reading.found = ReadingState.COMPARED, clock.now(), len(books.differences)
    db.session.flush()
    return books


def stop(reading: Reading) -> None:
    """The partner does not answer: the reading waits until somebody lets it go on."""
    change(
        update(Reading)
        .where(Reading.id == reading.id, Reading.state == ReadingState.READING)
        .values(state=ReadingState.STOPPED)
    )


def answer(difference: Difference, words: str, operator: User) -> Difference:
    """A person says why it is as it is. Invalid names `answer`; Conflict when it is gone or answered."""
    if not operator.has_role(Role.OPERATOR):
        raise Forbidden(N_("Only operators may do this."))
    words = tidy(words)[:300]
    if len(words) < 3:
        raise Invalid(N_("Write why the two books are not alike, or what was done about it."), field="answer")
    query = lock(select(Difference).where(Difference.id == difference.id)).execution_options(populate_existing=True)
    difference = db.session.scalars(query).one()
    if difference.gone_at is not None or difference.answered_at is not None:
        raise Conflict(N_("Somebody has answered this already."))
    difference.answer, difference.answered_at, difference.answered_by_id = words, clock.now(), operator.id
    db.session.flush()
    return difference


def find_difference(code: str) -> Difference | None:
    return db.session.scalar(select(Difference).where(Difference.code == code))


def list_differences(limit: int = 100) -> list[Difference]:
    """What stands: unanswered first, the oldest first."""
    query = select(Difference).options(joinedload(Difference.answered_by)).where(Difference.gone_at.is_(None))
    order = (Difference.answered_at.is_not(None), Difference.happened_at, Difference.id)
    return list(db.session.scalars(query.order_by(*order).limit(limit)))


def count_unanswered() -> int:
    query = select(func.count()).select_from(Difference)
    return db.session.scalar(query.where(Difference.gone_at.is_(None), Difference.answered_at.is_(None))) or 0


def list_readings(limit: int = 10) -> list[Reading]:
    query = select(Reading).options(joinedload(Reading.asked_by)).order_by(Reading.id.desc())
    return list(db.session.scalars(query.limit(limit)))
