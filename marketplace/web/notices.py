"""The words of a notification, from its kind's `notice.html`: read in the language of the page, whenever it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask, current_app
from flask_babel import gettext as _
from jinja2 import TemplateNotFound

from marketplace.notifications.kinds import KINDS
from marketplace.notifications.models import Notification
from marketplace.notifications.params import living

log = structlog.get_logger("web")


@dataclass(frozen=True)
class Words:
    """What `notice.html` sets: one line, a sentence or two, where it leads, and what the button there is called."""

    title: str
    text: str
    address: str
    label: str


def words(kind: str, params: Mapping[str, Any], app: Flask | None = None) -> Words:
    """The words of a kind for these (living) parameters."""
    template = (app or current_app).jinja_env.get_template(f"emails/{kind}/notice.html")
    said: Any = template.make_module(dict(params))
    return Words(*(str(getattr(said, name, "")).strip() for name in ("title", "text", "address", "label")))


@dataclass(frozen=True)
class Shown:
    """A notification as pages draw it."""

    notification: Notification
    words: Words
    icon: str


def show(notification: Notification) -> Shown:
    """For a list of what happened. A kind that is gone, or words that no longer fit, leave the date and no link."""
    kind = KINDS.get(notification.kind)
    try:
        said = words(notification.kind, living(notification.params))
    except (TemplateNotFound, LookupError, ValueError, TypeError, AttributeError):
        log.exception("a notification has no words", kind=notification.kind)
        said = Words(_("A notification from an earlier time"), "", "", "")
    return Shown(notification, said, kind.icon if kind else "bell")
