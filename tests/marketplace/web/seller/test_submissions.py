"""Asking the curators, recalling, taking off sale, previewing."""

from __future__ import annotations

import pytest

from catalog.db import db, transaction
from catalog.products.models import Product, ProductState
from marketplace.accounts.models import User
from marketplace.curation import services as curation
from marketplace.curation.queries import latest_submission
from marketplace.sellers.models import Seller, SellerState
from tests import factories
from tests.cast import Cast
from tests.marketplace.web.seller.conftest import Desk


def _state(code: str) -> ProductState:
    db.session.expire_all()
    return db.session.scalars(db.select(Product.state).where(Product.code == code)).one()


@pytest.fixture
def draft(cast: Cast, ratnas: Desk) -> Desk:
    with transaction():
        code = factories.product(db.session.get_one(Seller, cast.ratnas.id), "Kain yang lengkap", live=False).code
    return Desk(ratnas.client, ratnas.seller, code, ratnas.maker)


def test_a_complete_draft_goes_to_the_curators_and_comes_back_when_recalled(draft: Desk) -> None:
    assert draft.post(f"products/{draft.product}/submission", {"note": "Terima kasih"}).status_code == 303
    assert _state(draft.product) is ProductState.SUBMITTED
    assert draft.post(f"products/{draft.product}/submission/removal").status_code == 303
    assert _state(draft.product) is ProductState.DRAFT


def test_while_curators_look_no_form_of_the_piece_is_open(draft: Desk) -> None:
    draft.post(f"products/{draft.product}/submission")
    overview = draft.get(f"products/{draft.product}")
    for form in ("edit", "variants", "options", "personal", "claims"):
        answer = draft.get(f"products/{draft.product}/{form}")
        assert answer.status_code == 303 and answer.location.endswith(f"/products/{draft.product}")
        assert f"{draft.product}/{form}" not in overview.text
    draft.post(f"products/{draft.product}/submission/removal")
    assert f"{draft.product}/variants" in draft.get(f"products/{draft.product}").text


def test_what_is_missing_is_listed_with_a_way_to_it(ratnas: Desk) -> None:
    code = ratnas.post("products", {"title": "Kain saja"}).location.rsplit("/", 1)[-1]
    answer = ratnas.post(f"products/{code}/submission")
    assert answer.status_code == 422
    for place in (f"{code}/edit#description", f"{code}/pictures", f"{code}/variants", f"{code}/edit#care"):
        assert place in answer.text
    assert _state(code) is ProductState.DRAFT


def test_a_note_that_is_too_long_is_kept_and_told(draft: Desk) -> None:
    answer = draft.post(f"products/{draft.product}/submission", {"note": "n" * 301})
    assert answer.status_code == 422 and 'id="note-error"' in answer.text and "n" * 301 in answer.text


def test_a_shop_that_is_not_open_prepares_but_does_not_submit(cast: Cast, draft: Desk) -> None:
    with transaction():
        db.session.get_one(Seller, cast.ratnas.id).state = SellerState.APPLIED
    assert draft.get(f"products/{draft.product}").status_code == 200
    assert draft.post(f"products/{draft.product}/submission").status_code == 409
    assert _state(draft.product) is ProductState.DRAFT


@pytest.mark.parametrize("path", ["submission/removal", "withdrawal"])
def test_a_step_that_is_not_open_is_refused(draft: Desk, path: str) -> None:
    assert draft.post(f"products/{draft.product}/{path}").status_code == 409


def test_a_refusal_is_read_where_the_work_goes_on(cast: Cast, draft: Desk) -> None:
    dewi = cast.dewi.id
    draft.post(f"products/{draft.product}/submission")
    with transaction():
        piece = db.session.scalars(db.select(Product).where(Product.code == draft.product)).one()
        submission = latest_submission(piece)
        assert submission is not None
        curation.refuse(submission, db.session.get_one(User, dewi), "Foto pertama terlalu gelap, mohon diulang.")
    for path in ("", f"products/{draft.product}", f"products/{draft.product}/edit"):
        assert "Foto pertama terlalu gelap" in draft.get(path).text


def test_taking_it_off_sale_hides_it_from_buyers(ratnas: Desk) -> None:
    assert ratnas.post(f"products/{ratnas.product}/withdrawal").status_code == 303
    assert _state(ratnas.product) is ProductState.WITHDRAWN
    assert ratnas.client.get(f"/products/x-{ratnas.product}").status_code == 404


def test_the_preview_of_a_bare_draft_opens(ratnas: Desk) -> None:
    code = ratnas.post("products", {"title": "Kain saja"}).location.rsplit("/", 1)[-1]
    page = ratnas.get(f"products/{code}/preview")
    assert page.status_code == 200 and "noindex" in page.text and "Kain saja" in page.text
