"""What every surface shares about pieces that are paid in two parts: the terms of leaving, and photos of the work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.money import Money
from marketplace.orders.models import Actor, DayProposal, Order, OrderEvent, ProgressPhoto
from marketplace.orders.spans import spans
from marketplace.orders.states import Leaving, keeps, leaving
from marketplace.web.filters import day_short
from marketplace.web.speech import gettext as _
from marketplace.web.speech import ngettext


@dataclass(frozen=True)
class Terms:
    """What calling an order off costs its buyer now: what stays with the shop, what goes back of what was paid."""

    kept: Money
    back: Money
    is_ready: bool


def terms_now(order: Order) -> Terms | None:
    """For an order that was begun with a deposit and whose buyer may leave at once for a share of it."""
    stage = leaving(order)
    if not order.balance or stage not in (Leaving.MAKING, Leaving.READY):
        return None
    kept = keeps(order, Actor.BUYER)
    return Terms(kept, order.due_first - kept, stage is Leaving.READY)


def rules(begun: int, ready: int) -> list[tuple[str, str]]:
    """The written table of leaving: stage by stage, what becomes of the deposit."""
    days = spans().balance_days
    return [
        (_("Before the maker accepts"), _("Everything goes back.")),
        (
            _("While it is made"),
            _(
                "%(percent)s percent of the deposit stays with the maker for the work begun. You can also ask the maker, "
                "who may let all of it go back.",
                percent=begun,
            ),
        ),
        (
            ngettext(
                "When it is ready, or the balance is not paid within %(num)d day",
                "When it is ready, or the balance is not paid within %(num)d days",
                days,
            ),
            _("The whole deposit stays with the maker.")
            if ready == 100
            else _("%(percent)s percent of the deposit stays with the maker.", percent=ready),
        ),
        (_("The maker is late, proposes another day or calls it off"), _("Everything goes back.")),
        (_("Shipping and pieces that lie ready"), _("They always go back in full.")),
    ]


@dataclass(frozen=True)
class Picture:
    """A photo of the work, in a timeline."""

    url: str
    small: str
    width: int
    height: int


def pictures(
    events: Sequence[OrderEvent], photos: Sequence[ProgressPhoto], address: Callable[..., str]
) -> dict[int, Picture]:
    """The photo of each event that showed one, by the event's id; `address(photo, size)` says where it lies."""
    shown = [one for one in events if one.name == "progress"]
    return {event.id: picture(photo, address) for event, photo in zip(shown, photos, strict=False)}


def picture(photo: ProgressPhoto, address: Callable[..., str]) -> Picture:
    _name, _kind, width, height = photo.file(small=True)
    return Picture(address(photo, None), address(photo, "small"), width, height)


def step_names() -> dict[str, str]:
    """What the steps of making are called in a timeline."""
    return {
        "progress": _("A photo from the workshop"),
        "ready": _("Ready: the balance is asked for"),
        "balance": _("The balance is paid"),
    }


def step_name(event: str, names: Mapping[str, str], asked: Iterator[DayProposal]) -> str:
    """The name of a step; of a day that was proposed with the day itself, from those of the order in their turn."""
    if event != "day-proposed" or (one := next(asked, None)) is None:
        return names.get(event, event)
    return _("Another day proposed: %(day)s", day=day_short(one.new_on))


def figures(order: Order) -> list[tuple[str, Any]]:
    """What was to be paid when, for a list of facts; empty where everything was paid at once."""
    if not order.balance:
        return []
    return [(_("When it was ordered"), order.due_first), (_("Balance, when it is ready"), order.balance)]
