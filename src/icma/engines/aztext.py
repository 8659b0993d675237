"""Azerbaijani text: folding for search, casing, collation, slugs, cleaning, dates in words.

Python's own casing is wrong for Azerbaijani (I↔ı, İ↔i are two pairs) and SQL's is worse, so every letter
of Azerbaijani text that changes case or order does it here. Pure; every function takes and returns str.
Sources: Unicode SpecialCasing (az), CLDR az (collation, month and weekday names lower-case).
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

ALPHABET = "abcçdeəfgğhxıijkqlmnoöprsştuüvyz"

# fmt: off
MONTHS: dict[str, tuple[str, ...]] = {
    "az": (
        "yanvar", "fevral", "mart", "aprel", "may", "iyun",
        "iyul", "avqust", "sentyabr", "oktyabr", "noyabr", "dekabr",
    ),
    "ru": (
        "января", "февраля", "марта", "апреля", "мая", "июня",
        "июля", "августа", "сентября", "октября", "ноября", "декабря",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}
# fmt: on
WEEKDAYS: dict[str, tuple[str, ...]] = {
    "az": ("bazar ertəsi", "çərşənbə axşamı", "çərşənbə", "cümə axşamı", "cümə", "şənbə", "bazar"),
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}

# U+01DD is a look-alike of ə that some directories (pycountry) use.
_FOLD = str.maketrans({"ə": "e", "Ə": "e", "ǝ": "e", "Ǝ": "e", "ı": "i", "İ": "i", "I": "i"})
_LOWER = str.maketrans({"I": "ı", "İ": "i"})
_UPPER = str.maketrans({"ı": "I", "i": "İ"})
_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        (*"abvgdeejziyklmnoprstufx", "ts", "ch", "sh", "sh", "", "i", "", "e", "yu", "ya"),
        strict=True,
    )
)
_WEIGHT = {letter: 1000 + 10 * place for place, letter in enumerate(ALPHABET)}
_WEIGHT["w"] = _WEIGHT["v"] + 5


def _visible(text: str, keep: str = "") -> str:
    """Drop what cannot be seen: zero-width, bidi controls, control characters, lone surrogates."""
    if text.isprintable() and text.isascii():
        return text
    out = []
    for char in text:
        kind = unicodedata.category(char)
        if char in keep or kind[0] != "C" or kind in ("Cn", "Co") and not _is_no_character(ord(char)):
            out.append(char)
        elif char.isspace():
            out.append(" ")
    return "".join(out)


def _is_no_character(point: int) -> bool:
    """U+FFFE, U+FFFF and their kin: never a character, and no XML (a feed, a sitemap) may hold one."""
    return point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF


def fold(text: str) -> str:
    """Form in which texts are compared in search: 'GƏNCƏ', 'Gəncə' and 'gence' are one. Idempotent."""
    try:
        folded = text.translate(_CHARS)
    except _Marked:
        folded = _folded(text)
    return " ".join(folded.split())


def fold_all(texts: Sequence[str]) -> list[str]:
    """`fold` of each in one pass over all of them: of thousands of short texts it takes a fraction."""
    joined = _BREAK.join(text.replace(_BREAK, " ") for text in texts)
    try:
        parts = joined.translate(_CHARS).split(_BREAK) if texts else []
    except _Marked:
        return [fold(text) for text in texts]
    return [" ".join(part.split()) for part in parts]


def _folded(text: str) -> str:
    text = _visible(text).translate(_FOLD)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_FOLD).casefold()
        text = unicodedata.normalize("NFKD", text).translate(_FOLD)
        text = unicodedata.normalize("NFC", _without_latin_marks(text))
    return text.lower()


_JAMO = ((0x1100, 0x11FF), (0xA960, 0xA97F), (0xD7B0, 0xD7FF))


_BREAK = "\ue000"  # a private character that folding leaves alone


class _Marked(Exception):
    """A character that changes with the one before it."""


class _Chars(dict[int, str]):
    """Folded form of single characters; what nearly every text consists of is folded by one `translate`."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        # Marks and the parts of Hangul syllables melt together with what stands before them.
        first = unicodedata.normalize("NFKD", char)[0]
        is_jamo = any(low <= point <= high for low, high in _JAMO)
        if is_jamo or unicodedata.category(char)[0] == "M" or unicodedata.combining(first):
            raise _Marked
        folded = _folded(char)
        if len(self) < 4_000:
            self[point] = folded
        return folded


_CHARS = _Chars()


def _without_latin_marks(text: str) -> str:
    """Marks fall from Latin letters only: й and ё stay letters of their own."""
    out: list[str] = []
    latin = False
    for char in text:
        if unicodedata.combining(char):
            if not latin:
                out.append(char)
        else:
            latin = char.isascii()
            out.append(char)
    return "".join(out)


def lower_az(text: str) -> str:
    """'İŞIQ' → 'işıq'."""
    return unicodedata.normalize("NFC", text).translate(_LOWER).lower()


def upper_az(text: str) -> str:
    """'işıq' → 'İŞIQ'."""
    return unicodedata.normalize("NFC", text).translate(_UPPER).upper()


def first_upper(text: str) -> str:
    """First letter upper-case, the rest untouched: 'istək' → 'İstək'."""
    text = unicodedata.normalize("NFC", text)
    return upper_az(text[:1]) + text[1:]


def sort_key(text: str) -> tuple[tuple[int, ...], str]:
    """Key for the order of the Azerbaijani alphabet; spaces and digits first, other scripts last."""
    return tuple(_weight(char) for char in lower_az(text)), text


def sort_text(text: str) -> str:
    """The order of `sort_key` for a database column: two letters a–z a character, so any collation agrees."""
    return "".join(chr(97 + rank // 26) + chr(97 + rank % 26) for rank in map(_rank, lower_az(text)))


def _rank(char: str) -> int:
    """0–675: spaces and marks, digits, the alphabet in tens, other scripts after it."""
    weight = _weight(char)
    if weight < 1000:
        return min(weight, 130)
    return weight - 1000 + 140 if weight < 10_000 else 640


def _weight(char: str) -> int:
    if char in _WEIGHT:
        return _WEIGHT[char]
    if not char.isalpha():
        return min(ord(char), 999)
    base = unicodedata.normalize("NFKD", char)[0]  # é sorts directly after e
    return _WEIGHT[base] + 1 if base in _WEIGHT else 10_000 + ord(char)


def slug(text: str, limit: int = 60) -> str:
    """Address part of ASCII letters, digits and single hyphens; '' if nothing remains."""
    latin = "".join(_CYRILLIC.get(char, char) for char in fold(text))
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:limit].strip("-")


def clean_text(text: str) -> str:
    """What people typed or pasted, made safe to show: NFC, visible characters and newlines only."""
    text = re.sub(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]", "\n", text)
    return unicodedata.normalize("NFC", _visible(text, keep="\n")).strip()


def date_words(day: date, lang: str = "az", *, year: bool = True) -> str:
    """'13 mart 2026', '13 марта 2026', '13 March 2026'; without the year on request."""
    words = f"{day.day} {MONTHS[lang][day.month - 1]}"
    return f"{words} {day.year}" if year else words


def date_az(day: date) -> str:
    """'13 mart 2026'."""
    return date_words(day, "az")


def weekday_words(day: date, lang: str = "az") -> str:
    """'cümə', 'пятница', 'Friday'."""
    return WEEKDAYS[lang][day.weekday()]
