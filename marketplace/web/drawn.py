"""Cards are drawn from what they show and nothing else: drawn once, however many lists show them.

What a card shows is the key, so none that was kept can be old: another price, another day of dispatch is another card.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Flask
from markupsafe import Markup

from catalog.search.cards import CardImage
from marketplace.web.locale import current_locale
from marketplace.web.pieces import Shown

CARDS = 1_500
"""About 2 kB each."""


def init_app(app: Flask) -> None:
    """Templates say `drawn_card(p, …)` with the arguments of the component `card`."""

    def draw(*arguments: Any) -> Markup:
        return app.jinja_env.get_template("components/card.html").module.card(*arguments)  # type: ignore[attr-defined, no-any-return]

    @lru_cache(CARDS)
    def kept(locale: str, *arguments: Any) -> Markup:
        return draw(*arguments)

    def drawn_card(piece: Any, *how: Any) -> Markup:
        if isinstance(piece, Shown) and isinstance(piece.image, CardImage | None):
            return kept(current_locale(), piece, *how)
        return draw(piece, *how)

    app.jinja_env.globals.update(drawn_card=drawn_card)
