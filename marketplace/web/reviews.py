"""What every surface shares about reviews: the words for stars, and photos that are not public."""

from __future__ import annotations

from flask import Response
from flask_babel import gettext as _

from catalog.errors import NotFound
from catalog.text import N_
from marketplace.reviews.models import CaseReason, ReviewPhoto
from marketplace.web.lifecycle import house

TYPES = {"jpeg": "image/jpeg", "webp": "image/webp", "avif": "image/avif"}


def stars_named() -> list[tuple[int, str]]:
    """One to five stars in words, the fewest first."""
    return [
        (1, _("Disappointing")),
        (2, _("Not so good")),
        (3, _("All right")),
        (4, _("Good")),
        (5, _("Very good")),
    ]


def reasons() -> list[tuple[CaseReason, str, str]]:
    """Why a review may be reported: value, words, an explanation."""
    return [
        (CaseReason.INSULT, _("Insults or threatens"), ""),
        (CaseReason.PRIVATE, _("Names people or their numbers"), ""),
        (CaseReason.UNRELATED, _("Is not about this piece or shop"), ""),
        (CaseReason.ADVERT, _("Advertises something else"), ""),
        (CaseReason.OTHER, _("Something else"), _("Please say below what it is.")),
    ]


def photo_response(photo: ReviewPhoto) -> Response:
    """A photo from the private storage; nobody on the way keeps it."""
    name, kind, _width, _height = photo.file()
    try:
        body = house().ports.private.read(name)
    except FileNotFoundError:
        raise NotFound(N_("There is no such picture.")) from None
    response = Response(body, content_type=TYPES[kind])
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = "inline"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
