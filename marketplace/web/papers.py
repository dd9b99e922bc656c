"""Certificates on pages: what is said of each, and no more than somebody has looked at; their scans coming in and going
out; the desk of those who look at them, shared by officers and curators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from catalog.certificates.models import KIND_NAMES, Certificate, CertificateKind, CertificateState, CheckerRole
from catalog.certificates.numbers import PACKAGING, SWEETS
from catalog.certificates.queries import count_elsewhere
from catalog.db import db
from catalog.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from catalog.media.papers import Paper, receive_paper
from catalog.media.pictures import Limits
from catalog.places.models import Regency
from catalog.places.queries import zone_of
from catalog.products.claims import halal_certificate, is_food, shown_certificates, shown_halal
from catalog.products.models import Halal, Product
from catalog.text import N_, localized
from marketplace.certification import services
from marketplace.certification.queries import (
    count_waiting,
    find_certificate,
    find_scan,
    list_checks,
    list_pieces,
    list_waiting,
)
from marketplace.sellers.models import Seller
from marketplace.sellers.queries import is_member
from marketplace.web.errors import sentence
from marketplace.web.filters import day
from marketplace.web.lifecycle import attempt, house, let_others_write
from marketplace.web.locale import current_locale
from marketplace.web.paging import after, cut
from marketplace.web.speech import gettext as _
from marketplace.web.visits import visit

MB = 1_000_000
PER_PAGE = 30


@dataclass(frozen=True)
class Shown:
    """One paper as the `certificate` component draws it. `state` is its style, `said` the honest sentence."""

    name: str
    number: str
    state: str
    said: str
    until: str
    is_example: bool


def shown(certificate: Certificate) -> Shown:
    """What may be said of a paper: by whom it was looked at, in which capacity, when, and until when it holds."""
    is_expired = certificate.is_expired
    until = ""
    if certificate.expires_on:
        text = _("expired on %(day)s") if is_expired else _("valid until %(day)s")
        until = text % {"day": day(certificate.expires_on)}
    return Shown(
        kind_name(certificate.kind),
        certificate.number,
        "expired" if is_expired else certificate.state.value,
        state_words(certificate),
        until,
        certificate.is_example,
    )


def kind_name(kind: CertificateKind) -> str:
    return _(KIND_NAMES[kind])


def state_words(certificate: Certificate) -> str:
    """`Verified by a field officer on 3 Nov 2026`; the public is told the capacity and never a name."""
    if certificate.checked_at is None:
        return _("Stated by the maker, not checked")
    on = day(certificate.checked_at.astimezone(zone_of(certificate.maker.district_code)).date())
    by_officer = certificate.checked_as is CheckerRole.OFFICER
    match certificate.state:
        case CertificateState.VERIFIED:
            text = _("Verified by a field officer on %(day)s") if by_officer else _("Verified by a curator on %(day)s")
        case CertificateState.SEEN:
            text = (
                _("Document seen by a field officer on %(day)s")
                if by_officer
                else _("Document seen by a curator on %(day)s")
            )
        case _other:
            text = _("Refused on %(day)s")
    return text % {"day": on}


@dataclass(frozen=True)
class Claims:
    """What a piece's page tells beside its facts. `halal` is one sentence, `warns` where it says “not halal”."""

    halal: str
    warns: bool
    papers: Sequence[Shown]


def claims_of(product: Product) -> Claims:
    said = shown_halal(product)
    words = {
        Halal.DECLARED: _("Halal by the maker's own declaration, without a certificate"),
        Halal.IN_PROCESS: _("A halal certificate has been asked for and is not there yet"),
        Halal.NOT_HALAL: _("Not halal"),
    }
    text = words.get(said, "") if said else ""
    if said is Halal.CERTIFIED and (paper := halal_certificate(product)):
        text = {
            CertificateState.VERIFIED: _("Halal certificate, verified"),
            CertificateState.SEEN: _("Halal certificate, document seen"),
        }.get(paper.state, _("Halal certificate, stated by the maker"))
    elif said is None and is_food(product):
        text = _("Nothing is known about halal at the moment")
    return Claims(text, said is Halal.NOT_HALAL, [shown(one) for one in shown_certificates(product)])


def explained(certificate: Certificate) -> list[tuple[str, str]]:
    """What the digits of a number say, for those who hold the paper in their hands."""
    if certificate.kind is not CertificateKind.P_IRT:
        return []
    number = certificate.number
    regency = db.session.get(Regency, f"{number[3:5]}.{number[5:7]}")
    food = _("sugar, confectionery, honey") if number[1:3] == SWEETS else _("kind %(number)s", number=number[1:3])
    return [
        (_("Packaging"), _(PACKAGING[number[0]])),
        (_("Kind of food"), food),
        (_("Regency"), regency.full_name if regency else number[3:7]),
        (_("Ends in"), f"20{number[14:]}"),
    ]


def received_scan() -> tuple[Paper | None, str]:
    """The scan that a form brings, laid down, or a sentence why not. Call it before anything is written."""
    file = request.files.get("scan")
    if not isinstance(file, FileStorage) or not file.filename:
        return None, ""
    limits = Limits(max_bytes=house().settings.upload_mb * MB)
    body = file.stream.read(limits.max_bytes + 1)
    let_others_write()
    try:
        paper = receive_paper(body, limits)
        services.lay_down(house().ports.private, paper)
    except Invalid as error:
        return None, sentence(error)
    return paper, ""


# The desk of those who look at them


def desk_index(surface: str, regencies: Sequence[str] | None) -> str:
    """What waits, the oldest first: what nobody has looked at, or whose document alone was seen."""
    state = CertificateState.SEEN if request.args.get("state") == "seen" else CertificateState.STATED
    page = cut(list_waiting(regencies, state, after(), PER_PAGE + 1), PER_PAGE)
    tabs = [
        {
            "label": label,
            "url": url_for(
                f"{surface}.certificates.index", state=None if one is CertificateState.STATED else one.value
            ),
            "active": one is state,
            "count": count_waiting(regencies, one),
        }
        for one, label in (
            (CertificateState.STATED, _("Stated")),
            (CertificateState.SEEN, _("Document seen, not verified")),
        )
    ]
    return render_template(
        "certificates/index.html",
        surface=surface, page=page, tabs_of=tabs, state=state.value if state is CertificateState.SEEN else None, kind_name=kind_name,
    )  # fmt: skip


def desk_show(surface: str, certificate: Certificate, reason: str = "", error: DomainError | None = None) -> str:
    user = visit.person
    locale = current_locale()
    return render_template(
        "certificates/show.html",
        surface=surface,
        certificate=certificate,
        name=kind_name(certificate.kind),
        shown=shown(certificate),
        rows=explained(certificate),
        scan=find_scan(certificate),
        seller=db.session.get_one(Seller, certificate.seller_id),
        pieces=[localized(one, "title", locale) for one in list_pieces(certificate)],
        elsewhere=count_elsewhere(certificate),
        checks=list_checks(certificate),
        is_own=is_member(user, certificate.seller_id),
        asks_issuer=_where_to_ask(certificate.kind),
        reason=reason,
        error=sentence(error) if error else "",
    )


def _where_to_ask(kind: CertificateKind) -> str:
    return {
        CertificateKind.P_IRT: _("Ask the health office of the regency, or OSS."),
        CertificateKind.HALAL: _("Look it up at halal.go.id (SIHALAL)."),
        CertificateKind.BPOM: _("Look it up at BPOM."),
        CertificateKind.SNI: _("Ask for the certificate of conformity, or the statement in OSS."),
        CertificateKind.BATIKMARK: _("Ask the institution that issued the batikmark."),
        CertificateKind.GI: _(
            "Ask the society that keeps the indication (MPIG) whether the maker is an authorised user."
        ),
    }[kind]


def desk_find(code: str, regencies: Sequence[str] | None) -> Certificate:
    found = find_certificate(code, regencies)
    if found is None:
        raise NotFound(N_("There is no such certificate."))
    return found


def desk_decide(surface: str, certificate: Certificate, role: CheckerRole) -> Any:
    """`answer` is seen, verified or refused; a refusal's reason reaches the shop."""
    user = visit.person
    code, reason = certificate.code, request.form.get("reason", "")
    try:
        with attempt():
            services.decide(certificate, user, role, request.form.get("answer", ""), reason)
    except (Invalid, Conflict, Forbidden) as error:
        found = find_certificate(code)
        assert found is not None
        return desk_show(surface, found, reason, error), error.status
    visit.tell("success", _("Noted. The shop is told."))
    return redirect(url_for(f"{surface}.certificates.index"), 303)


def scan_response(body: bytes, format: str, number: str) -> Response:
    """A scan for one pair of eyes: kept by nobody on the way, a PDF never opened inside of our pages."""
    response = Response(body, content_type="application/pdf" if format == "pdf" else "image/jpeg")
    name = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in number)
    how = f'attachment; filename="{name}.pdf"' if format == "pdf" else "inline"
    response.headers["Content-Disposition"] = how
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def read_day(text: str, field: str) -> date | None:
    """A day as browsers send it (2026-11-28) or as people here write it (28-11-2026); Invalid for anything else."""
    parts = text.replace("/", "-").replace(".", "-").split("-")
    if not text:
        return None
    if len(parts) == 3 and len(parts[2]) == 4:
        parts.reverse()
    try:
        return date.fromisoformat("-".join(part.zfill(2) for part in parts))
    except ValueError:
        raise Invalid(N_("Write the day as day-month-year, for example 28-11-2026."), field=field) from None
