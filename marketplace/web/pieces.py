"""A piece in words and pictures, the same on the storefront and on the desks that look at it as buyers will."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from flask import request
from markupsafe import Markup

from catalog import clock
from catalog.inventory.briefs import first_day
from catalog.inventory.models import PLENTY
from catalog.inventory.promises import first_days
from catalog.inventory.queries import available
from catalog.inventory.workdays import EVERYBODY, Calendar, Closure
from catalog.products.models import AnimalMaterial, Product, Variant
from catalog.products.prices import before, list_spans
from catalog.products.queries import (
    keys_of,
    pick_companions,
    pick_neighbours,
    pick_same_craft,
    pick_same_maker,
    pick_same_motif,
)
from catalog.search.cards import Card, Rows, list_cards
from catalog.search.query import Segment
from catalog.tariff.codes import find_tariff, written
from catalog.text import localized
from marketplace.sellers.models import Seller
from marketplace.sellers.showcase import Showcase
from marketplace.web.addresses import url_for
from marketplace.web.calendars import calendar_of, calendars, closure_of
from marketplace.web.filters import day_short, weekday, weight
from marketplace.web.locale import current_locale
from marketplace.web.measures import measured, per_choice, size, unit_price, unit_prices
from marketplace.web.offers import deposit_of, own_terms, price_breaks
from marketplace.web.speech import gettext as _
from marketplace.web.speech import ngettext


@dataclass(frozen=True)
class Shown:
    """A card as the `card` component draws it."""

    url: str
    title: str
    maker: str
    place: str
    price: Any
    from_price: bool
    old_price: Any
    note: str
    promise: str
    badge: str
    image: Any
    sold_out: bool
    code: str
    unit_price: str = ""
    """What a kilogram or a litre costs, of goods that are priced so."""
    why: str = ""
    """A curator's words on why it was chosen."""
    marks: tuple[Segment, ...] = ()
    """The title with what a search found in it, where a search found something."""
    lang: str = ""
    """The language of the title where it is not the page's."""
    rating: float | None = None
    rating_count: int = 0
    """The average of its reviews, and how many they are."""
    highest: Any = None
    """The highest of several prices, where the list asks for a price or a choice: the lowest may not be of what it asks."""

    def __hash__(self) -> int:
        return hash((self.url, self.note, self.badge, self.why))


def promise_note(card: Card, calendar: Calendar) -> str:
    """One line on when it can be had, by the calendar of its shop and the queue of its maker, as its page says: what is
    ready comes first, what is made to order where nothing ready can be bought."""
    closure = closure_of(calendar, is_made_to_order=False)
    if card.in_stock and closure is None:
        if card.left <= 3:
            return ngettext("Ready to ship · only one", "Ready to ship · %(num)d left", card.left)
        return _("Ready to ship")
    if card.is_made_to_order:
        day = first_day(card.queue, card.lead_days or 0, calendar, clock.today())
        if day is None and not card.in_stock:
            return _("The maker takes no more orders at the moment")
        if day is not None and closure_of(calendar, is_made_to_order=True) is None:
            return _("Made to order · ready %(day)s", day=day_short(day))
    return _("Sold out") if card.sold_out or closure is None else closed_until(closure)


def closed_until(closure: Closure) -> str:
    """`Closed until 5 Jan`: the last day on which the shop is away."""
    return _("Closed until %(day)s", day=day_short(closure.until))


def show(card: Card, badge: str = "") -> Shown:
    return _shown(card, badge, request.script_root, calendar_of(card.seller_id), clock.today(), current_locale())


def show_all(cards: Iterable[Card]) -> list[Shown]:
    """The same of many: what is alike for all is asked once."""
    root, today, locale, own = request.script_root, clock.today(), current_locale(), calendars()
    return [_shown(card, "", root, own.get(card.seller_id, EVERYBODY), today, locale) for card in cards]


@lru_cache(maxsize=2_000)
def _shown(card: Card, badge: str, root: str, calendar: Calendar, today: date, locale: str) -> Shown:
    """What a card says follows from these six alone (`root` is what addresses begin with), so that what was said once is
    never old: another price, stock, closure or day is another question."""
    return Shown(
        url=url_for("storefront.products.show", name=f"{card.slug}-{card.code}"),
        title=localized(card, "title", locale),
        maker=card.maker,
        place=card.regency if card.maker.endswith(card.place) else card.place,
        price=card.price,
        from_price=card.from_price,
        old_price=None,
        note=promise_note(card, calendar),
        promise=card.promise,
        badge=badge,
        image=card.image,
        sold_out=card.sold_out,
        code=card.code,
        unit_price=_unit_price(card),
        lang="id" if locale == "en" and not card.title_en else "",
        rating=card.rating,
        rating_count=card.rating_count,
    )


def _unit_price(card: Card) -> str:
    if card.unit_low is None or not card.content_unit:
        return ""
    text = unit_price(card.unit_low, card.content_unit, card.content_max or 0)
    return text if card.unit_low == card.unit_high else _("from %(unit_price)s", unit_price=text)


def shown(
    codes: list[str] | tuple[str, ...], badge: Callable[[str], str] | None = None, spans: bool = False
) -> list[Shown]:
    """Cards of these products in this order; products that are no longer live fall out. With `spans` those of several
    prices tell the highest, too."""
    cards = list_cards(codes)
    if spans:
        told = zip(show_all(cards), cards, strict=True)
        return [replace(one, highest=card.price_max) if card.from_price else one for one, card in told]
    return [show(card, badge(card.code)) for card in cards] if badge else show_all(cards)


@dataclass(frozen=True)
class Related:
    """A short row of pieces that have something in common with the one on the page."""

    title: str
    more_url: str | None
    pieces: list[Shown]


IN_A_ROW = 4
ENOUGH_FOR_A_ROW = 3
_BESIDE = {"maker": pick_same_maker(2 * IN_A_ROW), "place": pick_neighbours(IN_A_ROW * 3 // 2)}
_BY_MOTIF = Rows(also=pick_companions(), motif=pick_same_motif(IN_A_ROW), **_BESIDE)
_BY_CRAFT = Rows(also=pick_companions(), **_BESIDE, craft=pick_same_craft(IN_A_ROW))


def related(product: Product) -> list[Related]:
    """What others also bought, where enough people did; then the same motif by other hands, the same hands, the same place;
    one mixed row where all of these are few. One query."""
    maker, locale = product.maker, current_locale()
    words = {
        "motif": (_("The same motif by other hands"), None),
        "maker": (
            _("More by %(maker)s", maker=maker.name),
            url_for("storefront.makers.show", name=f"{maker.slug}-{maker.code}"),
        ),
        "place": (
            _("Also from %(place)s", place=maker.district.regency.name),
            url_for("storefront.places.show", code=maker.district_code[:5]),
        ),
    }
    if product.craft:
        words["craft"] = (
            localized(product.craft, "name", locale),
            url_for("storefront.crafts.show", slug=product.craft.slug),
        )
    if len(product.motifs) == 1:
        words["motif"] = (words["motif"][0], url_for("storefront.motifs.show", slug=product.motifs[0].slug))
    lists = (_BY_MOTIF if product.motifs else _BY_CRAFT).read(keys_of(product))
    also = [card for card in lists.pop("also") if not card.sold_out][:IN_A_ROW]
    first = [Related(_("Others also bought"), None, show_all(also))] if also else []
    rows, seen, mixed = [], {product.code, *(card.code for card in also)}, {}
    for name, cards in lists.items():
        fresh = [card for card in cards if card.code not in seen][:IN_A_ROW]
        mixed.update({card.code: card for card in fresh})
        if len(fresh) >= ENOUGH_FOR_A_ROW:
            seen.update(card.code for card in fresh)
            rows.append(Related(*words[name], show_all(fresh)))
    if rows or not mixed:
        return first + rows
    return [*first, Related(_("Related pieces"), None, show_all(mixed.values())[:IN_A_ROW])]


@dataclass(frozen=True)
class Choice:
    """One variant as the picker shows it."""

    value: str
    label: str
    note: str
    price: Any
    image: Any
    selected: bool
    available: bool
    promise: str
    left: int | None
    ready_on: date
    closure: Closure | None = None
    """Its shop is away, and it cannot be bought meanwhile."""
    old_price: Any = None
    """The lowest price of the 30 days before this one began, where this one is lower (see `catalog.products.prices`)."""
    unit_price: str = ""
    """What a kilogram or a litre of it costs, where the craft is priced so."""
    slide: str = ""
    """Where its own picture stands in the gallery of the page."""
    deposit: tuple[int, Any, Any] | None = None
    """Of what is made to order against a deposit: the percent, what is paid when it is ordered and when it is ready."""
    breaks: tuple[dict[str, Any], ...] = ()
    """What one, some and many pieces cost each; empty where it is always the same."""
    terms: tuple[str, ...] = ()
    """Its breaks and its deposit in words, where those of the other choices are different."""
    from_price: bool = False
    """Whether the price is the lowest of several (see `offers.headline`)."""
    combination: Mapping[str, str] = field(default_factory=dict)
    """What it is of each option: option key → value key."""
    measures: str = ""
    """How big it is, and how heavy as it is sent."""
    is_made_to_order: bool = False

    @property
    def kind(self) -> str:
        """As the `promise` component names it."""
        return "none" if not self.available else "made" if self.is_made_to_order else "ready"

    @property
    def most(self) -> int:
        """The highest number that the page lets ask for; where there is plenty, the cart says what there is."""
        return self.left if self.left and self.left < PLENTY else 99


def choices(product: Product, wanted: str | None, case: Showcase | None = None) -> list[Choice]:
    """The active variants with their promise per day; the wanted one, else the first that can be had, is selected.

    What `case` has read already is not asked again."""
    variants = [variant for variant in product.variants if variant.is_active]
    ready_made = [variant.id for variant in variants if not variant.is_made_to_order]
    stock = {id_: case.free[id_] for id_ in ready_made if id_ in case.free} if case else available(ready_made)
    latest_first = sorted(product.pictures, key=lambda one: one.position, reverse=True)
    pictures = {picture.variant_id: picture.image for picture in latest_first if picture.variant_id}  # the first stays
    made = {variant.lead_days or 0 for variant in variants if variant.is_made_to_order}
    calendar = case.seller.calendar if case and case.seller else calendar_of(product.seller_id)
    rows = case.queue if case else None
    queued = first_days(product.maker_id, made, rows=rows, calendar=calendar) if made else {}
    ready = {one.id: queued.get(one.lead_days or 0) if one.is_made_to_order else None for one in variants}
    can = {one.id: ready[one.id] is not None if one.is_made_to_order else stock.get(one.id, 0) > 0 for one in variants}
    away = {one.id: closure_of(calendar, one.is_made_to_order) for one in variants}
    selected = next((one for one in variants if one.code == wanted), None) or next(
        (one for one in variants if can[one.id] and not away[one.id]),
        next((one for one in variants if can[one.id]), None),
    )
    units = unit_prices(product, variants)
    spans: Mapping[int, Any] = case.spans if case else list_spans(one.id for one in variants)
    slides = {one.id: place for place, one in enumerate(gallery_of(product, selected if wanted else None), 1)}
    told = [
        replace(
            _choice(
                one, can[one.id], stock.get(one.id), pictures.get(one.id), one is selected, calendar, ready[one.id]
            ),
            old_price=before(spans.get(one.id, ()), product.on_sale_since),
            breaks=price_breaks(one),
            deposit=deposit_of(one),
            unit_price=units.get(one.code, ""),
            slide=f"gallery-{slides[image.id]}" if (image := pictures.get(one.id)) else "",
        )
        for one in variants
    ]
    return own_terms(told)


def gallery_of(product: Product, chosen: Variant | None = None) -> list[Any]:
    """The images of the page in their order; those of the chosen variant come first."""
    pictures = sorted(product.pictures, key=lambda one: (chosen is None or one.variant_id != chosen.id, one.position))
    return [one.image for one in pictures]


def _choice(
    variant: Variant,
    can: bool,
    left: int | None,
    image: Any,
    selected: bool,
    calendar: Calendar = EVERYBODY,
    made_by: date | None = None,
) -> Choice:
    """`made_by` is the day that the maker's queue has for a piece made to order."""
    locale = current_locale()
    ready_on = made_by or calendar.add(clock.today(), variant.dispatch_days)
    closure = closure_of(calendar, variant.is_made_to_order) if can else None
    if closure is not None:
        promise = closed_until(closure)
    elif variant.is_made_to_order and not can:
        promise = _("The maker takes no more orders at the moment")
    elif variant.is_made_to_order:
        promise = _("Made for you, shipped by %(day)s", day=weekday(ready_on))
    elif can:
        promise = _("Ready, shipped by %(day)s", day=weekday(ready_on))
    else:
        promise = ""
    note = ngettext("only one", "%(num)d left", left) if not variant.is_made_to_order and left and left <= 3 else ""
    values = sorted(variant.values, key=lambda one: (one.option.position, one.option_id))
    name = " · ".join(localized(value, "name", locale) for value in values)
    return Choice(
        value=variant.code,
        label=name or _("One choice"),
        note=note,
        price=variant.price,
        image=image,
        selected=selected,
        available=can and closure is None,
        promise=promise,
        left=left,
        ready_on=ready_on,
        closure=closure,
        combination=variant.choices(),
        measures=" · ".join(
            text
            for text in (size(variant.measures), _("%(weight)s with packing", weight=weight(variant.weight)))
            if text
        ),
        is_made_to_order=variant.is_made_to_order,
    )


def linked(things: list[Any], endpoint: str) -> Markup:
    """The names of crafts, techniques, materials or motifs, each a link to its page."""
    locale = current_locale()
    links = [
        Markup('<a href="{}">{}</a>').format(url_for(endpoint, slug=one.slug), localized(one, "name", locale))
        for one in things
    ]
    return Markup(", ").join(links)


def made_of(product: Product) -> list[tuple[str, Any]]:
    """What it is made of, how and how heavy; what is not known is left out."""

    animal = {
        AnimalMaterial.SILK: _("silk"),
        AnimalMaterial.LEATHER: _("leather"),
        AnimalMaterial.BONE: _("bone or horn"),
        AnimalMaterial.WAX: _("wax"),
    }
    active = [one for one in product.variants if one.is_active]
    rows = [
        (_("Craft"), linked([product.craft], "storefront.crafts.show") if product.craft else ""),
        (_("Material"), linked(product.materials, "storefront.materials.show")),
        (_("Technique"), linked(product.techniques, "storefront.techniques.show")),
        (_("Motif"), linked(product.motifs, "storefront.motifs.show")),
        (_("Dye"), dyes().get(str(product.dye), "") if product.dye else ""),
        (_("Animal material"), animal.get(product.animal_material, "")),
        *measured(product),
        (_("Code for customs (HS)"), _customs(product)),
        (_("Weight with packing"), per_choice(active, lambda one: weight(one.weight))),
    ]
    return [(term, value) for term, value in rows if value]


def _customs(product: Product) -> str:
    """`9602.00 (a proposal: confirm it with customs)`; certain is only what the list knows without a doubt."""
    if not product.hs_code:
        return ""
    known = find_tariff(product.hs_code)
    code = written(product.hs_code)
    if known is None or known.is_doubtful or known.is_heading:
        return _("%(code)s (a proposal: confirm it with customs)", code=code)
    return code


def dyes() -> dict[str, str]:
    return {
        "natural": _("natural dye"),
        "synthetic": _("synthetic dye"),
        "mixed": _("natural and synthetic dye"),
        "undyed": _("undyed"),
    }


def deliveries(seller: Seller | None) -> list[str]:
    """How the shop hands over, in words."""
    names = {
        "pickup": _("Pick-up at the workshop"),
        "gallery": _("Pick-up at a gallery"),
        "own": _("Delivered by the maker nearby"),
        "hotel": _("Brought to your hotel"),
        "courier": _("By courier all over Indonesia"),
    }
    kinds = {str(one.kind) for one in seller.deliveries} if seller else set()
    return [name for kind, name in names.items() if kind in kinds]
