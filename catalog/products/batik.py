"""Who may say batik. SNI 0239:2019 with 8302, 8303 and 8304:2016: batik is made with wax by canting, stamp or both.

Print is not batik. A text is heard as a buyer would read it: other spellings, letters of other alphabets and letters
set apart say batik too; “kain motif batik”, “batik-patterned” and “bukan batik” do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from catalog.products.models import Product
from catalog.text import fold

TRUE_BATIK = frozenset({"batik-tulis", "batik-cap", "batik-kombinasi"})
"""The techniques that make batik, by slug."""

CRAFT = "batik"
WAX = "malam"
"""The material that is nothing but the wax of batik."""

# Letters that look alike, and digits set for letters, as they are typed to pass a rule like this one.
_LIKE = str.maketrans(
    {"а": "a", "α": "a", "ɑ": "a", "@": "a", "4": "a", "т": "t", "τ": "t", "7": "t", "†": "t", "і": "i", "ι": "i",
     "ı": "i", "1": "i", "!": "i", "|": "i", "к": "k", "κ": "k", "ĸ": "k", "в": "b", "β": "b", "ь": "b", "8": "b", "_": " "}
)  # fmt: skip
# `b a t i k` and `ba-tik` are one word.
_APART = re.compile(r"(?<![^\W_])b[\W_]{0,2}a[\W_]{0,2}t[\W_]{0,2}h?[\W_]{0,2}i[\W_]{0,2}c?k(?=s?(?![^\W_]))")
_WORD = re.compile(r"[^\W_]+")
_BATIK = re.compile(r"batt?h?ic?k")
_NOT_THE_CLOTH = re.compile(r"^(akro|aero|sab)|^pembatt?h?ic?k(?!an)|^membatt?h?ic?k")
"""Acrobats; and people and what they do: “pembatik tua”, “membatik”."""
_MAKING = re.compile(r"^membatt?h?ic?k")
_MADE_SO = re.compile(r"^\s*(kain|selembar|sarung|selendang|ini|itu|dengan|sendiri|motif|di atas|tiap|setiap)\b")
"""“Kami membatik kain ini” tells how the piece was made."""
_QUOTES = r"[\s\-–“”„\"'()]*"
_MOTIF_BEFORE = re.compile(
    r"\b((ber)?(motif|corak|pola|desain|nuansa|tema)|(ber)?gaya|ragam hias|ala)(\s+(khas|mirip|ala|seperti|menyerupai))?"
    rf"{_QUOTES}$|\b((pattern|motif|design|style)s? of|inspired by)(\s+(a|the))?{_QUOTES}$"
)
_LIKE_AFTER = re.compile(
    r"^[\s\-]*(patterns?|patterned|styles?|styled|inspired|look|designs?|motifs|themed?|effect)\b|^-motif\b"
    r"|^\s+motif\s+(cloth|fabric|textile|cotton|scarf|shawl|sarong|shirt|dress|bag|print)s?\b"
)
"""English puts the word after. “Batik motif merak” is Indonesian, and says batik."""
_MOTIF_AFTER = re.compile(r"^\s+motif\b")
_ENGLISH_BEFORE = re.compile(
    r"\b(a|an|the|with|in|of|its|our|their|this|these)(\s+(printed|traditional|classic|modern|fine|small|large))?\s+$"
)
_MADE_AFTER = re.compile(r"^[\s\-]*(tulis|cap|kombinasi|asli|canting)\b")
_MADE_BEFORE = re.compile(r"\b(hand|drawn|stamped|genuine|real|true|asli)[\s\-]*$")

# Between a denial and what it denies stand only words that lead to it, and no mark that ends the phrase:
# “bukan murahan, batik printing” and “tidak luntur batik printing” deny something else.
_GAP = r"(?:[ \t]+[“”„\"'(]*|-)"
_LEADING = (
    r"(?:a|an|the|any|some|that|this|your|our|hand|drawn|stamped|made|real|genuine|true|cheap|ordinary|common|usual|typical"
    r"|other|most|mass|produced|fake|imitation|machine|factory|digital|digitally|screen|print|printed|printing"
    r"|cloth|cloths|fabric|textile|piece|kind|of|to|be|being|called"
    r"|kain|tekstil|jenis|produk|hasil|berupa|selembar|sebuah|termasuk|merupakan|disebut|adalah|memakai|pakai|menggunakan"
    r"|cetak|cetakan|sablon)"
)
_NEAR = 160
_MERE = r"(?:sekadar|sekedar|cuma|just|merely|mere|simply)"
_DENIAL = (
    r"(?:(?<!kenapa )(?<!mengapa )bukan(?:lah)?|tidak(?:lah)?(?:(?: (?!ada\b)[a-z]+){0,2} seperti)?|tak seperti|tanpa"
    r"|(?:ber)?beda (?:dari|dengan)|lain dari|(?<!buat )daripada|ketimbang|dibanding(?:kan)?(?: dengan)?"
    r"|(?<!why )not|[a-z]+n['’]t|never|non|no|without|(?<!not )unlike|instead of|rather than|differ(?:ent|s)? from|(?<!more )than"
    r"|compared (?:to|with))"
)
_DENIED_BEFORE = re.compile(rf"\b{_DENIAL}(?:{_GAP}{_LEADING}){{0,4}}{_GAP}$")
_MERELY_BEFORE = re.compile(rf"\b{_DENIAL}{_GAP}{_MERE}(?:{_GAP}{_LEADING}){{0,4}}{_GAP}$")
"""“Bukan sekadar batik printing” is no print, and says batik all the more."""
_ONLY_COMMON_DENIED = re.compile(
    r"^[\s\-]*(biasa|sembarang|sembarangan|murahan|print|prints|printing|cetak|cetakan|sablon|palsu|tiruan|imitasi"
    r"|lain|lainnya|(pada )?umumnya|kebanyakan|pasaran|massal|pabrik|pabrikan)\b"
)
_ONLY_COMMON_BEFORE = re.compile(
    r"\b(cheap|ordinary|common|usual|typical|other|most|mass|produced|fake|imitation|machine|factory|digital|digitally"
    r"|print|printed|printing|cetak|sablon)(\s+(kain|cloth|fabric))?[\s\-]*$"
)
_PRINT_AFTER = re.compile(r"^[\s\-]*(digital\s*)?(print|prints|printing|printed|cetak|cetakan|sablon)\b")
_PRINT_BEFORE = re.compile(r"\b(print|printed|printing|cetak|sablon)[\s\-]*$")


def claims_batik(*texts: str) -> bool:
    """Whether a text calls the piece batik."""
    return any(_is_claim(plain, word) for plain, word in _words_for_batik(texts))


def calls_print_batik(*texts: str) -> bool:
    """Whether a text calls print batik (“batik printing”, “printed batik”), which no technique makes true."""
    for plain, word in _words_for_batik(texts):
        before, after = _beside(plain, word)
        if _NOT_THE_CLOTH.search(word[0]) or _MOTIF_BEFORE.search(before) or _DENIED_BEFORE.search(before):
            continue
        if _MERELY_BEFORE.search(before):
            continue
        if _PRINT_AFTER.match(after) or (_PRINT_BEFORE.search(before) and not _names_a_motif(before, after)):
            return True
    return False


def may_say_batik(product: Product) -> bool:
    """Whether the piece is made as batik is."""
    return not TRUE_BATIK.isdisjoint(one.slug for one in product.techniques)


def says_batik(product: Product) -> bool:
    """Whether anything that buyers see of a piece calls it batik: its words, its craft, the wax among its materials,
    the names of its choices, what its photos say and what its set holds."""
    if product.craft is not None and product.craft.slug == CRAFT:
        return True
    return any(one.slug == WAX for one in product.materials) or claims_batik(*_words(product))


TEXTS = tuple(name + tail for name in ("title", "description", "care", "variation_note") for tail in ("", "_en"))


def _words(product: Product) -> Iterator[str]:
    for name in TEXTS:
        yield getattr(product, name)
    for option in product.options:
        yield from (option.name, option.name_en)
        for value in option.values:
            yield from (value.name, value.name_en)
    for picture in product.pictures:
        yield from (picture.image.alt, picture.image.alt_en)
    for piece in product.holds:
        yield from (piece.name, piece.name_en)


def _words_for_batik(texts: Iterable[str]) -> Iterator[tuple[str, re.Match[str]]]:
    """Each word that says batik, with the folded text that it stands in."""
    for text in texts:
        plain = _APART.sub("batik", fold(text).translate(_LIKE))
        yield from ((plain, word) for word in _WORD.finditer(plain) if _BATIK.search(word[0]))


def _beside(text: str, word: re.Match[str]) -> tuple[str, str]:
    """What stands before and after a word, as far as it can tell something about it."""
    return text[max(word.start() - _NEAR, 0) : word.start()], text[word.end() : word.end() + _NEAR]


def _is_claim(text: str, word: re.Match[str]) -> bool:
    before, after = _beside(text, word)
    if _NOT_THE_CLOTH.search(word[0]):
        return bool(_MAKING.match(word[0]) and _MADE_SO.match(after))
    if _DENIED_BEFORE.search(before):
        return bool(_ONLY_COMMON_DENIED.match(after) or _ONLY_COMMON_BEFORE.search(before))
    if _MADE_AFTER.match(after) or _MADE_BEFORE.search(before):
        return True
    return not (_MOTIF_BEFORE.search(before) or _names_a_motif(before, after))


def _names_a_motif(before: str, after: str) -> bool:
    """Whether English words after it make it a pattern: “batik design”, “a batik motif”."""
    return bool(_LIKE_AFTER.match(after) or (_MOTIF_AFTER.match(after) and _ENGLISH_BEFORE.search(before)))
