"""The pictures of a product: which, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from catalog.errors import Invalid, NotFound
from catalog.media.models import Image
from catalog.media.queries import find_image_of
from catalog.products.models import Product, ProductPicture, Variant
from catalog.products.services.editing import hold_still, touched
from catalog.text import N_

PICTURES_MAX = 12


def attach_picture(product: Product, image_code: str, owner: str, variant: Variant | None = None) -> ProductPicture:
    """Add a picture of `owner` (the seller's code) at the end; NotFound for one that is not theirs.

    A picture that is there already is answered as it is.
    """
    image = find_image_of(owner, image_code)
    if image is None:
        raise NotFound(N_("There is no such picture."), field="pictures")
    if variant is not None and variant.product_id != product.id:
        raise NotFound(N_("There is no such variant."), field="pictures")
    hold_still(product, None)
    for one in product.pictures:
        if one.image_id == image.id:
            one.variant_id = variant.id if variant else one.variant_id
            return one
    if len(product.pictures) >= PICTURES_MAX:
        raise Invalid(N_("At most %(limit)s photos can be shown."), field="pictures", limit=PICTURES_MAX)
    last = max((one.position for one in product.pictures), default=-1)
    picture = ProductPicture(image=image, variant_id=variant.id if variant else None, position=last + 1)
    product.pictures.append(picture)
    touched(product, pictures=True)
    return picture


def show_variant(product: Product, code: str, variant: Variant | None) -> None:
    """Say which variant a picture shows; None for the piece as such. NotFound for what is not of this product."""
    picture = next((one for one in product.pictures if one.image.code == code), None)
    if picture is None or (variant is not None and variant.product_id != product.id):
        raise NotFound(N_("There is no such picture."), field="pictures")
    if picture.variant_id != (variant.id if variant else None):
        hold_still(product, None)
        picture.variant_id = variant.id if variant else None
        touched(product, pictures=True)


def order_pictures(product: Product, codes: Sequence[str]) -> None:
    """Show the pictures in the order of these image codes; those that are not named follow in their old order."""
    hold_still(product, None)
    rank = {code: place for place, code in enumerate(codes)}
    unknown = set(rank) - {one.image.code for one in product.pictures}
    if unknown:
        raise NotFound(N_("There is no such picture."), field="pictures")
    ordered = sorted(product.pictures, key=lambda one: (rank.get(one.image.code, len(rank)), one.position))
    for place, one in enumerate(ordered):
        one.position = place
    product.pictures.sort(key=lambda one: one.position)
    touched(product, pictures=True)


def remove_picture(product: Product, code: str) -> None:
    """Take a picture off; the image itself stays until a sweep finds that nothing shows it."""
    hold_still(product, None)
    found = [one for one in product.pictures if one.image.code == code]
    if not found:
        raise NotFound(N_("There is no such picture."), field="pictures")
    product.pictures.remove(found[0])
    for place, one in enumerate(product.pictures):
        one.position = place
    touched(product, pictures=True)


def exchange_pictures(product: Product, come: Sequence[Image], go: Collection[int], described: bool = True) -> None:
    """Take pictures off (`go`, ids of images) and add others at the end, as one change; Invalid when they would be too
    many. Without `described`, what the new ones show may be said later."""
    hold_still(product, None)
    product.pictures[:] = [one for one in product.pictures if one.image_id not in go]
    shown = {one.image_id for one in product.pictures}
    product.pictures.extend(ProductPicture(image=image, position=99) for image in come if image.id not in shown)
    if len(product.pictures) > PICTURES_MAX:
        raise Invalid(N_("At most %(limit)s photos can be shown."), field="pictures", limit=PICTURES_MAX)
    for place, one in enumerate(product.pictures):
        one.position = place
    touched(product, pictures=not described)
