"""What others did with money is booked once per reference, by two where money leaves, and turned back only by a journal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, DomainError, Forbidden, Invalid
from catalog.money import ZERO, Money
from marketplace.accounts.models import Role, User
from marketplace.bookkeeping.bookings import Typed, approve, counter_of, list_bookings, make, plan, refuse, reverse
from marketplace.bookkeeping.models import BookingState, Deed, OutsideBooking
from marketplace.ledger.days import close
from marketplace.ledger.models import Journal, Kind
from marketplace.ledger.queries import balance, verify
from marketplace.ledger.services import Entry, post
from tests import factories
from tests.cast import Cast

NOW = datetime(2026, 11, 28, 3, tzinfo=UTC)
DAY = date(2026, 11, 26)
PAID_OUT = Typed(Deed.SETTLEMENT, "card", "po_1", DAY, Money(900_000), Money(26_100), "b")
TAX = Typed(Deed.REMITTED, "ppn", "NTPN 1", DAY, Money(11_000), bank="b")


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def joni(cast: Cast) -> User:
    with transaction():
        for account, sum_ in (("gateway:card", 1_000_000), ("ppn", -11_000), ("sponsor:f", 50_000)):
            entries = [Entry(account, Money(sum_)), Entry("seller:x", Money(-sum_))]
            post(f"given {account}", Kind.CORRECTION, entries, at=clock.start_of(DAY))
        return factories.user(roles=(Role.OPERATOR,))


def test_what_brings_money_is_booked_at_once_and_dated_into_its_day(cast: Cast, joni: User) -> None:
    assert not plan(PAID_OUT).needs_two
    with transaction():
        made = make(PAID_OUT, cast.tono)
        make(Typed(Deed.SPONSORED, "f", "SP2D 1", DAY, Money(30_000), bank="b"), cast.tono)
    journal = db.session.scalars(db.select(Journal).where(Journal.key == "settlement:card:po_1")).one()
    assert (made.state, made.journal_id, journal.by_id) == (BookingState.BOOKED, journal.id, cast.tono.id)
    assert journal.at == datetime(2026, 11, 26, 5, tzinfo=UTC), "at noon of its day"
    assert (balance("bank:b"), balance("fee:card"), balance("gateway:card")) == (
        Money(903_900), Money(26_100), Money(100_000),
    )  # fmt: skip
    assert balance("sponsor:f") == Money(20_000)


def test_where_money_leaves_a_second_operator_looks(cast: Cast, joni: User) -> None:
    with transaction():
        made = make(TAX, cast.tono)
        twin = make(replace(TAX, reference="NTPN 2"), cast.tono)
    assert (made.state, balance("ppn")) == (BookingState.WAITING, Money(-11_000))
    for user, error in ((cast.tono, Forbidden), (cast.ratna, Forbidden)):
        with pytest.raises(error), transaction():
            approve(made, user)
    with pytest.raises(IntegrityError), transaction() as session:  # past the services
        session.execute(text("UPDATE outside_bookings SET approved_by_id = made_by_id"))
    with transaction():
        approve(made, joni)
    assert (balance("ppn"), balance("bank:b")) == (ZERO, Money(-11_000))
    late = replace(TAX, reference="NTPN 3", sum=Money(1))
    for again in (
        lambda: approve(made, joni),
        lambda: refuse(made, joni),
        lambda: approve(twin, joni),  # it was right when it was written
        lambda: plan(late),
    ):
        with pytest.raises(Conflict), transaction():
            again()
    with transaction():
        refuse(twin, joni)
        fee = make(Typed(Deed.BANK_FEE, "b", "ADM 11", DAY, Money(6_500)), cast.tono)
        refuse(fee, cast.tono)
        other = make(Typed(Deed.PARTNER_FEE, "card", "dp_1", DAY, Money(15_000)), joni)
        approve(other, cast.tono)
    assert (fee.state, balance("fee:b"), balance("fee:card")) == (BookingState.REFUSED, ZERO, Money(15_000))
    assert [one.state for one in list_bookings()] == ["booked", "refused", "refused", "booked"]
    assert verify() == []


def test_a_journal_against_it_turns_it_back_and_frees_its_reference(cast: Cast, joni: User) -> None:
    with transaction():
        made = make(PAID_OUT, cast.tono)
        with pytest.raises(Invalid):
            reverse(made, " ", cast.tono)
        back = reverse(made, "Bank yang salah", cast.tono)
    assert made.state is BookingState.BOOKED and balance("gateway:card") == Money(100_000)
    with pytest.raises(Conflict), transaction():
        reverse(made, "Sekali lagi", joni)
    with pytest.raises(Forbidden), transaction():
        approve(back, cast.tono)
    with transaction():
        approve(back, joni)
    db.session.refresh(made)
    assert (made.state, balance("gateway:card"), balance("bank:b")) == (BookingState.REVERSED, Money(1_000_000), ZERO)
    assert counter_of(made) == back
    for wrong in (made, back):
        with pytest.raises(Conflict), transaction():
            reverse(wrong, "Sekali lagi", joni)
    with transaction():
        make(replace(PAID_OUT, bank="c"), joni)
    assert (balance("bank:c"), balance("gateway:card")) == (Money(873_900), Money(100_000))


def test_into_a_closed_day_nothing_is_dated(cast: Cast, joni: User) -> None:
    with transaction():
        close(DAY, cast.tono)
        assert plan(PAID_OUT).dated_at == clock.start_of(date(2026, 11, 27))
        make(PAID_OUT, cast.tono)
    journal = db.session.scalars(db.select(Journal).where(Journal.kind == "settlement")).one()
    assert journal.at == clock.start_of(date(2026, 11, 27))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sum": ZERO, "fee": ZERO}, "fee"),
        ({"sum": Money(1_000_001)}, "sum"),
        ({"fee": Money(900_001)}, "fee"),
        ({"fee": Money(-1)}, "fee"),
        ({"reference": "x"}, "reference"),
        ({"reference": "a:b"}, "reference"),
        ({"scope": ""}, "scope"),
        ({"happened_on": date(2026, 11, 29)}, "happened_on"),
        ({"happened_on": date(2024, 11, 29)}, "happened_on"),
        ({"deed": Deed.SPONSORED, "scope": "f", "sum": Money(50_001)}, "sum"),
        ({"deed": Deed.REMITTED, "scope": "pph22", "sum": Money(1)}, "sum"),
        ({"deed": Deed.REMITTED, "scope": "pajak", "sum": Money(1)}, "scope"),
        ({"deed": Deed.BANK_FEE, "scope": "b", "sum": ZERO}, "sum"),
        ({"deed": Deed.BORNE, "scope": "tidakada"}, "scope"),
        ({"deed": Deed.COUNTER, "scope": "x"}, "scope"),
    ],
)
def test_refuses_by_name(cast: Cast, joni: User, change: dict[str, object], field: str) -> None:
    with pytest.raises(DomainError) as refusal, transaction():
        make(replace(PAID_OUT, **change), cast.tono)  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert db.session.scalars(db.select(OutsideBooking)).all() == []


def test_refuses_twice_and_by_whom_it_is_no_matter(cast: Cast, joni: User) -> None:
    with transaction():
        make(PAID_OUT, cast.tono)
        make(TAX, cast.tono)
    for typed in (PAID_OUT, TAX, replace(PAID_OUT, sum=Money(5), fee=ZERO)):
        with pytest.raises(Conflict) as refusal, transaction():
            make(typed, joni)
        assert refusal.value.field == "reference"
    with pytest.raises(Forbidden), transaction():
        make(replace(PAID_OUT, reference="po_2"), cast.ratna)
