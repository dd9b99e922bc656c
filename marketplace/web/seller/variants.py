"""What each choice costs, weighs and takes. One row per combination of the options; a plain piece has one row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Invalid, Several
from catalog.money import ZERO, Money
from catalog.products.checklist import BOX_MAX
from catalog.products.deposits import bounds
from catalog.products.models import Fulfilment, Product, Variant
from catalog.products.prices import BREAKS_MAX, Break, before, list_spans
from catalog.products.services import VariantInput, check_variants, combinations
from catalog.products.states import COMPLETE
from catalog.text import N_, localized
from marketplace.curation import changes
from marketplace.web.errors import sentence
from marketplace.web.filters import money
from marketplace.web.lifecycle import attempt
from marketplace.web.locale import current_locale
from marketplace.web.price_steps import steps_of
from marketplace.web.seller import measuring
from marketplace.web.seller.answers import LONGEST, Answer, Complaints, centimetres, millimetres, whole
from marketplace.web.seller.desk import page, piece_of, way_back
from marketplace.web.seller.levels import bring, levels_of
from marketplace.web.seller.products import saved
from marketplace.web.visits import visit

pages = Blueprint("variants", __name__)

FIELDS = (
    "values", "is_active", "price", "stock", "stock_seen", "weight", "length", "width", "height", "fulfilment",
    "dispatch_days", "lead_days", "deposit_percent", "sku", *measuring.FIELDS,
    *(f"break_{what}_{number}" for number in range(1, BREAKS_MAX + 1) for what in ("quantity", "price")),
)  # fmt: skip
AS_FIRST = ("weight", "length", "width", "height", "fulfilment", "dispatch_days", "lead_days", "deposit_percent")
"""What a further row takes from the first when it is left empty."""
LIMIT = 60

Row = dict[str, str]


def _key(values: Any) -> str:
    """The combination as the form carries it: `size=l;colour=red`."""
    return ";".join(sorted(f"{one.option.key}={one.key}" for one in values))


def _figure(price: Money) -> str:
    """A price as it stands in its box, beside the sign of the rupiah."""
    return money(price).removeprefix("Rp")


def _kept(piece: Product) -> list[Row]:
    """One row per combination as it is kept, with a price that waits in its place; combinations without a variant have
    empty rows."""
    submission = changes.on_table(piece) if piece.state in COMPLETE else None
    lying = (submission.changes or {}).get(changes.PRICES, {}) if submission else {}
    by_key: dict[str, Variant] = {}
    for known in sorted(piece.variants, key=lambda one: (not one.is_active, one.id)):
        by_key.setdefault(_key(known.values), known)
    stock = levels_of(piece.variants)
    has_any = any(one.is_active for one in piece.variants)
    rows: list[Row] = []
    for combination in combinations(piece):
        key = _key(combination)
        variant = by_key.get(key)
        if variant is None:
            rows.append(
                {
                    "values": key,
                    "is_active": "" if has_any else "y",
                    "fulfilment": "",
                    "dispatch_days": "2" if not rows else "",
                }
            )
            continue
        level = stock.get(variant.id)
        on_hand = str(level.on_hand) if level else ""
        rows.append({
            "values": key, "is_active": "y" if variant.is_active else "", "price": _figure(variant.price),
            "stock": on_hand, "stock_seen": on_hand, "weight": str(variant.weight),
            "length": centimetres(variant.box_length), "width": centimetres(variant.box_width), "height": centimetres(variant.box_height),
            "fulfilment": str(variant.fulfilment), "dispatch_days": str(variant.dispatch_days),
            "lead_days": str(variant.lead_days or ""), "deposit_percent": str(variant.deposit_percent or ""), "sku": variant.sku or "", "held": str(level.reserved) if level and level.reserved else "",
        })  # fmt: skip
        rows[-1].update(measuring.kept(variant))
        for number, one in enumerate(variant.breaks, 1):
            rows[-1][f"break_quantity_{number}"] = str(one.quantity)
            rows[-1][f"break_price_{number}"] = _figure(one.price)
        if variant.code in lying:
            _with_waiting(rows[-1], lying[variant.code])
    if len(rows) > 1:
        for row in rows[1:]:
            if all(row.get(name, "") == rows[0].get(name, "") for name in AS_FIRST):
                row.update(dict.fromkeys(AS_FIRST, ""))
            measuring.as_first(row, rows[0])
    return rows


def _with_waiting(row: Row, kept: Sequence[Any]) -> None:
    """Prices that wait for the curators, or were given back: the maker goes on with these."""
    price, breaks = kept
    row["price"] = _figure(Money(price))
    if breaks is not None:
        for number in range(1, BREAKS_MAX + 1):
            row.pop(f"break_quantity_{number}", None)
            row.pop(f"break_price_{number}", None)
        for number, (quantity, each) in enumerate(breaks, 1):
            row[f"break_quantity_{number}"] = str(quantity)
            row[f"break_price_{number}"] = _figure(Money(each))


def _typed() -> list[Row]:
    rows = []
    for place in range(LIMIT):
        if f"variants-{place}-values" not in request.form:
            break
        rows.append({name: request.form.get(f"variants-{place}-{name}", "")[:LONGEST] for name in FIELDS})
    return rows


@pages.get("/products/<product>/variants")
def edit(seller: str, product: str) -> Response | str:
    piece = piece_of(product)
    if back := way_back(piece):
        return back
    return _page(piece, _kept(piece), Complaints())


def _page(piece: Product, rows: list[Row], wrong: Complaints, theirs: list[Row] | None = None) -> str:
    locale = current_locale()
    names = {
        _key(values): " · ".join(localized(one, "name", locale) for one in values) for values in combinations(piece)
    }
    asks = piece.craft.measure if piece.craft else None
    drawn = []
    for place, row in enumerate(rows):
        answers = _answers(place, row)
        wrong.show_at(answers.values())
        rest = any(row.get(name, "") for name in (*AS_FIRST, *measuring.SIDES)) or any(
            answers[name].errors for name in answers if name not in ("is_active", "price", "stock")
        )
        drawn.append(
            {
                "place": place,
                "name": names.get(row["values"], ""),
                "row": row,
                "answers": answers,
                "open": place == 0 or rest,
                "is_measured": any(answers[name].errors or row.get(name, "") for name in measuring.folded(asks)),
                "has_breaks": any(row.get(name, "") for name in row if name.startswith("break_")),
            }
        )
    present = [(names.get(row["values"], ""), row) for row in theirs or []]
    return page(
        "seller/variants/edit.html", "products",
        product=piece, rows=drawn, wrong=wrong, theirs=present, version=piece.version, asks=asks,
        on_sale=piece.state in COMPLETE, breaks=range(1, BREAKS_MAX + 1), histories=_histories(piece, names),
    )  # fmt: skip


def _histories(piece: Product, names: dict[str, str]) -> list[dict[str, Any]]:
    """What each choice on offer has cost over the last year, where that ever changed, and what it may be compared with."""
    variants = [one for one in piece.variants if one.is_active]
    spans = list_spans(one.id for one in variants)
    return [
        {
            "name": names.get(_key(one.values), ""),
            "steps": steps_of(spans[one.id], piece.published_at),
            "before": before(spans[one.id], piece.on_sale_since),
            "price": one.price,
        }
        for one in variants
        if len(spans.get(one.id, ())) > 1
    ]


def _answers(place: int, row: Row) -> dict[str, Answer]:
    def ask(name: str, label: str, required: bool = False, hint: str = "") -> Answer:
        return Answer(f"variants-{place}-{name}", label, row.get(name, ""), required, [], hint)

    first = place == 0
    return {
        "is_active": ask("is_active", _("On offer")),
        "price": ask("price", _("Price"), True),
        "stock": ask("stock", _("Pieces that are ready"), True),
        "weight": ask("weight", _("Weight with packing"), first, _("In grams, as the courier weighs it.")),
        "length": ask("length", _("Length"), first),
        "width": ask("width", _("Width"), first),
        "height": ask("height", _("Height"), first),
        "fulfilment": ask("fulfilment", _("Is it ready?"), True),
        "dispatch_days": ask("dispatch_days", _("Working days until it is sent"), first),
        "lead_days": ask(
            "lead_days",
            _("Working days to make it"),
            False,
            _("Only when it is made to order. Say rather more than less."),
        ),
        "deposit_percent": ask(
            "deposit_percent",
            _("Deposit"),
            False,
            _(
                "Of what is made to order: %(least)s to %(most)s percent are paid when it is ordered, the rest when it is ready. Empty: everything at once.",
                least=bounds().least,
                most=bounds().most,
            ),
        ),
        "sku": ask("sku", _("Your own number"), False, _("If you keep a list of your own.")),
        **measuring.answers(ask),
        **{
            f"break_{what}_{number}": ask(f"break_{what}_{number}", label)
            for number in range(1, BREAKS_MAX + 1)
            for what, label in (("quantity", _("From how many pieces")), ("price", _("Price of each")))
        },
    }


@pages.post("/products/<product>/variants")
def update(seller: str, product: str) -> Response | tuple[str, int]:
    piece = piece_of(product)
    rows = _typed()
    wrong = Complaints()
    given = request.form.get("version", "")
    version = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
    offered = [place for place, row in enumerate(rows) if row["is_active"] or len(rows) == 1]
    inputs = [_input(rows, place, wrong) for place in offered]
    _unticked(piece, rows, offered, wrong)
    _idle(piece, rows, inputs, offered, wrong)
    try:
        with attempt():
            variants, waits = changes.change_variants(piece, inputs, version, visit.person)
            for place, variant in zip(offered, variants, strict=True):
                if not variant.is_made_to_order and (
                    text := bring(variant, rows[place]["stock"], rows[place]["stock_seen"])
                ):
                    wrong.add(f"variants-{place}-stock", text)
            if wrong:
                raise Several([Invalid(N_("Please look at the marked lines."))])
    except Conflict as error:
        return _both_versions(product, rows, inputs, offered, wrong, error)
    except Invalid as error:
        _complain(error, rows, offered, wrong)
        return _page(piece_of(product), _with_levels(piece_of(product), rows), wrong), 422
    visit.tell("success", saved(piece, waits))
    return redirect(url_for("seller.products.show", code=product), 303)


def _unticked(piece: Product, rows: list[Row], offered: list[int], wrong: Complaints) -> None:
    """A price typed for a new choice that is not on offer would be lost without a word."""
    known = {_key(one.values) for one in piece.variants}
    for place, row in enumerate(rows):
        if place not in offered and row["price"].strip() and row["values"] not in known:
            text = _("Mark this choice as on offer, or leave its price empty.")
            wrong.add(f"variants-{place}-is_active", text)


def _idle(
    piece: Product, rows: list[Row], inputs: Sequence[VariantInput], offered: list[int], wrong: Complaints
) -> None:
    """What only pieces made to order have, typed for one that is ready; what stood there before goes without a word."""
    kept = {row["values"]: row for row in _kept(piece)}
    sentences = {
        "lead_days": _("A piece that is ready takes no days to make: leave this empty, or choose “made to order”."),
        "deposit_percent": _("A piece that is ready is paid at once: leave this empty, or choose “made to order”."),
    }
    for place, one in zip(offered, inputs, strict=True):
        before = kept.get(rows[place]["values"], {})
        for name, text in sentences.items():
            typed = rows[place][name].strip()
            if one.fulfilment == Fulfilment.READY and typed not in ("", "0", before.get(name, "")):
                wrong.add(f"variants-{place}-{name}", text)


def _complain(error: Invalid, rows: list[Row], offered: list[int], wrong: Complaints) -> None:
    """The service counts the rows that it was given, the form counts all; what we know better is not said twice, nor
    what a further row only takes from the first."""
    for one in error.errors if isinstance(error, Several) else [error]:
        name = one.field or ""
        parts = name.split("-", 2)
        if len(parts) == 3 and parts[1].isdigit():
            place = offered[int(parts[1])]
            field = _wrong_side(rows, place) if parts[2] == "box" else parts[2]
            is_taken = place > 0 and not rows[place].get(field, "").strip()
            if is_taken and f"variants-0-{field}" in wrong.errors:
                continue
            name = f"variants-{place}-{field}"
        elif name == "variants":
            name = "variants-0-is_active"
        if name and name not in wrong.errors:
            wrong.add(name, sentence(one))
        elif not name and not wrong:
            wrong.add("", sentence(one))


def _wrong_side(rows: list[Row], place: int) -> str:
    """The first side of the parcel that no parcel can have."""
    sides = ("length", "width", "height")
    typed = {name: rows[place][name].strip() or rows[0][name] for name in sides}
    return next((name for name in sides if not 0 < (millimetres(typed[name]) or 0) <= BOX_MAX), "length")


def _with_levels(piece: Product, rows: list[Row]) -> list[Row]:
    """What was typed, with the levels as they are now, so that typing once more is enough."""
    kept = {row["values"]: row for row in _kept(piece)}
    return [{**row, "stock_seen": kept.get(row["values"], {}).get("stock_seen", row["stock_seen"])} for row in rows]


def _both_versions(
    product: str,
    rows: list[Row],
    inputs: list[VariantInput],
    offered: list[int],
    wrong: Complaints,
    error: Conflict,
) -> tuple[str, int]:
    """What was saved meanwhile beside what was typed; with it what is wrong there, where the choices are the same still."""
    piece = piece_of(product)
    kept = _kept(piece)
    if error.field != "version" or [row["values"] for row in rows] != [row["values"] for row in kept]:
        wrong = Complaints()
    else:
        try:
            check_variants(piece, inputs)
        except Invalid as figures:
            _complain(figures, rows, offered, wrong)
    wrong.add("", sentence(error))
    if error.field != "version":
        return _page(piece, rows, wrong), 409
    mine = {row["values"]: row for row in rows}
    merged = [
        {**mine[row["values"]], "stock_seen": row.get("stock_seen", "")} if row["values"] in mine else row
        for row in kept
    ]
    return _page(piece, merged, wrong, theirs=kept), 409


def _input(rows: list[Row], place: int, wrong: Complaints) -> VariantInput:
    """One row as the service takes it. What cannot be read becomes a figure that the service refuses by name."""
    first, row = rows[0], rows[place]

    def given(name: str) -> str:
        return row[name].strip() or (first[name].strip() if place else "")

    try:
        price = Money.parse(row["price"])
    except Invalid as error:
        wrong.add(f"variants-{place}-price", sentence(error))
        price = ZERO
    box = tuple(millimetres(given(name)) or 0 for name in ("length", "width", "height"))
    fulfilment: Any = given("fulfilment") or Fulfilment.READY
    days = whole(given("dispatch_days") or "2")
    return VariantInput(
        price=price,
        weight=whole(given("weight")) or 0,
        box=box,  # type: ignore[arg-type]
        values=dict(part.split("=", 1) for part in row["values"].split(";") if "=" in part),
        fulfilment=fulfilment if fulfilment in set(Fulfilment) else "unknown",  # type: ignore[arg-type]
        dispatch_days=-1 if days is None else days,
        lead_days=whole(given("lead_days")),
        deposit_percent=_percent(given("deposit_percent")),
        sku=row["sku"],
        is_active=True,
        breaks=_breaks(row, place, wrong),
        measures=measuring.read(row, first if place else {}),
    )


def _percent(text: str) -> int:
    """0 for nothing; what is no whole number becomes one that the service refuses."""
    if not text.strip():
        return 0
    return whole(text.strip().removesuffix("%").strip()) or -1


def _breaks(row: Row, place: int, wrong: Complaints) -> list[Break]:
    """The price breaks as typed, empty lines left out; what cannot be read is complained of under its own name."""
    found: list[Break] = []
    for number in range(1, BREAKS_MAX + 1):
        quantity, price = (row.get(f"break_{what}_{number}", "").strip() for what in ("quantity", "price"))
        if not quantity and not price:
            continue
        each = ZERO
        try:
            each = Money.parse(price)
        except Invalid as error:
            wrong.add(f"variants-{place}-break_price_{number}", sentence(error))
        found.append((whole(quantity) or 0, each))
    return found
