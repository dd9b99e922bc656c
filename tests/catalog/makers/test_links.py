"""Addresses elsewhere: only whose page it says, and nothing that leads on."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from catalog.db import db, transaction
from catalog.errors import Invalid, Several
from catalog.makers.links import EXAMPLES, HOSTS, NAMES, checked, handle, in_order, put_links
from catalog.makers.models import LinkKind, Maker, MakerLink
from catalog.makers.services import create_maker
from tests import factories

T, S, E, W, O = LinkKind.TOKOPEDIA, LinkKind.SHOPEE, LinkKind.ETSY, LinkKind.WHATSAPP, LinkKind.SITE  # noqa: E741


@pytest.mark.parametrize("kind", list(LinkKind))
def test_takes_its_own_example_and_has_a_name(kind: LinkKind) -> None:
    assert checked(kind, EXAMPLES[kind]) == EXAMPLES[kind]
    assert NAMES[kind] and (kind is O or kind in HOSTS)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (T, "tokopedia.com/tenun-contoh", "https://tokopedia.com/tenun-contoh"),
        (T, " HTTPS://WWW.Tokopedia.com/tenun-contoh/?utm_source=wa#x ", "https://www.tokopedia.com/tenun-contoh"),
        (E, "https://tenuncontoh.etsy.com", "https://tenuncontoh.etsy.com"),
        (W, "https://wa.me/+6281110000001?text=halo", "https://wa.me/6281110000001"),
        (W, "https://api.whatsapp.com/send?phone=6281110000001&text=x", "https://wa.me/6281110000001"),
        (W, "https://wa.me/message/ABCDEFGH1234J1", "https://wa.me/message/ABCDEFGH1234J1"),
        (LinkKind.FACEBOOK, "https://www.facebook.com/profile.php?id=100001234567&ref=x",
         "https://www.facebook.com/profile.php?id=100001234567"),
        (O, "tenun-contoh.id/toko", "https://tenun-contoh.id/toko"),
    ],
)  # fmt: skip
def test_writes_an_address_in_one_way(kind: LinkKind, typed: str, kept: str) -> None:
    assert checked(kind, typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (T, "http://www.tokopedia.com/x"),
        (T, "javascript:alert(1)"),
        (T, "javascript://www.tokopedia.com/%0aalert(1)"),
        (T, "data:text/html,x"),
        (T, "//www.tokopedia.com/x"),
        (T, "https://tokopedia.com.jahat.example/x"),
        (T, "https://nottokopedia.com/x"),
        (T, "https://tokopedia.com@jahat.example/x"),
        (T, "https://jahat.example/tokopedia.com"),
        (T, "https://www.tokopedia.com:8443/x"),
        (T, "https://user:word@www.tokopedia.com/x"),
        (T, "https://www.tokopedia.com\\@jahat.example/x"),
        (T, "https://www.tokopedia.com\n.jahat.example/x"),
        (T, "https://www.tokopedia.com./x"),
        (T, "https://www.tоkopedia.com/x"),  # a Cyrillic o
        (T, "https://xn--tkopedia-3jg.com/x"),
        (T, "https://www.tokopedia.com"),
        (T, "https://www.tokopedia.com/x//y"),
        (T, "https://www.tokopedia.com/<script>"),
        (T, "https://www.tokopedia.com/" + "x" * 300),
        (T, "https://tokopedia.link/abc"),
        (T, "https://shopee.co.id/x"),
        (S, "https://shope.ee/abc"),
        (S, "https://s.shopee.co.id/abc"),
        (S, "https://shopee.sg/x"),
        (LinkKind.TIKTOK, "https://vt.tiktok.com/abc"),
        (LinkKind.LAZADA, "https://s.lazada.co.id/s.abc"),
        (LinkKind.FACEBOOK, "https://l.facebook.com/l.php?u=https://jahat.example"),
        (LinkKind.FACEBOOK, "https://www.facebook.com/l.php?u=https://jahat.example"),
        (LinkKind.INSTAGRAM, "@tenun.contoh"),
        (W, "https://wa.link/abc"),
        (W, "https://wa.me/0811"),
        (W, "https://chat.whatsapp.com/abc"),
        (O, "https://bit.ly/abc"),
        (O, "https://s.id/abc"),
        (O, "https://toko.page.link/abc"),
        (O, "https://127.0.0.1/x"),
        (O, "https://[::1]/x"),
        (O, "https://localhost/x"),
        (O, "https://2130706433/"),
        (O, "https://www.tokopedia.com/x"),
        (O, "https://contoh.xn--p1ai"),
        (O, "https://"),
        (O, "bukan alamat"),
    ],
)
def test_refuses_every_other_address_and_names_the_field(kind: LinkKind, typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checked(kind, typed)
    assert refusal.value.field == kind.value and str(refusal.value)


def _maker() -> Maker:
    factories.places()
    return create_maker("Tenun Contoh", "19.05.04")


def test_a_maker_has_one_address_of_each_kind_in_the_house_s_order(app: Flask) -> None:
    with transaction():
        maker = _maker()
        put_links(maker, {O: "https://tenun-contoh.id", T: "https://www.tokopedia.com/tenun-contoh", E: ""})
        assert [one.kind for one in in_order(maker)] == [T, O]
        assert [handle(one) for one in in_order(maker)] == ["tenun-contoh", "tenun-contoh.id"]
        put_links(maker, {O: "", T: "https://www.tokopedia.com/tenun-lain"})
        assert [one.url for one in maker.links] == ["https://www.tokopedia.com/tenun-lain"]
        with pytest.raises(Several) as refusal:
            put_links(maker, {O: "https://bit.ly/x", S: "https://shopee.sg/x", T: ""})
        assert {one.field for one in refusal.value.errors} == {"site", "shopee"}
        assert len(maker.links) == 1


@pytest.mark.parametrize("url", ["", "http://www.tokopedia.com/x", "javascript:alert(1)", "https://"])
def test_the_database_refuses_what_is_no_address(app: Flask, url: str) -> None:
    with transaction():
        key = _maker().id
    with pytest.raises(IntegrityError), transaction():
        db.session.add(MakerLink(maker_id=key, kind=T, url=url))
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(
            text("INSERT INTO maker_links (maker_id, kind, url) VALUES (:maker, 'myspace', 'https://x.example')"),
            {"maker": key},
        )
    assert db.session.get_one(Maker, key).links == []
