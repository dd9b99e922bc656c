"""No page's statement makes SQLite copy a whole table: nested outer joins are materialised, however few rows are asked for."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from catalog.db import db, transaction
from catalog.search import upkeep
from tests.cast import Cast


@pytest.mark.parametrize("page", ["/", "/products", "product", "/makers", "maker", "/crafts/tenun-cual"])
def test_no_table_is_materialised_for_a_page(app: Flask, cast: Cast, page: str) -> None:
    with transaction():
        upkeep.rebuild(app.extensions["house"].ports.search)
    shawl, maker = cast.shawl, cast.shawl.maker
    path = {"product": f"/products/{shawl.slug}-{shawl.code}", "maker": f"/makers/{maker.slug}-{maker.code}"}.get(
        page, page
    )
    asked: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert app.test_client().get(path).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert asked
    raw = db.session.connection().connection.dbapi_connection
    for statement, parameters in asked:
        plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        assert not any("MATERIALIZE (join" in step for step in plan), f"{statement}\n" + "\n".join(plan)


def test_the_control_a_nested_join_is_noticed(app: Flask, cast: Cast) -> None:
    nested = text(
        "EXPLAIN QUERY PLAN SELECT * FROM products LEFT JOIN (product_motifs JOIN motifs ON motifs.id = product_motifs.motif_id)"
        " ON products.id = product_motifs.product_id WHERE products.code = 'x'"
    )
    assert any("MATERIALIZE" in row[3] for row in db.session.execute(nested))
