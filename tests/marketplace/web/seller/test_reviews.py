"""The shop's side: what is said of its pieces, the one answer, and the buyers."""

from __future__ import annotations

from typing import Any

from catalog.db import db, transaction
from marketplace.reviews import services
from marketplace.reviews.models import BuyerReview, Review
from tests.cast import Cast
from tests.marketplace.reviews.telling import arrived, here, shown, sold, write


def test_the_shop_reads_and_answers_once(sign_in: Any, cast: Cast) -> None:
    review = shown(cast, 2, "Agak kecil.")
    ratna = sign_in(here(cast.ratna))
    desk = f"/seller/{here(cast.ratnas).code}/reviews"
    assert "Agak kecil." in ratna.get(desk).text
    path = f"{desk}/{here(review).code}/answer"
    refused = ratna.post(path, data={"form_token": ratna.form_token, "answer": ""})
    assert refused.status_code == 422 and "Tulis jawaban Anda." in refused.text
    assert ratna.post(path, data={"form_token": ratna.form_token, "answer": "Terima kasih."}).status_code == 303
    assert here(review).answer == "Terima kasih."
    again = ratna.post(path, data={"form_token": ratna.form_token, "answer": "Lagi."})
    assert again.status_code == 409 and here(review).answer == "Terima kasih."
    assert "Agak kecil." not in ratna.get(desk).text and "Agak kecil." in ratna.get(f"{desk}?show=all").text


def test_another_shops_reviews_do_not_exist(sign_in: Any, cast: Cast) -> None:
    review, order = shown(cast), arrived(cast)
    budi = sign_in(here(cast.budi))
    own, other = f"/seller/{here(cast.budis).code}", f"/seller/{here(cast.ratnas).code}"
    words = {"form_token": budi.form_token, "answer": "Jangan beli di sana.", "stars": "1"}
    for desk in (own, other):
        assert budi.post(f"{desk}/reviews/{here(review).code}/answer", data=words).status_code == 404
        assert budi.get(f"{desk}/orders/{here(order).code}/buyer-review").status_code == 404
        assert budi.post(f"{desk}/orders/{here(order).code}/buyer-review", data=words).status_code == 404
    assert here(review).answer == "" and db.session.get(BuyerReview, here(order).id) is None


def test_the_shop_reviews_the_buyer_until_both_have_spoken(sign_in: Any, cast: Cast) -> None:
    order = arrived(cast)
    ratna = sign_in(here(cast.ratna))
    desk = f"/seller/{here(cast.ratnas).code}"
    path = f"{desk}/orders/{here(order).code}/buyer-review"
    assert path in ratna.get(f"{desk}/orders/{here(order).code}").text and path in ratna.get(f"{desk}/reviews").text
    refused = ratna.post(path, data={"form_token": ratna.form_token, "text": "Baik"})
    assert refused.status_code == 422 and "Baik" in refused.text
    assert ratna.post(path, data={"form_token": ratna.form_token, "stars": "4", "text": "Baik"}).status_code == 303
    assert "dinilai" not in ratna.get(f"{desk}/orders/{here(order).code}").text
    write(cast, order)
    assert "dinilai 1 kali" in ratna.get(f"{desk}/orders/{here(order).code}").text
    assert ratna.post(path, data={"form_token": ratna.form_token, "stars": "1"}).status_code == 409


def test_no_buyer_is_reviewed_before_the_order_has_arrived(sign_in: Any, cast: Cast) -> None:
    order = sold(cast)
    ratna = sign_in(here(cast.ratna))
    path = f"/seller/{here(cast.ratnas).code}/orders/{here(order).code}/buyer-review"
    assert ratna.get(path).status_code == 404
    assert ratna.post(path, data={"form_token": ratna.form_token, "stars": "5"}).status_code == 409


def test_moderators_of_both_desks_decide(sign_in: Any, cast: Cast) -> None:
    review = shown(cast, 1, "Kata-kata kasar.")
    budi, dewi, tono = (sign_in(here(one)) for one in (cast.budi, cast.dewi, cast.tono))
    path = f"/account/reviews/{here(review).code}/objections"
    assert "Kata-kata kasar." in budi.get(f"{path}/new").text
    assert budi.post(path, data={"form_token": budi.form_token}).status_code == 422
    assert budi.post(path, data={"form_token": budi.form_token, "reason": "insult"}).status_code == 303
    assert budi.post(path, data={"form_token": budi.form_token, "reason": "insult"}).status_code == 409
    listed = dewi.get("/curator/reviews").text
    case = listed.split("/curator/reviews/")[-1].split('"')[0]
    assert f"/operator/reviews/{case}" in tono.get("/operator/reviews").text
    decision = {"form_token": dewi.form_token, "decision": "withheld"}
    assert dewi.post(f"/curator/reviews/{case}/decision", data=decision).status_code == 422
    decision["answer"] = "Menghina orang lain."
    assert dewi.post(f"/curator/reviews/{case}/decision", data=decision).status_code == 303
    assert not here(review).is_published
    assert budi.get(f"{path}/new").status_code == 404
    late = {"form_token": tono.form_token, "decision": "published"}
    assert tono.post(f"/operator/reviews/{case}/decision", data=late).status_code == 409
    with transaction():
        appeal = services.ask_again(here(review), here(cast.sari), "Itu bukan hinaan sama sekali.").code
    assert "/decision" not in dewi.get(f"/curator/reviews/{appeal}").text, "who withheld it is not asked again"
    assert "/decision" in tono.get(f"/operator/reviews/{appeal}").text
    assert len(db.session.scalars(db.select(Review)).all()) == 1
