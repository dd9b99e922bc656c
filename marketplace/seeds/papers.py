"""The papers of the example's makers, with who has looked at them, and codes of customs where the list is sure."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from catalog import clock
from catalog.certificates.models import Certificate, CertificateState, CheckerRole
from catalog.db import db, transaction
from catalog.makers.models import Maker
from catalog.media.papers import Paper
from catalog.media.pipeline import prepare
from catalog.products.claims import misfit
from catalog.products.models import Halal, Product
from catalog.tariff.codes import propose
from marketplace.certification import services
from marketplace.ports import Ports
from marketplace.seeds import afterwards, inhabitants
from marketplace.seeds.chance import Chance
from marketplace.sellers.models import Seller, SellerMaker

CODED = ("ratna", "budi", "dendang", "terentang", "namang-madu", "airgegas")
"""Makers whose pieces tell a code of customs."""


@cache
def plans() -> list[dict[str, Any]]:
    return list(tomllib.loads(files(__package__).joinpath("data/certificates.toml").read_text("utf-8"))["certificate"])


def lay_out(chance: Chance, ports: Ports) -> int:
    """Write down the papers that are not there yet; how many there were to write."""
    codes = {_code(chance, plan): plan for plan in plans()}
    known = set(db.session.scalars(select(Certificate.code).where(Certificate.code.in_(codes))))
    missing = [plan for code, plan in codes.items() if code not in known]
    if not missing:
        return 0
    scan = _sheet()
    services.lay_down(ports.private, scan)
    with transaction():
        before = afterwards.last_message()
        makers = inhabitants.makers(chance)
        for plan in missing:
            _write_down(chance, plan, makers[plan["maker"]], scan)
        for key in CODED:
            _code_pieces(makers[key])
        afterwards.put_right(before)
    return len(missing)


def _code(chance: Chance, plan: dict[str, Any]) -> str:
    return chance.code(10, "certificate", plan["key"])


def _write_down(chance: Chance, plan: dict[str, Any], maker: Maker, scan: Paper) -> None:
    owner = db.session.scalars(
        select(Seller).join(SellerMaker, SellerMaker.seller_id == Seller.id).where(SellerMaker.maker_id == maker.id)
    ).first()
    assert owner is not None
    at = clock.now() - timedelta(days=plan["ago"], hours=3)
    days = {
        name: date.fromisoformat(plan[key])
        for name, key in (("issued_on", "issued"), ("expires_on", "expires"))
        if key in plan
    }
    person = owner.memberships[0].user
    with chance.born(at, "certificate", plan["key"]):
        certificate = services.state(
            owner,
            maker,
            {"kind": plan["kind"], "number": plan["number"], **days},
            person,
            scan if plan.get("scan") else None,
        )
        certificate.code, certificate.is_example = _code(chance, plan), True
        db.session.flush()
    state = CertificateState(plan["state"])
    if state is not CertificateState.STATED:
        with chance.born(at + timedelta(hours=20), "certificate", plan["key"], "checked"):
            checker = inhabitants.person(plan["by"])
            services.decide(certificate, checker, CheckerRole.CURATOR, state, plan.get("reason", ""))
    for piece in _pieces(maker) if "pieces" not in plan else []:
        if misfit(certificate, piece) is None:
            piece.certificates.append(certificate)
            if plan.get("certified"):
                piece.halal = Halal.CERTIFIED
    db.session.flush()


def _pieces(maker: Maker) -> list[Product]:
    return list(
        db.session.scalars(
            select(Product)
            .where(Product.maker_id == maker.id)
            .options(
                selectinload(Product.materials), selectinload(Product.techniques), selectinload(Product.certificates)
            )
            .order_by(Product.id)
        )
    )


def _code_pieces(maker: Maker) -> None:
    for piece in _pieces(maker):
        found = propose(
            piece.craft.slug if piece.craft else None,
            [one.slug for one in piece.materials],
            [one.slug for one in piece.techniques],
            f"{piece.title} {piece.title_en}",
            limit=1,
        )
        if found and not found[0].tariff.is_heading:
            piece.hs_code = found[0].tariff.code


def _sheet() -> Paper:
    """A sheet that says of itself that it is none."""
    image = Image.new("RGB", (900, 1200), "#fbf8f1")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 860, 1160), outline="#8a8172", width=4)
    for place, line in enumerate(("CONTOH", "Bukan sertifikat", "An invented example")):
        draw.text((450, 180 + place * 70), line, fill="#3b352b", anchor="mm", font_size=52 if not place else 32)
    for row in range(9):
        draw.line((140, 480 + row * 60, 760 - row % 3 * 90, 480 + row * 60), fill="#cfc7b6", width=6)
    kept = prepare(image, (320,)).original
    return Paper("jpeg", kept.sha256, kept.data)
