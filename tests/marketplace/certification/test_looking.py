"""Who looks at papers, who may open a scan, what shops are told, and what ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select

from catalog import clock
from catalog.certificates.models import Certificate, CertificateState, CheckerRole
from catalog.db import db, transaction
from catalog.edition import edition
from catalog.errors import Conflict, Forbidden, Invalid, Several
from catalog.makers.models import Maker
from catalog.media.papers import Paper, receive_paper
from catalog.products.models import Halal, Product
from catalog.products.services import set_claims
from marketplace.accounts.models import User
from marketplace.certification import services
from marketplace.certification.models import FOLDER, CertificateCheck, Scan
from marketplace.certification.queries import count_waiting, find_certificate, find_scan_for, list_waiting
from marketplace.notifications.models import Notification
from marketplace.sellers.models import MemberRole, Membership, Seller
from tests import factories
from tests.cast import Cast

P_IRT = "2091905010001-29"
HALAL = "ID00000000000000001"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"


def paper(data: bytes = PDF) -> Paper:
    return receive_paper(data)


@pytest.fixture
def honey(cast: Cast) -> Product:
    """A live honey of Ratna's, as it went on sale before halal was asked."""
    with transaction():
        madu = factories.craft("madu", "Madu")
        madu.is_food = True
        return factories.product(db.session.get_one(Seller, cast.ratnas.id), "Madu pelawan hutan", 90_000, craft=madu)


def stated(cast: Cast, kind: str = "halal", number: str = HALAL, scan: Paper | None = None, **more: Any) -> Certificate:
    with transaction():
        shop = db.session.get_one(Seller, cast.ratnas.id)
        maker = db.session.get_one(Maker, cast.shawl.maker_id)
        return services.state(shop, maker, {"kind": kind, "number": number, **more}, cast.ratna, scan)


def decide(one: Certificate, user: User, role: CheckerRole, answer: str, reason: str = "") -> None:
    with transaction():
        who = db.session.get_one(User, user.id)
        services.decide(db.session.get_one(Certificate, one.id), who, role, answer, reason)


def told(user: User) -> list[str]:
    return list(
        db.session.scalars(
            select(Notification.kind)
            .where(Notification.user_id == inspect(user).identity[0], Notification.kind.startswith("certificate"))
            .order_by(Notification.id)
        )
    )


def test_officers_and_curators_look_and_the_shop_is_told_each_time(cast: Cast) -> None:
    one = stated(cast)
    decide(one, cast.hasan, CheckerRole.OFFICER, "seen")
    with clock.frozen(clock.now() + timedelta(seconds=2)):
        decide(one, cast.dewi, CheckerRole.CURATOR, "verified")
    with clock.frozen(clock.now() + timedelta(seconds=4)):
        decide(one, cast.dewi, CheckerRole.CURATOR, "refused", "Nomor ini milik usaha yang lain.")
    assert told(cast.ratna) == ["certificate-checked", "certificate-checked", "certificate-refused"]
    found = db.session.get_one(Certificate, one.id)
    assert (found.state, found.checked_by_id, found.checked_as) == (
        CertificateState.REFUSED,
        cast.dewi.id,
        CheckerRole.CURATOR,
    )
    kept = db.session.scalars(select(CertificateCheck.state).order_by(CertificateCheck.id)).all()
    assert [str(state) for state in kept] == ["seen", "verified", "refused"]


@pytest.mark.parametrize(
    ("person", "role"),
    [("sari", "officer"), ("tono", "curator"), ("hasan", "curator"), ("dewi", "officer"), ("ratna", "officer")],
)
def test_nobody_decides_in_a_role_that_is_not_theirs(cast: Cast, person: str, role: str) -> None:
    one = stated(cast)
    with pytest.raises(Forbidden):
        decide(one, cast.people[person], CheckerRole(role), "verified")
    assert db.session.get_one(Certificate, one.id).state is CertificateState.STATED


def test_nobody_decides_about_the_own_shop(cast: Cast) -> None:
    one = stated(cast)
    with transaction():
        factories.add(Membership(user_id=cast.dewi.id, seller_id=cast.ratnas.id, role=MemberRole.STAFF))
    with pytest.raises(Forbidden):
        decide(one, cast.dewi, CheckerRole.CURATOR, "verified")


@pytest.mark.parametrize("answer", ["stated", "", "approved", "halal"])
def test_an_unknown_answer_is_refused(cast: Cast, answer: str) -> None:
    one = stated(cast)
    with pytest.raises(Invalid):
        decide(one, cast.dewi, CheckerRole.CURATOR, answer)


def test_a_refusal_needs_a_reason(cast: Cast) -> None:
    one = stated(cast)
    with pytest.raises(Invalid) as caught:
        decide(one, cast.dewi, CheckerRole.CURATOR, "refused", "salah")
    assert caught.value.field == "reason"
    assert told(cast.ratna) == []


def test_the_queue_shows_an_officer_the_own_regencies_alone(cast: Cast) -> None:
    one = stated(cast)
    with transaction():
        shop = db.session.get_one(Seller, cast.budis.id)
        services.state(
            shop, db.session.get_one(Maker, cast.plaque.maker_id), {"kind": "halal", "number": HALAL}, cast.budi
        )
    assert [found.id for found in list_waiting(["19.05"])] == [one.id]
    assert count_waiting(["19.05"]) == 1 and count_waiting() == 2 and count_waiting([]) == 0
    assert find_certificate(one.code, ["19.71"]) is None and find_certificate(one.code, []) is None
    first, *_ = list_waiting(limit=1)
    assert [found.id for found in list_waiting(after=first.code)] != [first.id]
    decide(one, cast.hasan, CheckerRole.OFFICER, "seen")
    assert count_waiting(["19.05"]) == 0 and count_waiting(["19.05"], CertificateState.SEEN) == 1


def test_a_scan_opens_for_those_whom_it_concerns_alone(app: Flask, cast: Cast) -> None:
    stated(cast, scan=paper())
    code = db.session.scalars(select(Scan.code)).one()
    may = {name for name, person in cast.people.items() if find_scan_for(db.session.get_one(User, person.id), code)}
    assert may == {"ratna", "hasan", "dewi", "tono"}
    with transaction():
        far = factories.user("Jauh", roles=tuple(grant.role for grant in cast.hasan.grants), regencies=("19.71",))
    assert find_scan_for(far, code) is None


def test_another_scan_takes_the_place_and_old_files_are_swept(app: Flask, cast: Cast) -> None:
    storage = app.extensions["house"].ports.private
    first, second = paper(), paper(PDF + b"%%EOF\n")
    for one in (first, second):
        services.lay_down(storage, one)
    storage.put("conversations/aa/x.jpg", b"somebody else's")
    certificate = stated(cast, scan=first)
    decide(certificate, cast.dewi, CheckerRole.CURATOR, "seen")
    with transaction():
        found = db.session.get_one(Certificate, certificate.id)
        assert services.restate(found, {"number": found.number}, cast.ratna, second)
        assert found.state is CertificateState.STATED
    with transaction():
        assert services.sweep_scans(storage) == 0, "files of a form that is still open stay"
    with transaction():
        assert services.sweep_scans(storage, timedelta(seconds=-5)) == 1
    assert storage.exists(FOLDER + second.path) and not storage.exists(FOLDER + first.path)
    assert storage.exists("conversations/aa/x.jpg")


def test_taking_a_scan_away_takes_back_that_it_was_seen(cast: Cast) -> None:
    one = stated(cast, scan=paper())
    decide(one, cast.dewi, CheckerRole.CURATOR, "seen")
    with transaction():
        services.remove_scan(db.session.get_one(Certificate, one.id))
    assert db.session.get_one(Certificate, one.id).state is CertificateState.STATED
    assert db.session.scalar(select(func.count(Scan.id))) == 0


ACTING = [
    b"/JavaScript (app.alert(1))", b"/JS (x)", b"/J#61vaScript (x)", b"/Launch /F", b"/EmbeddedFile", b"/EmbeddedFiles []",
    b"/RichMedia", b"/SubmitForm", b"/XFA []", b"/AA <<>>", b"/Encrypt 5 0 R", b"/Encr#79pt 5 0 R",
]  # fmt: skip


@pytest.mark.parametrize("word", ACTING)
def test_a_pdf_that_acts_or_is_locked_is_refused(word: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        paper(PDF.replace(b"/Type", word + b" /Type"))
    assert caught.value.field == "scan"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ\x90",
        b"<html>%PDF-1.7</html>%%EOF",
        b"%PDF-1.7 half",
        b"x%PDF-1.7\n%%EOF",
        b"%PDF-9.7\n%%EOF",
        PDF + b" " * 8_000_000,
        b"<svg/>",
    ],
)
def test_what_is_neither_picture_nor_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        paper(data)
    assert caught.value.field == "scan"


def run_out(at: datetime) -> int:
    with clock.frozen(at), transaction():
        return services.expire()


def test_a_shop_is_warned_once_and_told_once_and_pages_forget_it(cast: Cast) -> None:
    today = clock.today()
    ends = today + timedelta(days=20)
    stated(cast, expires_on=ends)
    assert run_out(clock.now()) == 1 and run_out(clock.now()) == 0
    assert told(cast.ratna) == ["certificate-ending"]
    before = edition()
    last = datetime(ends.year, ends.month, ends.day, 16, 59, tzinfo=UTC)
    assert run_out(last) == 0 and edition() == before
    assert run_out(last + timedelta(minutes=1)) == 1 and run_out(last + timedelta(minutes=2)) == 0
    assert told(cast.ratna) == ["certificate-ending", "certificate-expired"]
    db.session.rollback()
    assert edition() > before


def test_a_renewed_certificate_is_warned_of_anew(cast: Cast) -> None:
    one = stated(cast, expires_on=clock.today() + timedelta(days=5))
    assert run_out(clock.now()) == 1
    with transaction():
        found = db.session.get_one(Certificate, one.id)
        services.restate(found, {"number": found.number, "expires_on": clock.today() + timedelta(days=400)}, cast.ratna)
    assert run_out(clock.now()) == 0
    assert run_out(clock.now() + timedelta(days=380)) == 1
    assert told(cast.ratna) == ["certificate-ending", "certificate-ending"]


def claim(piece: Product, halal: str | None, *certificates: Certificate, code: str = "") -> None:
    with transaction():
        found = db.session.get_one(Product, piece.id)
        set_claims(found, halal, [db.session.get_one(Certificate, one.id) for one in certificates], code, found.version)


def wrong(piece: Product, halal: str | None, *certificates: Certificate, code: str = "") -> set[str | None]:
    with pytest.raises(Several) as caught:
        claim(piece, halal, *certificates, code=code)
    return {one.field for one in caught.value.errors}


def test_certified_needs_the_certificate_and_the_certificate_needs_certified(cast: Cast, honey: Product) -> None:
    one = stated(cast)
    assert wrong(honey, "certified") == {"halal"}
    for said in ("declared", "in-process", "not-halal", None):
        assert wrong(honey, said, one) >= {"halal"}
    assert wrong(honey, "haram") == {"halal"}
    assert wrong(honey, "declared", code="12") == {"hs_code"}
    claim(honey, "certified", one, code="0409.00")
    found = db.session.get_one(Product, honey.id)
    assert (found.halal, found.hs_code, [paper.number for paper in found.certificates]) == (
        Halal.CERTIFIED,
        "040900",
        [HALAL],
    )


def test_food_on_sale_cannot_fall_silent_about_halal(cast: Cast, honey: Product) -> None:
    claim(honey, "not-halal")
    assert wrong(honey, None) == {"halal"}


def test_what_does_not_fit_a_piece_is_refused(cast: Cast, honey: Product) -> None:
    sni, mark, food = (
        stated(cast, kind, number)
        for kind, number in (("sni", "SNI 8303:2016"), ("batikmark", "12/BM"), ("p_irt", P_IRT))
    )
    for one in (sni, mark, food):
        assert wrong(cast.shawl, None, one) == {"certificates"}
    assert wrong(cast.plaque, None, sni) == {"certificates"}, "of another maker"
    claim(honey, "declared", food)
    assert wrong(cast.shawl, "certified") == {"halal"}, "silk is asked, too"
    claim(cast.shawl, "in-process")
    with transaction():
        db.session.get_one(Product, cast.plaque.id).animal_material = "none"
    assert wrong(cast.plaque, "declared") == {"halal"}, "pewter is not"


def test_a_halal_certificate_that_a_piece_on_sale_rests_on_cannot_be_removed(cast: Cast, honey: Product) -> None:
    one = stated(cast)
    claim(honey, "certified", one)
    with pytest.raises(Conflict), transaction():
        services.remove(db.session.get_one(Certificate, one.id))
    claim(honey, "declared")
    with transaction():
        services.remove(db.session.get_one(Certificate, one.id))
    assert db.session.scalar(select(func.count(Certificate.id))) == 0


def test_removing_takes_scan_answers_and_places_with_it(cast: Cast, honey: Product) -> None:
    one = stated(cast, "p_irt", P_IRT, paper())
    claim(honey, "declared", one)
    decide(one, cast.dewi, CheckerRole.CURATOR, "verified")
    with transaction():
        services.remove(db.session.get_one(Certificate, one.id))
    for model in (Certificate, Scan, CertificateCheck):
        assert db.session.scalar(select(func.count(model.id))) == 0
    assert db.session.get_one(Product, honey.id).certificates == []


def test_a_shop_keeps_only_so_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "CERTIFICATES_MAX", 1)
    stated(cast)
    with pytest.raises(Conflict):
        stated(cast, "bpom", "MD 123456789012")


def test_the_worker_lets_them_expire(app: Flask, cast: Cast, work: Callable[[], int]) -> None:
    from marketplace.subscribers.clock import sweep

    stated(cast, expires_on=date(2026, 12, 1) if clock.today() < date(2026, 12, 1) else clock.today())
    sweep(app.extensions["house"].ports)
    assert told(cast.ratna) == ["certificate-ending"]
