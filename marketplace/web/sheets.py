"""Templates as this house runs them: none is ever given globals of its own, so a module of macros is made once.

Jinja would compare the globals of both sides at every `{% from … import … %}` of every page, some twenty a page.
"""

from __future__ import annotations

from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context


class Sheet(Template):
    """A template whose macros are the same whoever imports them."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()
