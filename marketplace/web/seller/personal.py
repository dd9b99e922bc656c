"""What a buyer may have made personal on a piece: up to four questions, each with its bounds and what it costs."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Several
from catalog.products.models import Product
from catalog.products.personal import FIELDS_MAX, HELP_MAX, LABEL_MAX, Field, tenths
from catalog.products.services import set_questions
from marketplace.web.lifecycle import attempt
from marketplace.web.seller.answers import Answer, Complaints, decimal_sign
from marketplace.web.seller.desk import page, piece_of, way_back
from marketplace.web.visits import visit

pages = Blueprint("personal", __name__)

NAMES = (
    "code", "kind", "label", "label_en", "help", "help_en", "required", "price", "longest", "lowest", "highest", "unit",
)  # fmt: skip
LONGEST = 500


@pages.get("/products/<product>/personal")
def edit(seller: str, product: str) -> Response | str:
    piece = piece_of(product)
    if back := way_back(piece):
        return back
    return _page(piece, [_row(one) for one in piece.questions], Complaints(), str(piece.version))


def _row(one: Field) -> dict[str, str]:
    return {
        "code": one.code, "kind": one.kind.value, "label": one.label, "label_en": one.label_en, "help": one.help,
        "help_en": one.help_en, "required": "y" if one.is_required else "",
        "price": str(one.price.rupiah) if one.price else "", "longest": str(one.longest or ""),
        "lowest": tenths(one.lowest, decimal_sign()) if one.lowest else "", "highest": tenths(one.highest, decimal_sign()) if one.highest else "",
        "unit": one.unit.value,
    }  # fmt: skip


def _page(piece: Product, rows: list[dict[str, str]], wrong: Complaints, version: str) -> str:
    labels = {
        "kind": _("What do you ask for?"),
        "label": _("Your question"),
        "label_en": _("The same in English"),
        "help": _("A hint"),
        "help_en": _("The hint in English"),
        "required": _("You cannot begin without it"),
        "price": _("What it costs more, per piece"),
        "longest": _("How many characters fit"),
        "lowest": _("Smallest size"),
        "highest": _("Largest size"),
        "unit": _("Unit"),
    }
    asked = []
    for number in range(1, FIELDS_MAX + 1):
        row = rows[number - 1] if number <= len(rows) else {}
        answers = {
            name: Answer(f"{name}-{number}", label, row.get(name, ""), name in ("kind", "label"))
            for name, label in labels.items()
        }
        wrong.show_at(answers.values())
        asked.append({**answers, "code": row.get("code", ""), "number": number, "is_used": bool(row.get("kind"))})
    kinds = [
        ("", _("Nothing")),
        ("text", _("A text, for example a name to engrave")),
        ("size", _("A size")),
        ("file", _("A picture, for example a drawing or a logo")),
    ]
    return page(
        "seller/personal/edit.html", "products",
        product=piece, rows=asked, kinds=kinds, units=[("cm", "cm"), ("mm", "mm"), ("m", "m")], wrong=wrong,
        version=version, most={"label": LABEL_MAX, "help": HELP_MAX},
    )  # fmt: skip


@pages.post("/products/<product>/personal")
def update(seller: str, product: str) -> Response | tuple[str, int]:
    piece = piece_of(product)
    rows = [
        {name: request.form.get(f"{name}-{number}", "")[:LONGEST] for name in NAMES}
        for number in range(1, FIELDS_MAX + 1)
    ]
    given = request.form.get("version", "")
    try:
        with attempt():
            set_questions(piece, rows, int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0)
    except (Several, Conflict) as error:
        wrong = Complaints()
        wrong.take(error)
        piece = piece_of(product)
        return _page(piece, rows, wrong, str(piece.version)), error.status
    visit.tell("success", _("Saved. This is what buyers are asked from now on."))
    return redirect(url_for("seller.products.show", code=product), 303)
