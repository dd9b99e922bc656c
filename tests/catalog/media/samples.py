"""Pictures made on the spot: one for every way in which a phone or an attacker sends them."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from typing import Any

import numpy as np
from PIL import Image


def scene(width: int = 480, height: int = 360, mode: str = "RGB") -> Image.Image:
    """A picture whose four corners tell how it was turned: red, green, blue and white."""
    image = Image.new("RGB", (width, height), (128, 128, 128))
    half = (width // 2, height // 2)
    for colour, corner in (
        ((200, 0, 0), (0, 0)),
        ((0, 200, 0), (half[0], 0)),
        ((0, 0, 200), (0, half[1])),
        ((250, 250, 250), half),
    ):
        image.paste(colour, (*corner, corner[0] + half[0], corner[1] + half[1]))
    return image.convert(mode)


def encoded(image: Image.Image, format: str = "JPEG", **how: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **how)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def corners(data: bytes) -> str:
    """The colours of the corners of what was kept, clockwise from the upper left: `RGWB` when upright."""
    image = opened(data).convert("RGB")
    width, height = image.size
    letters = ""
    for x, y in ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)):
        red, green, blue = image.getpixel((int(width * x), int(height * y)))
        letters += "W" if min(red, green, blue) > 180 else "RGB"[[red, green, blue].index(max(red, green, blue))]
    return letters


@cache
def bomb(side: int = 13_300) -> bytes:
    """A valid PNG of one bit a pixel whose pixels would fill memory; a few dozen kB, made without drawing it."""
    row = b"\x00" + b"\x00" * ((side + 7) // 8)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_everything_to_hide() -> bytes:
    """A JPEG with GPS in EXIF, XMP, a comment, an ICC profile and bytes behind its end."""
    image = scene()
    exif = Image.Exif()
    exif[0x010E] = "SECRET-DESCRIPTION"
    exif[0x010F] = "SECRET-PHONE"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "S", (2.0, 3.0, 52.0)
    gps[3], gps[4] = "E", (105.0, 9.0, 40.0)
    hidden = {
        "exif": exif,
        "comment": b"SECRET-COMMENT",
        "xmp": b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRET-XMP</x:xmpmeta>",
    }
    return encoded(image, **hidden) + b"<script>SECRET-SCRIPT</script><?php SECRET ?>PK\x03\x04SECRET-ZIP"


def sixteen_bits(low: int = 0, high: int = 65_535) -> bytes:
    """A grey PNG of sixteen bits, dark on the left and light on the right."""
    ramp = np.linspace(low, high, 400).astype(np.uint16)
    return encoded(Image.fromarray(np.tile(ramp, (400, 1))), "PNG")
