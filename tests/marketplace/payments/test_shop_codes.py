"""A shop's own QRIS: named by its owner with the password, shown after some days, at the handing over, for the sum."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, DomainError, Forbidden
from marketplace.notifications.models import Notification
from marketplace.payments.models import ShopCode
from marketplace.payments.services import add_qris
from marketplace.payments.shop_codes import COOLING, drop_code, find_code, list_usable, name_code
from tests.cast import Cast
from tests.conftest import both_databases
from tests.factories import PASSWORD, qris_text


@both_databases
def test_a_code_waits_and_everybody_in_the_shop_is_told(cast: Cast) -> None:
    ratnas, ratna = cast.ratnas, cast.ratna
    with transaction():
        first = name_code(ratnas, f" {qris_text(t59='TENUN RATNA')}\n", PASSWORD, ratna)
        assert name_code(ratnas, qris_text(t59="TENUN RATNA"), PASSWORD, ratna) is first
        assert (first.holder, first.number, first.is_cooling) == ("TENUN RATNA", "ID0000000000001", True)
        assert list_usable([ratnas.id]) == {}
        assert [one.kind for one in db.session.scalars(db.select(Notification))] == ["shop-code-changed"]
    with clock.frozen(clock.now() + COOLING), transaction():
        assert list(list_usable([ratnas.id, cast.budis.id])) == [ratnas.id]
        second = name_code(ratnas, qris_text(t59="TENUN LAIN"), PASSWORD, ratna)
        assert list_usable([ratnas.id]) == {}  # the new one waits, and the old one is not shown any more
        assert find_code(ratnas) is second
        drop_code(ratnas, ratna)
        drop_code(ratnas, ratna)
        assert find_code(ratnas) is None
        assert db.session.scalars(db.select(Notification.subject).order_by(Notification.id)).all() == [
            first.code,
            second.code,
        ]
    with transaction(), pytest.raises(IntegrityError), db.session.begin_nested():
        for _ in range(2):  # whatever the code above it does: one is in force
            db.session.add(
                ShopCode(
                    seller_id=ratnas.id, number="ID0000000000002", holder="x", town="y", qris="z",
                    usable_from=clock.now() + timedelta(days=1),
                )
            )  # fmt: skip
            db.session.flush()


@pytest.mark.parametrize(
    ("text", "password", "who", "field"),
    [
        (qris_text()[:-4] + "0000", PASSWORD, "ratna", "qris"),
        (qris_text(t01="12", t54="1000"), PASSWORD, "ratna", "qris"),
        ("https://contoh.example", PASSWORD, "ratna", "qris"),
        (qris_text(), "tebakan", "ratna", "present_password"),
        (qris_text(), PASSWORD, "budi", ""),
        (qris_text(), PASSWORD, "tono", ""),
    ],
)
def test_refuses_other_texts_passwords_and_people(cast: Cast, text: str, password: str, who: str, field: str) -> None:
    with pytest.raises(DomainError) as refused, transaction():
        name_code(cast.ratnas, text, password, getattr(cast, who))
    assert (refused.value.field or "") == field
    with pytest.raises(Forbidden), transaction():
        drop_code(cast.ratnas, cast.budi)


def test_refuses_the_code_of_the_house(cast: Cast) -> None:
    with transaction():
        add_qris(qris_text())
    with pytest.raises(Conflict), transaction():
        name_code(cast.ratnas, qris_text(), PASSWORD, cast.ratna)
