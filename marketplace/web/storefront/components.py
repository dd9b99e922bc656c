"""Every component in every state, for those who build the house; a production does not have this page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Blueprint, render_template
from markupsafe import Markup

from catalog import clock
from catalog.errors import NotFound
from catalog.money import Money
from catalog.text import N_
from marketplace.accounts.models import User
from marketplace.conversations.models import Conversation, Post, Side
from marketplace.payments.qris import write
from marketplace.sellers.models import Seller
from marketplace.web.combinations import Group, Grouped
from marketplace.web.lifecycle import house
from marketplace.web.qris import drawn
from marketplace.web.talking import linked

pages = Blueprint("components", __name__)


@pages.get("/_components")
def index() -> str:
    if house().settings.is_production:
        raise NotFound(N_("There is nothing at this address."))
    return render_template(
        "components_gallery.html", rp=Money, sample_at=clock.now(), talk=_talk(), qris=_qris(), sizes=_sizes()
    )


def _qris() -> Markup:
    """The code of a merchant who does not exist."""
    fields = {
        "00": "01", "01": "11", "51": "0014ID.CO.QRIS.WWW0215ID00000000000010303UMI", "52": "5999", "53": "360",
        "58": "ID", "59": "TENUN CONTOH", "60": "MENTOK",
    }  # fmt: skip
    return drawn(write(fields.items()), Money(325_000))


def _sizes() -> tuple[Grouped, list[Any]]:
    """Two sizes in two colours, of which one is sold out and one is not made."""
    common = {
        "note": "",
        "measures": "320 g dengan kemasan",
        "terms": (),
        "old_price": None,
        "unit_price": "",
        "slide": "",
    }
    rows = (("40", "putih", "Siap, dikirim paling lambat Kam, 3 Des"), ("40", "hijau", ""), ("50", "putih", "Siap"))
    offered = [
        SimpleNamespace(
            value=f"{size}-{colour}", label=f"{size} × {size} cm · {colour}", price=Money(150_000), promise=promise,
            available=bool(promise), kind="ready" if promise else "none",
            combination={"size": size, "colour": colour}, **common,
        )
        for size, colour, promise in rows
    ]  # fmt: skip
    sizes = [{"value": one, "label": f"{one} × {one} cm", "selected": one == "40", "mark": ""} for one in ("40", "50")]
    colours = [
        {"value": one, "label": one, "selected": one == "putih", "mark": mark}
        for one, mark in (("putih", ""), ("hijau", "habis"))
    ]
    groups = [Group("size", "s_size", "Ukuran", sizes), Group("colour", "s_colour", "Warna", colours)]
    chosen: Any = offered[0]
    return Grouped(groups, chosen, is_complete=True), offered


def _talk() -> Any:
    """A conversation that nobody had."""
    at, seller = clock.now(), Seller(name="Sanggar Contoh")
    buyer = User(name="Sari Utami")
    rows = [
        Conversation(
            buyer=buyer, seller=seller, order_code=order, title="Selendang cual", title_en="Cual shawl", spoken_at=at,
            last_side=side, last_words=words, buyer_unread=unread, seller_unread=0,
        )
        for order, side, words, unread in (
            (None, Side.SELLER, "Bisa, Bu. Merah marun pun ada, tinggal tiga helai lagi di sanggar.", 2),
            ("3f9k2m8qpz", Side.BUYER, "", 0),
        )
    ]  # fmt: skip
    said: tuple[tuple[str, Side, str, list[str], Any], ...] = (
        ("s1", Side.BUYER, "Apakah ada yang merah marun?", [], None),
        ("s2", Side.SELLER, "Bisa, Bu.\nUkurannya 180 × 80 cm.", [], None),
        ("s3", Side.SELLER, "Hubungi saya di 0811 1000 2001.", ["phone"], None),
        ("s4", Side.SELLER, "Kata-kata yang tidak pantas.", [], at),
    )
    posts = [
        Post(code=code, side=side, text=text, leaks=leaks, removed_at=gone, sent_at=at, attachments=[])
        for code, side, text, leaks, gone in said
    ]
    return SimpleNamespace(rows=rows, posts=posts, linked=linked, name_of=rows[0].name_of)
