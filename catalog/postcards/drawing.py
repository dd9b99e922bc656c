"""Drawing a card: 1200 × 630 pixels, a photo and quiet words beside it, small enough for every chat program.

Runs in the worker only. The photo is one of our own originals; fonts are those of the pages.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from catalog.media.pictures import Kept, hash_of
from catalog.postcards.motives import Motive

SIZE = (1200, 630)
HEAVIEST = 290_000
"""WhatsApp shows no picture of 300 kB and more."""
MARGIN = 64
TALL, WIDE = 504, 600
"""How much of the width a photo takes: a tall one stands in its own 4:5."""

PAPER, INK, SOFT, CUAL, GOLD = "#fcf9f4", "#2a1d17", "#5d4d45", "#85202f", "#d0ac5a"

_FONTS = Path(__file__).parents[2] / "static" / "fonts"
_WEAVE = (
    ".#...#...#.#", "#...#.#...#.", "...#.#.#...#", "..#.#.#.#...", ".#.#...#.#..", "#.#.....#.#.",
    ".#.#...#.#..", "..#.#.#.#...", "...#.#.#...#", "#...#.#...#.", ".#...#...#.#",
)  # fmt: skip
"""static/images/weave.svg, pixel by pixel."""


def draw(motive: Motive, photo: bytes) -> Kept:
    """The card as a JPEG without metadata, at most HEAVIEST bytes."""
    card = Image.new("RGB", SIZE, PAPER)
    share = WIDE if motive.wide else TALL
    with Image.open(io.BytesIO(photo), formats=("JPEG",)) as image:
        image.draft("RGB", (share * 2, SIZE[1] * 2))
        image.load()
        centering = (motive.focal_x / 100, motive.focal_y / 100)
        part = ImageOps.fit(image.convert("RGB"), (share, SIZE[1]), Image.Resampling.LANCZOS, centering=centering)
    card.paste(part, (SIZE[0] - share, 0))
    _write(card, motive, SIZE[0] - share)
    return _kept(card)


def draw_default(site: str, line: str) -> Kept:
    """The card of the site itself."""
    card = Image.new("RGB", SIZE, CUAL)
    pen = ImageDraw.Draw(card)
    _weave(card, (0, 0, SIZE[0], 44), GOLD)
    _weave(card, (0, SIZE[1] - 44, SIZE[0], SIZE[1]), GOLD)
    _diamond(pen, (SIZE[0] // 2, 190), 56, PAPER)
    pen.text((SIZE[0] // 2, 330), site, PAPER, _serif(112), anchor="mm")
    for place, text in enumerate(_lines(line, _sans(36, 500), 900, 2)):
        pen.text((SIZE[0] // 2, 440 + place * 50), text, "#f3e3c3", _sans(36, 500), anchor="mm")
    return _kept(card)


def _write(card: Image.Image, motive: Motive, width: int) -> None:
    pen = ImageDraw.Draw(card)
    room = width - 2 * MARGIN
    _diamond(pen, (MARGIN + 18, MARGIN + 18), 20, CUAL)
    pen.text((MARGIN + 54, MARGIN + 18), motive.site, INK, _serif(38), anchor="lm")
    _weave(card, (0, SIZE[1] - 44, width, SIZE[1]), CUAL)
    below = [
        (text, 600 if place == 0 and len(motive.below) > 1 else 500)
        for place, part in enumerate(motive.below)
        for text in _lines(part, _sans(29, 600), room, 2 if len(motive.below) > 1 else 3)
    ]
    above = _lines(motive.above, _sans(27, 700), room, 1)
    top, bottom = MARGIN + 60, SIZE[1] - 44 - 36
    free = bottom - top - len(below) * 42 - (26 if below else 0) - len(above) * 46
    lines, size = _title(motive.title, room, free)
    step = round(size * 1.14)
    height = len(above) * 46 + len(lines) * step + (26 if below else 0) + len(below) * 42
    at = top + max(0, (bottom - top - height) // 2)
    for text in above:
        pen.text((MARGIN, at), text, CUAL, _sans(27, 700))
        at += 46
    for text in lines:
        pen.text((MARGIN - 2, at), text, INK, _serif(size))
        at += step
    at += 26
    for text, weight in below:
        pen.text((MARGIN, at), text, INK if weight == 600 else SOFT, _sans(29, weight))
        at += 42


def _title(text: str, room: int, free: int) -> tuple[list[str], int]:
    """The title in the largest letters in which it fits whole, and their size; else cut in the smallest."""
    for size in (92, 84, 76, 70, 64, 58, 52, 46, 42, 38):
        lines = _lines(text, _serif(size), room, 9)
        if len(lines) * round(size * 1.14) <= free and all(_serif(size).getlength(one) <= room for one in lines):
            return lines, size
    return _lines(text, _serif(38), room, max(1, free // 43)), 38


def _lines(text: str, font: ImageFont.FreeTypeFont, room: int, most: int) -> list[str]:
    """`text` broken at its blanks into at most `most` lines; what is left out is marked."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= room:
            lines[-1] = longer
        elif not lines or len(lines) < most:
            lines.append(word)
        else:
            lines[-1] = _cut(f"{lines[-1]} {word}", font, room)
            break
    return [one if font.getlength(one) <= room else _cut(one, font, room) for one in lines]


def _cut(text: str, font: ImageFont.FreeTypeFont, room: int) -> str:
    """The beginning of one line, cut at a word where there is more than one."""
    while text and font.getlength(f"{text}…") > room:
        text = (text.rpartition(" ")[0] or text[:-1]).rstrip(" ,.;:–-")
    return f"{text}…"


def _diamond(pen: ImageDraw.ImageDraw, centre: tuple[int, int], reach: int, colour: str) -> None:
    """The house's mark: a lozenge in a lozenge."""
    x, y = centre
    for size, width in ((reach, max(3, reach // 6)), (reach // 2, 0)):
        points = [(x, y - size), (x + size, y), (x, y + size), (x - size, y)]
        if width:
            pen.line([*points, points[0], points[1]], colour, width, joint="curve")
        else:
            pen.polygon(points, colour)


def _weave(card: Image.Image, box: tuple[int, int, int, int], colour: str) -> None:
    pen = ImageDraw.Draw(card)
    unit = 4
    left, top, right, bottom = box
    for y in range((bottom - top) // unit):
        for x in range((right - left) // unit):
            if _WEAVE[y % len(_WEAVE)][x % len(_WEAVE[0])] == "#":
                at = (left + x * unit, top + y * unit)
                pen.rectangle((*at, at[0] + unit - 1, at[1] + unit - 1), colour)


def _kept(card: Image.Image) -> Kept:
    for quality in (86, 80, 72, 62, 50):
        file = io.BytesIO()
        card.save(file, "JPEG", quality=quality, optimize=True, progressive=True)
        if file.tell() <= HEAVIEST:
            break
    data = file.getvalue()
    return Kept("jpeg", card.width, card.height, hash_of(data), data)


@cache
def _serif(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / "young-serif.woff2", size)


@cache
def _sans(size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(_FONTS / "plus-jakarta-sans.woff2", size)
    font.set_variation_by_axes([weight])
    return font
