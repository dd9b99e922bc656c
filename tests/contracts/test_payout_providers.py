"""The bank's file keeps the contract of all who bring shops their money, and is what a bank takes."""

from __future__ import annotations

import pytest

from catalog.errors import Invalid
from catalog.money import Money
from marketplace.payouts.files import LAYOUTS
from marketplace.payouts.providers import BANK, Destination, PayoutRequest
from tests.contracts.payout_contract import PayoutContract, Till


class TestBankBatch(PayoutContract):
    @pytest.fixture
    def till(self) -> Till:
        return Till(BANK, Destination("BCA", "1234567890", "Ratna Contoh"))


def rows() -> list[PayoutRequest]:
    return [
        PayoutRequest("kode1", Money(380_000), Destination("BCA", "0234567890", "Ratna Contoh")),
        PayoutRequest("kode2", Money(1_000_000_001), Destination("BRI", "123456789012345", "=Siti 'Rahmah', S.Pd.")),
    ]


@pytest.mark.parametrize(
    ("layout", "lines"),
    [
        ("plain", ["BCA;0234567890;Ratna Contoh;380000;kode1", "kode2"]),
        ("bca", ["1,BCA,,0234567890,Ratna Contoh,380000,,kode1,,,,", "2,RTGS,,123456789012345,Siti 'Rahmah'  S.Pd,1000000001,,kode2,,BRINIDJA,1,1"]),
        ("bri", ["1,Ratna Contoh,0234567890,014,380000,kode1", "2,Siti 'Rahmah'  S.Pd,123456789012345,002,1000000001,kode2", "COUNT,,,,2,", "TOTAL,,,,1000380001,"]),
        ("mandiri", ["P,20261128,1110001,2,1000380001", "0234567890,Ratna Contoh,,,,IDR,380000,kode1,kode1,LBU,014,BCA", "123456789012345,Siti 'Rahmah'  S.Pd,,,,IDR,1000000001,kode2,kode2,RBU,002,BRI"]),
    ],
)  # fmt: skip
def test_a_file_has_the_columns_of_its_bank(layout: str, lines: list[str]) -> None:
    text = BANK.file(rows(), layout, "1110001", "20261128").decode("utf-8-sig")
    for line in lines:
        assert line in text
    assert not any(line.startswith(("=", "+", "-", "@")) for line in text.splitlines())


def test_every_layout_is_offered_and_no_other_taken() -> None:
    assert set(BANK.capabilities.layouts) == set(LAYOUTS)
    with pytest.raises(Invalid):
        BANK.file(rows(), "excel", "1", "20261128")
