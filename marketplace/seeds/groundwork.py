"""What must stand before anybody moves in: places, the taxonomy, couriers with example rates, accounts to pay into."""

from __future__ import annotations

from sqlalchemy import select

from catalog import clock
from catalog.crafts.models import Material, Technique
from catalog.crafts.services import load_taxonomy
from catalog.db import db, transaction
from catalog.money import Money
from catalog.places.models import Province, Regency, Village
from catalog.places.services import load_places, load_villages
from marketplace.payments import qris
from marketplace.payments.models import ReceivingAccount
from marketplace.payments.services import add_qris
from marketplace.seeds import content
from marketplace.seeds.chance import Chance
from marketplace.shipping.models import CourierService, ShippingRate

HOME = "19"
"""The province of the example: Kepulauan Bangka Belitung."""

ACCOUNTS = (
    ("Bank Contoh Serumpun", "0001000200030", "Kriyaloka (contoh)"),
    ("Bank Contoh Pesisir", "0009000800070", "Kriyaloka (contoh)"),
)

_MERCHANT = (
    ("00", "01"),
    ("01", "11"),
    ("26", "0013ID.CONTOH.WWW0118936000000000000000"),
    ("51", "0014ID.CO.QRIS.WWW0215ID00000000000010303UMI"),
    ("52", "5999"),
    ("53", "360"),
    ("58", "ID"),
    ("59", "KRIYALOKA CONTOH"),
    ("60", "PANGKALPINANG"),
    ("61", "33111"),
)
"""A QRIS of a merchant who does not exist: no app can pay it."""

_SERVICES = (
    # courier, service, divisor, minimum g, step g, tolerance g, price factor in percent, days more
    ("Kurir Contoh", "Reguler", 6000, 1000, 1000, 300, 100, 0),
    ("Kurir Contoh", "Hemat", 6000, 1000, 1000, 300, 78, 3),
    ("Kargo Contoh", "Laut", 4000, 5000, 1000, 0, 42, 6),
)

_ZONES = (
    # first digits of a province's code, rupiah per kilogram, fewest and most working days
    (("19",), 14_000, 1, 3),
    (("16",), 22_000, 2, 4),
    (("31", "32", "36"), 27_000, 2, 4),
    (("33", "34", "35"), 31_000, 3, 5),
    (("1", "2"), 29_000, 3, 6),
    (("5",), 42_000, 4, 7),
    (("6",), 46_000, 4, 8),
    (("7",), 52_000, 5, 9),
    (("8",), 74_000, 6, 12),
    (("9",), 92_000, 7, 14),
)


def lay(chance: Chance) -> None:
    """All of it, each part only where it is missing."""
    with transaction() as session:
        if session.scalar(select(Province.code).limit(1)) is None:
            load_places()
    with transaction() as session:
        if session.scalar(select(Village.code).where(Village.code.startswith(f"{HOME}.")).limit(1)) is None:
            load_villages(prefix=HOME)
    with transaction():
        load_taxonomy(overwrite=False)
        _supplement()
    with transaction(), chance.born(clock.now(), "groundwork"):
        _couriers(chance)
        _accounts(chance)


def _supplement() -> None:
    for name, model in (("technique", Technique), ("material", Material)):
        rows = content.supplement()[name]
        known = set(db.session.scalars(select(model.slug).where(model.slug.in_(rows))))
        db.session.add_all(
            model(slug=slug, name=words[0], name_en=words[1]) for slug, words in rows.items() if slug not in known
        )


def _couriers(chance: Chance) -> None:
    if db.session.scalar(select(CourierService.id).where(CourierService.is_example).limit(1)):
        return
    provinces = db.session.scalars(select(Province.code).order_by(Province.code)).all()
    origins = db.session.scalars(select(Regency.code).where(Regency.province_code == HOME).order_by(Regency.code)).all()
    for courier, name, divisor, minimum, step, tolerance, factor, later in _SERVICES:
        service = CourierService(
            code=chance.code(8, "courier", courier, name),
            courier=courier,
            name=name,
            divisor=divisor,
            minimum=minimum,
            step=step,
            tolerance=tolerance,
            takes_cash=name == "Reguler",
            is_example=True,
        )
        db.session.add(service)
        db.session.flush()
        for origin in origins:
            destinations = [(origin, 8_000, 1, 2), *((code, *_zone(code)) for code in provinces)]
            for destination, price, least, most in destinations:
                db.session.add(
                    ShippingRate(
                        service_id=service.id,
                        origin=origin,
                        destination=destination,
                        price=Money(_rounded(price * factor // 100)),
                        days_min=least + later // 2,
                        days_max=most + later,
                    )
                )


def _zone(province: str) -> tuple[int, int, int]:
    for prefixes, price, least, most in _ZONES:
        if province.startswith(prefixes):
            return price, least, most
    return _ZONES[-1][1:]


def _rounded(rupiah: int) -> int:
    return max(500, rupiah // 500 * 500)


def _accounts(chance: Chance) -> None:
    if db.session.scalar(select(ReceivingAccount.id).where(ReceivingAccount.is_example).limit(1)):
        return
    for bank, number, holder in ACCOUNTS:
        db.session.add(
            ReceivingAccount(
                code=chance.code(8, "account", bank), bank=bank, number=number, holder=holder, is_example=True
            )
        )
    add_qris(qris.write(_MERCHANT), is_example=True).code = chance.code(8, "account", "QRIS")
