"""What happens: people, promises and money."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from marketplace.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application; see `marketplace.app`. Imported late, so that a subject can be used without the rest."""
    from marketplace.app import create_app as put_together

    return put_together(settings)
