"""Conflict check: may two differently written Azerbaijani names be one person or body?

A name is prepared once, when it is stored; a search is two quick passes over the prepared rows and a
careful look at the best of them. Everything is compared as a skeleton in which the spellings that the
country's three alphabets mix fall together: ə/e/a, ı/i/y, ö/o/u/ü, ş/s/sh, c/ç/j/дж, h/x/q/g/k (Russian
has Гасан for Həsən and Касым for Qasım), doubled letters; and surname endings (-ov, -yeva, -zadə, -li)
and patronymics (-oviç, oğlu, qızı) are cut off, because people drop and change them.
Wide on purpose: a missed conflict harms a client, a false one costs a look. It says "look", never "same".

Sources: the romanisations of Azerbaijani Cyrillic (BGN/PCGN 1993, 2002) and of Russian passports
(ICAO Doc 9303); Peter Christen, "A Comparison of Personal Name Matching" (2006): Jaro-Winkler and
edit distance on tokens, order left out. Distances: rapidfuzz (MIT).
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from icma.engines.aztext import fold

ENOUGH = 0.86  # a candidate worth a look; measured in tests/engines/test_names.py
CLOSE_LOOK = 150  # rows that each quick pass hands to the careful one
PHONE_DIGITS = 9  # +994 50 123 45 67 and 050 123 45 67 are one number
LONGEST = 200

# fmt: off
_CYRILLIC = dict(zip("абвгдежзийклмнопрстуфхцчшщъыьэюя",
    (*"abvgdecziyklmnoprstufxs", "c", "s", "s", "", "i", "", "e", "yu", "ya"), strict=True))
_CYRILLIC |= {"ё": "yo", "ә": "e", "ғ": "g", "һ": "h", "ҹ": "c", "ҝ": "g", "ө": "o", "ү": "u", "ј": "y"}
_PAIRS = (("dzh", "c"), ("dj", "c"), ("kh", "x"), ("gh", "g"), ("zh", "c"), ("sh", "s"), ("ch", "c"), ("ph", "f"),
          ("yu", "u"), ("ya", "a"), ("ye", "e"), ("yo", "o"), ("ju", "u"), ("ja", "ca"))
_SAME = str.maketrans({"e": "a", "o": "u", "y": "i", "j": "c", "w": "v", "h": "k", "x": "k", "q": "k", "g": "k"})
_LEFT_OUT = frozenset((
    "oglu", "oqlu", "ogly", "oqly", "ogli", "oghlu", "qizi", "qyzy", "gizi", "kyzy", "kizi", "gyzy", "kizy", "gizy",
    "mmc", "asc", "qsc", "ooo", "oao", "zao", "llc", "ltd", "ojsc", "cjsc", "mtk", "sehmdar", "cemiyyeti",
    "seherin", "rayonunun", "ve", "the", "of",
))  # fmt: skip
# fmt: on
_STEM = r"(?<=\w{3})"  # at least three letters stay: Aliev loses "ev", not "iev"
_PATRONYMIC = re.compile(_STEM + r"(?:y?[oe]v(?:ic|na|ich)|i[cy]na|inic)$")
_SURNAME = re.compile(_STEM + r"(?:y?ev|y?eva|ov|ova|in[a]?|zad[ae]|sk(?:iy|aya|i)|l[iu])$")
_MUHAMMAD = re.compile(r"^m[au]k[au]ma[dt]")  # Məhəmməd, Мухаммед, Магомед, Mohammed
_WORD = re.compile(r"[^\W_]+")
_TWICE = re.compile(r"(.)\1+")


class Prepared(NamedTuple):
    """What is kept of a name: sealed like the name itself, because it tells nearly as much."""

    skeleton: str  # tokens in alphabetical order
    plain: str  # folded to Latin letters, in the order given
    phone: str  # last nine digits, or ""


class Columns(NamedTuple):
    """Prepared names of many rows, of equal length; a row whose skeleton is None and phone "" is found by nothing."""

    skeleton: Sequence[str | None]
    plain: Sequence[str]
    phone: Sequence[str]


def prepare(name: str) -> Prepared:
    """A name, the title of a body or a phone number as it is compared. Any text is safe."""
    text = name[:LONGEST]
    digits = re.sub(r"\D", "", text)
    phone = digits[-PHONE_DIGITS:] if len(digits) >= PHONE_DIGITS and not re.search(r"[^\W\d_]", text) else ""
    words = [word for word in _WORD.findall(_latin(text)) if word not in _LEFT_OUT]
    tokens = [token for word in words if (token := _skeleton(word))]
    return Prepared(" ".join(sorted(tokens)), " ".join(words), phone)


def search(query_names: Sequence[str], rows: Columns, limit: int = 10) -> list[tuple[int, float, str]]:
    """[(index of the row, score 0–1, why)], best first, at most `limit`; why: "phone", "name" or "similar".

    A row is told once, for the name that fits it best. Nothing under ENOUGH is told.
    """
    best: dict[int, tuple[float, str]] = {}
    for name in query_names:
        for index, score, why in _found(prepare(name), rows):
            if score > best.get(index, (0.0, ""))[0]:
                best[index] = (score, why)
    ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))
    return [(index, round(score, 3), why) for index, (score, why) in ranked[:limit]]


def _found(asked: Prepared, rows: Columns) -> list[tuple[int, float, str]]:
    if asked.phone:
        return [(index, 1.0, "phone") for index, phone in enumerate(rows.phone) if phone == asked.phone]
    if not asked.skeleton:
        return []
    looked: list[tuple[int, float, str]] = []
    for index in _quick(asked.skeleton, rows.skeleton):
        found = Prepared(rows.skeleton[index] or "", rows.plain[index], rows.phone[index])
        score = likeness(asked, found)
        if score >= ENOUGH:
            looked.append((index, score, "name" if found.skeleton == asked.skeleton else "similar"))
    return looked


def _quick(skeleton: str, skeletons: Sequence[str | None]) -> set[int]:
    """The rows worth a careful look: best of whole names, and best where one side has fewer names."""
    from rapidfuzz import fuzz, process

    near: set[int] = set()
    for scorer in (fuzz.ratio, fuzz.token_set_ratio):
        near.update(
            index for _, _, index in process.extract(skeleton, skeletons, scorer=scorer, limit=CLOSE_LOOK)
        )
    return near


def likeness(one: Prepared, other: Prepared) -> float:
    """0–1 for two names: each token with its best partner, whatever the order; 1.0 for the same name."""
    from rapidfuzz import fuzz

    few, many = sorted((one.skeleton.split(), other.skeleton.split()), key=len)
    if not few:
        return 0.0
    pairs = sorted(
        ((_token(a, b), i, j) for i, a in enumerate(few) for j, b in enumerate(many)), reverse=True
    )
    taken_few: set[int] = set()
    taken_many: set[int] = set()
    taken: list[float] = []
    for score, i, j in pairs:
        if i not in taken_few and j not in taken_many:
            taken_few.add(i)
            taken_many.add(j)
            taken.append(score)
    fit = (sum(taken) / len(few) + min(taken)) / 2  # the least alike part weighs most
    fit -= 0.02 * min(len(many) - len(few), 3)
    if len(few) == 1 < len(many):
        fit -= 0.06  # one word of several: a bare surname says little
    plain = fuzz.token_sort_ratio(one.plain, other.plain) / 100
    return max(0.0, min(1.0, fit * 0.94 + plain * 0.06))


def _token(one: str, other: str) -> float:
    """Likeness of two tokens; an initial stands for every name that begins with it."""
    from rapidfuzz.distance import JaroWinkler

    if one == other:
        return 1.0
    if len(one) == 1 or len(other) == 1:
        return 0.92 if one[0] == other[0] else 0.0
    return JaroWinkler.similarity(one, other)


def _latin(text: str) -> str:
    folded = fold(text).replace("дж", "c").replace("'", "").replace("’", "")
    return "".join(_CYRILLIC.get(char, char) for char in folded)


def _skeleton(word: str) -> str:
    """'mammadova', 'мамедов', 'məmmədli', 'мамедович' → 'mamad'."""
    for old, new in _PAIRS:
        if old[0] != "y" and old != "ju":
            word = word.replace(old, new)
    word = _cut(word)
    for old, new in _PAIRS:
        word = word.replace(old, new)
    return _MUHAMMAD.sub("makamad", _TWICE.sub(r"\1", word.translate(_SAME)))


def _cut(word: str) -> str:
    """The stem, where at least three letters of it stay."""
    for ending in (_PATRONYMIC, _SURNAME):
        stem = ending.sub("", word, count=1)
        if stem != word:
            return stem
    return word
