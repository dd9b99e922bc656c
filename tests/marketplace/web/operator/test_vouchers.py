"""Making vouchers at the desks: wrong fields are named, a shop makes and stops only its own, use is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.money import Money
from marketplace.promotions.models import Fund, Payer, Voucher, VoucherKind
from tests import factories
from tests.cast import Cast


def form(**values: Any) -> dict[str, Any]:
    today = clock.today()
    return {
        "code": "cual-25", "kind": "percentage", "percent": "25", "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=9)).isoformat(), "most_uses": "100", "most_each": "1", "payer": "platform",
    } | values  # fmt: skip


def post(client: Any, path: str, data: dict[str, Any]) -> Any:
    return client.post(f"/en{path}", data={"form_token": client.form_token, **data})


def test_an_operator_makes_one_for_crafts_paid_by_a_programme_and_sees_its_use(cast: Cast, sign_in: Any) -> None:
    tono = sign_in(cast.tono)
    assert post(tono, "/operator/vouchers/funds", {"name": "Program Contoh", "budget": "5.000.000"}).status_code == 303
    fund = db.session.scalars(db.select(Fund)).one()
    data = form(payer="programme", fund=fund.code, crafts=["tenun-cual", "pewter"], cap="50.000", minimum="100.000")
    assert post(tono, "/operator/vouchers", data).status_code == 303
    made = db.session.scalars(db.select(Voucher)).one()
    assert (made.code, made.percent, made.cap, made.minimum, made.most_uses, made.payer) == (
        "CUAL25", 25, Money(50_000), Money(100_000), 100, Payer.PROGRAMME,
    )  # fmt: skip
    assert [one.slug for one in made.crafts] == ["tenun-cual", "pewter"]
    assert made.ends_at - made.starts_at == timedelta(days=10)
    shown = tono.get("/en/operator/vouchers").text
    for words in ("CUAL25", "25% off, at most Rp50,000", "0 of 100", "Program Contoh pays", "Rp0 of Rp5,000,000"):
        assert words in shown, words


def test_a_shop_sees_the_voucher_of_which_it_bears_a_part_and_cannot_stop_it(cast: Cast, sign_in: Any) -> None:
    tono, ratna = sign_in(cast.tono), sign_in(cast.ratna)
    assert post(tono, "/operator/vouchers", form(seller=cast.ratnas.code, shop_percent="40")).status_code == 303
    assert db.session.scalars(db.select(Voucher.shop_percent)).one() == 40
    words = f"the marketplace pays, {cast.ratnas.name} bears 40 %"
    assert words in tono.get("/en/operator/vouchers").text
    desk = f"/seller/{cast.ratnas.code}/shop/vouchers"
    shown = ratna.get(f"/en{desk}").text
    assert words in shown and "CUAL25/" not in shown
    assert ratna.post(f"{desk}/CUAL25/stop", data={"form_token": ratna.form_token}).status_code == 404


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"code": "x"}, "A code has 4 to 20"),
        ({"percent": ""}, "Write a whole percentage"),
        ({"percent": "2,5"}, "Write a whole number, without dots"),
        ({"kind": "fixed"}, "Write how much it takes off"),
        ({"cap": "abc"}, "Write the sum in whole rupiah"),
        ({"payer": "programme"}, "Choose the programme"),
        ({"payer": "seller"}, "Choose the shop"),
        ({"shop_percent": "40"}, "From 1 to 99"),
        ({"seller": "nobody"}, "There is no shop of this code"),
        ({"ends_on": "2020-01-01"}, "It ends after it begins"),
        ({"most_uses": "0"}, "a whole number from 1"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(
    cast: Cast, sign_in: Any, values: dict[str, Any], said: str
) -> None:
    answer = post(sign_in(cast.tono), "/operator/vouchers", form(**values))
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="100"' in answer.text or "most_uses" in values
    assert db.session.scalar(db.select(db.func.count()).select_from(Voucher)) == 0


def test_a_shop_makes_its_own_and_pays_it_whatever_the_form_says(cast: Cast, sign_in: Any) -> None:
    ratna = sign_in(cast.ratna)
    path = f"/seller/{cast.ratnas.code}/shop/vouchers"
    assert post(ratna, path, form(code="RATNA", kind="shipping", percent="", seller=cast.budis.code)).status_code == 303
    made = db.session.scalars(db.select(Voucher)).one()
    assert (made.payer, made.seller_id, made.kind) == (Payer.SELLER, cast.ratnas.id, VoucherKind.SHIPPING)
    assert "RATNA" in ratna.get(f"/en{path}").text
    budi = sign_in(cast.budi)
    assert "RATNA" not in budi.get(f"/en/seller/{cast.budis.code}/shop/vouchers").text
    other = f"/seller/{cast.budis.code}/shop/vouchers/RATNA/removal"
    assert post(budi, other, {}).status_code == 404
    assert post(ratna, f"{path}/RATNA/removal", {}).status_code == 303
    assert db.session.scalars(db.select(Voucher)).one().state == "stopped"


def test_the_list_asks_a_few_questions_however_long_it_is(cast: Cast, sign_in: Any, count_queries: Any) -> None:
    with transaction():
        for number in range(35):
            factories.voucher(f"KODE{number}", crafts=[cast.plaque.craft])
    tono = sign_in(cast.tono)
    tono.get("/operator/vouchers")
    with count_queries(at_most=18):
        shown = tono.get("/en/operator/vouchers").text
    assert "KODE34" in shown
    assert "KODE4<" not in shown
    assert "after=KODE5" in shown
    assert "KODE4<" in tono.get("/en/operator/vouchers?after=KODE5").text
