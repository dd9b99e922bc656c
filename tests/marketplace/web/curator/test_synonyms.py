"""Words that mean the same, as curators teach them to the search."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.db import db, transaction
from catalog.search import upkeep
from catalog.search.query import Query
from tests.cast import Cast
from tests.marketplace.web.curator.conftest import post


def index_of(app: Flask) -> Any:
    db.session.rollback()
    return app.extensions["house"].ports.search


def name_of(page: str, word: str) -> str:
    match = re.search(rf'/synonyms/(\w+)/edit">[^<]*{word}', page)
    assert match, f"no group with {word}"
    return match[1]


def test_a_new_group_counts_at_once(dewi: FlaskClient, app: Flask, cast: Cast) -> None:
    with transaction():
        upkeep.rebuild(app.extensions["house"].ports.search)
    assert index_of(app).search(Query(text="zubkhar")).total == 0
    assert post(dewi, "/curator/synonyms", words="zubkhar\nselendang").status_code == 303
    assert index_of(app).search(Query(text="zubkhar")).total > 0


def test_a_shared_page_of_results_is_made_anew(dewi: FlaskClient, app: Flask, cast: Cast, client: FlaskClient) -> None:
    with transaction():
        upkeep.rebuild(app.extensions["house"].ports.search)
    address = f"{cast.shawl.slug}-{cast.shawl.code}"
    assert address not in client.get("/search?q=zubkhar").text
    post(dewi, "/curator/synonyms", words="zubkhar, selendang")
    assert address in client.get("/search?q=zubkhar").text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "at least two different words"),
        ("selendang", "at least two different words"),
        ("selendang\nSelendang \n-", "at least two different words"),
        ("kafe\nkafé\n💛", "at least two different words"),
        ("\n".join(f"kata{n}" for n in range(21)), "at most 20 words"),
        ("selendang\n" + "x" * 61, "longer than 60 characters"),
    ],
)
def test_refuses_a_group_that_says_nothing(dewi: FlaskClient, app: Flask, words: str, sentence: str) -> None:
    before = len(index_of(app).list_synonyms())
    answer = post(dewi, "/en/curator/synonyms", words=words)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert words.splitlines()[0] in answer.text if words else True
    assert len(index_of(app).list_synonyms()) == before


def test_one_word_and_the_same_in_two_are_different(dewi: FlaskClient, app: Flask) -> None:
    """As in many a group that comes with the shop."""
    assert post(dewi, "/curator/synonyms", words="zubkhar\nzub khar\n纺织").status_code == 303
    assert [one.words for one in index_of(app).list_synonyms()][-1] == ("zubkhar", "zub khar", "纺织")
    name = name_of(dewi.get("/curator/synonyms?q=zubkhar").text, "zubkhar")
    assert post(dewi, f"/curator/synonyms/{name}", words="zubkhar\nzub-khar").status_code == 303


def test_changes_and_removes_a_group(dewi: FlaskClient, app: Flask) -> None:
    post(dewi, "/curator/synonyms", words="zubkhar\nselendang")
    name = name_of(dewi.get("/curator/synonyms?q=zubkhar").text, "zubkhar")
    assert dewi.get(f"/curator/synonyms/{name}/edit").status_code == 200
    assert post(dewi, f"/curator/synonyms/{name}", words="zubkhar\ntopi", oneway="y").status_code == 303
    assert [one.oneway for one in index_of(app).list_synonyms() if "zubkhar" in one.words] == [True]
    again = name_of(dewi.get("/curator/synonyms?q=zubkhar").text, "zubkhar")
    assert post(dewi, f"/curator/synonyms/{again}/removal").status_code == 303
    assert not [one for one in index_of(app).list_synonyms() if "zubkhar" in one.words]


def test_a_group_that_somebody_changed_meanwhile_is_not_overwritten(dewi: FlaskClient) -> None:
    post(dewi, "/curator/synonyms", words="zubkhar\nselendang")
    name = name_of(dewi.get("/curator/synonyms?q=zubkhar").text, "zubkhar")
    post(dewi, f"/curator/synonyms/{name}", words="zubkhar\ntopi")
    assert post(dewi, f"/curator/synonyms/{name}", words="zubkhar\nkain").status_code == 404
    assert post(dewi, f"/curator/synonyms/{name}/removal").status_code == 404


def test_says_honestly_when_the_engine_keeps_them_itself(dewi: FlaskClient, app: Flask) -> None:
    house = app.extensions["house"]
    house.ports = replace(house.ports, search=object())
    page = dewi.get("/en/curator/synonyms")
    assert "keeps its synonyms itself" in page.text
    assert post(dewi, "/curator/synonyms", words="a\nb").status_code == 409
    assert dewi.get("/curator/synonyms/0123456789abcdef/edit").status_code == 409


def test_nobody_else_teaches_the_search(cast: Cast, sign_in: Any) -> None:
    for client in [sign_in(one) for one in (cast.sari, cast.ratna, cast.hasan, cast.tono)]:
        assert post(client, "/curator/synonyms", words="satu\ndua").status_code == 404
