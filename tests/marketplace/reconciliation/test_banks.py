"""Our book beside a bank's statements: zero where both say the same, and whatever stands in one of them alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid
from catalog.money import Money
from marketplace.accounts.models import Role, User
from marketplace.banking import laws
from marketplace.banking.clearing import Outcome, assign, ignore, reopen
from marketplace.banking.matching import day_of, match
from marketplace.banking.models import BankLine, LineState, MatchKind
from marketplace.bookkeeping.bookings import Typed, approve, make, reverse
from marketplace.bookkeeping.models import Deed, OutsideBooking
from marketplace.ledger import accounts
from marketplace.ledger.models import Kind
from marketplace.ledger.services import Entry, post
from marketplace.payments.services import confirm_transfer
from marketplace.reconciliation import banks, services
from marketplace.reconciliation.banks import list_recognised
from marketplace.reconciliation.models import Reading, ReadingState
from marketplace.subscribers import mirrors
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.banking.lines import account, come, line
from tests.marketplace.banking.test_matching import asked

pytestmark = both_databases


def look(cast: Cast) -> list[tuple[str, str, str, int, int]]:
    """What is not alike after a reading."""
    with transaction() as session:
        key = services.start(accounts.bank(account().code), session.get_one(User, cast.tono.id)).id
    mirrors.read(key)
    db.session.rollback()
    reading = db.session.get_one(Reading, key, populate_existing=True)
    assert reading.state is ReadingState.COMPARED
    found = services.list_differences()
    assert reading.found == len(found)
    return [(one.gap, one.turn, one.about, one.ours.rupiah, one.theirs.rupiah) for one in found]


def moved(key: str, kind: Kind, sum_: int, reference: str) -> None:
    where = accounts.bank(account().code)
    post(key, kind, [Entry(where, Money(sum_)), Entry(accounts.seller("x"), Money(-sum_))], reference=reference)


def paid_out(cast: Cast, sum_: int, reference: str) -> OutsideBooking:
    """A payment partner has paid out what it held."""
    post(f"given {reference}", Kind.CORRECTION, [Entry("gateway:card", Money(sum_)), Entry("surplus", Money(-sum_))])
    typed = Typed(Deed.SETTLEMENT, "card", reference, clock.today(), Money(sum_), bank=account().code)
    return make(typed, cast.tono)


def sponsored(cast: Cast, sum_: int, reference: str) -> OutsideBooking:
    """A programme has paid for its vouchers."""
    post(f"given {reference}", Kind.CORRECTION, [Entry("sponsor:f", Money(sum_)), Entry("surplus", Money(-sum_))])
    return make(Typed(Deed.SPONSORED, "f", reference, clock.today(), Money(sum_), bank=account().code), cast.tono)


def left(cast: Cast, sum_: int) -> BankLine:
    made = line(cast, -sum_, day_of(clock.now()))
    made.state = LineState.OPEN
    return made


def test_an_account_without_statements_has_no_book(cast: Cast) -> None:
    assert services.sources() == []
    with pytest.raises(Invalid), transaction():
        services.start(accounts.bank(account().code), cast.tono)


def test_payments_parked_money_and_the_rest_of_it_are_alike(cast: Cast) -> None:
    come(cast, asked(cast))
    more = asked(cast)
    parked = come(cast, more, 20_000)
    come(cast, asked(cast), 77_000)
    assert services.sources() == [accounts.bank(account().code)]
    assert look(cast) == []
    with transaction():
        assert assign(parked, more, cast.tono) is Outcome.MORE
    assert look(cast) == []
    with transaction():
        aside = db.session.scalars(db.select(BankLine).where(BankLine.state == LineState.PARKED)).one()
        ignore(aside, "Setoran modal", cast.tono)
    assert look(cast) == []


def test_money_that_left_is_recognised_by_what_we_have_booked(cast: Cast) -> None:
    with transaction():
        moved("sent:r1", Kind.SENT, -40_000, "r1")
        moved("paid-out:p1", Kind.PAID_OUT, -900_000, "p1")
        paid_out(cast, 300_000, "po_1")
        lines = [left(cast, 40_000), left(cast, 900_000)]
        came = line(cast, 300_000, day_of(clock.now()))
    with transaction() as session:
        match(session.get_one(BankLine, came.id))
    assert look(cast) == []
    known = {one.id: (one.matched_kind, one.matched_code) for one in db.session.scalars(db.select(BankLine))}
    assert known == {
        lines[0].id: (MatchKind.REFUND, "r1"),
        lines[1].id: (MatchKind.PAYOUT, "p1"),
        came.id: (MatchKind.OUTSIDE, "settlement:card:po_1"),
    }
    assert laws.check_laws() == []


def test_what_only_one_of_them_says_is_named(cast: Cast) -> None:
    by_hand = asked(cast)
    with transaction():
        confirm_transfer(by_hand.due, "dilihat", cast.tono)
        fee = left(cast, 6_500)
        moved("paid-out:p1", Kind.PAID_OUT, -900_000, "p1")
    assert sorted(look(cast)) == [
        ("only-ours", "payment", by_hand.purchase_code, by_hand.due.rupiah, 0),
        ("only-ours", "transfer", "p1", -900_000, 0),
        ("only-theirs", "other", fee.code, 0, -6_500),
    ]
    with transaction():
        booked(cast, factories.user(roles=(Role.OPERATOR,)))
        left(cast, 900_000)
    assert [one[2] for one in look(cast)] == [by_hand.purchase_code]
    come(cast, by_hand)
    assert look(cast) == []


def booked(cast: Cast, joni: User, sum_: int = 6_500) -> OutsideBooking:
    """A fee that the bank has kept, written by one operator and approved by the other."""
    typed = Typed(Deed.BANK_FEE, account().code, "ADM 11", clock.today(), Money(sum_))
    return approve(make(typed, cast.tono), joni)


def test_what_is_turned_back_and_booked_again_is_alike(cast: Cast) -> None:
    with transaction():
        joni = factories.user(roles=(Role.OPERATOR,))
        left(cast, 6_500)
        made = booked(cast, joni)
    assert look(cast) == []
    with transaction():
        approve(reverse(made, "Salah hari", cast.tono), joni)
    assert [one[:2] for one in look(cast)] == [("sum", "payout")]
    with transaction():
        booked(cast, joni)
    assert look(cast) == []


def test_what_was_turned_back_or_never_comes_explains_nothing(cast: Cast) -> None:
    with transaction():
        joni = factories.user(roles=(Role.OPERATOR,))
        paid_out(cast, 300_000, "po_1")
        approve(reverse(paid_out(cast, 400_000, "po_2"), "Salah jumlah", cast.tono), joni)
        moved("by-hand", Kind.CORRECTION, 500_000, "x")
        moved("disputed", Kind.DISPUTE, 600_000, "x")
        moved("corrected", Kind.CORRECTION, -70_000, "x")
        left(cast, 400_000)  # what turned it back is no money that left
        left(cast, 70_000)
        came = [line(cast, sum_, day_of(clock.now())) for sum_ in (300_000, 400_000, 500_000, 600_000)]
    with transaction() as session:
        for one in came:
            match(session.get_one(BankLine, one.id))
    look(cast)
    matched = db.session.execute(
        db.select(BankLine.total, BankLine.matched_code).where(BankLine.matched_code.is_not(None))
    )
    assert matched.all() == [(Money(300_000), "settlement:card:po_1")]
    assert laws.check_laws() == []


def test_what_a_person_has_said_it_is_not_is_never_recognised_as_that_again(cast: Cast) -> None:
    with transaction():
        moved("paid-out:p1", Kind.PAID_OUT, -50_000, "p1")
        sponsored(cast, 80_000, "SP2D 1")
        wrong = [left(cast, 50_000), line(cast, 80_000, day_of(clock.now()))]
    with transaction() as session:
        match(session.get_one(BankLine, wrong[1].id))
    assert look(cast) == []
    assert [one.id for one in list_recognised()] == [wrong[1].id, wrong[0].id]
    with transaction() as session:
        for one in wrong:
            reopen(session.get_one(BankLine, one.id), cast.tono)
        right = left(cast, 50_000).id
    assert sorted(look(cast)) == [
        ("only-ours", "other", "SP2D 1", 80_000, 0),
        ("only-theirs", "other", wrong[0].code, 0, -50_000),
    ], "what came lies in suspense in our book, too"
    assert [(one.id, one.matched_code) for one in list_recognised()] == [(right, "p1")]
    with transaction():
        moved("paid-out:p2", Kind.PAID_OUT, -50_000, "p2")
    assert [one[2] for one in look(cast)] == ["SP2D 1"]
    assert db.session.get_one(BankLine, wrong[0].id).matched_code == "p2"
    assert laws.check_laws() == []


def test_many_lines_are_looked_at_in_many_small_transactions(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, count_queries: Callable[..., Any]
) -> None:
    with transaction():
        for number in range(1, 8):
            moved(f"paid-out:p{number}", Kind.PAID_OUT, -number * 1_000, f"p{number}")
            left(cast, number * 1_000)
    monkeypatch.setattr(banks, "PAGE", 3)
    with transaction():
        key = services.start(accounts.bank(account().code)).id
    explain, faster = banks.explain, [1]

    def explain_but_one(line: BankLine, *what: Any) -> None:
        if line.total == Money(-2_000) and faster:
            raise Conflict("a person was faster")
        explain(line, *what)

    monkeypatch.setattr(banks, "explain", explain_but_one)
    for lines, cursor in ((3, True), (6, True), (7, False)):
        with transaction() as session:
            reading = session.get_one(Reading, key)
            before = reading.cursor
            assert services.look_at_statements(reading, before) is cursor
            assert services.look_at_statements(reading, before) is cursor, "what is told twice counts once"
            assert (reading.lines, bool(reading.cursor)) == (lines, cursor)
    assert (reading.state, reading.found) == (ReadingState.COMPARED, 2), "one line and its payout"
    faster.clear()
    assert look(cast) == []
    monkeypatch.setattr(banks, "PAGE", 7)
    with transaction():
        key = services.start(accounts.bank(account().code)).id
    with transaction() as session, count_queries(at_most=5):
        assert services.look_at_statements(session.get_one(Reading, key), "")


def test_two_movements_of_one_sum_are_left_to_a_person(cast: Cast) -> None:
    with transaction():
        moved("paid-out:p1", Kind.PAID_OUT, -50_000, "p1")
        moved("paid-out:p2", Kind.PAID_OUT, -50_000, "p2")
        one = left(cast, 50_000)
    found = look(cast)
    assert {gap for gap, *_ in found} == {"only-ours", "only-theirs"}
    assert len(found) == 3
    assert db.session.get_one(BankLine, one.id).state is LineState.OPEN


def test_movements_far_from_the_day_or_of_part_of_a_rupiah_explain_nothing(cast: Cast) -> None:
    with clock.frozen(clock.now() - timedelta(days=9)), transaction():
        moved("paid-out:p1", Kind.PAID_OUT, -50_000, "p1")
    with transaction():
        left(cast, 50_000)
        odd = left(cast, 70_000)
        odd.sen = -50
        moved("paid-out:p2", Kind.PAID_OUT, -70_000, "p2")
    found = look(cast)
    assert ("currency", "other", odd.code, 0, -70_000) in found
    assert {line.state for line in db.session.scalars(db.select(BankLine))} == {LineState.OPEN}
