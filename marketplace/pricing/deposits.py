"""What is paid when it is ordered and what when it is ready, in prose:

1. Shipping and everything ready-made is paid when it is ordered, and so is what is made to order without a deposit.
2. Of a made-to-order line with a deposit, that share of what it costs after vouchers is paid now, rounded up to a whole
   rupiah; the rest is its balance. The two are always the line, to the rupiah.
3. A balance below `LEAST` is not worth a second payment: then the line is paid at once.
4. Each seller's balance is the sum of its lines', asked for when its pieces are ready and paid before any leaves.
5. When an order is called off, what stays with the shop is a share of the deposit, rounded down (see `orders.states`).

Pure: no database, no clock.
"""

from __future__ import annotations

from catalog.money import ZERO, Money

LEAST = Money(10_000)


def balance_of(net: Money, percent: int) -> Money:
    """What of a line that costs `net` is paid later when `percent` of it are paid now; 0 percent: nothing."""
    if not percent:
        return ZERO
    rest = net - Money(-(-net.rupiah * percent // 100))
    return rest if rest >= LEAST else ZERO


def share_of(deposit: Money, percent: int) -> Money:
    """`percent` of a deposit, in the buyer's favour."""
    return Money(deposit.rupiah * percent // 100)
