"""Reports, decisions, one appeal; the shop's one answer; and a person who leaves."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from catalog.db import db, transaction
from catalog.edition import edition
from catalog.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.accounts.models import User
from marketplace.reviews import services
from marketplace.reviews.models import CaseKind, CaseReason, Review, ReviewCase, ReviewState
from marketplace.reviews.queries import count_cases, list_published, recount
from marketplace.reviews.subscribers import open_exchange
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.reviews.telling import arrived, here, shown, write
from tests.marketplace.reviews.test_exchanging import rating, told

assert open_exchange


def report(review: Review, person: User, reason: str = "insult", note: str = "") -> ReviewCase:
    with transaction():
        return services.report(here(review), here(person), reason, note)


def decide(case: ReviewCase, person: User, decision: str, answer: str = "Menghina orang lain.") -> None:
    with transaction():
        services.decide(here(case), here(person), decision, answer)


def appeal(review: Review, note: str = "Itu bukan hinaan, hanya ukurannya salah.") -> ReviewCase:
    with transaction():
        return services.ask_again(here(review), here(review).author, note)


def test_a_report_alone_changes_nothing(cast: Cast) -> None:
    review = shown(cast)
    report(review, cast.ratna)
    assert here(review).is_published and rating(cast.shawl) == (5, 1) and count_cases() == 1
    assert told("review-reported") == 1


@both_databases
def test_a_withheld_review_is_neither_shown_nor_counted(cast: Cast) -> None:
    review = shown(cast, 1)
    shown(cast, 5)
    decide(report(review, cast.ratna), cast.dewi, "withheld")
    assert here(review).state is ReviewState.WITHHELD
    assert rating(cast.shawl) == (5, 1) and len(list_published(cast.shawl.id)) == 1
    assert recount() == []
    assert told("review-withheld") == told("review-report-decided") == 1


@both_databases
def test_an_appeal_brings_it_back_by_another_hand_and_comes_once(cast: Cast) -> None:
    review = shown(cast, 4)
    decide(report(review, cast.ratna), cast.dewi, "withheld")
    case = appeal(review)
    with pytest.raises(Conflict):
        appeal(review)
    with pytest.raises(Forbidden):
        decide(case, cast.dewi, "published")
    decide(case, cast.tono, "published", "")
    assert here(review).is_published and rating(cast.shawl) == (4, 1) and told("review-shown") == 1
    assert here(review).published_at is not None and here(review).withheld_why == ""
    with pytest.raises(Conflict):
        report(review, cast.budi)
    with pytest.raises(Conflict):
        appeal(review)
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(ReviewCase(review_id=review.id, kind=CaseKind.APPEAL, reason=CaseReason.APPEAL))


def test_a_refused_appeal_leaves_it_withheld_with_a_reason(cast: Cast) -> None:
    review = shown(cast)
    decide(report(review, cast.ratna), cast.dewi, "withheld")
    case = appeal(review)
    with pytest.raises(Invalid):
        decide(case, cast.tono, "withheld", "")
    decide(case, cast.tono, "withheld", "Tetap menghina orang lain.")
    assert not here(review).is_published and rating(cast.shawl) == (0, 0)
    assert told("review-withheld") == 2


def test_a_report_that_is_refused_keeps_it_and_needs_no_reason(cast: Cast) -> None:
    review = shown(cast)
    case = report(review, cast.ratna)
    decide(case, cast.tono, "published", "")
    assert here(review).is_published and count_cases() == 0 and told("review-withheld") == 0
    with pytest.raises(Conflict):
        decide(case, cast.dewi, "withheld")


def test_one_decision_answers_everybody_who_pointed_at_it(cast: Cast) -> None:
    review = shown(cast)
    first = report(review, cast.ratna)
    report(review, cast.budi, "other", "Bukan tentang barang ini.")
    decide(first, cast.dewi, "withheld")
    assert count_cases() == 0 and told("review-report-decided") == 2


@pytest.mark.parametrize(
    ("reason", "note", "field"),
    [
        ("", "", "reason"),
        ("contact", "", "reason"),
        ("appeal", "", "reason"),
        ("other", "x", "note"),
        ("insult", "x" * 501, "note"),
    ],
)
def test_refuses_a_report_without_a_reason(cast: Cast, reason: str, note: str, field: str) -> None:
    review = shown(cast)
    with pytest.raises(Invalid) as error:
        report(review, cast.ratna, reason, note)
    assert error.value.field == field


def test_refuses_what_cannot_be_reported(cast: Cast) -> None:
    waiting = write(cast, arrived(cast))
    with pytest.raises(NotFound):
        report(waiting, cast.ratna)
    review = shown(cast)
    with pytest.raises(Forbidden):
        report(review, cast.sari)
    report(review, cast.ratna)
    with pytest.raises(Conflict):
        report(review, cast.ratna)


@pytest.mark.parametrize("who", ["sari", "ratna", "budi", "hasan"])
def test_only_moderators_decide(cast: Cast, who: str) -> None:
    case = report(shown(cast), cast.ratna)
    with pytest.raises(Forbidden):
        decide(case, getattr(cast, who), "withheld")


@pytest.mark.parametrize(
    ("decision", "answer"), [("waiting", "x" * 20), ("", "x" * 20), ("withheld", "kurang"), ("withheld", "x" * 501)]
)
def test_refuses_a_decision_without_a_reason(cast: Cast, decision: str, answer: str) -> None:
    case = report(shown(cast), cast.ratna)
    with pytest.raises(Invalid):
        decide(case, cast.dewi, decision, answer)


def test_refuses_an_appeal_of_what_is_shown(cast: Cast) -> None:
    with pytest.raises(Conflict):
        appeal(shown(cast))


def test_a_way_around_the_house_is_noticed_when_it_appears(cast: Cast) -> None:
    review = shown(cast, 5, "Hubungi WA 0812 3456 7890")
    case = db.session.scalars(select(ReviewCase).where(ReviewCase.review_id == review.id)).one()
    assert (case.reason, case.opened_by_id, case.note) == (CaseReason.CONTACT, None, "phone")


@both_databases
def test_the_shop_answers_once_in_public(cast: Cast) -> None:
    review = shown(cast)
    before = edition()
    with transaction():
        services.answer(here(review), here(cast.ratna), "Terima kasih, Bu Sari.", "id")
    assert here(review).answer == "Terima kasih, Bu Sari." and edition() > before and told("review-answered") == 1
    with pytest.raises(Conflict), transaction():
        services.answer(here(review), here(cast.ratna), "Satu lagi.")


@pytest.mark.parametrize("text", ["", " ", "x" * 1001])
def test_refuses_an_empty_or_endless_answer(cast: Cast, text: str) -> None:
    review = shown(cast)
    with pytest.raises(Invalid), transaction():
        services.answer(here(review), here(cast.ratna), text)


def test_nobody_answers_what_is_not_shown(cast: Cast) -> None:
    waiting = write(cast, arrived(cast))
    with pytest.raises(Conflict), transaction():
        services.answer(here(waiting), here(cast.ratna), "Terima kasih.")
    review = shown(cast)
    decide(report(review, cast.ratna), cast.dewi, "withheld")
    with pytest.raises(Conflict), transaction():
        services.answer(here(review), here(cast.ratna), "Terima kasih.")


def test_a_person_who_leaves_takes_the_name_and_leaves_the_stars(cast: Cast) -> None:
    review: Any = shown(cast, 4)
    with transaction():
        assert services.forget(here(cast.sari)) == 1
    review = here(review)
    assert (review.author_id, review.signed, review.is_published) == (None, "", True)
    assert rating(cast.shawl) == (4, 1)
    case = report(review, cast.ratna)
    decide(case, cast.dewi, "withheld")
    assert rating(cast.shawl) == (0, 0)
