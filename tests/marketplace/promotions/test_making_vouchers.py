"""Making and stopping vouchers: every wrong field is named, a code exists once, a voucher is never edited."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid, Several
from catalog.money import Money
from marketplace.promotions import services as promotions
from marketplace.promotions.models import Payer, Voucher, VoucherKind
from marketplace.promotions.queries import find_voucher, find_voucher_of, fold, list_vouchers
from tests import factories
from tests.cast import Cast


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "ab"}, "code"),
        ({"code": "diskon!"}, "code"),
        ({"code": "A" * 21}, "code"),
        ({"percent": 0}, "percent"),
        ({"percent": 101}, "percent"),
        ({"percent": None}, "percent"),
        ({"kind": VoucherKind.FIXED}, "worth"),
        ({"kind": VoucherKind.FIXED, "worth": Money(0)}, "worth"),
        ({"cap": Money(0)}, "cap"),
        ({"minimum": Money(-1)}, "minimum"),
        ({"most_uses": 0}, "most_uses"),
        ({"most_each": -1}, "most_each"),
        ({"payer": Payer.SELLER}, "seller"),
        ({"payer": Payer.PROGRAMME}, "fund"),
        ({"shop_percent": 30}, "shop_percent"),
        ({"ends_at": timedelta(days=-2)}, "ends_on"),
        ({"ends_at": timedelta(hours=-1)}, "ends_on"),
        ({"ends_at": timedelta(days=500)}, "ends_on"),
    ],
)
def test_every_wrong_field_is_named(cast: Cast, values: dict[str, Any], field: str) -> None:
    values = dict(values)
    if "ends_at" in values:
        values["ends_at"] = clock.now() + values["ends_at"]
    with transaction(), pytest.raises(Several) as error:
        factories.voucher(values.pop("code", "CUAL25"), **values)
    assert [one.field for one in error.value.errors] == [field]


def test_a_code_exists_once_however_it_is_typed(cast: Cast) -> None:
    with transaction():
        made = factories.voucher("cual-25")
        with pytest.raises(Conflict) as error:
            factories.voucher(" CUAL 25")
    assert (made.code, error.value.field) == ("CUAL25", "code")
    assert find_voucher(fold("cual 25")) is made


def test_a_seller_finds_their_own_only(cast: Cast) -> None:
    with transaction():
        factories.voucher("RATNA", payer=Payer.SELLER, seller=cast.ratnas)
        factories.voucher("GIFT", payer=Payer.PLATFORM, seller=cast.ratnas)
    assert find_voucher_of(cast.ratnas, "RATNA")
    assert find_voucher_of(cast.budis, "RATNA") is None
    assert find_voucher_of(cast.ratnas, "GIFT") is None, "what the platform pays for her pieces is the operator's"
    assert [one.code for one in list_vouchers(seller=cast.ratnas)] == ["RATNA"]
    assert [one.code for one in list_vouchers()] == ["GIFT", "RATNA"]
    assert [one.code for one in list_vouchers(after="GIFT")] == ["RATNA"]


def test_it_has_a_state(cast: Cast) -> None:
    with transaction():
        made = factories.voucher(most_uses=1)
    assert made.state == "running"
    with clock.frozen(clock.now() - timedelta(days=3)):
        assert made.state == "coming"
    with clock.frozen(clock.now() + timedelta(days=40)):
        assert made.state == "over"
    with transaction() as session:
        session.get_one(Voucher, made.id).used = 1
    assert db.session.get_one(Voucher, made.id).state == "used-up"
    with transaction() as session:
        promotions.stop(session.get_one(Voucher, made.id))
    assert db.session.get_one(Voucher, made.id).state == "stopped"


@pytest.mark.parametrize(("name", "budget", "field"), [("ab", 1, "name"), ("Program", 0, "budget")])
def test_a_fund_has_a_name_and_a_budget(cast: Cast, name: str, budget: int, field: str) -> None:
    with transaction(), pytest.raises(Invalid) as error:
        promotions.open_fund(name, Money(budget))
    assert error.value.field == field


def test_a_fund_exists_once(cast: Cast) -> None:
    with transaction():
        promotions.open_fund("Program Contoh", Money(1))
        with pytest.raises(Conflict):
            promotions.open_fund("Program  Contoh ", Money(2))
