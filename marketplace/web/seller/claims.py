"""What a piece claims: how it stands with halal, which papers it carries, and its code for customs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField, SelectMultipleField, StringField

from catalog.certificates.models import CertificateState
from catalog.certificates.queries import list_of_makers
from catalog.errors import Conflict, Invalid
from catalog.products.claims import is_food, misfit, tells_halal
from catalog.products.models import Halal, Product
from catalog.products.services import set_claims
from catalog.tariff.codes import Proposal, find_tariff, propose, written
from catalog.text import N_, fold, localized
from marketplace.web.errors import sentence
from marketplace.web.forms import AtMost, Form, accepts_many, line
from marketplace.web.lifecycle import attempt
from marketplace.web.locale import current_locale
from marketplace.web.papers import kind_name, shown
from marketplace.web.seller.desk import page, piece_of, way_back
from marketplace.web.visits import visit

pages = Blueprint("claims", __name__)

OTHER = "other"


class Claims(Form):
    version = HiddenField()
    halal = RadioField(_l("How does it stand with halal?"), validate_choice=False)
    certificates = SelectMultipleField(_l("Which certificates cover this piece?"), validate_choice=False)
    hs_choice = RadioField(_l("Which code fits?"), validate_choice=False)
    hs_code = StringField(
        _l("Another code"),
        validators=[AtMost(20)],
        filters=[line],
        description=_l("6, 8 or 10 digits, with or without points, for example 6504.00."),
    )

    def code(self, piece: Product) -> str:
        """The code that was picked, or the typed one where “another” or nothing was picked. Both at once are refused,
        unless what stands in the field is only what `piece` had before."""
        picked, typed = self.hs_choice.data or "", self.hs_code.data or ""
        if picked in ("", OTHER):
            return typed
        if typed and typed != written(piece.hs_code):
            text = N_("For this code choose “Another code, or none yet” above, or leave it empty.")
            raise Invalid(text, field="hs_code")
        return picked


def halals() -> list[tuple[str, str, str]]:
    return [
        (Halal.CERTIFIED.value, _("Certified"), _("Tick the certificate below.")),
        (Halal.IN_PROCESS.value, _("In process"), _("It has been asked for and is not there yet.")),
        (Halal.DECLARED.value, _("My own declaration"), _("Buyers read that it is your word, without a certificate.")),
        (Halal.NOT_HALAL.value, _("Not halal"), _("The piece carries the note “tidak halal”, as the law asks.")),
    ]


@pages.get("/products/<product>/claims")
def edit(seller: str, product: str) -> Response | str:
    piece = piece_of(product)
    if back := way_back(piece):
        return back
    offered = {one.tariff.code for one in _proposals(piece) if not one.tariff.is_heading}
    is_offered = piece.hs_code in offered
    kept = {
        "version": piece.version,
        "halal": piece.halal.value if piece.halal else "",
        "certificates": [one.code for one in piece.certificates],
        "hs_choice": piece.hs_code if is_offered else OTHER if piece.hs_code else "",
        "hs_code": "" if is_offered else written(piece.hs_code),
    }
    return _page(piece, Claims(formdata=None, data=kept))


def _proposals(piece: Product) -> list[Proposal]:
    return propose(
        piece.craft.slug if piece.craft else None,
        [one.slug for one in piece.materials],
        [one.slug for one in piece.techniques],
        f"{piece.title} {piece.title_en}",
    )


def _page(piece: Product, form: Claims) -> str:
    papers = []
    for one in list_of_makers([piece.maker_id]):
        if one.state is not CertificateState.REFUSED and not one.is_expired and misfit(one, piece) is None:
            told = shown(one)
            papers.append(
                (one.code, f"{kind_name(one.kind)} · {one.number}", " · ".join(filter(None, (told.said, told.until))))
            )
    form.certificates.choices = papers
    form.halal.choices = halals() if is_food(piece) else [("", _("Not said")), *halals()]
    proposals = _proposals(piece)
    locale = current_locale()
    form.hs_choice.choices = [
        (one.tariff.code, f"{written(one.tariff.code)} · {localized(one.tariff, 'name', locale)}", _why(piece, one))
        for one in proposals
        if not one.tariff.is_heading
    ] + [(OTHER, _("Another code, or none yet"))]
    return page(
        "seller/claims/edit.html", "products",
        product=piece, form=form, asks_halal=is_food(piece), tells_halal=tells_halal(piece),
        headings=[one.tariff for one in proposals if one.tariff.is_heading], proposals=proposals,
        known=find_tariff(piece.hs_code), code=written(piece.hs_code), written=written,
    )  # fmt: skip


def _why(piece: Product, proposal: Proposal) -> str:
    """What speaks for a code, in the piece's own words, and what is not sure about it."""
    locale = current_locale()
    things: list[Any] = [*piece.materials, *piece.techniques, *([piece.craft] if piece.craft else [])]
    names = {one.slug: localized(one, "name", locale) for one in things}
    title = set(fold(localized(piece, "title", locale)).split())
    said = [names.get(value) or (f"“{value}”" if value in title else "") for _kind, value in proposal.because]
    reasons = list(dict.fromkeys(one for one in said if one))
    text = _("Because of: %(reasons)s.", reasons=", ".join(reasons))
    return f"{text} {_('A proposal: confirm it with customs.')}" if proposal.tariff.is_doubtful else text


@pages.post("/products/<product>/claims")
@accepts_many("certificates")
def update(seller: str, product: str) -> Response | tuple[str, int]:
    piece = piece_of(product)
    form = Claims()
    if form.validate():
        version = form.version.data or ""
        own = {one.code: one for one in list_of_makers([piece.maker_id])}
        chosen = form.certificates.data or []
        try:
            with attempt():
                if any(code not in own for code in chosen):
                    raise Invalid(N_("Choose certificates from the list."), field="certificates")
                set_claims(
                    piece, form.halal.data or None, [own[code] for code in chosen], form.code(piece),
                    int(version) if version.isascii() and version.isdigit() else 0,
                )  # fmt: skip
        except Conflict as error:
            form.form_errors.append(sentence(error))
            form.version.data = str(piece_of(product).version)
        except Invalid as error:
            form.take(error)
        else:
            visit.tell("success", _saved(piece))
            return redirect(url_for("seller.products.show", code=product), 303)
    return _page(piece_of(product), form), 422


def _saved(piece: Product) -> str:
    """Saved, and a word about a code that our short list does not know."""
    if piece.hs_code and find_tariff(piece.hs_code) is None:
        return _(
            "Saved. %(code)s is not in our short list of codes: confirm it with customs.", code=written(piece.hs_code)
        )
    return _("Saved.")
