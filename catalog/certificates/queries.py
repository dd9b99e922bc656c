"""Finding certificates."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from catalog.certificates.models import Certificate
from catalog.db import db
from catalog.makers.models import Maker


def list_of_maker(maker: Maker) -> list[Certificate]:
    """What the public may read of a maker's papers, the kinds in their order: one query."""
    found = db.session.scalars(
        select(Certificate).where(Certificate.maker_id == maker.id).order_by(Certificate.kind, Certificate.id)
    )
    return [one for one in found if one.is_shown]


def list_of_makers(maker_ids: list[int]) -> list[Certificate]:
    """Every paper of these makers in any state, by maker and kind."""
    return list(
        db.session.scalars(
            select(Certificate)
            .where(Certificate.maker_id.in_(maker_ids))
            .options(joinedload(Certificate.maker, innerjoin=True))
            .order_by(Certificate.maker_id, Certificate.kind, Certificate.id)
        )
    )


def count_elsewhere(certificate: Certificate) -> int:
    """How many other makers name the same number: two makers do not share a paper."""
    return (
        db.session.scalar(
            select(func.count(Certificate.id)).where(
                Certificate.kind == certificate.kind,
                Certificate.number == certificate.number,
                Certificate.maker_id != certificate.maker_id,
            )
        )
        or 0
    )
