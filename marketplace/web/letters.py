"""Mails as templates in the receiver's language: `templates/emails/<message>/{subject.txt,body.txt,body.html}`, or, for
kinds that have no more to say than their notice, the plain letter made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, render_template, url_for

from marketplace.notifications.leaving import leaving_token
from marketplace.notifications.mail import Letter, Mail
from marketplace.notifications.params import living
from marketplace.orders.access import access_token, pickup_code
from marketplace.settings import Settings
from marketplace.web.locale import speaking
from marketplace.web.notices import Words, words
from marketplace.wishlists.links import watch_token

PLAIN = "emails/_plain"


class TemplateLetters:
    """Renders letters inside a request context of its own, so that links and languages work in the worker."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.host = urlsplit(settings.public_url).hostname or "localhost"
        self.own = frozenset(app.jinja_env.list_templates(filter_func=lambda name: name.startswith("emails/")))

    def render(self, letter: Letter, message_id: str) -> Mail:
        params = living(letter.params)
        with speaking(self.app, self.settings.public_url, letter.locale):
            context: dict[str, Any] = {
                "settings": self.settings,
                "to": letter.to,
                "link": self._link,
                "purchase_link": self._purchase_link,
                "return_link": self._return_link,
                "pickup_code": self._pickup_code,
                "leave": self._leave(letter),
                **params,
            }
            folder = f"emails/{letter.message}"
            if f"{folder}/body.txt" not in self.own:
                folder, context["words"] = PLAIN, self._open_to_guests(words(letter.message, params, self.app), params)
            return Mail(
                to=letter.to,
                subject=render_template(f"{folder}/subject.txt", **context).strip(),
                text=render_template(f"{folder}/body.txt", **context).strip() + "\n",
                html=render_template(f"{folder}/body.html", **context),
                message_id=f"<{message_id}@{self.host}>",
                leave=str(context["leave"]),
            )

    def _link(self, endpoint: str, **values: Any) -> str:
        return self.settings.public_url + url_for(endpoint, **values)

    def _leave(self, letter: Letter) -> str:
        """The address that switches such mails off, where they may be; of a watch: that ends it."""
        if "watch" in letter.params:
            token = watch_token(self.settings.secret_key, letter.params["watch"])
            return self._link("storefront.watches.show", token=token)
        if not letter.leaver:
            return ""
        token = leaving_token(self.settings.secret_key, letter.leaver, letter.message)
        return self._link("account.unsubscription.show", token=token)

    def _pickup_code(self, order: str) -> str:
        return pickup_code(self.settings.secret_key, order)

    def _open_to_guests(self, said: Words, params: Mapping[str, Any]) -> Words:
        """Words that lead to a page of a purchase lead there without an account, too: the letter's link is a signed one."""
        code = str(params.get("purchase") or params.get("code", ""))
        if not code or not f"{said.address}/".startswith(url_for("storefront.purchases.show", code=code) + "/"):
            return said
        return replace(said, address=f"{said.address}?token={access_token(self.settings.secret_key, code)}")

    def _return_link(self, purchase: str, code: str) -> str:
        token = access_token(self.settings.secret_key, purchase)
        return self._link("storefront.returns.show", code=purchase, found=code, token=token)

    def _purchase_link(self, code: str) -> str:
        token = access_token(self.settings.secret_key, code)
        return self._link("storefront.purchases.show", code=code, token=token)
