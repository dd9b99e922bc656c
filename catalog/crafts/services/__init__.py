"""Everything that changes the taxonomy: what comes with the shop, and what curators write."""

from catalog.crafts.services.editing import (
    FIELDS,
    add_term,
    digest,
    edit_term,
    focus_picture,
    remove_term,
    show_picture,
)
from catalog.crafts.services.loading import Taxonomy, load_taxonomy, supplied

__all__ = [
    "FIELDS",
    "Taxonomy",
    "add_term",
    "digest",
    "edit_term",
    "focus_picture",
    "load_taxonomy",
    "remove_term",
    "show_picture",
    "supplied",
]
