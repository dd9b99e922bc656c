"""A piece of two options or more: a group of values for each of them, and the one variant that the chosen values name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from catalog.errors import Conflict, DomainError, Invalid, NotFound, Several
from catalog.products.models import Product
from catalog.products.queries import list_combinations
from catalog.text import N_, localized
from marketplace.carts.queries import SOLD_OUT
from marketplace.web.locale import current_locale
from marketplace.web.personal import Filled
from marketplace.web.pieces import Choice
from marketplace.web.speech import gettext as _

PREFIX = "option-"
"""Of the names of the form's fields: `option-size`."""


@dataclass(frozen=True)
class Group:
    """One option; `options` and `error` as the `choices` component takes them."""

    key: str
    name: str
    label: str
    options: list[dict[str, Any]]
    error: str = ""


@dataclass(frozen=True)
class Grouped:
    """All options of a piece, and the choice that is selected in them: None where a value is missing or the values do not
    go together."""

    groups: list[Group]
    chosen: Choice | None
    is_complete: bool

    @property
    def complaints(self) -> list[Group]:
        """Those that stand at the head of the page: what does not go together is told once."""
        refused = [one for one in self.groups if one.error]
        return refused[:1] if self.is_complete else refused

    def keys(self, choice: Choice) -> str:
        """What a choice is of each option, by words: `merah 58-59`."""
        return " ".join(choice.combination[one.key] for one in self.groups)


def asked_variant(filled: Filled) -> str:
    """The code of the variant that the form asks for: named as such, or by a value for each option of a `product`, which
    `filled` keeps. Empty where nothing is asked for.

    NotFound for a piece that is not on sale; Several (`option-<key>`) for values that are missing, unknown or do not go
    together.
    """
    code, filled.product = request.form.get("variant", ""), request.form.get("product", "")
    if code or not filled.product:
        return code
    offered = list_combinations(filled.product)
    if not offered:
        raise NotFound(N_("This piece is not on sale, or never was."))
    known: dict[str, set[str]] = {}
    for combination in offered.values():
        for option, value in combination.items():
            known.setdefault(option, set()).add(value)
    filled.picked = {option: request.form.get(PREFIX + option, "") for option in known}
    wrong: list[DomainError] = [
        Invalid(N_("Choose one of these."), field=PREFIX + option)
        for option, value in filled.picked.items()
        if value not in known[option]
    ]
    if wrong:
        raise Several(wrong)
    found = next((code for code, combination in offered.items() if combination == filled.picked), None)
    if found is None:
        raise Several([Invalid(N_("There is none of these together."), field=PREFIX + option) for option in known])
    return found


def beside(filled: Filled, error: DomainError) -> DomainError:
    """The same error; where it says that what was picked is sold out, beside each of the options."""
    if error.message != SOLD_OUT or not filled.picked:
        return error
    return Several([Conflict(SOLD_OUT, field=PREFIX + option) for option in filled.picked])


def grouped(product: Product, choices: Sequence[Choice], filled: Filled | None = None) -> Grouped | None:
    """A group for each option, in the seller's order, with what is selected or came back; None for a piece of one option,
    or whose choices do not all tell the same ones."""
    told = {value.option.key: value.option for one in product.variants if one.is_active for value in one.values}
    if len(told) < 2 or any(one.combination.keys() != told.keys() for one in choices):
        return None
    locale = current_locale()
    values = {(value.option.key, value.key): value for one in product.variants if one.is_active for value in one.values}
    names = {pair: localized(value, "name", locale) for pair, value in values.items()}
    selected = next((one.combination for one in choices if one.selected), {})
    picked = filled.picked if filled and filled.picked else selected
    can = {pair for one in choices if one.available for pair in one.combination.items()}
    found = []
    for option in sorted(told.values(), key=lambda one: (one.position, one.id)):
        own = sorted(
            (value for (key, _value), value in values.items() if key == option.key), key=lambda one: one.position
        )
        complaints = filled.errors.get(PREFIX + option.key, []) if filled else []
        found.append(
            Group(
                option.key,
                PREFIX + option.key,
                localized(option, "name", locale),
                [
                    {
                        "value": one.key,
                        "label": names[option.key, one.key],
                        "selected": picked.get(option.key) == one.key,
                        "mark": "" if (option.key, one.key) in can else _("sold out"),
                    }
                    for one in own
                ],
                (_refusal(choices, picked, option.key, names) or " ".join(complaints)) if complaints else "",
            )
        )
    chosen = next((one for one in choices if one.combination == picked), None)
    return Grouped(found, chosen, all(pair in values for pair in picked.items()) and picked.keys() == told.keys())


def _refusal(
    choices: Sequence[Choice], picked: Mapping[str, str], option: str, names: Mapping[tuple[str, str], str]
) -> str:
    """Why what was picked cannot be had, and which values of `option` can with the others; empty where a value of it is
    not known."""
    if any(pair not in names for pair in picked.items()):
        return ""
    chosen = next((one for one in choices if one.combination == picked), None)
    all_picked = " · ".join(names[pair] for pair in picked.items())
    others = {key: value for key, value in picked.items() if key != option}
    fitting = [
        one.combination[option] for one in choices if one.available and others.items() <= one.combination.items()
    ]
    told = {
        "chosen": all_picked,
        "others": " · ".join(names[pair] for pair in others.items()),
        "names": ", ".join(names[option, value] for value in dict.fromkeys(fitting)),
    }
    if chosen is None and fitting:
        return _("“%(chosen)s” does not exist. With “%(others)s” you can have: %(names)s.", **told)
    if chosen is None:
        return _("“%(chosen)s” does not exist, and with “%(others)s” nothing can be had now.", **told)
    if fitting:
        return _("“%(chosen)s” is sold out. With “%(others)s” you can have: %(names)s.", **told)
    return _("“%(chosen)s” is sold out, and so is all else with “%(others)s”.", **told)
