"""What every search engine promises. A realisation's test module imports these tests and gives an `index` fixture:
an empty engine, and `settle`, which waits until what was written can be found (nothing to do when transactional)."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.search import (
    MADE_TO_ORDER,
    READY,
    Document,
    Entry,
    Query,
    Results,
    SearchIndex,
    VariantFacts,
)

CRAFTS = ("tenun", "batik", "anyaman", "pewter")
MATERIALS = ("katun", "sutra", "pandan", "timah", "rotan")
PLACES = ("19.01.01", "19.01.02", "19.05.03", "19.71.01", "16.71.02", "52.03")
SIZES = ("s", "m", "l")
COLOURS = ("merah", "hitam")
WORDS = ("kain", "tas", "selendang", "dompet", "topi", "kotak", "vas")

Settle = Callable[[], None]


def sample(number: int, seed: int = 7) -> list[Document]:
    """A catalogue in which every facet, price and variant varies."""
    dice = random.Random(seed)
    found = []
    for n in range(number):
        craft, material = dice.choice(CRAFTS), dice.choice(MATERIALS)
        variants = tuple(
            VariantFacts(
                {"size": dice.choice(SIZES), "colour": dice.choice(COLOURS)},
                dice.choice((15_000, 50_000, 99_000, 250_000, 1_250_000)),
                dice.choice((READY, MADE_TO_ORDER)),
                dice.random() < 0.7,
            )
            for _ in range(dice.randrange(0, 4))
        )
        low = dice.choice((20_000, 75_000, 400_000))
        found.append(
            Document(
                code=f"P{n:04}",
                title=f"{dice.choice(WORDS)} {craft} {material} {dice.choice(COLOURS)}".title(),
                text=f"Dibuat dari {material}, cocok dengan {dice.choice(WORDS)}.",
                craft=craft,
                technique=tuple(sorted(set(dice.choices(("gedogan", "cap", "tulis"), k=dice.randrange(3))))),
                material=tuple(sorted({material, dice.choice(MATERIALS)})),
                motif=(f"motif-{dice.randrange(5)}",),
                dye=dice.choice((None, "natural", "synthetic")),
                maker_code=f"M{dice.randrange(60)}",
                place=(dice.choice(PLACES),),
                fulfilment=tuple(sorted(set(dice.choices((READY, MADE_TO_ORDER), k=2)))),
                price_min=low,
                price_max=low * dice.choice((1, 2)),
                in_stock=dice.random() < 0.5,
                variants=variants,
                rating=None if dice.random() < 0.3 else round(dice.uniform(1, 5), 1),
                rating_count=dice.randrange(1, 40),
                published_at=1_700_000_000 + dice.randrange(10**7),
            )
        )
    return found


def values(document: Document, facet: str) -> set[str]:
    """The values of a facet by the document's own words: the slow truth that engines are held to."""
    if facet == "place":
        return set(document.place_path())
    if facet == "fulfilment":
        return {fact.fulfilment for fact in document.facts()}
    if facet == "in_stock":
        return {"true" if fact.available else "false" for fact in document.facts()}
    held = getattr(document, facet)
    return set(held) if isinstance(held, tuple) else {held} if held else set()


def fits(document: Document, query: Query) -> bool:
    for facet, wanted in query.filters.items():
        if facet not in ("fulfilment", "in_stock") and not values(document, facet) & set(wanted):
            return False
    return any(
        all(fact.options.get(option) in wanted for option, wanted in query.options.items())
        and fact.fulfilment in query.filters.get("fulfilment", (fact.fulfilment,))
        and ("true" if fact.available else "false") in query.filters.get("in_stock", ("true", "false"))
        and (query.price_min is None or fact.price >= query.price_min)
        and (query.price_max is None or fact.price <= query.price_max)
        for fact in document.facts()
    )


def everything(index: SearchIndex, query: Query) -> list[str]:
    """All codes of an answer, page by page."""
    found: list[str] = []
    page = 1
    while True:
        results = index.search(replace(query, page=page))
        found.extend(results.codes)
        if page >= results.pages:
            return found
        page += 1


def titles(results: Results) -> list[str]:
    return ["".join(segment.text for segment in hit.title) for hit in results.hits]


def piece(code: str, title: str, text: str = "", **more: object) -> Document:
    return Document(code=code, title=title, text=text, **more)  # type: ignore[arg-type]


@pytest.fixture
def fill(index: SearchIndex, settle: Settle) -> Callable[..., None]:
    def _fill(*documents: Document) -> None:
        index.upsert(documents)
        settle()

    return _fill


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "craft": st.lists(st.sampled_from((*CRAFTS, "nothing")), min_size=1, max_size=3).map(tuple),
        "material": st.lists(st.sampled_from(MATERIALS), min_size=1, max_size=2).map(tuple),
        "technique": st.lists(st.sampled_from(("gedogan", "cap")), min_size=1, max_size=2).map(tuple),
        "place": st.lists(st.sampled_from(("19", "19.01", "19.05.03", "52", "16.71")), min_size=1, max_size=2).map(
            tuple
        ),
        "fulfilment": st.lists(st.sampled_from((READY, MADE_TO_ORDER)), min_size=1, max_size=2).map(tuple),
        "in_stock": st.sampled_from((("true",), ("false",))),
        "dye": st.sampled_from((("natural",), ("natural", "synthetic"))),
        "maker_code": st.lists(st.integers(0, 60).map("M{}".format), min_size=1, max_size=3).map(tuple),
    },
)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "size": st.lists(st.sampled_from(SIZES), min_size=1, max_size=2).map(tuple),
        "colour": st.lists(st.sampled_from(COLOURS), min_size=1, max_size=1).map(tuple),
    },
)
PRICES = st.one_of(st.none(), st.sampled_from((0, 15_000, 15_001, 60_000, 99_000, 250_000, 2_000_000)))
QUERIES = st.builds(
    Query,
    text=st.sampled_from(("", "", "kain tenun", "tas", "batik merah", "selendnag", "katun", "zzzzzz")),
    filters=FILTERS,
    options=OPTIONS,
    price_min=PRICES,
    price_max=PRICES,
    sort=st.sampled_from(("relevance", "newest", "price_low", "price_high", "rating")),
)


class SearchContract:
    # filters, facets, totals

    @pytest.fixture
    def catalogue(self, index: SearchIndex, settle: Settle) -> list[Document]:
        documents = sample(300)
        index.rebuild(documents)
        settle()
        return documents

    @settings(
        max_examples=120,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    @given(query=QUERIES)
    def test_totals_facets_and_prices_equal_brute_force(
        self, index: SearchIndex, catalogue: list[Document], query: Query
    ) -> None:
        query = replace(
            query,
            facets=(
                "craft",
                "technique",
                "material",
                "motif",
                "dye",
                "place",
                "fulfilment",
                "in_stock",
                "maker_code",
            ),
        )
        unfiltered = set(everything(index, Query(query.text, per_page=100)))
        matching = [d for d in catalogue if d.code in unfiltered]
        results = index.search(query)
        asked = results.query
        assert results.total == sum(fits(d, asked) for d in matching)
        for facet in query.facets:
            others = {name: chosen for name, chosen in asked.filters.items() if name != facet}
            for value, count in results.facets[facet]:
                narrowed = replace(asked, filters={**others, facet: (value,)})
                assert count == sum(fits(d, narrowed) for d in matching), (facet, value)
            counted = {value for value, _ in results.facets[facet]}
            left = [d for d in matching if fits(d, replace(asked, filters=others))]
            if facet != "place" and facet not in ("fulfilment", "in_stock"):
                assert counted == {value for d in left for value in values(d, facet)}
            if facet == "place":
                assert {v for v in counted if "." not in v} == {
                    v for d in left for v in values(d, facet) if "." not in v
                }
        for bucket in results.prices.buckets:
            inside = replace(asked, price_min=bucket.low, price_max=bucket.high - 1)
            assert bucket.count == sum(fits(d, inside) for d in matching)
        prices = [
            fact.price
            for d in matching
            for fact in d.facts()
            if fits(replace(d, variants=(fact,)), replace(asked, price_min=None, price_max=None))
        ]
        assert (results.prices.low, results.prices.high) == (
            min(prices, default=None),
            max(prices, default=None),
        )

    def test_narrowing_by_a_value_gives_exactly_its_count(self, index: SearchIndex, catalogue: list[Document]) -> None:
        for text in ("", "kain", "tenun merah"):
            for facet, counts in index.search(Query(text)).facets.items():
                for value, count in counts:
                    assert index.search(Query(text, filters={facet: (value,)})).total == count

    def test_counts_of_a_facet_ignore_its_own_filter(self, index: SearchIndex, catalogue: list[Document]) -> None:
        free = index.search(Query()).facets["craft"]
        assert index.search(Query(filters={"craft": ("tenun", "batik")})).facets["craft"] == free

    def test_a_place_counts_the_children_of_what_is_chosen(self, index: SearchIndex, catalogue: list[Document]) -> None:
        assert all("." not in code for code, _ in index.search(Query()).facets["place"])
        shown = {code for code, _ in index.search(Query(filters={"place": ("19",)})).facets["place"]}
        assert {"16", "19", "52", "19.01", "19.05", "19.71"} == shown
        shown = {code for code, _ in index.search(Query(filters={"place": ("19.01",)})).facets["place"]}
        assert {"19.01.01", "19.01.02", "19.71"} <= shown

    def test_a_lone_province_opens_by_itself(self, index: SearchIndex, fill: Callable[..., None]) -> None:
        """Else a shop of one province would never offer its regencies."""
        fill(piece("A", "Tas", place=("19.01.01",)), piece("B", "Tas", place=("19.05",)), piece("C", "Tas"))
        assert index.search(Query()).facets["place"] == (("19", 2), ("19.01", 1), ("19.05", 1))
        fill(piece("D", "Vas", place=("16.71",)))
        assert index.search(Query()).facets["place"] == (("19", 2), ("16", 1))
        assert index.search(Query("tas")).facets["place"] == (("19", 2), ("19.01", 1), ("19.05", 1))

    def test_a_level_of_places_is_counted_whatever_is_chosen(
        self, index: SearchIndex, catalogue: list[Document]
    ) -> None:
        for query in (Query("kain"), Query(filters={"craft": ("tenun",)}), Query(filters={"place": ("19.01",)})):
            chosen = {name: wanted for name, wanted in query.filters.items() if name != "place"}
            codes = set(everything(index, replace(query, filters=chosen, per_page=100)))
            matching = [d for d in catalogue if d.code in codes]
            for level in (1, 2, 3):
                counted = dict(index.search(replace(query, facets=(f"place:{level}",))).facets[f"place:{level}"])
                wanted = Counter(one for d in matching for one in d.place_path() if one.count(".") == level - 1)
                assert counted == wanted

    def test_options_price_and_fulfilment_hold_for_one_and_the_same_variant(
        self, index: SearchIndex, fill: Callable[..., None]
    ) -> None:
        fill(
            piece(
                "A",
                "Kemeja batik",
                variants=(
                    VariantFacts({"size": "s", "colour": "merah"}, 100_000, READY),
                    VariantFacts({"size": "l", "colour": "hitam"}, 900_000, MADE_TO_ORDER),
                ),
            )
        )

        def total(**options: object) -> int:
            return index.search(Query("kemeja", **options)).total  # type: ignore[arg-type]

        assert total(options={"size": ("s",), "colour": ("merah",)}) == 1
        assert total(options={"size": ("s",), "colour": ("hitam",)}) == 0
        assert total(options={"size": ("s",)}, price_min=500_000) == 0
        assert total(options={"size": ("l",)}, filters={"fulfilment": (READY,)}) == 0
        assert total(options={"size": ("l",)}, filters={"fulfilment": (MADE_TO_ORDER,)}, price_min=900_000) == 1

    # order and pages

    @pytest.mark.parametrize("sort", ["newest", "price_low", "price_high", "rating"])
    @pytest.mark.parametrize("text", ["", "kain"])
    def test_an_explicit_sort_wins(self, index: SearchIndex, catalogue: list[Document], sort: str, text: str) -> None:
        by_code = {d.code: d for d in catalogue}
        keys = []
        for code in everything(index, Query(text, sort=sort, per_page=37)):
            document = by_code[code]
            keys.append(
                {
                    "newest": -document.published_at,
                    "price_low": document.lowest_price(),
                    "price_high": -document.lowest_price(),
                    "rating": (-document.rating, -document.rating_count, 0)
                    if document.rating
                    else (0, 0, -document.published_at),
                }[sort]
            )
        assert keys and keys == sorted(keys)

    @pytest.mark.parametrize("text", ["", "kain", "kain tenun merah", "tas batik", "slendang"])
    @pytest.mark.parametrize("sort", ["relevance", "price_low"])
    def test_pages_have_no_duplicates_and_no_holes(
        self, index: SearchIndex, catalogue: list[Document], text: str, sort: str
    ) -> None:
        whole = everything(index, Query(text, sort=sort, per_page=100))
        assert len(whole) == len(set(whole)) == index.search(Query(text)).total
        assert everything(index, Query(text, sort=sort, per_page=7)) == whole

    def test_silly_pages_are_clamped(self, index: SearchIndex, catalogue: list[Document]) -> None:
        assert index.search(Query(page=-5, per_page=0)).query.page == 1
        results = index.search(Query(page=10**12, per_page=10**9))
        assert results.query.per_page == 100 and results.hits == () and results.total == 300
        assert index.search(Query(sort="secret", price_min=9, price_max=3)).query.sort == "relevance"

    def test_an_unknown_facet_is_a_mistake_of_the_caller(self) -> None:
        with pytest.raises(ValueError, match="unknown facet: colr"):
            Query(filters={"colr": ("merah",)})

    # words

    def test_one_wrong_letter_still_finds(self, index: SearchIndex, fill: Callable[..., None]) -> None:
        fill(piece("A", "Kain tenun cual naga"), piece("B", "Tas anyaman pandan"), piece("C", "Kain batik"))
        for typed in ("tenun cwal", "tenum cual", "tneun cual", "tenun cua", "tenuun cual"):
            assert index.search(Query(typed)).codes[0] == "A", typed

    def test_says_what_was_meant(self, index: SearchIndex, fill: Callable[..., None]) -> None:
        fill(piece("A", "Kain tenun cual naga"), piece("B", "Kain batik"))
        results = index.search(Query("tenun cwal"))
        assert results.corrected == "tenun cual"
        assert [(c.word, c.replacement) for c in results.corrections] == [("cwal", "cual")]
        assert index.search(Query("tenun cual")).corrected is None

    def test_all_words_come_before_fewer(self, index: SearchIndex, fill: Callable[..., None]) -> None:
        fill(
            piece("B", "Selendang sutra"),
            piece("C", "Tenun cual"),
            piece("A", "Kain panjang", "selendang dari tenun cual"),
        )
        assert index.search(Query("selendang tenun cual")).codes[0] == "A"

    def test_exact_comes_before_a_slip(self, index: SearchIndex, fill: Callable[..., None]) -> None:
        fill(*(piece(f"B{n}", f"Kotak kayu {n}") for n in range(9)), piece("A", "Topi", "dengan kotek"))
        assert index.search(Query("kotek")).codes[0] == "A"

    def test_title_comes_before_description(self, index: SearchIndex, fill: Callable[..., None]) -> None:
        fill(piece("B", "Kain", "tenun cual"), piece("A", "Tenun cual", "kain"), piece("C", "Tenun", "cual"))
        assert index.search(Query("tenun cual")).codes == ("A", "C", "B")

    def test_adjacent_comes_before_far(self, index: SearchIndex, fill: Callable[..., None]) -> None:
        fill(
            piece("B", "Kapal kecil dari timah pinisi"),
            piece("A", "Kecil dari timah kapal pinisi"),
            piece("D", "Hiasan satu", "kapal besar dengan layar dan tali pinisi"),
            piece("C", "Hiasan dua", "layar besar dan tali dengan kapal pinisi"),
        )
        assert index.search(Query("kapal pinisi")).codes == ("A", "B", "C", "D")

    def test_completes_the_last_word(self, index: SearchIndex, fill: Callable[..., None]) -> None:
        fill(piece("A", "Keranjang rotan"), piece("B", "Kain tenun"))
        assert index.search(Query("kera", prefix=True)).codes == ("A",)
        assert index.search(Query("rotan ker", prefix=True)).codes[0] == "A"

    def test_a_slip_in_an_unfinished_word_still_finds(self, index: SearchIndex, fill: Callable[..., None]) -> None:
        fill(*(piece(f"S{n}", f"Selendang {n}") for n in range(8)), piece("G", "Selang air"))
        results = index.search(Query("seland"))
        assert {f"S{n}" for n in range(8)} <= set(results.codes)
        assert results.corrected == "selendang"

    def test_a_letter_or_two_find_names_that_begin_so_first(
        self, index: SearchIndex, fill: Callable[..., None]
    ) -> None:
        fill(piece("C", "Meja nampan"), piece("A", "Nampan tua"), piece("B", "Nampan baru"), piece("D", "Kain"))
        found = index.search(Query("na")).codes
        assert set(found[:2]) == {"A", "B"} and found[2:] == ("C",)

    def test_the_name_of_a_place_is_no_slip(
        self, index: SearchIndex, fill: Callable[..., None], settle: Settle
    ) -> None:
        """Nor is what buyers say of any piece. Beside other words it is left out, by itself it finds nothing."""
        fill(piece("A", "Tas pandan"), piece("B", "Kota tua", "sungailait"), piece("C", "Bail", "tahan wide tokong"))
        index.upsert_entries([Entry("place", "19.04", "Kabupaten Bangka Tengah"), Entry("place", "19.01", "Bangka")])
        settle()
        for typed in ("koba", "sungailiat", "bali", "bangka tengah", "wife"):
            results = index.search(Query(typed))
            assert (results.codes, results.corrected) == ((), None), typed
            assert [one for one in index.suggest(f"{typed} ") if one.kind == "product"] == [], typed
        for typed in (
            "tas koba",
            "tas sungailiat",
            "sungailiat tas",
            "tas bali",
            "tas ulang tahun",
            "tas bangka tengah",
        ):
            results = index.search(Query(typed))
            assert (results.codes, results.corrected) == (("A",), None), typed

    def test_a_place_that_a_piece_names_is_found(self, index: SearchIndex, fill: Callable[..., None]) -> None:
        fill(piece("A", "Miniatur meriam Toboali"), piece("B", "Tas"))
        index.upsert_entries([Entry("place", "19.03", "Kabupaten Bangka Selatan")])
        assert index.search(Query("toboali")).codes == ("A",)
        assert index.search(Query("meriam toboali")).codes == ("A",)

    def test_finds_the_stem_and_the_synonym(self, index: SearchIndex, fill: Callable[..., None]) -> None:
        fill(
            piece("A", "Tas anyaman pandan"),
            piece("B", "Kopiah resam"),
            piece("C", "Mangkuk tempurung kelapa"),
        )
        assert index.search(Query("menganyam")).codes == ("A",)
        assert index.search(Query("peci")).codes[0] == "B"
        assert index.search(Query("batok")).codes[0] == "C"
        assert index.search(Query("woven pandanus")).codes[0] == "A"

    def test_words_that_stemming_would_spoil_stay_whole(self, index: SearchIndex, fill: Callable[..., None]) -> None:
        fill(piece("A", "Batok kelapa"), piece("B", "Kebaya encim"), piece("C", "Madu pelawan"))
        assert index.search(Query("kelapa")).codes == ("A",)
        assert index.search(Query("kebaya")).codes == ("B",)
        assert index.search(Query("pelawan")).codes == ("C",)

    def test_finds_in_both_languages_and_shows_the_asked_one(
        self, index: SearchIndex, fill: Callable[..., None]
    ) -> None:
        fill(piece("A", "Gantungan kunci timah", title_en="Tin turtle keychain"), piece("B", "Vas gerabah"))
        english = index.search(Query("turtle", locale="en"))
        assert titles(english) == ["Tin turtle keychain"]
        assert [(s.text, s.marked) for s in english.hits[0].title] == [
            ("Tin ", False),
            ("turtle", True),
            (" keychain", False),
        ]
        assert titles(index.search(Query("turtle"))) == ["Gantungan kunci timah"]

    def test_marks_are_segments_and_never_markup(self, index: SearchIndex, fill: Callable[..., None]) -> None:
        title = "Kain <b>Tenun</b> & Cuál"
        fill(piece("A", title))
        hit = index.search(Query("tenun cual")).hits[0]
        assert "".join(s.text for s in hit.title) == title
        assert {s.text for s in hit.title if s.marked} >= {"Tenun", "Cuál"}

    @pytest.mark.parametrize(
        "text",
        [
            '"', "'", '""" OR 1=1', "NEAR(a b)", "tenun NEAR cual", "AND", "NOT", "OR OR", "*", "tenun*", "^tenun",
            "title:tenun", "{title}:x", "-tenun", "(((((", "tenun\x00cual", "\x00", "\ud800", "💛🧺", "ن س ي ج", "织布 工艺",
            "\u202etenun", "a" * 5000, "tenun " * 1000, "x y " * 600, "'; drop table search_doc; --", "%_%", "\\", "़ा", "ﬁﬀ İ ß",
            "0" * 300, " ", "\n\t", "1/0", "<script>", "yang dan di", "1234567890 " * 40,
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("prefix", [False, True])
    def test_hostile_text_never_fails_and_is_answered_quickly(
        self, index: SearchIndex, catalogue: list[Document], text: str, prefix: bool
    ) -> None:
        # Of this thread, not by the wall clock: a busy machine, or the double's own thread, fails nothing.
        started = time.thread_time()
        results = index.search(
            Query(text, prefix=prefix, filters={"craft": ("'\x00\ud800",)} if len(text) == 2 else {})
        )
        assert results.total >= len(results.hits)
        index.suggest(text)
        assert time.thread_time() - started < 0.6  # two questions of 300 ms

    # writing

    def test_an_edit_and_a_withdrawal_are_visible_at_once(
        self, index: SearchIndex, fill: Callable[..., None], settle: Settle
    ) -> None:
        fill(
            piece("A", "Tas rotan", craft="anyaman", price_min=50_000),
            piece("B", "Tas pandan", craft="anyaman"),
        )
        assert index.search(Query("rotan")).codes == ("A",)
        fill(piece("A", "Tas bambu", craft="bambu", price_min=70_000))
        assert index.search(Query("rotan")).codes == ()
        assert index.search(Query("bambu")).codes == ("A",)
        assert index.search(Query(filters={"craft": ("anyaman",)})).codes == ("B",)
        assert index.search(Query("tas")).prices.high == 70_000
        index.delete(["A", "unknown"])
        settle()
        assert index.search(Query("bambu")).total == 0
        assert index.search(Query()).codes == ("B",)
        assert index.count() == 1

    def test_many_edits_leave_the_same_index_as_a_rebuild(self, index: SearchIndex, settle: Settle) -> None:
        dice = random.Random(3)
        pool = sample(120, seed=1) + [replace(d, code=f"P{n:04}") for n, d in enumerate(sample(120, seed=2))]
        held: dict[str, Document] = {}
        for _ in range(60):
            batch = dice.sample(pool, 5)
            index.upsert(batch)
            held.update((d.code, d) for d in batch)
            gone = dice.sample(sorted(held), 2)
            index.delete(gone)
            for code in gone:
                del held[code]
            settle()
            index.search(Query("kain"))
        facets = ("craft", "material", "motif", "place", "fulfilment", "in_stock", "maker_code")
        questions = [Query(text, sort="price_low", facets=facets) for text in ("", "kain", "batik merah", "kattun")]
        edited = [index.search(q) for q in questions]
        assert index.verify(held).is_exact
        index.rebuild(held.values())
        settle()
        for before, after in zip(edited, [index.search(q) for q in questions], strict=True):
            assert (before.total, before.facets, before.prices) == (after.total, after.facets, after.prices)

    def test_a_rebuild_replaces_everything_and_reports_progress(
        self, index: SearchIndex, fill: Callable[..., None], settle: Settle
    ) -> None:
        fill(piece("OLD", "Tas rotan"))
        seen: list[int] = []
        assert index.rebuild(iter(sample(50)), seen.append) == 50
        settle()
        assert seen[-1] == 50 and seen == sorted(seen)
        assert index.count() == 50
        assert "OLD" not in everything(index, Query())

    def test_verify_names_what_is_missing_and_what_is_surplus(
        self, index: SearchIndex, fill: Callable[..., None]
    ) -> None:
        fill(piece("A", "Tas"), piece("B", "Vas"))
        found = index.verify(["A", "C"])
        assert (found.missing, found.surplus, found.is_exact) == (("C",), ("B",), False)

    def test_an_empty_index_answers(self, index: SearchIndex) -> None:
        for results in (index.search(Query()), index.search(Query("tenun"))):
            assert (results.total, results.hits, results.prices.low) == (0, (), None)
        assert index.suggest("ten") == []

    # suggestions

    def test_suggests_entries_and_products(self, index: SearchIndex, fill: Callable[..., None], settle: Settle) -> None:
        fill(piece("A", "Kain tenun cual", title_en="Cual cloth"), piece("B", "Vas gerabah"))
        index.upsert_entries(
            [
                Entry("craft", "tenun-cual", "Tenun cual", "Cual weaving", 1.0),
                Entry("motif", "naga", "Naga bertarung", "Fighting dragons"),
                Entry("maker", "M1", "Cual Ratna"),
                Entry("place", "19.71", "Kota Pangkal Pinang"),
            ]
        )
        settle()
        found = index.suggest("cua")
        assert {(s.kind, s.key) for s in found} == {
            ("craft", "tenun-cual"),
            ("maker", "M1"),
            ("product", "A"),
        }
        assert [s.key for s in index.suggest("pangkal pi")] == ["19.71"]
        assert index.suggest("fighting dra", locale="en")[0].text == "Fighting dragons"
        assert [(s.text, s.marked) for s in index.suggest("bertar")[0].title] == [
            ("Naga ", False),
            ("bertarung", True),
        ]
        assert index.suggest("nagaa")[0].key == "naga"
        index.delete_entries("motif", ["naga", "unknown"])
        settle()
        assert index.suggest("bertar") == []
