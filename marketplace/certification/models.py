"""Scan: the private picture or PDF of a certificate. CertificateCheck: one answer of somebody who looked at it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.certificates.models import Certificate, CertificateState, CheckerRole
from catalog.db import Code, Instant, Model, choice, code_of
from marketplace.accounts.models import User

FOLDER = "certificates/"
"""Where scans lie in the private storage."""


class Scan(Model):
    """At most one of each certificate; another one takes its place. `path` is a name in the private storage."""

    __tablename__ = "scans"
    __table_args__ = (CheckConstraint("format IN ('jpeg', 'pdf')", name="format"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(20))
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), unique=True)
    format: Mapped[str] = mapped_column(String(10))
    path: Mapped[str] = mapped_column(String(120))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    certificate: Mapped[Certificate] = relationship()


class CertificateCheck(Model):
    """What somebody said about a certificate and about which number; only ever added, and gone with the certificate."""

    __tablename__ = "certificate_checks"
    __table_args__ = (
        CheckConstraint("state <> 'stated'", name="answered"),
        CheckConstraint("(state = 'refused') = (reason <> '')", name="reason"),
        Index("ix_certificate_checks_certificate", "certificate_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"))
    number: Mapped[str] = mapped_column(String(40))
    state: Mapped[CertificateState] = mapped_column(choice(CertificateState, "state"))
    reason: Mapped[str] = mapped_column(Text, default="")
    checked_as: Mapped[CheckerRole] = mapped_column(choice(CheckerRole, "checked_as"))
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    checked_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    checked_by: Mapped[User] = relationship()
