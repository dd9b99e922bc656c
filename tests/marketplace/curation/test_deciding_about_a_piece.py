"""A piece before the curators: who may ask, who may answer, and never twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from catalog.db import db, transaction
from catalog.errors import Conflict, Forbidden, Invalid, NotFound, Several
from catalog.products import services as products
from catalog.products.models import Product, ProductState
from catalog.products.queries import find_live
from marketplace import signals
from marketplace.accounts.models import Role, RoleGrant
from marketplace.curation import queries, services
from marketplace.curation.models import Submission
from marketplace.sellers.models import Decision, Membership, SellerState
from tests import factories
from tests.cast import Cast

REASON = "Foto kedua buram, tolong ambil ulang di dekat jendela."


@pytest.fixture
def piece(cast: Cast) -> Product:
    with transaction():
        return factories.product(cast.ratnas, "Taplak cual kembang setaman", live=False)


def submitted(cast: Cast, piece: Product) -> Submission:
    with transaction():
        return services.submit(piece, cast.ratna, "Motif baru")


def test_a_complete_piece_waits_in_the_queue(cast: Cast, piece: Product) -> None:
    heard: list[Any] = []
    with signals.product_submitted.connected_to(heard.append):
        submission = submitted(cast, piece)
    assert heard == [submission]
    assert queries.list_queue() == [submission]
    assert queries.count_queue() == 1
    assert queries.find_submission(submission.code) is submission
    assert queries.latest_submission(piece) is submission
    assert find_live(piece.code) is None


def test_an_incomplete_piece_does_not(cast: Cast, piece: Product) -> None:
    with transaction():
        products.edit(piece, {"care": "", "title": "Taplak batik Bangka"}, None)
    assert [point.field for point in queries.checklist_of(piece) if not point.done] == ["care", "techniques"]
    with pytest.raises(Several) as caught, transaction():
        services.submit(piece, cast.ratna)
    assert [error.field for error in caught.value.errors] == ["care", "techniques"]
    assert queries.count_queue() == 0


def test_a_piece_without_stock_does_not(cast: Cast) -> None:
    with transaction():
        empty = factories.product(cast.ratnas, "Taplak cual kembang setaman", live=False, stock=0)
    with pytest.raises(Several) as caught, transaction():
        services.submit(empty, cast.ratna)
    assert caught.value.field == "stock"


@pytest.mark.parametrize("name", ["sari", "budi", "dewi", "hasan", "tono"])
def test_strangers_cannot_submit_or_recall(cast: Cast, piece: Product, name: str) -> None:
    with pytest.raises(NotFound), transaction():
        services.submit(piece, cast.people[name])
    submitted(cast, piece)
    with pytest.raises(NotFound), transaction():
        services.recall(piece, cast.people[name])
    assert piece.state is ProductState.SUBMITTED


@pytest.mark.parametrize("state", [SellerState.APPLIED, SellerState.REFUSED, SellerState.SUSPENDED])
def test_a_shop_that_is_not_open_cannot_submit_nor_be_approved(cast: Cast, piece: Product, state: SellerState) -> None:
    submission = submitted(cast, piece)
    with transaction():
        cast.ratnas.state = state
    with pytest.raises(Conflict), transaction():
        services.approve(submission, cast.dewi)
    with transaction():
        services.recall(piece, cast.ratna)
    with pytest.raises(Conflict), transaction():
        services.submit(piece, cast.ratna)


def test_refuses_to_submit_twice_and_a_long_note(cast: Cast, piece: Product) -> None:
    with pytest.raises(Invalid), transaction():
        services.submit(piece, cast.ratna, "x" * 301)
    submitted(cast, piece)
    with pytest.raises(Conflict), transaction():
        services.submit(piece, cast.ratna)
    with pytest.raises(Conflict), transaction():
        services.submit(cast.shawl, cast.ratna)


def test_approval_puts_it_on_sale(cast: Cast, piece: Product) -> None:
    submission, heard = submitted(cast, piece), []
    with signals.product_decided.connected_to(heard.append), transaction():
        services.approve(submission, cast.dewi)
    assert heard == [submission]
    assert find_live(piece.code) is piece
    assert (submission.decision, submission.decided_by_id) == (Decision.APPROVED, cast.dewi.id)
    assert queries.list_queue() == []


def test_refusal_gives_it_back_with_the_reason(cast: Cast, piece: Product) -> None:
    submission = submitted(cast, piece)
    with transaction():
        services.refuse(submission, cast.dewi, REASON)
    assert piece.state is ProductState.DRAFT
    latest = queries.latest_submission(piece)
    assert latest is not None
    assert (latest.decision, latest.reason) == (Decision.REFUSED, REASON)
    second = submitted(cast, piece)
    assert queries.list_submissions(piece) == [second, submission]


@pytest.mark.parametrize("reason", ["", "jelek", " \n x \n ", "x" * 14, "x" * 1_001])
def test_refuses_a_refusal_without_a_reason_that_helps(cast: Cast, piece: Product, reason: str) -> None:
    submission = submitted(cast, piece)
    with pytest.raises(Invalid) as caught, transaction():
        services.refuse(submission, cast.dewi, reason)
    assert caught.value.field == "reason"
    assert piece.state is ProductState.SUBMITTED


@pytest.mark.parametrize("name", ["sari", "ratna", "budi", "hasan", "tono"])
def test_only_curators_decide(cast: Cast, piece: Product, name: str) -> None:
    submission, person = submitted(cast, piece), cast.people[name]
    for decide in (lambda: services.approve(submission, person), lambda: services.refuse(submission, person, REASON)):
        with pytest.raises(Forbidden), transaction():
            decide()
    assert submission.decided_at is None


def test_a_curator_does_not_decide_about_an_own_shops_piece(cast: Cast, piece: Product) -> None:
    submission = submitted(cast, piece)
    with transaction() as session:
        session.add(Membership(user_id=cast.dewi.id, seller_id=cast.ratnas.id))
        session.add(RoleGrant(user_id=cast.ratna.id, role=Role.CURATOR))
    db.session.expire_all()
    for person in (cast.dewi, cast.ratna):
        with pytest.raises(Forbidden), transaction():
            services.approve(submission, person)
        with pytest.raises(Forbidden), transaction():
            services.refuse(submission, person, REASON)


def test_nobody_decides_twice(cast: Cast, piece: Product) -> None:
    submission = submitted(cast, piece)
    with transaction():
        services.approve(submission, cast.dewi)
    for again in (
        lambda: services.approve(submission, cast.dewi),
        lambda: services.refuse(submission, cast.dewi, REASON),
    ):
        with pytest.raises(Conflict), transaction():
            again()
    assert piece.is_live


def test_an_old_submission_does_not_decide_about_a_new_one(cast: Cast, piece: Product) -> None:
    first = submitted(cast, piece)
    with transaction():
        services.recall(piece, cast.ratna)
    assert first.decision is Decision.RECALLED
    second = submitted(cast, piece)
    with pytest.raises(Conflict), transaction():
        services.approve(first, cast.dewi)
    assert queries.list_queue() == [second]
    assert piece.state is ProductState.SUBMITTED


def test_a_recalled_piece_can_be_changed_again(cast: Cast, piece: Product) -> None:
    submitted(cast, piece)
    with pytest.raises(Conflict), transaction():
        products.edit(piece, {"title": "Taplak cual merah"}, None)
    with transaction():
        services.recall(piece, cast.ratna)
        products.edit(piece, {"title": "Taplak cual merah"}, None)
    with pytest.raises(Conflict), transaction():
        services.recall(piece, cast.ratna)


def test_what_lost_its_words_meanwhile_is_not_approved(cast: Cast, piece: Product) -> None:
    submission = submitted(cast, piece)
    with transaction():
        piece.pictures[0].image.alt = ""
    with pytest.raises(Several) as caught, transaction():
        services.approve(submission, cast.dewi)
    assert caught.value.field == "alt"


def test_the_queue_is_oldest_first_and_paged_by_code(cast: Cast) -> None:
    with transaction():
        pieces = [factories.product(cast.ratnas, f"Taplak cual {number}", live=False) for number in range(3)]
    waiting = [submitted(cast, piece) for piece in pieces]
    first = queries.list_queue(limit=2)
    assert [*first, *queries.list_queue(after=first[-1].code)] == waiting
    with transaction():
        waiting[2].submitted_at -= timedelta(days=1)
    first = queries.list_queue(limit=1)
    assert first == waiting[2:] and queries.list_queue(after=first[-1].code) == waiting[:2]
    assert queries.list_queue(after="unknown") == []
