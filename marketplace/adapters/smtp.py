"""Mail by SMTP. `smtplib` has no timeout of its own: it would hang a worker for ever on a silent server."""

from __future__ import annotations

import smtplib
import ssl
from urllib.parse import unquote, urlsplit

from catalog import clock
from marketplace.notifications.folder import compose
from marketplace.notifications.mail import Mail, Undeliverable

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
            try:
                connection.send_message(compose(mail, self.sender, clock.now()))
            except smtplib.SMTPRecipientsRefused as error:
                code, words = next(iter(error.recipients.values()))
                raise _told(code, words, error) from error
            except smtplib.SMTPResponseException as error:
                raise _told(error.smtp_code, error.smtp_error, error) from error


def _told(code: int, words: bytes | str, error: Exception) -> Exception:
    """What the server said: a code of 500 and above is its last word, anything else may pass (full, busy, greylisted)."""
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return Undeliverable(f"{code} {said}") if code >= 500 else error
