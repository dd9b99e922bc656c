"""What lies in the server's index: the documents as they are sent, and the settings that make them searchable.

Filters on an array of objects hold for any of them, not for one and the same, so a variant cannot be a nested object.
Variant documents made `distinct` by product would leave one arbitrary variant of each product to be counted. So there
is one document for each product, and what must hold together for one variant is written together:

- `prices.<fulfilment>.<in_stock>` holds the prices of the variants with both; `any` stands for all. `… 1 TO 5` on an
  array is one range look-up: some element lies inside, unlike `>= 1 AND <= 5`.
- `offers` has a text for every choice among a variant's options, ending in fulfilment, stock and the price in twelve
  digits, so that a range of texts is "these options, at this price". Texts have been comparable since server 1.15.
- `buckets` counts the price histogram in one facet, wherever no option is asked for.
- `digest` is of all the rest: a rebuild that goes on asks by it what need not be sent again.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from itertools import chain, combinations
from typing import Any
from urllib.parse import quote

from catalog.search import stems
from catalog.search.document import MADE_TO_ORDER, READY, Document, VariantFacts
from catalog.search.embedded.columns import bucket
from catalog.search.naming import well_known
from catalog.search.query import MAX_PRICE, Entry
from catalog.search.synonyms import SynonymGroup, Thesaurus
from catalog.search.words import SPOKEN, STOP_WORDS, tokens

ANY = "any"
FULFILMENTS = (READY, MADE_TO_ORDER)
STOCKS = ("true", "false")
PRICES = tuple(f"prices.{f}.{s}" for f in (ANY, *FULFILMENTS) for s in (ANY, *STOCKS))
LEVELS = ("place_1", "place_2", "place_3", "place_4")
PLAIN = ("craft", "technique", "material", "motif", "dye", "colour", "maker_code", "seller_code")
SEARCHED = ("title", "title_en", "keywords", "stems", "text", "text_en")
MAX_FIELD = 20_000
MAX_OPTIONS = 5
"""Options of one variant that can be asked for together."""

MARK, UNMARK = "\ue000", "\ue001"
"""Around what matched, in answers; these characters are taken out of every text that is sent."""

_GONE = str.maketrans("", "", MARK + UNMARK + "\x00")


def spoken(text: str) -> str:
    """A text that may be sent: composed, valid, and without our marks."""
    valid = text.encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFC", valid)[:MAX_FIELD].translate(_GONE)


def token(text: str) -> str:
    """An option's key or value inside an offer: lower case and nothing but plain letters."""
    return quote(text.lower(), safe="", errors="replace").lower()


def chosen(options: Iterable[tuple[str, str]]) -> str:
    """The beginning of an offer that has these options."""
    return "&".join(f"{token(key)}={token(value)}" for key, value in sorted(options))


def offer(options: str, fulfilment: str, stock: str, price: int) -> str:
    return f"{options}|{fulfilment}|{stock}|{price:012d}"


def _offers(variant: VariantFacts) -> Iterable[str]:
    stock = "true" if variant.available else "false"
    options = sorted(variant.options.items())[:MAX_OPTIONS]
    for some in chain.from_iterable(combinations(options, n) for n in range(1, len(options) + 1)):
        yield offer(chosen(some), variant.fulfilment, stock, _price(variant.price))


def _price(price: int) -> int:
    return min(max(int(price), 0), MAX_PRICE)


def encode(document: Document) -> dict[str, Any]:
    """The document as the server holds it."""
    variants = document.facts()
    prices: dict[str, dict[str, list[int]]] = {}
    buckets = set()
    for variant in variants:
        price, stock = _price(variant.price), "true" if variant.available else "false"
        for f in (ANY, variant.fulfilment):
            for s in (ANY, stock):
                held = prices.setdefault(f, {}).setdefault(s, [])
                if price not in held:
                    held.append(price)
                buckets.add(f"{f}.{s}.{bucket(price):02d}")
    texts = {
        "title": spoken(document.title),
        "title_en": spoken(document.title_en),
        "keywords": spoken("\n".join((*document.keywords, document.maker))),
        "text": spoken(document.text),
        "text_en": spoken(document.text_en),
    }
    words = {word for text in texts.values() for word in tokens(text)}
    told: dict[str, Any] = {
        "code": document.code,
        **texts,
        "stems": " ".join(sorted({form for word in words for form in stems.forms(word)} - words)),
        "craft": document.craft,
        "dye": document.dye,
        "maker_code": document.maker_code,
        "seller_code": document.seller_code,
        **{facet: list(getattr(document, facet)) for facet in ("technique", "material", "motif", "colour")},
        "place": list(document.place_path()),
        "fulfilment": sorted({v.fulfilment for v in variants}),
        "in_stock": sorted({"true" if v.available else "false" for v in variants}),
        "options": sorted({f"{key}={value}" for v in variants for key, value in v.options.items()}),
        "offers": sorted({text for v in variants for text in _offers(v)}),
        "prices": prices,
        "buckets": sorted(buckets),
        "price": _price(document.lowest_price()),
        "published_at": int(document.published_at),
        "boost": document.boost,
    }
    for code in document.place_path():
        level = code.count(".")
        if level < len(LEVELS):
            told.setdefault(LEVELS[level], []).append(code)
    if document.rating is not None:
        told["rating"], told["rating_count"] = round(document.rating, 3), document.rating_count
    told["digest"] = sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]
    return told


def entry_id(kind: str, key: str) -> str:
    """A key that the server allows: letters, digits and hyphens."""
    return f"{kind}-{key}".encode("utf-8", "replace").hex()


def encode_entry(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry_id(entry.kind, entry.key),
        "kind": entry.kind,
        "key": entry.key,
        "title": spoken(entry.title),
        "title_en": spoken(entry.title_en),
        "weight": entry.weight,
    }


def synonyms(groups: Iterable[SynonymGroup]) -> dict[str, list[str]]:
    """The curators' dictionary as the server takes it: word or phrase → what also counts."""
    thesaurus = Thesaurus(groups)
    return {
        " ".join(phrase): sorted(" ".join(other) for other in thesaurus.others(phrase))
        for phrase in sorted(thesaurus.phrases)
    }


def _rule(attributes: Iterable[str], comparison: bool) -> dict[str, Any]:
    features = {"facetSearch": False, "filter": {"equality": True, "comparison": comparison}}
    return {"attributePatterns": sorted(attributes), "features": features}


_TYPOS = {
    "enabled": True,
    "minWordSizeForTypos": {"oneTypo": 4, "twoTypos": 8},  # the server's own 5 and 9 lose .03 to .05 of NDCG
    "disableOnNumbers": True,
}


@cache
def no_slips() -> frozenset[str]:
    """What the server never takes for a slip, beside the curators' words. Names of districts are dealt with when a question
    is asked (`Spelling`), for only those near count, and where pieces come from changes."""
    return well_known() | SPOKEN | STOP_WORDS


def _no_slips(groups: Iterable[SynonymGroup]) -> list[str]:
    return sorted(Thesaurus(groups).known | no_slips())


def settings(groups: Iterable[SynonymGroup]) -> dict[str, Any]:
    """All settings of the index of products, each said outright so that a new server's defaults change nothing."""
    groups = list(groups)
    return {
        "rankingRules": [
            "sort", "words", "typo", "attributeRank", "proximity", "wordPosition", "exactness",
            "boost:desc", "published_at:desc",
        ],
        "searchableAttributes": list(SEARCHED),
        "displayedAttributes": ["code", "digest", *SEARCHED, "offers", "prices"],
        "filterableAttributes": [
            _rule((*PLAIN, *LEVELS, "code", "place", "fulfilment", "in_stock", "options", "buckets"), False),
            _rule((*PRICES, "offers", "price", "published_at"), True),
        ],
        "sortableAttributes": sorted((*PRICES, "price", "published_at", "rating", "rating_count")),
        "synonyms": synonyms(groups),
        "stopWords": [],
        "typoTolerance": {**_TYPOS, "disableOnAttributes": ["stems"], "disableOnWords": _no_slips(groups)},
        "faceting": {"maxValuesPerFacet": 10_000, "sortFacetValuesBy": {"*": "count"}},
        "pagination": {"maxTotalHits": 1_000_000},
        "searchCutoffMs": 400,
        "facetSearch": False,
        "prefixSearch": "indexingTime",
        "proximityPrecision": "byWord",
    }  # fmt: skip


def entry_settings(groups: Iterable[SynonymGroup]) -> dict[str, Any]:
    """The same for the small index of crafts, motifs, makers and places."""
    return {
        "rankingRules": ["words", "typo", "weight:desc", "proximity", "wordPosition", "exactness"],
        "searchableAttributes": ["title", "title_en"],
        "displayedAttributes": ["*"],
        "filterableAttributes": [],
        "sortableAttributes": [],
        "synonyms": {},
        "stopWords": [],
        "typoTolerance": {**_TYPOS, "disableOnAttributes": [], "disableOnWords": _no_slips(groups)},
        "searchCutoffMs": 200,
        "facetSearch": False,
        "prefixSearch": "indexingTime",
    }


_SETS = frozenset(["sortableAttributes", "stopWords", "displayedAttributes", "disableOnWords", "disableOnAttributes"])


def differs(wanted: Any, held: Any, name: str = "") -> bool:
    """Whether the server holds something else than what is wanted; what is not wanted is left alone."""
    if name == "synonyms":
        return bool(wanted != {word: sorted(others) for word, others in (held or {}).items()})
    if isinstance(wanted, dict):
        return not isinstance(held, dict) or any(differs(value, held.get(key), key) for key, value in wanted.items())
    if isinstance(wanted, list):
        if not isinstance(held, list) or len(wanted) != len(held):
            return True
        if name in _SETS:
            return sorted(wanted) != sorted(held)
        if name == "attributePatterns":
            return set(wanted) != set(held)
        return any(differs(one, other) for one, other in zip(wanted, held, strict=True))
    return bool(wanted != held)
