"""What a maker asks of a piece's buyer: saved at once, refused by name, never overwritten unseen."""

from __future__ import annotations

from typing import Any

from catalog.db import db
from catalog.products.models import Product
from tests.cast import Cast


def save(client: Any, cast: Cast, **values: str) -> Any:
    piece = db.session.get_one(Product, cast.shawl.id)
    data = {"version": str(piece.version), "form_token": client.form_token, **values}
    db.session.rollback()
    return client.post(f"/seller/{cast.ratnas.code}/products/{cast.shawl.code}/personal", data=data)


TYPED = {"kind-1": "text", "label-1": "Nama", "longest-1": "12", "price-1": "25.000", "required-1": "y"}


def test_saves_keeps_the_code_and_refuses_by_name(sign_in: Any, cast: Cast) -> None:
    ratna = sign_in(cast.ratna)
    assert save(ratna, cast, **TYPED).status_code == 303
    (asked,) = db.session.get_one(Product, cast.shawl.id).questions
    assert (asked.label, asked.price.rupiah, asked.is_required) == ("Nama", 25_000, True)
    assert "25.000" in ratna.get(f"/products/{cast.shawl.slug}-{cast.shawl.code}").text
    page = ratna.get(f"/seller/{cast.ratnas.code}/products/{cast.shawl.code}/personal").text
    assert f'value="{asked.code}"' in page and 'value="Nama"' in page
    assert save(ratna, cast, **{**TYPED, "code-1": asked.code, "label-1": "Nama lain"}).status_code == 303
    assert [one.code for one in db.session.get_one(Product, cast.shawl.id).questions] == [asked.code]
    refused = save(ratna, cast, **{**TYPED, "longest-1": "x", "label-1": "<i>"})
    assert refused.status_code == 422
    assert 'id="longest-1-error"' in refused.text and 'value="&lt;i&gt;"' in refused.text
    assert save(ratna, cast, version="1", **TYPED).status_code == 409
    assert save(ratna, cast).status_code == 303
    assert db.session.get_one(Product, cast.shawl.id).questions == []


def test_a_new_question_says_what_it_asks_for(sign_in: Any, cast: Cast) -> None:
    refused = save(sign_in(cast.ratna), cast, **{"label-3": "Nama yang diukir"})
    assert refused.status_code == 422 and 'id="kind-3-error"' in refused.text
    assert 'value="Nama yang diukir"' in refused.text
    assert '<details class="more-words"><summary>Satu pertanyaan lagi' in refused.text.partition('id="kind-3"')[2]
    assert refused.text.partition('id="kind-3"')[0].count("Satu pertanyaan lagi") == 1


def test_another_shop_does_not_exist(sign_in: Any, cast: Cast) -> None:
    assert save(sign_in(cast.budi), cast, **TYPED).status_code == 404
