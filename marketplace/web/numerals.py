"""Whole numbers in words, as receipts say them: `satu juta dua ratus lima puluh ribu`."""

from __future__ import annotations

_ID = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
_EN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_STEPS = ((10**12, "triliun", "trillion"), (10**9, "miliar", "billion"), (10**6, "juta", "million"), (1000, "ribu", "thousand"))  # fmt: skip


def in_words(number: int, locale: str) -> str:
    """A number from 0 to below 10^15 in Indonesian, or in English for `en`."""
    return _english(number) if locale == "en" else _indonesian(number)


def _indonesian(number: int) -> str:
    if number < 12:
        return _ID[number]
    if number < 20:
        return f"{_ID[number - 10]} belas"
    if number < 100:
        return _with(f"{_ID[number // 10]} puluh", number % 10)
    if number < 200:
        return _with("seratus", number - 100)
    if number < 1000:
        return _with(f"{_ID[number // 100]} ratus", number % 100)
    if number < 2000:
        return _with("seribu", number - 1000)
    step, word, _ = next(one for one in _STEPS if number >= one[0])
    return _with(f"{_indonesian(number // step)} {word}", number % step)


def _with(words: str, rest: int) -> str:
    return f"{words} {_indonesian(rest)}" if rest else words


def _english(number: int) -> str:
    if number < 20:
        return _EN[number]
    if number < 100:
        return _TENS[number // 10] + (f"-{_EN[number % 10]}" if number % 10 else "")
    if number < 1000:
        return f"{_EN[number // 100]} hundred" + (f" {_english(number % 100)}" if number % 100 else "")
    step, _, word = next(one for one in _STEPS if number >= one[0])
    return f"{_english(number // step)} {word}" + (f" {_english(number % step)}" if number % step else "")
