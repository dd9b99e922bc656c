"""What people are told: inside the house, by mail, and as a message for WhatsApp that somebody taps to send.

Tell somebody inside the write transaction of the deed; nothing leaves before the commit, each is said once:

    from marketplace.notifications import notify

    notify(user, "return-answered", found.code, {"title": line.title, "title_en": line.title_en, "refund": refund})
    notify(seller, "return-opened", found.code, {…})             everybody who works in the shop
    notify(Role.OPERATOR, "message-reported", report.code, {…})  everybody who holds the role
    notify(Reader(purchase.email, purchase.locale, purchase.recipient, purchase.user), "order-paid", order.code, {…})

The third argument names what it is about: for ever, nobody is told the same kind about the same thing twice (put the
stock event, not the product, into it where something may happen again). `params` are plain values, Money, days and
instants; they are kept with the notification, so give words in both languages (`title`, `title_en`) and the template
writes `{{ line|t("title") }}`. What only the mail needs and must not be kept (the secret of a link) goes into
`letter`. The template also finds `name` (of the reader) and `seller_code` (where a shop is told).

A new kind is one entry in `kinds.py` and one folder `templates/emails/<kind>/` with `notice.html`: it sets `title`,
`text`, `address` (with `url_for`) and `label`. The mail is written from it; a kind that has more to say brings its own
`subject.txt`, `body.txt` and `body.html`. `whatsapp.txt` where the kind has that channel. Both languages in the
catalogue of translations, as everywhere.
"""

from marketplace.notifications.services import Reader, notify

__all__ = ["Reader", "notify"]
