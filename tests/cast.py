"""The cast of every test: Sari buys, Ratna weaves and sells, Budi sells too and must see nothing of Ratna's,
Dewi curates, Hasan is the field officer of Bangka Barat, Tono operates."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.db import transaction
from catalog.products.models import Product
from marketplace.accounts.models import Role, User
from marketplace.sellers.models import Seller
from tests import factories


@dataclass
class Cast:
    sari: User
    ratna: User
    budi: User
    dewi: User
    hasan: User
    tono: User
    ratnas: Seller
    budis: Seller
    shawl: Product
    plaque: Product

    @property
    def people(self) -> dict[str, User]:
        return {name: getattr(self, name) for name in ("sari", "ratna", "budi", "dewi", "hasan", "tono")}


def bring_in() -> Cast:
    """The cast, two shops and one live product of each, in the present database."""
    with transaction():
        factories.places()
        sari = factories.user("Sari", email="sari@contoh.example")
        ratna = factories.user("Ratna", email="ratna@contoh.example")
        budi = factories.user("Budi", email="budi@contoh.example")
        dewi = factories.user("Dewi", email="dewi@contoh.example", roles=(Role.CURATOR,))
        hasan = factories.user("Hasan", email="hasan@contoh.example", roles=(Role.OFFICER,), regencies=("19.05",))
        tono = factories.user("Tono", email="tono@contoh.example", roles=(Role.OPERATOR,))
        ratnas = factories.seller("Sanggar Contoh Ratna", ratna)
        budis = factories.seller("Timah Contoh Budi", budi, district_code="19.71.02")
        shawl = factories.product(ratnas)
        plaque = factories.product(
            budis,
            "Plakat pewter tepi tali",
            325_000,
            stock=5,
            title_en="Pewter plaque",
            craft=factories.craft("pewter", "Pewter"),
        )
        factories.receiving_account()
    return Cast(sari, ratna, budi, dewi, hasan, tono, ratnas, budis, shawl, plaque)
