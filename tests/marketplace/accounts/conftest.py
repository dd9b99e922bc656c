"""Mails of a house under test, read as their receivers do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from typing import Any

import pytest
from flask import Flask


@dataclass
class ReadMail:
    to: str
    subject: str
    text: str
    html: str

    @property
    def link(self) -> str:
        """The path of the first link that carries a token."""
        found = re.search(r"https?://[^/\s]+(\S*/account/(?:confirmation|reset|email)/[\w-]{20,})", self.text)
        assert found, self.text
        return found[1]

    @property
    def token(self) -> str:
        return self.link.rsplit("/", 1)[-1]


@pytest.fixture
def mails(app: Flask, work: Callable[[], int]) -> Callable[[], list[ReadMail]]:
    """Let the worker write what is due; all mails so far, oldest first."""

    def read() -> list[ReadMail]:
        work()
        found = []
        for path in sorted(app.extensions["house"].settings.mails_dir.glob("*.eml")):
            message: Any = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            found.append(
                ReadMail(
                    message["To"],
                    message["Subject"],
                    message.get_body(("plain",)).get_content(),
                    message.get_body(("html",)).get_content(),
                )
            )
        return found

    return read
