"""Writing papers down with their scans, looking at them, telling shops what ends.

Bytes first, then the row, as with pictures: a file without a row is swept, a row without its file is never written.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update

from catalog import clock
from catalog.certificates import services as certificates
from catalog.certificates.models import KIND_NAMES, Certificate, CertificateKind, CertificateState, CheckerRole
from catalog.db import change, db
from catalog.errors import Conflict, Forbidden, Invalid
from catalog.makers.models import Maker
from catalog.media.papers import Paper
from catalog.media.storage import Storage
from catalog.products.models import Halal, Product, ProductState, product_certificates
from catalog.text import N_
from marketplace.accounts.models import Role, User
from marketplace.certification.models import FOLDER, CertificateCheck, Scan
from marketplace.certification.queries import find_scan, list_pieces
from marketplace.notifications import notify
from marketplace.sellers.models import Seller
from marketplace.sellers.queries import is_member
from marketplace.sellers.services import reason_of

CERTIFICATES_MAX = 60
SOON = timedelta(days=30)
_DEEDS = {
    CertificateState.SEEN: "see",
    CertificateState.VERIFIED: "verify",
    CertificateState.REFUSED: "refuse",
}


def lay_down(storage: Storage, paper: Paper) -> None:
    """Put a scan where it belongs, before any transaction: a store across a network may take its time."""
    storage.put(FOLDER + paper.path, paper.data)


def state(
    seller: Seller, maker: Maker, values: Mapping[str, Any], user: User, scan: Paper | None = None
) -> Certificate:
    """Write down a paper of one of the shop's makers; its file has been laid down. See `state_certificate`."""
    known = select(Certificate.id).where(Certificate.seller_id == seller.id).limit(CERTIFICATES_MAX)
    if len(db.session.scalars(known).all()) >= CERTIFICATES_MAX:
        raise Conflict(
            N_("A shop keeps at most %(limit)s certificates. Remove an old one first."), limit=CERTIFICATES_MAX
        )
    certificate = certificates.state_certificate(maker, seller.id, values)
    if scan is not None:
        _keep(certificate, scan, user)
    return certificate


def restate(certificate: Certificate, values: Mapping[str, Any], user: User, scan: Paper | None = None) -> bool:
    """Change it; whether anything did. Number, day or scan changed: it is the maker's word again, and waits anew."""
    has_changed = certificates.change_certificate(certificate, values, is_new_scan=scan is not None)
    if scan is not None:
        _keep(certificate, scan, user)
    return has_changed


def _keep(certificate: Certificate, paper: Paper, user: User) -> None:
    if (old := find_scan(certificate)) is not None:
        db.session.delete(old)
        db.session.flush()
    db.session.add(
        Scan(certificate_id=certificate.id, format=paper.format, path=FOLDER + paper.path, uploaded_by_id=user.id)
    )
    db.session.flush()


def remove_scan(certificate: Certificate) -> None:
    """Take the scan away; the file follows with the next sweep. What was seen is the maker's word again."""
    found = find_scan(certificate)
    if found is not None:
        certificates.hold_still(certificate)
        db.session.delete(found)
        if certificate.state is CertificateState.SEEN:
            certificates.restate(certificate)
        db.session.flush()


def remove(certificate: Certificate) -> None:
    """Forget it with its scan and its answers. Conflict while a piece on sale rests its “certified” on it."""
    certificates.hold_still(certificate)
    if certificate.kind is CertificateKind.HALAL:
        for piece in list_pieces(certificate):
            if piece.halal is Halal.CERTIFIED and piece.state in (ProductState.LIVE, ProductState.HELD):
                raise Conflict(
                    N_("“%(title)s” is on sale and says that it is certified by this. Change the piece first."),
                    title=piece.title,
                )
    change(delete(product_certificates).where(product_certificates.c.certificate_id == certificate.id))
    change(delete(Scan).where(Scan.certificate_id == certificate.id))
    change(delete(CertificateCheck).where(CertificateCheck.certificate_id == certificate.id))
    for known in db.session.identity_map.values():
        if isinstance(known, Product):
            db.session.expire(known, ["certificates"])
    db.session.delete(certificate)
    db.session.flush()


def decide(
    certificate: Certificate, user: User, role: CheckerRole, answer: CertificateState | str, reason: str = ""
) -> None:
    """Seen, verified, or refused with a reason that reaches the shop. Whether it lies in an officer's regency is for
    the caller to know. Forbidden for people of the shop; Conflict where it stands so already or has expired."""
    if not user.has_role(Role(role.value)):
        raise Forbidden(N_("Only officers and curators may do this."))
    if is_member(user, certificate.seller_id):
        raise Forbidden(N_("You cannot decide about a certificate of your own shop."))
    try:
        answer = CertificateState(answer)
        deed = _DEEDS[answer]
    except (ValueError, KeyError):
        raise Invalid(N_("Choose seen, verified or refused."), field="answer") from None
    reason = reason_of(reason) if answer is CertificateState.REFUSED else ""
    certificates.check(certificate, deed, user.id, role, reason)
    check = CertificateCheck(
        certificate_id=certificate.id, number=certificate.number, state=answer, reason=reason, checked_as=role,
        checked_by_id=user.id,
    )  # fmt: skip
    db.session.add(check)
    db.session.flush()
    kind = "certificate-refused" if answer is CertificateState.REFUSED else "certificate-checked"
    _tell(certificate, kind, f"{certificate.code}-{check.checked_at:%Y%m%d%H%M%S}")


def expire(limit: int = 50) -> int:
    """Tell shops what ended, by the clock of the place, and what ends within a month; how many were told.

    What ended raises the catalog's edition, so that no kept page goes on claiming it.
    """
    latest = clock.today(clock.WIT)
    due = (
        select(Certificate)
        .where(
            Certificate.expired_at.is_(None),
            or_(
                Certificate.expires_on < latest,
                (Certificate.expires_on < latest + SOON) & Certificate.warned_at.is_(None),
            ),
        )
        .order_by(Certificate.expires_on, Certificate.id)
        .limit(limit)
    )
    told = 0
    for one in db.session.scalars(due).all():
        if one.is_expired:
            one.expired_at = clock.now()
            told += 1
            if one.state is not CertificateState.REFUSED:
                _tell(one, "certificate-expired", f"{one.code}-{one.expires_on}")
        elif one.warned_at is None:
            # Past the ORM: the public sees nothing of a warning, so kept pages stay.
            change(update(Certificate).where(Certificate.id == one.id).values(warned_at=clock.now()))
            told += 1
            if one.state is not CertificateState.REFUSED:
                _tell(one, "certificate-ending", f"{one.code}-{one.expires_on}")
    db.session.flush()
    return told


def _tell(certificate: Certificate, kind: str, subject: str) -> None:
    notify(
        db.session.get_one(Seller, certificate.seller_id),
        kind,
        subject,
        {
            "code": certificate.code,
            "what": KIND_NAMES[certificate.kind],
            "number": certificate.number,
            "state": certificate.state,
            "reason": certificate.reason,
            "day": certificate.expires_on,
        },
    )


def sweep_scans(storage: Storage, older_than: timedelta = timedelta(days=2)) -> int:
    """Delete private files of certificates that no row names; how many went. An upload writes its file before its row,
    so only what is older than `older_than` goes."""
    before = clock.now() - older_than
    named = set(db.session.scalars(select(Scan.path)))
    gone = 0
    for entry in list(storage.list()):
        if entry.name.startswith(FOLDER) and entry.name not in named and entry.modified_at < before:
            storage.delete(entry.name)
            gone += 1
    return gone
