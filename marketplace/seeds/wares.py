"""The pieces on the shelves: products with their variants, stock, pictures and the curator's yes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from catalog import clock
from catalog.crafts.models import Craft, Material, Motif, Technique
from catalog.db import db, transaction
from catalog.inventory import services as inventory
from catalog.makers.models import Maker
from catalog.media.models import Image
from catalog.media.pictures import Picture
from catalog.media.services import store
from catalog.media.storage import Storage
from catalog.money import Money
from catalog.products.models import (
    AnimalMaterial,
    Dye,
    Fulfilment,
    Halal,
    Option,
    OptionValue,
    PriceBreak,
    PriceSpan,
    Product,
    ProductPicture,
    ProductState,
    Variant,
)
from catalog.products.personal import read_fields
from catalog.products.prices import LOOK_BACK, list_spans
from catalog.text import slugify
from marketplace.curation.models import Submission
from marketplace.outbox.services import put
from marketplace.seeds import VIEWS_TOPIC, afterwards, content, inhabitants
from marketplace.seeds.chance import Chance
from marketplace.seeds.content import Offer, Piece
from marketplace.seeds.illustrations import Sketch, piece_sketch, view_words
from marketplace.sellers.models import Decision, Seller

BATCH = 10
"""Products per transaction: an interrupted run loses at most these."""

Demand = Mapping[tuple[str, int], int]
"""(key of a piece, place of the variant) → pieces that the example's orders take."""


def code_of(chance: Chance, piece: Piece) -> str:
    return chance.code(10, "product", piece.key)


def missing(chance: Chance) -> list[Piece]:
    """The pieces that are not there yet."""
    codes = {code_of(chance, one): one for one in content.pieces()}
    known = set(db.session.scalars(select(Product.code).where(Product.code.in_(codes))))
    return [one for code, one in codes.items() if code not in known]


def sketches(chance: Chance, pieces: Sequence[Piece]) -> list[Sketch]:
    """The main picture of each."""
    return [piece_sketch(chance, one) for one in pieces]


@dataclass
class Words:
    """The taxonomy's rows by slug, of the present session."""

    crafts: dict[str, Craft]
    techniques: dict[str, Technique]
    materials: dict[str, Material]
    motifs: dict[str, Motif]

    @classmethod
    def read(cls) -> Words:
        return cls(
            {one.slug: one for one in db.session.scalars(select(Craft))},
            {one.slug: one for one in db.session.scalars(select(Technique))},
            {one.slug: one for one in db.session.scalars(select(Material))},
            {one.slug: one for one in db.session.scalars(select(Motif))},
        )


@dataclass
class Stockroom:
    """Puts pieces on the shelves. `demand` is added to the opening stock; `since` says how long a piece must be there."""

    chance: Chance
    storage: Storage
    drawn: Mapping[Sketch, Future[Picture]]
    demand: Demand
    since: Mapping[str, timedelta]

    def fill(self, pieces: Sequence[Piece], progress: Callable[[int], None]) -> None:
        """Make `pieces`, a batch per transaction."""
        for start in range(0, len(pieces), BATCH):
            batch = pieces[start : start + BATCH]
            pictures = [self.drawn[piece_sketch(self.chance, one)].result() for one in batch]
            with transaction():
                before = afterwards.last_message()
                words = Words.read()
                makers, shops = inhabitants.makers(self.chance), inhabitants.shops(self.chance)
                curator = inhabitants.person("dewi")
                for turn, (piece, picture) in enumerate(zip(batch, pictures, strict=True), start):
                    shop = shops[content.shop_of()[piece.maker]]
                    at = self._born_at(piece)
                    with self.chance.born(at, "product", piece.key):
                        product = self._product(piece, words, makers[piece.maker], shop, at)
                        image = self._picture(piece, picture, shop)
                        db.session.add(ProductPicture(product_id=product.id, image_id=image.id, position=0))
                        self._stock(piece, product)
                        _reduce(piece, product, at, self.chance)
                        _judge(piece, product, at, curator.id)
                        db.session.flush()
                    self._order_views(piece, product, turn)
                afterwards.put_right(before)
            progress(start + len(batch))

    def _born_at(self, piece: Piece) -> datetime:
        """A day within the last year; before the example's orders need it; pending ones this week."""
        dice = self.chance.dice("published", piece.key)
        if piece.state != "live":
            return clock.now() - timedelta(days=dice.randrange(1, 6), hours=dice.randrange(12))
        # Squared: a shop's newest pieces are of this season, its oldest a year old.
        days = 2 + 380 * dice.random() ** 2
        age = timedelta(days=days, hours=dice.randrange(10))
        return clock.now() - max(age, self.since.get(piece.key, timedelta()) + timedelta(days=1 + days / 20))

    def _product(self, piece: Piece, words: Words, maker: Maker, shop: Seller, at: datetime) -> Product:
        state = {"live": ProductState.LIVE, "submitted": ProductState.SUBMITTED}.get(piece.state, ProductState.DRAFT)
        product = Product(
            code=code_of(self.chance, piece),
            slug=slugify(piece.title),
            seller_id=shop.id,
            maker_id=maker.id,
            craft_id=words.crafts[piece.craft].id,
            state=state,
            title=piece.title,
            title_en=piece.title_en,
            description=piece.description,
            description_en=piece.description_en,
            care=piece.care,
            care_en=piece.care_en,
            variation_note=piece.variation,
            variation_note_en=piece.variation_en,
            dye=Dye(piece.dye) if piece.dye else None,
            animal_material=AnimalMaterial(piece.animal),
            halal=Halal(piece.halal) if piece.halal else None,
            set_pieces=[one.kept() for one in piece.holds],
            personal=[one.kept() for one in read_fields(piece.asks)],
            is_example=True,
            submitted_at=None if state is ProductState.DRAFT else at,
            published_at=at + timedelta(hours=6) if state is ProductState.LIVE else None,
            techniques=[words.techniques[slug] for slug in piece.techniques],
            materials=[words.materials[slug] for slug in piece.materials],
            motifs=[words.motifs[slug] for slug in piece.motifs if slug in words.motifs],
        )
        values: dict[tuple[str, str], OptionValue] = {}
        for place, choice in enumerate(piece.choices):
            option = Option(key=choice.key, name=choice.name, name_en=choice.name_en, position=place)
            for turn, value in enumerate(choice.values):
                made = OptionValue(key=value.key, name=value.name, name_en=value.name_en, position=turn)
                values[choice.key, value.key] = made
                option.values.append(made)
            product.options.append(option)
        keys = [choice.key for choice in piece.choices]
        for place, offer in enumerate(piece.offers):
            chosen = [values[key, value.key] for key, value in zip(keys, offer.values, strict=True)]
            product.variants.append(_variant(self.chance, piece, offer, place, shop.id, chosen))
        db.session.add(product)
        db.session.flush()
        return product

    def _picture(self, piece: Piece, picture: Picture, shop: Seller) -> Image:
        return store(self.storage, picture, owner=shop.code, alt=alt(piece)[0], alt_en=alt(piece)[1])

    def _stock(self, piece: Piece, product: Product) -> None:
        for place, (offer, variant) in enumerate(zip(piece.offers, product.variants, strict=True)):
            if offer.stock is not None:
                inventory.open_stock(variant, offer.stock + self.demand.get((piece.key, place), 0))

    def _order_views(self, piece: Piece, product: Product, turn: int) -> None:
        with self.chance.born(clock.now(), "views", piece.key):
            put(
                VIEWS_TOPIC,
                {"product": product.code, "piece": piece.key, "seed": self.chance.number},
                key=f"{VIEWS_TOPIC}:{product.code}",
                due_at=clock.now() + turn * afterwards.EVERY,
            )
            db.session.flush()


def alt(piece: Piece, view: int = 0) -> tuple[str, str]:
    """What a picture of `piece` says to those who cannot see it; that it is drawn comes first."""
    words, words_en = view_words(piece.form, view)
    return (
        f"Ilustrasi: {piece.title}{f', {words}' if words else ''}.",
        f"Illustration: {piece.title_en}{f', {words_en}' if words_en else ''}.",
    )


def _variant(
    chance: Chance, piece: Piece, offer: Offer, place: int, seller_id: int, values: list[OptionValue]
) -> Variant:
    length, width, height = offer.box
    return Variant(
        code=chance.code(10, "variant", piece.key, place),
        seller_id=seller_id,
        sku=f"{piece.maker[:8].upper()}-{chance.code(4, 'sku', piece.key).upper()}-{place + 1}",
        price=Money(offer.price),
        weight=offer.weight,
        box_length=length,
        box_width=width,
        box_height=height,
        fulfilment=Fulfilment.READY if offer.lead_days is None else Fulfilment.MADE_TO_ORDER,
        dispatch_days=offer.dispatch_days,
        lead_days=offer.lead_days,
        deposit_percent=offer.deposit,
        position=place,
        values=values,
        measures=offer.measures,
        breaks=_breaks(offer),
    )


def _breaks(offer: Offer) -> list[PriceBreak]:
    """Small things that are ready cost less by the dozen, as at any stall."""
    if offer.price > 120_000 or offer.lead_days is not None:
        return []
    steps = ((5, 92), (12, 85))
    return [PriceBreak(quantity=least, price=Money(offer.price * share // 100 // 500 * 500)) for least, share in steps]


def _reduce(piece: Piece, product: Product, at: datetime, chance: Chance) -> None:
    """A few pieces cost more until last week, and for long enough that the price may be told."""
    dice = chance.dice("reduced", piece.key)
    asked = clock.now() - timedelta(days=3 + dice.randrange(12))
    if product.published_at is None or dice.random() > 0.08 or product.published_at > asked - LOOK_BACK:
        return
    spans = list_spans(one.id for one in product.variants)
    for variant in product.variants:
        first = spans[variant.id][0]
        first.price, first.since, first.until = (
            Money(variant.price.rupiah * 112 // 100 // 5_000 * 5_000 + 5_000),
            at,
            asked,
        )
        db.session.flush()
        db.session.add(PriceSpan(variant_id=variant.id, price=variant.price, since=asked))


def _judge(piece: Piece, product: Product, at: datetime, curator_id: int) -> None:
    """What the curator said, or that she still has to."""
    if piece.state == "draft":
        return
    decision = {"live": Decision.APPROVED, "refused": Decision.REFUSED}.get(piece.state)
    db.session.add(
        Submission(
            product_id=product.id,
            note=piece.note,
            submitted_at=at,
            decision=decision,
            reason=piece.reason,
            decided_at=at + timedelta(hours=6) if decision else None,
            decided_by_id=curator_id if decision else None,
        )
    )
