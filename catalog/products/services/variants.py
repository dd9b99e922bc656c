"""Options and variants: what the buyer chooses, and what each choice costs, weighs and takes.

A variant keeps its code for as long as its combination of values is on offer, because carts and addresses name it. What
is no longer on offer becomes inactive and is never deleted: orders and stock movements speak of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product as combine

from sqlalchemy import Row, func, select

from catalog.db import db
from catalog.errors import DomainError, Invalid, Several
from catalog.money import Money
from catalog.products import deposits
from catalog.products.checklist import BOX_MAX, PRICE_MAX, PRICE_MIN, WEIGHT_MAX
from catalog.products.measures import HEAD_SIZE, Measures, head_size, wrong_measures
from catalog.products.models import Fulfilment, Option, OptionValue, Product, Variant
from catalog.products.prices import Break, set_breaks, wrong_breaks
from catalog.products.services.editing import hold_still, touched
from catalog.products.states import COMPLETE
from catalog.text import N_, slugify, tidy

OPTIONS_MAX = 3
VALUES_MAX = 20
VARIANTS_MAX = 60

Combination = frozenset[tuple[str, str]]
"""(option key, value key) of every option."""


@dataclass(frozen=True)
class ValueInput:
    """One value of an option. Without a key the name makes one."""

    name: str
    name_en: str = ""
    key: str = ""


@dataclass(frozen=True)
class OptionInput:
    """One option. `key` is the kind of choice across products (`size`, `colour`, `motif`, `head-size`)."""

    key: str
    name: str
    name_en: str = ""
    values: Sequence[ValueInput] = ()


@dataclass(frozen=True)
class VariantInput:
    """One combination on offer. Weight in grams, box (length, width, height) in millimetres, days are working days."""

    price: Money
    weight: int
    box: tuple[int, int, int]
    values: Mapping[str, str] | None = None
    fulfilment: Fulfilment = Fulfilment.READY
    dispatch_days: int = 2
    lead_days: int | None = None
    deposit_percent: int = 0
    """What is paid when it is ordered, of what is made to order; 0: everything."""
    sku: str | None = None
    is_active: bool = True
    breaks: Sequence[Break] | None = None
    """What many pieces cost each; None leaves the breaks as they are."""
    measures: Measures | None = None
    """Of the piece itself; None leaves them as they are."""


def combinations(product: Product) -> list[tuple[OptionValue, ...]]:
    """Every combination of values, in order; one empty combination for a product without options."""
    return [tuple(chosen) for chosen in combine(*(option.values for option in product.options))]


def set_options(product: Product, options: Sequence[OptionInput], version: int | None = None) -> None:
    """Offer these options and values and no others; variants follow.

    Variants of combinations that stay keep their code; a new option puts the variants there on its first value. New
    combinations copy the nearest variant and wait to be corrected; of a piece that is or was on sale they are not
    offered before `set_variants` says what they cost. Raises like `edit`.
    """
    hold_still(product, version)
    wanted = check_options(options)
    before = {variant: variant.choices() for variant in product.variants if variant.is_active}
    known = {option.key: {value.key for value in option.values} for option in product.options}
    with db.session.no_autoflush:
        _replace_options(product, wanted)
        db.session.flush()
        _follow_options(product, before)
    if product.state in COMPLETE and before and not any(one.is_active for one in product.variants):
        raise _nothing_left(wanted, known)
    touched(product, measured=True)


def set_variants(product: Product, rows: Sequence[VariantInput], version: int | None = None) -> list[Variant]:
    """Offer exactly these combinations: those there are changed and keep their code, others become inactive.

    Raises like `edit`; fields are named `variants-<row>-<price|weight|box|…>`.
    """
    hold_still(product, version)
    offered = {_key(values): values for values in combinations(product)}
    chosen = _checked_rows(product, rows, offered)
    present = _by_combination(product)
    if any(variant.sku for variant in product.variants):
        for variant in product.variants:  # numbers may change places, which the unique key would not see as one change
            variant.sku = None
        db.session.flush()
    kept: list[Variant] = []
    with db.session.no_autoflush:
        for place, (row, combination) in enumerate(zip(rows, chosen, strict=True)):
            known = present.get(combination)
            kept.append(_filled(known or _added(product, offered[combination]), row, place))
        for variant in product.variants:
            if variant not in kept:
                variant.is_active = False
    touched(product, measured=True)
    product.variants.sort(key=lambda one: one.position)
    return kept


def check_variants(product: Product, rows: Sequence[VariantInput]) -> list[Variant | None]:
    """Raise what `set_variants` would raise for these rows; else the variant that each would change, None for a new."""
    offered = {_key(values): values for values in combinations(product)}
    present = _by_combination(product)
    return [present.get(combination) for combination in _checked_rows(product, rows, offered)]


def reprice(product: Product, prices: Mapping[str, tuple[Money, Sequence[Break] | None]]) -> None:
    """Let variants (by code) cost this, and this each of many (None leaves the breaks); codes that are gone are left
    out. Raises like `edit`."""
    hold_still(product, None)
    for variant in product.variants:
        if variant.code in prices:
            variant.price, breaks = prices[variant.code]
            if breaks is not None:
                set_breaks(variant, breaks)
    touched(product)


def _added(product: Product, values: Sequence[OptionValue]) -> Variant:
    variant = Variant(seller_id=product.seller_id, values=list(values))
    product.variants.append(variant)
    return variant


def _filled(variant: Variant, row: VariantInput, place: int) -> Variant:
    variant.price, variant.weight = row.price, row.weight
    variant.box_length, variant.box_width, variant.box_height = row.box
    variant.fulfilment = Fulfilment(row.fulfilment)
    variant.dispatch_days = row.dispatch_days
    variant.lead_days = row.lead_days if variant.fulfilment is Fulfilment.MADE_TO_ORDER else None
    variant.deposit_percent = row.deposit_percent if variant.fulfilment is Fulfilment.MADE_TO_ORDER else 0
    variant.sku = tidy(row.sku) or None
    variant.is_active = row.is_active
    variant.position = place
    if row.breaks is not None:
        set_breaks(variant, row.breaks)
    if row.measures is not None:
        variant.measures = row.measures
    return variant


def _key(values: Iterable[OptionValue]) -> Combination:
    return frozenset((value.option.key, value.key) for value in values)


def _by_combination(product: Product) -> dict[Combination, Variant]:
    """One variant per combination on offer; an active one before an inactive one, then the oldest."""
    size = len(product.options)
    found: dict[Combination, Variant] = {}
    for variant in sorted(product.variants, key=lambda one: (not one.is_active, one.id)):
        key = _key(variant.values)
        if len(key) == size:
            found.setdefault(key, variant)
    return found


def _nothing_left(wanted: Sequence[OptionInput], known: Mapping[str, set[str]]) -> Invalid:
    """The refusal of options that take every choice of a piece on sale away, at the one that does it."""
    gone = (
        place
        for place, option in enumerate(wanted)
        if option.key in known and known[option.key].isdisjoint(value.key for value in option.values)
    )
    place = next(gone, None)
    return Invalid(
        N_(
            "Keep one of the present choices while the piece is on sale: a new one is offered only when you have said "
            "what it costs. To change them all, take the piece off sale first."
        ),
        field="options" if place is None else f"options-{place}-values",
    )


def check_options(options: Sequence[OptionInput]) -> list[OptionInput]:
    """The options as `set_options` would keep them; raises what it raises for options that cannot be right."""
    errors: list[DomainError] = []
    wanted: list[OptionInput] = []
    if len(options) > OPTIONS_MAX:
        errors.append(Invalid(N_("At most %(limit)s options are possible."), field="options", limit=OPTIONS_MAX))
    for place, option in enumerate(options[:OPTIONS_MAX]):
        field = f"options-{place}"
        name, key = tidy(option.name), slugify(option.key or option.name, 40)
        if not 1 <= len(name) <= 60 or len(tidy(option.name_en)) > 60:
            errors.append(Invalid(N_("Write a name of 1 to 60 characters."), field=f"{field}-name"))
        if key in {one.key for one in wanted}:
            errors.append(Invalid(N_("Each option may be there only once."), field=f"{field}-name"))
        values = [
            ValueInput(tidy(value.name), tidy(value.name_en), slugify(value.key or value.name, 60))
            for value in option.values
        ]
        if key == HEAD_SIZE:
            values = _head_sizes(values, f"{field}-values", errors)
        if not 1 <= len(values) <= VALUES_MAX:
            errors.append(
                Invalid(N_("Write 1 to %(limit)s values for each option."), field=f"{field}-values", limit=VALUES_MAX)
            )
        elif any(not 1 <= len(value.name) <= 60 or len(value.name_en) > 60 for value in values):
            errors.append(Invalid(N_("Write each value in 1 to 60 characters."), field=f"{field}-values"))
        elif twice := next(
            (one for place, one in enumerate(values) if one.key in {v.key for v in values[:place]}), None
        ):
            message = N_("“%(value)s” stands there twice; each value may be there only once.")
            errors.append(Invalid(message, field=f"{field}-values", value=twice.name))
        wanted.append(OptionInput(key, name, tidy(option.name_en), values))
    count = 1
    for option in wanted:
        count *= max(1, len(option.values))
    if not errors and count > VARIANTS_MAX:
        errors.append(
            Invalid(
                N_("These options make %(count)s variants; at most %(limit)s are possible."),
                field=f"options-{len(wanted) - 1}-values", count=count, limit=VARIANTS_MAX,
            )
        )  # fmt: skip
    if errors:
        raise Several(errors)
    return wanted


def _head_sizes(values: Sequence[ValueInput], field: str, errors: list[DomainError]) -> list[ValueInput]:
    """Circumferences under one name and one key in all shops, so that lists can narrow by them."""
    found = []
    for value in values:
        try:
            key, name = head_size(value.name)
        except Invalid as error:
            error.field = field
            errors.append(error)
            return list(values)
        found.append(ValueInput(name, name, key))
    return found


def _replace_options(product: Product, wanted: Sequence[OptionInput]) -> None:
    present = {option.key: option for option in product.options}
    product.options[:] = [one for one in product.options if one.key in {option.key for option in wanted}]
    for place, wish in enumerate(wanted):
        option = present.get(wish.key)
        if option is None:
            option = Option(key=wish.key)
            product.options.append(option)
        option.name, option.name_en, option.position = wish.name, wish.name_en, place
        values = {value.key: value for value in option.values}
        kept = {value.key for value in wish.values}
        gone = [value for value in option.values if value.key not in kept]
        _let_go(product, gone)
        option.values[:] = [value for value in option.values if value.key in kept]
        for order, value_wish in enumerate(wish.values):
            value = values.get(value_wish.key)
            if value is None:
                value = OptionValue(key=value_wish.key)
                option.values.append(value)
            value.name, value.name_en, value.position = value_wish.name, value_wish.name_en, order
        option.values.sort(key=lambda one: one.position)
    removed = [option for key, option in present.items() if key not in {wish.key for wish in wanted}]
    _let_go(product, [value for option in removed for value in option.values])
    product.options.sort(key=lambda one: one.position)


def _let_go(product: Product, gone: Sequence[OptionValue]) -> None:
    """Take values off the variants before the values are deleted."""
    if gone:
        for variant in product.variants:
            variant.values[:] = [value for value in variant.values if value not in gone]
        db.session.flush()


def _follow_options(product: Product, before: Mapping[Variant, Mapping[str, str]]) -> None:
    if not before:
        return
    keys = [option.key for option in product.options]
    first = {option.key: option.values[0].key for option in product.options}
    named = {option.key: {value.key: value for value in option.values} for option in product.options}
    taken: dict[Combination, Variant] = {}
    for variant in sorted(before, key=lambda one: (one.position, one.id)):
        choice = {key: before[variant].get(key, first[key]) for key in keys}
        fits = all(choice[key] in named[key] for key in keys)
        combination: Combination = frozenset(choice.items())
        if fits and combination not in taken:
            taken[combination] = variant
            variant.values = [named[key][choice[key]] for key in keys]
        else:
            variant.is_active = False
            variant.sku = None
    template = [(variant, frozenset(before[variant].items())) for variant in before]
    # A copy would be sold at once, at a price that was said of something else.
    is_known = product.state in COMPLETE or product.published_at is not None
    for place, values in enumerate(combinations(product)):
        combination = _key(values)
        copied = taken.get(combination)
        if copied is None and is_known:
            continue
        if copied is None:
            nearest = max(template, key=lambda one: (len(one[1] & combination), -one[0].position))[0]
            copied = _copy(product, nearest, values)
        copied.position = place
    db.session.flush()
    product.variants.sort(key=lambda one: one.position)


def _copy(product: Product, model: Variant, values: Sequence[OptionValue]) -> Variant:
    copy = _added(product, values)
    for column in (
        "price", "weight", "box_length", "box_width", "box_height", "fulfilment", "dispatch_days", "lead_days",
        "deposit_percent",
    ):  # fmt: skip
        setattr(copy, column, getattr(model, column))
    copy.is_active = True
    set_breaks(copy, [(one.quantity, one.price) for one in model.breaks])
    copy.measures = model.measures
    return copy


def _checked_rows(
    product: Product, rows: Sequence[VariantInput], offered: Mapping[Combination, Sequence[OptionValue]]
) -> list[Combination]:
    errors: list[DomainError] = []
    chosen: list[Combination] = []
    if not rows or len(rows) > VARIANTS_MAX:
        raise Invalid(N_("Keep 1 to %(limit)s choices on offer."), field="variants", limit=VARIANTS_MAX)
    skus: set[str] = set()
    for place, row in enumerate(rows):
        at = f"variants-{place}"
        combination: Combination = frozenset((row.values or {}).items())
        if combination not in offered:
            errors.append(Invalid(N_("Choose one value of every option."), field=f"{at}-values"))
        elif combination in chosen:
            errors.append(Invalid(N_("This combination is there twice."), field=f"{at}-values"))
        chosen.append(combination)
        errors.extend(_wrong_figures(row, at))
        errors.extend(wrong_breaks(row.price, row.breaks or (), at))
        errors.extend(wrong_measures(row.measures, at))
        sku = tidy(row.sku)
        if len(sku) > 40:
            errors.append(Invalid(N_("Write at most %(limit)s characters."), field=f"{at}-sku", limit=40))
        elif sku and sku.lower() in skus:
            errors.append(
                Invalid(N_("This number (SKU) stands at another choice of this piece too."), field=f"{at}-sku")
            )
        elif sku and (owner := _owner_of_sku(product, sku)):
            message = N_("“%(product)s” has this number (SKU) already: %(sku)s.")
            errors.append(Invalid(message, field=f"{at}-sku", product=owner.title, sku=owner.sku))
        skus.add(sku.lower())
    if errors:
        raise Several(errors)
    return chosen


def _wrong_figures(row: VariantInput, at: str) -> list[DomainError]:
    errors: list[DomainError] = []
    if not isinstance(row.price, Money) or not PRICE_MIN <= row.price <= PRICE_MAX:
        errors.append(
            Invalid(
                N_("Write a price between %(low)s and %(high)s."),
                field=f"{at}-price", low=PRICE_MIN, high=PRICE_MAX,
            )
        )  # fmt: skip
    if not _is_between(row.weight, 1, WEIGHT_MAX):
        errors.append(
            Invalid(N_("Write the weight in grams, from 1 to %(limit)s."), field=f"{at}-weight", limit=WEIGHT_MAX)
        )
    if len(row.box) != 3 or not all(_is_between(side, 1, BOX_MAX) for side in row.box):
        errors.append(
            Invalid(
                N_("Write length, width and height of the box, each up to %(limit)s centimetres."),
                field=f"{at}-box", limit=BOX_MAX // 10,
            )
        )  # fmt: skip
    if not _is_between(row.dispatch_days, 0, 30):
        errors.append(
            Invalid(N_("Write how many days you need to send it, from 0 to 30."), field=f"{at}-dispatch_days")
        )
    if row.fulfilment not in set(Fulfilment):
        errors.append(Invalid(N_("Choose ready-made or made to order."), field=f"{at}-fulfilment"))
    elif row.fulfilment == Fulfilment.MADE_TO_ORDER and not _is_between(row.lead_days, 1, 365):
        errors.append(Invalid(N_("Write how many days you need to make it, from 1 to 365."), field=f"{at}-lead_days"))
    may = deposits.bounds()
    asks = row.fulfilment == Fulfilment.MADE_TO_ORDER and row.deposit_percent != 0
    if asks and not _is_between(row.deposit_percent, may.least, may.most):
        message = N_("Write a whole number from %(least)s to %(most)s, or leave it empty: then all is paid at once.")
        errors.append(Invalid(message, field=f"{at}-deposit_percent", least=may.least, most=may.most))
    return errors


def _is_between(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _owner_of_sku(product: Product, sku: str) -> Row[str, str | None] | None:
    """Title and number as written there of another product of the seller that has it; within the product the rows are
    compared."""
    same = func.lower(Variant.sku) == func.lower(sku)
    return db.session.execute(
        select(Product.title, Variant.sku)
        .join(Variant, Variant.product_id == Product.id)
        .where(Variant.seller_id == product.seller_id, same, Variant.product_id != product.id)
        .limit(1)
    ).first()
