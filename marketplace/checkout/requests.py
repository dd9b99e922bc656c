"""What a buyer sends at the press of the button, and the reading of it: every wrong field is named at once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from catalog import clock
from catalog.errors import DomainError, Invalid, Several
from catalog.places.gazetteer import Place
from catalog.places.queries import find_by_postal_code, find_place, postal_code_fits
from catalog.text import N_, mask_cards, tidy, tidy_lines
from marketplace.payments.models import PaymentMethod
from marketplace.sellers.models import DeliveryKind

T = TypeVar("T")

_EMAIL = re.compile(
    r"[^@\s\"(),:;<>\[\]\\]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
_KEY = re.compile(r"[0-9A-Za-z_-]{8,64}")
NOTE_MAX = 500
STAY_MAX = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """Everything as typed. `deliveries` and `notes` are per seller code; `key` is the cart's checkout key, `digest` and
    `shown` are the quote's that was shown (`shown` only helps to explain what has changed); `vouchers` are the codes
    that the page named, also those that took nothing off; `in_full` is the wish to pay at once what could be paid in two
    parts."""

    key: str
    digest: str
    email: str
    recipient: str
    phone: str
    payment_method: str
    deliveries: Mapping[str, str]
    address: str = ""
    place_code: str = ""
    postal_code: str = ""
    hotel: str = ""
    hotel_guest: str = ""
    stay_until: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    locale: str = "id"
    shown: str | None = None
    vouchers: tuple[str, ...] = ()
    in_full: bool = False

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what is asked for: a key may be used again only with the same."""
        plain = {name: getattr(self, name) for name in self.__slots__ if name not in ("key", "shown")}
        plain["deliveries"], plain["notes"] = dict(self.deliveries), dict(self.notes)
        return hashlib.sha256(json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Contact:
    """Who receives, and where; checked. Phone in E.164; address and place empty where everything is picked up, the
    hotel and the last day of the stay where nothing is brought to one."""

    email: str
    recipient: str
    phone: str
    address: str
    place_code: str | None
    place_name: str
    postal_code: str
    hotel: str = ""
    hotel_guest: str = ""
    stay_until: date | None = None


@dataclass(frozen=True, slots=True)
class Read:
    contact: Contact
    payment_method: PaymentMethod
    notes: dict[str, str]


def read(request: CheckoutRequest, needs_address: bool, sellers: Collection[str], needs_payment: bool = True) -> Read:
    """`request` checked and tidied. Several, naming every wrong field (`deliveries-<code>` for a missing choice).

    Where nothing is left to pay, the way of paying is `nothing`, whatever was chosen; nobody else may choose that.
    """
    errors: list[DomainError] = []
    email = tidy(request.email).casefold()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        errors.append(Invalid(N_("Write an e-mail address such as nama@contoh.id."), field="email"))
    recipient = tidy(request.recipient)
    if not 2 <= len(recipient) <= 80:
        errors.append(Invalid(N_("Write the recipient's name (2 to 80 characters)."), field="recipient"))
    phone = _gather(errors, read_phone, request.phone) or ""
    method = _read_method(request.payment_method) if needs_payment else PaymentMethod.NOTHING
    if method is None:
        errors.append(Invalid(N_("Choose how you want to pay."), field="payment_method"))
    for code in sellers:
        if not request.deliveries.get(code):
            errors.append(Invalid(N_("Choose how this seller hands over."), field=f"deliveries-{code}"))
        if len(tidy_lines(request.notes.get(code))) > NOTE_MAX:
            message = N_("A note has at most %(most)s characters.")
            errors.append(Invalid(message, field=f"notes-{code}", most=NOTE_MAX))
    stay = _read_stay(request, errors) if DeliveryKind.HOTEL.value in request.deliveries.values() else {}
    address, place, postal_code = "", None, ""
    if needs_address:
        address = tidy(request.address)
        if not 5 <= len(address) <= 200:
            message = N_("Write street, house number and what helps to find it (5 to 200 characters).")
            errors.append(Invalid(message, field="address"))
        place = _gather(errors, read_place, request.place_code)
        if place is not None:
            postal_code = _gather(errors, lambda typed: read_postal_code(typed, place), request.postal_code) or ""
    if errors or method is None:
        raise Several(errors)
    return Read(
        Contact(
            email=email,
            recipient=recipient,
            phone=phone,
            address=address,
            place_code=place.code if place else None,
            place_name=place.label[:200] if place else "",
            postal_code=postal_code,
            **stay,
        ),
        method,
        {code: mask_cards(tidy_lines(request.notes.get(code))) for code in sellers},
    )


def _read_stay(request: CheckoutRequest, errors: list[DomainError]) -> dict[str, Any]:
    """The hotel of a guest, and until which day there is somebody to bring it to."""
    hotel, guest = tidy(request.hotel), tidy(request.hotel_guest)
    if not 2 <= len(hotel) <= 90:
        errors.append(Invalid(N_("Write the name of the hotel (2 to 90 characters)."), field="hotel"))
    if not 1 <= len(guest) <= 80:
        message = N_("Write the room, or the name under which you have booked (at most 80 characters).")
        errors.append(Invalid(message, field="hotel_guest"))
    until = None
    try:
        until = date.fromisoformat(request.stay_until.strip())
    except ValueError:
        pass
    if until is None or not clock.today() <= until <= clock.today() + STAY_MAX:
        errors.append(Invalid(N_("Choose the day on which your stay ends, from today on."), field="stay_until"))
    return {"hotel": hotel, "hotel_guest": guest, "stay_until": until}


def _read_method(typed: str) -> PaymentMethod | None:
    try:
        method = PaymentMethod(typed)
    except ValueError:
        return None
    return None if method is PaymentMethod.NOTHING else method


def read_phone(typed: str, field: str = "phone") -> str:
    """A telephone number in E.164; Indonesian unless it begins with another country's code."""
    import phonenumbers  # what it knows of the world's numbers is loaded when the first is typed

    try:
        number = phonenumbers.parse(tidy(typed)[:40], "ID")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Invalid(N_("Write a telephone number such as 0812 3456 7890."), field=field)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def read_place(code: str, field: str = "place_code") -> Place:
    """The district or village with this official code."""
    place = find_place(tidy(code))
    if place is None or place.code.count(".") < 2:
        raise Invalid(N_("Choose the district or village of the address."), field=field)
    return place


def read_postal_code(typed: str, place: Place, field: str = "postal_code") -> str:
    """A postal code that can belong to `place`.

    The list of codes was not held against a second source, so a neighbour's code within the same regency passes, and
    so does an unknown one that begins like the place's; a code of another region is refused. Left empty, it is filled
    in where the place has only one.
    """
    typed = "".join(typed.split())
    if not typed and len(place.postal_codes) == 1:
        return place.postal_codes[0]
    if not re.fullmatch(r"[1-9][0-9]{4}", typed):
        example = place.postal_codes[0] if place.postal_codes else "33311"
        raise Invalid(N_("A postal code has five digits, for example %(example)s."), field=field, example=example)
    if postal_code_fits(place.code[:5], typed):
        return typed
    elsewhere = find_by_postal_code(typed)
    if elsewhere is not None:
        message = N_("%(code)s is the postal code of %(elsewhere)s, not of %(place)s.")
        names = {"elsewhere": elsewhere.districts[0].label, "place": place.label}
        raise Invalid(message, field=field, code=typed, **names)
    if place.postal_codes and all(code[:2] != typed[:2] for code in place.postal_codes):
        message = N_("Postal codes of %(place)s look like %(example)s.")
        raise Invalid(message, field=field, place=place.label, example=place.postal_codes[0])
    return typed


def check_key(key: str) -> str:
    """An idempotency key: 8 to 64 letters, digits, `-` or `_`."""
    if not _KEY.fullmatch(key):
        raise Invalid(N_("This form is not complete. Please open the checkout page again."), field="key")
    return key


def _gather(errors: list[DomainError], reader: Callable[[str], T], typed: str) -> T | None:
    try:
        return reader(typed)
    except Invalid as error:
        errors.append(error)
        return None
