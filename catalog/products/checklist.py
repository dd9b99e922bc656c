"""What a product needs before it may go on sale, in sentences that its maker can act on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from dataclasses import field as with_default
from typing import Any

from catalog.crafts.models import Measure
from catalog.errors import Invalid, Several
from catalog.money import Money
from catalog.products.batik import TEXTS, calls_print_batik, claims_batik, may_say_batik, says_batik
from catalog.products.claims import halal_certificate, is_food
from catalog.products.measures import HEAD_SIZE
from catalog.products.models import AnimalMaterial, Halal, Product, Variant
from catalog.text import N_

PRICE_MIN, PRICE_MAX = Money(1_000), Money(500_000_000)
WEIGHT_MAX = 100_000
BOX_MAX = 3_000
DESCRIPTION_MIN = 40
TITLE_MIN = 8


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the checklist. `field` names the input of the form; `sentence` is a gettext id with `params`."""

    field: str
    sentence: str
    done: bool
    params: dict[str, Any] = with_default(default_factory=dict)


def checklist(product: Product, stocked: set[int]) -> list[Point]:
    """Every point with whether it is done. `stocked` holds the ids of variants of which pieces are on hand."""
    active = [variant for variant in product.variants if variant.is_active]
    described = [one.image for one in product.pictures if one.image.alt]
    points = [
        Point("title", N_("Give the piece a title that says what it is, of at least %(least)s characters."),
              len(product.title) >= TITLE_MIN, {"least": TITLE_MIN}),
        Point("description", N_("Describe the piece in at least %(least)s characters: what it is, how big, for what."),
              len(product.description) >= DESCRIPTION_MIN, {"least": DESCRIPTION_MIN}),
        Point("craft", N_("Choose the craft that the piece belongs to."), product.craft is not None),
        Point("materials", N_("Name at least one material."), bool(product.materials)),
        Point("techniques", N_("Name at least one technique: how it was made."), bool(product.techniques)),
        Point("pictures", N_("Add at least one photo."), bool(product.pictures)),
        Point("alt", N_("Say in words what each photo shows, for people who cannot see it."),
              bool(described) and len(described) == len(product.pictures)),
        Point("variants", N_("Give a price, a weight and the size of the box."),
              bool(active) and all(_is_sane(variant) for variant in active)),
        Point("stock", N_("Say how many pieces are ready, or how many days you need to make one."),
              any(variant.id in stocked or (variant.is_made_to_order and variant.lead_days) for variant in active)),
        Point("care", N_("Say how to care for the piece."), bool(product.care)),
        Point("animal_material", N_("Say whether the piece contains animal material such as silk, leather, bone or wax."),
              product.animal_material is not AnimalMaterial.UNKNOWN),
    ]  # fmt: skip
    points.extend(_measured(product, active))
    points.extend(halal_points(product))
    if says_batik(product):
        points.append(
            Point(
                "techniques",
                N_(
                    "Only cloth made with wax may be called batik, by its words, craft or material. Choose batik tulis, "
                    "batik cap or batik kombinasi as the technique, or write “kain motif batik” and choose another craft."
                ),
                may_say_batik(product),
            )
        )
    printed = [name for name in TEXTS if calls_print_batik(getattr(product, name))]
    points.extend(
        Point(name, N_("What is printed is not batik, however fine: write “kain motif batik”."), False)
        for name in (*printed, *_printed_choices(product))
    )
    return points


def _printed_choices(product: Product) -> Iterator[str]:
    """The inputs of the options whose names call print batik; a value is read after its option's name, as buyers do."""
    for place, option in enumerate(product.options):
        heads = [name for name in (option.name, option.name_en) if claims_batik(name)]
        if calls_print_batik(option.name, option.name_en):
            yield f"options-{place}-name"
        for value in option.values:
            names = (value.name, value.name_en)
            if calls_print_batik(
                *names, *(f"{head} {name}" for head in heads for name in names if "batik" not in name.lower())
            ):
                yield f"options-{place}-values"
                break


MEASURE_POINTS = frozenset({"measures", "head_size", "halal", "certificates"})
"""The fields of the points that the craft asks for."""


def _measured(product: Product, active: list[Variant]) -> list[Point]:
    """What the craft asks to be measured; nothing where it asks for nothing."""
    measures = [variant.measures for variant in active]
    options = {option.key for option in product.options}
    has_size = bool(measures) and all(one.has_size for one in measures)
    has_content = bool(measures) and all(one.content for one in measures)
    match product.craft.measure if product.craft else None:
        case Measure.HEAD:
            return [
                Point(
                    "head_size",
                    N_("Offer it by head size in centimetres; for what is not worn on the head, say how big it is."),
                    HEAD_SIZE in options or has_size,
                )
            ]
        case Measure.CONTENT:
            return [
                Point(
                    "measures",
                    N_(
                        "Say how much is in it, in grams or millilitres: buyers compare what a kilogram or litre costs."
                    ),
                    has_content,
                )
            ]
        case Measure.SIZE:
            sized_set = bool(product.holds) and all(one.sides for one in product.holds)
            return [
                Point(
                    "measures",
                    N_("Say how long and wide the piece itself is, without its parcel."),
                    has_size or sized_set or "size" in options,
                )
            ]
        case Measure.WEIGHT:
            return [Point("measures", N_("Say how much the piece itself weighs, without its packing."), has_content)]
    return []


def halal_points(product: Product) -> list[Point]:
    """What the halal rules ask of food (binding since 17 October 2026, PP 42/2024); nothing of other pieces."""
    if not is_food(product):
        return []
    said = Point("halal", N_("Say how it stands with halal; what is not halal must say so."), product.halal is not None)
    if product.halal is not Halal.CERTIFIED:
        return [said]
    paper = N_("Choose the halal certificate that covers this piece, one that has not expired.")
    return [said, Point("certificates", paper, halal_certificate(product) is not None)]


def missing(product: Product, stocked: set[int]) -> list[Point]:
    """The points that are not done yet."""
    return [point for point in checklist(product, stocked) if not point.done]


def refusal(points: Iterable[Point]) -> Several:
    """The points as one refusal that names every field."""
    return Several([Invalid(point.sentence, field=point.field, **point.params) for point in points])


def _is_sane(variant: Variant) -> bool:
    box = (variant.box_length, variant.box_width, variant.box_height)
    return (
        PRICE_MIN <= variant.price <= PRICE_MAX
        and 0 < variant.weight <= WEIGHT_MAX
        and all(0 < side <= BOX_MAX for side in box)
    )
