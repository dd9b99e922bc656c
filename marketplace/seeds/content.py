"""The content of the example province, read from `data/`: people, makers, shops, pieces, collections.

Everything is invented and marked as an example. The files are the place to correct a word; this module only gives
them types and works out what a piece's variants are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

from catalog.products.measures import ContentUnit, Measures, SetPiece, read_set
from catalog.text import slugify

CHOICE_NAMES = {
    "size": ("Ukuran", "Size"),
    "head-size": ("Lingkar kepala", "Head circumference"),
    "net-weight": ("Isi bersih", "Net weight"),
    "colour": ("Warna", "Colour"),
}


@dataclass(frozen=True)
class Person:
    """One account. `is_cast` marks those whose sign-ins are printed."""

    key: str
    name: str
    does: str = ""
    roles: tuple[str, ...] = ()
    regencies: tuple[str, ...] = ()
    locale: str = "id"
    is_cast: bool = False

    @property
    def email(self) -> str:
        return f"{self.key}@{people_file()['domain']}"


@dataclass(frozen=True)
class Hands:
    """A maker. `village` is an official code."""

    key: str
    name: str
    kind: str
    village: str
    crafts: tuple[str, ...]
    story: str
    story_en: str
    founded: int
    people: int


@dataclass(frozen=True)
class Shop:
    """A seller; `own` and `hotel` are prices of bringing things within its regency, None where it does not."""

    key: str
    name: str
    owner: str
    village: str
    address: str
    sells_for: tuple[str, ...]
    pickup: str
    own: int | None = None
    hotel: int | None = None
    gallery: bool = False
    least: int = 0
    staff: tuple[str, ...] = ()


@dataclass(frozen=True)
class Value:
    """One value of a choice, with what it adds to the price (rupiah) and weight (grams), and its own box."""

    key: str
    name: str
    name_en: str
    plus: int = 0
    grams: int = 0
    box: tuple[int, int, int] | None = None
    paint: str | None = None


@dataclass(frozen=True)
class Choice:
    key: str
    name: str
    name_en: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Offer:
    """One variant. `stock` None means made to order, in `lead_days` working days."""

    values: tuple[Value, ...]
    price: int
    weight: int
    box: tuple[int, int, int]
    stock: int | None
    lead_days: int | None
    dispatch_days: int
    deposit: int = 0
    measures: Measures = Measures()


@dataclass(frozen=True)
class Piece:
    """One product with everything worked out. `key` names it in every run."""

    key: str
    maker: str
    craft: str
    form: str
    title: str
    title_en: str
    description: str
    description_en: str
    care: str
    care_en: str
    variation: str
    variation_en: str
    techniques: tuple[str, ...]
    materials: tuple[str, ...]
    motifs: tuple[str, ...]
    colours: tuple[str, ...]
    dye: str | None
    animal: str
    halal: str | None
    seen: tuple[int, int]
    """The lowest and highest price that a public page has reported for this kind, in rupiah."""
    per: int | None
    """For goods by measure: `seen` is the price of this many grams or millilitres."""
    measures: tuple[int, ...]
    choices: tuple[Choice, ...]
    offers: tuple[Offer, ...]
    holds: tuple[SetPiece, ...] = ()
    asks: tuple[Mapping[str, str], ...] = ()
    """What a buyer may have made personal, as a seller types it."""
    state: str = "live"
    note: str = ""
    reason: str = ""

    @property
    def paint(self) -> str | None:
        """The renderer's name of the main colour: what one piece has beside what is left as it grew."""
        chosen = any(one.key == "colour" for one in self.choices)
        named = [one for one in self.colours if chosen or one != "alami"] or self.colours
        return colours()[named[0]].paint if named else None


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("data", name).read_text("utf-8"))


@cache
def people_file() -> dict[str, Any]:
    return _read("people.toml")


def password() -> str:
    """The one password of every example account."""
    return str(people_file()["password"])


@cache
def people() -> dict[str, Person]:
    found = {}
    for row in people_file()["person"]:
        found[row["key"]] = Person(
            row["key"],
            row["name"],
            row.get("does", ""),
            tuple(row.get("roles", ())),
            tuple(row.get("regencies", ())),
            row.get("locale", "id"),
            row.get("cast", False),
        )
    return found


@cache
def makers() -> dict[str, Hands]:
    return {row["key"]: Hands(**{**row, "crafts": tuple(row["crafts"])}) for row in _read("makers.toml")["maker"]}


def workshops() -> list[dict[str, Any]]:
    """What a few makers tell of where they work, of whom they show, and of where else they are found."""
    return list(_read("workshops.toml")["workshop"])


@cache
def shops() -> dict[str, Shop]:
    return {
        row["key"]: Shop(**{**row, "sells_for": tuple(row["sells_for"]), "staff": tuple(row.get("staff", ()))})
        for row in _read("sellers.toml")["seller"]
    }


def point() -> dict[str, str]:
    """The place that hands over for several shops."""
    return dict(_read("sellers.toml")["point"])


def applicants() -> list[dict[str, Any]]:
    """Shops that wait for an answer, and one that was refused."""
    return list(_read("sellers.toml")["applicant"])


@cache
def shop_of() -> dict[str, str]:
    """Maker key → the key of the shop that sells for them."""
    return {maker: shop.key for shop in shops().values() for maker in shop.sells_for}


@cache
def colours() -> dict[str, Value]:
    return {key: Value(key, row[0], row[1], paint=row[2]) for key, row in _read("colours.toml").items()}


def supplement() -> dict[str, dict[str, list[str]]]:
    """Techniques and materials that the pieces name and the taxonomy does not."""
    return _read("supplement.toml")


def collections() -> list[dict[str, Any]]:
    return list(_read("collections.toml")["collection"])


@cache
def pieces() -> tuple[Piece, ...]:
    """Every piece, the pending ones last, in the order of the files. Keys are unique."""
    found = [*_for_sale(), *_pending()]
    keys = [one.key for one in found]
    if len(set(keys)) != len(keys):
        raise ValueError("two pieces share a title")
    return tuple(found)


_FILES = (
    "tenun-cual",
    "pewter",
    "kopiah-resam",
    "batu-satam",
    "batik",
    "anyaman",
    "batok-kelapa",
    "rajutan-renda",
    "pangan",
)


@cache
def _file(name: str) -> dict[str, Any]:
    return _read(f"products/{name}.toml")


def _for_sale() -> Iterator[Piece]:
    for name in _FILES:
        content = _file(name)
        turns: dict[str, int] = {}
        for row in content["piece"]:
            turn = turns[row["kind"]] = turns.get(row["kind"], -1) + 1
            yield _piece(row, content, content["kind"][row["kind"]], turn)


def _pending() -> Iterator[Piece]:
    for turn, row in enumerate(_file("pending")["piece"]):
        name, kind = row["kind"].split("/")
        yield _piece(row, _file(name), _file(name)["kind"][kind], turn)


def _piece(row: dict[str, Any], file: dict[str, Any], kind: dict[str, Any], turn: int) -> Piece:
    making, making_en = kind["making"][turn % len(kind["making"])]
    choices = tuple(_choices(row, kind))
    sizes = next((one.values for one in choices if one.key != "colour"), ())
    return Piece(
        key=slugify(row["title"]),
        maker=row["maker"],
        craft=kind.get("craft", file["craft"]),
        form=row.get("form", kind["form"]),
        title=row["title"],
        title_en=row["en"],
        description=f"{row['text']} {making}",
        description_en=f"{row['text_en']} {making_en}",
        care=kind.get("care", file["care"]),
        care_en=kind.get("care_en", file["care_en"]),
        variation=kind["variation"],
        variation_en=kind["variation_en"],
        asks=tuple(row.get("asks", kind.get("asks", ()))),
        techniques=tuple(kind["techniques"]),
        materials=tuple(row.get("materials", kind["materials"])),
        motifs=tuple(row.get("motifs", ())),
        colours=tuple(row.get("colours", ())),
        dye=kind.get("dye"),
        animal=kind.get("animal", "none"),
        halal=row.get("halal", kind.get("halal")),
        seen=tuple(kind["seen"]),
        per=kind.get("per"),
        measures=tuple(int(one.key) for one in sizes) if "per" in kind and sizes else (row.get("grams", 0),),
        choices=choices,
        offers=tuple(_offers(row, kind, choices)),
        holds=tuple(read_set("\n".join(row.get("set", kind.get("set", ()))))),
        state=row.get("state", "live"),
        note=row.get("note", ""),
        reason=row.get("reason", ""),
    )


def _choices(row: dict[str, Any], kind: dict[str, Any]) -> Iterator[Choice]:
    for chosen in row.get("choose", ()):
        if chosen == "colour":
            yield Choice("colour", *CHOICE_NAMES["colour"], tuple(colours()[one] for one in row["colours"]))
        else:
            key = row.get("option", kind.get("option", "size"))
            values = tuple(
                Value(one[0], one[1], one[2], one[3], one[4], tuple(one[5]) if len(one) > 5 else None)
                for one in row.get("sizes", kind.get("sizes", ()))
            )
            yield Choice(key, *CHOICE_NAMES[key], values)


def _offers(row: dict[str, Any], kind: dict[str, Any], choices: tuple[Choice, ...]) -> Iterator[Offer]:
    """One for each combination, in order; of `stock` the last level holds for all that follow, and `none` is one that is
    not made."""
    levels = row["stock"]
    for turn, values in enumerate(product(*(one.values for one in choices))):
        level = levels[min(turn, len(levels) - 1)]
        if level == "none":
            continue
        box = next((one.box for one in values if one.box), tuple(row.get("box", kind["box"])))
        yield Offer(
            values=values,
            price=row["price"] + sum(one.plus for one in values),
            weight=row.get("weight", kind["weight"]) + sum(one.grams for one in values),
            box=box,
            stock=None if level == "made" else level,
            lead_days=row.get("days", kind.get("lead", 10)) if level == "made" else None,
            dispatch_days=kind.get("dispatch", 2),
            deposit=row.get("deposit", 0) if level == "made" else 0,
            measures=_measures(row, kind, values),
        )


def _measures(row: dict[str, Any], kind: dict[str, Any], values: tuple[Value, ...]) -> Measures:
    """`cm` is length, width and height, `round` diameter and height, 0 for what is not told; `packing` what the parcel
    adds to the weight of the piece."""
    content = None
    if "per" in kind:
        content = next((int(one.key) for one in values), row.get("grams"))
    elif "packing" in kind:
        content = row.get("weight", kind["weight"]) + sum(one.grams for one in values) - kind["packing"]
    sides, disc = row.get("cm", [] if "round" in row else kind.get("cm", [])), row.get("round", kind.get("round", []))
    length, width, height = (round(10 * one) or None for one in [*sides, 0, 0, 0][:3])
    diameter, tall = (round(10 * one) or None for one in ([] if "cm" in row else [*disc, 0, 0])[:2] or (0, 0))
    return Measures(
        content, ContentUnit(kind.get("unit", "g")) if content else None, length, width, height or tall, diameter
    )


@dataclass
class Counts:
    """What a run of the seed made."""

    made: dict[str, int] = field(default_factory=dict)

    def add(self, what: str, count: int = 1) -> None:
        self.made[what] = self.made.get(what, 0) + count
