"""What can go wrong in the domain. Each kind has a meaning that the web turns into a page or a problem document.

A message is an English gettext id with named parameters; the web translates it for the reader. `field` names the
input that is wrong, so that a form can show the sentence where it belongs.
"""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """A refusal with a sentence for the person who asked."""

    kind = "error"
    status = 400

    def __init__(self, message: str, *, field: str | None = None, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.params = params

    def plain(self) -> dict[str, Any]:
        """The error as it is kept until somebody reads it in a language of their own."""
        return {"field": self.field, "message": self.message, "params": self.params}

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class Invalid(DomainError):
    """The input cannot be right; the sentence says what would be."""

    kind = "invalid"
    status = 422


class NotFound(DomainError):
    """There is no such thing, or it is not yours: the two are not told apart."""

    kind = "not-found"
    status = 404


class Forbidden(DomainError):
    """You are known, and your role does not allow this."""

    kind = "forbidden"
    status = 403


class Conflict(DomainError):
    """The world has changed since you looked: sold out, already decided, another price."""

    kind = "conflict"
    status = 409


class TooMany(DomainError):
    """Asked too often. `retry_after` is in seconds."""

    kind = "too-many"
    status = 429

    def __init__(self, message: str, *, retry_after: int = 60, **params: Any) -> None:
        super().__init__(message, **params)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """A neighbour (database, gateway) does not answer now. `retry_after` is in seconds."""

    kind = "unavailable"
    status = 503

    def __init__(self, message: str, *, retry_after: int = 5, **params: Any) -> None:
        super().__init__(message, **params)
        self.retry_after = retry_after


class Several(Invalid):
    """More than one field is wrong at once: all are told, so that nobody corrects one by one."""

    def __init__(self, errors: list[DomainError]) -> None:
        super().__init__(errors[0].message, field=errors[0].field, **errors[0].params)
        self.errors = errors
