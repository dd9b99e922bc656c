"""What a buyer does, in one line each, for tests of everything that happens after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import inspect

from catalog import clock
from catalog.codes import hashed, new_token
from catalog.db import db, transaction
from marketplace.accounts.models import Session, User
from marketplace.carts import services as carts
from marketplace.carts.models import Owner
from marketplace.carts.queries import read_cart
from marketplace.checkout.discounts import names_of
from marketplace.checkout.queries import prepare
from marketplace.checkout.services import CheckoutRequest, Placed, place
from marketplace.orders.models import Order, Purchase
from marketplace.payments.models import Payment
from marketplace.payments.services import confirm_transfer, see, settle

MENTOK = "19.05.01.1003"
JAKARTA = "31.74.04"


def guest() -> Owner:
    """A browser that we remember. Call inside a transaction."""
    session = Session(token_hash=hashed(new_token()), data={}, expires_at=clock.after(timedelta(days=30)))
    db.session.add(session)
    db.session.flush()
    return Owner(session=session)


def of(user: User) -> Owner:
    return Owner(user=user)


def request_for(
    owner: Owner, method: str = "bank-transfer", delivery: str = "pickup", **values: Any
) -> CheckoutRequest:
    """The form as a buyer sends it after looking at the page."""
    wanted = values.pop("deliveries", None)
    told = (values.get("email", "sari@contoh.example"), values.get("phone", "0812 3456 7890"))
    vouchers = values.get("vouchers", ())
    place_code = values.pop("place_code", MENTOK)
    deliveries = wanted or {group.code: delivery for group in read_cart(owner).sellers}
    seen = prepare(
        owner, place_code=place_code, deliveries=deliveries, payment_method=method, vouchers=vouchers,
        names=names_of(owner, *told), in_full=values.get("in_full", False),
    )  # fmt: skip
    typed: dict[str, Any] = {
        "key": seen.cart.checkout_key or "0" * 20,
        "digest": seen.quote.digest if seen.quote else "",
        "shown": seen.quote.text if seen.quote else None,
        "email": "sari@contoh.example",
        "recipient": "Sari",
        "phone": "0812 3456 7890",
        "address": "Jalan Contoh 2, dekat pasar",
        "place_code": place_code,
        "postal_code": "33311" if place_code.startswith("19.05") else "12510",
        "payment_method": method,
        "deliveries": deliveries,
    }
    return CheckoutRequest(**{**typed, **values})


def buy(owner: Owner, *wanted: tuple[Any, int], **values: Any) -> Placed:
    """Put products (their first variant) into the cart and place the purchase, in one transaction."""
    with transaction():
        owner = Owner(user=_here(owner.user), session=_here(owner.session))
        for product, quantity in wanted:
            carts.add(owner, _here(product).variants[0].code, quantity)
        return place(owner, request_for(owner, **values))


def _here(thing: Any) -> Any:
    """The same in the present session: it may be of one that is over."""
    return None if thing is None else db.session.get_one(type(thing), inspect(thing).identity)


def pay(purchase: Purchase, operator: User, reference: str = "") -> Payment:
    """The transfer comes and an operator sees it; a large sum somebody else has seen before."""
    with transaction():
        payment = payment_of(purchase)
        if payment.by_two:
            see(payment, db.session.scalars(db.select(User.id).where(User.id != operator.id).limit(1)).one(), "")
            settle(payment, reference=reference or f"TRX {payment.code}", operator=operator)
            return payment
        return confirm_transfer(payment.due, reference or f"TRX {payment.code}", operator)


def payment_of(purchase: Purchase) -> Payment:
    return db.session.scalars(
        db.select(Payment).where(Payment.purchase_code == purchase.code).order_by(Payment.id.desc()).limit(1)
    ).one()


def orders_of(purchase: Purchase) -> list[Order]:
    return list(
        db.session.scalars(
            db.select(Order)
            .where(Order.purchase_id == purchase.id)
            .order_by(Order.id)
            .execution_options(populate_existing=True)
        )
    )
