"""For a delivered line, once, and hidden until both have spoken or the days are over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Forbidden, Invalid
from catalog.products.models import Product
from marketplace.notifications.models import Notification
from marketplace.orders import services as orders
from marketplace.orders.models import Actor
from marketplace.reviews import services
from marketplace.reviews.models import Exchange, Review, ReviewState
from marketplace.reviews.queries import (
    find_said_about_buyer,
    list_buyers_to_review,
    list_lines_to_review,
    list_published,
    recount,
    repute_of,
)
from marketplace.reviews.subscribers import open_exchange
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import guest
from tests.marketplace.reviews.telling import arrived, exchange_of, here, lines, rate, shown, sold, write

assert open_exchange  # heard by importing it


def rating(product: Any) -> tuple[int, int]:
    row = db.session.execute(select(Product.rating_total, Product.rating_count).where(Product.id == product.id)).one()
    return tuple(row)  # type: ignore[return-value]


def told(kind: str) -> int:
    return db.session.scalar(select(func.count(Notification.id)).where(Notification.kind == kind)) or 0


def sweep(days: int) -> int:
    with clock.frozen(clock.now() + timedelta(days=days)), transaction():
        return services.reveal_due()


def test_nothing_is_written_before_it_has_arrived(cast: Cast) -> None:
    order = sold(cast)
    with pytest.raises(Conflict):
        write(cast, order)
    with pytest.raises(Conflict):
        rate(cast, order)
    with transaction():
        orders.ship(here(order), Actor.SELLER, user=here(cast.ratna))
    with pytest.raises(Conflict):
        write(cast, order)
    with transaction():
        orders.mark_delivered(here(order), Actor.BUYER, here(cast.sari))
    assert write(cast, order).state is ReviewState.WAITING


def test_nothing_is_written_about_a_cancelled_order(cast: Cast) -> None:
    order = sold(cast)
    with transaction():
        orders.cancel(here(order), Actor.SELLER, "Benang habis", here(cast.ratna))
    with pytest.raises(Conflict):
        write(cast, order)


@both_databases
def test_a_line_is_reviewed_once_and_the_database_says_so(cast: Cast) -> None:
    order = arrived(cast)
    first = write(cast, order, 5)
    again = write(cast, order, 3, "Setelah dicuci agak luntur.")
    assert again.id == first.id and here(again).stars == 3
    with pytest.raises(IntegrityError), transaction() as session:
        values = ("line_id", "order_id", "product_id", "seller_id", "stars", "text")
        session.add(Review(**{name: getattr(again, name) for name in values}))


@both_databases
@pytest.mark.parametrize("values", [{"stars": 6}, {"stars": 0}, {"state": "published"}, {"answer": "Terima kasih"}])
def test_the_database_refuses_what_would_be_wrong(cast: Cast, values: dict[str, Any]) -> None:
    review = write(cast, arrived(cast))
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(db.update(Review).where(Review.id == review.id).values(**values))


@pytest.mark.parametrize("stars", [None, 0, 6, -1, True])
def test_stars_are_one_to_five(cast: Cast, stars: Any) -> None:
    order = arrived(cast)
    with pytest.raises(Invalid) as error:
        write(cast, order, stars)
    assert error.value.field == "stars"
    with pytest.raises(Invalid):
        rate(cast, order, stars)


def test_a_text_has_its_limits_and_hides_cards(cast: Cast) -> None:
    order = arrived(cast)
    with pytest.raises(Invalid) as error:
        write(cast, order, 5, "x" * 2001)
    assert error.value.field == "text"
    review = write(cast, order, 5, "Kartu saya 4111 1111 1111 1111, WA 0812 3456 7890", locale="xx")
    assert "4111 1111" not in review.text and review.leaks == ["phone"] and review.locale == "id"


def test_nobody_reviews_their_own_shop(cast: Cast) -> None:
    order = arrived(cast)
    with pytest.raises(Forbidden):
        write(cast, order, author=cast.ratna)


def test_a_guest_reviews_without_a_name(cast: Cast) -> None:
    with transaction():
        owner = guest()
    order = arrived(cast, owner=owner)
    review = write(cast, order, author=None)
    assert (review.author_id, review.signed) == (None, "")
    said = rate(cast, order)
    assert said.buyer_id is None and here(review).is_published


def test_only_the_first_name_is_shown_and_only_with_consent(cast: Cast) -> None:
    order = arrived(cast)
    assert write(cast, order).signed == "Sari"
    assert write(cast, order, is_named=False).signed == ""


@both_databases
def test_what_one_side_says_shows_when_the_other_has_spoken(cast: Cast) -> None:
    order = arrived(cast)
    review = write(cast, order, 4)
    assert list_published(cast.shawl.id) == [] and rating(cast.shawl) == (0, 0)
    assert told("review-received") == 0
    said = rate(cast, order, 2)
    assert [one.id for one in list_published(cast.shawl.id)] == [review.id]
    assert rating(cast.shawl) == (4, 1)
    assert here(said).published_at == exchange_of(order).revealed_at is not None
    assert told("review-received") == 1
    assert recount() == []


def test_what_the_shop_says_first_stays_hidden_as_well(cast: Cast) -> None:
    order = arrived(cast)
    rate(cast, order, 1, "Tidak membalas pesan")
    assert repute_of(cast.sari.id).count == 0
    assert find_said_about_buyer([order.id]) == {}
    assert exchange_of(order).is_open
    write(cast, order)
    assert repute_of(cast.sari.id).count == 1
    assert find_said_about_buyer([order.id])[order.id].stars == 1


def test_neither_side_can_guess_what_the_other_has_done(cast: Cast) -> None:
    order = arrived(cast)
    with transaction():
        before = [
            (line.id, exchange.ends_at, exchange.revealed_at)
            for line, exchange in list_lines_to_review(here(cast.sari))
        ]
    rate(cast, order)
    after = [
        (line.id, exchange.ends_at, exchange.revealed_at) for line, exchange in list_lines_to_review(here(cast.sari))
    ]
    assert before == after
    assert told("review-received") == told("review-answered") == 0
    other = arrived(cast)
    before = [(one.id, exchange.ends_at) for one, exchange in list_buyers_to_review(here(cast.ratnas))]
    write(cast, other)
    assert [(one.id, exchange.ends_at) for one, exchange in list_buyers_to_review(here(cast.ratnas))] == before


def test_all_lines_must_be_reviewed_before_the_shops_words_show(cast: Cast) -> None:
    with transaction():
        scarf = factories.product(here(cast.ratnas), "Syal cual")
    order = arrived(cast, cast.shawl, scarf)
    first = write(cast, order, 5, line=0)
    rate(cast, order, 1)
    assert not here(first).is_published and repute_of(cast.sari.id).count == 0
    second = write(cast, order, 2, line=1)
    assert here(first).is_published and here(second).is_published
    assert rating(cast.shawl) == (5, 1) and rating(scarf) == (2, 1)


def test_the_end_of_the_days_shows_what_is_there_once(cast: Cast) -> None:
    order, silent = arrived(cast), arrived(cast)
    review = write(cast, order, 3)
    assert sweep(20) == 0 and not here(review).is_published
    assert sweep(22) == 2 and here(review).is_published
    assert sweep(23) == 0 and rating(cast.shawl) == (3, 1)
    assert exchange_of(silent).revealed_at is not None
    with pytest.raises(Conflict):
        rate(cast, order)
    with pytest.raises(Conflict):
        write(cast, order)
    with pytest.raises(Conflict):
        write(cast, silent)


def test_days_that_are_over_end_the_writing_even_before_the_sweep(cast: Cast) -> None:
    order = arrived(cast)
    with clock.frozen(clock.now() + timedelta(days=22)), pytest.raises(Conflict):
        write(cast, order)


def test_nothing_is_changed_after_the_reveal(cast: Cast) -> None:
    review = shown(cast, 2)
    order = here(review).order
    with pytest.raises(Conflict):
        write(cast, order, 5)
    with pytest.raises(Conflict):
        rate(cast, order, 5)
    assert rating(cast.shawl) == (2, 1)


def test_the_buyer_is_asked_once_and_only_while_something_is_left_to_say(cast: Cast) -> None:
    asked, written = arrived(cast), arrived(cast)
    write(cast, written)
    for days in (3, 5, 6):
        with clock.frozen(clock.now() + timedelta(days=days)), transaction():
            services.ask_due()
        assert told("review-asked") == (0 if days == 3 else 1)
    note = db.session.scalars(select(Notification).where(Notification.kind == "review-asked")).one()
    assert note.subject == asked.code and note.params["line"] == lines(asked)[0].code


def test_an_order_that_completes_at_once_opens_one_exchange(cast: Cast) -> None:
    order = sold(cast)
    with transaction():
        orders.ship(here(order), Actor.SELLER, user=here(cast.ratna))
    with transaction():
        orders.complete(here(order), Actor.BUYER, here(cast.sari))
    with transaction():
        services.open_exchange(here(order))
    assert db.session.scalar(select(func.count()).select_from(Exchange)) == 1
    assert write(cast, order).stars == 5
