"""A QRIS code as a picture: black on white, whatever the page's colours are."""

from __future__ import annotations

from markupsafe import Markup

from catalog.money import Money
from marketplace.payments.qris import with_sum
from marketplace.web.filters import money
from marketplace.web.speech import gettext as _


def drawn(text: str, sum_: Money | None = None, css: str = "qris-box__code") -> Markup:
    """The static code `text`, asking for exactly `sum_` where there is one."""
    import segno  # drawn for few pages: loaded with the first

    name = _("QRIS code for %(sum)s", sum=money(sum_)) if sum_ is not None else _("QRIS code")
    picture = segno.make(with_sum(text, sum_) if sum_ is not None else text, error="m", micro=False).svg_inline(
        omitsize=True, border=4, light="#fff", svgclass=css, title=name
    )
    return Markup(picture)  # noqa: S704  our own drawing; segno escapes its title
