"""Whether a kept file still says where, when or by whom it was taken. Read from the container's own marks, undecoded."""

from __future__ import annotations

import struct


def is_clean(data: bytes) -> bool:
    """No EXIF, XMP, IPTC or comment in a JPEG, WebP, PNG or AVIF file."""
    if data[:3] == b"\xff\xd8\xff":
        return not any(_jpeg_traces(data))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return not {b"EXIF", b"XMP "} & set(_chunks(data, 12, "<"))
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return not {b"eXIf", b"tEXt", b"zTXt", b"iTXt"} & set(_chunks(data, 8, ">"))
    if data[4:12] == b"ftypavif":
        head = data[: data.find(b"mdat") if b"mdat" in data else len(data)]
        return b"Exif" not in head and b"application/rdf+xml" not in head
    return False


def _jpeg_traces(data: bytes) -> list[int]:
    """Segments between the start and the picture that carry words: APP1 (EXIF, XMP), APP13 (IPTC), comments."""
    found, at = [], 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        marker = data[at + 1]
        if marker in (0xE1, 0xED, 0xFE):
            found.append(marker)
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return found


def _chunks(data: bytes, at: int, order: str) -> list[bytes]:
    """Names of the chunks of a RIFF (`<`: name, size) or PNG (`>`: size, name, four bytes of checksum) file."""
    names = []
    while at + 8 <= len(data):
        if order == "<":
            name, size = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])[0]
            at += 8 + size + size % 2
        else:
            size, name = struct.unpack(">I", data[at : at + 4])[0], data[at + 4 : at + 8]
            at += 12 + size
        names.append(name)
    return names
