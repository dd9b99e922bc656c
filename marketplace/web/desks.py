"""The frame of every work surface: its title and where one can go."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request


@dataclass(frozen=True)
class Door:
    """One link of a desk: `endpoint` is an address that begins with `/`."""

    endpoint: str
    label: str
    icon: str
    active: bool
    count: int | None = None


@dataclass(frozen=True)
class Desk:
    title: str
    nav: list[Door]


def door(address: str, label: str, icon: str, count: int | None = None, home: bool = False) -> Door:
    """A door that is active on its own page and, unless it is the desk's home, on the pages below it."""
    here = request.script_root + request.path
    active = here == address or (not home and here.startswith(address.rstrip("/") + "/"))
    return Door(address, label, icon, active, count or None)
