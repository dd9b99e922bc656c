"""Invented products of any number, and queries whose graded answers follow from how the products were made."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.search_eval.vocabulary import (
    AFFIXED,
    COLOURS,
    CRAFTS,
    CRIES,
    ENGLISH,
    FILLERS,
    PURPOSES,
    SHOP_FIRST,
    SHOP_SECOND,
    SIZES,
    SYNONYMS,
)
from catalog.search import MADE_TO_ORDER, READY, Document, VariantFacts

Craft = tuple[str, str, str, str, list[str], list[str], list[str], list[str]]
KINDS = (
    "plain",
    "plain",
    "plain",
    "motif",
    "material",
    "region",
    "colour",
    "affix",
    "synonym",
    "english",
    "long",
)
PROVINCES = {name: f"{11 + n}" for n, name in enumerate(sorted({p for craft in CRAFTS for p in craft[5]}))}


@dataclass(frozen=True, slots=True)
class Piece:
    code: str
    title: str
    text: str
    craft: str
    type: str
    material: str
    motif: str
    colour: str
    province: str
    shop: str
    price: int
    rating: float
    stock: int
    published_at: int

    def document(self) -> Document:
        """With facets and three variants, as the shop would index it."""
        number = int(self.code)
        place = PROVINCES[self.province]
        return Document(
            code=self.code,
            title=self.title,
            text=self.text,
            craft=self.craft,
            technique=(f"teknik-{number % 17}",),
            material=(self.material.replace(" ", "-"),),
            motif=(self.motif.replace(" ", "-"),),
            colour=(self.colour.replace(" ", "-"),),
            maker_code=self.shop,
            seller_code=self.shop,
            place=(f"{place}.{1 + number % 9:02}.{1 + number % 14:02}",),
            variants=tuple(
                VariantFacts({"size": size}, self.price * (10 + n) // 10, READY if n else MADE_TO_ORDER, self.stock > n)
                for n, size in enumerate("sml")
            ),
            rating=self.rating,
            published_at=self.published_at,
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """A query and the grade (1 to 3) of every relevant code."""

    text: str
    kind: str
    grades: dict[str, int]


def pieces(number: int, seed: int = 1) -> Iterator[Piece]:
    dice = random.Random(seed)
    types = sorted({kind for craft in CRAFTS for kind in craft[6]})
    for n in range(1, number + 1):
        craft = dice.choice(CRAFTS)
        kind, material, province = dice.choice(craft[6]), dice.choice(craft[4]), dice.choice(craft[5])
        motif, colour, size, cry = (
            dice.choice(craft[7]),
            dice.choice(COLOURS),
            dice.choice(SIZES),
            dice.choice(CRIES),
        )
        name = craft[1]
        titles = [
            f"{kind} {name} {material} motif {motif} {colour} {size}",
            f"{kind} {name} {motif} {colour} {cry}",
            f"{cry} {kind} {material} {name} {motif}",
            f"{kind} {name} {size} {colour} bahan {material}",
            f"{kind} {motif} {material} {colour} {cry}",
            f"{name} {motif} {kind} {colour} {province if dice.random() < 0.4 else ''}",
        ]
        title = " ".join(dice.choice(titles).split()).title()
        a, b, c = dice.sample(types, 3)
        text = (
            f"{kind.capitalize()} yang {craft[3]} dari {material} dengan motif {motif}, warna {colour}. "
            f"Berasal dari {province}. Cocok untuk {dice.choice(PURPOSES)} dan {dice.choice(PURPOSES)}. "
        )
        text += " ".join(filler.format(a=a, b=b, c=c) for filler in dice.sample(FILLERS, 4))
        if dice.random() < 0.25:
            text += f" {ENGLISH[kind].capitalize()} handmade {craft[2]} from Indonesia."
        yield Piece(
            code=str(n),
            title=title,
            text=text,
            craft=craft[0],
            type=kind,
            material=material,
            motif=motif,
            colour=colour,
            province=province,
            shop=f"{dice.choice(SHOP_FIRST)}-{dice.choice(SHOP_SECOND)}-{dice.randrange(1, max(2, number // 1400))}".lower(),
            price=dice.choice([15, 25, 35, 50, 75, 90, 120, 150, 200, 250, 350, 500, 750, 1200, 2500]) * 1000
            + dice.randrange(10) * 500,
            rating=round(dice.uniform(3, 5), 1),
            stock=dice.choice([0, 0, 1, 3, 5, 10, 40]),
            published_at=1_600_000_000 + dice.randrange(180_000_000),
        )


def queries(catalogue: list[Piece], seed: int = 2, number: int = 250) -> list[Judged]:
    """An intent is a set of attributes of a piece: grade 3 has all of them, 2 all but one of three or more, 1 some."""
    dice = random.Random(seed)
    found: list[Judged] = []
    seen: set[str] = set()
    by_craft = {craft[0]: craft for craft in CRAFTS}
    while len(found) < number:
        piece = dice.choice(catalogue)
        craft = by_craft[piece.craft]
        kind = dice.choice(KINDS)
        if kind == "synonym" and piece.type not in SYNONYMS:
            continue
        text, wanted = _asked(kind, piece, craft, dice)
        text = text.lower()
        if text not in seen:
            seen.add(text)
            found.append(
                Judged(text, kind, _grades(catalogue, {name: getattr(piece, name) for name in wanted.split()}))
            )
    return found


def _asked(kind: str, piece: Piece, craft: Craft, dice: random.Random) -> tuple[str, str]:
    """The text of a query of this kind about a piece, and the attributes it asks for."""
    if kind == "motif":
        return f"{piece.type} {piece.motif}", "type motif"
    if kind == "material":
        return f"{piece.type} {piece.material}", "type material"
    if kind == "region":
        return f"{craft[1]} {piece.province}", "craft province"
    if kind == "colour":
        return f"{piece.type} {craft[1]} {piece.colour}", "type craft colour"
    if kind == "affix":
        return f"{piece.type} {dice.choice(AFFIXED[piece.craft])}", "type craft"
    if kind == "synonym":
        return f"{dice.choice(SYNONYMS[piece.type])} {craft[1]}", "type craft"
    if kind == "english":
        return f"{craft[2]} {ENGLISH[piece.type]}", "type craft"
    if kind == "long":
        return f"{piece.type} {craft[1]} motif {piece.motif} warna {piece.colour}", "type craft motif colour"
    return f"{piece.type} {craft[1]}", "type craft"


def _grades(catalogue: list[Piece], intent: dict[str, str]) -> dict[str, int]:
    grades = {}
    attributes = list(intent.items())
    many = len(attributes)
    for piece in catalogue:
        held = sum(getattr(piece, name) == value for name, value in attributes)
        if held == many:
            grades[piece.code] = 3
        elif many >= 3 and held == many - 1 and piece.type == intent["type"]:
            grades[piece.code] = 2
        elif (many == 2 and held == 1) or (many >= 3 and held >= 2):
            grades[piece.code] = 1
    return grades


def misspelt(text: str, dice: random.Random) -> str:
    """One slip (a letter lost, doubled, swapped or replaced) in every word of five letters or more, never the first."""
    words = []
    for word in text.split():
        if len(word) >= 5 and word.isalpha():
            at = dice.randrange(1, len(word) - 1)
            slip = dice.randrange(4)
            if slip == 0:
                word = word[:at] + word[at + 1 :]
            elif slip == 1:
                word = word[:at] + dice.choice("abcdefghijklmnopqrstuvwxyz") + word[at:]
            elif slip == 2:
                word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            else:
                word = word[:at] + dice.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :]
        words.append(word)
    return " ".join(words)


def begun(text: str, dice: random.Random) -> str:
    """The query while its last word is being typed: cut to three letters or more."""
    *before, last = text.split()
    if len(last) > 3:
        last = last[: dice.randrange(3, len(last))]
    return " ".join((*before, last))
