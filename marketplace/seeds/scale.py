"""Many products for measurements: varied words and figures, shared pictures, bulk inserts in short transactions.

Everything about product number i follows from (random seed, i), so an interrupted run goes on where it stopped, and a
larger run adds to a smaller one.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import exists, insert, literal, select

from catalog import clock
from catalog.crafts.models import Craft, Material, Motif, Technique
from catalog.db import db, transaction
from catalog.edition import raise_edition
from catalog.inventory.models import MovementKind, Stock, StockMovement
from catalog.media.pictures import Picture
from catalog.media.services import store
from catalog.money import Money
from catalog.places.models import Village
from catalog.products.models import (
    AnimalMaterial,
    Dye,
    Fulfilment,
    Halal,
    Option,
    OptionValue,
    Product,
    ProductPicture,
    ProductState,
    Variant,
    product_materials,
    product_motifs,
    product_techniques,
    variant_values,
)
from catalog.text import slugify
from marketplace.accounts.services import hash_password
from marketplace.ports import Ports
from marketplace.seeds import content, crowd, groundwork, inhabitants
from marketplace.seeds.bulk import Row, ids_by, put
from marketplace.seeds.chance import Chance
from marketplace.seeds.content import Offer, Piece
from marketplace.seeds.crowd import World, code_by
from marketplace.seeds.illustrations import piece_sketch, studio
from marketplace.seeds.phrases import NOUNS, TURNS

PER_SHOP = 14
BATCH = PER_SHOP * 120
PACKING = 20
"""Millimetres that a parcel is longer and wider than what lies in it."""


def multiply(
    ports: Ports,
    progress: Callable[[int, int, str], None],
    random_seed: int,
    count: int,
    index: Callable[[], object] = lambda: None,
) -> bool:
    """Make products 0 … count-1 and their shops where they are missing; whether any was."""
    chance = Chance(random_seed)
    groundwork.lay(chance)
    inhabitants.move_in(chance)
    world = _read(chance)
    made = 0
    sketches = {craft: piece_sketch(chance, pieces[0]) for craft, pieces in world.pieces.items()}
    with studio(sketches.values()) as drawn:  # while the pictures are drawn, the rows are written and indexed
        for start in range(0, count, BATCH):
            numbers = range(start, min(start + BATCH, count))
            with transaction():
                made += _batch(world, numbers)
            progress(numbers.stop, count, "products")
        index()
        for place, (craft, sketch) in enumerate(sketches.items(), 1):
            picture = drawn[sketch].result()
            with transaction(), chance.born(clock.now(), "scale", craft):
                _hang(ports, world, craft, picture)
            progress(place, len(sketches), "shared pictures")
    return made > 0


def _hang(ports: Ports, world: World, craft: str, picture: Picture) -> None:
    """Give one picture to all pieces of a craft that have none."""
    name = world.pieces[craft][0]
    words = (f"Ilustrasi: {name.title}.", f"Illustration: {name.title_en}.")
    image = store(ports.storage, picture, owner="scale", alt=words[0], alt_en=words[1])
    bare = select(Product.id, literal(image.id), literal(0)).where(
        Product.craft_id == world.crafts[craft],
        Product.state == ProductState.LIVE,
        ~exists().where(ProductPicture.product_id == Product.id),
    )
    db.session.execute(insert(ProductPicture).from_select(["product_id", "image_id", "position"], bare))
    raise_edition()


def _read(chance: Chance) -> World:
    by_craft: dict[str, list[Piece]] = {}
    for piece in content.pieces():
        if piece.state == "live" and piece.craft in NOUNS:
            by_craft.setdefault(piece.craft, []).append(piece)
    motifs: dict[str, list[tuple[int, str, str]]] = {}
    for slug, id_, name_, name_en in db.session.execute(
        select(Craft.slug, Motif.id, Motif.name, Motif.name_en)
        .join(Motif, Motif.craft_id == Craft.id)
        .order_by(Motif.id)
    ):
        motifs.setdefault(slug, []).append((id_, name_, name_en))
    every = tuple(one for found in motifs.values() for one in found)
    villages = db.session.execute(
        select(Village.code, Village.name).where(Village.code.startswith(f"{groundwork.HOME}.")).order_by(Village.code)
    )
    return World(
        chance.number,
        tuple((code, name) for code, name in villages),
        _ids(Craft),
        _ids(Technique),
        _ids(Material),
        {craft: tuple(motifs.get(craft, ())) or every for craft in by_craft},
        {craft: tuple(pieces) for craft, pieces in by_craft.items()},
        hash_password(content.password()),
        clock.now(),
    )


def _ids(model: Any) -> dict[str, int]:
    return dict(db.session.execute(select(model.slug, model.id)).tuples().all())


def _batch(world: World, numbers: range) -> int:
    dice = {number: world.dice("product", number) for number in numbers}
    codes = {number: code_by(one, 10) for number, one in dice.items()}
    known = set(db.session.scalars(select(Product.code).where(Product.code.in_(codes.values()))))
    missing = [number for number in numbers if codes[number] not in known]
    if not missing:
        return 0
    shops = crowd.shops(world, sorted({number // PER_SHOP for number in missing}))
    plans = [_plan(world, dice[number], codes[number], *shops[number // PER_SHOP]) for number in missing]
    put(Product, [one.product for one in plans])
    ids = ids_by(Product.id, Product.code, [one.product["code"] for one in plans])
    for one in plans:
        one.id = ids[one.product["code"]]
    put(product_techniques, [{"product_id": one.id, "technique_id": it} for one in plans for it in one.techniques])
    put(product_materials, [{"product_id": one.id, "material_id": it} for one in plans for it in one.materials])
    put(product_motifs, [{"product_id": one.id, "motif_id": one.motif} for one in plans if one.motif])
    _variants(plans)
    raise_edition()
    return len(plans)


@dataclass
class _Plan:
    """One product before it has a row id."""

    product: Row
    techniques: list[int]
    materials: list[int]
    motif: int | None
    variants: list[Row]
    levels: list[int | None]
    colours: list[str]
    id: int = 0


def _plan(world: World, dice: random.Random, code: str, seller_id: int, maker_id: int, village: str) -> _Plan:
    # The crafts as the province has them: much cloth, tin and plaiting, little food.
    piece = dice.choice(world.pieces[dice.choices(tuple(world.pieces), [len(x) for x in world.pieces.values()])[0]])
    noun, noun_en = dice.choice(NOUNS[piece.craft])
    is_food = piece.per is not None
    motif = None if is_food else dice.choice(world.motifs[piece.craft])
    turn, turn_en = dice.choice(TURNS)
    colours = [] if is_food else dice.sample(sorted(content.colours()), dice.choices((1, 2, 3), (6, 2, 2))[0])
    paints = [content.colours()[one] for one in colours]
    title = " ".join(
        word
        for word in (noun, motif[1].lower() if motif else "", paints[0].name.lower() if paints else "", turn, village)
        if word
    )
    title_en = ", ".join(
        word
        for word in (
            noun_en,
            motif[2].lower() if motif else "",
            paints[0].name_en.lower() if paints else "",
            turn_en,
            village,
        )
        if word
    )
    at = world.now - timedelta(minutes=dice.randrange(60 * 24 * 730))
    offer = dice.choice(piece.offers)
    low, high = (offer.price, offer.price) if is_food else piece.seen
    price = min(max(round(low * (high / low) ** (dice.random() ** 1.5) / 500) * 500, low), high)
    made = dice.random() < 0.25
    variants = []
    levels: list[int | None] = []
    for place in range(max(1, len(colours) if len(colours) > 1 else 1)):
        length, width, height = offer.box
        variants.append(
            {
                "code": code_by(dice, 10),
                "seller_id": seller_id,
                "sku": None,
                "price": Money(price),
                "weight": offer.weight,
                "box_length": length,
                "box_width": width,
                "box_height": height,
                "fulfilment": Fulfilment.MADE_TO_ORDER if made else Fulfilment.READY,
                "dispatch_days": dice.randrange(1, 5),
                "lead_days": dice.randrange(3, 60) if made else None,
                **_measures(offer),
                "position": place,
                "is_active": True,
            }
        )
        levels.append(
            None if made else dice.choices((0, 1, dice.randrange(2, 9), dice.randrange(9, 60)), (8, 12, 60, 20))[0]
        )
    product = {
        "code": code,
        "slug": slugify(title),
        "seller_id": seller_id,
        "maker_id": maker_id,
        "craft_id": world.crafts[piece.craft],
        "state": ProductState.LIVE,
        "title": title[:120],
        "title_en": title_en[:120],
        "description": f"{piece.description} Dibuat di {village}.",
        "description_en": f"{piece.description_en} Made in {village}.",
        "care": piece.care,
        "care_en": piece.care_en,
        "variation_note": piece.variation,
        "variation_note_en": piece.variation_en,
        "personal": [],
        "dye": Dye(piece.dye) if piece.dye else None,
        "animal_material": AnimalMaterial(piece.animal),
        "halal": Halal(piece.halal) if piece.halal else None,
        "set_pieces": [],
        "is_example": True,
        "version": 1,
        "created_at": at,
        "submitted_at": at,
        "published_at": at,
    }
    return _Plan(
        product,
        [world.techniques[slug] for slug in piece.techniques],
        [world.materials[slug] for slug in piece.materials],
        motif[0] if motif else None,
        variants,
        levels,
        colours if len(colours) > 1 else [],
    )


@cache
def _measures(offer: Offer) -> Row:
    """As the offer tells them; what is neither weighed nor measured is as long and wide as its parcel allows."""
    if offer.measures.has_size or offer.measures.content:
        return asdict(offer.measures)
    length, width, _ = offer.box
    return asdict(
        replace(offer.measures, piece_length=max(length - PACKING, PACKING), piece_width=max(width - PACKING, PACKING))
    )


def _variants(plans: list[_Plan]) -> None:
    chosen = [one for one in plans if one.colours]
    put(
        Option,
        [
            {"product_id": one.id, "key": "colour", "name": "Warna", "name_en": "Colour", "position": 0}
            for one in chosen
        ],
    )
    options = ids_by(Option.id, Option.product_id, [one.id for one in chosen])
    paints = content.colours()
    put(
        OptionValue,
        [
            {
                "option_id": options[one.id],
                "key": key,
                "name": paints[key].name,
                "name_en": paints[key].name_en,
                "position": turn,
            }
            for one in chosen
            for turn, key in enumerate(one.colours)
        ],
    )
    values = {
        (option, key): id_
        for id_, option, key in db.session.execute(
            select(OptionValue.id, OptionValue.option_id, OptionValue.key).where(
                OptionValue.option_id.in_(options.values())
            )
        )
    }
    for one in plans:
        for row in one.variants:
            row["product_id"] = one.id
    put(Variant, [row for one in plans for row in one.variants])
    ids = ids_by(Variant.id, Variant.code, [row["code"] for one in plans for row in one.variants])
    put(
        variant_values,
        [
            {"variant_id": ids[row["code"]], "value_id": values[options[one.id], key]}
            for one in chosen
            for row, key in zip(one.variants, one.colours, strict=True)
        ],
    )
    stocks = [
        (ids[row["code"]], level, one.product["created_at"])
        for one in plans
        for row, level in zip(one.variants, one.levels, strict=True)
        if level is not None
    ]
    put(Stock, [{"variant_id": id_, "on_hand": level, "reserved": 0} for id_, level, _ in stocks])
    put(
        StockMovement,
        [
            {"variant_id": id_, "kind": MovementKind.OPENING, "quantity": level, "reference": "opening", "at": at}
            for id_, level, at in stocks
            if level
        ],
    )
