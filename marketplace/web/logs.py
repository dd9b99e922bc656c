"""Structured lines on stderr: JSON in production, readable while developing. Never a token, password or address."""

from __future__ import annotations

import logging
import sys

import structlog

from marketplace.settings import Settings


def init(settings: Settings) -> None:
    level = getattr(logging, settings.log_level.upper(), logging.INFO)
    logging.basicConfig(level=level, format="%(message)s")
    for noisy in ("huey", "alembic", "PIL"):
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))
    renderer = (
        structlog.processors.JSONRenderer() if settings.is_production else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
