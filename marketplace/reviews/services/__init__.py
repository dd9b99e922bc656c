"""Everything that changes a review. No function commits; every one works in the caller's write transaction."""

from marketplace.reviews.services.exchanging import (
    BUYER_TEXT_MAX,
    TEXT_MAX,
    ask_due,
    open_exchange,
    rate_buyer,
    reveal_due,
    write,
)
from marketplace.reviews.services.judging import NOTE_MAX, ask_again, decide, is_for_another, report
from marketplace.reviews.services.photos import PHOTOS_MAX, keep_photo, sweep_photos
from marketplace.reviews.services.showing import ANSWER_MAX, answer, forget

__all__ = [
    "ANSWER_MAX", "BUYER_TEXT_MAX", "NOTE_MAX", "PHOTOS_MAX", "TEXT_MAX", "answer", "ask_again", "ask_due", "decide", "forget", "is_for_another",
    "keep_photo", "open_exchange", "rate_buyer", "report", "reveal_due", "sweep_photos", "write",
]  # fmt: skip
