"""Every kind of notification in one table: whom it is for, by which ways it goes, and whether its mail may be refused.

The name of a kind is the name of its folder in `templates/emails/`, which holds its words and where they lead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from catalog.text import N_


class Audience(StrEnum):
    """In which capacity somebody is told; the preferences are grouped by it."""

    ACCOUNT = "account"
    BUYER = "buyer"
    SELLER = "seller"
    CURATOR = "curator"
    OFFICER = "officer"
    OPERATOR = "operator"


class Channel(StrEnum):
    APP = "app"
    MAIL = "mail"
    WHATSAPP = "whatsapp"
    """A message with ready words that a person taps to send; the house itself sends none."""


@dataclass(frozen=True)
class Kind:
    """`label` is what preferences and lists call it. `essential` says why its mail cannot be switched off."""

    name: str
    audience: Audience
    label: str
    icon: str = "bell"
    essential: str = ""
    channels: frozenset[Channel] = frozenset({Channel.APP, Channel.MAIL})
    waits: timedelta = timedelta()
    """How long the mail waits; it is not sent when the notification has been read by then."""
    gathers: bool = False
    """While an unread one about the same thing stands, that one is renewed, and no second mail goes out. Otherwise
    nobody is told the same kind about the same thing twice."""

    @property
    def is_optional(self) -> bool:
        """Whether its mail may be switched off."""
        return Channel.MAIL in self.channels and not self.essential


ACCOUNT_DEPENDS = N_("It protects your account.")
PURCHASE_DEPENDS = N_("It is the proof of your purchase, or tells what happens with your money.")
BUYER_WAITS = N_("A buyer waits for you, and there is a deadline.")
MONEY_DEPENDS = N_("It is about money of yours.")
SHOP_DEPENDS = N_("It decides whether your shop can sell.")

RULES_DEPEND = N_("It tells you about the rules that hold for everybody.")

WATCH_DEPENDS = N_("Nobody is written to before they have said yes.")

_APP = frozenset({Channel.APP})
_MAIL = frozenset({Channel.MAIL})
"""Messages have a place of their own in the house, with a count of their own."""
_A_WHILE = timedelta(minutes=5)
_EVERY = frozenset(Channel)
_A, _B, _S, _O = Audience.ACCOUNT, Audience.BUYER, Audience.SELLER, Audience.OPERATOR

_TABLE = (
    # The account
    Kind("account-confirm", _A, N_("Confirming your address"), "mail", ACCOUNT_DEPENDS),
    Kind("account-known", _A, N_("Somebody registers with your address"), "user", ACCOUNT_DEPENDS),
    Kind("account-reset", _A, N_("A link for a new password"), "lock", ACCOUNT_DEPENDS),
    Kind("account-change-email", _A, N_("Confirming a new address"), "mail", ACCOUNT_DEPENDS, _MAIL),
    Kind("account-change-email-asked", _A, N_("A change of your address is asked for"), "mail", ACCOUNT_DEPENDS),
    Kind("account-email-changed", _A, N_("Your address has been changed"), "mail", ACCOUNT_DEPENDS),
    Kind("account-password-changed", _A, N_("Your password has been changed"), "lock", ACCOUNT_DEPENDS),
    Kind("message-removed", _A, N_("A message of yours was removed"), "flag", RULES_DEPEND),
    Kind("report-decided", _A, N_("We have looked at your report"), "flag"),
    Kind("review-report-decided", _A, N_("We have looked at the review that you reported"), "flag"),
    # Buying
    Kind("order-placed", _B, N_("Your purchase and how to pay"), "receipt", PURCHASE_DEPENDS),
    Kind("order-paid", _B, N_("Your payment has arrived"), "banknote", PURCHASE_DEPENDS),
    Kind("order-accepted", _B, N_("A shop has accepted your order"), "package-check"),
    Kind("order-shipped", _B, N_("Your order is on its way, or ready to be picked up"), "truck"),
    Kind("order-delivered", _B, N_("Your order has arrived"), "calendar-check", PURCHASE_DEPENDS),
    Kind("order-rest-late", _B, N_("The rest of your order is late"), "calendar-clock"),
    Kind("order-cancelled", _B, N_("An order of yours is cancelled"), "circle-x", PURCHASE_DEPENDS),
    Kind("stock-back", _B, N_("A piece that you wait for is back"), "bell"),
    Kind("watch-confirm", _B, N_("Confirming that you wait for a piece"), "bell", WATCH_DEPENDS, _MAIL),
    Kind("order-day-proposed", _B, N_("A shop proposes another day"), "calendar-clock", PURCHASE_DEPENDS),
    Kind("review-asked", _B, N_("How was it?"), "award"),
    Kind("review-answered", _B, N_("A shop has answered your review"), "award"),
    Kind("review-withheld", _B, N_("A review of yours is withheld"), "flag", RULES_DEPEND),
    Kind("review-shown", _B, N_("A review of yours is shown again"), "award"),
    Kind("order-progress", _B, N_("Photos of the work on your piece"), "camera"),
    Kind("order-ready", _B, N_("Your piece is ready and its balance is due"), "banknote", PURCHASE_DEPENDS),
    Kind("order-balance-paid", _B, N_("Your balance has arrived"), "banknote", PURCHASE_DEPENDS),
    Kind("payment-late", _B, N_("Your payment came too late"), "banknote", PURCHASE_DEPENDS),
    Kind("payment-short", _B, N_("A part of your payment is missing"), "banknote", PURCHASE_DEPENDS),
    Kind("payment-extra", _B, N_("More money came than was asked for"), "hand-coins", PURCHASE_DEPENDS),
    Kind("refund-account", _B, N_("Where your money may be sent back to"), "hand-coins", PURCHASE_DEPENDS),
    Kind("refund-account-named", _B, N_("An account was named for your money"), "hand-coins", PURCHASE_DEPENDS),
    Kind("refund-sent", _B, N_("Money is on its way back to you"), "hand-coins", PURCHASE_DEPENDS),
    Kind("order-kept", _B, N_("An order that you wished to cancel goes on"), "package", PURCHASE_DEPENDS),
    Kind("order-unseen", _B, N_("Has it arrived, or been picked up?"), "truck"),
    Kind("return-moved", _B, N_("A return or claim of yours goes on"), "rotate-ccw", PURCHASE_DEPENDS),
    Kind("message-answered", _B, N_("A shop has written to you"), "message-circle", channels=_MAIL, waits=_A_WHILE, gathers=True),
    # Selling
    Kind("order-new", _S, N_("A new order"), "package", BUYER_WAITS, _EVERY),
    Kind("order-day-answered", _S, N_("A buyer answers about another day"), "calendar-clock"),
    Kind("order-late", _S, N_("The rest of an order is late"), "calendar-clock", BUYER_WAITS, gathers=True),
    Kind("order-gone", _S, N_("An order is called off"), "circle-x", BUYER_WAITS),
    Kind("order-balanced", _S, N_("A balance is paid: the piece may be sent"), "banknote", BUYER_WAITS),
    Kind("order-arrived", _S, N_("An order has arrived"), "package-check", channels=_APP),
    Kind("order-completed", _S, N_("An order is completed"), "hand-coins"),
    Kind("order-unwanted", _S, N_("A buyer wishes to cancel"), "circle-x", BUYER_WAITS),
    Kind("order-waits", _S, N_("An order wants to be accepted or sent"), "calendar-clock", BUYER_WAITS),
    Kind("parcel-unseen", _S, N_("Nobody has seen a parcel"), "truck"),
    Kind("return-asked", _S, N_("A buyer returns or claims something"), "rotate-ccw", BUYER_WAITS),
    Kind("return-changed", _S, N_("A return or claim goes on"), "rotate-ccw", BUYER_WAITS),
    Kind("order-disputed", _S, N_("A buyer's bank disputes the payment of an order"), "banknote", MONEY_DEPENDS),
    Kind("payout-sent", _S, N_("Money of yours is paid out"), "banknote"),
    Kind("payout-failed", _S, N_("A payout did not arrive"), "banknote", MONEY_DEPENDS, _EVERY),
    Kind("cash-overdue", _S, N_("Cash that you took has to be brought"), "hand-coins", MONEY_DEPENDS),
    Kind("payout-account", _S, N_("Where your shop is paid has changed"), "landmark", MONEY_DEPENDS),
    Kind("shop-code-changed", _S, N_("The QRIS of your shop was changed"), "lock", MONEY_DEPENDS),
    Kind("turnover-near", _S, N_("Your turnover comes near Rp500 million a year"), "receipt", MONEY_DEPENDS),
    Kind("shop-approved", _S, N_("Your shop is open"), "store", SHOP_DEPENDS, _EVERY),
    Kind("shop-refused", _S, N_("Your application needs one more step"), "store", SHOP_DEPENDS, _EVERY),
    Kind("product-approved", _S, N_("A piece is on sale"), "badge-check"),
    Kind("change-approved", _S, N_("A change is on sale"), "badge-check"),
    Kind("change-refused", _S, N_("A change needs one more step"), "pencil", channels=_EVERY),
    Kind("product-refused", _S, N_("A piece needs one more step"), "pencil", channels=_EVERY),
    Kind("review-received", _S, N_("New reviews"), "award"),
    Kind("certificate-checked", _S, N_("Somebody has looked at a certificate"), "badge-check"),
    Kind("certificate-refused", _S, N_("A certificate needs one more step"), "file-text", channels=_EVERY),
    Kind("certificate-ending", _S, N_("A certificate ends soon"), "calendar-clock", channels=_EVERY),
    Kind("certificate-expired", _S, N_("A certificate has expired"), "calendar-clock", channels=_EVERY),
    Kind("message-asked", _S, N_("A buyer has written to you"), "message-circle", channels=_MAIL, waits=_A_WHILE, gathers=True),
    # Operating
    Kind("message-reported", _O, N_("A message is reported"), "flag"),
    Kind("review-reported", _O, N_("A review is reported"), "flag"),
    Kind("cod-overdue", _O, N_("A courier has not brought its cash"), "hand-coins"),
    Kind("wish-unanswered", _O, N_("A wish to cancel waits for an answer"), "circle-x"),
    Kind("rest-unsent", _O, N_("A shop does not send the rest of an order"), "calendar-clock"),
    Kind("payment-parked", _O, N_("A payment is not what was asked for"), "banknote"),
    Kind("payment-disputed", _O, N_("A buyer's bank disputes a payment"), "banknote"),
    Kind("return-escalated", _O, N_("A return waits for a decision"), "rotate-ccw"),
    Kind("shop-applied", _O, N_("A shop asks to be opened"), "store"),
)  # fmt: skip

KINDS: dict[str, Kind] = {kind.name: kind for kind in _TABLE}
