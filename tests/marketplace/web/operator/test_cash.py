"""Cash that others hold, on the operator's desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalog.db import transaction
from catalog.money import Money
from marketplace.ledger.models import Kind
from marketplace.ledger.queries import balance
from marketplace.ledger.services import Entry, post
from marketplace.payments.models import ReceivingAccount
from marketplace.shipping.models import CourierService
from tests import factories
from tests.cast import Cast

SignIn = Callable[[Any], Any]


def test_what_a_shop_owes_is_shown_and_booked_under_its_reference_once(cast: Cast, sign_in: SignIn) -> None:
    with transaction():
        post("owed", Kind.CORRECTION, [Entry("commission", Money(-7_000)), Entry(f"seller:{cast.budis.code}", Money(7_000), "commission")])  # fmt: skip
        bank = factories.add(ReceivingAccount(bank="BCA", number="1234567890", holder="Kriyaloka")).code
    code, name = cast.budis.code, cast.budis.name
    tono = sign_in(cast.tono)
    page = tono.get("/operator/ledger/cash").get_data(as_text=True)
    assert name in page
    assert "Rp7.000" in page
    path = f"/operator/ledger/cash/shop/{code}"

    def brought(**values: str) -> Any:
        told = {"sum": "7000", "account": bank, "reference": "SETOR 1", "form_token": tono.form_token}
        return tono.post(path, data=told | values)

    for wrong in ({"sum": "7001"}, {"sum": "0"}, {"sum": "banyak"}, {"account": "nobody"}, {"reference": "x"}):
        answer = brought(**wrong)
        assert answer.status_code == 422, wrong
        assert "SETOR 1" in answer.get_data(as_text=True) or "reference" in wrong  # nothing typed is lost
    assert tono.post(path.replace("shop", "gallery"), data={"form_token": tono.form_token}).status_code == 404
    assert brought(sum="5000").status_code == 303
    assert balance(f"seller:{code}") == Money(2_000)
    assert brought(sum="2000").status_code == 422  # the same reference with another sum
    assert brought(sum="2000", reference="SETOR 2").status_code == 303
    assert balance(f"seller:{code}") == Money(0)
    assert brought().status_code == 404  # nothing is held there any more


def test_what_couriers_took_comes_less_their_fee(cast: Cast, sign_in: SignIn) -> None:
    with transaction() as session:
        session.add(CourierService(code="cod00000", courier="JNE", name="REG", takes_cash=True))
        post("took", Kind.CORRECTION, [Entry("cod:cod00000", Money(90_000)), Entry("commission", Money(-90_000))])
        bank = factories.add(ReceivingAccount(bank="BCA", number="1234567890", holder="Kriyaloka")).code
    tono = sign_in(cast.tono)
    page = tono.get("/operator/ledger/cash").get_data(as_text=True)
    assert "JNE REG" in page and "Rp90.000" in page and 'name="fee"' in page
    told = {"sum": "90000", "account": bank, "reference": "COD 1", "form_token": tono.form_token}
    path = "/operator/ledger/cash/courier/cod00000"
    answer = tono.post(path, data=told | {"fee": "9001"})
    assert answer.status_code == 422 and "Kurir menahan paling banyak sepersepuluh" in answer.get_data(as_text=True)
    assert tono.post(path, data=told | {"fee": "2700"}).status_code == 303
    assert (balance(f"bank:{bank}"), balance("fee:cod00000")) == (Money(87_300), Money(2_700))
    assert "Kurir" in tono.get("/operator/ledger").get_data(as_text=True)
