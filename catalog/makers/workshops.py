"""Where a maker works: words, photos, and whether and when strangers may come."""

from __future__ import annotations

import re
from collections.abc import Mapping

from catalog import signals
from catalog.db import db
from catalog.errors import Conflict, DomainError, Invalid, NotFound, Several
from catalog.makers.models import Maker, OpenHours, Visits, Workshop, WorkshopPicture
from catalog.media.models import Image
from catalog.text import N_, tidy, tidy_lines

PICTURES_MAX = 8
ABOUT_LENGTH = 3_000
WAY_LENGTH = 300
WEEK = range(1, 8)
_TIME = re.compile(r"([01]?[0-9]|2[0-4])[:.]([0-5][0-9])(?::00)?")


def edit_workshop(
    maker: Maker,
    about: str,
    about_en: str,
    visits: str,
    way: str,
    way_en: str,
    hours: Mapping[int, tuple[str, str]],
) -> Workshop:
    """Tell of the workshop. `hours` are (opens, closes) as typed (`08.00`) per weekday, both empty for a closed day.

    Hours are kept for a workshop that has them; Several names every field that is wrong (`opens-1` … `closes-7`).
    """
    about, about_en, way, way_en = tidy_lines(about), tidy_lines(about_en), tidy(way), tidy(way_en)
    errors: list[DomainError] = [
        Invalid(N_("Write at most %(limit)s characters."), field=field, limit=limit)
        for field, text, limit in (
            ("about", about, ABOUT_LENGTH), ("about_en", about_en, ABOUT_LENGTH), ("way", way, WAY_LENGTH), ("way_en", way_en, WAY_LENGTH),
        )
        if len(text) > limit
    ]  # fmt: skip
    asked = Visits(visits) if visits in list(Visits) else None
    if asked is None:
        errors.append(Invalid(N_("Choose whether guests may come."), field="visits"))
    spans: dict[int, tuple[int, int]] = {}
    if asked is Visits.HOURS:
        spans, wrong = _spans(hours)
        errors += wrong
        if not spans and not wrong:
            errors.append(Invalid(N_("Write at least one day on which the workshop is open."), field="opens-1"))
    elif asked is Visits.APPOINTMENT and not way and not way_en:
        errors.append(Invalid(N_("Say whom guests should ask, and how."), field="way"))
    if errors:
        raise Several(errors)
    assert asked is not None
    workshop = _of(maker)
    workshop.about, workshop.about_en, workshop.visits = about, about_en, asked
    workshop.way, workshop.way_en = (way, way_en) if asked is not Visits.NONE else ("", "")
    kept = {one.weekday: one for one in workshop.hours}
    for weekday in WEEK:
        if weekday not in spans:
            if weekday in kept:
                workshop.hours.remove(kept[weekday])
            continue
        if weekday not in kept:
            kept[weekday] = OpenHours(weekday=weekday)
            workshop.hours.append(kept[weekday])
        kept[weekday].opens, kept[weekday].closes = spans[weekday]
    db.session.flush()
    return workshop


def add_picture(maker: Maker, image: Image) -> None:
    """Show a photo of the workshop; the first one also leads the maker's page where nothing does."""
    workshop = _of(maker)
    if any(one.image is image for one in workshop.pictures):
        return
    if len(workshop.pictures) >= PICTURES_MAX:
        raise Conflict(N_("At most %(limit)s photos can be shown. Take one away first."), limit=PICTURES_MAX)
    position = max((one.position for one in workshop.pictures), default=-1) + 1
    workshop.pictures.append(WorkshopPicture(image=image, position=position))
    if maker.image is None:
        maker.image = image
    db.session.flush()
    signals.maker_changed.send(maker)


def find_picture(maker: Maker, code: str) -> WorkshopPicture:
    """A photo of this maker's workshop; NotFound for any other."""
    pictures = maker.workshop.pictures if maker.workshop else []
    found = next((one for one in pictures if one.image.code == code), None)
    if found is None:
        raise NotFound(N_("There is no such picture."))
    return found


def remove_picture(maker: Maker, code: str) -> None:
    """Take a photo away, from the top of the page too; the next one takes its place there."""
    picture = find_picture(maker, code)
    assert maker.workshop is not None
    maker.workshop.pictures.remove(picture)
    if maker.image is picture.image:
        maker.image = next((one.image for one in maker.workshop.pictures), None)
    db.session.flush()
    signals.maker_changed.send(maker)


def lead_with(maker: Maker, code: str) -> None:
    """Let this photo stand at the top of the maker's page."""
    maker.image = find_picture(maker, code).image
    db.session.flush()
    signals.maker_changed.send(maker)


def _of(maker: Maker) -> Workshop:
    if maker.workshop is None:
        maker.workshop = Workshop()
        db.session.flush()
    return maker.workshop


def _spans(hours: Mapping[int, tuple[str, str]]) -> tuple[dict[int, tuple[int, int]], list[DomainError]]:
    spans: dict[int, tuple[int, int]] = {}
    wrong: list[DomainError] = []
    for weekday in WEEK:
        typed = dict(zip(("opens", "closes"), (one.strip() for one in hours.get(weekday, ("", ""))), strict=True))
        if not any(typed.values()):
            continue
        read = {name: _minutes(text) for name, text in typed.items()}
        bad = [
            Invalid(N_("Write the time like 08.00, and both times for a day."), field=f"{name}-{weekday}")
            for name, minutes in read.items()
            if minutes is None
        ]
        opens, closes = read["opens"], read["closes"]
        if opens is not None and closes is not None:
            if opens < closes:
                spans[weekday] = (opens, closes)
            else:
                bad.append(Invalid(N_("It closes later than it opens."), field=f"closes-{weekday}"))
        wrong += bad
    return spans, wrong


def _minutes(text: str) -> int | None:
    """`08.00`, `8:30` or `24.00` as minutes after midnight."""
    match = _TIME.fullmatch(text)
    minutes = int(match[1]) * 60 + int(match[2]) if match else None
    return minutes if minutes is not None and minutes <= 1440 else None
