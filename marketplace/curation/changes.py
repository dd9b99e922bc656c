"""Changes to a piece on sale that a curator looks at first, while the present version stays on sale.

Whoever edits calls the verbs here instead of the catalog's: what may change at once does (`catalog.products.staging`
says what), the rest is laid on the table as one Submission of the piece, tried out in a savepoint (whatever waits could
be put on sale as it is) and shown to the curators as a difference. Approving carries the digest of the difference that
was seen: what changed since is looked at again, never let through.

Locks are taken in the order submission, product.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Invalid, NotFound
from catalog.makers.models import Maker
from catalog.media.models import Image
from catalog.media.queries import find_image_of
from catalog.money import Money
from catalog.products import services as products
from catalog.products.models import PriceSpan, Product, Variant
from catalog.products.prices import list_spans
from catalog.products.services import PICTURES_MAX, OptionInput, ValueInput, VariantInput
from catalog.products.staging import AT_ONCE, LOOKED_AT, Band, Choices, band, choices, plain, says_more, staged
from catalog.products.states import COMPLETE
from catalog.text import N_
from marketplace import signals
from marketplace.accounts.models import User
from marketplace.curation.models import Deed, StagedPicture, Submission
from marketplace.sellers.models import Decision

PRICES, OPTIONS = "prices", "options"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is to change: a field of `staging.LOOKED_AT`, `prices` (a Variant and (price, breaks) twice) or
    `pictures` (lists of Image: what goes, what comes), or `options` (`staging.Choices`)."""

    field: str
    before: Any
    after: Any
    variant: Variant | None = None


def on_table(product: Product) -> Submission | None:
    """The change of a piece that waits, or was given back and lies there to be gone on with."""
    return db.session.scalar(
        select(Submission).where(
            Submission.product_id == product.id, Submission.changes.is_not(None), Submission.put_away_at.is_(None)
        )
    )


def change_words(product: Product, changes: Mapping[str, Any], version: int | None, user: User) -> bool:
    """`services.edit` for a piece in any state; True when part of what was typed waits for the curators, and not what
    waited before just the same. Raises like `edit`."""
    if product.state not in COMPLETE:
        products.edit(product, changes, version)
        return False
    submission = _hold(product, version)
    values = products.read(changes)
    wanted = staged(product, values)
    at_once = {name: changes[name] for name in changes if name in AT_ONCE}
    differs = any(values[name] != getattr(product, name) for name in at_once)
    if differs:
        products.edit(product, at_once, None)
    else:
        product.version += 1  # two forms open on the same words must not overwrite each other here either
    rest = {
        name: value
        for name, value in ((submission.changes or {}) if submission else {}).items()
        if name == PRICES or name not in values
    }
    return _lay(product, submission, {**rest, **wanted}, user)


def change_variants(
    product: Product, rows: Sequence[VariantInput], version: int | None, user: User
) -> tuple[list[Variant], bool]:
    """`services.set_variants` for a piece in any state; also whether a price that was typed now waits for the curators."""
    if product.state not in COMPLETE:
        return products.set_variants(product, rows, version), False
    submission = _hold(product, version)
    present = products.check_variants(product, rows)
    spans = list_spans([one.id for one in present if one is not None])
    looked_at = _looked_at(product)
    prices: dict[str, Any] = {}
    held: list[VariantInput] = []
    for row, variant in zip(rows, present, strict=True):
        breaks = None if row.breaks is None else list(row.breaks)
        is_same = variant and row.price == variant.price and (breaks is None or breaks == _breaks_of(variant))
        if variant is None or is_same or _band(variant, spans, looked_at).holds(row.price, breaks):
            held.append(row)
        else:
            prices[variant.code] = [row.price.rupiah, None if breaks is None else [[q, m.rupiah] for q, m in breaks]]
            held.append(replace(row, price=variant.price, breaks=None))
    kept = products.set_variants(product, held, None)
    words = {
        name: value for name, value in ((submission.changes or {}) if submission else {}).items() if name != PRICES
    }
    return kept, _lay(product, submission, {**words, **({PRICES: prices} if prices else {})}, user)


def change_options(product: Product, options: Sequence[OptionInput], version: int | None, user: User) -> bool:
    """`services.set_options` for a piece in any state; True when the choices wait for the curators now."""
    if product.state not in COMPLETE:
        products.set_options(product, options, version)
        return False
    submission = _hold(product, version)
    wanted = choices(products.check_options(options))
    rest = {
        name: value for name, value in ((submission.changes or {}) if submission else {}).items() if name != OPTIONS
    }
    if says_more(choices(product.options), wanted):
        product.version += 1
        _lay(product, submission, {**rest, OPTIONS: wanted}, user)
        return True
    products.set_options(product, options, None)
    _lay(product, submission, rest, user)
    return False


def lying_options(product: Product) -> Choices | None:
    """The choices of a piece on sale that wait for the curators, or were given back: the maker goes on with these."""
    submission = on_table(product) if product.state in COMPLETE else None
    return (submission.changes or {}).get(OPTIONS) if submission else None


def _looked_at(product: Product) -> dict[str, datetime]:
    """When curators last agreed to the price of each variant (by code): with the whole piece, or with that price."""
    rows = db.session.execute(
        select(Submission.changes, Submission.decided_at)
        .where(Submission.product_id == product.id, Submission.decision == Decision.APPROVED)
        .order_by(Submission.decided_at)
    )
    found: dict[str, datetime] = {}
    for changes, decided_at in rows:
        codes = [one.code for one in product.variants] if changes is None else changes.get(PRICES, {})
        found.update(dict.fromkeys(codes, decided_at))
    return found


def _band(variant: Variant, spans: Mapping[int, Sequence[PriceSpan]], looked_at: Mapping[str, datetime]) -> Band:
    return band(variant, spans.get(variant.id, ()), looked_at.get(variant.code))


def add_picture(product: Product, image_code: str, owner: str, user: User) -> bool:
    """Add a photo of `owner`; True when it waits for the curators. Raises like `services.attach_picture`."""
    if product.state not in COMPLETE:
        products.attach_picture(product, image_code, owner)
        return False
    submission = _hold(product, None)
    image = find_image_of(owner, image_code)
    if image is None:
        raise NotFound(N_("There is no such picture."), field="pictures")
    staged_before = {one.image_id: one for one in submission.pictures} if submission else {}
    shown = {one.image_id for one in product.pictures}
    if image.id in shown or image.id in staged_before:
        return False
    coming = sum(one.deed is Deed.ADD for one in staged_before.values())
    if len(shown) - (len(staged_before) - coming) + coming >= PICTURES_MAX:
        raise Invalid(N_("At most %(limit)s photos can be shown."), field="pictures", limit=PICTURES_MAX)
    return _lay(product, submission, None, user, {image.id: Deed.ADD})


def remove_picture(product: Product, image_code: str, user: User) -> bool:
    """Take a photo off; one on sale is only marked to go, which is True, one that only waited is let go at once."""
    if product.state not in COMPLETE:
        products.remove_picture(product, image_code)
        return False
    submission = _hold(product, None)
    for one in submission.pictures if submission else ():
        if one.image.code == image_code and one.deed is Deed.ADD:
            return _lay(product, submission, None, user, {one.image_id: None})
    image = next((one.image for one in product.pictures if one.image.code == image_code), None)
    if image is None:
        raise NotFound(N_("There is no such picture."), field="pictures")
    return _lay(product, submission, None, user, {image.id: Deed.REMOVE})


def keep_picture(product: Product, image_code: str, user: User) -> None:
    """A photo that was to go stays after all."""
    submission = _hold(product, None)
    for one in submission.pictures if submission else ():
        if one.image.code == image_code and one.deed is Deed.REMOVE:
            _lay(product, submission, None, user, {one.image_id: None})
            return
    raise NotFound(N_("There is no such picture."), field="pictures")


def let_go(product: Product, user: User) -> None:
    """Take the change off the table; the piece stays as it is on sale. Nothing happens where none lies."""
    submission = _hold(product, None)
    if submission is not None:
        _put_away(submission, user)


def ask_again(product: Product, user: User) -> bool:
    """Put what was given back before the curators once more, as it lies. False where nothing was given back."""
    submission = _hold(product, None)
    if submission is None or submission.decision is None:
        return False
    return _lay(product, submission, None, user)


def withdraw(product: Product, user: User) -> None:
    """Off sale. What lay on the table becomes part of the piece: all of it is looked at before it is on sale again."""
    submission = _locked(product)
    products.withdraw(product, reason="seller")
    if submission is not None:
        apply(submission, described=False)
        _put_away(submission, user)


def difference(submission: Submission) -> list[Difference]:
    """What would change on the piece as it is on sale now, in reading order."""
    product, changes = submission.product, submission.changes or {}
    found = []
    for name in LOOKED_AT:
        if name in changes and (before := plain(name, getattr(product, name))) != changes[name]:
            found.append(Difference(name, before, changes[name]))
    if OPTIONS in changes and (present := choices(product.options)) != changes[OPTIONS]:
        found.append(Difference(OPTIONS, present, changes[OPTIONS]))
    for variant in product.variants:
        if variant.code in changes.get(PRICES, {}):
            price, breaks = _priced(changes[PRICES][variant.code])
            before = (variant.price, _breaks_of(variant))
            after = (price, before[1] if breaks is None else breaks)
            if before != after:
                found.append(Difference(PRICES, before, after, variant))
    shown = {one.image_id for one in product.pictures}
    come = [one.image for one in submission.pictures if one.deed is Deed.ADD and one.image_id not in shown]
    go = [one.image for one in submission.pictures if one.deed is Deed.REMOVE and one.image_id in shown]
    if come or go:
        found.append(Difference("pictures", go, come))
    return found


def digest(submission: Submission) -> str:
    """Of the difference and of what its photos are said to show: the same as long as a curator would see the same."""

    def told(value: Any) -> Any:
        if isinstance(value, Image):
            return [value.code, value.alt, value.alt_en]
        return value.rupiah if isinstance(value, Money) else str(value)

    seen = [
        [one.field, one.variant.code if one.variant else "", one.before, one.after] for one in difference(submission)
    ]
    return hashlib.sha256(json.dumps(seen, default=told, sort_keys=True).encode()).hexdigest()[:16]


def apply(submission: Submission, described: bool = True) -> None:
    """Make the change part of the piece. Several when something on its checklist would be missing; without `described`
    the words of new photos may follow."""
    product, changes = submission.product, submission.changes or {}
    if words := _words(changes):
        products.edit(product, words, None)
    if OPTIONS in changes:
        products.set_options(product, _optioned(changes[OPTIONS]), None)
    if changes.get(PRICES):
        products.reprice(product, {code: _priced(kept) for code, kept in changes[PRICES].items()})
    if submission.pictures:
        come = [one.image for one in submission.pictures if one.deed is Deed.ADD]
        go = {one.image_id for one in submission.pictures if one.deed is Deed.REMOVE}
        products.exchange_pictures(product, come, go, described)


def lay_over(submission: Submission) -> list[Image]:
    """Show the change on the loaded piece without writing anything: for a preview, inside `no_autoflush`, in a session
    that is thrown away. The photos that it would have are answered."""
    product, kept = submission.product, submission.changes or {}
    for name, value in products.read(_words(kept)).items():
        setattr(product, name, value)
    for variant in product.variants:
        if variant.code in kept.get(PRICES, {}):
            variant.price = _priced(kept[PRICES][variant.code])[0]
    _rename(product, kept.get(OPTIONS))
    go = {one.image_id for one in submission.pictures if one.deed is Deed.REMOVE}
    come = [one.image for one in submission.pictures if one.deed is Deed.ADD]
    return [*(one.image for one in product.pictures if one.image_id not in go), *come]


def _rename(product: Product, wanted: Choices | None) -> None:
    """Names as they would be, without choices that would go; new ones are not offered before they have a price."""
    if wanted is None:
        return
    names = {option["key"]: (option, {value["key"]: value for value in option["values"]}) for option in wanted}
    for option in product.options:
        if option.key not in names:
            continue
        wish, values = names[option.key]
        option.name, option.name_en = wish["name"], wish["name_en"]
        for value in option.values:
            if value.key in values:
                value.name, value.name_en = values[value.key]["name"], values[value.key]["name_en"]
    for variant in product.variants:
        if any(key in names and value not in names[key][1] for key, value in variant.choices().items()):
            variant.is_active = False


def close(submission: Submission) -> None:
    """Take an approved or recalled change off the table and forget which photos it was about: the piece shows them, or
    nothing does and they are swept."""
    submission.put_away_at = clock.now()
    submission.pictures.clear()
    db.session.flush()


def _locked(product: Product) -> Submission | None:
    submission = on_table(product)
    if submission is None:
        return None
    db.session.scalar(
        lock(select(Submission).where(Submission.id == submission.id)).execution_options(populate_existing=True)
    )
    return submission if submission.put_away_at is None else None


def _hold(product: Product, version: int | None) -> Submission | None:
    submission = _locked(product)
    products.hold_still(product, version)
    # Somebody may have laid one down while this waited for the row.
    return submission or on_table(product)


def _lay(
    product: Product,
    submission: Submission | None,
    changes: dict[str, Any] | None,
    user: User,
    pictures: Mapping[int, Deed | None] | None = None,
) -> bool:
    """Let exactly this lie on the table (None leaves the words and prices); True when it is not what waited there.

    What was given back is asked anew as a submission of its own, so that the answer to it stays in the record.
    """
    changes = dict((submission.changes or {}) if submission else {}) if changes is None else changes
    deeds: dict[int, Deed | None] = {one.image_id: one.deed for one in submission.pictures} if submission else {}
    before = (submission.changes, dict(deeds)) if submission else None
    deeds |= pictures or {}
    kept = {image: deed for image, deed in deeds.items() if deed is not None}
    if not changes and not kept:
        if submission is not None:
            _put_away(submission, user)
        return False
    is_new = submission is None or submission.decision is not None
    if submission is not None and submission.decision is not None:
        close(submission)
    if submission is None or submission.decision is not None:
        submission = Submission(product=product, submitted_by_id=user.id, changes=changes)
        db.session.add(submission)
    submission.changes = changes
    flag_modified(submission, "changes")
    present = {one.image_id: one for one in submission.pictures}
    for image_id, one in present.items():
        if image_id not in kept:
            submission.pictures.remove(one)
    for image_id, deed in kept.items():
        if image_id in present:
            present[image_id].deed = deed
        else:
            submission.pictures.append(StagedPicture(image_id=image_id, deed=deed))
    db.session.flush()
    _try_out(submission)
    if is_new:
        signals.product_submitted.send(submission)
    return is_new or before != (changes, kept)


def _try_out(submission: Submission) -> None:
    """Raise now what would be raised when a curator approves it."""
    attempt = db.session.begin_nested()
    try:
        apply(submission, described=False)
    finally:
        attempt.rollback()


def _put_away(submission: Submission, user: User) -> None:
    submission.put_away_at = clock.now()
    if submission.decision is None:
        submission.decision = Decision.RECALLED
        submission.decided_at = clock.now()
        submission.decided_by_id = user.id
    close(submission)


def _words(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a change as `services.edit` takes them."""
    words = {name: value for name, value in changes.items() if name not in (PRICES, OPTIONS)}
    if "maker" in words:
        words["maker"] = db.session.scalar(select(Maker).where(Maker.code == words["maker"]))
    return words


def _optioned(kept: Choices) -> list[OptionInput]:
    return [
        OptionInput(
            one["key"],
            one["name"],
            one["name_en"],
            [ValueInput(v["name"], v["name_en"], v["key"]) for v in one["values"]],
        )
        for one in kept
    ]


def _priced(kept: Sequence[Any]) -> tuple[Money, list[tuple[int, Money]] | None]:
    price, breaks = kept
    return Money(price), None if breaks is None else [(quantity, Money(each)) for quantity, each in breaks]


def _breaks_of(variant: Variant) -> list[tuple[int, Money]]:
    return [(one.quantity, one.price) for one in variant.breaks]
