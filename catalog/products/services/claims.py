"""Changing what a piece claims: halal, the papers that it carries, its code in the customs tariff."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.certificates.models import Certificate, CertificateKind, CertificateState
from catalog.db import db
from catalog.errors import DomainError, Invalid, Several
from catalog.products.checklist import halal_points, refusal
from catalog.products.claims import misfit, tells_halal
from catalog.products.models import Halal, Product
from catalog.products.services.editing import hold_still, touched
from catalog.products.states import COMPLETE
from catalog.tariff.codes import read_code
from catalog.text import N_


def set_claims(
    product: Product,
    halal: Halal | str | None,
    certificates: Sequence[Certificate],
    hs_code: str,
    version: int | None,
) -> None:
    """All three at once. Several names what cannot be: halal without a paper that holds, a paper that does not fit,
    a code of a wrong shape. Conflict when `version` is not the present one, or while curators look at it."""
    hold_still(product, version)
    errors: list[DomainError] = []
    chosen = list(dict.fromkeys(certificates))
    said = _halal(product, halal, errors)
    for one in chosen:
        if one.state is CertificateState.REFUSED or one.is_expired:
            errors.append(
                Invalid(N_("“%(number)s” was refused or has expired."), field="certificates", number=one.number)
            )
        elif sentence := misfit(one, product):
            errors.append(Invalid(sentence, field="certificates"))
    has_paper = any(one.kind is CertificateKind.HALAL for one in chosen)
    if said is Halal.CERTIFIED and not has_paper:
        errors.append(Invalid(N_("Choose the halal certificate of this piece below."), field="halal"))
    elif has_paper and said is not Halal.CERTIFIED and tells_halal(product):
        errors.append(Invalid(N_("A halal certificate is chosen below, so choose “certified” here."), field="halal"))
    try:
        code = read_code(hs_code)
    except Invalid as error:
        errors.append(error)
    if errors:
        raise Several(errors)
    product.halal, product.hs_code = said, code
    product.certificates[:] = chosen
    db.session.flush()
    if product.state in COMPLETE and (points := [one for one in halal_points(product) if not one.done]):
        raise refusal(points)
    touched(product)


def _halal(product: Product, value: Halal | str | None, errors: list[DomainError]) -> Halal | None:
    try:
        said = Halal(value) if value else None
    except ValueError:
        errors.append(Invalid(N_("Choose how it stands with halal."), field="halal"))
        return None
    if said and not tells_halal(product):
        errors.append(
            Invalid(
                N_("Halal is told of food and of what contains animal material; this piece is neither."), field="halal"
            )
        )
    return said
