"""Measures over what this floor sees: acts of people, and letters with their terms."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

import icma.matters.access  # noqa: F401  (its rules)
from icma.core.access import STRANGER, allowed
from icma.core.day import legal_day
from icma.law.book import book
from icma.law.certainty import may_share, status_of
from icma.law.words import in_language
from icma.matters.bands import AgeBand, Channel, Sex
from icma.matters.lateness import STATES, clock_of, standing
from icma.matters.models import Letter
from icma.people.models import Address, Authority, Place
from icma.research.inclusion import levels, sums
from icma.research.measures import UNKNOWN, Dimension, Measure, Records, Row


def regions() -> dict[str, Any]:
    """Code of an economic region → its name; and "unknown"."""
    rows = Place.objects.filter(kind=Place.Kind.REGION).order_by("sort_key")
    return {place.code: str(place) for place in rows} | {UNKNOWN: _("place not given")}


SEX = Dimension("sex", _("Sex"), lambda: dict(Sex.choices))
BAND = Dimension("band", _("Age"), lambda: dict(AgeBand.choices))
REGION = Dimension("region", _("Region"), regions)

ACTS = Measure(
    name="acts",
    title=_("What people did"),
    definition=_(
        "Every act of a person: came to a meeting, spoke, answered, supported, raised a matter, proposed, voted, leads. One "
        "person who does three things is counted three times. Sex and age are what the person chose to say at the "
        "act; who did not say is counted as not given. Petitions in protected mode are not in it."
    ),
    unit=_("acts"),
    kind="people",
    dimensions=(
        Dimension("level", _("How they take part"), levels.categories),
        REGION, SEX, BAND,
        Dimension("channel", _("Channel"), lambda: dict(Channel.choices)),
    ),
    rows=sums.rows,
)  # fmt: skip


# --- letters × clocks: public record ------------------------------------------------------------------------
COLUMNS: Mapping[str, Any] = {
    "code": _("Code"), "matter": _("Code of the matter"), "region": _("Region"), "district": _("District"),
    "authority": _("Code of the authority"), "body": _("Kind of body"), "kind": _("Kind of letter"),
    "channel": _("Channel"), "sent_on": _("Sent"), "registered_on": _("Registered"), "rule": _("Rule"),
    "due_on": _("Due"), "latest_on": _("Latest that the law could allow"), "ended_on": _("Ended"),
    "standing": _("How it stands"),
}  # fmt: skip


def _letters(first: date, last: date) -> Iterator[tuple[Any, ...]]:
    """Every public letter sent in these days with the term that it started, as it stands today."""
    now = timezone.now()
    today, units, law = legal_day(now), _units(), book()
    rows = allowed(
        Letter.objects.filter(direction="out", sent_on__range=(first, last)), STRANGER, "list", now
    )
    rows = rows.select_related("matter", "authority").prefetch_related("clocks").order_by("sent_on", "code")
    for letter in rows.defer("body", "matter__text", "matter__search_text"):
        clock = clock_of(letter)
        dated = (
            clock if clock and may_share(status_of(law, clock.rule)) else None
        )  # else on the page alone, marked
        district, region = units.get(letter.matter.place_id, ("", UNKNOWN))
        yield (
            letter.code, letter.matter.code, region, district, letter.authority.code, letter.authority.kind, letter.kind,
            letter.channel, _iso(letter.sent_on), _iso(letter.registered_on), clock.rule if clock else letter.rule,
            _iso(dated and dated.due_on), _iso(dated and dated.latest_on), _iso(clock and clock.ended_on),
            standing(letter, today, clock, law).state,
        )  # fmt: skip


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _units() -> dict[int, tuple[str, str]]:
    """Number of a place → codes of its district and region."""
    rows = Place.objects.select_related("parent__parent")
    found = {}
    for place in rows:
        unit = place.parent if place.kind == Place.Kind.VILLAGE and place.parent else place
        region = unit.parent or unit
        found[place.pk] = (unit.code if unit.kind == Place.Kind.UNIT else "", region.code)
    return found


in_words = lazy(in_language, str)
MEANINGS: Mapping[str, Any] = {
    "district": lambda: {place.code: place for place in Place.objects.filter(kind=Place.Kind.UNIT)},
    "authority": lambda: {body.code: body for body in Authority.objects.order_by("code")},
    "kind": lambda: dict(Letter.Kind.choices),
    "channel": lambda: dict(Address.Channel.choices),
    "rule": lambda: {key: in_words(rule.title) for key, rule in book().rules.items()},
}


def _letter_rows(first: date, last: date) -> Iterator[Row]:
    at = [list(COLUMNS).index(name) for name in ("region", "body", "standing")]
    counts = Counter(tuple(row[n] for n in at) for row in _letters(first, last))
    yield from counts.items()


LETTERS = Measure(
    name="letters",
    title=_("Letters to authorities and the terms that run on them"),
    definition=_(
        "Every public letter to an authority by the day it was sent, with the term of law that it started and how it "
        "stood on the day of the release. An absent record is unknown, never a breach."
    ),
    unit=_("letters"),
    kind="record",
    dimensions=(
        REGION,
        Dimension("body", _("Kind of body"), lambda: dict(Authority.Kind.choices) | {UNKNOWN: _("not given")}),
        Dimension("standing", _("How it stands"), lambda: dict(STATES)),
    ),
    rows=_letter_rows,
    records=Records(COLUMNS, _letters, MEANINGS),
)  # fmt: skip

MEASURES = (ACTS, LETTERS)
