"""Which certificates wait, and who may see what of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select
from sqlalchemy.orm import joinedload

from catalog import clock
from catalog.certificates.models import Certificate, CertificateState
from catalog.db import db
from catalog.makers.models import Maker
from catalog.makers.queries import under
from catalog.products.models import Product, product_certificates
from marketplace.accounts.models import OfficerRegency, Role, User
from marketplace.certification.models import CertificateCheck, Scan
from marketplace.sellers.models import Membership, Seller


def inside(regencies: Iterable[str]) -> ColumnElement[bool]:
    """Whether a certificate's maker works in one of these regencies."""
    areas = [under(Maker.district_code, one) for one in regencies]
    return Certificate.maker_id.in_(select(Maker.id).where(or_(*areas))) if areas else false()


def list_waiting(
    regencies: Sequence[str] | None = None,
    state: CertificateState = CertificateState.STATED,
    after: str | None = None,
    limit: int = 30,
) -> list[Certificate]:
    """Certificates in one state, those that wait longest first; `regencies` narrows to an officer's own."""
    statement = _waiting(select(Certificate), regencies, state)
    if after:
        last = select(Certificate.stated_at, Certificate.id).where(Certificate.code == after).subquery()
        statement = statement.where(
            or_(
                Certificate.stated_at > select(last.c.stated_at).scalar_subquery(),
                (Certificate.stated_at == select(last.c.stated_at).scalar_subquery())
                & (Certificate.id > select(last.c.id).scalar_subquery()),
            )
        )
    return list(
        db.session.scalars(
            statement.options(joinedload(Certificate.maker, innerjoin=True).joinedload(Maker.district, innerjoin=True))
            .order_by(Certificate.stated_at, Certificate.id)
            .limit(limit)
        )
    )


def count_waiting(regencies: Sequence[str] | None = None, state: CertificateState = CertificateState.STATED) -> int:
    return db.session.scalar(_waiting(select(func.count(Certificate.id)), regencies, state)) or 0


def _waiting(statement: Select[Any], regencies: Sequence[str] | None, state: CertificateState) -> Select[Any]:
    today = clock.today()
    statement = statement.where(
        Certificate.state == state, or_(Certificate.expires_on.is_(None), Certificate.expires_on >= today)
    )
    return statement if regencies is None else statement.where(inside(regencies))


def find_certificate(code: str, regencies: Sequence[str] | None = None) -> Certificate | None:
    """For those who look at it; an officer's regencies narrow, and what lies outside does not exist."""
    statement = select(Certificate).where(Certificate.code == code)
    if regencies is not None:
        statement = statement.where(inside(regencies))
    return db.session.scalar(
        statement.options(joinedload(Certificate.maker, innerjoin=True).joinedload(Maker.district, innerjoin=True))
    )


def find_of_seller(seller: Seller, code: str) -> Certificate | None:
    """One that this shop has written down."""
    return db.session.scalar(
        select(Certificate)
        .where(Certificate.code == code, Certificate.seller_id == seller.id)
        .options(joinedload(Certificate.maker, innerjoin=True))
    )


def list_of_seller(seller: Seller) -> list[Certificate]:
    """What this shop has written down, by maker and kind."""
    return list(
        db.session.scalars(
            select(Certificate)
            .where(Certificate.seller_id == seller.id)
            .options(joinedload(Certificate.maker, innerjoin=True))
            .order_by(Certificate.maker_id, Certificate.kind, Certificate.id)
        )
    )


def count_pieces(certificates: Sequence[Certificate]) -> dict[int, int]:
    """At how many pieces each of these stands, by its id."""
    rows = db.session.execute(
        select(product_certificates.c.certificate_id, func.count())
        .where(product_certificates.c.certificate_id.in_([one.id for one in certificates]))
        .group_by(product_certificates.c.certificate_id)
    )
    return {row[0]: row[1] for row in rows}


def list_pieces(certificate: Certificate) -> list[Product]:
    """The pieces at which it stands."""
    return list(
        db.session.scalars(
            select(Product)
            .join(product_certificates, product_certificates.c.product_id == Product.id)
            .where(product_certificates.c.certificate_id == certificate.id)
            .order_by(Product.id)
        )
    )


def find_scan(certificate: Certificate) -> Scan | None:
    return db.session.scalar(select(Scan).where(Scan.certificate_id == certificate.id))


def find_scan_for(user: User, code: str) -> Scan | None:
    """A scan for whom it concerns: the shop that sent it, officers of the maker's regency, curators and operators."""
    allowed = [
        exists().where(Membership.seller_id == Certificate.seller_id, Membership.user_id == user.id),
    ]
    if user.has_role(Role.OFFICER):
        allowed.append(
            exists().where(
                Maker.id == Certificate.maker_id,
                OfficerRegency.user_id == user.id,
                func.substr(Maker.district_code, 1, 5) == OfficerRegency.regency_code,
            )
        )
    statement = select(Scan).join(Certificate, Certificate.id == Scan.certificate_id).where(Scan.code == code)
    if not (user.has_role(Role.CURATOR) or user.has_role(Role.OPERATOR)):
        statement = statement.where(or_(*allowed))
    return db.session.scalar(statement)


def list_checks(certificate: Certificate) -> list[CertificateCheck]:
    """What was said about it, the newest first, with who said it."""
    return list(
        db.session.scalars(
            select(CertificateCheck)
            .where(CertificateCheck.certificate_id == certificate.id)
            .options(joinedload(CertificateCheck.checked_by, innerjoin=True))
            .order_by(CertificateCheck.id.desc())
        )
    )
