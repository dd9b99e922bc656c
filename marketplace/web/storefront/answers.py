"""What a maker is told about a personal piece that lies in the cart: looked at again, and changed."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.errors import Conflict, DomainError, Invalid, NotFound, Several
from catalog.text import N_
from marketplace.carts import files, services
from marketplace.carts.models import CartLine
from marketplace.web.chosen import told
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt
from marketplace.web.personal import Filled, filled_from, given, questions, received_file, typed_answers
from marketplace.web.speech import gettext as _
from marketplace.web.storefront.cart import owner
from marketplace.web.visits import visit

pages = Blueprint("answers", __name__)


def _find(code: str) -> CartLine:
    line = services.find_line(owner(), code)
    if line is None or not (line.answers or line.variant.product.questions):
        raise NotFound(N_("This piece is no longer in your cart."))
    return line


def _page(line: CartLine, filled: Filled, error: str = "") -> str:
    product = line.variant.product
    return render_template(
        "storefront/answers/edit.html",
        line=line,
        product=product,
        questions=questions(product, filled),
        words=", ".join(told(line.answers)),
        has_file=line.file_id is not None,
        error=error,
    )


@pages.get("/cart/lines/<code>/answers")
def edit(code: str) -> str:
    line = _find(code)
    return _page(line, filled_from(line.answers))


@pages.post("/cart/lines/<code>/answers")
def update(code: str) -> Response | tuple[str, int]:
    product = _find(code).variant.product
    filled = Filled(typed_answers(product))
    keeps = not request.form.get("without_file")
    try:
        asked, file = received_file(product)
        with attempt():
            if file is not None:
                files.add(file)
            services.personalise(owner(), code, given(filled.typed, asked, file), file, keeps)
    except (Conflict, Invalid, Several) as error:
        return _again(code, filled, error)
    visit.tell("success", _("Kept. The maker reads it with your order."))
    return redirect(url_for("storefront.cart.show"), 303)


def _again(code: str, filled: Filled, error: DomainError) -> tuple[str, int]:
    loose = "" if filled.complain(error) else sentence(error)
    return _page(_find(code), filled, loose), error.status
