"""QRIS: the merchant's own code, checked to the last sign, shown with the sum in it."""

from __future__ import annotations

import pytest

from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid, Unavailable
from catalog.money import Money
from marketplace.checkout.queries import check_laws, prepare
from marketplace.orders.models import OrderState
from marketplace.payments import qris
from marketplace.payments.models import PaymentMethod, ReceivingAccount
from marketplace.payments.providers import SURPLUS_MAX, PaymentRequest, provider
from marketplace.payments.services import add_qris, close_account
from tests.cast import Cast
from tests.conftest import both_databases
from tests.factories import qris_text
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay, payment_of


def test_the_checksum_is_the_one_of_the_standard() -> None:
    assert qris.checksum("123456789") == "29B1"  # the check value of CRC-16/CCITT-FALSE


def test_names_the_merchant() -> None:
    merchant = qris.read(f"  {qris_text()}\n")
    assert (merchant.name, merchant.town, merchant.number) == ("KRIYALOKA CONTOH", "PANGKALPINANG", "ID0000000000001")


def test_the_sum_stands_in_the_code_and_nothing_else_changes() -> None:
    static = qris_text(t62="0706A01234")
    before = dict(qris._checked(static))
    after = dict(qris._checked(qris.with_sum(static, Money(325_123))))
    assert after.pop("54") == "325123"
    assert after.pop("01") == "12"
    assert {**before, "63": ""} == {**after, "01": "11", "63": ""}


def test_every_sign_that_is_changed_or_lost_is_noticed() -> None:
    text = qris_text()
    for place in range(len(text)):
        for wrong in (text[:place] + text[place + 1 :], text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]):
            with pytest.raises(Invalid) as error:
                qris.read(wrong)
            assert error.value.field == "qris"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "000201",
        "https://contoh.example/qris",
        "0" * 600,
        qris_text(t59="WARUNG CONTOH").replace("WARUNG", "WÄRUNG"),
        qris_text(t53="840"),
        qris_text(t58="SG"),
        qris_text(t51="0014ID.CO.OTHER.WW0215ID0000000000001"),
        qris_text(t51="0014ID.CO.QRIS.WWW0210ID00000001"),
        qris_text(t01="12", t54="10000"),
        qris_text(t54="10000"),
        qris_text(t55="01"),
        qris_text(t57="05"),
        qris_text(t59=None),
        qris_text(t51=None),
    ],
)
def test_refuses_what_is_no_static_code_of_a_merchant(text: str) -> None:
    with pytest.raises(Invalid) as error:
        qris.read(text)
    assert error.value.field == "qris"


@pytest.mark.parametrize("sum_", [0, -1, 10_000_001])
def test_refuses_sums_that_qris_does_not_take(sum_: int) -> None:
    with pytest.raises(Invalid):
        qris.with_sum(qris_text(), Money(sum_))


@both_databases
def test_a_code_is_paid_like_a_transfer_by_its_exact_sum(cast: Cast) -> None:
    with transaction():
        account = add_qris(qris_text())
        with pytest.raises(Conflict):
            add_qris(qris_text())
    placed = buy(of(cast.sari), (cast.shawl, 1), method="qris")
    payment = payment_of(placed.purchase)
    assert (payment.account_id, payment.provider) == (account.id, "qris")
    assert 1 <= payment.surplus <= SURPLUS_MAX
    other = payment_of(buy(of(cast.sari), (cast.plaque, 1)).purchase)
    assert other.account_id != account.id  # a transfer never goes to the code
    pay(placed.purchase, cast.tono, "QR 1")
    assert orders_of(placed.purchase)[0].state is OrderState.TO_CONFIRM
    assert check_laws() == []


def test_is_offered_only_while_there_is_a_code(cast: Cast) -> None:
    def ways() -> dict[PaymentMethod, bool]:
        with transaction():
            return {one.method: one.is_open for one in prepare(of(cast.sari)).methods}

    assert PaymentMethod.QRIS not in ways()
    assert PaymentMethod.CARD not in ways()  # nobody carries it out
    with transaction():
        account = add_qris(qris_text())
    assert ways()[PaymentMethod.QRIS]
    with transaction() as session:
        close_account(session.get_one(ReceivingAccount, account.id))
        with pytest.raises(Unavailable):
            provider(PaymentMethod.QRIS).start(PaymentRequest("x", Money(1), None))
    assert PaymentMethod.QRIS not in ways()


def test_a_sum_above_the_limit_is_told_before_and_refused_after(cast: Cast) -> None:
    with transaction() as session:
        add_qris(qris_text())
        session.merge(cast.shawl).variants[0].price = Money(9_999_500)
    with pytest.raises(Invalid) as error:
        buy(of(cast.sari), (cast.shawl, 1), method="qris")
    assert "payment_method" in str([one.field for one in getattr(error.value, "errors", [error.value])])
    assert db.session.scalar(db.select(db.func.count()).select_from(ReceivingAccount)) == 2
