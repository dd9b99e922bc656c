"""What the Meilisearch adapter promises beyond the contract: trouble on the wire, rebuilds under way, honest totals."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import Unavailable
from catalog.search import MADE_TO_ORDER, READY, Document, Entry, Query, VariantFacts
from catalog.search.embedded import EmbeddedIndex, private_file
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.meilisearch import MeilisearchIndex
from marketplace.adapters.meilisearch.documents import differs, encode, settings
from tests.contracts.search_contract import COLOURS, SIZES, sample
from tests.fakes.meilisearch_server import MeilisearchServer


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Iterator[MeilisearchServer]:
    with MeilisearchServer() as running:
        yield running


@pytest.fixture
def embedded(tmp_path: Path) -> EmbeddedIndex:
    index = private_file(tmp_path / "search.db")
    index.create()
    return index


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def index(server: MeilisearchServer, embedded: EmbeddedIndex, clock: Clock) -> MeilisearchIndex:
    made = MeilisearchIndex(server.url, server.key, embedded, breaker=Breaker(clock=clock), search_seconds=10.0)
    made.prepare()
    return made


def piece(code: str, title: str = "Tas rotan", **more: Any) -> Document:
    return Document(code=code, title=title, **more)


# the same answers as the embedded engine


def test_counts_under_conditions_on_one_variant_are_those_of_the_embedded_engine(
    index: MeilisearchIndex, embedded: EmbeddedIndex
) -> None:
    index.rebuild(sample(200))
    index.settle()
    dice = random.Random(5)
    facets = ("craft", "place", "fulfilment", "in_stock", "option:size", "option:colour")
    for _ in range(40):
        filters: dict[str, tuple[str, ...]] = {}
        options: dict[str, tuple[str, ...]] = {}
        if dice.random() < 0.5:
            filters["fulfilment"] = tuple(dice.sample((READY, MADE_TO_ORDER, "never"), dice.choice((1, 2))))
        if dice.random() < 0.4:
            filters["in_stock"] = (dice.choice(("true", "false")),)
        if dice.random() < 0.3:
            filters["place"] = (dice.choice(("19", "19.01", "16.71.02")),)
        if dice.random() < 0.6:
            options["size"] = tuple(dice.sample(SIZES, dice.choice((1, 2))))
        if dice.random() < 0.4:
            options["colour"] = (dice.choice((*COLOURS, 'biru"\\')),)
        low = dice.choice((None, None, 20_000, 99_000))
        query = Query(filters=filters, options=options, price_min=low, facets=facets)
        ours, theirs = index.search(query), embedded.search(query)
        assert (ours.total, dict(ours.facets), ours.prices) == (theirs.total, dict(theirs.facets), theirs.prices), query
    assert index.breaker.state == "closed"


def test_the_price_range_under_options_looks_as_far_as_it_must(index: MeilisearchIndex) -> None:
    """The cheapest pieces are cheap in another size: only much further down is the lowest price of this one."""
    index.upsert(
        piece(
            f"P{n:03}",
            variants=(VariantFacts({"size": "s"}, 1_000 + n), VariantFacts({"size": "l"}, 900_000 - n * 1_000)),
        )
        for n in range(180)
    )
    index.settle()
    prices = index.search(Query(options={"size": ("l",)})).prices
    assert (prices.low, prices.high) == (900_000 - 179_000, 900_000)


# settings


def test_settings_are_sent_in_one_update_and_only_when_they_differ(
    index: MeilisearchIndex, server: MeilisearchServer, embedded: EmbeddedIndex
) -> None:
    assert len(server.asked("/indexes/products/settings")) == 2  # one look, one update
    (sent,) = [body for body in server.asked("/indexes/products/settings") if body]
    assert sent["rankingRules"][1:3] == ["words", "typo"] and sent["facetSearch"] is False and sent["synonyms"]
    server.requests.clear()
    index.prepare()
    assert server.asked("/indexes/products/settings") == [None]
    index.add_synonyms(["gasing", "pangkak"])
    group = index.add_synonyms(["putaran dari kayu", "pangkak"])
    index.sync_settings()
    (sent,) = [body for body in server.asked("/indexes/products/settings") if body]
    assert sent["synonyms"]["gasing"] == ["pangkak"]
    index.upsert([piece("A", "Pangkak kayu")])
    index.settle()
    assert index.search(Query("gasing")).codes == ("A",)
    assert index.search(Query("putaran dari kayu")).codes == ("A",)
    assert {"gasing", "putaran", "bali", "tahun"} <= set(sent["typoTolerance"]["disableOnWords"])
    index.remove_synonyms(group.id)
    index.sync_settings()
    sent = [body for body in server.asked("/indexes/products/settings") if body][-1]
    assert "gasing" in sent["synonyms"] and "putaran kayu" not in sent["synonyms"]


def test_what_the_server_adds_or_reorders_is_no_difference(embedded: EmbeddedIndex) -> None:
    wanted = settings(embedded.list_synonyms())
    held = json.loads(json.dumps(wanted))
    held["dictionary"] = []
    held["typoTolerance"]["somethingNew"] = 3
    held["sortableAttributes"].reverse()
    assert not differs(wanted, held)
    held["rankingRules"].reverse()
    assert differs(wanted, held)


# trouble


def silent(server: MeilisearchServer) -> None:
    server.silent = True


def answers(status: int) -> Callable[[MeilisearchServer], None]:
    return lambda server: setattr(server, "status", status)


@pytest.mark.parametrize(
    "trouble",
    [
        silent,
        lambda server: setattr(server, "slow", 1.0),
        answers(500),
        answers(503),
        answers(429),
        lambda server: setattr(server, "garbage", b"<html>hello</html>"),
        lambda server: setattr(server, "garbage", b'{"results": [{"hits": 3}]}'),
        lambda server: setattr(server, "garbage", b"[]"),
        lambda server: setattr(server, "key", "changed"),
        lambda server: server.indexes.clear(),
    ],
    ids=["silent", "slow", "500", "503", "429", "html", "wrong shape", "list", "key", "no index"],
)
def test_a_troubled_server_is_passed_over_and_left_alone(
    index: MeilisearchIndex, server: MeilisearchServer, clock: Clock, trouble: Callable[[MeilisearchServer], None]
) -> None:
    index.upsert([piece("A", "Tas rotan", craft="anyaman"), piece("B", "Vas")])
    index.settle()
    good = index.search(Query("rotan"))
    kept = dict(server.indexes)
    index._server._seconds["search"] = 0.15
    index._server._local.__dict__.clear()
    trouble(server)
    for n in range(3):
        assert index.breaker.state == "closed"
        results = index.search(Query(f"rotan{' ' * n}"))
        assert (results.codes, results.total, results.facets) == (good.codes, good.total, good.facets)
        assert results.by_stand_in and not good.by_stand_in
    assert index.breaker.state == "open"
    before = len(server.requests)
    assert index.suggest("rot")[0].key == "A" and index.count() == 2
    assert len(server.requests) == before
    clock.now += 10
    assert index.breaker.state == "half-open"
    index.search(Query())
    assert index.breaker.state == "open"
    server.recover()
    server.indexes.update(kept)
    server.key = index._server._key or ""
    index._server._seconds["search"] = 10.0
    index._server._local.__dict__.clear()
    clock.now += 10
    assert index.search(Query("rotan")).codes == ("A",)
    assert index.breaker.state == "closed"


def test_all_requests_of_a_search_share_one_span(index: MeilisearchIndex, server: MeilisearchServer) -> None:
    """Each of them would be in time by itself."""
    index.upsert([piece("A")])
    index.settle()
    index._server._seconds["search"] = 0.5
    server.slow = 0.3
    started = time.monotonic()
    assert index.search(Query("rotan", options={"size": ("l",)}, facets=("option:size",))).by_stand_in
    assert time.monotonic() - started < 0.9


def test_half_open_lets_one_caller_through(clock: Clock) -> None:
    breaker = Breaker(clock=clock)
    for _ in range(3):
        assert breaker.admits()
        breaker.failed()
    assert not breaker.admits()
    clock.now += 10
    assert [breaker.admits() for _ in range(3)] == [True, False, False]
    clock.now += 10
    assert breaker.admits()  # the one before never came back
    breaker.succeeded()
    assert breaker.admits() and breaker.admits()


def test_writing_to_a_troubled_server_is_tried_again_by_whoever_writes(
    index: MeilisearchIndex, server: MeilisearchServer, embedded: EmbeddedIndex
) -> None:
    server.status = 503
    with pytest.raises(Unavailable):
        index.upsert([piece("A")])
    assert embedded.count() == 1
    assert index.status()["reachable"] is False
    server.recover()
    index.upsert([piece("A")])
    index.settle()
    assert index.count() == 1


def test_a_task_that_fails_later_is_noticed(index: MeilisearchIndex) -> None:
    index.upsert([piece("not a key!")])
    with pytest.raises(Unavailable):
        index.settle()
    status = index.status()
    assert status["reachable"] and status["version"] == "1.50.0" and status["settings_differ"] is False
    (failed,) = status["failed_tasks"]
    assert failed["type"] == "documentAdditionOrUpdate" and "not a key!" in failed["error"]


def test_a_write_returns_when_the_server_has_taken_it(index: MeilisearchIndex, server: MeilisearchServer) -> None:
    server.pause()
    index.upsert([piece("A")])
    assert index.search(Query()).total == 0
    server.pause(False)
    index.settle()
    assert index.search(Query()).total == 1


# rebuilding


def test_searches_see_the_old_index_until_the_swap_and_writes_go_to_both(
    index: MeilisearchIndex, server: MeilisearchServer, embedded: EmbeddedIndex
) -> None:
    index.upsert([piece("OLD", "Tas lama")])
    index.settle()
    other = MeilisearchIndex(server.url, server.key, embedded, search_seconds=10.0)

    def reading() -> Iterator[Document]:
        yield from sample(5)
        assert index.search(Query()).codes == ("OLD",)
        with_fallback, other.fallback = other.fallback, Quiet(other.fallback)  # type: ignore[assignment]
        other.upsert([piece("MEANWHILE", "Tas baru")])
        other.settle()
        other.fallback = with_fallback
        yield from sample(9)[5:]

    assert index.rebuild(reading()) == 9
    assert index.count() == 10
    assert "products_new" not in server.indexes
    assert index.search(Query("baru")).codes[0] == "MEANWHILE"
    assert index.verify([*(f"P{n:04}" for n in range(9)), "MEANWHILE"]).is_exact


class Broken(Exception):
    """What stops a rebuild in the middle."""


def break_off(index: MeilisearchIndex, documents: list[Document]) -> None:
    def reading() -> Iterator[Document]:
        yield from documents
        raise Broken

    with pytest.raises(Broken):
        index.rebuild(reading())
    index.settle()


def sent_to(server: MeilisearchServer, uid: str) -> list[str]:
    """The codes of the documents that an index was sent, in their order."""
    return [
        row["code"]
        for method, path, body in server.requests
        if (method, path.split("?")[0]) == ("POST", f"/indexes/{uid}/documents")
        for row in body
    ]


@pytest.fixture
def by_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplace.adapters.meilisearch.index.BATCH", 2)


@pytest.mark.usefixtures("by_two")
def test_a_rebuild_that_broke_off_goes_on_with_what_is_missing_or_different(
    index: MeilisearchIndex, server: MeilisearchServer
) -> None:
    pieces = sample(9)
    break_off(index, pieces[:6])
    index.upsert([piece("P0001", "Tas yang lain")])
    index.delete(["P0002"])
    index.settle()
    server.requests.clear()
    now = [*pieces[:1], *pieces[3:5], piece("P0005", "Vas zamrud"), *pieces[6:]]  # without P0001 and P0002
    told: list[int] = []
    assert index.rebuild(now, told.append) == len(now)
    assert sent_to(server, "products_new") == ["P0005", "P0006", "P0007", "P0008"]
    assert told == [2, 4, 6, 7], "what need not be sent is done as well"
    assert index.verify(one.code for one in now).is_exact
    assert index.search(Query("zamrud")).codes == ("P0005",)
    assert "products_new" not in server.indexes


@pytest.mark.usefixtures("by_two")
def test_what_the_server_has_not_done_yet_is_not_sent_twice(index: MeilisearchIndex, server: MeilisearchServer) -> None:
    pieces = sample(4)
    break_off(index, pieces)
    server.pause()
    index._server.add("products_new", [encode(one) for one in sample(6)[4:]])
    server.requests.clear()
    threading.Timer(0.2, lambda: server.pause(False)).start()
    assert index.rebuild(sample(6)) == 6
    assert sent_to(server, "products_new") == []


@pytest.mark.usefixtures("by_two")
def test_one_that_broke_off_with_other_settings_or_before_there_were_digests_is_sent_anew(
    index: MeilisearchIndex, server: MeilisearchServer
) -> None:
    pieces = sample(4)
    break_off(index, pieces)
    index.fallback.add_synonyms(["tas", "kantong"])
    server.requests.clear()
    break_off(index, pieces)
    assert sent_to(server, "products_new") == [one.code for one in pieces]
    for held in server.indexes["products_new"].documents.values():
        del held["digest"]
    server.requests.clear()
    assert index.rebuild(pieces) == 4
    assert sent_to(server, "products_new") == [one.code for one in pieces]


def test_a_digest_is_of_everything_that_is_sent() -> None:
    plain, other = encode(piece("P1")), encode(piece("P1", boost=0.5))
    assert plain["digest"] == encode(piece("P1"))["digest"] != other["digest"]


class Quiet:
    """Stands for the fallback of another process, which is not written while this one rebuilds it."""

    transactional = True

    def __init__(self, fallback: Any) -> None:
        self.list_synonyms = fallback.list_synonyms


def test_a_new_index_that_lacks_products_is_not_put_in_place(
    index: MeilisearchIndex, server: MeilisearchServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.upsert([piece("OLD", "Tas lama")])
    index.settle()
    count = index._server.count
    monkeypatch.setattr(index._server, "count", lambda uid: count(uid) - 1)
    with pytest.raises(Unavailable):
        index.rebuild(sample(5))
    monkeypatch.undo()
    assert index.search(Query()).codes == ("OLD",)
    assert index.status()["rebuild_under_way"]
    assert index.rebuild(sample(5)) == 5
    assert index.search(Query()).total == 5


# honest totals


def test_what_is_no_longer_on_sale_is_in_no_hit_total_or_facet(
    server: MeilisearchServer, embedded: EmbeddedIndex
) -> None:
    gone = {"P0003", "P0007", "P0011"}
    asked: list[int] = []

    def live(codes: Any) -> set[str]:
        asked.append(len(codes))
        return set(codes) - gone

    index = MeilisearchIndex(server.url, server.key, embedded, live=live, search_seconds=10.0)
    index.rebuild(sample(12))
    index.settle()
    results = index.search(Query(facets=("craft",)))
    assert results.total == len(results.codes) == 9 and not gone & set(results.codes)
    assert sum(count for _, count in results.facets["craft"]) == 9
    assert index.search(Query(per_page=4)).pages == 3
    assert not gone & {one.key for one in index.suggest("ka", limit=20)}
    gone.clear()
    index.upsert(sample(12))
    index.settle()
    assert index.search(Query()).total == 12


def test_a_key_with_the_rights_that_the_notes_name_is_enough(
    server: MeilisearchServer, embedded: EmbeddedIndex
) -> None:
    notes = (Path(__file__).resolve().parents[3] / "deploy" / "README.md").read_text()
    told = json.loads("{" + notes.split("-d '{", 1)[1].split("}'", 1)[0] + "}")
    server.add_key("a-lesser-key", set(told["actions"]), set(told["indexes"]))
    index = MeilisearchIndex(server.url, "a-lesser-key", embedded, search_seconds=10.0)
    assert index.rebuild(sample(3)) == 3
    index.upsert_entries([Entry("craft", "tenun", "Tenun")])
    index.delete(["P0000"])
    index.settle()
    assert index.search(Query()).total == 2 and index.breaker.state == "closed"
    assert index.status()["reachable"] and index.verify(["P0001", "P0002"]).is_exact
    assert index.suggest("tenu")[0].key == "tenun"


def test_a_key_for_some_indexes_is_not_told_how_a_swap_ended(
    server: MeilisearchServer, embedded: EmbeddedIndex
) -> None:
    server.add_key("narrow", {"*"}, {"products", "products_new", "products_entries"})
    with pytest.raises(Unavailable):
        MeilisearchIndex(server.url, "narrow", embedded, search_seconds=10.0).rebuild(sample(3))
