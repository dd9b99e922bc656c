"""Tables as people's programs write them: one reading for every writing, and no formula leaves the house."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import Invalid
from marketplace.shipping.tables import MAX_BYTES, MAX_ROWS, read_table, write_table

NEEDED = ("place", "price")
PLAIN = "place,price,note\n19.05,45000,Kecamatan Mentók\n31,50000,\n"
CELLS = [
    {"place": "19.05", "price": "45000", "note": "Kecamatan Mentók"},
    {"place": "31", "price": "50000", "note": ""},
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_writing_has_the_same_rows(delimiter: str, newline: str, coding: str) -> None:
    data = PLAIN.replace(",", delimiter).replace("\n", newline).encode(coding)
    assert [row.cells for row in read_table(data, NEEDED)] == CELLS


def test_rows_are_counted_as_the_program_shows_them() -> None:
    rows = read_table("\n Place ; PRICE \n\n1;2\n;;\n\n3;4;5;6\n", NEEDED)
    assert [(row.number, row.cells["place"], row.cells["price"]) for row in rows] == [(4, "1", "2"), (7, "3", "4")]


def test_a_cell_may_hold_a_line_end_and_a_delimiter() -> None:
    (row,) = read_table('place,price\n"Jalan A,\nRT 1",5\n', NEEDED)
    assert row.cells == {"place": "Jalan A,\nRT 1", "price": "5"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"a,b,c\n1,2,3\n",
        b"\x00\x01\x02\x03",
        b"place,price\n1,2\x00\n",
        b'place,price\n1,"' + b"x" * 200_000,
        b'place,price\n1,"open\n2,3\n',
        b"place,price\n1," + b"9" * 5_000,
        b"place,price\n" + b"1," * 1_000,
        b"place,price" + b",x" * 1_000 + b"\n1,2,3",
        b"place,price\n" + b"1,2\n" * (MAX_ROWS + 1),
        b"x" * (MAX_BYTES + 1),
        b"PK\x03\x04" + bytes(300),
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(Invalid) as error:
        read_table(data, NEEDED)
    assert error.value.field == "file"


def test_a_file_that_breaks_off_says_where() -> None:
    with pytest.raises(Invalid) as error:
        read_table('place,price\n1,2\n3,"never closed\n', NEEDED)
    assert error.value.params["line"] == 3


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+62811", "-5", "@SUM(A1)", "＝1+1", "\tx", "=cmd|' /C calc'!A0"])
def test_a_formula_leaves_as_text_and_comes_back_as_it_was(cell: str) -> None:
    written = write_table(NEEDED, [(cell, "1")])
    line = written.decode("utf-8-sig").splitlines()[1]
    assert line.startswith(("'", "\"'"))
    (row,) = read_table(written, NEEDED)
    assert row.cells["place"] == cell


def test_an_apostrophe_of_a_name_stays() -> None:
    (row,) = read_table(write_table(NEEDED, [("'s-Hertogenbosch", "1")]), NEEDED)
    assert row.cells["place"] == "'s-Hertogenbosch"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30), st.integers(0, 10**9)
        ),
        max_size=8,
    )
)
def test_whatever_is_written_is_read_again(rows: list[tuple[str, int]]) -> None:
    again = read_table(write_table(NEEDED, rows), NEEDED)
    assert [(row.cells["place"], row.cells["price"]) for row in again] == [(a.strip(), str(b)) for a, b in rows]
