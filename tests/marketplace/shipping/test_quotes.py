"""What a courier outside the house says: kept, so that the price that was shown is paid, and done without when silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from catalog import clock
from catalog.db import db, transaction
from catalog.money import Money
from marketplace.checkout.services import QuoteChanged, place
from marketplace.sellers.models import Seller
from marketplace.shipping import courier as couriers
from marketplace.shipping import quotes
from marketplace.shipping.courier import Courier, Parcel, Stop
from marketplace.shipping.models import CourierService, KeptQuote, ShippingRate
from marketplace.shipping.quotes import Question, ask, find_kept, forget_quotes, keep, questions
from marketplace.shipping.rate_table import RateTable
from marketplace.shipping.services import list_all_options
from tests.cast import Cast
from tests.conftest import both_databases
from tests.fakes.couriers import FakeCourier
from tests.marketplace.checkout.shopping import JAKARTA, orders_of, request_for
from tests.marketplace.checkout.shopping import of as of_user

SMALL = [Parcel(400, 300, 200, 60)]


@pytest.fixture
def fake() -> Iterator[FakeCourier]:
    outside = FakeCourier()
    couriers.use(outside)
    yield outside
    couriers.use(None)


@pytest.fixture
def table(cast: Cast) -> None:
    """The table's own price from Ratna to Jakarta."""
    with transaction() as session:
        service = CourierService(code="tabel000", courier="Kurir", name="Tabel")
        session.add(service)
        session.flush()
        session.add(
            ShippingRate(
                service_id=service.id, origin="19.05", destination="31", price=Money(33_000), days_min=3, days_max=5
            )
        )


def options(seller: Seller) -> list[tuple[str, Money]]:
    db.session.rollback()
    found = list_all_options({seller.id: SMALL}, JAKARTA)[seller.id]
    return [(one.key, one.price) for one in found if one.kind == "courier"]


def ask_and_keep(fake: FakeCourier, *sellers: Seller) -> None:
    asked = questions({one.id: SMALL for one in sellers}, JAKARTA)
    answers = ask(fake, asked)
    with transaction():
        keep(answers)


def test_the_table_is_a_courier_too(cast: Cast, table: None) -> None:
    default: Courier = RateTable()
    (only,) = default.quote(Stop("19.05.01"), Stop(JAKARTA), SMALL)
    assert (only.key, only.price, only.weight) == ("tabel000", Money(33_000), 1000)
    assert default.quote(Stop("19.71.02"), Stop(JAKARTA), SMALL) == []
    assert default.track("JNE", "TG12345678") == []


def test_without_a_courier_outside_nobody_is_asked(cast: Cast, table: None) -> None:
    assert questions({cast.ratnas.id: SMALL}, JAKARTA) == []
    assert options(cast.ratnas) == [("courier:tabel000", Money(33_000))]


@both_databases
def test_what_was_said_stands_in_the_place_of_the_table(cast: Cast, table: None, fake: FakeCourier) -> None:
    assert options(cast.ratnas) == [("courier:tabel000", Money(33_000))]
    ask_and_keep(fake, cast.ratnas)
    assert options(cast.ratnas) == [("courier:jne-reg", Money(20_000))]
    ((origin, destination, parcels),) = fake.asked
    assert (origin.postal_code, destination.postal_code) == ("33311", "12510")
    assert list(parcels) == SMALL
    ask_and_keep(fake, cast.ratnas)
    assert len(fake.asked) == 1, "what is fresh is not asked again"


def test_a_sellers_own_price_stands_beside_it(cast: Cast, table: None, fake: FakeCourier) -> None:
    with transaction() as session:
        service = session.scalars(select(CourierService)).one()
        own = {"origin": "19.05", "destination": "", "days_min": 1, "days_max": 2, "seller_id": cast.ratnas.id}
        session.add(ShippingRate(service_id=service.id, price=Money(9_000), **own))
    ask_and_keep(fake, cast.ratnas)
    assert options(cast.ratnas) == [("courier:tabel000", Money(9_000)), ("courier:jne-reg", Money(20_000))]


@pytest.mark.parametrize("silent", [True, False])
def test_who_is_silent_or_does_not_go_there_leaves_the_table_alone(
    cast: Cast, table: None, fake: FakeCourier, silent: bool
) -> None:
    fake.price, fake.goes_there = (None if silent else 1), False
    ask_and_keep(fake, cast.ratnas)
    assert options(cast.ratnas) == [("courier:tabel000", Money(33_000))]
    ask_and_keep(fake, cast.ratnas)
    assert len(fake.asked) == 1
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        ask_and_keep(fake, cast.ratnas)
    assert len(fake.asked) == (2 if silent else 1), "silence is tried again after a minute"


def test_another_box_another_question_but_its_worth_and_its_order_are_none() -> None:
    def digest(*parcels: Parcel) -> str:
        return Question(Stop("", "33311"), Stop("", "12510"), parcels).digest

    one, two = Parcel(400, 300, 200, 60), Parcel(500, 300, 200, 60)
    assert digest(one, two) == digest(two, one)
    assert digest(one) == digest(Parcel(400, 300, 200, 60, value=9))
    assert len({digest(one), digest(two), digest(one, one), digest(Parcel(400, 300, 200, 60, 2))}) == 4


def test_what_was_said_counts_for_two_hours_and_is_forgotten_then(cast: Cast, table: None, fake: FakeCourier) -> None:
    ask_and_keep(fake, cast.ratnas)
    with clock.frozen(clock.now() + timedelta(minutes=119)):
        assert options(cast.ratnas)[0][1] == Money(20_000)
        assert len(questions({cast.ratnas.id: SMALL}, JAKARTA)) == 1
    with clock.frozen(clock.now() + timedelta(minutes=121)):
        assert options(cast.ratnas)[0][1] == Money(33_000)
        with transaction():
            assert forget_quotes() == 1


def test_asking_comes_to_an_end(cast: Cast, fake: FakeCourier, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([0.0, 1.0, 9.0, 10.0])
    monkeypatch.setattr(quotes.time, "monotonic", lambda: next(ticks))
    asked = [Question(Stop("", "33311"), Stop("", f"1251{n}"), tuple(SMALL)) for n in range(3)]
    answers = ask(fake, asked)
    assert [one.quotes is None for one in answers] == [False, True, True]


@both_databases
def test_two_tabs_that_ask_the_same_keep_one_answer(cast: Cast, fake: FakeCourier) -> None:
    (question,) = questions({cast.ratnas.id: SMALL}, JAKARTA)
    with transaction():
        keep([*ask(fake, [question]), *ask(fake, [question])])
    with transaction():
        keep(ask(fake, [question]))
    assert db.session.scalar(select(func.count(KeptQuote.id))) == 1
    assert find_kept([question])[question.digest][0].name == "JNE Reguler"


@both_databases
def test_the_price_that_was_shown_is_the_price_that_is_paid(cast: Cast, table: None, fake: FakeCourier) -> None:
    from marketplace.carts import services as carts
    from marketplace.checkout.queries import questions_to_couriers

    sari = of_user(cast.sari)
    with transaction():
        carts.add(sari, cast.shawl.variants[0].code, 1)
    answers = ask(fake, questions_to_couriers(sari, JAKARTA))
    with transaction():
        keep(answers)
    asked = request_for(sari, place_code=JAKARTA, delivery="courier:jne-reg")
    fake.price = 99_000  # whatever it says now, nobody asks while a purchase is placed
    with transaction():
        placed = place(sari, asked)
    (order,) = orders_of(placed.purchase)
    assert (order.shipping_total, order.delivery_name, order.days_max) == (Money(20_000), "JNE Reguler", 4)
    assert len(fake.asked) == 1


def test_a_quote_that_no_longer_counts_is_shown_again_before_it_is_paid(
    cast: Cast, table: None, fake: FakeCourier
) -> None:
    from marketplace.carts import services as carts
    from marketplace.checkout.queries import questions_to_couriers

    sari = of_user(cast.sari)
    with transaction():
        carts.add(sari, cast.shawl.variants[0].code, 1)
        keep(ask(fake, questions_to_couriers(sari, JAKARTA)))
    asked = request_for(sari, place_code=JAKARTA, delivery="courier:jne-reg")
    with transaction():
        fake.price = 25_000
        with clock.frozen(clock.now() + timedelta(minutes=20)):
            keep(ask(fake, questions_to_couriers(sari, JAKARTA)))
    with pytest.raises(QuoteChanged) as error, transaction():
        place(sari, asked)
    assert [one.kind for one in error.value.differences] == ["delivery"]
