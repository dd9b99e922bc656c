"""Our book beside the partner's, both ways: zero where both say the same, and every way to differ is found and named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Forbidden, Invalid
from catalog.money import ZERO, Money
from marketplace.accounts.models import Role, User
from marketplace.bookkeeping.bookings import Typed, approve, make
from marketplace.bookkeeping.models import Deed
from marketplace.ledger.models import Kind
from marketplace.ledger.services import Entry, post
from marketplace.outbox.models import Message
from marketplace.outbox.services import drain
from marketplace.payments.models import PaymentMethod
from marketplace.payments.providers import BookLine, BookPage, Mirror, Turn, provider, use
from marketplace.reconciliation import services
from marketplace.reconciliation.models import Difference, MirrorLine, Reading, ReadingState
from marketplace.subscribers import mirrors
from tests import factories
from tests.fakes.stripe_book import charge_fee, pay_out
from tests.marketplace.payments.partner import GATEWAY, Shop

LIST = "GET /v1/balance_transactions"


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """Three purchases: one stays, one goes back, one is disputed and lost; a payout and a fee are booked."""
    shop.bought()
    gone = shop.bought((shop.cast.plaque, 1))
    shop.cancel_all(gone)
    shop.reconcile()
    bad = shop.bought((shop.cast.plaque, 1))
    shop.server.dispute(shop.charge_there(bad))
    shop.server.dispute(shop.charge_there(bad), "lost")
    shop.reconcile(timedelta(hours=25))
    paid = pay_out(shop.server, 50_000_000 - 500_000)
    kept = charge_fee(shop.server, 700_000)
    with clock.frozen(shop.now), transaction() as session:
        tono, today = session.get_one(User, shop.tono), clock.today()
        make(Typed(Deed.SETTLEMENT, "card", paid["id"], today, Money(500_000), Money(5_000), "other"), tono)
        fee = make(Typed(Deed.PARTNER_FEE, "card", kept["id"], today, Money(7_000)), tono)
        approve(fee, factories.user(roles=(Role.OPERATOR,)))
    return shop


def someone_else(shop: Shop) -> int:
    return int(db.session.scalars(db.select(User.id).where(User.id != shop.tono).order_by(User.id).limit(1)).one())


def look(shop: Shop) -> Reading:
    """Some time later the book is read."""
    with clock.frozen(shop.now + timedelta(hours=1)):
        with transaction() as session:
            key = services.start("card", session.get_one(User, shop.tono), clock.now() - timedelta(days=30)).id
        drain({services.TOPIC: mirrors.read_book, "mail": lambda _: None, "payment-hint": lambda _: None})
    db.session.rollback()
    return db.session.get_one(Reading, key, populate_existing=True)


def stands() -> list[tuple[str, str, int, int]]:
    db.session.rollback()
    return [(one.gap, one.turn, one.ours.rupiah, one.theirs.rupiah) for one in services.list_differences()]


def test_both_say_the_same_however_often_they_are_read_and_in_whatever_pages(
    busy: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(provider(PaymentMethod.CARD), Mirror) and services.sources() == ["card"]
    found = look(busy)
    assert (found.state, found.found, stands()) == (ReadingState.COMPARED, 0, [])
    assert found.lines == 7, "three payments, a refund, a dispute, a payout, a fee"
    monkeypatch.setattr("marketplace.adapters.stripe_book.PAGE", 2)
    again = look(busy)
    assert (again.lines, again.found) == (7, 0)
    assert db.session.scalar(db.select(db.func.count()).select_from(MirrorLine)) == 7
    assert services.count_unanswered() == 0


def unbooked_payout(shop: Shop) -> None:
    pay_out(shop.server, 1_000_000)


def unbooked_fee(shop: Shop) -> None:
    charge_fee(shop.server, 1_500_000)


def journal_of_nothing(shop: Shop) -> None:
    entries = [Entry(GATEWAY, Money(12_345), "paid"), Entry("surplus", Money(-12_345))]
    with clock.frozen(shop.now), transaction():
        post("surplus:nobody", Kind.SURPLUS, entries, reference="nobody")


def other_sum(shop: Shop) -> None:
    shop.server.of("payout")[0]["amount"] += 100


def other_fee(shop: Shop) -> None:
    shop.server.of("charge")[0]["balance_transaction"]["fee"] += 100


def other_currency(shop: Shop) -> None:
    shop.server.of("charge")[0]["currency"] = "usd"


def broken_rupiah(shop: Shop) -> None:
    shop.server.of("charge")[0]["amount"] += 1


def sent_back_at_the_dashboard(shop: Shop) -> None:
    shop.server.send_back(shop.server.of("charge")[0], 100_000)


@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        (unbooked_payout, ("only-theirs", "payout", 0, -10_000)),
        (unbooked_fee, ("only-theirs", "fee", 0, -15_000)),
        (sent_back_at_the_dashboard, ("only-theirs", "refund", 0, -1_000)),
        (journal_of_nothing, ("only-ours", "payment", 12_345, 0)),
        (other_sum, ("sum", "payout", -495_000, -495_001)),
        (other_fee, ("fee", "payment", 5_000, 5_001)),
        (other_currency, ("currency", "payment", 1_850_000, 0)),
        (broken_rupiah, ("currency", "payment", 1_850_000, 0)),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_every_way_to_differ_is_found(
    busy: Shop, deed: Callable[[Shop], None], expected: tuple[str, str, int, int]
) -> None:
    deed(busy)
    assert look(busy).found == 1
    assert stands() == [expected]


def test_a_difference_is_answered_once_or_goes_by_itself(busy: Shop) -> None:
    unbooked_payout(busy)
    look(busy)
    look(busy)
    (one,) = db.session.scalars(db.select(Difference)).all()
    code = one.code
    tono, ratna = busy.tono, someone_else(busy)

    def answer(words: str, user: int) -> None:
        with transaction() as session:
            found = services.find_difference(code)
            assert found is not None
            services.answer(found, words, session.get_one(User, user))

    for words, user, error in ((" ", tono, Invalid), ("Menunggu bank", ratna, Forbidden)):
        with pytest.raises(error):
            answer(words, user)
    answer("Menunggu bank", tono)
    with pytest.raises(Conflict):
        answer("Sekali lagi", tono)
    assert (services.count_unanswered(), len(stands())) == (0, 1)
    with clock.frozen(busy.now), transaction() as session:
        typed = Typed(Deed.SETTLEMENT, "card", one.about, clock.today(), Money(10_000), ZERO, "other")
        make(typed, session.get_one(User, tono))
    assert (look(busy).found, stands()) == (0, [])


def test_a_silent_partner_stops_it_and_nothing_read_is_lost(busy: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplace.adapters.stripe_book.PAGE", 3)
    original = mirrors.services.keep_page
    kept: list[int] = []

    def keep(*page: Any) -> bool:
        kept.append(1)
        if len(kept) == 1:
            busy.server.fails(LIST, 500, 500)
        return original(*page)

    monkeypatch.setattr(mirrors.services, "keep_page", keep)
    found = look(busy)
    assert (found.state, found.lines) == (ReadingState.STOPPED, 3)
    busy.server.faults.clear()
    busy.provider.breaker.succeeded()
    again = look(busy)
    assert (again.id, again.state, again.lines, again.found) == (found.id, ReadingState.COMPARED, 7, 0)


def test_two_who_begin_at_once_begin_one_reading(busy: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def begin() -> tuple[int, int]:
        with transaction() as session:
            found = services.start("card", session.get_one(User, busy.tono)).id
            told = session.scalar(db.select(db.func.count()).where(Message.topic == services.TOPIC))
            return found, told or 0

    first = begin()
    assert first[1] == 1
    assert begin() == first, "it is being read: nobody needs to be told again"
    going, blind = services._going, [True]
    monkeypatch.setattr(services, "_going", lambda source: None if blind and blind.pop() else going(source))
    assert begin() == first, "both saw none; the database lets one in"
    with transaction() as session:
        services.stop(session.get_one(Reading, first[0]))
    assert begin() == (first[0], 2)


def test_a_page_is_kept_once_whoever_brings_it_and_asks_little(busy: Shop, count_queries: Callable[..., Any]) -> None:
    lines = [BookLine(f"txn_{n}", Turn.FEE, Money(-n), ZERO, clock.now(), f"fee_{n}") for n in range(1, 41)]
    with transaction() as session:
        reading = services.start("card", session.get_one(User, busy.tono))
        key = reading.id
        assert services.keep_page(reading, BookPage(lines, "txn_40"), "")
        assert services.keep_page(reading, BookPage(lines, "txn_40"), ""), (
            "told twice: there is more, nothing is counted"
        )
        assert (reading.lines, reading.cursor) == (40, "txn_40")
    with transaction() as session, count_queries(at_most=6):  # forty lines in one statement
        assert services.keep_page(session.get_one(Reading, key), BookPage(lines, "txn_80"), "txn_40")
    with transaction() as session:
        services.stop(session.get_one(Reading, key))
    with transaction() as session:
        assert not services.keep_page(session.get_one(Reading, key), BookPage([], ""), "txn_80")
    assert db.session.scalar(db.select(db.func.count()).select_from(MirrorLine)) == 40


def test_a_partner_that_is_gone_stops_the_reading(busy: Shop) -> None:
    with transaction() as session:
        key = services.start("card", session.get_one(User, busy.tono)).id
    before = provider(PaymentMethod.CARD)
    use(PaymentMethod.CARD, None)
    try:
        assert mirrors.read(key) is False
    finally:
        use(PaymentMethod.CARD, before)
    assert db.session.get_one(Reading, key, populate_existing=True).state is ReadingState.STOPPED


def test_refuses_who_has_no_book_and_who_may_not_ask(busy: Shop) -> None:
    with transaction() as session:
        with pytest.raises(Invalid):
            services.start("cash", session.get_one(User, busy.tono))
        with pytest.raises(Forbidden):
            services.start("card", session.get_one(User, someone_else(busy)))
    before = provider(PaymentMethod.CARD)
    use(PaymentMethod.CARD, None)
    try:
        assert services.sources() == []
    finally:
        use(PaymentMethod.CARD, before)
