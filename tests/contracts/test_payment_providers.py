"""The providers inside the house keep the contract of all providers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog.db import transaction
from marketplace.payments.models import PaymentMethod
from marketplace.payments.providers import provider
from marketplace.payments.services import add_qris
from tests.cast import Cast
from tests.contracts.payment_contract import Desk, PaymentContract
from tests.factories import qris_text

LOCAL = [PaymentMethod.BANK_TRANSFER, PaymentMethod.QRIS, PaymentMethod.CASH, PaymentMethod.NOTHING]


@pytest.mark.parametrize("method", LOCAL)
class TestLocalProviders(PaymentContract):
    @pytest.fixture
    def desk(self, cast: Cast, method: PaymentMethod) -> Iterator[Desk]:
        with transaction():
            add_qris(qris_text())
            found = provider(method)
            assert method in found.capabilities.methods
            yield Desk(found)
