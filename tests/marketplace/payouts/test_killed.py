"""The worker is killed between Stripe's transfer and our commit, at every commit that there is: a shop is paid once."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from catalog import clock
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.stripe_transfers import StripeTransfers
from marketplace.payouts import providers
from marketplace.payouts.models import PayoutState
from marketplace.subscribers import payouts
from tests.conftest import both_databases
from tests.marketplace.killing import Fork, dying
from tests.marketplace.payments.partner import SECRET, partner
from tests.marketplace.payouts.test_transfers import KEY, House, house, running  # noqa: F401


@both_databases
@pytest.mark.race
def test_a_transfer_is_killed_at_every_commit_and_made_once(house: House) -> None:  # noqa: F811
    house.sell()
    (code,) = house.by_stripe(house.drawn())

    def send() -> None:
        partner(house.server)
        providers.use("stripe", StripeTransfers(KEY, [SECRET], "ID", house.server.url, Breaker(failures=50)))
        with clock.frozen(house.now):
            payouts.send_payouts()

    for kills in count():
        house.now += timedelta(hours=2)
        if Fork(dying(kills + 1, send, changes=False)).end():
            break
        assert house.payout(code).state is PayoutState.PLANNED
    assert kills >= 1
    assert (len(house.transfers()), house.payout(code).state) == (1, PayoutState.PAID)
    house.carry_on()
    assert len(house.transfers()) == 1
    house.agree_on_payouts()
