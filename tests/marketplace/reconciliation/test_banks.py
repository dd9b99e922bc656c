"""Our book beside a bank's statements: zero where both say the same, and whatever stands in one of them alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Invalid
from catalog.money import Money
from marketplace.accounts.models import Role, User
from marketplace.banking import laws
from marketplace.banking.clearing import Outcome, assign, ignore
from marketplace.banking.matching import day_of, match
from marketplace.banking.models import BankLine, LineState, MatchKind
from marketplace.bookkeeping.bookings import Typed, approve, make, reverse
from marketplace.bookkeeping.models import Deed, OutsideBooking
from marketplace.ledger import accounts
from marketplace.ledger.models import Kind
from marketplace.ledger.services import Entry, post
from marketplace.payments.services import confirm_transfer
from marketplace.reconciliation import services
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
        moved("settlement:card:s1", Kind.SETTLEMENT, 300_000, "s1")
        lines = [left(cast, 40_000), left(cast, 900_000)]
        came = line(cast, 300_000, day_of(clock.now()))
    with transaction() as session:
        match(session.get_one(BankLine, came.id))
    assert look(cast) == []
    known = {one.id: (one.matched_kind, one.matched_code) for one in db.session.scalars(db.select(BankLine))}
    assert known == {
        lines[0].id: (MatchKind.REFUND, "r1"),
        lines[1].id: (MatchKind.PAYOUT, "p1"),
        came.id: (MatchKind.OUTSIDE, "settlement:card:s1"),
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
        moved("bank-fee:b1", Kind.SETTLEMENT, -6_500, "b1")
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
