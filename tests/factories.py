"""Things for tests, each with honest defaults. Call inside `with transaction():`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from itertools import product as combine
from typing import Any

from catalog import clock
from catalog.crafts.models import Craft, Material, Motif, Technique
from catalog.db import db
from catalog.inventory.models import MovementKind, Stock, StockMovement
from catalog.makers.models import Maker
from catalog.media.models import Image
from catalog.money import Money
from catalog.places.models import District, Province, Regency, RegencyKind, Village, VillageKind
from catalog.products import services as products
from catalog.products.models import (
    AnimalMaterial,
    Fulfilment,
    Option,
    OptionValue,
    Product,
    ProductPicture,
    ProductState,
    Variant,
)
from catalog.text import slugify, squeeze
from marketplace.accounts.models import OfficerRegency, Role, RoleGrant, User
from marketplace.accounts.services import hash_password
from marketplace.payments import qris
from marketplace.payments.models import ReceivingAccount
from marketplace.promotions.models import Voucher, VoucherKind
from marketplace.promotions.services import make
from marketplace.sellers.models import (
    DeliveryKind,
    DeliveryOffer,
    MemberRole,
    Membership,
    Seller,
    SellerMaker,
    SellerState,
)

PASSWORD = "jalan-jalan-ke-mentok-2026"

_numbers = count(1)
_hash: dict[str, str] = {}


def _password_hash() -> str:
    if PASSWORD not in _hash:
        _hash[PASSWORD] = hash_password(PASSWORD)
    return _hash[PASSWORD]


def add(thing: Any) -> Any:
    db.session.add(thing)
    db.session.flush()
    return thing


def places() -> None:
    """A small Babel and a bit of Java: enough for addresses, zones and rates. Idempotent."""
    if db.session.get(Province, "19"):
        return
    rows: list[Any] = [
        Province(code="19", name="Kepulauan Bangka Belitung", search_name="kepulauanbangkabelitung"),
        Province(code="31", name="DKI Jakarta", search_name="dkijakarta"),
    ]
    for code, name, kind in (
        ("19.05", "Bangka Barat", RegencyKind.REGENCY),
        ("19.71", "Pangkal Pinang", RegencyKind.CITY),
        ("31.74", "Jakarta Selatan", RegencyKind.CITY),
    ):
        rows.append(Regency(code=code, province_code=code[:2], name=name, search_name=squeeze(name), kind=kind))
    for code, name, postal in (
        ("19.05.01", "Mentok", "33311"),
        ("19.05.04", "Kelapa", "33364"),
        ("19.71.02", "Tamansari", "33121"),
        ("31.74.04", "Pasar Minggu", "12510"),
    ):
        rows.append(
            District(code=code, regency_code=code[:5], name=name, search_name=squeeze(name), postal_codes=postal)
        )
    for code, name, kind, postal in (
        ("19.05.01.1003", "Sungai Baru", VillageKind.URBAN, "33311"),
        ("19.05.04.2005", "Dendang", VillageKind.RURAL, "33364"),
        ("19.71.02.1003", "Batin Tikal", VillageKind.URBAN, "33121"),
        ("31.74.04.1001", "Pasar Minggu", VillageKind.URBAN, "12520"),
    ):
        rows.append(
            Village(
                code=code, district_code=code[:8], name=name, search_name=squeeze(name), kind=kind, postal_code=postal
            )
        )
    for row in rows:
        db.session.add(row)
        db.session.flush()


def user(name: str = "Orang", roles: tuple[Role, ...] = (), regencies: tuple[str, ...] = (), **values: Any) -> User:
    number = next(_numbers)
    values.setdefault("email", f"{slugify(name)}{number}@contoh.example")
    values.setdefault("confirmed_at", clock.now())
    person = User(name=name, password_hash=_password_hash(), **values)
    person.grants = [RoleGrant(role=one) for one in roles]
    person.regencies = [OfficerRegency(regency_code=one) for one in regencies]
    return add(person)


def craft(slug: str = "tenun-cual", name: str = "Tenun cual") -> Craft:
    found = db.session.scalar(db.select(Craft).where(Craft.slug == slug))
    return found or add(Craft(slug=slug, name=name, name_en="Cual weaving"))


def named(model: type[Any], slug: str, name: str, **values: Any) -> Any:
    found = db.session.scalar(db.select(model).where(model.slug == slug))
    return found or add(model(slug=slug, name=name, **values))


def image(owner: str | None = None, **values: Any) -> Image:
    """A row of a picture without files; its hash is made up."""
    number = next(_numbers)
    digest = f"{number:064x}"
    files = [["webp", width, width * 5 // 4, 500, f"{number:032x}{width:032x}"] for width in (320, 640, 1200)]
    picture = Image(
        sha256=digest,
        path=f"{digest[:2]}/{digest}.jpg",
        width=1200,
        height=1500,
        size=1000,
        files=files,
        owner=owner,
        alt="Kain cual",
        **values,
    )
    return add(picture)


def seller(name: str = "Sanggar Contoh", owner: User | None = None, **values: Any) -> Seller:
    """An open shop with one maker, pick-up, own delivery in its regency and couriers."""
    places()
    values.setdefault("state", SellerState.OPEN)
    values.setdefault("district_code", "19.05.01")
    shop = add(Seller(name=name, slug=slugify(name), phone="+6281100000000", address="Jalan Contoh 1", **values))
    maker = add(Maker(name=name, slug=slugify(name), district_code=shop.district_code, is_example=True))
    add(SellerMaker(seller_id=shop.id, maker_id=maker.id))
    if owner is not None:
        add(Membership(user_id=owner.id, seller_id=shop.id, role=MemberRole.OWNER))
    add(DeliveryOffer(seller_id=shop.id, kind=DeliveryKind.PICKUP))
    add(DeliveryOffer(seller_id=shop.id, kind=DeliveryKind.OWN, price=Money(15_000), places=[shop.district_code[:5]]))
    add(DeliveryOffer(seller_id=shop.id, kind=DeliveryKind.COURIER))
    return shop


def product(
    shop: Seller,
    title: str = "Selendang cual kembang setaman",
    price: int = 1_850_000,
    stock: int | None = 3,
    live: bool = True,
    variants: int = 1,
    **values: Any,
) -> Product:
    """A complete product; `stock` None makes it made-to-order (20 working days)."""
    maker = db.session.scalar(
        db.select(Maker).join(SellerMaker, SellerMaker.maker_id == Maker.id).where(SellerMaker.seller_id == shop.id)
    )
    made = values.pop("craft", None) or craft()
    piece = Product(
        slug=slugify(title),
        seller_id=shop.id,
        maker_id=maker.id,
        craft_id=made.id,
        title=title,
        title_en=values.pop("title_en", "Cual shawl, garden of flowers"),
        description="Selendang tenun cual yang ditenun tangan di Mentok dengan benang sutra dan benang emas.",
        care="Angin-anginkan di tempat teduh.",
        animal_material=AnimalMaterial.SILK,
        state=ProductState.LIVE if live else ProductState.DRAFT,
        published_at=clock.now() - timedelta(minutes=next(_numbers)) if live else None,
        **values,
    )
    piece.materials = [named(Material, "benang-sutra", "Benang sutra", name_en="Silk thread")]
    piece.techniques = [named(Technique, "tenun-gedogan", "Tenun gedogan", name_en="Back-strap loom")]
    piece.motifs = [named(Motif, "kembang-setaman", "Kembang setaman", name_en="Garden of flowers", craft_id=made.id)]
    piece.pictures = [ProductPicture(image=image(owner=shop.code), position=0)]
    size = Option(key="size", name="Ukuran", name_en="Size", position=0)
    if variants > 1:
        piece.options = [size]
        size.values = [
            OptionValue(key=f"s{n}", name=f"Ukuran {n + 1}", name_en=f"Size {n + 1}", position=n)
            for n in range(variants)
        ]
    for number in range(variants):
        piece.variants.append(
            Variant(
                seller_id=shop.id,
                sku=f"SKU-{next(_numbers)}",
                price=Money(price + number * 50_000),
                weight=400,
                box_length=300,
                box_width=200,
                box_height=60,
                fulfilment=Fulfilment.READY if stock is not None else Fulfilment.MADE_TO_ORDER,
                lead_days=None if stock is not None else 20,
                position=number,
                values=[size.values[number]] if variants > 1 else [],
            )
        )
    add(piece)
    if stock is not None:
        for variant in piece.variants:
            add(Stock(variant_id=variant.id, on_hand=stock))
            if stock:
                add(StockMovement(variant_id=variant.id, kind=MovementKind.OPENING, quantity=stock))
    return piece


def combined(
    piece: Product, options: dict[str, tuple[str, ...]], without: Sequence[tuple[str, ...]] = (), stock: int = 3
) -> None:
    """Offer a piece in every combination of these values (by option key), but for those in `without`."""
    like = piece.variants[0]
    size = (like.box_length, like.box_width, like.box_height)
    products.set_options(
        piece,
        [
            products.OptionInput(key, key.title(), values=[products.ValueInput(one) for one in values])
            for key, values in options.items()
        ],
    )
    offered = [values for values in combine(*options.values()) if values not in without]
    rows = [
        products.VariantInput(like.price, like.weight, size, dict(zip(options, values, strict=True)))
        for values in offered
    ]
    products.set_variants(piece, rows)
    for variant in piece.variants:
        level = db.session.get(Stock, variant.id) or add(Stock(variant_id=variant.id, on_hand=0))
        level.on_hand = stock


def receiving_account(**values: Any) -> ReceivingAccount:
    return add(
        ReceivingAccount(bank="Bank Contoh", number="0000000001", holder="Kriyaloka Contoh", is_example=True, **values)
    )


def qris_text(**changes: str | None) -> str:
    """The text of a static QRIS of a merchant who does not exist; `t59="…"` changes a field, None leaves it out."""
    fields: dict[str, str | None] = {
        "00": "01",
        "01": "11",
        "26": "0013ID.CONTOH.WWW0118936000000000000000",
        "51": "0014ID.CO.QRIS.WWW0215ID00000000000010303UMI",
        "52": "5999",
        "53": "360",
        "58": "ID",
        "59": "KRIYALOKA CONTOH",
        "60": "PANGKALPINANG",
        "61": "33111",
    }
    fields |= {name.removeprefix("t"): value for name, value in changes.items()}
    return qris.write((tag, value) for tag, value in fields.items() if value is not None)


def voucher(code: str = "CUAL25", **values: Any) -> Voucher:
    """25 % off everything, paid by the platform, once per person, for thirty days from yesterday."""
    values.setdefault("kind", VoucherKind.PERCENTAGE)
    if values["kind"] is VoucherKind.PERCENTAGE:
        values.setdefault("percent", 25)
    values.setdefault("starts_at", clock.now() - timedelta(days=1))
    values.setdefault("ends_at", clock.now() + timedelta(days=29))
    return make(code, values.pop("kind"), **values)
