"""Everything that the catalog announces. Call down, signal up.

Signals are sent inside the write transaction: a subscriber may change rows that belong to the same commit, or put a
message into the outbox; it never talks to the network.
"""

from blinker import Namespace

_all = Namespace()

product_changed = _all.signal("product-changed")
"""sender: Product. A live or once live product changed what buyers see. Heard by search, postcards."""

product_published = _all.signal("product-published")
"""sender: Product. It may be bought from now on. Heard by search, notifications, postcards."""

product_withdrawn = _all.signal("product-withdrawn")
"""sender: Product; reason: str. It may no longer be bought. Heard by search, carts, postcards."""

maker_changed = _all.signal("maker-changed")
"""sender: Maker. Heard by search, postcards."""

collection_changed = _all.signal("collection-changed")
"""sender: Collection. It was made, told otherwise or is about to go. Heard by postcards."""

craft_changed = _all.signal("craft-changed")
"""sender: Craft; renamed: bool. Sent while its row is written: note it, read later. Heard by search, postcards."""

motif_changed = _all.signal("motif-changed")
"""sender: Motif; renamed: bool, as above. Heard by search, postcards."""

technique_changed = _all.signal("technique-changed")
"""sender: Technique; renamed: bool, as above. Heard by search."""

material_changed = _all.signal("material-changed")
"""sender: Material; renamed: bool, as above. Heard by search."""

term_added = _all.signal("term-added")
"""sender: Craft, Technique, Material or Motif. Sent while its row is written. Heard by search."""

term_removed = _all.signal("term-removed")
"""sender: Craft, Technique, Material or Motif. It is about to go, and nothing names it. Heard by search."""

places_renamed = _all.signal("places-renamed")
"""sender: tuple of codes. Places of any level that are called otherwise from now on. Heard by postcards."""

stock_changed = _all.signal("stock-changed")
"""sender: tuple of variant ids. What the public sees of their levels moved. Heard by search."""

stock_refilled = _all.signal("stock-refilled")
"""sender: tuple of variant ids. Nothing was free, and now something is: restocked, returned, given up by an order.
Heard by wishlists."""

image_stored = _all.signal("image-stored")
"""sender: Image. Its AVIF renditions are still to be made. Heard by the outbox."""
