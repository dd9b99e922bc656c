"""Forms of the house: Flask-WTF's, with our own token (see guards) and sentences that name the field."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from catalog.errors import DomainError, Several
from catalog.money import Money
from catalog.text import tidy
from marketplace.web.errors import sentence
from marketplace.web.guards import accepts_many
from marketplace.web.locale import current_locale


class Form(FlaskForm):
    """A form that keeps what was typed and shows each refusal at its field."""

    class Meta:
        csrf = False  # the session's form token is checked for every surface in guards

    def take(self, error: DomainError) -> None:
        """Put a domain error's sentence at its field, or above the form when it names none."""
        for one in error.errors if isinstance(error, Several) else [error]:
            field = self._fields.get(one.field or "")
            if field is None:
                self.form_errors.append(sentence(one))
            else:
                field.errors = [*field.errors, sentence(one)]


class MoneyField(StringField):
    """Rupiah as people type them; `.data` is Money or None, and what was typed stays in the box."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = valuelist[0] if valuelist else ""
        self.data = None
        if self.typed.strip():
            try:
                self.data = Money.parse(self.typed)
            except DomainError as error:
                raise ValueError(sentence(error)) from None

    def _value(self) -> str:
        if getattr(self, "typed", ""):
            return str(self.typed)
        return self.data.format(current_locale()).removeprefix("Rp") if self.data is not None else ""


def line(text: str | None) -> str:
    """A filter for one-line fields."""
    return tidy(text)


def folded(text: str | None) -> str:
    """A filter for addresses of mail: blanks gone, lower case."""
    return tidy(text).casefold()


class Needed(InputRequired):
    """The field must be filled; says so in the reader's language."""

    def __init__(self) -> None:
        super().__init__(_l("Please fill this in."))


class AtMost(Length):
    def __init__(self, limit: int) -> None:
        super().__init__(max=limit, message=_l("At most %(max)d characters, please."))


def looks_like_mail(form: Any, field: Field) -> None:
    """One @, something before it, a dot in what follows, no blanks: the confirmation mail proves the rest."""
    text = field.data or ""
    name, at, host = text.rpartition("@")
    if not (
        at
        and name
        and "." in host.strip(".")
        and not any(c.isspace() or c in '<>,;"' for c in text)
        and len(text) <= 254
    ):
        raise ValidationError(_l("Write an e-mail address such as nama@contoh.id."))


class MailField(EmailField):
    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, validators=[Needed(), AtMost(254), looks_like_mail], filters=[folded], **options)


__all__ = ["AtMost", "Form", "MailField", "MoneyField", "Needed", "accepts_many", "folded", "line", "looks_like_mail"]
