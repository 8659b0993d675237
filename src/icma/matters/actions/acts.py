"""What a person did, as inclusion counts it: one Act, apart from who it was.

Sex and band are what the person chose to say at that moment; "not given" is a category like the others and never
guessed later. A date, never a time. `person_key` only where the person is known there anyway (a seat, a list): it
is what erasing empties; a support, a signature, an answer and a raised voice never carry one. Nothing that happens
in a petition becomes an Act by itself: its sums do, and never in protected mode.
"""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.matters.bands import AgeBand, Channel, Doing, Sex
from icma.matters.models import Act, Matter
from icma.people.models import Place

MOST = 5000  # people in one cell
Cell = tuple[str, str, int]  # sex, band, how many


def _checked(verb: str, channel: str, sex: str, band: str, n: int) -> None:
    if verb not in Doing.values or channel not in Channel.values:
        raise ValueError(f"no such act: {verb} {channel}")
    if sex not in Sex.values or band not in AgeBand.values:
        raise ValueError(f"no such cell: {sex} {band}")
    if not 0 <= n <= MOST:
        raise Refused(_("A number of people lies between 0 and 5000."))


@action
def note_act(
    *,
    verb: str,
    channel: str,
    place: Place | None,
    on: date,
    sex: str = Sex.UNKNOWN,
    band: str = AgeBand.UNKNOWN,
    matter: Matter | None = None,
    person_key: str = "",
    n: int = 1,
    source: str = "",
) -> Act | None:
    """One person (or `n` alike) did `verb` on the day `on`. One insert, no other query; callable in a transaction.

    None where the matter is a petition: what happens there is counted from its sums alone, by the mode it is in.
    """
    sex, band = sex or Sex.UNKNOWN, band or AgeBand.UNKNOWN  # an empty choice of a form
    _checked(verb, channel, sex, band, n)
    if matter is not None and matter.kind == Matter.Kind.PETITION:
        return None
    return Act.objects.create(
        verb=verb, channel=channel, place=place, on=on, sex=sex, band=band,
        matter=matter, person_key=person_key, n=n, source=source,
    )  # fmt: skip


@action
def replace_acts(
    *,
    source: str,
    verb: str,
    channel: str,
    place: Place | None,
    on: date,
    cells: Iterable[Cell],
    matter: Matter | None = None,
) -> int:
    """Counts of one `source` anew: earlier ones of this source and verb go. How many people are counted now."""
    rows = [(sex, band, n) for sex, band, n in cells if n]
    for sex, band, n in rows:
        _checked(verb, channel, sex, band, n)
    Act.objects.filter(source=source, verb=verb).delete()
    same = {"verb": verb, "channel": channel, "place": place, "on": on, "matter": matter, "source": source}
    Act.objects.bulk_create(Act(sex=sex, band=band, n=n, **same) for sex, band, n in rows)
    return sum(n for _sex, _band, n in rows)


@action
def act_of(*, person: str, verb: str, matter: Matter, on: date) -> Act | None:
    """What a person of a community did at work, with what he or she chose to say of sex and age as one who leads."""
    sex, band = said_of(person)
    return note_act(
        verb=verb,
        channel=Channel.WEB,
        place=matter.place,
        matter=matter,
        on=on,
        person_key=person,
        sex=sex,
        band=band,
    )


def said_of(person: str) -> tuple[str, str]:
    """Sex and band that somebody who leads chose to be counted with; "not given" where nothing was said."""
    row = (
        Act.objects.filter(person_key=person, verb=Doing.LEAD)
        .order_by("-on")
        .values_list("sex", "band")
        .first()
    )
    return row or (Sex.UNKNOWN.value, AgeBand.UNKNOWN.value)


@action
def say_who(*, person: str, sex: str, band: str, since: date) -> int:
    """Somebody who leads chooses how to be counted as one who leads; how many acts say it now.

    What was given at acts before `since` stays as it was given; who takes it back takes it back everywhere.
    The acts are written anew: sums of acts are told by new numbers that a quarter has changed.
    """
    _checked(Doing.LEAD, Channel.WEB, sex, band, 1)
    mine = Act.objects.filter(person_key=person, verb=Doing.LEAD)
    rows = list(mine if (sex, band) == (Sex.UNKNOWN, AgeBand.UNKNOWN) else mine.filter(on__gte=since))
    Act.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        row.pk, row.sex, row.band = None, sex, band
    return len(Act.objects.bulk_create(rows))


@action
def forget_acts(*, person_key: str) -> int:
    """The person erases: the key is emptied and what was said of sex and age becomes unknown; the counts stay."""
    if not person_key:
        return 0
    unknown = {"person_key": "", "sex": Sex.UNKNOWN, "band": AgeBand.UNKNOWN}
    return Act.objects.filter(person_key=person_key).update(**unknown)
