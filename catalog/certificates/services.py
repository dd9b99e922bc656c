"""Writing certificates down, changing them, looking at them. Who may do which is for the caller to know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from catalog import clock
from catalog.certificates.models import Certificate, CertificateKind, CheckerRole
from catalog.certificates.numbers import P_IRT_YEARS, read_number
from catalog.certificates.states import CERTIFICATE
from catalog.db import db, lock
from catalog.errors import Conflict, DomainError, Invalid, Several
from catalog.makers.models import Maker
from catalog.places.models import Regency
from catalog.places.queries import zone_of
from catalog.text import N_

FIELDS = ("kind", "number", "issued_on", "expires_on")
LONGEST_YEARS = 30


def state_certificate(maker: Maker, seller_id: int, values: Mapping[str, Any]) -> Certificate:
    """Write down a paper of `maker`. `values` are FIELDS, the days as dates or None.

    Several names every field that is wrong, also a number that the maker has written down already.
    """
    certificate = Certificate(maker=maker, seller_id=seller_id)
    with db.session.no_autoflush:
        _apply(certificate, values)
    db.session.add(certificate)
    db.session.flush()
    return certificate


def check_values(values: Mapping[str, Any]) -> None:
    """Raise what `state_certificate` would raise whoever the maker is, for a form in which none is chosen yet."""
    with db.session.no_autoflush:
        _apply(Certificate(), values)


def change_certificate(certificate: Certificate, values: Mapping[str, Any], is_new_scan: bool = False) -> bool:
    """Correct or renew it; whether anything changed. What changed is the maker's word again, whatever was checked."""
    hold_still(certificate)
    before = tuple(getattr(certificate, name) for name in FIELDS)
    with db.session.no_autoflush:
        _apply(certificate, values)
    if before == tuple(getattr(certificate, name) for name in FIELDS) and not is_new_scan:
        return False
    restate(certificate)
    return True


def restate(certificate: Certificate) -> None:
    """The maker says so anew: whoever has looked at it has looked at something else."""
    CERTIFICATE.apply(certificate, "restate", "member")
    certificate.stated_at = clock.now()
    certificate.checked_at = certificate.checked_by_id = certificate.checked_as = None
    certificate.warned_at = certificate.expired_at = None
    certificate.reason = ""
    db.session.flush()


def check(certificate: Certificate, deed: str, checker_id: int, role: CheckerRole, reason: str = "") -> None:
    """`see`, `verify` or `refuse` (with a reason). Conflict where it stands so already, or is over."""
    hold_still(certificate)
    if deed != "refuse" and certificate.is_expired:
        raise Conflict(N_("This certificate has expired, so it cannot be confirmed any more."))
    CERTIFICATE.apply(certificate, deed, role.value)
    certificate.checked_at, certificate.checked_by_id, certificate.checked_as = clock.now(), checker_id, role
    certificate.reason = reason if deed == "refuse" else ""
    db.session.flush()


def hold_still(certificate: Certificate) -> None:
    """Lock the row and read it anew."""
    db.session.flush()
    db.session.scalar(
        lock(select(Certificate).where(Certificate.id == certificate.id)).execution_options(populate_existing=True)
    )


def _apply(certificate: Certificate, values: Mapping[str, Any]) -> None:
    for name in values:
        if name not in FIELDS:
            raise Invalid(N_("There is no field “%(name)s” here."), field=name, name=name)
    maker: Maker | None = certificate.maker
    today = clock.today(zone_of(maker.district_code)) if maker else clock.today()
    try:
        kind = CertificateKind(values.get("kind") or certificate.kind or "")
    except ValueError:
        raise Invalid(N_("Choose the kind of certificate from the list."), field="kind") from None
    errors: list[DomainError] = []
    ends: int | None = None
    text = ""
    try:
        typed, home = values.get("number", certificate.number or ""), maker.district_code[:5] if maker else None
        number = read_number(kind, typed, today, home, _regency_name)
        text, ends = number.text, number.ends
    except Invalid as error:
        errors.append(error)
    issued, expires = (values.get(name, getattr(certificate, name)) for name in ("issued_on", "expires_on"))
    if expires is None and ends:
        expires = date(ends, 12, 31)
    errors.extend(_wrong_days(issued, expires, ends, today))
    if text and maker and _is_taken(certificate, kind, text):
        errors.append(Invalid(N_("This certificate stands in the maker's list already."), field="number"))
    if errors:
        raise Several(errors)
    certificate.kind, certificate.number = kind, text
    certificate.issued_on, certificate.expires_on = issued, expires


def _wrong_days(issued: date | None, expires: date | None, ends: int | None, today: date) -> list[DomainError]:
    errors: list[DomainError] = []
    if (issued and not today.year - LONGEST_YEARS <= issued.year <= today.year) or (issued and issued > today):
        errors.append(Invalid(N_("The day of issue lies in the past, at most 30 years ago."), field="issued_on"))
    if expires is None:
        return errors
    if expires < today:
        errors.append(
            Invalid(N_("This certificate has expired. Renew it, then write the new day."), field="expires_on")
        )
    elif expires.year > today.year + LONGEST_YEARS:
        errors.append(Invalid(N_("Write a day within the next 30 years."), field="expires_on"))
    elif ends and expires.year != ends:
        errors.append(
            Invalid(
                N_("The number says by its last two digits that it ends in %(year)s. Correct the day or the number."),
                field="expires_on", year=ends,
            )
        )  # fmt: skip
    elif issued and expires <= issued:
        errors.append(Invalid(N_("It expires after the day on which it was issued."), field="expires_on"))
    elif issued and ends and ends > issued.year + P_IRT_YEARS:
        errors.append(
            Invalid(N_("A P-IRT number holds for five years: it cannot end later than %(year)s."), field="issued_on",
                    year=issued.year + P_IRT_YEARS)
        )  # fmt: skip
    return errors


def _regency_name(code: str) -> str | None:
    found = db.session.get(Regency, code)
    return found.full_name if found else None


def _is_taken(certificate: Certificate, kind: CertificateKind, number: str) -> bool:
    same = select(Certificate.id).where(
        Certificate.maker_id == certificate.maker.id, Certificate.kind == kind, Certificate.number == number
    )
    if certificate.id is not None:
        same = same.where(Certificate.id != certificate.id)
    return db.session.scalar(same.limit(1)) is not None
