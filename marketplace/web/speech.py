"""What pages say, in the language of the address: Flask-Babel's catalogue without its four look-ups a word.

A page says some hundred words; asking Flask-Babel for each took a third of its time. Both read one catalogue, so any
module may go on importing `flask_babel`; templates and what fills lists use these.
"""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from typing import Any

from babel.support import Translations
from flask import Flask

from marketplace.translations import ROOT
from marketplace.web.locale import current_locale


@cache
def catalogue(locale: str) -> NullTranslations:
    """What is said in this language; read once."""
    return Translations.load(str(ROOT), [locale])


def gettext(message: str, **params: Any) -> str:
    """`message` in the page's language, with its parameters."""
    said = catalogue(current_locale()).gettext(message)
    return said % params if params else said


def ngettext(one: str, many: str, num: int, **params: Any) -> str:
    """The form of the message that goes with `num`, which is a parameter too."""
    return catalogue(current_locale()).ngettext(one, many, num) % {"num": num, **params}


def init_app(app: Flask) -> None:
    """Let templates speak."""
    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)
