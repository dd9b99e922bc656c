"""The papers of the shop's makers: written down, corrected, renewed, taken away, each with its private scan."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, FileField, SelectField, StringField

from catalog.certificates.models import Certificate, CertificateKind
from catalog.certificates.numbers import EXAMPLES
from catalog.certificates.services import check_values
from catalog.errors import Conflict, DomainError, Invalid, NotFound, Several
from catalog.makers.models import Maker
from catalog.media.papers import Paper as Scanned
from catalog.text import N_
from marketplace.certification import services
from marketplace.certification.queries import count_pieces, find_of_seller, find_scan, list_of_seller
from marketplace.web.forms import AtMost, Form, Needed, line
from marketplace.web.lifecycle import attempt
from marketplace.web.papers import kind_name, read_day, received_scan, shown
from marketplace.web.seller.desk import page
from marketplace.web.visits import visit

pages = Blueprint("certificates", __name__)


class Paper(Form):
    """One certificate; its kind stands in the address, so that help and example are its own."""

    maker = SelectField(_l("Whose is it?"), validate_choice=False)
    number = StringField(_l("Number"), validators=[Needed(), AtMost(80)], filters=[line])
    issued_on = StringField(_l("Issued on"), validators=[AtMost(10)], filters=[line])
    expires_on = StringField(_l("Valid until"), validators=[AtMost(10)], filters=[line])
    scan = FileField(
        _l("Photo or PDF of the certificate"),
        description=_l(
            "Only you, the field officers of your regency, the curators and the operators can open it. "
            "Without it nobody can confirm the number."
        ),
    )
    forgets_scan = BooleanField(_l("Take the file away"))

    def values(self) -> tuple[dict[str, Any], list[DomainError]]:
        """Number and days as the subject takes them, and a refusal of each day that is none."""
        kept: dict[str, Any] = {"number": self.number.data or ""}
        errors: list[DomainError] = []
        for name in ("issued_on", "expires_on"):
            try:
                kept[name] = read_day(self[name].data or "", name)
            except Invalid as error:
                kept[name] = None
                errors.append(error)
        return kept, errors


def kinds() -> dict[CertificateKind, tuple[str, str]]:
    """What each kind is for, and how its number is read."""
    return {
        CertificateKind.P_IRT: (
            _("For food that keeps and is made at home."),
            _(
                "15 digits: 1 packaging (1 glass to 8 several kinds), 2–3 kind of food, 4–7 your regency, 8–13 serial numbers, "
                "14–15 the year in which it ends."
            ),
        ),
        CertificateKind.HALAL: (
            _("From BPJPH, for food and for goods that contain animal material."),
            _("ID and 17 digits. A number that begins with KH is the fatwa's decree, not the certificate."),
        ),
        CertificateKind.BPOM: (
            _("For food that must be registered with BPOM."),
            _("MD (made here) or ML (brought in) and 12 digits."),
        ),
        CertificateKind.SNI: (
            _("For what is made after a national standard. Batik has 0239, 8302, 8303 and 8304."),
            _("Four digits, and the year of the standard after a colon; or the number of ISO or IEC that it keeps."),
        ),
        CertificateKind.BATIKMARK: (
            _("For batik tulis, cap and kombinasi."),
            _("As it stands on the certificate. We know of no form of its own, so we check no more."),
        ),
        CertificateKind.GI: (
            _("For authorised users of a geographical indication. It is shown only after somebody has seen the proof."),
            _(
                "The registration, ID G and nine digits, or the agenda: IG.00, the year, six digits. Add the proof that you are "
                "an authorised user (MPIG)."
            ),
        ),
    }


def _find(code: str) -> Certificate:
    found = find_of_seller(g.seller, code)
    if found is None:
        raise NotFound(N_("There is nothing here."))
    return found


@pages.get("/certificates")
def index(seller: str) -> str:
    found = list_of_seller(g.seller)
    return page(
        "seller/certificates/index.html", "shop",
        rows=[(one, shown(one)) for one in found], pieces=count_pieces(found), several=len(g.seller.makers) > 1,
    )  # fmt: skip


@pages.get("/certificates/new")
def new(seller: str) -> str:
    """Which kind first, then its form."""
    wanted = request.args.get("kind", "")
    if wanted not in set(CertificateKind):
        rows = [(kind.value, kind_name(kind), *words) for kind, words in kinds().items()]
        return page("seller/certificates/new.html", "shop", kinds=rows)
    return _form(CertificateKind(wanted), Paper(formdata=None))


def _form(kind: CertificateKind, form: Paper, certificate: Certificate | None = None) -> str:
    form.maker.choices = [(one.code, one.name) for one in g.seller.makers]
    purpose, how = kinds()[kind]
    return page(
        "seller/certificates/edit.html", "shop",
        form=form, kind=kind.value, name=kind_name(kind), purpose=purpose, how=how, example=EXAMPLES[kind], certificate=certificate,
        shown=shown(certificate) if certificate else None, scan=find_scan(certificate) if certificate else None,
    )  # fmt: skip


@pages.post("/certificates")
def create(seller: str) -> Response | tuple[str, int]:
    wanted = request.form.get("kind", "")
    if wanted not in set(CertificateKind):
        raise Invalid(N_("Choose the kind of certificate from the list."), field="kind")
    return _save(CertificateKind(wanted), None)


@pages.get("/certificates/<code>/edit")
def edit(seller: str, code: str) -> str:
    found = _find(code)
    kept = {
        "number": found.number,
        "issued_on": found.issued_on.isoformat() if found.issued_on else "",
        "expires_on": found.expires_on.isoformat() if found.expires_on else "",
    }
    return _form(found.kind, Paper(formdata=None, data=kept), found)


@pages.get("/certificates/<code>")
def show(seller: str, code: str) -> Response:
    """The address of a refused form, opened again."""
    return redirect(url_for("seller.certificates.edit", code=_find(code).code), 303)


@pages.post("/certificates/<code>")
def update(seller: str, code: str) -> Response | tuple[str, int]:
    return _save(_find(code).kind, code)


def _save(kind: CertificateKind, code: str | None) -> Response | tuple[str, int]:
    form = Paper()
    form.scan.data = None
    form.validate()
    scan, refused = received_scan()  # ends what was read before, so the certificate is found anew
    if refused:
        form.scan.errors = [refused]
    with attempt() as held:
        wrong = _keep(kind, form, _find(code) if code else None, scan)
        if is_wrong := bool(wrong or form.errors):
            held.rollback()
    if is_wrong:
        for one in wrong:
            form.take(one)
        if scan is not None:
            form.scan.errors = [_("Please choose the file once more: browsers do not keep it.")]
        return _form(kind, form, _find(code) if code else None), 422
    visit.tell("success", _("Saved. A field officer or a curator can look at it now."))
    return redirect(url_for("seller.certificates.index"), 303)


def _keep(kind: CertificateKind, form: Paper, found: Certificate | None, scan: Scanned | None) -> list[DomainError]:
    """State or restate it; everything that is wrong beside what the form has complained of."""
    values, wrong = form.values()
    try:
        if found is not None:
            if form.forgets_scan.data and scan is None:
                services.remove_scan(found)
            services.restate(found, values, visit.person, scan)
        elif (maker := _maker(form)) is not None:
            services.state(g.seller, maker, {"kind": kind, **values}, visit.person, scan)
        else:
            wrong.append(Invalid(N_("Choose whose certificate it is."), field="maker"))
            check_values({"kind": kind, **values})
    except (Invalid, Conflict) as error:
        wrong += error.errors if isinstance(error, Several) else [error]
    return [one for one in wrong if one.field not in form.errors]


def _maker(form: Paper) -> Maker | None:
    """The maker that was chosen; the only one of the shop needs no choice."""
    makers = g.seller.makers
    return makers[0] if len(makers) == 1 else next((one for one in makers if one.code == form.maker.data), None)


@pages.post("/certificates/<code>/removal")
def destroy(seller: str, code: str) -> Response:
    found = _find(code)
    try:
        with attempt():
            services.remove(found)
    except Conflict as error:
        visit.tell("danger", _(error.message) % error.params)
        return redirect(url_for("seller.certificates.edit", code=code), 303)
    visit.tell("success", _("The certificate and its file are gone."))
    return redirect(url_for("seller.certificates.index"), 303)
