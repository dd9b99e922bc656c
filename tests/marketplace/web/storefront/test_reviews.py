"""Writing about a delivered line and reading about a piece, over the pages."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image as Pillow
from sqlalchemy import func, select

from catalog import clock
from catalog.db import db, transaction
from catalog.media.models import Image
from marketplace.orders.access import access_token
from marketplace.reviews import services
from marketplace.reviews.models import Review, ReviewPhoto
from marketplace.reviews.queries import list_cases
from tests import factories
from tests.cast import Cast
from tests.marketplace.checkout.shopping import guest
from tests.marketplace.notifications.post_office import PostOffice
from tests.marketplace.notifications.post_office import work as deliver
from tests.marketplace.reviews.telling import arrived, here, lines, rate, shown, sold, write
from tests.marketplace.web.storefront.test_budgets import MOST_STATEMENTS


def form_of(order: Any) -> str:
    order = here(order)
    return f"/purchases/{order.purchase.code}/lines/{lines(order)[0].code}/review"


def page_of(piece: Any) -> str:
    piece = here(piece)
    return f"/products/{piece.slug}-{piece.code}"


def photograph(colour: str = "maroon") -> io.BytesIO:
    body = io.BytesIO()
    Pillow.new("RGB", (700, 700), colour).save(body, "JPEG")
    body.seek(0)
    return body


@pytest.fixture
def sari(sign_in: Any, cast: Cast) -> FlaskClient:
    return sign_in(cast.sari)  # type: ignore[no-any-return]


def send(client: Any, path: str, **values: Any) -> Any:
    return client.post(path, data={"form_token": getattr(client, "form_token", ""), **values})


def test_a_buyer_writes_and_changes_until_the_shop_has_spoken(sari: Any, cast: Cast, client: FlaskClient) -> None:
    order = arrived(cast)
    path = form_of(order)
    assert path in sari.get(f"/purchases/{here(order).purchase.code}").text
    assert path in sari.get("/account/reviews").text
    text = sari.get(path).text
    assert text.count('type="radio"') == 5 and "Nobody" not in text
    answer = send(sari, path, stars="4", text="Tenunannya rapat.", locale="id", named="y")
    assert answer.status_code == 303 and answer.location.endswith(f"/purchases/{here(order).purchase.code}")
    assert "Tenunannya rapat." not in client.get(page_of(cast.shawl)).text
    assert 'value="4" required checked' in sari.get(path).text
    send(sari, path, stars="3", text="Warnanya lain.", locale="id", named="y")
    rate(cast, order, 5, "Ramah sekali.")
    text = client.get(page_of(cast.shawl)).text
    assert "Warnanya lain." in text and "Tenunannya rapat." not in text and "Sari" in text
    text = sari.get(path).text
    assert "Ramah sekali." in text and "<textarea" not in text
    assert send(sari, path, stars="1").status_code == 422


def test_what_the_shop_has_said_cannot_be_seen_before(sari: Any, cast: Cast, sign_in: Any) -> None:
    order = arrived(cast)
    pages = [form_of(order), f"/purchases/{here(order).purchase.code}", "/account/reviews", page_of(cast.shawl)]

    def seen() -> list[str]:
        return [sari.get(path).text for path in pages]

    before = seen()
    rate(cast, order, 1, "Tidak membalas.")
    assert seen() == before
    other = arrived(cast)
    ratna = sign_in(cast.ratna)
    desk = f"/seller/{cast.ratnas.code}"
    pages = [
        f"{desk}/reviews",
        f"{desk}/orders/{other.code}",
        f"{desk}/orders/{other.code}/buyer-review",
        page_of(cast.shawl),
    ]
    before = [ratna.get(path).text for path in pages]
    write(cast, other, 1, "Mengecewakan.")
    assert [ratna.get(path).text for path in pages] == before


def test_refuses_before_it_has_arrived_and_what_is_not_yours(
    sari: Any, cast: Cast, sign_in: Any, client: FlaskClient
) -> None:
    order = sold(cast)
    path = form_of(order)
    assert sari.get(path).status_code == 404 and send(sari, path, stars="5").status_code == 404
    done = arrived(cast)
    for stranger in (sign_in(here(cast.budi)), sign_in(here(cast.ratna)), client):
        assert stranger.get(form_of(done)).status_code == 404
        assert send(stranger, form_of(done), stars="5").status_code == 404
    assert sari.get(form_of(done).replace(lines(done)[0].code, lines(order)[0].code)).status_code == 404
    assert db.session.scalar(select(func.count(Review.id))) == 0


def test_a_guest_comes_by_the_link_and_by_no_other(app: Flask, cast: Cast, client: FlaskClient) -> None:
    with transaction():
        owner = guest()
    order = arrived(cast, owner=owner)
    path = form_of(order)
    token = access_token(app.extensions["house"].settings.secret_key, here(order).purchase.code)
    assert client.get(path).status_code == 404
    assert client.get(f"{path}?token={token[::-1]}").status_code == 404
    assert "token=" in client.get(f"/purchases/{here(order).purchase.code}?token={token}").text
    answer = client.get(f"{path}?token={token}")
    assert answer.status_code == 200 and answer.headers["Referrer-Policy"] == "no-referrer"
    assert send(client, path, stars="5", text="Bagus.").status_code == 404
    assert send(client, path, stars="5", text="Bagus.", token=token).status_code == 303
    assert db.session.scalars(select(Review)).one().signed == ""


def test_the_letter_that_asks_a_guest_leads_there_without_an_account(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    with transaction():
        owner = guest()
    order = arrived(cast, owner=owner)
    office = PostOffice()
    with clock.frozen(clock.now() + timedelta(days=5)), transaction():
        services.ask_due()
    deliver(app, office, 60 * 24 * 5 + 1)
    (letter,) = [one for one in office.sent if "Bagaimana barangnya" in one.subject]
    secret = app.extensions["house"].settings.secret_key
    address = f"{form_of(order)}?token={access_token(secret, here(order).purchase.code)}"
    assert address in letter.text and client.get(address).status_code == 200


def test_a_refused_form_loses_nothing(sari: Any, cast: Cast) -> None:
    path = form_of(arrived(cast))
    answer = send(sari, path, text="Kata-kata saya", locale="en")
    assert answer.status_code == 422
    assert "Kata-kata saya" in answer.text and "Pilih satu sampai lima bintang." in answer.text
    assert '<option value="en" selected>' in answer.text


def test_a_way_around_the_house_is_hinted_at_once(sari: Any, cast: Cast) -> None:
    path = form_of(arrived(cast))
    words = {"stars": "5", "text": "Pesan lewat WA 0812 3456 7890"}
    answer = send(sari, path, **words)
    assert answer.status_code == 422 and 'name="hinted"' in answer.text
    assert db.session.scalar(select(func.count(Review.id))) == 0
    assert send(sari, path, **words, hinted="y").status_code == 303


def test_photos_are_private_until_the_review_is_published_and_when_it_is_withheld(
    app: Flask, sari: Any, cast: Cast, client: FlaskClient, work: Callable[[], int]
) -> None:
    order = arrived(cast)
    path = form_of(order)
    answer = send(sari, path, text="Belum selesai", photos=[(photograph(), "a.jpg")])
    assert answer.status_code == 200, "the photo is kept with the form"
    photo = db.session.scalars(select(ReviewPhoto)).one()
    assert photo.code in answer.text and photo.review_id is None
    assert send(sari, path, stars="5", text="Selesai", kept=photo.code).status_code == 303
    storage = app.extensions["house"].ports.storage
    assert (
        not list(storage.list())
        and db.session.scalar(select(func.count(Image.id)).where(Image.owner.like("review:%"))) == 0
    )
    assert sari.get(f"{path}/photos/{photo.code}").status_code == 200
    assert client.get(f"{path}/photos/{photo.code}").status_code == 404
    rate(cast, order)
    work()
    image = db.session.scalars(select(Image).where(Image.owner.like("review:%"))).one()
    assert image.ways().url in client.get(page_of(cast.shawl)).text and client.get(image.url).status_code == 200
    review = db.session.scalars(select(Review)).one()
    with transaction():
        case = services.report(here(review), here(cast.ratna), "private")
        services.decide(case, here(cast.dewi), "withheld", "Ada wajah orang lain.")
    work()
    assert client.get(image.url).status_code == 404
    assert db.session.scalar(select(func.count(Image.id)).where(Image.owner.like("review:%"))) == 0
    with transaction():
        case = services.ask_again(here(review), None, "Itu wajah saya sendiri.")
        services.decide(case, here(cast.tono), "published")
    work()
    assert client.get(image.url).status_code == 200


def test_refuses_too_many_photos_and_what_is_none(sari: Any, cast: Cast) -> None:
    path = form_of(arrived(cast))
    answer = send(sari, path, stars="5", photos=[(io.BytesIO(b"no picture"), "a.jpg")])
    assert answer.status_code == 422 and "a.jpg" in answer.text
    answer = send(sari, path, stars="5", photos=[(io.BytesIO(b"x"), f"{n}.jpg") for n in range(6)])
    assert answer.status_code == 422 and "Paling banyak 5 foto" in answer.text


def test_the_author_of_a_withheld_review_reads_why_and_appeals_once(sari: Any, cast: Cast) -> None:
    review = shown(cast)
    with transaction():
        case = services.report(here(review), here(cast.ratna), "insult")
        services.decide(case, here(cast.dewi), "withheld", "Menghina orang lain.")
    path = form_of(here(review).order)
    assert "Menghina orang lain." in sari.get(path).text
    assert send(sari, f"{path}/appeal", note="kurang").status_code == 422
    assert send(sari, f"{path}/appeal", note="Itu bukan hinaan sama sekali.").status_code == 303
    assert send(sari, f"{path}/appeal", note="Itu bukan hinaan sama sekali.").status_code == 409
    waiting = sari.get(path).text
    assert "/appeal" not in waiting and "Orang lain akan memeriksanya" in waiting, "no form that would be refused"
    with transaction():
        (appeal,) = list_cases()
        services.decide(appeal, here(cast.tono), "withheld", "Tetap menghina orang lain.")
    assert "/appeal" not in sari.get(path).text and "Tetap menghina orang lain." in sari.get(path).text


def test_a_shop_answers_under_its_own_name_not_its_makers(client: FlaskClient, cast: Cast) -> None:
    with transaction():
        piece = factories.product(db.session.merge(cast.ratnas), "Syal cual", stock=9)
        piece.maker.name = "Kelompok Tenun Contoh"
    review = shown(cast, 5, "Bagus sekali.", piece)
    with transaction():
        services.answer(here(review), here(cast.ratna), "Terima kasih.")
    text = client.get(f"{page_of(piece)}/reviews").text
    assert f"{here(cast.ratnas).name} menjawab" in text and "Kelompok Tenun Contoh menjawab" not in text


def test_the_page_of_a_piece_shows_three_and_a_picture_of_the_stars(
    client: FlaskClient, cast: Cast, count_queries: Callable[..., Any]
) -> None:
    with transaction():
        piece = factories.product(db.session.merge(cast.ratnas), "Syal cual", stock=9)
    path = page_of(piece)
    text = client.get(path).text
    assert "rating-bars" not in text and "aggregateRating" not in text
    for number in range(4):
        shown(cast, number + 2, f"Ulasan nomor {number}", piece)
    client.get("/products?seen=before")
    with count_queries(at_most=MOST_STATEMENTS["product"]):
        text = client.get(path).text
    assert text.count('class="review"') == 3 and "Ulasan nomor 0" not in text and f"{path}/reviews" in text
    assert '"ratingValue": 3.5' in text or '"ratingValue":3.5' in text
    assert '"reviewCount": 4' in text or '"reviewCount":4' in text
    whole = client.get(f"{path}/reviews")
    assert whole.text.count('class="review"') == 4
    assert client.get(f"/products/x-{here(piece).code}/reviews").status_code == 301
    assert client.get("/products/x-zzzzzzzzzz/reviews").status_code == 404
    english = client.get(f"/en{path}").text
    assert "written in Indonesian" in english and 'lang="id">Ulasan nomor 3' in english


def test_words_of_people_are_words_only(client: FlaskClient, cast: Cast) -> None:
    shown(cast, 5, "</script><script>alert(1)</script><b>tebal</b>")
    text = client.get(page_of(cast.shawl)).text
    assert "<script>alert" not in text and "<b>tebal" not in text and "&lt;b&gt;tebal" in text


def test_all_reviews_are_paged_by_key(client: FlaskClient, cast: Cast) -> None:
    with transaction():
        piece = factories.product(db.session.merge(cast.ratnas), "Syal cual", stock=20)
    for number in range(12):
        shown(cast, 5, f"Ulasan nomor {number}", piece)
    first = client.get(f"{page_of(piece)}/reviews").text
    assert first.count('class="review"') == 10
    last = db.session.scalars(
        select(Review.code).order_by(Review.published_at.desc(), Review.id.desc()).offset(9)
    ).first()
    second = client.get(f"{page_of(piece)}/reviews?after={last}").text
    assert second.count('class="review"') == 2 and "Ulasan nomor 0" in second
    assert client.get(f"{page_of(piece)}/reviews?after=zzzzzzzzzzzz").status_code == 200
