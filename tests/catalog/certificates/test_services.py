"""Writing papers down: what the number and the days must agree on, what falls back, and what the database refuses."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.certificates.models import Certificate, CertificateState, CheckerRole
from catalog.certificates.queries import count_elsewhere, list_of_maker
from catalog.certificates.services import change_certificate, check, state_certificate
from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid, Several
from catalog.makers.models import Maker
from tests.cast import Cast
from tests.conftest import both_databases

NOON = datetime(2026, 11, 28, 5, tzinfo=UTC)
P_IRT = "2091905010001-29"
HALAL = "ID00000000000000001"


@pytest.fixture(autouse=True)
def _day() -> Any:
    with clock.frozen(NOON):
        yield


def stated(cast: Cast, kind: str = "p_irt", number: str = P_IRT, **more: Any) -> Certificate:
    with transaction():
        maker = db.session.get_one(Maker, cast.shawl.maker_id)
        return state_certificate(maker, cast.ratnas.id, {"kind": kind, "number": number, **more})


def refused(cast: Cast, field: str, **values: Any) -> str:
    with pytest.raises(Several) as caught:
        stated(cast, **values)
    found = {one.field: str(one) for one in caught.value.errors}
    assert field in found, found
    return found[field]


def test_a_p_irt_ends_with_the_year_of_its_number(cast: Cast) -> None:
    assert stated(cast).expires_on == date(2029, 12, 31)
    assert stated(cast, number="2091905010002-29", expires_on=date(2029, 5, 1)).expires_on == date(2029, 5, 1)


def test_the_day_and_the_number_must_agree(cast: Cast) -> None:
    assert "2029" in refused(cast, "expires_on", expires_on=date(2028, 5, 1))
    assert "2027" in refused(cast, "issued_on", issued_on=date(2022, 1, 1))


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("expires_on", {"expires_on": date(2026, 11, 27)}),
        ("expires_on", {"expires_on": date(2057, 1, 1)}),
        ("expires_on", {"issued_on": date(2026, 11, 28), "expires_on": date(2026, 11, 28)}),
        ("issued_on", {"issued_on": date(2026, 11, 29)}),
        ("issued_on", {"issued_on": date(1990, 1, 1)}),
    ],
)
def test_days_that_cannot_be_are_refused(cast: Cast, field: str, days: dict[str, date]) -> None:
    refused(cast, field, kind="halal", number=HALAL, **days)


def test_every_wrong_field_is_named_at_once(cast: Cast) -> None:
    with pytest.raises(Several) as caught:
        stated(cast, kind="halal", number="KH 12", expires_on=date(2020, 1, 1), issued_on=date(2027, 1, 1))
    assert {one.field for one in caught.value.errors} == {"number", "expires_on", "issued_on"}


def test_unknown_kinds_and_fields_are_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        stated(cast, kind="merek")
    with pytest.raises(Invalid):
        stated(cast, state="verified")


def test_a_maker_writes_a_number_down_once_and_another_maker_is_noticed(cast: Cast) -> None:
    first = stated(cast, "halal", HALAL)
    assert "already" in refused(cast, "number", kind="halal", number=HALAL.lower())
    with transaction():
        state_certificate(
            db.session.get_one(Maker, cast.plaque.maker_id), cast.budis.id, {"kind": "halal", "number": HALAL}
        )
    assert count_elsewhere(first) == 1


def verify(certificate: Certificate, cast: Cast, deed: str = "verify", reason: str = "") -> None:
    with transaction():
        found = db.session.get_one(Certificate, certificate.id)
        check(found, deed, cast.hasan.id, CheckerRole.OFFICER, reason)


def test_a_changed_number_is_the_makers_word_again(cast: Cast) -> None:
    one = stated(cast)
    verify(one, cast)
    with transaction():
        same = db.session.get_one(Certificate, one.id)
        assert not change_certificate(same, {"number": " 2091905.0100.01 29", "expires_on": date(2029, 12, 31)})
        assert same.state is CertificateState.VERIFIED
        assert change_certificate(same, {"number": "2091905010002-30", "expires_on": None})
        assert (same.state, same.checked_at, same.checked_by_id, same.checked_as) == (
            CertificateState.STATED,
            None,
            None,
            None,
        )
        assert same.expires_on == date(2030, 12, 31)


def test_another_day_or_scan_is_the_makers_word_again(cast: Cast) -> None:
    one = stated(cast)
    for change in ({"expires_on": date(2029, 6, 1)}, {}):
        verify(one, cast)
        with transaction():
            found = db.session.get_one(Certificate, one.id)
            kept = {"number": found.number, "expires_on": found.expires_on, **change}
            assert change_certificate(found, kept, is_new_scan=not change)
            assert found.state is CertificateState.STATED


def test_a_refused_change_leaves_what_was_verified(cast: Cast) -> None:
    one = stated(cast)
    verify(one, cast)
    with pytest.raises(Several), transaction():
        change_certificate(db.session.get_one(Certificate, one.id), {"number": "2091971010001-29"})
    found = db.session.get_one(Certificate, one.id)
    assert (found.number, found.state) == (P_IRT, CertificateState.VERIFIED)


def test_nobody_checks_twice_alike_nor_what_has_expired(cast: Cast) -> None:
    one = stated(cast)
    verify(one, cast, "see")
    with pytest.raises(Conflict):
        verify(one, cast, "see")
    verify(one, cast)
    with pytest.raises(Conflict):
        verify(one, cast, "see")
    with clock.frozen(datetime(2030, 1, 1, tzinfo=UTC)), pytest.raises(Conflict):
        verify(one, cast)


def test_what_is_refused_or_over_is_not_shown(cast: Cast) -> None:
    one = stated(cast)
    maker = db.session.get_one(Maker, one.maker_id)
    assert list_of_maker(maker)
    verify(one, cast, "refuse", "Nomor ini milik usaha lain.")
    assert not list_of_maker(maker)
    verify(one, cast)
    assert list_of_maker(maker)


def test_it_is_over_at_midnight_by_the_clock_of_the_place(cast: Cast) -> None:
    one = stated(cast)
    one = db.session.get_one(Certificate, one.id)
    with clock.frozen(datetime(2029, 12, 31, 16, 59, tzinfo=UTC)):  # 23.59 in Mentok
        assert one.is_shown
    with clock.frozen(datetime(2029, 12, 31, 17, 0, tzinfo=UTC)):  # midnight
        assert not one.is_shown
    one.maker.district_code = "94.71.01"  # Jayapura is two hours ahead
    with clock.frozen(datetime(2029, 12, 31, 15, 0, tzinfo=UTC)):
        assert not one.is_shown
    db.session.rollback()


def test_a_geographical_indication_is_shown_only_after_somebody_has_seen_the_proof(cast: Cast) -> None:
    one = stated(cast, "gi", "IG.00.2010.000001")
    assert not db.session.get_one(Certificate, one.id).is_shown
    verify(one, cast, "see")
    assert db.session.get_one(Certificate, one.id).is_shown


WRONG: list[dict[str, Any]] = [
    {"number": "9091905010001-29"},
    {"number": "0091905010001-29"},
    {"number": "2091905010001029"},
    {"number": "2091905O10001-29"},
    {"number": "2091905010001-2"},
    {"number": "ID00000000000000001"},
    {"kind": "halal"},
    {"kind": "halal", "number": "ID0000000000000000X"},
    {"kind": "bpom", "number": "MX 123456789012"},
    {"kind": "bpom", "number": "MD 12345678901a"},
    {"kind": "sni", "number": "SNI 830"},
    {"kind": "sni", "number": "SNI 8303-2016"},
    {"kind": "gi", "number": "IG.00.20x0.000001"},
    {"kind": "batikmark", "number": "12"},
    {"kind": "merek", "number": "IDM000000001"},
    {"expires_on": None},
    {"issued_on": date(2029, 12, 31)},
    {"state": "verified"},
    {"state": "refused"},
    {"reason": "so"},
    {"checked_at": NOON},
    {"state": "seen", "checked_at": NOON, "checked_as": "officer"},
    {"state": "known"},
]


@both_databases
def test_the_database_keeps_numbers_of_iso_and_of_registrations_and_no_others(cast: Cast) -> None:
    sni, gi = stated(cast, "sni", "SNI ISO 9626:2018"), stated(cast, "gi", "ID G 000000014")
    for one, number, is_taken in (
        (sni, "SNI ISO/IEC 17065", True),
        (sni, "SNI IEC 60335-2-80:2009", True),
        (sni, "SNI ISO ", False),
        (sni, "SNI ISO x", False),
        (sni, "SNI ISO/IEC ", False),
        (sni, "SNI ASTM 1", False),
        (sni, "ID G 000000014", False),
        (gi, "IG.00.2010.000012", True),
        (gi, "ID G 00000001A", False),
        (gi, "ID G 00000001", False),
        (gi, "SNI ISO 9626:2018", False),
    ):
        with nullcontext() if is_taken else pytest.raises(IntegrityError), transaction():
            db.session.execute(update(Certificate).where(Certificate.id == one.id).values(number=number))


@both_databases
def test_the_database_refuses_what_would_be_wrong(cast: Cast) -> None:
    one = stated(cast)
    for values in WRONG:
        with pytest.raises((IntegrityError, LookupError, Exception)) as caught, transaction():
            db.session.execute(update(Certificate).where(Certificate.id == one.id).values(values))
        assert "ck_certificates_" in str(caught.value) or "is not among the defined" in str(caught.value), values
    with transaction():  # the control: what is right is taken
        db.session.execute(update(Certificate).where(Certificate.id == one.id).values(number="8091905019999-31"))
