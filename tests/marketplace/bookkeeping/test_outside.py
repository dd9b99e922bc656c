"""What providers, programmes, the tax office and banks do to the ledger: once per reference, never more than there is."""

from __future__ import annotations

import pytest

from catalog.db import transaction
from catalog.errors import Conflict, Invalid
from catalog.money import ZERO, Money
from marketplace.bookkeeping.outside import (
    lose_dispute,
    open_dispute,
    receive_from_programme,
    remit,
    settle_provider,
    win_dispute,
)
from marketplace.ledger.models import Kind
from marketplace.ledger.queries import balance, trial_balance, verify
from marketplace.ledger.services import Entry, KeyUsedOtherwise, post
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, of, pay


def hold(account: str, sum_: int) -> None:
    post(f"given {account}", Kind.CORRECTION, [Entry(account, Money(sum_)), Entry("seller:x", Money(-sum_))])


def test_a_provider_pays_out_less_its_fee(cast: Cast) -> None:
    with transaction():
        hold("gateway:card", 1_000_000)
        for _ in range(2):
            settle_provider("card", Money(900_000), Money(26_100), "b", "PO 1", cast.tono)
    assert (balance("bank:b"), balance("fee:card")) == (Money(873_900), Money(26_100))
    assert balance("gateway:card") == Money(100_000)
    for gross, fee, error in ((100_001, 1, Conflict), (5, 6, Invalid), (0, 0, Invalid), (5, -1, Invalid)):
        with pytest.raises(error), transaction():
            settle_provider("card", Money(gross), Money(fee), "b", f"PO {gross}")
    with pytest.raises(KeyUsedOtherwise), transaction():
        settle_provider("card", Money(900_000), Money(26_000), "b", "PO 1")
    with pytest.raises(Invalid), transaction():
        settle_provider("card", Money(5), ZERO, "b", "")
    assert balance("gateway:card") == Money(100_000)


def test_programmes_pay_and_taxes_are_handed_over(cast: Cast) -> None:
    with transaction():
        hold("sponsor:f", 50_000)
        hold("ppn", -11_000)
        receive_from_programme("f", Money(30_000), "b", "SP2D 1")
        remit("ppn", Money(11_000), "b", "NTPN 1")
    assert (balance("sponsor:f"), balance("ppn"), balance("bank:b")) == (Money(20_000), ZERO, Money(19_000))
    for wrong in (
        lambda: receive_from_programme("f", Money(20_001), "b", "SP2D 2"),
        lambda: remit("ppn", Money(1), "b", "NTPN 2"),
        lambda: remit("pph22", Money(1), "b", "NTPN 3"),
    ):
        with pytest.raises(Conflict), transaction():
            wrong()
    with pytest.raises(ValueError, match="tax"):
        remit("pajak", Money(1), "b", "NTPN 4")


def test_a_dispute_is_won_or_lost_once(cast: Cast) -> None:
    payment = pay(buy(of(cast.sari), (cast.shawl, 1)).purchase, cast.tono)
    bank = f"bank:{payment.account.code}"
    with transaction():
        for case in ("d1", "d2", "d3"):
            open_dispute(case, payment, Money(100_000), Money(5_000))
        assert balance(bank) == payment.due - Money(315_000)
        win_dispute("d1", payment)
        lose_dispute("d2", payment, cast.ratnas)
        lose_dispute("d3", payment)
    assert balance(bank) == payment.due - Money(215_000)
    assert balance(f"seller:{cast.ratnas.code}") == balance("loss") == Money(100_000)
    assert balance("fee:bank-transfer") == Money(15_000)
    for again in (
        lambda: win_dispute("d1", payment),
        lambda: lose_dispute("d2", payment),
        lambda: win_dispute("x", payment),
    ):
        with pytest.raises(Conflict), transaction():
            again()
    with pytest.raises(Invalid), transaction():
        open_dispute("d4", payment, payment.due + Money(1))
    assert trial_balance().debit == trial_balance().credit
    assert verify() == []
