"""`/healthz`: the process answers. `/readyz`: what it needs is there."""

from __future__ import annotations

import os

from flask import Flask, Response, json
from sqlalchemy import text

from catalog.db import db
from marketplace.settings import Settings


def check(settings: Settings) -> dict[str, str]:
    """What is needed to serve → "ok" or what is wrong."""
    found: dict[str, str] = {}
    try:
        db.session.execute(text("SELECT number FROM editions WHERE id = 1"))
        found["database"] = "ok"
    except Exception as error:  # whatever the driver raises, the answer is that the database is not ready
        found["database"] = type(error).__name__
    finally:
        db.session.remove()
    found["files"] = "ok" if os.access(settings.data_dir, os.W_OK) else "DATA_DIR cannot be written"
    return found


def init_app(app: Flask, settings: Settings) -> None:
    @app.get("/healthz", endpoint="healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain; charset=utf-8")

    @app.get("/readyz", endpoint="readyz")
    def readyz() -> Response:
        found = check(settings)
        status = 200 if set(found.values()) == {"ok"} else 503
        return Response(json.dumps(found), status, content_type="application/json")
