"""Administrative areas of Indonesia, keyed by the official code (Kepmendagri 300.2.2-2430/2025).

The code is the key and is public: names are neither unique nor spelled one way. `19` is a province, `19.05` a regency
(fourth and fifth digit 01–69) or city (71–99), `19.05.04` a district, `19.05.04.2005` a village. A code's prefix is
its parent, so "in this place" is a prefix match at every level.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Float, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.db import Model, choice


class RegencyKind(StrEnum):
    REGENCY = "kabupaten"
    CITY = "kota"


class VillageKind(StrEnum):
    URBAN = "kelurahan"
    RURAL = "desa"
    CUSTOMARY = "desa-adat"


def full_regency_name(code: str, kind: RegencyKind, name: str) -> str:
    """As the decree writes it: "Kabupaten Bangka Barat", "Kota Pangkal Pinang", "Kota Administrasi Jakarta Utara".

    Jakarta's regency and cities are administrative ones (UU 2/2024), without a council of their own.
    """
    words = ["Kota" if kind is RegencyKind.CITY else "Kabupaten", name]
    if code.startswith("31."):
        words.insert(1, "Administrasi")
    return " ".join(words)


def full_regency_name_en(code: str, kind: RegencyKind | VillageKind, name: str) -> str:
    """The same for readers of English: "Bangka Barat Regency", "Pangkal Pinang City"."""
    word = "City" if kind is RegencyKind.CITY else "Regency"
    return f"{name} Administrative {word}" if code.startswith("31.") else f"{name} {word}"


class Province(Model):
    __tablename__ = "provinces"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    search_name: Mapped[str] = mapped_column(String(80), index=True)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)


class Regency(Model):
    """A kabupaten or kota; `name` is without the kind ("Bangka Barat", "Pangkal Pinang")."""

    __tablename__ = "regencies"

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    province_code: Mapped[str] = mapped_column(ForeignKey("provinces.code"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    search_name: Mapped[str] = mapped_column(String(80), index=True)
    kind: Mapped[RegencyKind] = mapped_column(choice(RegencyKind, "kind"))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)

    province: Mapped[Province] = relationship(lazy="joined", innerjoin="unnested")  # type: ignore[arg-type]

    @property
    def full_name(self) -> str:
        """As the decree writes it: "Kabupaten Bangka Barat", "Kota Pangkal Pinang"."""
        return full_regency_name(self.code, self.kind, self.name)


class District(Model):
    """A kecamatan. `postal_codes` holds the codes of its villages, separated by blanks."""

    __tablename__ = "districts"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    regency_code: Mapped[str] = mapped_column(ForeignKey("regencies.code"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    search_name: Mapped[str] = mapped_column(String(80), index=True)
    postal_codes: Mapped[str] = mapped_column(String(400), default="")
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)

    regency: Mapped[Regency] = relationship(lazy="joined", innerjoin="unnested")  # type: ignore[arg-type]


class Village(Model):
    """A kelurahan, desa or desa adat; loaded by `flask places load-villages`."""

    __tablename__ = "villages"

    code: Mapped[str] = mapped_column(String(13), primary_key=True)
    district_code: Mapped[str] = mapped_column(ForeignKey("districts.code"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    search_name: Mapped[str] = mapped_column(String(80), index=True)
    kind: Mapped[VillageKind] = mapped_column(choice(VillageKind, "kind"))
    postal_code: Mapped[str] = mapped_column(String(5), index=True)

    district: Mapped[District] = relationship(lazy="joined", innerjoin="unnested")  # type: ignore[arg-type]


class PlaceAlias(Model):
    """Another name that people use for a place: `muntok` for Mentok. Both sides are squeezed names."""

    __tablename__ = "place_aliases"
    __table_args__ = (UniqueConstraint("alias", "search_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    alias: Mapped[str] = mapped_column(String(80), index=True)
    search_name: Mapped[str] = mapped_column(String(80), index=True)
