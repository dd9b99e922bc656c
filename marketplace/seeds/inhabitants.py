"""Who lives in the example province: people, makers, shops, and those who have asked to open one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from catalog import clock
from catalog.crafts.models import Craft
from catalog.db import db, transaction
from catalog.makers.models import Maker, MakerKind
from catalog.money import Money
from catalog.text import slugify
from marketplace.accounts.models import OfficerRegency, Role, RoleGrant, User
from marketplace.accounts.services import hash_password
from marketplace.seeds import content
from marketplace.seeds.chance import Chance
from marketplace.sellers.models import (
    BROUGHT,
    Application,
    Decision,
    DeliveryKind,
    DeliveryOffer,
    MemberRole,
    Membership,
    PickupPoint,
    Seller,
    SellerMaker,
    SellerState,
)

BEGINNING = timedelta(days=460)
"""How long ago the first of them came."""


def move_in(chance: Chance) -> None:
    """Everybody who is not there yet."""
    with transaction():
        _people(chance)
    with transaction():
        _makers(chance)
    with transaction():
        _shops(chance)
    with transaction():
        _point(chance)
    with transaction():
        _applicants(chance)


def person(key: str) -> User:
    """The account of somebody of the example."""
    return db.session.scalars(select(User).where(User.email == content.people()[key].email)).one()


def makers(chance: Chance) -> dict[str, Maker]:
    """The example's makers by their key in the files."""
    keys = {chance.code(8, "maker", key): key for key in content.makers()}
    return {keys[one.code]: one for one in db.session.scalars(select(Maker).where(Maker.code.in_(keys)))}


def shops(chance: Chance) -> dict[str, Seller]:
    """The example's shops by their key in the files."""
    keys = {chance.code(8, "shop", key): key for key in content.shops()}
    return {keys[one.code]: one for one in db.session.scalars(select(Seller).where(Seller.code.in_(keys)))}


def _people(chance: Chance) -> None:
    known = set(db.session.scalars(select(User.email).where(User.is_example)))
    missing = [one for one in content.people().values() if one.email not in known]
    if not missing:
        return
    # One hash for all: they share one printed password, and argon2 is slow on purpose.
    password_hash = hash_password(content.password())
    for turn, one in enumerate(missing):
        at = clock.now() - BEGINNING + timedelta(days=turn, hours=len(one.key))
        with chance.born(at, "person", one.key):
            user = User(
                code=chance.code(10, "person", one.key),
                email=one.email,
                name=one.name,
                password_hash=password_hash,
                locale=one.locale,
                confirmed_at=at,
                is_example=True,
            )
            user.grants = [RoleGrant(role=Role(role)) for role in one.roles]
            user.regencies = [OfficerRegency(regency_code=code) for code in one.regencies]
            db.session.add(user)
            db.session.flush()


def _makers(chance: Chance) -> None:
    known = makers(chance)
    crafts = {one.slug: one for one in db.session.scalars(select(Craft))}
    for turn, hands in enumerate(content.makers().values()):
        if hands.key in known:
            continue
        with chance.born(clock.now() - BEGINNING + timedelta(days=20 + turn * 4, hours=turn % 9), "maker", hands.key):
            db.session.add(
                Maker(
                    code=chance.code(8, "maker", hands.key),
                    slug=slugify(hands.name),
                    name=hands.name,
                    kind=MakerKind(hands.kind),
                    district_code=hands.village[:8],
                    village_code=hands.village,
                    story=hands.story,
                    story_en=hands.story_en,
                    founded=hands.founded,
                    people=hands.people,
                    is_example=True,
                    crafts=[crafts[slug] for slug in hands.crafts],
                )
            )
            db.session.flush()


def _shops(chance: Chance) -> None:
    known = shops(chance)
    hands = makers(chance)
    operator = person("tono")
    for turn, shop in enumerate(content.shops().values()):
        if shop.key in known:
            continue
        at = clock.now() - BEGINNING + timedelta(days=24 + turn * 11, hours=3)
        with chance.born(at, "shop", shop.key):
            seller = _seller(
                chance, shop.key, shop.name, SellerState.OPEN, shop.village[:8], shop.village, shop.address
            )
            db.session.add_all(SellerMaker(seller_id=seller.id, maker_id=hands[key].id) for key in shop.sells_for)
            owner = person(shop.owner)
            db.session.add(Membership(user_id=owner.id, seller_id=seller.id, role=MemberRole.OWNER))
            seller.minimum_order = Money(shop.least)
            offers: list[tuple[DeliveryKind, int, str, int]] = [
                (DeliveryKind.PICKUP, 0, shop.pickup, 0),
                (DeliveryKind.COURIER, 0, "", 0),
            ]
            if shop.own is not None:
                offers.append((DeliveryKind.OWN, shop.own, "", 3))
            if shop.hotel is not None:
                offers.append((DeliveryKind.HOTEL, shop.hotel, "", 1))
            for kind, price, note, days in offers:
                places = [shop.village[:5]] if kind in BROUGHT else []
                offer = DeliveryOffer(
                    seller_id=seller.id, kind=kind, price=Money(price), places=places, note=note, days=days
                )
                db.session.add(offer)
            db.session.add(
                Application(
                    seller_id=seller.id,
                    applicant_id=owner.id,
                    note="",
                    submitted_at=at - timedelta(days=2),
                    decision=Decision.APPROVED,
                    decided_at=at,
                    decided_by_id=operator.id,
                )
            )
            db.session.flush()


def _point(chance: Chance) -> None:
    """The pick-up point, its keeper, and the shops for which it hands over."""
    row = content.point()
    code = chance.code(8, "point", row["name"])
    if db.session.scalar(select(PickupPoint.id).where(PickupPoint.code == code)):
        return
    known = shops(chance)
    point = PickupPoint(
        code=code, name=row["name"], district_code=row["district"], address=row["address"], hours=row["hours"],
        keeper=known[row["keeper"]], is_example=True,
    )  # fmt: skip
    db.session.add(point)
    db.session.flush()
    for shop in content.shops().values():
        if shop.gallery:
            offer = DeliveryOffer(seller_id=known[shop.key].id, kind=DeliveryKind.GALLERY, point_id=point.id, days=2)
            db.session.add(offer)
    db.session.flush()


def _applicants(chance: Chance) -> None:
    rows = content.applicants()
    codes = {chance.code(8, "shop", row["key"]) for row in rows}
    known = set(db.session.scalars(select(Seller.code).where(Seller.code.in_(codes))))
    crafts = {one.slug: one for one in db.session.scalars(select(Craft))}
    for row in rows:
        if chance.code(8, "shop", row["key"]) in known:
            continue
        at = clock.now() - timedelta(days=row["days_ago"], hours=5)
        with chance.born(at, "shop", row["key"]):
            _apply(chance, row, crafts)


def _apply(chance: Chance, row: dict[str, Any], crafts: dict[str, Craft]) -> None:
    refused = row.get("refused", "")
    state = SellerState.REFUSED if refused else SellerState.APPLIED
    seller = _seller(chance, row["key"], row["name"], state, row["district"], None, row["address"])
    maker = Maker(
        code=chance.code(8, "maker", row["key"]),
        slug=slugify(row["name"]),
        name=row["name"],
        district_code=row["district"],
        story=row["story"],
        is_shown=False,  # until its shop is opened
        is_example=True,
        crafts=[crafts[slug] for slug in row["crafts"]],
    )
    db.session.add(maker)
    db.session.flush()
    owner = person(row["owner"])
    db.session.add(SellerMaker(seller_id=seller.id, maker_id=maker.id))
    db.session.add(Membership(user_id=owner.id, seller_id=seller.id, role=MemberRole.OWNER))
    db.session.add(
        Application(
            seller_id=seller.id,
            applicant_id=owner.id,
            note=row["note"],
            decision=Decision.REFUSED if refused else None,
            reason=refused,
            decided_at=clock.now() + timedelta(hours=20) if refused else None,
            decided_by_id=person("tono").id if refused else None,
        )
    )
    db.session.flush()


def _seller(
    chance: Chance, key: str, name: str, state: SellerState, district: str, village: str | None, address: str
) -> Seller:
    seller = Seller(
        code=chance.code(8, "shop", key),
        slug=slugify(name),
        name=name,
        state=state,
        district_code=district,
        village_code=village,
        address=address,
        # 0811-1000-xxxx: made up, and shown to the buyers of an example order only.
        phone=f"+628111000{chance.dice('phone', key).randrange(10_000):04d}",
        is_example=True,
    )
    db.session.add(seller)
    db.session.flush()
    return seller
