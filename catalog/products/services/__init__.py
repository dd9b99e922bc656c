"""Everything that changes a product. No function commits; every one works in the caller's write transaction."""

from catalog.products.services.claims import set_claims
from catalog.products.services.companions import pair_up
from catalog.products.services.editing import create_draft, edit, find_begun, hold_still, read
from catalog.products.services.life import hold, publish, rate, recall, refuse, release, submit, withdraw
from catalog.products.services.pictures import (
    PICTURES_MAX,
    attach_picture,
    exchange_pictures,
    order_pictures,
    remove_picture,
    show_variant,
)
from catalog.products.services.questions import set_questions
from catalog.products.services.variants import (
    OptionInput,
    ValueInput,
    VariantInput,
    check_options,
    check_variants,
    combinations,
    reprice,
    set_options,
    set_variants,
)

__all__ = [
    "PICTURES_MAX", "OptionInput", "ValueInput", "VariantInput", "attach_picture", "check_options", "check_variants",
    "combinations", "create_draft", "edit", "exchange_pictures", "find_begun", "hold", "hold_still", "order_pictures", "pair_up", "publish", "rate", "read",
    "recall", "refuse", "release", "remove_picture", "reprice", "set_claims", "set_options", "set_questions", "set_variants", "show_variant", "submit",
    "withdraw",
]  # fmt: skip
