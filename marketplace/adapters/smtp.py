"""Mail by SMTP. `smtplib` has no timeout of its own: it would hang a worker for ever on a silent server."""

from __future__ import annotations

import smtplib
import ssl
from urllib.parse import unquote, urlsplit

from catalog import clock
from marketplace.notifications.folder import compose
from marketplace.notifications.mail import Mail

TIMEOUT_SECONDS = 20


class SmtpMailer:
    """`smtp://user:password@host:port` with STARTTLS where offered, `smtps://` with TLS from the first byte."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("SMTP_URL must look like smtp://user:password@host:587")
        self.secure = parts.scheme == "smtps"
        self.host = parts.hostname
        self.port = parts.port or (465 if self.secure else 587)
        self.user = unquote(parts.username or "")
        self.password = unquote(parts.password or "")
        self.sender = sender

    def send(self, mail: Mail) -> None:
        context = ssl.create_default_context()
        connection: smtplib.SMTP
        if self.secure:
            connection = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        with connection:
            connection.ehlo()
            if not self.secure and connection.has_extn("starttls"):
                connection.starttls(context=context)
                connection.ehlo()
            if self.user:
                connection.login(self.user, self.password)
            connection.send_message(compose(mail, self.sender, clock.now()))
