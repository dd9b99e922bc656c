"""What the adapter relies on in a Meilisearch server 1.50, asked over plain HTTP: shapes, refusals, filters, words, tasks.

The double must answer these as a real server does, so both are asked: see `test_meilisearch_wire.py`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from catalog.search import Document, VariantFacts
from catalog.search.synonyms import SynonymGroup
from marketplace.adapters.meilisearch.documents import MARK, UNMARK, differs, encode, settings
from tests.contracts.search_contract import sample

UID = "wire"
GROUPS = (SynonymGroup(1, ("tenun", "kain tenun")), SynonymGroup(2, ("kopiah", "peci")))
SPECIAL = (
    Document(code="X1", title='Kain "Tenun" & Cuál naga-bertarung', text="Oleh-oleh khas Bangka, 2 meter"),
    Document(code="X2", title="Batik bakau hutan", text="tenun cual"),
    Document(code="X3", title="Kopiah resam", rating=4.5, rating_count=3),
    Document(code="X4", title="Gantungan", variants=(VariantFacts({}, 10), VariantFacts({}, 90))),
)


@dataclass
class Wire:
    """A server and a key for everything."""

    url: str
    key: str

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.key}"}
        answer = requests.request(method, f"{self.url}/{path}", json=body, headers=headers, timeout=30, **more)
        return answer.status_code, answer.json() if answer.content else None

    def do(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """A task, when it has ended."""
        status, told = self.ask(method, path, body)
        assert status == 202, told
        while True:
            _, task = self.ask("GET", f"tasks/{told['taskUid']}")
            if task["status"] not in ("enqueued", "processing"):
                return dict(task)
            time.sleep(0.01)

    def search(self, **asked: Any) -> dict[str, Any]:
        status, answer = self.ask("POST", f"indexes/{UID}/search", {"page": 1, **asked})
        assert status == 200, answer
        return dict(answer)


def lay(wire: Wire) -> Wire:
    """The index that these tests read, made anew."""
    for uid in (UID, f"{UID}_new", f"{UID}_other"):
        wire.do("DELETE", f"indexes/{uid}")
    assert wire.do("POST", "indexes", {"uid": UID, "primaryKey": "code"})["status"] == "succeeded"
    assert wire.do("PATCH", f"indexes/{UID}/settings", settings(GROUPS))["status"] == "succeeded"
    rows = [encode(one) for one in (*sample(60), *SPECIAL)]
    assert wire.do("POST", f"indexes/{UID}/documents", rows)["status"] == "succeeded"
    return wire


def seen(hits: list[dict[str, Any]]) -> set[str]:
    return {hit["code"] for hit in hits}


class WireContract:
    """`wire` is a server on which `lay` has been called."""

    # refusals

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"q": "a", "fuzzy": True}, "bad_request"),
            ({"q": ["a"]}, "invalid_search_q"),
            ({"hitsPerPage": -1}, "invalid_search_hits_per_page"),
            ({"matchingStrategy": "some"}, "invalid_search_matching_strategy"),
            ({"filter": "title = x"}, "invalid_search_filter"),
            ({"filter": "nope = x"}, "invalid_search_filter"),
            ({"filter": "craft > 3"}, "invalid_search_filter"),
            ({"filter": "craft = tenun AND"}, "invalid_search_filter"),
            ({"filter": "craft IN [tenun, batik"}, "invalid_search_filter"),
            ({"filter": "price TO 5"}, "invalid_search_filter"),
            ({"filter": "craft CONTAINS te"}, "feature_not_enabled"),
            ({"filter": True}, "invalid_search_filter"),
            ({"sort": ["title:asc"]}, "invalid_search_sort"),
            ({"sort": ["price:up"]}, "invalid_search_sort"),
            ({"sort": "price:asc"}, "invalid_search_sort"),
            ({"facets": ["title"]}, "invalid_search_facets"),
            ({"facets": "craft"}, "invalid_search_facets"),
        ],
    )
    def test_refuses_a_question(self, wire: Wire, body: Any, code: str) -> None:
        status, answer = wire.ask("POST", f"indexes/{UID}/search", body)
        assert (status, answer["code"]) == (400, code)
        status, answer = wire.ask("POST", "multi-search", {"queries": [{"indexUid": UID, **body}]})
        assert (status, answer["code"]) == (400, code)

    @pytest.mark.parametrize(
        ("method", "path", "body", "status", "code"),
        [
            ("POST", "indexes/nowhere/search", {}, 404, "index_not_found"),
            ("GET", "indexes/nowhere", None, 404, "index_not_found"),
            ("GET", "indexes/nowhere/settings", None, 404, "index_not_found"),
            ("POST", "multi-search", {}, 400, "bad_request"),
            ("POST", "multi-search", {"queries": [{"q": "a"}]}, 400, "missing_index_uid"),
            ("POST", "multi-search", {"queries": [{"indexUid": "nowhere"}]}, 400, "index_not_found"),
            ("POST", "swap-indexes", [{"indexes": [UID]}], 400, "invalid_swap_indexes"),
            ("POST", "swap-indexes", [{"indexes": [UID, UID]}], 400, "invalid_swap_duplicate_index_found"),
            ("POST", "indexes", {"primaryKey": "x"}, 400, "missing_index_uid"),
            ("POST", "indexes", {"uid": "a b"}, 400, "invalid_index_uid"),
            ("POST", f"indexes/{UID}/documents/delete-batch", {"x": 1}, 400, "bad_request"),
            ("POST", f"indexes/{UID}/documents/fetch", {"limit": -1}, 400, "invalid_document_limit"),
            ("GET", "tasks?limit=x", None, 400, "invalid_task_limit"),
            ("GET", "tasks?statuses=tired", None, 400, "invalid_task_statuses"),
            ("GET", "tasks?nope=1", None, 400, "bad_request"),
            ("GET", "tasks/abc", None, 400, "invalid_task_uids"),
            ("GET", "tasks/999999999", None, 404, "task_not_found"),
        ],
    )
    def test_refuses_a_request(self, wire: Wire, method: str, path: str, body: Any, status: int, code: str) -> None:
        found, answer = wire.ask(method, path, body)
        assert (found, answer["code"]) == (status, code)

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"colour": 1}, "bad_request"),
            ({"rankingRules": ["wrods"]}, "invalid_settings_ranking_rules"),
            ({"rankingRules": ["attribute", "wordPosition"]}, "invalid_settings_ranking_rules"),
            (
                {"typoTolerance": {"minWordSizeForTypos": {"oneTypo": 9, "twoTypos": 4}}},
                "invalid_settings_typo_tolerance",
            ),
            ({"filterableAttributes": [{"features": {}}]}, "invalid_settings_filterable_attributes"),
            ({"synonyms": {"a": "b"}}, "invalid_settings_synonyms"),
            ({"pagination": {"maxTotalHits": 0}}, "invalid_settings_pagination"),
            ({"prefixSearch": "sometimes"}, "invalid_settings_prefix_search"),
        ],
    )
    def test_refuses_settings(self, wire: Wire, wrong: Any, code: str) -> None:
        status, answer = wire.ask("PATCH", f"indexes/{UID}/settings", wrong)
        assert (status, answer["code"]) == (400, code)

    def test_asks_for_a_key_a_content_type_and_a_payload(self, wire: Wire) -> None:
        url = f"{wire.url}/indexes/{UID}/search"
        may = {"Authorization": f"Bearer {wire.key}"}
        for headers, data, status, code in (
            ({}, "{}", 401, "missing_authorization_header"),
            ({"Authorization": "Bearer no", "Content-Type": "application/json"}, "{}", 403, "invalid_api_key"),
            (may, "{}", 415, "missing_content_type"),
            ({**may, "Content-Type": "text/plain"}, "{}", 415, "invalid_content_type"),
            ({**may, "Content-Type": "application/json"}, "{", 400, "malformed_payload"),
            ({**may, "Content-Type": "application/json"}, '{"q": "\\ud800"}', 400, "malformed_payload"),
            ({**may, "Content-Type": "application/json"}, "", 400, "missing_payload"),
        ):
            answer = requests.post(url, data=data, headers=headers, timeout=30)
            assert (answer.status_code, answer.json()["code"]) == (status, code)

    # settings and state

    def test_tells_its_settings_as_they_were_set(self, wire: Wire) -> None:
        _, held = wire.ask("GET", f"indexes/{UID}/settings")
        assert not differs(settings(GROUPS), held)
        assert differs(settings(GROUPS[:1]), held)

    def test_tells_its_state(self, wire: Wire) -> None:
        assert wire.ask("GET", "health") == (200, {"status": "available"})
        assert wire.ask("GET", "version")[1]["pkgVersion"].startswith("1.")
        _, stats = wire.ask("GET", f"indexes/{UID}/stats")
        assert stats["numberOfDocuments"] == 64
        _, told = wire.ask("GET", f"indexes/{UID}")
        assert (told["uid"], told["primaryKey"]) == (UID, "code")

    # filters and facets

    @pytest.mark.parametrize(
        ("filter_", "codes"),
        [
            ("prices.any.any >= 20 AND prices.any.any <= 80", {"X4"}),  # by two different elements
            ("prices.any.any 20 TO 80", set()),  # some element lies inside
            ("prices.any.any 10 TO 80", {"X4"}),
            ('code = "x1"', {"X1"}),
            ('code IN ["X1", "X2"]', {"X1", "X2"}),
            ("code IN []", set()),
            (['code IN ["X1", "X2"]', 'NOT code IN ["X2"]'], {"X1"}),
            ([['code = "X1"', 'code = "X2"']], {"X1", "X2"}),
            ('code = "te\\"nun"', set()),
        ],
    )
    def test_filters(self, wire: Wire, filter_: Any, codes: set[str]) -> None:
        answer = wire.search(filter=filter_, attributesToRetrieve=["code"])
        assert (answer["totalHits"], seen(answer["hits"])) == (len(codes), codes)

    def test_a_range_of_texts_is_a_range(self, wire: Wire) -> None:
        documents = [
            d for d in sample(60) if any(v.options.get("size") == "l" and v.price < 60_000 for v in d.variants)
        ]
        ready = [
            d for d in documents
            if any(v.options.get("size") == "l" and v.price < 60_000 and v.available and v.fulfilment == "ready" for v in d.variants)
        ]  # fmt: skip
        text = 'offers "size=l|ready|true|000000000000" TO "size=l|ready|true|000000059999"'
        assert ready and wire.search(filter=text, hitsPerPage=0)["totalHits"] == len(ready)

    def test_counts_facets_under_the_filter(self, wire: Wire) -> None:
        answer = wire.search(facets=["craft", "in_stock"], hitsPerPage=0)
        crafts = [d.craft for d in sample(60)]
        assert answer["facetDistribution"]["craft"] == {craft: crafts.count(craft) for craft in set(crafts)}
        assert answer["hits"] == [] and answer["totalPages"] == 0
        assert set(answer["facetDistribution"]["in_stock"]) == {"true", "false"}

    def test_sorts_by_the_least_and_the_greatest_and_puts_what_has_no_value_last(self, wire: Wire) -> None:
        documents = {d.code: d for d in (*sample(60), *SPECIAL)}

        def order(*sort: str) -> list[str]:
            return [hit["code"] for hit in wire.search(sort=sort, hitsPerPage=100)["hits"]]

        assert order("prices.any.any:asc")[1] != "X4" and order("price:asc").index("X4") == 3
        rated = [documents[code].rating for code in order("rating:desc")]
        assert rated[-1] is None and rated == sorted(rated, key=lambda one: -(one or 0))

    # words

    @pytest.mark.parametrize(
        ("text", "title"),
        [
            ("bertarung ", 'Kain "Tenun" & Cuál naga-[bertarung]'),
            ("cual ", 'Kain "Tenun" & [Cuál] naga-bertarung'),
            ("CUÁL", 'Kain "Tenun" & [Cuál] naga-bertarung'),
            ("bert", 'Kain "Tenun" & Cuál naga-[bert]arung'),
            ('"naga bertarung"', 'Kain "Tenun" & Cuál [naga-bertarung]'),
            ("bakauhutan ", "Batik [bakau hutan]"),
            ("ba kau ", "Batik [bakau] hutan"),
            ("bakao ", "Batik [bakau] hutan"),
            ("peci ", "[Kopiah] resam"),
        ],
    )
    def test_finds_and_marks(self, wire: Wire, text: str, title: str) -> None:
        answer = wire.search(
            q=text, attributesToRetrieve=["code", "title"], attributesToHighlight=["title"], highlightPreTag=MARK, highlightPostTag=UNMARK
        )  # fmt: skip
        marked = [hit["_formatted"]["title"].replace(MARK, "[").replace(UNMARK, "]") for hit in answer["hits"]]
        assert title in marked

    @pytest.mark.parametrize("text", ['"bakao"', '"peci"', '"bak"', "zzzzzz ", "💛", "bettatungg ", "kopiha-x "])
    def test_does_not_find(self, wire: Wire, text: str) -> None:
        assert not seen(wire.search(q=text, matchingStrategy="all")["hits"]) & {"X1", "X2", "X3"}

    def test_strategies_drop_words(self, wire: Wire) -> None:
        def total(text: str, strategy: str) -> int:
            return int(wire.search(q=text, matchingStrategy=strategy, hitsPerPage=0)["totalHits"])

        assert total("bakau zzzzzz ", "all") == 0
        assert total("bakau zzzzzz ", "last") == 1
        assert total("zzzzzz bakau ", "last") == 0
        assert total("zzzzzz bakau ", "frequency") == 1

    # tasks

    @pytest.mark.parametrize(
        ("path", "body", "code"),
        [
            (f"indexes/{UID}_other/documents", [{"a": 1}], "index_primary_key_no_candidate_found"),
            (f"indexes/{UID}_other/documents", [{"aid": 1, "bid": 2}], "index_primary_key_multiple_candidates_found"),
            (f"indexes/{UID}/documents", [{"code": "not a key!"}], "invalid_document_id"),
            (f"indexes/{UID}/documents", [{"code": None}], "invalid_document_id"),
            (f"indexes/{UID}/documents", [{"title": "x"}], "missing_document_id"),
            ("indexes", {"uid": UID}, "index_already_exists"),
            ("swap-indexes", [{"indexes": [UID, "nowhere"]}], "index_not_found"),
        ],
    )
    def test_a_task_is_taken_and_fails_later(self, wire: Wire, path: str, body: Any, code: str) -> None:
        task = wire.do("POST", path, body)
        assert (task["status"], task["error"]["code"]) == ("failed", code)
        assert wire.ask("GET", f"indexes/{UID}/stats")[1]["numberOfDocuments"] == 64

    def test_deleting_what_is_not_there_fails_nothing(self, wire: Wire) -> None:
        task = wire.do("POST", f"indexes/{UID}/documents/delete-batch", ["unknown"])
        assert (task["status"], task["type"]) == ("succeeded", "documentDeletion")
        assert task["details"] == {"providedIds": 1, "deletedDocuments": 0, "originalFilter": None}

    def test_a_swap_exchanges_documents_and_settings(self, wire: Wire) -> None:
        assert wire.do("POST", "indexes", {"uid": f"{UID}_new", "primaryKey": "code"})["status"] == "succeeded"
        task = wire.do("POST", "swap-indexes", [{"indexes": [UID, f"{UID}_new"]}])
        assert (task["status"], task["type"], task["indexUid"]) == ("succeeded", "indexSwap", None)
        assert wire.ask("GET", f"indexes/{UID}/stats")[1]["numberOfDocuments"] == 0
        _, told = wire.ask("GET", f"indexes/{UID}_new/settings")
        assert not differs(settings(GROUPS), told)
        assert wire.do("POST", "swap-indexes", [{"indexes": [UID, f"{UID}_new"]}])["status"] == "succeeded"
        assert wire.do("DELETE", f"indexes/{UID}_new")["status"] == "succeeded"
        assert wire.ask("GET", f"indexes/{UID}/stats")[1]["numberOfDocuments"] == 64

    def test_tasks_are_found_by_what_they_did(self, wire: Wire) -> None:
        number = wire.do("POST", f"indexes/{UID}/documents/delete-batch", ["unknown"])["uid"]
        _, told = wire.ask(
            "GET", f"tasks?indexUids={UID}&types=documentDeletion&afterEnqueuedAt=2020-01-01T00:00:00Z&limit=1"
        )
        assert told["results"][0]["uid"] == number and told["total"] >= 1
        assert set(told) == {"results", "total", "limit", "from", "next"}
        assert told["results"][0]["status"] == "succeeded" and told["results"][0]["finishedAt"]
        _, told = wire.ask("GET", f"tasks?uids={number}&statuses=failed")
        assert told["results"] == []
        _, told = wire.ask("GET", f"tasks?indexUids={UID}&statuses=enqueued,processing&limit=1")
        assert told["total"] == 0, "nothing is left to be waited for"

    def test_keys_of_documents_are_read_in_pages(self, wire: Wire) -> None:
        found = []
        for offset in (0, 40):
            asked = {"fields": ["code"], "limit": 40, "offset": offset}
            status, answer = wire.ask("POST", f"indexes/{UID}/documents/fetch", asked)
            assert status == 200 and answer["total"] == 64
            found += [row["code"] for row in answer["results"]]
        assert len(found) == len(set(found)) == 64
