"""Messages for WhatsApp with ready words. A person taps the link and sends them; the house itself sends none."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import current_app, render_template, url_for

from marketplace.notifications.kinds import KINDS, Channel
from marketplace.notifications.models import Notification
from marketplace.notifications.params import living
from marketplace.web.lifecycle import house
from marketplace.web.locale import speaking


def address(text: str, phone: str = "") -> str:
    """The link that opens WhatsApp with `text`; without a phone number the sender chooses whom from their contacts."""
    return f"https://wa.me/{phone.lstrip('+')}?text={quote(text)}"


def words(template: str, locale: str, **values: Any) -> str:
    """A text template in the receiver's language, whatever the page's is. Its values must be loaded already."""
    settings = house().settings

    def link(endpoint: str, **parts: Any) -> str:
        return str(settings.public_url + url_for(endpoint, **parts))

    with speaking(current_app, settings.public_url, locale):  # type: ignore[arg-type]
        return render_template(template, link=link, settings=settings, **values).strip()


def words_of(notification: Notification) -> str:
    """What `whatsapp.txt` of the kind says to the reader; empty where the kind has none."""
    kind = KINDS.get(notification.kind)
    if kind is None or Channel.WHATSAPP not in kind.channels:
        return ""
    locale = notification.user.locale if notification.user else "id"
    return words(f"emails/{kind.name}/whatsapp.txt", locale, **living(notification.params))
