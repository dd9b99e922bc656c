"""Ways around the house in what people write: phone numbers, mail addresses, links to messengers, bank accounts, and
the wish to be paid aside ("transfer to my account") even where no number is written yet.

Only ever a hint: it is shown once before sending, and whoever sends again is not stopped. So it may be wrong now and
then, but it must leave in peace what trade needs: prices, measures, days, postal codes, NIB, tracking numbers.

Digits are looked for however they are written: with blanks and dots between them, as words ("nol delapan dua belas"),
in other scripts, with letters for digits (O812). What goes before a number tells what it is: "resi" and "NIB" let it
through, "rekening" and the names of banks make an account of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Leak(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    LINK = "link"
    ACCOUNT = "account"


def find_leaks(text: str) -> list[Leak]:
    """What in `text` leads around the house, each kind once; empty for ordinary talk."""
    plain = _plain(text)
    found = set()
    if _EMAIL.search(plain) or _EMAIL_HIDDEN.search(plain):
        found.add(Leak.EMAIL)
    if _LINK.search(plain):
        found.add(Leak.LINK)
    if _PAID_ASIDE.search(plain):
        found.add(Leak.ACCOUNT)
    for run in _runs(_NO_NUMBERS_OF_TRADE.sub(" ¤ ", _LINK.sub(" ¤ ", plain))):
        if run.is_account:
            found.add(Leak.ACCOUNT)
        elif run.is_phone:
            found.add(Leak.PHONE)
    return [one for one in Leak if one in found]


def _plain(text: str) -> str:
    """Lower case, one script, digits as 0 to 9, without marks and invisible characters."""
    kept = []
    for character in unicodedata.normalize("NFKC", text):
        digit = unicodedata.digit(character, None)
        category = unicodedata.category(character)
        if digit is not None:
            kept.append(str(digit))
        elif category[0] != "M" and category != "Cf":  # combining marks (the frame of 0️⃣), zero-width characters
            kept.append(character)
    return "".join(kept).casefold()


_MAIL_HOUSE = r"(?:g\s?mail|ymail|yahoo|hotmail|outlook|icloud|proton(?:mail)?)"
_TOP = r"(?:com|co|id|net|org|web|my|sg|example)"
_EMAIL = re.compile(r"[\w+-]@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,}")
_EMAIL_HIDDEN = re.compile(
    rf"[\w+-]\s{{0,3}}(?:@|[(\[{{]\s*(?:at|et|a)\s*[)\]}}])\s{{0,3}}[\w-]{{2,63}}\s{{0,3}}(?:\.|,|[(\[{{]?\s?\b(?:dot|titik)\b\s?[)\]}}]?)\s{{0,3}}{_TOP}\b"
    rf"|{_MAIL_HOUSE}\s{{0,3}}(?:\.|,|[(\[{{]?\s?\b(?:dot|titik)\b\s?[)\]}}]?|\s)\s{{0,3}}(?:com|co)\b"
)
_LINK = re.compile(
    r"\b(?:wa\s?\.\s?me\b|(?:api|chat|web)\.whatsapp\.com|whatsapp\.com|t\.me\b|telegram\.me|line\.me|m\.me\b|signal\.me)"
    r"(?:\s?/\s?\S{0,200})?|whatsapp://[^\s]*|tg://[^\s]*"
)

_PURSE = r"(?:rek(?:ening)?|norek|bca|bri|bni|bsi|mandiri|gopay|ovo|dana|shopeepay)"
_PAID_ASIDE = re.compile(
    rf"\b(?:transfer|tf|bayar|setor|kirim)(?:kan|in|nya)?\b[^.!?\n]{{0,40}}?\b(?:ke|lewat|via)\s+(?:no(?:mor)?\.?\s+)?"
    rf"{_PURSE}(?:ku\b|\s+(?:\w{{1,20}}\s+)?(?:saya|aku|kami|pribadi|suami|istri)\b)"
    r"|\b(?:transfer|tf|bayar|setor)(?:kan|nya)?\s+(?:(?:saja|aja|langsung)\s+){0,2}ke\s+(?:saya|aku|kami)\b"
    r"|\b(?:transfer|pay|send|wire|deposit)\b[^.!?\n]{0,40}?\b(?:to|into)\s+(?:my|our)\s+(?:\w{1,20}\s+){0,2}(?:account|wallet)\b"
    r"|\bpay\s+(?:me|us)\s+direct(?:ly)?\b|\btransfer\s+(?:(?:it|directly|straight|the\s+money)\s+){0,2}to\s+(?:me|us)\b"
)

_UNIT = (
    r"cm|mm|m|meter|km|kg|kilo|gr|gram|g|ons|lembar|helai|potong|pcs|pc|buah|biji|butir|pasang|set|lusin|kodi|warna|"
    r"hari|jam|menit|tahun|thn|bulan|minggu|orang|pieces?|days?|weeks?|persen|%|x|×"
)
_NO_NUMBERS_OF_TRADE = re.compile(
    r"(?:\brp\.?|\bidr)\s*\d[\d.,]*(?:\s*(?:rb|ribu|jt|juta|k|m|miliar)\b)?(?:,-)?"
    r"|(?<![\d.,])\d{1,4}(?:[.,]\d{1,3})*\s*(?:rb|ribu|jt|juta|k|miliar|rupiah)\b"
    r"|(?<![\d.,])[1-9]\d{0,2}(?:[.,]\d{3}){1,3}(?![.,]?\d)"
    rf"|(?<![\d.,/-])\d{{1,4}}(?:[.,]\d{{1,2}})?\s*(?:{_UNIT})(?![a-z])"
    r"|(?<![\d.,/-])\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})(?![-/.]?\d)"
    r"|(?<![\d.,/-])(?:[01]?\d|2[0-3])[.:][0-5]\d(?![-/.:]?\d)"
)

_WORDS = {
    "nol": "0", "kosong": "0", "satu": "1", "dua": "2", "tiga": "3", "empat": "4", "lima": "5", "enam": "6",
    "tujuh": "7", "delapan": "8", "sembilan": "9", "sebelas": "11", "sepuluh": "10",
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9",
}  # fmt: skip
_TENS = {"belas": "1{}", "puluh": "{}0"}
_TOKEN = re.compile(r"[^\W\d_]+|\d+|\s+|.", re.DOTALL)
_LETTERS = re.compile(r"(?<![^\W_])(?=[0-9oil]*[0-9])[0-9oil]{6,}(?![^\W_])")
_BETWEEN = frozenset(" \t\n.,-_/()[]*+:;|~–—·•'\"")
_BETWEEN_WORDS = frozenset({"dan", "spasi", "strip", "titik", "dobel", "double"})

_FOR_TRADE = frozenset(
    [
        "nib",
        "resi",
        "awb",
        "tracking",
        "lacak",
        "invoice",
        "faktur",
        "order",
        "pesanan",
        "pembelian",
        "purchase",
        "sku",
        "npwp",
        "nik",
        "ktp",
        "kode",
        "kodepos",
        "pos",
        "izin",
        "sertifikat",
        "pirt",
        "halal",
        "siup",
        "iumk",
        "hki",
        "jne",
        "jnt",
        "sicepat",
        "anteraja",
        "tiki",
        "ninja",
        "wahana",
        "lion",
        "spx",
        "spxid",
    ]
)
_FOR_PHONES = frozenset(
    [
        "wa",
        "whatsapp",
        "whatsap",
        "wasap",
        "hp",
        "handphone",
        "telp",
        "telpon",
        "telepon",
        "tlp",
        "tel",
        "phone",
        "call",
        "sms",
        "hubungi",
        "kontak",
        "contact",
    ]
)
_BANKS = frozenset(
    [
        "rek",
        "rekening",
        "norek",
        "bca",
        "bri",
        "bni",
        "mandiri",
        "bsi",
        "btn",
        "cimb",
        "niaga",
        "permata",
        "danamon",
        "panin",
        "ocbc",
        "maybank",
        "bukopin",
        "muamalat",
        "seabank",
        "jago",
        "jenius",
        "allo",
        "blu",
        "ovo",
        "gopay",
        "shopeepay",
        "linkaja",
        "dana",
        "transfer",
        "tf",
        "bank",
        "account",
    ]
)
_STOPS = frozenset("!?\n¤")
_OWNERS = frozenset(["an", "atas", "nama", "rekening", "bca", "bri", "bni", "mandiri", "bsi", "btn"])

_MOBILE = re.compile(r"(?:0|62|0062)8(?:1[1-9]|2[1-38]|3[1-38]|5[1-35-9]|7[5-9]|8[1-9]|9[4-9])\d{6,9}")
_MOBILE_WITHOUT_ZERO = re.compile(r"8(?:1[1-9]|2[1-38]|3[1-38]|5[1-35-9]|7[5-9]|8[1-9]|9[4-9])\d{6,9}")
_AREA = re.compile(r"0(?:21|22|24|31|61|2[2-9]\d|[3-79]\d\d)")


@dataclass(frozen=True)
class _Run:
    """Digits that stand together; `parts` are the groups as written, `before` and `after` the nearest words."""

    parts: tuple[str, ...]
    has_plus: bool
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def is_for_trade(self) -> bool:
        """The nearest word that says what the number is says that it belongs to an order or a permit."""
        for word in self.before:
            if word in _FOR_PHONES or word in _BANKS:
                return False
            if word in _FOR_TRADE:
                return True
        return False

    @property
    def is_account(self) -> bool:
        if self.is_for_trade:
            return False
        named = any(word in _BANKS for word in self.before) or any(word in _OWNERS for word in self.after[:3])
        return named and 8 <= len("".join(self.parts)) <= 20

    @property
    def is_phone(self) -> bool:
        if self.is_for_trade:
            return False
        whole = "".join(self.parts)
        if self.has_plus and len(whole) >= 8:
            return True
        if any(word in _FOR_PHONES for word in self.before[:3]) and 7 <= len(whole) <= 15:
            return True
        if len(self.parts) >= 2 and _AREA.fullmatch(self.parts[0]) and 9 <= len(whole) <= 12:
            return True
        if len(self.parts) >= 3 and len(self.parts[0]) == 3 and _MOBILE_WITHOUT_ZERO.fullmatch(whole):
            return True
        return any(_MOBILE.fullmatch(one) for one in self._pieces())

    def _pieces(self) -> Iterator[str]:
        """Every stretch of neighbouring groups: a quantity behind a number must not hide it."""
        for start in range(len(self.parts)):
            stretch = ""
            for part in self.parts[start:]:
                stretch += part
                if len(stretch) > 17:
                    break
                yield stretch


def _runs(text: str) -> Iterator[_Run]:
    """The runs of digits in a text that `_plain` has prepared."""
    text = _LETTERS.sub(lambda match: match[0].replace("o", "0").replace("i", "1").replace("l", "1"), text)
    tokens = _TOKEN.findall(text)
    digits = _digits(tokens)
    place = 0
    while place < len(tokens):
        if digits[place] is None:
            place += 1
            continue
        first, parts, gap = place, [digits[place] or ""], ""
        last = place
        for place in range(first + 1, len(tokens)):
            if digits[place] is not None:
                parts.append(digits[place] or "")
                last, gap = place, ""
            elif tokens[place] in _BETWEEN_WORDS or set(tokens[place]) <= _BETWEEN:
                gap += "" if tokens[place] in _BETWEEN_WORDS else tokens[place].strip(" \t") or " "
                if len(gap) > 3:
                    break
            else:
                break
        parts = [one for one in parts if one]
        has_plus = (first > 0 and tokens[first - 1] == "+") or (first > 1 and tokens[first - 2] == "+")
        yield _Run(tuple(parts), has_plus, _words(tokens[:first][::-1], 5), _words(tokens[last + 1 :], 5))
        place = last + 1


def _digits(tokens: list[str]) -> list[str | None]:
    """What each token says in digits, None for what says none; the second half of "dua belas" says nothing more."""
    found: list[str | None] = []
    spoken: int | None = None
    for place, token in enumerate(tokens):
        if token in _TENS and spoken is not None and found[spoken] is not None and len(found[spoken] or "") == 1:
            found[spoken] = _TENS[token].format(found[spoken])
            found.append("")
            spoken = None
        elif token.isdigit():
            found.append(token)
            spoken = None
        elif token in _WORDS:
            found.append(_WORDS[token])
            spoken = place
        else:
            found.append(None)
            spoken = spoken if token.isspace() else None
    return found


def _words(tokens: list[str], count: int) -> tuple[str, ...]:
    """The nearest words, not across the end of a sentence."""
    words: list[str] = []
    for token in tokens:
        if len(words) == count or token in _STOPS:
            break
        if token.isalpha():
            words.append(token)
    return tuple(words)
