"""Opening a shop, deciding about it, and what it offers to deliver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Several
from catalog.makers import services as makers
from catalog.makers.models import Maker, MakerKind
from catalog.money import ZERO, Money
from catalog.places.models import District, Province, Regency, Village
from catalog.products.models import Product, ProductState
from catalog.products.services import hold, release
from catalog.text import N_, slugify, tidy, tidy_lines
from marketplace import signals
from marketplace.accounts.models import Role, User
from marketplace.accounts.queries import require_confirmed
from marketplace.sellers.models import (
    BROUGHT,
    Application,
    Decision,
    DeliveryKind,
    DeliveryOffer,
    MemberRole,
    Membership,
    PickupPoint,
    Seller,
    SellerMaker,
    SellerState,
)
from marketplace.sellers.queries import find_seller, is_member
from marketplace.sellers.states import SELLER

REASON_MIN = 15
REASON_MAX = 1_000
SHOPS_MAX = 5
OWN_PRICE_MAX = Money(5_000_000)
PLACES_MAX = 100
DAYS_MAX = 30
DAYS = {
    DeliveryKind.PICKUP: 0,
    DeliveryKind.GALLERY: 2,
    DeliveryKind.OWN: 3,
    DeliveryKind.HOTEL: 1,
    DeliveryKind.COURIER: 0,
}
"""Working days that each way takes unless the seller says otherwise."""
MINIMUM_MAX = Money(10_000_000)
FIELDS = ("name", "district_code", "village_code", "address", "phone", "accepts_cash", "minimum_order")


def reason_of(text: str) -> str:
    """A refusal's reason: words that somebody can act on, or Invalid."""
    reason = tidy_lines(text)
    if len(reason) < REASON_MIN:
        raise Invalid(
            N_("Write a reason of at least %(least)s characters that helps to do better."),
            field="reason", least=REASON_MIN,
        )  # fmt: skip
    if len(reason) > REASON_MAX:
        raise Invalid(N_("Write at most %(limit)s characters."), field="reason", limit=REASON_MAX)
    return reason


def apply(
    user: User,
    name: str,
    district_code: str,
    address: str,
    phone: str,
    crafts: Iterable[str],
    village_code: str | None = None,
    kind: MakerKind | str = MakerKind.WORKSHOP,
    story: str = "",
    people: int | str | None = None,
    founded: int | str | None = None,
    note: str = "",
    accepts_cash: bool = True,
) -> Application:
    """Ask to open a shop: a shop, its maker (not shown yet), the applicant as its owner, and the application.

    Several names every field that is wrong; Conflict while another application of the person waits.
    """
    _may_apply(user)
    seller = Seller(state=SellerState.APPLIED, slug="x", name="")
    errors: list[DomainError] = []
    shop = {
        "name": name, "district_code": district_code, "village_code": village_code, "address": address, "phone": phone,
        "accepts_cash": accepts_cash,
    }  # fmt: skip
    try:
        _change(seller, shop)
    except Several as error:
        errors.extend(error.errors)
    crafts = list(crafts)
    if not crafts:
        errors.append(Invalid(N_("Choose at least one craft."), field="crafts"))
    maker: Maker | None = None
    try:
        maker = makers.create_maker(
            name, district_code, kind=kind, village_code=village_code, crafts=crafts, story=story, people=people,
            founded=founded, is_shown=False,
        )  # fmt: skip
    except Several as error:
        known = {one.field for one in errors}
        errors.extend(one for one in error.errors if one.field not in known)
    if errors or maker is None:
        if maker is not None:
            db.session.delete(maker)
            db.session.flush()
        raise Several(errors)
    db.session.add(seller)
    db.session.flush()
    db.session.add_all(
        [
            SellerMaker(seller_id=seller.id, maker_id=maker.id),
            Membership(user_id=user.id, seller_id=seller.id, role=MemberRole.OWNER),
            DeliveryOffer(seller_id=seller.id, kind=DeliveryKind.PICKUP, places=[]),
            DeliveryOffer(seller_id=seller.id, kind=DeliveryKind.COURIER, places=[]),
        ]
    )
    return _ask(seller, user, note)


def apply_again(user: User, seller: Seller, note: str = "", **changes: Any) -> Application:
    """After a refusal: correct the shop (FIELDS) or its maker (`crafts`, `story`, `kind`, …) and ask once more."""
    if not is_member(user, seller.id):
        raise NotFound(N_("There is no such shop."))
    _lock(seller)
    SELLER.apply(seller, "apply_again", "member")
    shop = {key: value for key, value in changes.items() if key in FIELDS}
    maker_changes = {
        key: value
        for key, value in changes.items()
        if key in makers.FIELDS and (key not in FIELDS or key in ("name", "district_code", "village_code"))
    }
    unknown = [key for key in changes if key not in FIELDS and key not in makers.FIELDS]
    if unknown:
        raise Invalid(N_("There is no field “%(name)s” here."), field=unknown[0], name=unknown[0])
    _change(seller, shop)
    own = _own_maker(seller)
    if own is not None and maker_changes:
        makers.edit_maker(own, maker_changes)
    return _ask(seller, user, note)


def _may_apply(user: User) -> None:
    require_confirmed(user)
    waiting = db.session.scalar(
        select(Application.id).where(Application.applicant_id == user.id, Application.decision.is_(None)).limit(1)
    )
    if waiting:
        raise Conflict(N_("Your application is with us already. You will get an answer by mail."))
    shops = db.session.scalar(select(func.count(Membership.id)).where(Membership.user_id == user.id)) or 0
    if shops >= SHOPS_MAX:
        raise Conflict(N_("One person can belong to at most %(limit)s shops."), limit=SHOPS_MAX)


def _ask(seller: Seller, user: User, note: str) -> Application:
    note = tidy_lines(note)
    if len(note) > REASON_MAX:
        raise Invalid(N_("Write at most %(limit)s characters."), field="note", limit=REASON_MAX)
    application = Application(seller=seller, applicant=user, note=note)
    db.session.add(application)
    db.session.flush()
    signals.seller_applied.send(application)
    return application


def approve(application: Application, operator: User) -> None:
    """Open the shop and show its makers. Conflict when it was decided already."""
    _decide(application, operator, "approve", Decision.APPROVED, "")
    for maker in application.seller.makers:
        makers.show(maker)
    signals.seller_decided.send(application)


def refuse(application: Application, operator: User, reason: str) -> None:
    """Say no with a reason that reaches the applicant. Conflict when it was decided already."""
    _decide(application, operator, "refuse", Decision.REFUSED, reason_of(reason))
    signals.seller_decided.send(application)


def _decide(application: Application, operator: User, name: str, decision: Decision, reason: str) -> None:
    _need_operator(operator)
    if is_member(operator, application.seller_id):
        raise Forbidden(N_("You cannot decide about your own shop."))
    db.session.flush()
    db.session.scalar(
        lock(select(Application).where(Application.id == application.id)).execution_options(populate_existing=True)
    )
    if application.decision is not None:
        raise Conflict(N_("Somebody has decided about this application already."))
    _lock(application.seller)
    SELLER.apply(application.seller, name, "operator")
    application.decision = decision
    application.reason = reason
    application.decided_at = clock.now()
    application.decided_by_id = operator.id
    db.session.flush()


def suspend(seller: Seller, operator: User, reason: str) -> None:
    """Close a shop: everything that it sells goes off sale at once, open orders stay."""
    _need_operator(operator)
    reason = reason_of(reason)
    _lock(seller)
    SELLER.apply(seller, "suspend", "operator")
    for product in _products(seller, ProductState.LIVE):
        hold(product, reason="seller-suspended")
    db.session.flush()


def reopen(seller: Seller, operator: User) -> None:
    """Open a suspended shop again, with what it sold before."""
    _need_operator(operator)
    _lock(seller)
    SELLER.apply(seller, "reopen", "operator")
    for product in _products(seller, ProductState.HELD):
        release(product)
    db.session.flush()


def edit_seller(seller: Seller, changes: Mapping[str, Any]) -> Seller:
    """Change some of FIELDS; Several names every field that is wrong."""
    _change(seller, changes)
    db.session.flush()
    return seller


def set_delivery(
    seller: Seller,
    kind: DeliveryKind | str,
    price: Money = ZERO,
    places: Sequence[str] = (),
    note: str = "",
    days: int | None = None,
    point: PickupPoint | None = None,
) -> DeliveryOffer:
    """Offer a way of handing over, or change it.

    What the seller brings (own, hotel) has a price, the places (codes of any level) that it reaches and the `days` that
    it takes at most; a gallery has its `point`, a price and days; pick-up at the workshop is free and at once; a
    courier's price and days come from the courier.
    """
    try:
        kind = DeliveryKind(kind)
    except ValueError:
        raise Invalid(N_("Choose pick-up, own delivery or courier."), field="kind") from None
    note = tidy(note)
    places = list(dict.fromkeys(places))
    if len(note) > 200:
        raise Invalid(N_("Write at most %(limit)s characters."), field="note", limit=200)
    if kind in BROUGHT and (not 1 <= len(places) <= PLACES_MAX or not all(_is_place(code) for code in places)):
        raise Invalid(N_("Choose the places that you deliver to."), field="places")
    if (kind is DeliveryKind.GALLERY) != (point is not None) or (point is not None and not point.is_active):
        raise Invalid(N_("Choose a gallery from the list."), field="points")
    if kind in (DeliveryKind.PICKUP, DeliveryKind.COURIER):
        price, days = ZERO, 0
    if not ZERO <= price <= OWN_PRICE_MAX:
        raise Invalid(
            N_("Write a price between %(low)s and %(high)s."),
            field="price", low=ZERO, high=OWN_PRICE_MAX,
        )  # fmt: skip
    days = DAYS[kind] if days is None else days
    if not 0 <= days <= DAYS_MAX:
        raise Invalid(N_("Write a whole number of days from 0 to %(most)s."), field="days", most=DAYS_MAX)
    point_id = point.id if point else None
    offer = db.session.scalar(
        select(DeliveryOffer).where(
            DeliveryOffer.seller_id == seller.id, DeliveryOffer.kind == kind, DeliveryOffer.point_id == point_id
        )
    )
    if offer is None:
        offer = DeliveryOffer(kind=kind, seller=seller, point_id=point_id)
        db.session.add(offer)
    offer.price, offer.places, offer.note, offer.days = price, places if kind in BROUGHT else [], note, days
    db.session.flush()
    return offer


def remove_delivery(seller: Seller, kind: DeliveryKind | str, point: PickupPoint | None = None) -> None:
    """No longer offer a way of handing over; Conflict for the last one, since nothing could be bought then."""
    db.session.refresh(seller, ["deliveries"])
    point_id = point.id if point else None
    found = [offer for offer in seller.deliveries if offer.kind == kind and offer.point_id == point_id]
    if not found:
        raise NotFound(N_("This is not offered."))
    if len(seller.deliveries) == 1:
        raise Conflict(N_("Keep at least one way for buyers to get what they buy."))
    seller.deliveries.remove(found[0])
    db.session.flush()


def save_point(point: PickupPoint | None, values: Mapping[str, Any]) -> PickupPoint:
    """Make or change a pick-up point. `values`: name, district_code, address, phone, hours, keeper (the code of an open
    shop, or empty), takes_cash (needs a keeper), is_active. Several names every field that is wrong."""
    errors: list[DomainError] = []
    kept: dict[str, Any] = {"is_active": bool(values.get("is_active", True))}
    for name, least, most in (("name", 3, 90), ("address", 5, 200), ("hours", 3, 120)):
        kept[name] = tidy(values.get(name) or "")
        if not least <= len(kept[name]) <= most:
            message = N_("Write %(least)s to %(most)s characters.")
            errors.append(Invalid(message, field=name, least=least, most=most))
    kept["district_code"] = values.get("district_code") or ""
    if db.session.get(District, kept["district_code"]) is None:
        errors.append(Invalid(N_("Choose a district (kecamatan) from the list."), field="district_code"))
    try:
        kept["phone"] = _phone(values["phone"], "phone") if tidy(values.get("phone") or "") else ""
    except Invalid as error:
        errors.append(error)
    kept["keeper"] = find_seller(tidy(values.get("keeper") or "").casefold()) if values.get("keeper") else None
    if values.get("keeper") and kept["keeper"] is None:
        errors.append(Invalid(N_("There is no open shop with this code."), field="keeper"))
    kept["takes_cash"] = bool(values.get("takes_cash", False))
    if kept["takes_cash"] and not values.get("keeper"):
        errors.append(Invalid(N_("Somebody must keep it who answers for the cash."), field="keeper"))
    if errors:
        raise Several(errors)
    point = point or PickupPoint()
    for name, value in kept.items():
        setattr(point, name, value)
    db.session.add(point)
    db.session.flush()
    return point


def _need_operator(user: User) -> None:
    if not user.has_role(Role.OPERATOR):
        raise Forbidden(N_("Only operators may do this."))


def _lock(seller: Seller) -> None:
    db.session.flush()
    db.session.scalar(lock(select(Seller).where(Seller.id == seller.id)).execution_options(populate_existing=True))


def _products(seller: Seller, state: ProductState) -> list[Product]:
    return list(
        db.session.scalars(
            select(Product).where(Product.seller_id == seller.id, Product.state == state).order_by(Product.id)
        )
    )


def _own_maker(seller: Seller) -> Maker | None:
    return db.session.scalar(
        select(Maker)
        .join(SellerMaker, SellerMaker.maker_id == Maker.id)
        .where(SellerMaker.seller_id == seller.id)
        .order_by(Maker.id)
        .limit(1)
    )


def _is_place(code: str) -> bool:
    level = (Province, Regency, District, Village)
    depth = code.count(".")
    return depth < len(level) and db.session.get(level[depth], code) is not None


def _change(seller: Seller, changes: Mapping[str, Any]) -> None:
    values: dict[str, Any] = {}
    errors: list[DomainError] = []
    for key, value in changes.items():
        try:
            values[key] = _value(seller, changes, key, value)
        except Invalid as error:
            errors.append(error)
    if errors:
        raise Several(errors)
    for key, value in values.items():
        setattr(seller, key, value)
    if "name" in values:
        seller.slug = slugify(seller.name)


def _value(seller: Seller, changes: Mapping[str, Any], key: str, value: Any) -> Any:
    match key:
        case "name":
            name = tidy(value)
            if not 3 <= len(name) <= 90:
                raise Invalid(N_("Write a name of 3 to 90 characters."), field=key)
            return name
        case "district_code":
            if not value or db.session.get(District, value) is None:
                raise Invalid(N_("Choose a district (kecamatan) from the list."), field=key)
            return value
        case "village_code":
            if not value:
                return None
            village = db.session.get(Village, value)
            if village is None or village.district_code != changes.get("district_code", seller.district_code):
                raise Invalid(N_("Choose a village of the chosen district."), field=key)
            return value
        case "address":
            address = tidy(value)
            if not 5 <= len(address) <= 200:
                raise Invalid(N_("Write street and number, or how to find you, in 5 to 200 characters."), field=key)
            return address
        case "phone":
            return _phone(value, key)
        case "accepts_cash":
            return bool(value)
        case "minimum_order":
            least = value or ZERO
            if not ZERO <= least <= MINIMUM_MAX:
                raise Invalid(N_("Write a sum of at most %(high)s, or nothing."), field=key, high=MINIMUM_MAX)
            return least
    raise Invalid(N_("There is no field “%(name)s” here."), field=key, name=key)


def _phone(text: str, field: str) -> str:
    import phonenumbers  # as in `checkout.requests`

    try:
        number = phonenumbers.parse(tidy(text)[:40], "ID")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise Invalid(N_("Write a phone number, for example 0812 3456 7890."), field=field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
