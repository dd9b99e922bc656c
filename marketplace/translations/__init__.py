"""Indonesian for every English message. The words live in `id/LC_MESSAGES/messages.po`; the compiled file is made
from it when it is missing or older."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

ROOT = Path(__file__).parent
PO = ROOT / "id" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")


def read() -> Catalog:
    """The Indonesian catalogue."""
    from babel.messages.pofile import read_po  # a shop that starts reads what is compiled

    with PO.open("rb") as file:
        return read_po(file, locale="id", domain="messages")


def compile_if_older() -> None:
    """Write the compiled catalogue next to its source; a read-only folder keeps what it has."""
    try:
        if MO.exists() and MO.stat().st_mtime >= PO.stat().st_mtime:
            return
        from babel.messages.mofile import write_mo  # as above

        draft = MO.with_name(f".messages.{os.getpid()}.mo")
        with draft.open("wb") as file:
            write_mo(file, read())
        os.replace(draft, MO)
    except OSError:
        if not MO.exists():
            raise
