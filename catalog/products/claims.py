"""What a piece claims beside its words: how it stands with halal, and which papers of its maker it carries."""

from __future__ import annotations

from catalog.certificates.models import Certificate, CertificateKind
from catalog.certificates.numbers import techniques_of
from catalog.products.batik import may_say_batik
from catalog.products.models import AnimalMaterial, Halal, Product
from catalog.text import N_

_FOOD_ONLY = frozenset({CertificateKind.P_IRT, CertificateKind.BPOM})


def is_food(product: Product) -> bool:
    return product.craft is not None and product.craft.is_food


def tells_halal(product: Product) -> bool:
    """Whether the halal rules are about it: food, and goods that contain matter of animals (KMA 748/2021)."""
    return is_food(product) or product.animal_material not in (AnimalMaterial.NONE, AnimalMaterial.UNKNOWN)


def misfit(certificate: Certificate, product: Product) -> str | None:
    """Why a paper cannot stand at a piece, as a sentence to translate; None where it can."""
    if certificate.maker_id != product.maker_id:
        return N_("This certificate belongs to another maker.")
    if certificate.kind in _FOOD_ONLY and not is_food(product):
        return N_("This certificate is for food; the craft of this piece is none.")
    if certificate.kind is CertificateKind.HALAL and not tells_halal(product):
        return N_("Halal is told of food and of what contains animal material; this piece is neither.")
    if certificate.kind is CertificateKind.BATIKMARK and not may_say_batik(product):
        return N_("Batikmark is for batik tulis, cap or kombinasi; the technique of this piece is none of them.")
    techniques = techniques_of(certificate.number) if certificate.kind is CertificateKind.SNI else None
    if techniques and not {one.slug for one in product.techniques} & set(techniques):
        return N_("This standard is about a technique of batik that this piece is not made in.")
    return None


def shown_certificates(product: Product) -> list[Certificate]:
    """The papers that the public may read of at a piece: neither over nor refused, and still fitting it."""
    return [one for one in product.certificates if one.is_shown and misfit(one, product) is None]


def halal_certificate(product: Product) -> Certificate | None:
    """The certificate that a piece's “certified” rests on, as long as it holds."""
    return next((one for one in shown_certificates(product) if one.kind is CertificateKind.HALAL), None)


def shown_halal(product: Product) -> Halal | None:
    """What may be said of a piece today: “certified” is never said without a certificate that holds."""
    if product.halal is Halal.CERTIFIED and halal_certificate(product) is None:
        return None
    return product.halal
