"""The shops of the many products for measurements, and what every product and shop among them is made from."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from catalog.codes import ALPHABET
from catalog.db import db
from catalog.makers.models import Maker, MakerKind, maker_crafts
from catalog.money import Money
from catalog.text import slugify
from marketplace.accounts.models import User
from marketplace.seeds.bulk import Row, ids_by, put
from marketplace.seeds.content import Piece
from marketplace.seeds.phrases import FIRST, SECOND
from marketplace.sellers.models import (
    DeliveryKind,
    DeliveryOffer,
    MemberRole,
    Membership,
    Seller,
    SellerMaker,
    SellerState,
)


@dataclass(frozen=True)
class World:
    """What every batch needs, read once."""

    seed: int
    villages: tuple[tuple[str, str], ...]
    crafts: dict[str, int]
    techniques: dict[str, int]
    materials: dict[str, int]
    motifs: dict[str, tuple[tuple[int, str, str], ...]]
    pieces: dict[str, tuple[Piece, ...]]
    password_hash: str
    now: datetime

    def dice(self, what: str, number: int) -> random.Random:
        return random.Random(f"{self.seed}/scale/{what}/{number}")


def code_by(dice: random.Random, length: int) -> str:
    number = dice.getrandbits(5 * length)
    return "".join([ALPHABET[number >> shift & 31] for shift in range(0, 5 * length, 5)])


def shops(world: World, numbers: list[int]) -> dict[int, tuple[int, int, str]]:
    """Number of a shop → (its row id, its maker's row id, its village's name), made where it is missing."""
    codes = {number: code_by(world.dice("shop", number), 8) for number in numbers}
    known = set(db.session.scalars(select(Seller.code).where(Seller.code.in_(codes.values()))))
    missing = [number for number in numbers if codes[number] not in known]
    rows = {number: _shop_rows(world, number) for number in numbers}
    for turn, table in enumerate((User, Maker, Seller)):
        put(table, [rows[number][turn] for number in missing])
    sellers = ids_by(Seller.id, Seller.code, list(codes.values()))
    makers = ids_by(Maker.id, Maker.code, [rows[number][1]["code"] for number in numbers])
    users = ids_by(User.id, User.code, [rows[number][0]["code"] for number in missing])
    found = {
        number: (sellers[codes[number]], makers[rows[number][1]["code"]], rows[number][3]["village"])
        for number in numbers
    }
    put(SellerMaker, [{"seller_id": found[number][0], "maker_id": found[number][1]} for number in missing])
    put(
        Membership,
        [
            {
                "user_id": users[rows[number][0]["code"]],
                "seller_id": found[number][0],
                "role": MemberRole.OWNER,
                "created_at": world.now,
            }
            for number in missing
        ],
    )
    put(maker_crafts, [{"maker_id": found[number][1], "craft_id": rows[number][3]["craft_id"]} for number in missing])
    put(
        DeliveryOffer,
        [
            {"seller_id": found[number][0], "kind": kind, "price": Money(price), "places": places, "note": ""}
            for number in missing
            for kind, price, places in (
                (DeliveryKind.PICKUP, 0, []),
                (DeliveryKind.OWN, 15_000, [rows[number][2]["district_code"][:5]]),
                (DeliveryKind.COURIER, 0, []),
            )
        ],
    )
    return found


def _shop_rows(world: World, number: int) -> tuple[Row, Row, Row, Row]:
    dice = world.dice("shop", number)
    code = code_by(dice, 8)
    place, village = dice.choice(world.villages)
    name = f"{dice.choice(FIRST)} {dice.choice(SECOND)} {village} {number + 1}"[:90]
    at = world.now - timedelta(days=dice.randrange(731, 1500))
    user = {
        "code": code_by(dice, 10),
        "email": f"toko{number + 1}@skala.example",
        "name": f"Pemilik {name}"[:80],
        "password_hash": world.password_hash,
        "locale": "id",
        "confirmed_at": at,
        "disabled_at": None,
        "created_at": at,
        "is_example": True,
    }
    maker = {
        "code": code_by(dice, 8),
        "slug": slugify(name),
        "name": name,
        "kind": dice.choice(list(MakerKind)),
        "district_code": place[:8],
        "village_code": place,
        "story": f"Perajin contoh di {village}.",
        "story_en": f"An example maker in {village}.",
        "founded": dice.randrange(1990, 2025),
        "people": dice.randrange(1, 20),
        "is_example": True,
        "created_at": at,
    }
    seller = {
        "code": code,
        "slug": slugify(name),
        "name": name,
        "state": SellerState.OPEN,
        "district_code": place[:8],
        "village_code": place,
        "address": "Jalan Contoh 1",
        "phone": "",
        "accepts_cash": True,
        "is_example": True,
        "created_at": at,
    }
    return user, maker, seller, {"village": village, "craft_id": dice.choice(sorted(world.crafts.values()))}
