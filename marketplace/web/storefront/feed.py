"""`/feed.atom`: the newest pieces for readers, in the language of the address (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, render_template, url_for
from markupsafe import Markup
from sqlalchemy import func, select

from catalog import clock
from catalog.db import db
from catalog.products.models import Product
from catalog.products.queries import pick_newest
from catalog.search.cards import Rows
from catalog.text import localized
from marketplace.curation.models import Submission
from marketplace.sellers.models import Decision
from marketplace.web.caching import share
from marketplace.web.filters import summary
from marketplace.web.locale import current_locale
from marketplace.web.pieces import Shown
from marketplace.web.pieces import show as show_card
from marketplace.web.storefront.structured import SharedPicture, absolute, shared_picture

pages = Blueprint("feed", __name__)

ENTRIES = 30
_NEWEST = Rows(newest=pick_newest(ENTRIES))


@dataclass(frozen=True)
class FeedEntry:
    piece: Shown
    address: str
    published_at: datetime
    updated_at: datetime
    summary: str
    picture: SharedPicture | None

    @property
    def content(self) -> str:
        """HTML as text: the template escapes it once more, as Atom asks for."""
        words = Markup("<p>{}</p>").format(self.summary)
        if self.picture is None:
            return str(words)
        one = self.picture
        image = Markup('<p><img src="{}" width="{}" height="{}" alt="{}"></p>').format(
            one.url, one.width, one.height, one.alt
        )
        return f"{image}{words}"


@pages.get("/feed.atom")
def show() -> Response:
    share()
    cards = _NEWEST.read()["newest"]
    rows = db.session.execute(
        select(Product.code, Product.description, Product.description_en).where(
            Product.code.in_([card.code for card in cards])
        )
    )
    about = {row.code: row for row in rows}
    changed = _changes(about)
    locale = current_locale()
    entries = [
        FeedEntry(
            piece=show_card(card),
            address=absolute(url_for("storefront.products.show", name=f"{card.slug}-{card.code}")),
            published_at=card.published_at,
            updated_at=changed.get(card.code, card.published_at),
            summary=summary(localized(about[card.code], "description", locale), 400),
            picture=shared_picture(card.image),
        )
        for card in cards
    ]
    body = render_template(
        "storefront/feed/show.xml",
        entries=entries,
        updated_at=max((one.updated_at for one in entries), default=clock.now()),
        address=absolute(url_for("storefront.feed.show")),
        home=absolute(url_for("storefront.home.show")),
    )
    return Response(body, content_type="application/atom+xml; charset=utf-8")


def _changes(codes: Iterable[str]) -> dict[str, datetime]:
    """When curators last let words or photos of these pieces change; entries say nothing of prices."""
    passed = (Submission.decision == Decision.APPROVED, Submission.changes.is_not(None))
    found = (
        select(Product.code, func.max(Submission.decided_at))
        .join(Submission, Submission.product_id == Product.id)
        .where(Product.code.in_(codes), *passed)
        .group_by(Product.code)
    )
    return {code: at for code, at in db.session.execute(found) if at}
