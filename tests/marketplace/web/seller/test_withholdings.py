"""The slip of a year on paper: the figures of the ledger, for the shop's own people."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from catalog import clock
from catalog.db import transaction
from catalog.money import Money
from marketplace.bookkeeping import taxes
from marketplace.bookkeeping.slips import yearly_slip
from tests import factories
from tests.cast import Cast
from tests.marketplace.returns.coming import came, over
from tests.paper import needs_pdf, text_of

SignIn = Callable[[Any], Any]


@needs_pdf
def test_page_and_pdf_say_what_the_ledger_says_and_no_other_shop_reads_it(cast: Cast, sign_in: SignIn) -> None:
    before = taxes.taxes()
    taxes.use(taxes.Taxes(pph22_from=date(2026, 1, 1)))
    try:
        with transaction():
            odd = factories.product(cast.ratnas, "Kain ganjil", 333_335)
        over(came(cast, (odd, 1)))
    finally:
        taxes.use(before)
    slip = yearly_slip(cast.ratnas, clock.today().year)
    assert slip.withheld == Money(1_667)
    path = f"/seller/{cast.ratnas.code}/balance/withholding"
    ratna, budi = sign_in(cast.ratna), sign_in(cast.budi)
    page = re.sub(r"\s+", " ", ratna.get(path).get_data(as_text=True).replace("\xa0", " "))
    made = text_of(ratna.get(f"{path}?as=pdf"))
    for words in (page, made):
        assert str(slip.gross) in words
        assert str(slip.withheld) in words
    assert "PPh 22 withheld" in ratna.get(f"/en{path}").get_data(as_text=True)
    for year in (str(clock.today().year + 1), "1999", "x"):
        assert ratna.get(f"{path}?year={year}").status_code == 404
    assert budi.get(path).status_code == 404
