"""The example province, from nothing to a living marketplace, in the order in which things need each other."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from catalog.db import db
from catalog.makers.models import Maker
from marketplace.accounts.models import User
from marketplace.ports import Ports
from marketplace.seeds import (
    afterwards,
    content,
    desks,
    groundwork,
    inhabitants,
    money,
    papers,
    shelves,
    statements,
    talks,
    tours,
    trade,
    voices,
    vouchers,
    wares,
    wishes,
    workbench,
)
from marketplace.seeds.chance import Chance
from marketplace.seeds.illustrations import studio
from marketplace.subscribers.clock import pair_up_products
from marketplace.subscribers.postcards import ask_for_missing

Progress = Callable[[int, int, str], None]
"""Told (done, in all, what)."""


def settle(ports: Ports, progress: Progress, random_seed: int) -> bool:
    """Make the province, or go on where an earlier run was interrupted; False when all of it was there already.

    A database whose examples were drawn from another random seed is left as it is.
    """
    chance = Chance(random_seed)
    known = db.session.scalar(select(User.code).where(User.is_example, User.email == content.people()["sari"].email))
    if known is not None and known != chance.code(10, "person", "sari"):
        progress(1, 1, "examples of another seed stay")
        return False
    groundwork.lay(chance)
    progress(1, 3, "people and makers")
    inhabitants.move_in(chance)
    money.agree(chance)
    progress(3, 3, "people and makers")
    pieces = wares.missing(chance)
    codes = [chance.code(8, "maker", key) for key in content.makers()]
    faceless = db.session.scalar(select(Maker.id).where(Maker.code.in_(codes), Maker.image_id.is_(None)).limit(1))
    wanted = wares.sketches(chance, pieces)
    if faceless is not None or shelves.lacks_collections(chance):
        wanted += shelves.sketches(chance)
    with studio(wanted) as drawn:
        room = wares.Stockroom(chance, ports.storage, drawn, trade.demand(), trade.needed_since())
        room.fill(pieces, lambda done: progress(done, len(pieces), "products drawn"))
        shelves.arrange(chance, ports.storage, drawn)
        tours.open_doors(chance)
        progress(1, 1, "collections")
    papers.lay_out(chance, ports)
    total = len(trade.plans())
    sold = trade.carry_on(chance, lambda done: progress(done, total, "orders"))
    if sold:
        pair_up_products()
        money.pay_out(chance)
        statements.bring_in(chance)
    held = talks.hold(chance, ports) + voices.speak(chance, ports)
    offered = vouchers.offer(chance) + workbench.show(chance, ports) + wishes.wish(chance)
    offered += desks.fill(chance, ports)
    is_new = bool(pieces or sold or wanted or held or offered)
    if is_new:
        ask_for_missing(1_000)
        afterwards.line_up_pictures()
    return is_new
