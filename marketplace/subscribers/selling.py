"""What people are told about shops and pieces: asked, approved, refused with a reason."""

from __future__ import annotations

from typing import Any

from catalog.db import db
from marketplace.accounts.models import Role
from marketplace.curation.models import Submission
from marketplace.notifications import notify
from marketplace.sellers.models import Application, Decision, Seller
from marketplace.signals import product_decided, seller_applied, seller_decided


def connect() -> None:
    seller_applied.connect(tell_operators)
    seller_decided.connect(tell_applicant)
    product_decided.connect(tell_maker)


def tell_operators(application: Application, **_: Any) -> None:
    notify(
        Role.OPERATOR,
        "shop-applied",
        application.code,
        {"shop": application.seller.name, "code": application.code},
    )


def tell_applicant(application: Application, **_: Any) -> None:
    """Everybody who will work in the shop; at this moment that is the applicant."""
    notify(
        application.seller,
        "shop-approved" if application.decision is Decision.APPROVED else "shop-refused",
        application.code,
        {"shop": application.seller.name, "reason": application.reason},
    )


def tell_maker(submission: Submission, **_: Any) -> None:
    product = submission.product
    notify(
        db.session.get_one(Seller, product.seller_id),
        f"{'product' if submission.changes is None else 'change'}-"
        f"{'approved' if submission.decision is Decision.APPROVED else 'refused'}",
        submission.code,
        {
            "piece": {
                "title": product.title,
                "title_en": product.title_en,
                "address": f"{product.slug}-{product.code}",
                "code": product.code,
            },
            "reason": submission.reason,
        },
    )
