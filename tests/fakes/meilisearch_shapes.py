"""What a Meilisearch server accepts in bodies and addresses: names, types, and what must be there."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from tests.fakes.meilisearch_engine import DEFAULTS, RULES
from tests.fakes.meilisearch_filters import Refused

_KINDS: dict[str, tuple[type, ...]] = {"string": (str,), "integer": (int,), "boolean": (bool,), "object": (dict,)}

SEARCH = {
    "q": "string?", "offset": "integer", "limit": "integer", "page": "integer?", "hitsPerPage": "integer?",
    "attributesToRetrieve": "strings?", "attributesToCrop": "strings?", "cropLength": "integer", "cropMarker": "string",
    "attributesToHighlight": "strings?", "highlightPreTag": "string", "highlightPostTag": "string",
    "showMatchesPosition": "boolean", "filter": "filter", "sort": "strings?", "distinct": "string?", "facets": "strings?",
    "matchingStrategy": "string", "attributesToSearchOn": "strings?", "rankingScoreThreshold": "number?",
    "locales": "strings?", "hybrid": "object?", "vector": "numbers?", "retrieveVectors": "boolean", "media": "object?",
    "personalize": "object?", "useNetwork": "boolean?", "showRankingScore": "boolean", "showRankingScoreDetails": "boolean",
    "showPerformanceDetails": "boolean?",
}  # fmt: skip


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda m: "_" + m.group().lower(), name)


def _is(value: Any, kind: str) -> bool:
    if kind == "filter":
        return True  # its own refusals name the mistake
    if kind == "strings":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if kind == "objects":
        return isinstance(value, list) and all(isinstance(one, dict) for one in value)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "numbers":
        return isinstance(value, list) and all(_is(one, "number") for one in value)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return isinstance(value, _KINDS[kind])


def check(body: Any, known: dict[str, str], where: str, needed: tuple[str, ...] = (), code: str = "invalid_{}") -> None:
    """A body must be an object with known names of the right types; `?` allows null."""
    if not isinstance(body, dict):
        raise Refused("bad_request", f"Invalid value type at `{where or '.'}`: expected an object.")
    for name in body:
        if name not in known:
            expected = ", ".join(f"`{one}`" for one in known)
            raise Refused(
                "bad_request",
                f"Unknown field `{name}`: expected one of {expected}" + (f" at `{where}`" if where else ""),
            )
    for name in needed:
        if name not in body:
            raise Refused(
                {"uid": "missing_index_uid", "queries": "bad_request"}.get(name, f"missing_{_snake(name)}"),
                f"Missing field `{name}`" + (f" inside `{where}`" if where else ""),
            )
    for name, value in body.items():
        kind = known[name]
        if value is None and (kind.endswith("?") or kind == "filter"):
            continue
        if not _is(value, kind.rstrip("?")):
            raise Refused(
                code.format(_snake(name)),
                f"Invalid value type at `{where}.{name}`: expected {kind.rstrip('?')}, but found: `{value!r}`",
            )


def check_query(given: dict[str, str], known: dict[str, str]) -> None:
    for name, value in given.items():
        if name not in known:
            raise Refused("bad_request", f"Unknown parameter `{name}`: expected one of {', '.join(known)}")
        if known[name] == "int" and not value.isdigit():
            raise Refused(
                f"invalid_task_{_snake(name)}" if "uids" in known else f"invalid_index_{_snake(name)}",
                f"Invalid value in parameter `{name}`: could not parse `{value}` as a positive integer",
            )
        if known[name] == "time":
            try:
                datetime.fromisoformat(value)
            except ValueError:
                raise Refused(
                    f"invalid_task_{_snake(name)}",
                    f"Invalid value in parameter `{name}`: `{value}` is an invalid date-time.",
                ) from None


def check_search(body: Any, where: str, with_index: bool = False) -> None:
    known = {"indexUid": "string", "federationOptions": "object?", **SEARCH} if with_index else SEARCH
    check(body, known, where, ("indexUid",) if with_index else (), "invalid_search_{}")
    if body.get("matchingStrategy", "last") not in ("last", "all", "frequency"):
        raise Refused(
            "invalid_search_matching_strategy",
            f"Unknown value `{body['matchingStrategy']}` at `{where}.matchingStrategy`: expected one of `last`, `all`, `frequency`",
        )
    for name in (
        "hybrid", "vector", "media", "personalize", "useNetwork", "distinct", "attributesToSearchOn",
        "rankingScoreThreshold", "locales",
    ):  # fmt: skip
        if body.get(name) is not None:
            raise Refused("feature_not_enabled", f"`{name}` is not part of this double.")


def check_settings(body: Any) -> None:
    """Names, types and ranges of every setting; null resets one."""
    if not isinstance(body, dict):
        raise Refused("bad_request", "Invalid value type: expected an object.")
    for name, value in body.items():
        if name not in DEFAULTS:
            raise Refused("bad_request", f"Unknown field `{name}`: expected one of {', '.join(DEFAULTS)}")
        if value is not None and (problem := _wrong(name, value)):
            raise Refused(f"invalid_settings_{_snake(name)}", f"Invalid value at `.{name}`: {problem}")


def _only(value: Any, known: dict[str, str]) -> str | None:
    try:
        check(value, known, "")
    except Refused as error:
        return error.message
    return None


def _wrong(name: str, value: Any) -> str | None:
    if name in (
        "displayedAttributes",
        "searchableAttributes",
        "sortableAttributes",
        "stopWords",
        "dictionary",
        "separatorTokens",
        "nonSeparatorTokens",
    ):
        return None if _is(value, "strings") else "expected an array of strings"
    if name == "rankingRules":
        if not _is(value, "strings"):
            return "expected an array of strings"
        if "attribute" in value and {"attributeRank", "wordPosition"} & set(value):
            return "`attribute` cannot be used together with `attributeRank` or `wordPosition`"
        wrong = [rule for rule in value if rule not in RULES and not re.fullmatch(r".+:(asc|desc)", rule)]
        return f"`{wrong[0]}` ranking rule is invalid" if wrong else None
    if name == "filterableAttributes":
        return _wrong_filterable(value)
    if name == "synonyms":
        fine = isinstance(value, dict) and all(_is(others, "strings") for others in value.values())
        return None if fine else "expected an object of arrays of strings"
    if name == "typoTolerance":
        return _wrong_typos(value)
    if name == "faceting":
        return _only(value, {"maxValuesPerFacet": "integer", "sortFacetValuesBy": "object"}) or (
            None
            if set(value.get("sortFacetValuesBy", {}).values()) <= {"alpha", "count"}
            else "expected `alpha` or `count`"
        )
    if name == "pagination":
        zero = "a non-zero integer value was expected" if value.get("maxTotalHits") == 0 else None
        return _only(value, {"maxTotalHits": "integer"}) or zero
    if name == "searchCutoffMs":
        return None if _is(value, "integer") else "expected a positive integer"
    if name == "facetSearch":
        return None if isinstance(value, bool) else "expected a boolean"
    if name == "prefixSearch":
        return None if value in ("indexingTime", "disabled") else "expected one of `indexingTime`, `disabled`"
    if name == "proximityPrecision":
        return None if value in ("byWord", "byAttribute") else "expected one of `byWord`, `byAttribute`"
    return None


def _wrong_filterable(value: Any) -> str | None:
    if not isinstance(value, list):
        return "expected an array"
    for one in value:
        if isinstance(one, str):
            continue
        if problem := _only(one, {"attributePatterns": "strings", "features": "object"}):
            return problem
        features = one.get("features", {})
        if problem := _only(features, {"facetSearch": "boolean", "filter": "object"}):
            return problem
        if problem := _only(features.get("filter", {}), {"equality": "boolean", "comparison": "boolean"}):
            return problem
        if "attributePatterns" not in one:
            return "Missing field `attributePatterns`"
    return None


def _wrong_typos(value: Any) -> str | None:
    known = {
        "enabled": "boolean",
        "minWordSizeForTypos": "object",
        "disableOnWords": "strings",
        "disableOnAttributes": "strings",
        "disableOnNumbers": "boolean",
    }
    if problem := _only(value, known):
        return problem
    sizes = value.get("minWordSizeForTypos", {})
    if problem := _only(sizes, {"oneTypo": "integer", "twoTypos": "integer"}):
        return problem
    if not 0 <= sizes.get("oneTypo", 5) <= sizes.get("twoTypos", 9) <= 255:
        return "`oneTypo` must be less than or equal to `twoTypos`, and both within 0 and 255"
    return None
