"""The table of contents: what the house is made of, in the order in which it is put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, g
from flask_login import LoginManager
from jinja2 import FileSystemBytecodeCache
from werkzeug.middleware.proxy_fix import ProxyFix

from catalog.db import db, say_savepoints_plainly
from marketplace import cli, subscribers, translations, wiring
from marketplace.outbox.services import Handler
from marketplace.ports import Ports
from marketplace.settings import Settings, complete, from_environment
from marketplace.web import (
    account,
    addresses,
    assets,
    bodies,
    caching,
    context,
    curator,
    drawn,
    errors,
    filters,
    guards,
    headers,
    health,
    holes,
    hooks,
    letters,
    lifecycle,
    limits,
    locale,
    logs,
    officer,
    operator,
    seller,
    sheets,
    speech,
    storefront,
    uploads,
    visits,
)  # fmt: skip

ROOT = Path(__file__).resolve().parent.parent
MB = 1_000_000


@dataclass
class House:
    """What a request finds of the house: `current_app.extensions["house"]`."""

    settings: Settings
    ports: Ports
    handlers: dict[str, Handler] = field(default_factory=dict)
    wake: Callable[[], None] = lambda: None


def compiled_templates(settings: Settings) -> FileSystemBytecodeCache | None:
    """Where compiled templates wait for the next start: the first visitor need not wait for the compiler."""
    folder = settings.data_dir / "templates"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder))


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application, from the environment unless `settings` are given."""
    settings = complete(settings) if settings else from_environment()
    app = lifecycle.Application(
        "marketplace", root_path=str(ROOT / "marketplace"), template_folder=str(ROOT / "templates"), static_folder=None
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=wiring.engine_options(settings),
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        MAX_CONTENT_LENGTH=settings.request_mb * MB,
        MAX_FORM_MEMORY_SIZE=2 * MB,
        MAX_FORM_PARTS=400,
        BARE_ENDPOINTS=frozenset({"assets", "favicon", "healthz", "readyz"}),
        WTF_CSRF_ENABLED=False,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.template_class = sheets.Sheet
    app.jinja_env.bytecode_cache = compiled_templates(settings)
    logs.init(settings)
    translations.compile_if_older()

    db.init_app(app)
    cli.migrations.init_app(app, ROOT / "migrations")
    if settings.is_production:
        wiring.refuse_examples(app)
    house = House(settings, wiring.ports(settings))
    app.extensions["house"] = house
    wiring.jobs(app, house, letters.TemplateLetters(app, settings))
    with app.app_context():
        say_savepoints_plainly(db.engine)
        subscribers.connect(house.ports)

    lifecycle.init_app(app)
    headers.init_app(app, settings)
    caching.init_app(app)
    visits.init_app(app, settings)
    guards.init_app(app, settings)
    locale.init_app(app)
    limits.init_app(app, settings)
    errors.init_app(app)
    filters.init_app(app)
    uploads.init_app(app)
    health.init_app(app, settings)
    assets.init_app(app, ROOT / "static")
    context.init_app(app, settings)
    speech.init_app(app)
    addresses.init_app(app)
    drawn.init_app(app)
    holes.init_app(app, settings, context.fillings(app), context.likeness)
    login = LoginManager(app)
    login.request_loader(lambda request: visits.visit.user if "visit" in g else None)  # a letter has no visitor
    for surface in (storefront, account, seller, curator, officer, operator, hooks):
        app.register_blueprint(surface.surface)
    cli.init_app(app)

    pages = caching.PageCache(app.wsgi_app, settings, caching.Reader(settings.database_url))
    app.wsgi_app = locale.LocalePrefix(pages)  # type: ignore[method-assign]
    bodies.init_app(app)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app
