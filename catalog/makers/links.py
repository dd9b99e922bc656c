"""Addresses of a maker elsewhere: which host belongs to which kind, and how an address must be written.

Strict, because a link on a maker's page is believed: https only, the host itself or one below it, no name or password
in it, no port, letters of plain English only, and nothing that leads on to somewhere else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from catalog.db import db
from catalog.errors import DomainError, Invalid, Several
from catalog.makers.models import LinkKind, Maker, MakerLink
from catalog.text import N_

LONGEST = 300

HOSTS: dict[LinkKind, tuple[str, ...]] = {
    LinkKind.TOKOPEDIA: ("tokopedia.com",),
    LinkKind.SHOPEE: ("shopee.co.id",),
    LinkKind.TIKTOK: ("tiktok.com",),
    LinkKind.LAZADA: ("lazada.co.id",),
    LinkKind.BLIBLI: ("blibli.com",),
    LinkKind.ETSY: ("etsy.com",),
    LinkKind.INSTAGRAM: ("instagram.com",),
    LinkKind.FACEBOOK: ("facebook.com",),
    LinkKind.WHATSAPP: ("wa.me", "whatsapp.com"),
}
"""Whose pages a kind leads to; `site` may lead to any other host."""

NAMES: dict[LinkKind, str] = {
    LinkKind.TOKOPEDIA: "Tokopedia",
    LinkKind.SHOPEE: "Shopee",
    LinkKind.TIKTOK: "TikTok",
    LinkKind.LAZADA: "Lazada",
    LinkKind.BLIBLI: "Blibli",
    LinkKind.ETSY: "Etsy",
    LinkKind.INSTAGRAM: "Instagram",
    LinkKind.FACEBOOK: "Facebook",
    LinkKind.WHATSAPP: "WhatsApp",
    LinkKind.SITE: N_("Own website"),
}

EXAMPLES: dict[LinkKind, str] = {
    LinkKind.TOKOPEDIA: "https://www.tokopedia.com/nama-toko",
    LinkKind.SHOPEE: "https://shopee.co.id/nama-toko",
    LinkKind.TIKTOK: "https://www.tiktok.com/@nama-toko",
    LinkKind.LAZADA: "https://www.lazada.co.id/shop/nama-toko",
    LinkKind.BLIBLI: "https://www.blibli.com/merchant/nama-toko/ABC-12345",
    LinkKind.ETSY: "https://www.etsy.com/shop/NamaToko",
    LinkKind.INSTAGRAM: "https://www.instagram.com/nama.toko",
    LinkKind.FACEBOOK: "https://www.facebook.com/nama.toko",
    LinkKind.WHATSAPP: "https://wa.me/6281234567890",
    LinkKind.SITE: "https://nama-toko.id",
}

SHORTENERS = frozenset({
    "bit.ly", "bitly.com", "buff.ly", "cutt.ly", "etsy.me", "fb.me", "fb.com", "goo.gl", "is.gd", "linkr.id", "ow.ly", "rb.gy", "rebrand.ly",
    "s.id", "shope.ee", "short.io", "shorturl.at", "sl.shopee.co.id", "t.co", "t.ly", "tiny.cc", "tinyurl.com", "tokopedia.link",
    "v.gd", "wa.link", "ig.me", "m.me", "app.link", "onelink.me", "page.link",
    "s.shopee.co.id", "s.lazada.co.id", "c.lazada.co.id", "vt.tiktok.com", "vm.tiktok.com", "ta.tokopedia.com", "l.instagram.com",
    "l.facebook.com", "lm.facebook.com", "l.wl.co",
})  # fmt: skip
"""Hosts that lead on to an address that nobody has looked at; what lies below them as well."""

_LEADS_ON = re.compile(r"^/(l\.php|flx/|linkshim|redirect|share/|t/)", re.IGNORECASE)
_ADDRESS = re.compile(r"https://([^/?#]*)(/[^?#]*)?(?:\?([^#]*))?(?:#.*)?", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")
_NUMBER = re.compile(r"/\+?([1-9][0-9]{7,14})")
_BUSINESS = re.compile(r"/(?:message/[A-Za-z0-9]{6,40}|c/[0-9]{8,15})")


def checked(kind: LinkKind, text: str) -> str:
    """The address as it is kept; Invalid (its field is the kind) with a sentence that says what would be right.

    What people paste behind the address to follow visitors (`?utm_source=…`, `#…`) is left out.
    """
    text = text.strip()
    if "://" not in text and text:
        text = f"https://{text}"
    if not text.lower().startswith("https://"):
        raise _refused(kind, N_("Only addresses that begin with https:// can be shown, for example %(example)s."))
    match = _ADDRESS.fullmatch(text)
    if match is None or len(text) > LONGEST:
        raise _unreadable(kind)
    host, path, query = match[1].lower(), (match[2] or "").rstrip("/"), match[3] or ""
    if "@" in host or ":" in host:
        raise _refused(kind, N_("Write the address without a user name, password or port, for example %(example)s."))
    if not _HOST.fullmatch(host) or "xn--" in host or len(host) > 120:
        raise _refused(kind, N_("Only host names of plain letters can be shown, for example %(example)s."))
    if not _PATH.fullmatch(path) or "//" in path or ".." in path.split("/"):
        raise _unreadable(kind)
    # The hosts below a known one that lead on come first: they would pass as one of it.
    if _is_below(host, SHORTENERS):
        raise _refused(
            kind,
            N_("This is a short link. Open it, and copy the address of the page to which it leads: %(example)s."),
        )
    if kind is LinkKind.WHATSAPP:
        return _whatsapp(host, path, query)
    if kind is LinkKind.SITE:
        return _site(host, path, query)
    if not _is_below(host, HOSTS[kind]):
        raise _refused(kind, N_("An address of %(name)s looks like this: %(example)s."))
    if _LEADS_ON.match(path):
        raise _refused(
            kind,
            N_("This address leads on to another one. Copy the address of the shop’s own page: %(example)s."),
        )
    below = host.removesuffix(HOSTS[kind][0]).rstrip(".")
    if (
        kind is LinkKind.FACEBOOK
        and path == "/profile.php"
        and (number := re.search(r"(?:^|&)id=([0-9]{5,20})(?:&|$)", query))
    ):
        return f"https://{host}{path}?id={number[1]}"
    if not path and below in ("", "www", "m", "id", "web"):
        raise _refused(kind, N_("This is the front page of %(name)s. Copy the address of your own page: %(example)s."))
    return f"https://{host}{path}"


def put_links(maker: Maker, typed: Mapping[LinkKind, str]) -> list[MakerLink]:
    """Let a maker have exactly these addresses, an empty one for none; Several names every kind that is wrong."""
    urls: dict[LinkKind, str] = {}
    errors: list[DomainError] = []
    for kind, text in typed.items():
        if not text.strip():
            continue
        try:
            urls[kind] = checked(kind, text)
        except Invalid as error:
            errors.append(error)
    if errors:
        raise Several(errors)
    kept = {one.kind: one for one in maker.links}
    for kind, link in kept.items():
        if kind not in urls:
            maker.links.remove(link)
    for kind, url in urls.items():
        if kind in kept:
            kept[kind].url = url
        else:
            maker.links.append(MakerLink(kind=kind, url=url))
    db.session.flush()
    return in_order(maker)


def in_order(maker: Maker) -> list[MakerLink]:
    """A maker's addresses in the order of their kinds."""
    places = list(LinkKind)
    return sorted(maker.links, key=lambda one: places.index(one.kind))


def handle(link: MakerLink) -> str:
    """What the maker is called there: the shop's name in the address, a telephone number, the host of a site."""
    host, _slash, path = link.url.removeprefix("https://").partition("/")
    if link.kind is LinkKind.SITE:
        return host.removeprefix("www.")
    if link.kind is LinkKind.WHATSAPP:
        return f"+{path}" if path.isdigit() else ""
    parts = [one for one in path.partition("?")[0].split("/") if one]
    if not parts:
        return host.partition(".")[0]
    if parts[0] == "profile.php":
        return ""
    if parts[0] in ("shop", "merchant", "people", "pages", "id") and len(parts) > 1:
        return parts[1]
    return parts[0]


def _is_below(host: str, hosts: frozenset[str] | tuple[str, ...]) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in hosts)


def _whatsapp(host: str, path: str, query: str) -> str:
    number = _NUMBER.fullmatch(path) if host == "wa.me" else None
    if host in ("api.whatsapp.com", "web.whatsapp.com") and path == "/send":
        number = _NUMBER.fullmatch(f"/{parse_qs(query).get('phone', [''])[0].strip()}")
    if number:
        return f"https://wa.me/{number[1]}"
    if host == "wa.me" and _BUSINESS.fullmatch(path):
        return f"https://wa.me{path}"
    raise _refused(
        LinkKind.WHATSAPP, N_("Write the number with its country code and without signs, like this: %(example)s.")
    )


def _site(host: str, path: str, query: str) -> str:
    for kind, hosts in HOSTS.items():
        if _is_below(host, hosts):
            raise _refused(LinkKind.SITE, N_("This is an address of %(name)s: it has a field of its own."), kind)
    return f"https://{host}{path}"


def _unreadable(kind: LinkKind) -> Invalid:
    return _refused(kind, N_("This cannot be read as an address. Copy it from the browser: %(example)s."))


def _refused(kind: LinkKind, words: str, named: LinkKind | None = None) -> Invalid:
    return Invalid(words, field=kind.value, name=NAMES[named or kind], example=EXAMPLES[kind])
