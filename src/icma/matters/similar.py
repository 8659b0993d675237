"""Matters that are like what somebody is writing: shown before sending, so that one voice joins another.

Azerbaijani glues suffixes to words, so words are compared by their first four letters: küçədə and küçəyə are one.
Each beginning stands in `search_text` once more together with the matter's place, as one word: what is asked is a
handful of exact look-ups in the full-text index, a few hundred hits at most each, on both databases; the work does
not grow with the number of matters. Whoever shares most, weighted by rarity, is shown.

FTS5 gives the newest hits of a word cheaply. GIN knows no order: to sort the hits of a common word every one of
them would be fetched. On PostgreSQL a rare word therefore gives all its hits, and a common one is looked for among
those and in the matters of the place in which something happened last.
"""

from collections import defaultdict
from dataclasses import dataclass
from math import log

from django.db import connections
from django.utils import timezone

from icma.core.access import STRANGER
from icma.core.search import VECTOR, rowids, words_of
from icma.matters.access import public_only
from icma.matters.models import Matter
from icma.people.models import Place

STEM, SHORTEST, MOST_STEMS = 4, 2, 10
LONGEST = 2000  # characters of a text that are compared
LOOKED_AT = 250  # newest hits of one word on SQLite
COMMON = 120  # with more hits a word is common on PostgreSQL
RECENT = 500  # matters of the place, and matters with a rare word, in which PostgreSQL looks for common ones
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


def search_text_of(title: str, text: str, place: Place, spot: str = "") -> str:
    """What `Matter.search_text` holds: title, place in three languages, spot and text as folded words; then the
    words of `here`, for `similar`. Never the village: a search would tell the matters of one that nobody may see.
    """
    where = f"{place.name_az} {place.name_en} {place.name_ru} {spot}"
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
    likely = sorted(scores, key=lambda pk: (-scores[pk], -pk))[: limit * 4]
    rows = Matter.objects.filter(public_only(STRANGER, timezone.now()), pk__in=likely)
    rows = list(rows.select_related("place", "village").defer("text", "search_text"))
    for row in rows:
        scores[row.pk] += 0.1 * (row.topic == topic)
    rows.sort(key=lambda row: (-scores[row.pk], -row.pk))
    return rows[:limit]


def _scores(asked: list[str], place_id: int) -> dict[int, float]:
    """Weighted share of common words (0–1) by matter, only those that share enough."""
    sqlite = connections[Matter.objects.db].vendor == "sqlite"
    hits = (_newest if sqlite else _rare_first)(asked, place_id)
    weights = {one: 1 / (1 + log(1 + hits[one].n)) for one in asked}
    total = sum(weights.values())
    shared: dict[int, float] = defaultdict(float)
    counts: dict[int, int] = defaultdict(int)
    for one in asked:
        for pk in hits[one].found:
            shared[pk] += weights[one] / total
            counts[pk] += 1
    least = 2 if len(asked) > 2 else 1
    return {pk: share for pk, share in shared.items() if share >= ENOUGH and counts[pk] >= least}


@dataclass
class Hits:
    """Matters with a word, and how many there are as far as was counted."""

    found: list[int]
    n: int


def _newest(asked: list[str], place_id: int) -> dict[str, Hits]:
    """SQLite: the newest matters of the place with a word that begins so."""
    using = Matter.objects.db
    rows = {one: rowids(Matter, f'"{here(one, place_id)}"', LOOKED_AT, using) for one in asked}
    return {one: Hits(found, len(found)) for one, found in rows.items()}


def _rare_first(asked: list[str], place_id: int) -> dict[str, Hits]:
    """PostgreSQL: two queries whatever is asked; the words are no constants, so planning reads no statistics."""
    words = [f"'{here(one, place_id)}'" for one in asked]
    with connections[Matter.objects.db].cursor() as cursor:
        cursor.execute(_EACH, [words, COMMON + 1])
        found = _by_word(asked, cursor.fetchall())
        common = [one for one in asked if len(found[one]) > COMMON]
        rare = {pk for one in asked if one not in common for pk in found[one]}
        if common:
            words = [f"'{here(one, place_id)}'" for one in common]
            cursor.execute(_AMONG, [place_id, RECENT, sorted(rare)[-RECENT:], words])
            among = _by_word(common, cursor.fetchall())
            return {one: Hits(among.get(one, found[one]), len(found[one])) for one in asked}
    return {one: Hits(found[one], len(found[one])) for one in asked}


def _by_word(asked: list[str], rows: list[tuple[int, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {one: [] for one in asked}
    for number, pk in rows:
        found[asked[number - 1]].append(pk)
    return found


_TABLE = Matter._meta.db_table
_EACH = f"""
    SELECT asked.n, hit.id FROM unnest(%s::text[]::tsquery[]) WITH ORDINALITY AS asked (word, n)
    CROSS JOIN LATERAL (SELECT id FROM {_TABLE} WHERE {VECTOR} @@ asked.word LIMIT %s) AS hit
"""
_AMONG = f"""
    WITH recent AS (SELECT id FROM {_TABLE} WHERE place_id = %s ORDER BY changed_at DESC, id DESC LIMIT %s)
    SELECT asked.n, matter.id
    FROM (SELECT id, {VECTOR} FROM {_TABLE}
          WHERE id IN (SELECT id FROM recent UNION SELECT unnest(%s::bigint[]))) AS matter
    JOIN unnest(%s::text[]::tsquery[]) WITH ORDINALITY AS asked (word, n) ON matter.{VECTOR} @@ asked.word
"""
