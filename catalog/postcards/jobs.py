"""Making cards: drawn outside of any transaction, kept in a short one, and only where something has changed."""

from __future__ import annotations

from sqlalchemy import delete, select

from catalog.db import change, db, lock, transaction
from catalog.edition import raise_edition
from catalog.media.models import Image
from catalog.media.pictures import Kept
from catalog.media.storage import Storage
from catalog.postcards.models import Postcard, PostcardKind
from catalog.postcards.motives import Motive, read_motives

OWNER = "postcards"
"""Who owns the images of cards: an image of an owner that nothing names goes with the next sweep."""


def make_postcards(storage: Storage, kind: PostcardKind, code: str, site: str, *, anew: bool = False) -> int:
    """Draw the cards of a thing that are missing or out of date, and take away those of what is not public.

    How many were drawn. Call it outside of a transaction; it may be called again and by two workers at once. With
    `anew`, all of them are drawn, because their files are gone or spoilt.
    """
    from catalog.postcards import drawing  # Pillow, which web processes never load

    motives = read_motives(kind, code, site)
    known = _digests(kind, code)
    db.session.rollback()
    if not motives:
        if known:
            with transaction():
                change(delete(Postcard).where(Postcard.kind == kind, Postcard.code == code))
                raise_edition()
        return 0
    drawn: dict[str, Kept] = {}
    for motive in motives.values():
        if (anew or motive.digest not in known.values()) and motive.digest not in drawn:
            try:
                drawn[motive.digest] = drawing.draw(motive, storage.read(motive.photo))
            except FileNotFoundError:  # `flask media verify` names it; the page shows what it has
                return 0
            storage.put(drawn[motive.digest].path, drawn[motive.digest].data)
    if not drawn and all(known.get(locale) == motive.digest for locale, motive in motives.items()):
        return 0
    with transaction():
        # Whoever has changed the thing meanwhile has asked for its card again.
        if read_motives(kind, code, site) == motives:
            for locale, motive in motives.items():
                _keep(kind, code, locale, motive, drawn.get(motive.digest))
    return len(drawn)


def _digests(kind: PostcardKind, code: str) -> dict[str, str]:
    rows = select(Postcard.locale, Postcard.digest).where(Postcard.kind == kind, Postcard.code == code)
    return {row.locale: row.digest for row in db.session.execute(rows)}


def _keep(kind: PostcardKind, code: str, locale: str, motive: Motive, kept: Kept | None) -> None:
    mine = select(Postcard).where(Postcard.kind == kind, Postcard.code == code)
    card = db.session.scalar(lock(mine.where(Postcard.locale == locale)).execution_options(populate_existing=True))
    if card is not None and card.digest == motive.digest and kept is None:
        return
    if kept is None:  # the other language has the same card
        image = db.session.scalars(mine.where(Postcard.digest == motive.digest)).first()
        if image is None:
            return
        image_id = image.image_id
    else:
        image_id = _image(kept, motive).id
    if card is None:
        db.session.add(Postcard(kind=kind, code=code, locale=locale, digest=motive.digest, image_id=image_id))
    else:
        card.digest, card.image_id = motive.digest, image_id
    db.session.flush()


def _image(kept: Kept, motive: Motive) -> Image:
    known = db.session.scalars(select(Image).where(Image.sha256 == kept.sha256, Image.owner == OWNER)).first()
    if known is not None:
        return known
    image = Image(
        sha256=kept.sha256, path=kept.path, width=kept.width, height=kept.height, size=kept.size, files=[], owner=OWNER,
        alt=motive.alt,
    )  # fmt: skip
    db.session.add(image)
    db.session.flush()
    return image
