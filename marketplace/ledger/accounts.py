"""The names of accounts. A debit is positive, a credit negative: what we own and spend is above zero, what we owe and
earn below.

    bank:<account>      what lies on one of our bank accounts       escrow:<order>     buyers' money, held per order
    gateway:<provider>  what a provider holds for us                seller:<shop>      what we owe a shop; above zero it
    cash:<shop>         what a shop took at hand for us                                owes us
    till:<point>        what a gallery took at its counter
    cod:<service>       what couriers took at the door
    sponsor:<fund>      what a programme owes for its vouchers      refund:<payment>   what goes back to a buyer
    voucher             vouchers that the house pays                payout:<payout>    on its way to a shop
    fee:<provider>      what providers keep for their service       surplus            unique-code rupiah, the buyers'
    loss                disputes that the house bears               dispute:<case>     taken away until it is decided
    held:<order>        of a shop, until a dispute is decided
    suspense:<line>     a line of a statement that came and names nothing, until a person has looked
    commission          what the house has earned                   ppn, pph22         tax that we owe
    correction          withheld tax that was remitted and went back
"""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    """Where an account stands in the balance."""

    ASSET = "asset"
    LIABILITY = "liability"
    INCOME = "income"
    EXPENSE = "expense"


SIDES: dict[str, Side] = {
    "bank": Side.ASSET,
    "gateway": Side.ASSET,
    "cash": Side.ASSET,
    "till": Side.ASSET,
    "cod": Side.ASSET,
    "sponsor": Side.ASSET,
    "dispute": Side.ASSET,
    "correction": Side.ASSET,
    "escrow": Side.LIABILITY,
    "seller": Side.LIABILITY,
    "refund": Side.LIABILITY,
    "payout": Side.LIABILITY,
    "held": Side.LIABILITY,
    "surplus": Side.LIABILITY,
    "suspense": Side.LIABILITY,
    "ppn": Side.LIABILITY,
    "pph22": Side.LIABILITY,
    "commission": Side.INCOME,
    "voucher": Side.EXPENSE,
    "fee": Side.EXPENSE,
    "loss": Side.EXPENSE,
}
"""Every kind of account, by what stands before the colon, in the order of a balance."""

NEVER_OVERDRAWN = ("escrow", "refund", "payout", "held", "surplus")
"""We cannot owe less than nothing: the database refuses a debit beyond what is there. A shop may fall into debt."""

VOUCHER, LOSS, SURPLUS, CORRECTION = "voucher", "loss", "surplus", "correction"
COMMISSION, PPN, PPH22 = "commission", "ppn", "pph22"


def bank(account: str) -> str:
    return f"bank:{account}"


def gateway(provider: str) -> str:
    return f"gateway:{provider}"


def cash(seller: str) -> str:
    return f"cash:{seller}"


def till(point: str) -> str:
    return f"till:{point}"


def cod(service: str) -> str:
    return f"cod:{service}"


def sponsor(fund: str) -> str:
    return f"sponsor:{fund}"


def fee(provider: str) -> str:
    return f"fee:{provider}"


def escrow(order: str) -> str:
    return f"escrow:{order}"


def seller(shop: str) -> str:
    return f"seller:{shop}"


def refund(payment: str) -> str:
    return f"refund:{payment}"


def payout(code: str) -> str:
    return f"payout:{code}"


def dispute(case: str) -> str:
    return f"dispute:{case}"


def held(order: str) -> str:
    return f"held:{order}"


def suspense(line: str) -> str:
    return f"suspense:{line}"


def kind_of(account: str) -> str:
    return account.partition(":")[0]
