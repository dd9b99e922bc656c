"""The checkout: one calm column. Everything typed is kept on the server between its steps, so nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.errors import Conflict, DomainError, Invalid, NotFound, Several
from catalog.money import total
from catalog.places.gazetteer import Level
from catalog.places.queries import find_place, search_places
from catalog.text import N_
from marketplace.checkout import addresses, holding
from marketplace.checkout.discounts import names_of, preview
from marketplace.checkout.models import Address
from marketplace.checkout.queries import Preparation, arrival, prepare, questions_to_couriers
from marketplace.checkout.services import AlreadyPlaced, CheckoutRequest, QuoteChanged, place
from marketplace.orders.queries import find_purchase
from marketplace.payments.models import PaymentMethod
from marketplace.payments.providers import can_be_asked
from marketplace.payments.queries import find_payment
from marketplace.payments.shop_codes import all_have_codes
from marketplace.pricing.quoting import Difference
from marketplace.sellers.models import DeliveryKind
from marketplace.shipping.quotes import ask, keep
from marketplace.web.errors import said, sentence
from marketplace.web.lifecycle import attempt, house, let_others_write
from marketplace.web.limits import limiter, may
from marketplace.web.locale import current_locale
from marketplace.web.making import rules
from marketplace.web.speech import gettext as _
from marketplace.web.storefront.cart import owner, words
from marketplace.web.storefront.purchases import link_token
from marketplace.web.storefront.vouchers import MOST, kept_codes, rows
from marketplace.web.visits import visit

pages = Blueprint("checkout", __name__)

PLAIN = (
    "email", "recipient", "phone", "address", "place_q", "place_code", "postal_code", "hotel", "hotel_guest", "stay_until",
    "payment_method", "voucher", "in_full",
)  # fmt: skip
LONGEST = 600
PARTS = ("who", "where", "how", "total")
_ADDRESS = frozenset({"address", "place_code", "place_q", "postal_code", "phone"})


@dataclass
class Answer:
    """One question of the checkout, in the shape that the `field` component draws."""

    name: str
    label: str
    data: str
    required: bool = True
    errors: list[str] = field(default_factory=list)
    description: str = ""

    @property
    def id(self) -> str:
        return self.name


def _typed() -> dict[str, str]:
    """Everything in the form that belongs to the checkout, cut to a sensible length."""
    names = [name for name in request.form if name in PLAIN or name.startswith(("deliveries-", "notes-"))]
    return {name: request.form[name][:LONGEST] for name in names[:200]}


def _draft() -> dict[str, str]:
    kept = dict(visit.session.data.get("checkout", {})) if visit.session else {}
    if visit.user is not None:
        kept.setdefault("email", visit.user.email)
        first = next(iter(addresses.list_addresses(visit.user)), None)
        if first is not None and first.is_default and not _ADDRESS & kept.keys():
            kept |= _copied(first)
        kept.setdefault("recipient", visit.user.name)
    return kept


def _copied(address: Address) -> dict[str, str]:
    """An address of the book as the form's answers."""
    return {
        "recipient": address.recipient,
        "phone": address.phone,
        "address": address.address,
        "place_code": address.place_code,
        "place_q": address.place_name,
        "postal_code": address.postal_code,
    }


def keep_typed() -> None:
    """Keep what stands in the form while a voucher is tried; its code has its own place."""
    visit.keep("checkout", {name: value for name, value in _typed().items() if name != "voucher"})
    hold_on()


def hold_on() -> None:
    """Whoever does something at the checkout has their pieces held a little longer; guests a few times per address."""
    settings = house().settings
    is_proved = visit.user is not None and visit.user.confirmed_at is not None
    holding.keep(
        owner(),
        timedelta(minutes=settings.hold_minutes),
        timedelta(minutes=settings.hold_most_minutes),
        lambda: is_proved or may(settings.hold_limit, "holds"),
    )


def _per_seller(typed: dict[str, str], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): value for name, value in typed.items() if name.startswith(prefix)}


@pages.get("/checkout")
def show() -> str | Response:
    prepared, page = _prepare(_draft(), kept_codes())
    if prepared.cart.is_empty:
        return redirect(url_for("storefront.cart.show"), 303)
    return render_template("storefront/checkout/show.html", **page)


@pages.post("/checkout/draft")
def update() -> Response:
    """Keep what is typed and show what follows from it: places found, ways of delivery, the total."""
    typed = _typed()
    if typed.get("place_q", "") != _draft().get("place_q", ""):
        typed.pop("place_code", None)
    _ask_couriers(typed.get("place_code"))
    visit.keep("checkout", typed)
    hold_on()
    return _to(request.args.get("at", ""))


def _to(part: str) -> Response:
    """To the part of the page where a deed has changed something; it is long on a phone."""
    return redirect(url_for("storefront.checkout.show", _anchor=part if part in PARTS else None), 303)


def _ask_couriers(place_code: str | None) -> None:
    """Let a courier outside the house name its prices, before anything is written and while nobody waits for us."""
    courier = house().ports.courier
    if courier is None or not place_code:
        return
    asked = questions_to_couriers(owner(), place_code)
    if asked:
        let_others_write()
        keep(ask(courier, asked))


@pages.post("/checkout/draft/address")
def choose() -> Response:
    """Take an address of one's book; everything else that is typed stays."""
    found = addresses.find_address(visit.user, request.form.get("book", "")) if visit.user is not None else None
    if found is None:
        raise NotFound(N_("There is no such address in your book."))
    _ask_couriers(found.place_code)
    visit.keep("checkout", _typed() | _copied(found))
    hold_on()
    return _to("who")


@pages.post("/checkout/draft/place")
def elsewhere() -> Response:
    """Keep everything but the place, so that another can be chosen."""
    gone = ("place_code", "place_q", "postal_code")
    visit.keep("checkout", {name: value for name, value in _typed().items() if name not in gone})
    hold_on()
    return _to("where")


@pages.post("/checkout/hold/removal")
def leave() -> Response:
    """The buyer goes on later: others may have the pieces meanwhile."""
    holding.leave(owner())
    return redirect(url_for("storefront.cart.show"), 303)


@pages.post("/checkout")
@limiter.limit(lambda: house().settings.checkout_limit)
def create() -> Response | tuple[str, int]:
    typed = _typed()
    asked = CheckoutRequest(
        key=_key(),
        digest=request.form.get("digest", ""),
        shown=request.form.get("shown") or None,
        email=typed.get("email", ""),
        recipient=typed.get("recipient", ""),
        phone=typed.get("phone", ""),
        address=typed.get("address", ""),
        place_code=typed.get("place_code", ""),
        postal_code=typed.get("postal_code", ""),
        hotel=typed.get("hotel", ""),
        hotel_guest=typed.get("hotel_guest", ""),
        stay_until=typed.get("stay_until", ""),
        payment_method=typed.get("payment_method", ""),
        deliveries=_per_seller(typed, "deliveries-"),
        notes=_per_seller(typed, "notes-"),
        locale=current_locale(),
        vouchers=_shown_codes(),
        in_full=typed.get("in_full") == "yes",
    )
    try:
        with attempt():
            placed = place(owner(), asked)
    except (Invalid, Conflict) as error:
        return _again(typed, error)
    visit.keep("checkout", None)
    visit.keep("vouchers", None)
    code = placed.purchase.code
    token = link_token(placed.purchase)
    if can_be_asked(placed.purchase.payment_method):
        payment = find_payment(code)
        if payment is not None:  # the same press of the button goes on to the partner's page, after this commit
            address = url_for("storefront.payments.create", code=code, payment=payment.code, token=token)
            return redirect(address, 307)
    return redirect(url_for("storefront.purchases.show", code=code, token=token), 303)


def _key() -> str:
    """The idempotency key: what a client names in the header of that name (bare, or quoted as its draft standard has
    it), else what stood in the page."""
    return request.headers.get("Idempotency-Key", "").strip().strip('"') or request.form.get("key", "")


def _shown_codes() -> tuple[str, ...]:
    """The vouchers that the page named, so that a press repeated after the purchase asks for the same."""
    return tuple(one for one in request.form.get("vouchers", "")[:200].split(",") if one)[:MOST]


def _again(typed: dict[str, str], error: DomainError) -> Response | tuple[str, int]:
    prepared, page = _prepare(typed, list(_shown_codes()))
    if prepared.cart.is_empty and isinstance(error, AlreadyPlaced) and "Idempotency-Key" not in request.headers:
        return _to_what_was_placed(error)
    if prepared.cart.is_empty:
        raise error
    by_field: dict[str, list[str]] = {}
    loose = []
    for one in error.errors if isinstance(error, Several) else [error]:
        if one.field and one.field not in ("key",):
            by_field.setdefault(one.field, []).append(sentence(one))
        else:
            loose.append(sentence(one))
    for name, sentences in by_field.items():
        if name in page["fields"]:
            page["fields"][name].errors = sentences
    changes = _changes(prepared, error.differences) if isinstance(error, QuoteChanged) else []
    changes = [text for text in changes if text not in loose]
    page.update(wrong=by_field, loose=loose, changes=changes)
    return render_template("storefront/checkout/show.html", **page), error.status


def _changes(prepared: Preparation, found: Iterable[Difference]) -> list[str]:
    """What has changed since it was shown, with the names of the pieces in the reader's language."""
    names = {line.title: {"product_en": line.title_en} for line in prepared.cart.lines}
    return [said(one.message, names.get(one.params.get("product", ""), {}) | one.params) for one in found]


def _to_what_was_placed(error: AlreadyPlaced) -> Response:
    """In another tab, from this very cart: what was ordered is shown, and that this press has changed nothing of it."""
    visit.tell("warning", _("You have placed this order already, in another tab. Nothing was ordered twice."))
    purchase = find_purchase(error.purchase_code)
    if purchase is None:
        raise error
    token = link_token(purchase)
    return redirect(url_for("storefront.purchases.show", code=purchase.code, token=token), 303)


def _takes_qris(prepared: Preparation) -> bool:
    """Whether everybody who is to be paid at hand has a QRIS to show; galleries and couriers have none of the shop's."""
    if not any(one.method is PaymentMethod.CASH and one.is_open for one in prepared.methods):
        return False
    options = [prepared.option(group.code) for group in prepared.cart.sellers]
    if any(one is not None and one.kind in (DeliveryKind.COURIER, DeliveryKind.GALLERY) for one in options):
        return False
    return all_have_codes([group.id for group in prepared.cart.sellers])


def _prepare(typed: dict[str, str], codes: list[str]) -> tuple[Preparation, dict[str, Any]]:
    place_code = typed.get("place_code", "")
    chosen_place = find_place(place_code) if place_code else None
    prepared = prepare(
        owner(),
        place_code=place_code if chosen_place else None,
        deliveries=_per_seller(typed, "deliveries-"),
        payment_method=typed.get("payment_method"),
        vouchers=codes,
        names=names_of(owner(), typed.get("email", ""), typed.get("phone", "")),
        in_full=typed.get("in_full") == "yes",
    )
    sums = {one.voucher: one.sum for one in prepared.quote.vouchers} if prepared.quote else None
    if sums is None:
        sums = preview(prepared.cart, prepared.vouchers)
    wanted = typed.get("place_q", "")
    found = (
        search_places(wanted, levels=(Level.VILLAGE, Level.DISTRICT), limit=8)
        if wanted.strip() and not chosen_place
        else []
    )
    postal = typed.get("postal_code") or (
        chosen_place.postal_codes[0] if chosen_place and len(chosen_place.postal_codes) == 1 else ""
    )

    def ask(name: str, label: str, required: bool = True, hint: str = "") -> Answer:
        return Answer(name, label, typed.get(name, ""), required, [], hint)

    fields = {
        "email": ask("email", _("E-mail"), hint=_("For the confirmation and the link to your order.")),
        "recipient": ask("recipient", _("Name of the receiver")),
        "phone": ask(
            "phone", _("Mobile phone"), hint=_("The maker or courier calls here, for example 0812 3456 7890.")
        ),
        "address": ask("address", _("Street, number, RT/RW"), hint=_("And a landmark, if it helps.")),
        "place_q": ask(
            "place_q",
            _("Village or district"),
            hint=_("Type its name, for example “Mentok” or “Pasar Minggu”, and choose."),
        ),
        "postal_code": Answer("postal_code", _("Postal code"), postal),
        "hotel": ask("hotel", _("Name of the hotel")),
        "hotel_guest": ask("hotel_guest", _("Room, or the name of the booking")),
        "stay_until": ask(
            "stay_until", _("Your stay ends on"), hint=_("It is brought before you leave, or not promised at all.")
        ),
    }
    page = {
        "prepared": prepared,
        "arrival": arrival,
        "takes_qris": _takes_qris(prepared),
        "cart": prepared.cart,
        "quote": prepared.quote,
        "rules": rules(*prepared.quote.keeps) if prepared.quote and prepared.quote.balance else [],
        "fields": fields,
        "typed": typed,
        "place": chosen_place,
        "found": found,
        "has_questions": bool(chosen_place and questions_to_couriers(owner(), place_code)),
        "words": words,
        "book": addresses.list_addresses(visit.user) if visit.user is not None else [],
        "vouchers": rows(prepared.vouchers, sums),
        "discount": total(sums.values()),
        "wrong": {},
        "loose": [],
        "changes": [],
    }
    return prepared, page
