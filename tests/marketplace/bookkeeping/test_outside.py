"""What a buyer's bank does to the ledger: once per case, never more than was paid."""

from __future__ import annotations

import pytest

from catalog.db import transaction
from catalog.errors import Conflict, Invalid
from catalog.money import Money
from marketplace.bookkeeping.outside import lose_dispute, open_dispute, win_dispute
from marketplace.ledger.queries import balance, trial_balance, verify
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, of, pay


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
