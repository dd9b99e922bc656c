"""Photos of the work on an order, and the word that it is ready: then the balance is asked for."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Invalid, Unavailable
from catalog.media.pictures import Picture
from marketplace.orders import progress
from marketplace.orders.balances import finish
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt, house
from marketplace.web.returning import photo_response
from marketplace.web.seller.answers import Complaints
from marketplace.web.seller.desk import order_of
from marketplace.web.seller.orders import sheet
from marketplace.web.uploads import one_picture
from marketplace.web.visits import visit

pages = Blueprint("progress", __name__)


@pages.get("/orders/<order>/progress")
def show(seller: str, order: str) -> Response:
    """The address of a refused form, opened again."""
    return redirect(url_for("seller.orders.show", code=order), 303)


@pages.post("/orders/<order>/progress")
def create(seller: str, order: str) -> Response | tuple[str, int]:
    """Show the buyer a photo of the work; `deed` `ready` also says that it is ready."""
    order_of(order)
    is_ready = request.form.get("deed") == "ready"
    words = request.form.get("words", "")[:600]
    wrong = Complaints()
    picture = _picture(wrong)
    if picture is None and not is_ready and not wrong:
        wrong.add("photo", _("Choose a photo of the work."))
    if not wrong:
        try:
            with attempt():
                if picture is not None:
                    progress.show(house().ports.private, picture, order_of(order), words, visit.user)
                if is_ready:
                    finish(order_of(order), visit.user)
        except (Invalid, Conflict, Unavailable) as error:
            wrong.take(error)
            return sheet(order_of(order), {"words": words}, wrong), error.status
    if wrong:
        return sheet(order_of(order), {"words": words}, wrong), 422
    visit.tell(
        "success",
        _("The buyer is asked for the balance. Send it once that is paid; we tell you.")
        if is_ready
        else _("The buyer sees the photo now."),
    )
    return redirect(url_for("seller.orders.show", code=order), 303)


def _picture(wrong: Complaints) -> Picture | None:
    """The photo of the form, decoded while nobody waits for us; None when there is none, or it is complained of."""
    file = request.files.get("photo")
    if file is None or not file.filename:
        return None
    try:
        return one_picture(file)
    except (Invalid, Unavailable) as error:
        wrong.add("photo", sentence(error))
        return None


@pages.get("/orders/<order>/progress/<photo>")
def photo(seller: str, order: str, photo: str) -> Response:
    return photo_response(progress.find_photo([order_of(order)], photo))
