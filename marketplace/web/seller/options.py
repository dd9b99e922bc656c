"""Whether the buyer has a choice: size, colour, motif. Each choice makes variants, which get their prices next door."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Invalid, Several
from catalog.products.measures import HEAD_SIZE
from catalog.products.models import Product
from catalog.products.services import OptionInput, ValueInput
from catalog.products.staging import choices
from catalog.products.states import COMPLETE
from catalog.text import N_, tidy
from marketplace.curation import changes
from marketplace.web.lifecycle import attempt
from marketplace.web.seller.answers import Answer, Complaints
from marketplace.web.seller.desk import page, piece_of, way_back
from marketplace.web.seller.products import saved
from marketplace.web.visits import visit

pages = Blueprint("options", __name__)

ROWS = 3
OTHER = "other"
LONGEST = 2_000

NAMES = {
    "size": ("Ukuran", "Size"),
    "colour": ("Warna", "Colour"),
    "motif": ("Motif", "Motif"),
    "head-size": ("Lingkar kepala", "Head size"),
}
"""The kinds of choice that pieces share, with their names in both languages."""


@pages.get("/products/<product>/options")
def edit(seller: str, product: str) -> Response | str:
    piece = piece_of(product)
    if back := way_back(piece):
        return back
    return _page(piece, _kept(piece), Complaints())


def _kept(piece: Product) -> list[dict[str, str]]:
    """One row per option as it is kept, or as it waits for the curators."""
    lying = changes.lying_options(piece)
    return [_row(option) for option in (choices(piece.options) if lying is None else lying)]


def _row(option: dict[str, Any]) -> dict[str, str]:
    values = [f"{one['name']} / {one['name_en']}" if one["name_en"] else one["name"] for one in option["values"]]
    return {"kind": option["key"], "name": option["name"], "name_en": option["name_en"], "values": "\n".join(values)}


def _page(piece: Product, rows: list[dict[str, str]], wrong: Complaints, version: str | None = None) -> str:
    kinds = [
        ("", _("No choice")),
        ("size", _("Size")),
        ("colour", _("Colour")),
        ("motif", _("Motif")),
        ("head-size", _("Head size")),
    ]
    known = {value for value, _label in kinds}
    own = {one.key: one.name for one in piece.options}
    own |= {one["key"]: one["name"] for one in changes.lying_options(piece) or []}
    kinds += [(key, name) for key, name in own.items() if key not in known]
    kinds.append((OTHER, _("Something else")))
    answers = []
    for place in range(ROWS):
        row = rows[place] if place < len(rows) else {}
        at = f"options-{place}"
        row_answers = {
            "kind": Answer(f"{at}-kind", _("What can be chosen?"), row.get("kind", ""), True),
            "name": Answer(
                f"{at}-name", _("Its name"), row.get("name", ""), description=_("Only for “Something else”.")
            ),
            "name_en": Answer(f"{at}-name_en", _("Its name in English"), row.get("name_en", "")),
            "values": Answer(
                f"{at}-values",
                _("The choices, one per line"),
                row.get("values", ""),
                True,
                description=_("Around the head in centimetres, such as 57 or 57–58.")
                if row.get("kind") == HEAD_SIZE
                else _("English can follow after a stroke: Merah / Red. Head sizes in centimetres: 57 or 57–58."),
            ),
        }
        wrong.show_at(row_answers.values())
        answers.append(row_answers)
    used = sum(1 for row in rows if row.get("kind"))
    return page(
        "seller/options/edit.html", "products",
        product=piece, rows=answers, kinds=kinds, wrong=wrong, used=used, version=version or piece.version,
        on_sale=piece.state in COMPLETE,
    )  # fmt: skip


def _typed() -> list[dict[str, str]]:
    return [
        {
            name: request.form.get(f"options-{place}-{name}", "")[:LONGEST]
            for name in ("kind", "name", "name_en", "values")
        }
        for place in range(ROWS)
    ]


@pages.post("/products/<product>/options")
def update(seller: str, product: str) -> Response | tuple[str, int]:
    piece = piece_of(product)
    rows = _typed()
    wrong = Complaints()
    given = request.form.get("version", "")
    used = [(place, row) for place, row in enumerate(rows) if row["kind"]]
    _unnamed(piece, rows, wrong)
    try:
        with attempt():
            if wrong:
                raise Several([Invalid(N_("Please look at the marked lines."))])
            version = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
            waits = changes.change_options(piece, [_input(piece, row) for _place, row in used], version, visit.person)
    except (Invalid, Conflict) as error:
        rename = {}
        for number, (place, row) in enumerate(used):
            rename[f"options-{number}-values"] = f"options-{place}-values"
            rename[f"options-{number}-name"] = f"options-{place}-{'kind' if row['kind'] in NAMES else 'name'}"
        if not wrong:
            wrong.take(error, rename)
        piece = piece_of(product)
        return _page(piece, rows, wrong, str(piece.version)), error.status
    if waits:
        visit.tell("success", saved(piece, waits))
        return redirect(url_for("seller.products.show", code=product), 303)
    visit.tell("success", _("Saved. Now give each one its price and stock."))
    return redirect(url_for("seller.variants.edit", product=product), 303)


def _unnamed(piece: Product, rows: list[dict[str, str]], wrong: Complaints) -> None:
    """Choices typed for nothing that can be chosen would be lost without a word. Those that were there before may go."""
    before = {tuple(row["values"].split()) for row in _kept(piece)}
    for place, row in enumerate(rows):
        if not row["kind"] and row["values"].strip() and tuple(row["values"].split()) not in before:
            wrong.add(f"options-{place}-kind", _("Say what can be chosen, or empty the list of choices."))


def _input(piece: Product, row: dict[str, str]) -> OptionInput:
    """What was typed as an option; values that keep their name keep their key, so carts still find them."""
    present: Any = next((one for one in piece.options if one.key == row["kind"]), None)
    keys = {tidy(one.name).casefold(): one.key for one in present.values} if present else {}
    values = []
    for text in row["values"].splitlines():
        name, _stroke, english = (tidy(part) for part in text.partition("/"))
        if name or english:
            values.append(ValueInput(name, english, keys.get(name.casefold(), "")))
    name, name_en = NAMES.get(row["kind"], (tidy(row["name"]), tidy(row["name_en"])))
    key = row["kind"] if row["kind"] != OTHER else ""
    return OptionInput(key, name, name_en, values)
