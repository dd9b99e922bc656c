"""Everything that the marketplace announces. Sent inside the write transaction; subscribers only write rows."""

from blinker import Namespace

_all = Namespace()

user_registered = _all.signal("user-registered")
"""sender: User; token: str (the confirmation link's secret). Heard by notifications."""

email_known_already = _all.signal("email-known-already")
"""sender: User. Somebody registered with an address that has an account. Heard by notifications."""

reset_asked = _all.signal("reset-asked")
"""sender: User; token: str. Heard by notifications."""

email_change_asked = _all.signal("email-change-asked")
"""sender: User; email: str; token: str. Heard by notifications."""

password_changed = _all.signal("password-changed")
"""sender: User. Heard by notifications."""

order_placed = _all.signal("order-placed")
"""sender: Purchase. Heard by notifications."""

payment_settled = _all.signal("payment-settled")
"""sender: Payment. Heard by notifications."""

order_moved = _all.signal("order-moved")
"""sender: Order; event: str (the transition's name). Heard by notifications."""

seller_applied = _all.signal("seller-applied")
"""sender: Application. Heard by notifications."""

seller_decided = _all.signal("seller-decided")
"""sender: Application. Heard by notifications."""

product_submitted = _all.signal("product-submitted")
"""sender: Submission. Heard by notifications."""

product_decided = _all.signal("product-decided")
"""sender: Submission. Heard by notifications."""
