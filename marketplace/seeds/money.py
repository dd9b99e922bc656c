"""What shops and house agree about money, and the first payout: rates, bank accounts of nobody, a batch that two people
have looked at."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from catalog import clock
from catalog.db import db, transaction
from catalog.money import Money
from marketplace.accounts.models import User
from marketplace.bookkeeping.models import CommissionRate
from marketplace.bookkeeping.rates import set_rate
from marketplace.payments import qris
from marketplace.payments.models import ShopCode
from marketplace.payouts import services as payouts
from marketplace.payouts.files import BANKS
from marketplace.payouts.models import PayoutAccount, PayoutBatch, PayoutPlan, Rhythm
from marketplace.seeds import content, inhabitants
from marketplace.seeds.afterwards import last_message, put_right
from marketplace.seeds.chance import Chance
from marketplace.sellers.models import Seller

RATE = 500
"""Five percent."""
LATE = ("batok-belitong", "batu-hitam")
"""Shops that have named no account yet."""


def agree(chance: Chance) -> None:
    """The house's rate, and where shops are paid; before anything is sold."""
    at = clock.now() - inhabitants.BEGINNING
    if db.session.scalar(select(CommissionRate.id).limit(1)) is None:
        with chance.born(at, "commission"), transaction():
            set_rate(RATE, reason="Contoh: tarif awal")
    known = inhabitants.shops(chance)
    named = set(db.session.scalars(select(PayoutAccount.seller_id)))
    db.session.rollback()
    with transaction() as session:
        for turn, (key, shop) in enumerate(sorted(known.items())):
            if shop.id in named or key in LATE:
                continue
            with chance.born(at + timedelta(days=60 + turn), "payout-account", key):
                owner = inhabitants.person(content.shops()[key].owner)
                number = f"000{chance.dice('payout-account', key).randrange(10**7):07d}"
                session.add(
                    PayoutAccount(
                        seller_id=shop.id, bank=list(BANKS)[turn % len(BANKS)], number=number, holder=f"{owner.name} (contoh)",
                        made_by_id=owner.id, usable_from=clock.now(),
                    )
                )  # fmt: skip
                if turn % 4 == 1:
                    session.add(PayoutPlan(seller_id=shop.id, rhythm=Rhythm.MONTHLY, minimum=Money(100_000)))
                if turn % 3 == 0:
                    _take_qris(chance, key, shop, owner)
                session.flush()


def _take_qris(chance: Chance, key: str, shop: Seller, owner: User) -> None:
    """The shop's own QRIS, for what is paid at hand; its merchant does not exist."""
    number = f"ID000{chance.dice('shop-code', key).randrange(10**10):010d}"
    name = (
        (shop.name if "contoh" in shop.name.casefold() else f"Contoh {shop.name}")
        .upper()
        .encode("ascii", "ignore")
        .decode()[:25]
        .strip()
    )
    text = qris.write(
        {
            "00": "01", "01": "11", "26": "0013ID.CONTOH.WWW0118936000000000000000",
            "51": f"0014ID.CO.QRIS.WWW0215{number}0303UMI", "52": "5999", "53": "360", "58": "ID", "59": name,
            "60": "BANGKA", "61": "33111",
        }.items()
    )  # fmt: skip
    db.session.add(
        ShopCode(
            seller_id=shop.id, number=number, holder=name, town="BANGKA", qris=text, made_by_id=owner.id,
            usable_from=clock.now(),
        )
    )  # fmt: skip


def pay_out(chance: Chance) -> bool:
    """One batch, drawn by Tono, approved by another operator, paid; whether this call made it."""
    if db.session.scalar(select(PayoutBatch.id).limit(1)) is not None:
        return False
    db.session.rollback()
    tono, other = inhabitants.person("tono"), inhabitants.person("sinta")
    now = clock.now()
    with transaction():
        before = last_message()
        with chance.born(now - timedelta(hours=5), "payouts"):
            batch = payouts.draw(tono)
        with chance.born(now - timedelta(hours=4), "payouts", "approved"):
            payouts.approve(batch, other)
        for turn, one in enumerate(batch.payouts[:-1]):
            with chance.born(now - timedelta(hours=3), "payouts", one.code):
                payouts.confirm(one, f"CONTOH-CAIR-{turn + 1:04d}", tono)
        put_right(before)
    return True
