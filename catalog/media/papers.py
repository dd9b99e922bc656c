"""Scans of papers: a picture as every picture comes in, or a PDF that carries nothing but pages.

A PDF is kept as it was sent, so it is never shown inside of a page: whoever may have it downloads it. What can act
(scripts, forms that send, files inside) is refused where it stands in the open, and so is what is locked.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from catalog.errors import Invalid
from catalog.media.pictures import path_of
from catalog.media.pipeline import Limits, receive
from catalog.text import N_

PDF_MAX = 8_000_000
_ACTS = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|XFA|AA)\b")
_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Paper:
    """One file to keep: `format` is jpeg or pdf."""

    format: str
    sha256: str
    data: bytes

    @property
    def path(self) -> str:
        return f"{self.sha256[:2]}/{self.sha256}.pdf" if self.format == "pdf" else path_of(self.sha256, self.format)


def receive_paper(data: bytes, limits: Limits = Limits()) -> Paper:
    """A stranger's bytes as a paper to keep. Invalid (field `scan`) with a sentence for the sender, Unavailable when
    too many pictures are being received. Slow: call it before the write transaction begins."""
    try:
        if b"%PDF-" in data[:1024]:
            return _pdf(data)
        picture = receive(data, limits)
    except Invalid as error:
        error.field = "scan"
        raise
    return Paper("jpeg", picture.sha256, picture.original.data)


def _pdf(data: bytes) -> Paper:
    if len(data) > PDF_MAX:
        raise Invalid(
            N_("The file is too large: at most %(megabytes)s MB are possible."), megabytes=PDF_MAX // 1_000_000
        )
    if (not data.startswith(b"%PDF-1.") and not data.startswith(b"%PDF-2.")) or b"%%EOF" not in data[-2048:]:
        raise Invalid(N_("This PDF is damaged or incomplete. Save it again, or take a photo of the paper."))
    plain = _NAME.sub(lambda found: bytes([int(found[1], 16)]), data)  # /J#61vaScript is a name, too
    if b"/Encrypt" in plain:
        raise Invalid(N_("This PDF is locked. Save it without a password, or take a photo of the paper."))
    if _ACTS.search(plain):
        raise Invalid(
            N_("This PDF carries scripts or other files. Print it to a new PDF, or take a photo of the paper.")
        )
    return Paper("pdf", hashlib.sha256(data).hexdigest(), data)
