"""Named dyes, woods and finishes, in the words makers use."""

from __future__ import annotations

from dataclasses import dataclass

from .light import Array, dice, rgb


@dataclass(frozen=True)
class Colour:
    """A colour a buyer can choose: its value and its names."""

    value: str
    name: str
    name_en: str


COLOURS: dict[str, Colour] = {
    "merah-manggis": Colour("#7a1a2b", "merah manggis", "mangosteen red"),
    "biru-tarum": Colour("#1d3156", "biru tarum", "indigo blue"),
    "hijau-pandan": Colour("#2f5543", "hijau pandan", "pandan green"),
    "ungu-keduduk": Colour("#4d2a5c", "ungu keduduk", "melastoma purple"),
    "kuning-kunyit": Colour("#c8891c", "kuning kunyit", "turmeric yellow"),
    "hitam-arang": Colour("#201c1f", "hitam arang", "charcoal black"),
    "cokelat-soga": Colour("#6e4123", "cokelat soga", "soga brown"),
    "merah-mengkudu": Colour("#a63a2b", "merah mengkudu", "morinda red"),
    "putih-kapas": Colour("#ece2d0", "putih kapas", "cotton white"),
    "jambu": Colour("#c0616f", "merah jambu", "guava pink"),
    "toska-laut": Colour("#22696b", "toska laut", "sea teal"),
    "abu-timah": Colour("#6d7580", "abu timah", "tin grey"),
    "jingga-rambai": Colour("#cf6f2a", "jingga rambai", "rambai orange"),
    "alam": Colour("#cfa86c", "warna alam", "natural"),
    "sulur-putih": Colour("#d8c59a", "putih sulur", "sulur white"),
    "lilit-cokelat": Colour("#6b4527", "cokelat lilit", "lilit brown"),
    "timah-satin": Colour("#b9bcc2", "satin", "satin"),
    "timah-kilap": Colour("#d2d5da", "mengilap", "polished"),
    "timah-antik": Colour("#8f8f8e", "antik", "antiqued"),
    "perak": Colour("#d3d4d6", "perak", "silver"),
    "emas": Colour("#d9b25a", "emas", "gold"),
    "batok-gelap": Colour("#4b2b1a", "cokelat tua", "dark brown"),
    "batok-terang": Colour("#8d5a34", "cokelat muda", "light brown"),
}

GOLD, CREAM = rgb("#dcb55c"), rgb("#f1e6cc")
CLOTH = (
    "merah-manggis",
    "biru-tarum",
    "hijau-pandan",
    "ungu-keduduk",
    "hitam-arang",
    "merah-mengkudu",
    "toska-laut",
    "jambu",
    "cokelat-soga",
    "kuning-kunyit",
)


def value(colour: str | None, fallback: str) -> Array:
    """The rgb of a named colour or of the fallback's name."""
    return rgb(COLOURS[colour or fallback].value)


def dye(colour: str | None, *key: object) -> Array:
    """A named cloth colour, or one drawn by lot."""
    return (
        rgb(COLOURS[colour].value) if colour else rgb(COLOURS[CLOTH[int(dice("dye", *key).integers(len(CLOTH)))]].value)
    )


def partner(ground: Array, *key: object) -> Array:
    """An accent that is seen on the ground: cream or red on dark, deep red or indigo on light."""
    r = dice("partner", *key)
    if float(ground.mean()) > 0.55:
        choices = ["#7a1a2b", "#1d3156", "#2f5543"]
    elif ground[0] > ground[2] * 1.3:
        choices = ["#f1e6cc", "#e8d3a0", "#7fa8a0", "#e4b7a0"]
    else:
        choices = ["#f1e6cc", "#c9563f", "#e8d3a0", "#d98a4a", "#d7849a"]
    return rgb(choices[int(r.integers(len(choices)))])
