"""The cast is copied only where that takes nothing away."""

from __future__ import annotations

import pytest
from flask import Flask

from catalog.db import db, transaction
from marketplace.accounts.models import User
from tests import cast as brought
from tests import factories


@pytest.mark.parametrize("is_over", [False, True], ids=["still open", "on the disk"])
def test_who_was_there_before_the_cast_stays(app: Flask, request: pytest.FixtureRequest, is_over: bool) -> None:
    with transaction():
        factories.user("Wati", email="wati@contoh.example")
    if is_over:
        db.session.remove()
        db.engine.dispose()
    people = request.getfixturevalue("cast").people
    found = set(db.session.scalars(db.select(User.email)))
    assert found == {"wati@contoh.example", *(one.email for one in people.values())}


def test_a_house_that_nobody_has_entered_gets_a_copy(
    app: Flask, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    request.getfixturevalue("peopled_database")
    monkeypatch.setattr(brought, "bring_in", lambda: pytest.fail("brought in by hand"))
    assert request.getfixturevalue("cast").sari.email == "sari@contoh.example"
