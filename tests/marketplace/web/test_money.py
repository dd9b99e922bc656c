"""What shops and operators see of money: to the rupiah, through their own doors, two people for every payout."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from catalog import clock
from catalog.db import db, transaction
from marketplace.accounts.models import Role
from marketplace.bookkeeping.rates import set_rate
from marketplace.ledger.queries import balance
from marketplace.payouts.accounts import name_account
from marketplace.payouts.models import Payout, PayoutAccount, PayoutBatch, PayoutState
from tests import factories
from tests.cast import Cast
from tests.marketplace.returns.coming import came, over

SignIn = Callable[[Any], Any]


def text_of(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)).replace("\xa0", " "))


def post(client: Any, path: str, **values: str) -> Any:
    return client.post(path, data={"form_token": client.form_token, **values})


def test_what_i_will_receive_is_what_the_ledger_gives(cast: Cast, sign_in: SignIn) -> None:
    with transaction():
        set_rate(750, date(2026, 1, 1))
        odd = factories.product(cast.ratnas, "Kain ganjil", 333_335)
    ratna = sign_in(cast.ratna)
    base = f"/seller/{cast.ratnas.code}/balance"
    promised = text_of(ratna.get(f"{base}/calculator?price=333.335&craft={odd.craft.slug}"))
    held = came(cast, (odd, 1))
    waits = text_of(ratna.get(base))
    assert held.code in waits
    over(held)
    net = -balance(f"seller:{cast.ratnas.code}")
    assert f"Anda terima {net}" in promised
    assert f"Dapat dicairkan {net}" in text_of(ratna.get(base))
    month = clock.today().strftime("%Y-%m")
    assert f"Perubahan saldo Anda {net}" in text_of(ratna.get(f"{base}/statement?month={month}"))
    table = ratna.get(f"{base}/statement?as=csv").get_data(as_text=True)
    assert sum(int(row.split(";")[-1].lstrip("'")) for row in table.splitlines()[1:]) == net.rupiah
    assert ratna.get(f"{base}/statement?month=2026-13").status_code == 404
    assert "Tulis jumlah dalam rupiah bulat" in text_of(ratna.get(f"{base}/calculator?price=1,5"))
    assert text_of(ratna.get(f"{base}?after=999999999999999999999")) != ""


def test_a_bank_account_needs_owner_and_password(cast: Cast, sign_in: SignIn) -> None:
    ratna = sign_in(cast.ratna)
    path = f"/seller/{cast.ratnas.code}/balance/account"
    told = {"bank": "BCA", "number": "123-456-7890", "holder": "Ratna"}
    for wrong in ({"present_password": "tebakan"}, {"number": "12"}, {"bank": "Bank Entah"}, {"present_password": ""}):
        assert post(ratna, path, **{**told, "present_password": factories.PASSWORD, **wrong}).status_code == 422
    assert post(sign_in(cast.budi), path, **told, present_password=factories.PASSWORD).status_code == 404
    assert db.session.scalar(db.select(db.func.count()).select_from(PayoutAccount)) == 0
    assert post(ratna, path, **told, present_password=factories.PASSWORD).status_code == 303
    kept = db.session.scalars(db.select(PayoutAccount)).one()
    assert (kept.number, kept.is_cooling) == ("1234567890", True)
    assert "1234567890" not in ratna.get(path).get_data(as_text=True)
    plan = f"/seller/{cast.ratnas.code}/balance/plan"
    assert post(ratna, plan, rhythm="monthly", minimum="5.000").status_code == 422
    assert post(ratna, plan, rhythm="monthly", minimum="100.000").status_code == 303


def test_two_operators_pay_a_batch(cast: Cast, sign_in: SignIn) -> None:
    with clock.frozen(clock.now() - timedelta(days=4)), transaction():
        name_account(cast.ratnas, "BCA", "1234567890", "Ratna", factories.PASSWORD, cast.ratna)
    over(came(cast, (cast.shawl, 1)))
    with transaction():
        rini = factories.user("Rini", roles=(Role.OPERATOR,))
    tono, other, ratna = sign_in(cast.tono), sign_in(rini), sign_in(cast.ratna)
    desk = f"/seller/{cast.ratnas.code}/balance"
    assert post(tono, "/operator/payouts").status_code == 303
    batch = db.session.scalars(db.select(PayoutBatch)).one()
    payout = db.session.scalars(db.select(Payout)).one()
    path = f"/operator/payouts/{batch.code}"
    payout_id, code = payout.id, payout.code
    transfer = f"/operator/payouts/transfers/{payout.code}"
    assert post(tono, f"{path}/approval").status_code == 403
    assert tono.get(f"{path}/file").status_code == 409
    assert post(other, f"{path}/approval").status_code == 303
    assert code in tono.get(f"{path}/file?bank=BCA").get_data(as_text=True)
    assert post(tono, f"{transfer}/confirmation", reference="TRX 77").status_code == 303
    assert "TRX 77" in text_of(tono.get(path))
    assert db.session.get_one(Payout, payout_id).state is PayoutState.PAID
    assert "Semuanya cocok" in text_of(tono.get("/operator/ledger?verify=1"))
    assert post(tono, f"{transfer}/failure", reason="Dikembalikan bank").status_code == 303
    assert "Dikembalikan bank" in text_of(ratna.get(desk))


@pytest.mark.parametrize("rate", ["60", "-1", "7,555", "banyak", "nan", "1e3", ""])
def test_refuses_a_rate_that_cannot_be(cast: Cast, sign_in: SignIn, rate: str) -> None:
    tono = sign_in(cast.tono)
    today = clock.today().isoformat()
    assert post(tono, "/operator/ledger/rates", scope="", rate=rate, starts_on=today).status_code == 422
    if not rate:
        for scope, day in (("shop-nothere", today), ("craft-999", today), ("", "2020-01-01")):
            assert post(tono, "/operator/ledger/rates", scope=scope, rate="5", starts_on=day).status_code == 422
        ok = {"scope": f"shop-{cast.ratnas.code}", "rate": "7,5 %", "starts_on": today}
        assert post(tono, "/operator/ledger/rates", **ok).status_code == 303
        assert "7,5 %" in text_of(tono.get("/operator/ledger/rates"))


def test_a_shop_tells_of_its_taxes(cast: Cast, sign_in: SignIn) -> None:
    ratna = sign_in(cast.ratna)
    path = f"/seller/{cast.ratnas.code}/balance/tax"
    assert post(ratna, path, number="12", states_small="y").status_code == 422
    assert post(sign_in(cast.budi), path, number="3201234567890123").status_code == 404
    assert post(ratna, path, number="3201234567890123", states_small="y").status_code == 303
    assert "3201234567890123" in ratna.get(path).get_data(as_text=True)
