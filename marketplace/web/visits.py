"""Who is here. One cookie, set only when there is something to remember; everything else stays on the server."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from functools import cache
from typing import Any

import structlog
from flask import Flask, Response, g, request
from sqlalchemy import JSON, Select, Text, bindparam, cast, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value
from werkzeug.local import LocalProxy

from catalog import clock
from catalog.codes import hashed, new_token
from catalog.db import change, db, is_writing, lock, transaction
from catalog.rows import write
from catalog.stills import Stills
from marketplace.accounts.models import Session, User
from marketplace.carts.counting import pieces_of_guest
from marketplace.settings import Settings
from marketplace.web.lifecycle import SAFE

log = structlog.get_logger("web")

SEEN_EVERY = timedelta(hours=1)
ALONG = ("notices", "question", "checkout", "vouchers")
"""What comes along when a guest signs in: the question to a shop that led to the sign-in, what was typed at the checkout,
and the vouchers of the cart, too."""


def cookie_name(settings: Settings) -> str:
    """`__Host-` binds the cookie to this host and to https; browsers refuse the prefix over plain http."""
    return "__Host-kriyaloka" if settings.is_secure else "kriyaloka"


_sessions: Any = Session.__table__
_DATA = select(_sessions.c.data).where(_sessions.c.id == bindparam("visit"))
_CHANGED = update(_sessions).where(_sessions.c.id == bindparam("visit"))
_UNLESS_OVERTAKEN = _CHANGED.where(cast(_sessions.c.data, Text) == cast(bindparam("read", type_=JSON), Text))


class Visit:
    """This browser's visit: its session row if it has one, the person if signed in, notices to show once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.token = request.cookies.get(cookie_name(settings))
        self.session: Session | None = None
        self._row: tuple[int, Any, dict[str, Any]] | None = None
        self._new_token: str | None = None
        self._forget = False
        self._read_notices = False
        self._read: dict[str, Any] = {}
        """What was remembered before this request remembered something else."""
        self.has_changed = False
        """Whether something is remembered that `write` has still to write."""
        self.pieces: int | None = None
        """How many pieces lie in the cart of this guest, where that was read with their session."""
        if self.token:
            self._load(self.token)

    def _load(self, token: str) -> None:
        asked = {"token": hashed(token), "now": clock.now()}
        looks = request.method in SAFE
        session = self._look(asked) if looks else db.session.scalar(_known(), asked)
        if session and session.user_id:
            user = db.session.scalars(_person(), {"id": session.user_id}).unique().one()
            if looks:
                session.__dict__["user"] = user
            else:
                set_committed_value(session, "user", user)
        if session and session.user and not session.user.is_active:
            session = None
        self.session = session
        if session:  # kept beside the row, which is forgotten when the request's transaction ends
            self._row = (session.id, session.seen_at, session.data)
        if session and request.method in SAFE and clock.now() - session.seen_at > SEEN_EVERY:
            self._new_token = token  # the cookie lives as long as the session, which `settle` lengthens

    def _look(self, asked: dict[str, Any]) -> Session | None:
        """The session for who only looks, and changes nothing: a still, with what lies in a guest's cart."""
        row = db.session.execute(_looking(), asked).first()
        if row is None:
            return None
        [session] = _STILLS.of(row)
        if session.user_id is None:
            session.__dict__["user"] = None
            self.pieces = int(row[-1])
        return session  # type: ignore[no-any-return]

    @property
    def is_known(self) -> bool:
        """Whether the browser sent our cookie: then its pages are personal and never shared."""
        return self.token is not None or self._new_token is not None

    @property
    def user(self) -> User | None:
        return self.session.user if self.session else None

    @property
    def person(self) -> User:
        """Who is signed in, in a surface that only the signed in may enter."""
        user = self.user
        if user is None:
            raise RuntimeError("nobody is signed in here")
        return user

    def start(self) -> Session:
        """The session of this visit, made (with its cookie) where there was none. Needs an unsafe request."""
        if self.session is None:
            self._open(None)
        assert self.session is not None
        return self.session

    def _open(self, user: User | None) -> None:
        if not is_writing():
            raise RuntimeError("a GET cannot start a session")
        self._new_token = self.token = new_token()
        self.session = Session(
            token_hash=hashed(self._new_token),
            user_id=user.id if user else None,
            data={},
            browser=request.headers.get("User-Agent", "")[:200],
            expires_at=clock.after(self._settings.session_span),
        )
        write(self.session)
        set_committed_value(self.session, "user", user)
        self.has_changed = False

    def sign_in(self, user: User) -> Session:
        """Begin a new session for `user`; the old token dies with its session (no fixation)."""
        old = self.session
        self._open(user)
        assert self.session is not None
        if old is not None:
            self._remember({name: old.data[name] for name in ALONG if name in old.data})
        return self.session

    def keep(self, name: str, value: Any) -> None:
        """Remember something small of this visit (plain JSON) under `name`; None forgets it."""
        if value is None and self.session is None:
            return
        session = self.start()
        rest = {key: kept for key, kept in session.data.items() if key != name}
        self._remember(rest if value is None else {**rest, name: value})

    def kept(self, name: str) -> Any:
        """What `keep` remembered, or None."""
        return self.session.data.get(name) if self.session is not None else None

    def sign_out(self) -> None:
        if self.session is not None:
            db.session.delete(self.session)
            db.session.flush()
        self.session = None
        self._forget = True

    def tell(self, kind: str, message: str) -> None:
        """Show `message` (already in the reader's language) on the next page. kind: success, info, warning, danger."""
        session = self.start()
        self._remember({**session.data, "notices": [*session.data.get("notices", []), [kind, message]]})

    def _remember(self, data: dict[str, Any]) -> None:
        if not is_writing():
            raise RuntimeError("a GET remembers nothing")
        session = self.start()
        if not self.has_changed:
            self._read = session.data
        set_committed_value(session, "data", data)
        self.has_changed = True

    def write(self) -> None:
        """Just before the commit: what this request remembers, in one statement past the ORM. Where another request of
        this browser was quicker (on PostgreSQL), what both remember is kept."""
        if self.has_changed and self.session is not None:
            visit, data = self.session.id, self.session.data
            if not change(_UNLESS_OVERTAKEN, {"visit": visit, "data": data, "read": self._read}):
                change(_CHANGED, {"visit": visit, "data": _joined(self._read, data, _present(visit))})
        self.has_changed = False

    @property
    def has_notices(self) -> bool:
        return self.session is not None and bool(self.session.data.get("notices"))

    def notices(self) -> list[tuple[str, str]]:
        """The notices to show; reading them uses them up."""
        if self.session is None or not self.has_notices:
            return []
        self._read_notices = True
        return [(kind, message) for kind, message in self.session.data["notices"]]

    def form_token(self) -> str:
        """What a signed-in person's forms must carry; bound to the session, so another session's is refused."""
        if self.token is None or self.user is None:
            return ""
        key = self._settings.secret_key.encode()
        return hmac.new(key, b"form:" + hashed(self.token).encode(), hashlib.sha256).hexdigest()

    def settle(self, safe: bool) -> None:
        """After the answer: use up read notices and note the visit, in a short transaction of its own, rarely."""
        if self._row is None or self.session is None or not safe:
            return
        session_id, seen_at, data = self._row
        now = clock.now()
        values: dict[str, Any] = {}
        if now - seen_at > SEEN_EVERY:
            values |= {"seen_at": now, "expires_at": now + self._settings.session_span}
        if values or self._read_notices:
            try:
                with transaction():
                    if self._read_notices:
                        rest = {name: value for name, value in data.items() if name != "notices"}
                        values["data"] = _joined(data, rest, _present(session_id))
                    change(_CHANGED, {"visit": session_id, **values})
            except OperationalError:
                log.warning("the visit was not noted: the database is busy")

    def dress(self, response: Response) -> None:
        """Set or remove the cookie, and keep personal answers out of every shared cache."""
        if self._forget and not self._new_token:
            response.delete_cookie(
                cookie_name(self._settings), path="/", secure=self._settings.is_secure, httponly=True
            )
        elif self._new_token and response.status_code < 400:
            response.set_cookie(
                cookie_name(self._settings),
                self._new_token,
                max_age=int(self._settings.session_span.total_seconds()),
                path="/",
                secure=self._settings.is_secure,
                httponly=True,
                samesite="Lax",
            )


def _present(session_id: int) -> dict[str, Any]:
    """What the visit remembers now, which may be more than when the request began; nobody changes it until the commit."""
    return db.session.scalar(lock(_DATA), {"visit": session_id}) or {}


def _joined(read: dict[str, Any], wanted: dict[str, Any], present: dict[str, Any]) -> dict[str, Any]:
    """`present` with what was made of `read` to become `wanted`: name by name, and lists (notices, vouchers) piece by piece."""
    joined = dict(present)
    for name in read.keys() | wanted.keys():
        before, after, now = read.get(name), wanted.get(name), present.get(name)
        if before == after:
            continue
        if isinstance(now, list) and isinstance(after or [], list):
            gone = [one for one in before or [] if one not in (after or [])]
            rest = [one for one in now if one not in gone]
            after = [*rest, *(one for one in after or [] if one not in (before or []) and one not in rest)]
        joined[name] = after
    return {name: value for name, value in joined.items() if value not in (None, [])}


@cache
def _known() -> Select[Session]:
    """The session of a token; composed once. A guest's costs nothing of what a person's does."""
    return select(Session).where(Session.token_hash == bindparam("token"), Session.expires_at > bindparam("now"))


_STILLS = Stills(Session)


@cache
def _looking() -> Select[Any]:
    return select(*_STILLS.columns, pieces_of_guest(_sessions.c.id)).where(
        _sessions.c.token_hash == bindparam("token"), _sessions.c.expires_at > bindparam("now")
    )


@cache
def _person() -> Select[User]:
    return select(User).options(joinedload(User.grants)).where(User.id == bindparam("id"))


visit: Visit = LocalProxy(lambda: g.visit)  # type: ignore[assignment]


def init_app(app: Flask, settings: Settings) -> None:
    @app.before_request
    def _greet() -> None:
        g.visit = Visit(settings)

    @app.after_request
    def _part(response: Response) -> Response:
        if "visit" in g:
            g.visit.dress(response)
        return response
