"""What every template may use besides its own variables."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, request
from sqlalchemy import select
from werkzeug.local import LocalProxy

from catalog.db import db
from marketplace.accounts.models import Role
from marketplace.carts.models import Owner
from marketplace.carts.queries import count_pieces
from marketplace.conversations import queries as conversations
from marketplace.notifications import queries as notifications
from marketplace.sellers.models import Membership, Seller
from marketplace.settings import Settings
from marketplace.web import holes
from marketplace.web.locale import alternate_url, current_locale, in_locale
from marketplace.web.visits import visit

KEPT: tuple[str, ...] = ("after",)
"""The part of a query that leads to other content on every page; lists say of themselves what else does (`keep`)."""


def keep(pairs: list[tuple[str, str]]) -> None:
    """Say what the own address of this page, which search engines are told, has in its query."""
    g.kept = pairs


class Personal:
    """What the header shows of a known visitor: read in at most three queries, and only when a page shows it."""

    def __init__(self) -> None:
        self._sellers: list[Any] | None = None
        self._count: int | None = None
        self._unread: tuple[int, int] | None = None

    @property
    def user(self) -> Any:
        return visit.user

    @property
    def cart_count(self) -> int:
        if self._count is None:
            known = visit.pieces
            self._count = count_pieces(Owner(visit.user, visit.session)) if known is None else known
        return self._count

    @property
    def _waiting(self) -> tuple[int, int]:
        """(notifications, conversations) that this person has not read, in one query."""
        if self._unread is None and visit.user is not None:
            asked = select(notifications.unread_of(visit.user.id), conversations.unread_of(visit.user.id))
            self._unread = (0, 0)
            for told, said in db.session.execute(asked):
                self._unread = (told, said)
        return self._unread or (0, 0)

    @property
    def unread(self) -> int:
        """How many notifications this person has not read."""
        return self._waiting[0]

    @property
    def unread_messages(self) -> int:
        """In how many conversations something waits for this person, as a buyer or for a shop."""
        return self._waiting[1]

    @property
    def sellers(self) -> list[Any]:
        """(code, name, state) of the shops that this person works in."""
        if self._sellers is None:
            self._sellers = []
            if visit.user is not None:
                self._sellers = list(
                    db.session.execute(
                        select(Seller.code, Seller.name, Seller.state)
                        .join(Membership)
                        .where(Membership.user_id == visit.user.id)
                        .order_by(Seller.id)
                    )
                )
        return self._sellers

    @property
    def is_seller(self) -> bool:
        return bool(self.sellers)

    def _has(self, role: Role) -> bool:
        return visit.user is not None and visit.user.has_role(role)

    @property
    def is_curator(self) -> bool:
        return self._has(Role.CURATOR)

    @property
    def is_officer(self) -> bool:
        return self._has(Role.OFFICER)

    @property
    def is_operator(self) -> bool:
        return self._has(Role.OPERATOR)


def _personal() -> Personal | None:
    if not g.get("visit") or not g.visit.is_known:
        return None
    if "personal" not in g:
        g.personal = Personal()
    return g.personal  # type: ignore[no-any-return]


def _form_token() -> str:
    return g.visit.form_token() if "visit" in g else ""


def fillings(app: Flask) -> dict[str, holes.Filling]:
    """What belongs into the holes of a shared page for the present visitor (see `web.holes`)."""

    def component(file: str, macro: str) -> Any:
        return getattr(app.jinja_env.get_template(f"components/{file}.html").module, macro)

    return {
        "form-token": lambda _: _form_token(),
        "messages": lambda _: str(component("flashes", "flashes")(_notices())) if _personal() else "",
        "tools": lambda active: str(component("header", "tools")(_personal(), visit.user, active or None)),
        "bottom-bar": lambda active: str(component("bottom_bar", "bottom_bar")(active or None, _personal())),
    }


def likeness() -> holes.Likeness:
    """To whom the present visitor is alike on shared pages."""
    personal = _personal()
    if personal is None:
        return ()
    return None if personal.user is not None or g.visit.has_notices else (personal.cart_count,)


def _notices(with_categories: bool = True, category_filter: Any = ()) -> list[Any]:
    rows = g.visit.notices() if "visit" in g else []
    return rows if with_categories else [text for _, text in rows]


def init_app(app: Flask, settings: Settings) -> None:
    def absolute(path: str) -> str:
        return settings.public_url + path

    app.jinja_env.globals.update(
        get_flashed_messages=_notices,
        settings=settings,
        absolute=absolute,
        locale=LocalProxy(current_locale),
        alternate_url=LocalProxy(alternate_url),
    )

    @app.context_processor
    def _about_this_request() -> dict[str, Any]:
        kept = g.get("kept")
        if kept is None:
            kept = [(name, value[:40]) for name in KEPT if (value := request.args.get(name, ""))]
        query = f"?{urlencode(kept)}" if kept else ""
        canonical = {one: absolute(in_locale(request.path, one)) + query for one in ("id", "en")}
        return {
            "locale": current_locale(),
            "alternate_url": alternate_url(),
            "personal": None if holes.is_open() else _personal(),
            "current_user": visit.user if "visit" in g and not holes.is_open() else None,
            "canonical_id": canonical["id"],
            "canonical_en": canonical["en"],
            "canonical": canonical[current_locale()],
        }
