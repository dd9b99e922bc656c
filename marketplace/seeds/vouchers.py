"""Three example vouchers: one of the house, one that a programme pays, one of Ratna's shop."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from catalog import clock
from catalog.db import db, transaction
from catalog.money import Money
from marketplace.promotions.models import Payer, Voucher, VoucherKind
from marketplace.promotions.services import make, open_fund
from marketplace.seeds.chance import Chance
from marketplace.sellers.models import Seller

PROGRAMME = "Program Contoh Cinta Kriya Babel"


def offer(chance: Chance) -> bool:
    """Make them once; whether this call did. They run for half a year."""
    if db.session.scalar(select(Voucher.id).where(Voucher.is_example).limit(1)) is not None:
        return False
    now = clock.now()
    with chance.born(now, "vouchers"), transaction():
        span = {"starts_at": now - timedelta(days=7), "ends_at": now + timedelta(days=180)}
        kept = {**span, "is_example": True}
        make("CONTOH10", VoucherKind.PERCENTAGE, percent=10, cap=Money(50_000), most_uses=500, **kept)  # type: ignore[arg-type]
        fund = open_fund(PROGRAMME, Money(5_000_000))
        make(
            "ONGKIRBABEL", VoucherKind.SHIPPING, payer=Payer.PROGRAMME, fund=fund, cap=Money(20_000),
            minimum=Money(150_000), most_each=3, **kept,  # type: ignore[arg-type]
        )  # fmt: skip
        shop = db.session.scalar(select(Seller).where(Seller.code == chance.code(8, "shop", "tenun-ratna")))
        if shop is not None:
            make(
                "CUAL25RIBU", VoucherKind.FIXED, payer=Payer.SELLER, seller=shop, worth=Money(25_000),
                minimum=Money(300_000), most_uses=50, **kept,  # type: ignore[arg-type]
            )  # fmt: skip
    return True
