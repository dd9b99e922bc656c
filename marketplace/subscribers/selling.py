"""Mails about shops and pieces: asked, approved, refused with a reason."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from catalog.db import db
from catalog.text import localized
from marketplace.accounts.models import Role, RoleGrant, User
from marketplace.curation.models import Submission
from marketplace.notifications.mail import mail
from marketplace.sellers.models import Application, Decision, Membership, Seller
from marketplace.signals import product_decided, seller_applied, seller_decided


def connect() -> None:
    seller_applied.connect(tell_operators)
    seller_decided.connect(tell_applicant)
    product_decided.connect(tell_maker)


def tell_operators(application: Application, **_: Any) -> None:
    operators = db.session.scalars(
        select(User).join(RoleGrant).where(RoleGrant.role == Role.OPERATOR, User.disabled_at.is_(None))
    )
    for operator in operators:
        mail(
            to=operator.email,
            message="shop-applied",
            locale=operator.locale,
            key=f"shop-applied:{application.code}:{operator.code}",
            name=operator.name,
            shop=application.seller.name,
            code=application.code,
        )


def tell_applicant(application: Application, **_: Any) -> None:
    message = "shop-approved" if application.decision is Decision.APPROVED else "shop-refused"
    person = application.applicant
    mail(
        to=person.email,
        message=message,
        locale=person.locale,
        key=f"{message}:{application.code}",
        name=person.name,
        shop=application.seller.name,
        seller_code=application.seller.code,
        reason=application.reason,
    )


def tell_maker(submission: Submission, **_: Any) -> None:
    message = "product-approved" if submission.decision is Decision.APPROVED else "product-refused"
    product = submission.product
    seller_code = db.session.scalar(select(Seller.code).where(Seller.id == product.seller_id))
    people = db.session.scalars(select(User).join(Membership).where(Membership.seller_id == product.seller_id))
    for person in people:
        mail(
            to=person.email,
            message=message,
            locale=person.locale,
            key=f"{message}:{submission.code}:{person.code}",
            name=person.name,
            title=localized(product, "title", person.locale),
            address=f"{product.slug}-{product.code}",
            product_code=product.code,
            seller_code=seller_code,
            reason=submission.reason,
        )
