"""Everything that the marketplace announces. Sent inside the write transaction; subscribers only write rows."""

from blinker import Namespace

_all = Namespace()

letter_asked = _all.signal("letter-asked")
"""sender: str (an address of mail, known or not); wish, minutes, code: what `accounts.services.write_letter` takes.
Heard by notifications, which lets the worker write the letter: the answer must not tell whether the address is known."""

user_registered = _all.signal("user-registered")
"""sender: User; token: str (the confirmation link's secret); minutes: int (its life). Heard by notifications."""

email_known_already = _all.signal("email-known-already")
"""sender: User. Somebody registered with an address that has an account. Heard by notifications."""

reset_asked = _all.signal("reset-asked")
"""sender: User; token: str; minutes: int. Heard by notifications."""

email_change_asked = _all.signal("email-change-asked")
"""sender: User; email: str (the new address); token: str; minutes: int. Heard by notifications."""

email_changed = _all.signal("email-changed")
"""sender: User; old: str (the address before). Heard by notifications."""

password_changed = _all.signal("password-changed")
"""sender: User. Heard by notifications."""

order_placed = _all.signal("order-placed")
"""sender: Purchase. Heard by notifications, bookkeeping, documents."""

payment_settled = _all.signal("payment-settled")
"""sender: Payment. Heard by notifications, orders, bookkeeping."""

payment_came_late = _all.signal("payment-came-late")
"""sender: Payment, expired or cancelled before its money came. Heard by notifications, bookkeeping."""

payment_came_short = _all.signal("payment-came-short")
"""sender: Payment; came: Money, all that has come of it so far and less than it asks for. Heard by notifications."""

payment_came_extra = _all.signal("payment-came-extra")
"""sender: Payment of money that nobody was asked for; reason: str (gettext id), why it goes back. Heard by notifications,
bookkeeping."""

payment_closed = _all.signal("payment-closed")
"""sender: Payment, expired or cancelled; heir: Payment or None, what is asked for instead of it. Heard by banking."""

refund_owed = _all.signal("refund-owed")
"""sender: Refund, of a payment in time. Heard by notifications, bookkeeping."""

refund_account_named = _all.signal("refund-account-named")
"""sender: RefundAccount. Heard by notifications."""

refund_refused = _all.signal("refund-refused")
"""sender: Refund that its provider does not send. Heard by notifications."""

refund_sent = _all.signal("refund-sent")
"""sender: Refund. Heard by notifications, bookkeeping."""

payment_parked = _all.signal("payment-parked")
"""sender: Charge. What came is not what was asked for; a person must look. Heard by notifications."""

payment_disputed = _all.signal("payment-disputed")
"""sender: Payment; dispute: str (`opened`, `won`, `lost`); sum_: Money, what it is about. The buyer's bank takes the
money back, or has given it again. Heard by notifications and the ledger."""

order_moved = _all.signal("order-moved")
"""sender: Order; event: str (the transition's name, or what else happened); of a transition also actor: Actor and
is_passing: bool (the next one follows at once, so that nobody is told). Heard by notifications, reviews, bookkeeping,
documents."""

shipment_sent = _all.signal("shipment-sent")
"""sender: Shipment, each parcel once, also the last one of an order. Heard by notifications."""

return_moved = _all.signal("return-moved")
"""sender: Return; event: ReturnEvent (its last step). Heard by notifications."""

seller_applied = _all.signal("seller-applied")
"""sender: Application. Heard by notifications."""

seller_decided = _all.signal("seller-decided")
"""sender: Application. Heard by notifications."""

product_submitted = _all.signal("product-submitted")
"""sender: Submission. Heard by notifications."""

product_decided = _all.signal("product-decided")
"""sender: Submission. Heard by notifications."""

payout_paid = _all.signal("payout-paid")
"""sender: Payout. Heard by notifications."""

payout_came_back = _all.signal("payout-came-back")
"""sender: Payout that failed or was sent back; the shop has it on its balance again. Heard by notifications."""

payout_account_named = _all.signal("payout-account-named")
"""sender: PayoutAccount, from now on the shop's. Heard by notifications."""

recipient_changed = _all.signal("recipient-changed")
"""sender: Recipient; event: str (`opened` or `closed` by a person of the shop, else its new state). Heard by
notifications."""
