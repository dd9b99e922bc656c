"""Certificate: one paper of one maker, told by its number, and how far anybody has looked at it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, choice, code_of
from catalog.makers.models import Maker
from catalog.places.queries import zone_of
from catalog.text import N_


class CertificateKind(StrEnum):
    P_IRT = "p_irt"
    """Home-made food that keeps, registered with the regency."""
    HALAL = "halal"
    BPOM = "bpom"
    """Food registered with the national agency: MD made here, ML brought in."""
    SNI = "sni"
    BATIKMARK = "batikmark"
    GI = "gi"
    """The right to use a geographical indication."""


KIND_NAMES = {
    CertificateKind.P_IRT: N_("P-IRT"),
    CertificateKind.HALAL: N_("Halal certificate"),
    CertificateKind.BPOM: N_("BPOM registration"),
    CertificateKind.SNI: N_("SNI standard"),
    CertificateKind.BATIKMARK: N_("Batikmark"),
    CertificateKind.GI: N_("Geographical indication"),
}
"""What people call them, to translate."""


class CertificateState(StrEnum):
    STATED = "stated"
    SEEN = "seen"
    VERIFIED = "verified"
    REFUSED = "refused"


class CheckerRole(StrEnum):
    """In which capacity somebody has looked at it; the public is told this and no name."""

    OFFICER = "officer"
    CURATOR = "curator"


def digits(text: str) -> str:
    """A test in SQL that `text` consists of digits alone; the same words on SQLite and PostgreSQL."""
    return f"ltrim({text}, '0123456789') = ''"


_FORMS = {
    "p_irt": f"length(number) = 16 AND substr(number, 14, 1) = '-' AND {digits('substr(number, 1, 13)')}"
    f" AND {digits('substr(number, 15, 2)')} AND substr(number, 1, 1) NOT IN ('0', '9')",
    "halal": f"length(number) = 19 AND substr(number, 1, 2) = 'ID' AND {digits('substr(number, 3)')}",
    "bpom": f"length(number) = 15 AND substr(number, 1, 3) IN ('MD ', 'ML ') AND {digits('substr(number, 4)')}",
    "sni": f"substr(number, 1, 4) = 'SNI ' AND {digits('substr(number, 5, 4)')}"
    f" AND (length(number) = 8 OR (length(number) = 13 AND substr(number, 9, 1) = ':' AND {digits('substr(number, 10)')}))"
    f" OR substr(number, 1, 8) IN ('SNI ISO ', 'SNI IEC ') AND length(number) > 8 AND {digits('substr(number, 9, 1)')}"
    f" OR substr(number, 1, 12) = 'SNI ISO/IEC ' AND length(number) > 12 AND {digits('substr(number, 13, 1)')}",
    "gi": f"length(number) = 17 AND substr(number, 1, 6) = 'IG.00.' AND substr(number, 11, 1) = '.'"
    f" AND {digits('substr(number, 7, 4)')} AND {digits('substr(number, 12)')}"
    f" OR length(number) = 14 AND substr(number, 1, 5) = 'ID G ' AND {digits('substr(number, 6)')}",
    "batikmark": "length(number) BETWEEN 3 AND 40",
}


class Certificate(Model):
    """`seller_id` is the shop that wrote it down and keeps its scan; `checked_by_id` a person of the marketplace. The
    catalog keeps both and never follows them.

    `expires_on` is the last day on which it holds, by the clock of the maker's place. A paper may belong to one maker
    only once; whether another maker names the same number is asked by those who look at it.
    """

    __tablename__ = "certificates"
    __public__ = True
    __table_args__ = (
        UniqueConstraint("maker_id", "kind", "number"),
        CheckConstraint(" OR ".join(f"(kind = '{kind}' AND ({test}))" for kind, test in _FORMS.items()), name="number"),
        CheckConstraint("expires_on > issued_on", name="days"),
        CheckConstraint("kind <> 'p_irt' OR expires_on IS NOT NULL", name="p_irt_ends"),
        CheckConstraint(
            "(state = 'stated') = (checked_at IS NULL) AND (checked_at IS NULL) = (checked_by_id IS NULL)"
            " AND (checked_at IS NULL) = (checked_as IS NULL)",
            name="checked",
        ),
        CheckConstraint("(state = 'refused') = (reason <> '')", name="reason"),
        Index("ix_certificates_number", "kind", "number"),
        Index("ix_certificates_queue", "state", "stated_at", "id"),
        Index(
            "ix_certificates_ending",
            "expires_on",
            sqlite_where=text("expired_at IS NULL"),
            postgresql_where=text("expired_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    maker_id: Mapped[int] = mapped_column(ForeignKey("makers.id"))
    seller_id: Mapped[int] = mapped_column(Integer, ForeignKey("sellers.id"), index=True)
    kind: Mapped[CertificateKind] = mapped_column(choice(CertificateKind, "kind"))
    number: Mapped[str] = mapped_column(String(40))
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    state: Mapped[CertificateState] = mapped_column(choice(CertificateState, "state"), default=CertificateState.STATED)
    stated_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    """When the maker said so last; what is changed waits anew."""
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    checked_by_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("users.id"))
    checked_as: Mapped[CheckerRole | None] = mapped_column(choice(CheckerRole, "checked_as"))
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was refused, for its shop."""
    warned_at: Mapped[datetime | None] = mapped_column(Instant)
    """When its shop was told that it ends soon, and when that it had ended (`expired_at`)."""
    expired_at: Mapped[datetime | None] = mapped_column(Instant)
    is_example: Mapped[bool] = mapped_column(default=False)

    maker: Mapped[Maker] = relationship()

    @property
    def today(self) -> date:
        """The present day where the maker works."""
        return clock.today(zone_of(self.maker.district_code))

    @property
    def is_expired(self) -> bool:
        return self.expires_on is not None and self.expires_on < self.today

    @property
    def is_shown(self) -> bool:
        """Whether the public may read of it: neither refused nor over. The use of a geographical indication is not a
        maker's own word: it is shown when somebody has seen the proof."""
        if self.state is CertificateState.REFUSED or self.is_expired:
            return False
        return self.kind is not CertificateKind.GI or self.state is not CertificateState.STATED
