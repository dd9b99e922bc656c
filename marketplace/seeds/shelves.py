"""What the curator has put forward: collections with their wide pictures; faces of crafts, motifs and makers."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from catalog import clock
from catalog.collections.models import Collection, Placement
from catalog.crafts.models import Craft, Motif
from catalog.db import db, transaction
from catalog.media.models import Image
from catalog.media.pictures import Picture
from catalog.media.services import store
from catalog.media.storage import Storage
from catalog.products.models import Product, ProductPicture
from catalog.text import slugify
from marketplace.seeds import afterwards, content, inhabitants
from marketplace.seeds.chance import Chance
from marketplace.seeds.content import Piece
from marketplace.seeds.illustrations import SCENES, Sketch, emblem_sketch, story_sketch
from marketplace.seeds.wares import code_of

Drawn = Mapping[Sketch, Future[Picture]]


def sketches(chance: Chance) -> list[Sketch]:
    """The heroes first, then emblems and the scenes of makers."""
    wide = [story_sketch(chance, row["scene"]) for row in content.collections()]
    emblems = [emblem_sketch(chance, one) for one in content.makers().values()]
    scenes = [_scene(chance, key) for key in content.makers()]
    return list(dict.fromkeys([*wide, *emblems, *scenes]))


def arrange(chance: Chance, storage: Storage, drawn: Drawn) -> None:
    """Give makers, crafts and motifs their pictures and put the collections up, where they are missing."""
    with transaction():
        before = afterwards.last_message()
        _faces_of_makers(chance, storage, drawn)
        afterwards.put_right(before)
    with transaction():
        _faces_of_crafts(chance)
    for place, row in enumerate(content.collections()):
        with transaction():
            before = afterwards.last_message()
            _collection(chance, storage, drawn, place, row)
            afterwards.put_right(before)


def _scene(chance: Chance, maker: str) -> Sketch:
    hands = content.makers()[maker]
    scenes = SCENES[hands.crafts[0]]
    return story_sketch(chance, scenes[list(content.makers()).index(maker) % len(scenes)])


def _keep(storage: Storage, picture: Picture, scene_text: tuple[str, str]) -> Image:
    return store(storage, picture, alt=scene_text[0], alt_en=scene_text[1])


def _faces_of_makers(chance: Chance, storage: Storage, drawn: Drawn) -> None:
    from marketplace.seeds.pictures import story_text

    for key, maker in sorted(inhabitants.makers(chance).items()):
        if maker.emblem_id is not None and maker.image_id is not None:
            continue
        hands = content.makers()[key]
        with chance.born(maker.created_at, "face", key):
            emblem = drawn[emblem_sketch(chance, hands)].result()
            words = (f"Lambang {hands.name}, gambar.", f"Emblem of {hands.name}, drawn.")
            maker.emblem_id = store(storage, emblem, owner=f"maker-{maker.code}", alt=words[0], alt_en=words[1]).id
            sketch = _scene(chance, key)
            maker.image_id = _keep(storage, drawn[sketch].result(), story_text(sketch.form)).id
            db.session.flush()


def _faces_of_crafts(chance: Chance) -> None:
    """A craft and a motif show themselves by the picture of a piece: the first of the files that bears it."""
    pictures = _pictures(chance)
    for craft in db.session.scalars(select(Craft).where(Craft.image_id.is_(None))):
        bearing = [pictures[one.key] for one in _live() if one.craft == craft.slug and one.key in pictures]
        if bearing:  # what has no piece yet is not touched, or it would count as changed every time
            craft.image_id = bearing[0]
    motifs = select(Motif).where(Motif.image_id.is_(None)).options(joinedload(Motif.craft))
    for motif in db.session.scalars(motifs):
        bearers = [one for one in _live() if motif.slug in one.motifs and one.key in pictures]
        bearers.sort(key=lambda one: (one.craft != motif.craft.slug, one.motifs.index(motif.slug)))
        motif.image_id = pictures[bearers[0].key] if bearers else None


def _live() -> list[Piece]:
    return [one for one in content.pieces() if one.state == "live"]


def _pictures(chance: Chance) -> dict[str, int]:
    """Key of a piece → the row of its main picture."""
    keys = {code_of(chance, one): one.key for one in content.pieces()}
    rows = db.session.execute(
        select(Product.code, ProductPicture.image_id)
        .join(ProductPicture, ProductPicture.product_id == Product.id)
        .where(Product.code.in_(keys), ProductPicture.position == 0)
    )
    return {keys[code]: image_id for code, image_id in rows}


def _collection(chance: Chance, storage: Storage, drawn: Drawn, place: int, row: dict[str, object]) -> None:
    from marketplace.seeds.pictures import story_text

    code = chance.code(8, "collection", row["key"])
    if db.session.scalar(select(Collection.id).where(Collection.code == code)):
        return
    keys = {one.key: one for one in content.pieces()}
    wanted = [keys[str(key)] for key in row["pieces"]]  # type: ignore[attr-defined]
    codes = [code_of(chance, one) for one in wanted]
    products = {
        one.code: one
        for one in db.session.scalars(
            select(Product).where(Product.code.in_(codes)).options(selectinload(Product.variants))
        )
    }
    starts_at = clock.now() - timedelta(days=int(str(row["from_days"])))
    with chance.born(starts_at, "collection", row["key"]):
        sketch = story_sketch(chance, str(row["scene"]))
        image = _keep(storage, drawn[sketch].result(), story_text(sketch.form))
        texts = {name: row[name] for name in ("title", "title_en", "lead", "lead_en", "story", "story_en")}
        collection = Collection(
            code=code,
            slug=slugify(str(row["title"])),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(days=int(str(row["for_days"]))),
            on_home=True,
            position=place,
            image_id=image.id,
            **texts,
        )
        notes: Any = row.get("notes", {})
        for turn, (piece, code) in enumerate(zip(wanted, codes, strict=True)):
            note, note_en = notes.get(piece.key, ("", ""))
            collection.placements.append(
                Placement(product_id=products[code].id, position=turn, note=note, note_en=note_en)
            )
        db.session.add(collection)
        db.session.flush()


def lacks_collections(chance: Chance) -> bool:
    """Whether a collection of the files is not up yet."""
    codes = [chance.code(8, "collection", row["key"]) for row in content.collections()]
    return len(db.session.scalars(select(Collection.id).where(Collection.code.in_(codes))).all()) < len(codes)
