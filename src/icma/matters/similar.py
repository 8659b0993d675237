"""Matters that are like what somebody is writing: shown before sending, so that one voice joins another.

Azerbaijani glues suffixes to words, so words are compared by their first four letters: küçədə and küçəyə are one.
Each beginning stands in `search_text` once more together with the matter's place, as one word: what is asked is a
handful of exact look-ups in the full-text index, a few hundred hits at most each, on both databases; the work does
not grow with the number of matters. Whoever shares most, weighted by rarity, is shown.
"""

from collections import defaultdict
from math import log

from django.db import connections
from django.utils import timezone

from icma.core.access import STRANGER
from icma.core.search import matches, rowids, words_of
from icma.matters.access import public_only
from icma.matters.models import Matter
from icma.people.models import Place

STEM, SHORTEST, MOST_STEMS = 4, 2, 10
LONGEST = 2000  # characters of a text that are compared
LOOKED_AT = 250  # newest hits of one word
ENOUGH = 0.3  # share of the weighted words that must be common
# Words that say nothing about the matter, by their stems.
EMPTY = frozenset(
    words_of(
        """bizim bizi bizə bizdə onlar onun onların olan olub olduğu olmur olmasın edir etmir etmək edən üçün ilə
        amma lakin çünki həmin heç hamı çox daha belə artıq yoxdur var vardır xahiş edirik sizə sizin zəhmət buna
        kimi qədər sonra əvvəl indi hələ yenə olaraq olacaq hansı özü bütün hər
        это что как для или при нет есть наш наше нашем уже еще очень просим
        the and for that this with not are was have has our they there"""
    ).split()
)


def here(stem: str, place_id: int) -> str:
    """The word for "a word that begins so, in this place"."""
    return f"p{place_id}x{stem}"


def search_text_of(title: str, text: str, place: Place, village: Place | None = None, spot: str = "") -> str:
    """What `Matter.search_text` holds: title, place in three languages, village, spot and text as folded words; then
    the words of `here`, for `similar`.
    """
    where = f"{place.name_az} {place.name_en} {place.name_ru} {village.name_az if village else ''} {spot}"
    return " ".join(
        (words_of(title, where, text), *(here(one, place.pk) for one in stems(f"{title} {text}")))
    )


def _words(text: str) -> list[str]:
    found = (
        word for word in words_of(text[:LONGEST]).split() if len(word) >= SHORTEST and not word.isdigit()
    )
    return [word for word in found if word not in EMPTY]


def stems(text: str) -> list[str]:
    """The beginnings of the telling words, in their order, none twice."""
    return list(dict.fromkeys(word[:STEM] for word in _words(text)))


def _asked(text: str) -> list[str]:
    """The beginnings that are looked up: those of the longest words, which are the rarest as a rule."""
    return stems(" ".join(sorted(_words(text), key=len, reverse=True)))[:MOST_STEMS]


def similar(text: str, place_id: int, topic: str = "", limit: int = 5) -> list[Matter]:
    """At most `limit` public matters like `text` (title and text together), the likest first, with their places."""
    asked = _asked(text)
    if not asked:
        return []
    scores = _scores(asked, place_id)
    likely = sorted(scores, key=lambda pk: (-scores[pk], -pk))[: limit * 8]
    rows = Matter.objects.filter(public_only(STRANGER, timezone.now()), pk__in=likely)
    rows = list(rows.select_related("place", "village").defer("text", "search_text"))
    for row in rows:
        scores[row.pk] += 0.1 * (row.topic == topic)
    rows.sort(key=lambda row: (-scores[row.pk], -row.pk))
    return rows[:limit]


def _scores(asked: list[str], place_id: int) -> dict[int, float]:
    """Weighted share of common words (0–1) by matter, only those that share enough."""
    hits = {one: _hits(one, place_id) for one in asked}
    weights = {one: 1 / (1 + log(1 + len(found))) for one, found in hits.items()}
    total = sum(weights.values())
    shared: dict[int, float] = defaultdict(float)
    counts: dict[int, int] = defaultdict(int)
    for one, found in hits.items():
        for pk in found:
            shared[pk] += weights[one] / total
            counts[pk] += 1
    least = 2 if len(asked) > 2 else 1
    return {pk: share for pk, share in shared.items() if share >= ENOUGH and counts[pk] >= least}


def _hits(stem: str, place_id: int) -> list[int]:
    """The newest matters of the place with a word that begins so."""
    connection = connections[Matter.objects.db]
    word = here(stem, place_id)
    if connection.vendor == "sqlite":
        return rowids(Matter, f'"{word}"', LOOKED_AT, connection.alias)
    found = Matter.objects.filter(matches(Matter, f"'{word}'"))
    return list(found.order_by("-pk").values_list("pk", flat=True)[:LOOKED_AT])
