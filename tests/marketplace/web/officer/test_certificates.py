"""Certificates before Hasan and Dewi: seen, verified or given back; another regency's do not exist for an officer."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.certificates.models import Certificate, CertificateState
from catalog.db import db, transaction
from catalog.makers.models import Maker
from marketplace.certification import services
from marketplace.sellers.models import Seller
from tests.cast import Cast

P_IRT = "2091905010001-29"


def stated(cast: Cast) -> Certificate:
    with transaction():
        shop = db.session.get_one(Seller, cast.ratnas.id)
        return services.state(
            shop, db.session.get_one(Maker, cast.shawl.maker_id), {"kind": "p_irt", "number": P_IRT}, cast.ratna
        )


def budis(cast: Cast) -> Certificate:
    with transaction():
        shop = db.session.get_one(Seller, cast.budis.id)
        maker = db.session.get_one(Maker, cast.plaque.maker_id)
        return services.state(shop, maker, {"kind": "halal", "number": "ID00000000000000001"}, cast.budi)


def decide(client: FlaskClient, surface: str, one: Certificate, answer: str, reason: str = "") -> Any:
    fields = {"form_token": client.form_token, "answer": answer, "reason": reason}  # type: ignore[attr-defined]
    return client.post(f"/{surface}/certificates/{one.code}/decision", data=fields)


@pytest.mark.parametrize(("person", "surface"), [("hasan", "officer"), ("dewi", "curator")])
def test_looks_and_says_what_was_found(cast: Cast, sign_in: Any, person: str, surface: str) -> None:
    one = stated(cast)
    client = sign_in(cast.people[person])
    assert P_IRT in client.get(f"/{surface}/certificates").text
    page = client.get(f"/{surface}/certificates/{one.code}").text
    assert "plastik" in page and "gula, kembang gula, madu" in page and "2029" in page
    assert decide(client, surface, one, "seen").status_code == 303
    assert P_IRT not in client.get(f"/{surface}/certificates").text
    assert P_IRT in client.get(f"/{surface}/certificates?state=seen").text
    assert decide(client, surface, one, "seen").status_code == 409
    assert decide(client, surface, one, "refused", "pendek").status_code == 422
    assert decide(client, surface, one, "sah").status_code == 422
    assert decide(client, surface, one, "verified").status_code == 303
    assert db.session.get_one(Certificate, one.id).state is CertificateState.VERIFIED


def test_another_regencys_certificate_does_not_exist(cast: Cast, sign_in: Any) -> None:
    one = budis(cast)
    hasan = sign_in(cast.hasan)
    assert "ID0000" not in hasan.get("/officer/certificates").text
    assert hasan.get(f"/officer/certificates/{one.code}").status_code == 404
    assert decide(hasan, "officer", one, "verified").status_code == 404
    assert sign_in(cast.dewi).get(f"/curator/certificates/{one.code}").status_code == 200


def test_the_same_number_at_another_maker_is_pointed_at(cast: Cast, sign_in: Any) -> None:
    first = budis(cast)
    with transaction():
        shop = db.session.get_one(Seller, cast.ratnas.id)
        maker = db.session.get_one(Maker, cast.shawl.maker_id)
        services.state(shop, maker, {"kind": "halal", "number": first.number}, cast.ratna)
    assert "menulis nomor yang sama" in sign_in(cast.dewi).get(f"/curator/certificates/{first.code}").text
