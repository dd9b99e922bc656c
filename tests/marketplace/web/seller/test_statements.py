"""The statement of a month: four ways of keeping it, one set of figures."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from catalog import clock
from catalog.db import transaction
from catalog.errors import Conflict, Unavailable
from marketplace.bookkeeping.rates import set_rate
from marketplace.ledger.models import Kind
from marketplace.ledger.queries import balance
from marketplace.ledger.services import Entry, Money, post
from marketplace.web import pdf as press
from marketplace.web.workbook import Column, workbook
from tests import factories
from tests.cast import Cast
from tests.marketplace.returns.coming import came, over
from tests.paper import needs_pdf, text_of

SignIn = Callable[[Any], Any]


@pytest.fixture
def sold(cast: Cast) -> Cast:
    """One piece sold under an odd commission, and a correction whose reference looks like a formula."""
    with transaction():
        set_rate(750, date(2026, 1, 1))
        odd = factories.product(cast.ratnas, "Kain ganjil", 333_335)
    over(came(cast, (odd, 1)))
    entries = [Entry("bank:b", Money(-1_001)), Entry(f"seller:{cast.ratnas.code}", Money(1_001), "goods")]
    with transaction():
        post("odd", Kind.CORRECTION, entries, reference="=HYPERLINK(1)")
    return cast


def figures(data: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)


@needs_pdf
def test_screen_table_workbook_and_pdf_say_the_same(sold: Cast, sign_in: SignIn) -> None:
    ratna = sign_in(sold.ratna)
    path = f"/seller/{sold.ratnas.code}/balance/statement"
    net = -balance(f"seller:{sold.ratnas.code}")
    csv = ratna.get(f"{path}?as=csv").get_data(as_text=True).splitlines()[1:]
    in_csv = [int(line.split(";")[-1]) for line in csv]
    rows = figures(ratna.get(f"{path}?as=xlsx").data)
    head = next(place for place, row in enumerate(rows) if row[-1] == "Rp")
    body = [row for row in rows[head + 1 :] if row[3]]
    assert [row[-1] for row in body] == in_csv
    assert sum(in_csv) == net.rupiah == rows[-1][-1]
    assert rows[3][-1] == net.rupiah  # what the account stands at afterwards
    assert isinstance(body[0][-1], float)
    assert body[0][0].year == clock.today().year
    made = text_of(ratna.get(f"{path}?as=pdf"))
    assert str(net) in made
    for line in in_csv:
        assert str(Money(line)) in made
    assert "Saldo sesudahnya" in made
    assert "Balance after" in ratna.get(f"/en{path}").get_data(as_text=True)


def test_a_long_month_is_short_on_the_screen_and_whole_in_the_files(
    sold: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ratna = sign_in(sold.ratna)
    path = f"/seller/{sold.ratnas.code}/balance/statement"
    whole = ratna.get(f"{path}?as=csv").get_data(as_text=True)
    monkeypatch.setattr("marketplace.web.seller.statements.SHOWN", 1)
    page = ratna.get(path).get_data(as_text=True)
    assert "1 gerakan terbaru" in page and str(-balance(f"seller:{sold.ratnas.code}")) in page.replace("\xa0", " ")
    assert ratna.get(f"{path}?as=csv").get_data(as_text=True) == whole


def test_one_address_makes_so_many_papers(sold: Cast, sign_in: SignIn, monkeypatch: Any) -> None:
    monkeypatch.setattr("marketplace.web.pdf.may", lambda limit, what: False)
    monkeypatch.setattr("marketplace.web.pdf.can_print", lambda: True)
    answer = sign_in(sold.ratna).get(f"/seller/{sold.ratnas.code}/balance/statement?as=pdf")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "300")
    assert "Banyak dokumen" in answer.get_data(as_text=True)


@needs_pdf
def test_a_paper_that_wants_more_memory_than_there_is_is_too_long(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(press, "MEGABYTES", 150)
    with pytest.raises(Conflict):
        press.made("<p>Halo</p>" * 60_000, {}, tmp_path)


def test_a_workbook_holds_no_formula_of_anybody_else(sold: Cast, sign_in: SignIn) -> None:
    data = sign_in(sold.ratna).get(f"/seller/{sold.ratnas.code}/balance/statement?as=xlsx").data
    rows = figures(data)
    assert any("=HYPERLINK(1)" in row for row in rows)  # as text, whole
    for text in ("=1+1", "+62 812", "-5", "@SUM(A1)", "https://contoh.example", "{=1}"):
        assert figures(workbook("x", [], [Column("a"), Column("b", "money")], [(text, 1)], "t"))[1][0] == text


@pytest.mark.parametrize("as_", ["csv", "xlsx", "pdf", ""])
def test_another_shop_has_no_statement_of_mine(sold: Cast, sign_in: SignIn, as_: str) -> None:
    assert sign_in(sold.budi).get(f"/seller/{sold.ratnas.code}/balance/statement?as={as_}").status_code == 404


@needs_pdf
def test_the_press_opens_nothing_but_what_came_with_the_page(tmp_path: Any) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("GEHEIM")
    page = f'<link rel="attachment" href="file://{secret}"><img src="http://127.0.0.1:1/x.png"><p>Halo</p>'
    body = press.made(page, {}, tmp_path)
    assert body.startswith(b"%PDF")
    assert b"GEHEIM" not in body
    assert b"EmbeddedFile" not in body


def test_a_busy_press_asks_to_come_back_and_a_web_process_loads_none_of_it(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(press, "WAIT", 0.0)
    with press._press(tmp_path), pytest.raises(Unavailable), press._press(tmp_path):
        pass
    with press._press(tmp_path):
        pass  # it is free again
    monkeypatch.setattr(press, "MOST_HTML", 10)
    with pytest.raises(Conflict):
        press.made("x" * 11, {}, tmp_path)
    assert "weasyprint" not in sys.modules  # whatever this process has printed so far


def test_a_machine_without_pango_offers_no_pdf(sold: Cast, sign_in: SignIn, monkeypatch: Any) -> None:
    for place in ("marketplace.web.pdf", "marketplace.web.seller.statements"):
        monkeypatch.setattr(f"{place}.can_print", lambda: False)
    ratna = sign_in(sold.ratna)
    path = f"/seller/{sold.ratnas.code}/balance/statement"
    assert "as=pdf" not in ratna.get(path).get_data(as_text=True)
    assert ratna.get(f"{path}?as=pdf").status_code == 404
