"""What the choices of a piece cost, in words: what holds for all of them, and what only some have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from catalog.products.models import Variant
from marketplace.pricing.deposits import balance_of
from marketplace.web.filters import money, number
from marketplace.web.speech import gettext as _
from marketplace.web.speech import ngettext

if TYPE_CHECKING:
    from marketplace.web.pieces import Choice

Breaks = tuple[dict[str, Any], ...]
Deposit = tuple[int, Any, Any]


def headline(choices: Sequence[Choice], wanted: str | None = None) -> Choice | None:
    """What stands above the picker: the choice asked for, else what holds for all that can be bought, from the lowest
    price on."""
    asked = next((one for one in choices if one.value == wanted), None)
    on_sale = [one for one in choices if one.available] or choices
    if asked or not on_sale:
        return asked
    lowest = min(on_sale, key=lambda one: one.price)
    differs = {name: _differs(on_sale, name) for name in ("price", "unit_price", "old_price", "breaks", "deposit")}
    return replace(
        lowest,
        from_price=differs["price"],
        unit_price="" if differs["unit_price"] else lowest.unit_price,
        old_price=None if differs["price"] or differs["old_price"] else lowest.old_price,
        breaks=() if differs["price"] or differs["breaks"] else lowest.breaks,
        deposit=None if differs["price"] or differs["deposit"] else lowest.deposit,
    )


def cost_apart(choices: Sequence[Choice]) -> bool:
    """Whether it matters to the purse which one is chosen."""
    return any(_differs(choices, name) for name in ("price", "unit_price", "old_price", "breaks", "deposit"))


def own_terms(choices: list[Choice]) -> list[Choice]:
    """The same choices, each with its breaks and its deposit in words where they are not those of all."""
    breaks, deposit = _differs(choices, "breaks"), _differs(choices, "deposit")
    return [
        replace(
            one,
            terms=(
                *([_breaks_line(one.breaks)] if breaks and one.breaks else []),
                *([_deposit_line(one.deposit)] if deposit and one.deposit else []),
            ),
        )
        for one in choices
    ]


def _differs(choices: Sequence[Choice], name: str) -> bool:
    return any(getattr(one, name) != getattr(choices[0], name) for one in choices[1:])


def _breaks_line(breaks: Breaks) -> str:
    return " · ".join(f"{one['label']}: {money(one['price'])}" for one in breaks if not one["current"])


def _deposit_line(deposit: Deposit) -> str:
    percent, now, later = deposit
    return _(
        "Deposit of %(percent)s percent: %(now)s when you order, %(later)s when it is ready",
        percent=percent,
        now=money(now),
        later=money(later),
    )


def deposit_of(variant: Variant) -> Deposit | None:
    """Of what is made to order against a deposit: the percent, what is paid now and what later."""
    later = balance_of(variant.price, variant.deposit_percent)
    return (variant.deposit_percent, variant.price - later, later) if later else None


def price_breaks(variant: Variant) -> Breaks:
    """`1–4 pieces`, `5–9 pieces`, `10 or more`: each with what a piece costs."""
    if not variant.breaks:
        return ()
    steps = [(1, variant.price), *((one.quantity, one.price) for one in variant.breaks)]
    rows = []
    for (first, price), after in zip(steps, [*steps[1:], None], strict=True):
        last = after[0] - 1 if after else None
        if last is None:
            label = _("%(first)s or more", first=number(first))
        elif last == first:
            label = ngettext("%(num)d piece", "%(num)d pieces", first)
        else:
            label = _("%(first)s–%(last)s pieces", first=number(first), last=number(last))
        rows.append({"label": label, "price": price, "current": first == 1})
    return tuple(rows)
