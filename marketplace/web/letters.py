"""Mails as templates: `templates/emails/<message>/{subject.txt,body.txt,body.html}`, in the receiver's language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, render_template, url_for
from flask_babel import force_locale

from catalog.money import Money
from marketplace.notifications.mail import Letter, Mail
from marketplace.orders.access import access_token
from marketplace.settings import Settings
from marketplace.web.locale import ENVIRON


class TemplateLetters:
    """Renders letters inside a request context of its own, so that links and languages work in the worker."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.host = urlsplit(settings.public_url).hostname or "localhost"

    def render(self, letter: Letter, message_id: str) -> Mail:
        folder = f"emails/{letter.message}"
        params = {name: _living(value) for name, value in letter.params.items()}
        base = self.settings.public_url + (
            "/en" if letter.locale == "en" else ""
        )  # the script root, as LocalePrefix sets it
        visit = self.app.test_request_context("/", base_url=base, environ_overrides={ENVIRON: letter.locale})
        with visit, force_locale(letter.locale):
            context: dict[str, Any] = {
                "settings": self.settings,
                "to": letter.to,
                "link": self._link,
                "purchase_link": self._purchase_link,
                **params,
            }
            return Mail(
                to=letter.to,
                subject=render_template(f"{folder}/subject.txt", **context).strip(),
                text=render_template(f"{folder}/body.txt", **context).strip() + "\n",
                html=render_template(f"{folder}/body.html", **context),
                message_id=f"<{message_id}@{self.host}>",
            )

    def _link(self, endpoint: str, **values: Any) -> str:
        return self.settings.public_url + url_for(endpoint, **values)

    def _purchase_link(self, code: str) -> str:
        token = access_token(self.settings.secret_key, code)
        return self._link("storefront.purchases.show", code=code, token=token)


def _living(value: Any) -> Any:
    """What travelled through JSON is itself again: `{"rupiah": n}` money, `{"instant": …}` and `{"day": …}` times."""
    if isinstance(value, dict):
        if set(value) == {"rupiah"}:
            return Money(value["rupiah"])
        if set(value) == {"instant"}:
            return datetime.fromisoformat(value["instant"])
        if set(value) == {"day"}:
            return date.fromisoformat(value["day"])
        return {name: _living(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_living(inner) for inner in value]
    return value
