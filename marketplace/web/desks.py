"""The frame of every work surface: its title and where one can go."""

from __future__ import annotations

from collections.abc import Sequence
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


def door(
    address: str, label: str, icon: str, count: int | None = None, home: bool = False, beside: Sequence[str] = ()
) -> Door:
    """A door that is active on its own page and, unless it is the desk's home, on the pages below it and on those at or
    below the addresses `beside` it, which one reaches from its page."""
    here = request.script_root + request.path
    places = [address, *beside]
    active = here in places or (not home and any(here.startswith(one.rstrip("/") + "/") for one in places))
    return Door(address, label, icon, active, count or None)
