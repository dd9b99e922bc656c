"""A live shop and a real Chromium. The worker is drained by hand, so that a journey waits for nothing."""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image as Pixels
from PIL import ImageDraw
from werkzeug.serving import WSGIRequestHandler, make_server

from catalog import clock
from catalog.codes import hashed, new_token
from catalog.db import db, transaction
from catalog.media import pipeline
from catalog.media.services import store
from catalog.products.models import ProductPicture
from catalog.search import upkeep
from marketplace import create_app
from marketplace.accounts.models import Session, User
from marketplace.outbox.services import drain
from marketplace.settings import Settings
from tests import warm
from tests.cast import Cast, bring_in

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """The browser of this machine: CHROMIUM in the environment, or the system's."""
    return os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    path = chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: install the system's `chromium` or name it in CHROMIUM")
        pytest.skip(
            "SKIPPED LOUDLY: no Chromium here, so no journey was made: install `chromium` or name it in CHROMIUM"
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@dataclass
class Site:
    """A running shop with the cast in it."""

    app: Flask
    url: str
    cast: Cast
    notes: dict[str, Any] = field(default_factory=dict)

    def work(self) -> None:
        """Let the worker carry out what waits."""
        with self.app.app_context():
            drain(self.app.extensions["house"].handlers)

    def mails(self, to: str) -> list[str]:
        """The plain texts of the mails to `to`, oldest first."""
        self.work()
        texts = []
        for path in sorted(self.app.extensions["house"].settings.mails_dir.glob("*.eml")):
            message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            if to in str(message["To"]):
                texts.append(message.get_body(("plain",)).get_content())
        return texts

    def link(self, to: str, part: str) -> str:
        """The newest link in the mails to `to` whose address contains `part`."""
        found = [one for text in self.mails(to) for one in re.findall(r"http://\S+", text) if part in one]
        assert found, f"no link with {part!r} in the mails to {to}"
        return found[-1]

    def token(self, person: User) -> str:
        """The cookie of a new session of this person."""
        token = new_token()
        with self.app.app_context(), transaction() as session:
            session.add(
                Session(token_hash=hashed(token), user_id=person.id, data={}, expires_at=clock.after(timedelta(days=1)))
            )
        return token


def photo(number: int = 0, size: tuple[int, int] = (900, 1125)) -> Pixels.Image:
    """A picture that weighs little and looks like something."""
    image = Pixels.new("RGB", size, ("#7a2e2e", "#2e4a7a", "#3d6b4a", "#8a6d2b")[number % 4])
    draw = ImageDraw.Draw(image)
    for step in range(0, max(size), 60):
        draw.line([(0, step), (size[0], step + 90)], fill="#e8d9b5", width=3 + number % 3)
    return image


def hang_pictures(app: Flask) -> None:
    """Give every piece a picture whose files are there."""
    storage = app.extensions["house"].ports.storage
    with transaction() as session:
        for number, one in enumerate(session.scalars(db.select(ProductPicture).order_by(ProductPicture.id))):
            if not storage.exists(one.image.path):
                one.image = store(
                    storage, pipeline.prepare(photo(number)), owner=one.image.owner, alt="Kain cual dengan motif bunga"
                )
        upkeep.rebuild(app.extensions["house"].ports.search)


@pytest.fixture(scope="module")
def more_settings() -> dict[str, Any]:
    """What a journey's shop is set to besides; a test module may override this fixture."""
    return {}


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, empty_database: Path, more_settings: dict[str, Any]
) -> Iterator[Site]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(empty_database, folder / "kriyaloka.db")
    url = f"http://127.0.0.1:{port}"
    app = create_app(Settings(data_dir=folder, public_url=url, **more_settings))
    warm.use_compiled(app.jinja_env)
    with app.app_context():
        warm.use_statements(db.engine)
        warm.hurry(db.engine)
        cast = bring_in()
        hang_pictures(app)
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Site(app, url, cast)
        server.shutdown()
        thread.join(10)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def visit(browser: Any, site: Site) -> Iterator[Any]:
    """`visit(person=None, **options)` → a page of a new browser; at the end no console error may have been seen.

    It has the letters of the house from an earlier visit, so scripts are there with the page; `first`: it has not.
    """
    contexts: list[Any] = []
    wrong: list[str] = []
    assets = site.app.extensions["assets"]
    letters = " ".join(assets.asset(f"fonts/{name}.woff2") for name in ("young-serif", "plus-jakarta-sans"))
    been_here = f"try {{ localStorage.setItem('kriyaloka.letters', '{letters}'); }} catch {{ /* no page yet */ }}"

    def enter(person: User | None = None, axe: bool = False, first: bool = False, **options: Any) -> Any:
        options = {
            "base_url": site.url,
            "viewport": {"width": 390, "height": 844},
            "reduced_motion": "reduce",
        } | options
        context = browser.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(15_000)
        if not first:
            context.add_init_script(been_here)
        if axe:
            context.add_init_script(path=str(AXE))
        if person is not None:
            context.add_cookies([{"name": "kriyaloka", "value": site.token(person), "url": site.url}])
        page = context.new_page()
        page.on("console", lambda message: wrong.append(f"{page.url}: {message.text}") if _counts(message) else None)
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.on(
            "response", lambda answer: wrong.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None
        )
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not wrong, "the browser complained:\n" + "\n".join(wrong)


def _counts(message: Any) -> bool:
    """Errors count; that a page itself was answered with 404 or 422 is said by the page."""
    return message.type == "error" and not re.search(r"status of (404|409|422)", message.text)
