"""The door: a table is counted, protected beside all that is out, looked at by a second person, and then stands."""

import csv
import io
import time
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.cells import safe_cell
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.engines.disclosure import RATE_LEAST, Cell
from icma.engines.publish import Asked, Outcome, counted, lattice, publish
from icma.engines.suppression import Key
from icma.people.actions.review import ask_review, decide_review
from icma.people.models import Review, User
from icma.research.body import Body, K, Words, hash_of, in_all, write_body
from icma.research.flow import RELEASE
from icma.research.measures import Measure, over_same_people
from icma.research.models.release import LICENCE, Release
from icma.research.quarters import is_whole, quarter_of
from icma.research.words import refusal

KIND = "research.release"
BUDGET = 2.5  # seconds of processor time; then a coarser table is tried
SHORTEST = 10  # characters of a reason


@dataclass(frozen=True)
class Draft:
    """A table as it may be published, not written down yet."""

    code: str
    measure: str
    dimensions: list[str]
    first: date
    last: date
    body: bytes
    records: bytes
    audit: dict[str, Any]
    beside: list[str]


def prepare(
    *, measure: Measure, dimensions: Iterable[str], first: date, last: date, by: User, at: datetime
) -> Release:
    """A draft: what of this table may be published beside everything that ever was. Refused says why nothing may."""
    draft = count(measure=measure, dimensions=dimensions, first=first, last=last, at=at)
    return keep(draft=draft, by=by, at=at)


def count(*, measure: Measure, dimensions: Iterable[str], first: date, last: date, at: datetime) -> Draft:
    """Count, protect, attack. Writes nothing and holds no lock: it may take seconds. What is counted is read by one
    query and not kept. People: one closed quarter."""
    _check_span(measure, first, last, legal_day(at))
    _check_people(measure, first, last)
    numbers = measure.numbers(dimensions)
    records, described, rows = _records(measure, first, last)
    beside = list(_known(measure, first, last))
    code, began = public_code(), time.thread_time()
    asked = _asked(measure, numbers, rows, [body for _code, body in beside], first, last)
    found = _protected(measure, asked, began)
    cells = {tuple(key[n] for n in numbers): cell for key, cell in found.cells.items()}
    method = _method(found, measure, numbers, [code for code, _body in beside])
    body = write_body(
        code=code, measure=measure, numbers=numbers, first=first, last=last, made_on=legal_day(at), cells=cells,
        method=method, licence=LICENCE, records=described,
    )  # fmt: skip
    _check_new(measure, body, first, last)
    audit = method | {
        "small": found.small, "close_to_earlier": found.near, "rows": len(cells),
        "narrowest": found.narrowest if found.narrowest is None else min(found.narrowest, 1e9),
        "seconds": round(time.thread_time() - began, 2),
    }  # fmt: skip
    names = [measure.dimensions[n].name for n in numbers]
    return Draft(code, measure.name, names, first, last, body, records, audit, method["beside"])


@action
def keep(*, draft: Draft, by: User, at: datetime) -> Release:
    """Write the draft down; a second person is asked next."""
    return Release.objects.create(
        code=draft.code, measure=draft.measure, dimensions=draft.dimensions, first=draft.first, last=draft.last,
        body=draft.body, records=draft.records, sha256=hash_of(draft.body), audit=draft.audit, beside=draft.beside,
        made_by=by, made_at=at,
    )  # fmt: skip


def _protected(measure: Measure, asked: Asked, began: float) -> Outcome:
    if measure.kind != "people":
        return _plainly(asked)
    found = publish(asked, lambda: time.thread_time() - began > BUDGET)
    if found.refused:
        raise Refused(refusal(found.refused))
    return found


def _check_span(measure: Measure, first: date, last: date, today: date) -> None:
    if not is_whole(first, last) or last >= quarter_of(today)[0]:
        raise Refused(_("Figures are made for whole quarters that are over."))
    if measure.kind == "people" and quarter_of(first)[1] != last:
        raise Refused(_("Figures about people are made for one quarter; longer spans are sums of releases."))


def _check_people(measure: Measure, first: date, last: date) -> None:
    """Nobody is counted in two measures that are out for the same days."""
    if measure.refuses and (why := measure.refuses(first, last)):
        raise Refused(why)
    _check_others(measure.name, first, last)


def _check_others(name: str, first: date, last: date) -> None:
    others = Release.objects.known().filter(
        measure__in=over_same_people(name), first__lte=last, last__gte=first
    )
    if code := others.values_list("code", flat=True).first():
        raise Refused(
            _(
                "A release of this quarter counts the same people in another way: %(code)s. Whoever holds both could work "
                "out small numbers."
            )
            % {"code": code}
        )


def _asked(
    measure: Measure, numbers: tuple[int, ...], rows: dict[Key, int], bodies: list[Body], first: date, last: date
) -> Asked:  # fmt: skip
    """The table as the engine takes it: over all columns of the measure."""
    names = tuple(dimension.name for dimension in measure.dimensions)
    values = {}
    for n in numbers:
        declared = list(measure.dimensions[n].categories())
        values[n] = declared + sorted({key[n] for key in rows} - set(declared))
    told = measure.covered(first, last) if measure.covered else {}
    covered = {names.index(name): keys for name, keys in told.items()}
    return Asked(rows, numbers, values, [body.spread(names) for body in bodies], K, covered)


def _plainly(asked: Asked) -> Outcome:
    """The public record: every number as it is."""
    table = counted(asked, lattice(asked, [asked.chosen]))
    cells = {
        key: Cell("missing") if n is None else Cell("shown" if n else "zero", n) for key, n in table.items()
    }
    return Outcome(cells, crossed=len(asked.chosen), crossings=(asked.chosen,))


def _known(measure: Measure, first: date, last: date) -> Iterable[tuple[str, Body]]:
    """Code and bytes of every earlier release that an attacker may hold beside this one."""
    if measure.kind == "people":
        rows = Release.objects.known().filter(measure=measure.name, first__lte=last, last__gte=first)
        for code, body in rows.order_by("made_at").values_list("code", "body"):
            yield code, Body.read(body)


def _method(found: Outcome, measure: Measure, numbers: tuple[int, ...], beside: list[str]) -> dict[str, Any]:
    """What is said of the protection. How many cells are small, and how the attack went, is not said to the public."""
    return {
        "decision": "coarsened" if found.coarser else "released", "coarser": found.coarser, "crossed": found.crossed,
        "crossings": [[measure.dimensions[n].name for n in columns] for columns in found.crossings],
        "of": len(numbers), "share_withheld": found.share_withheld, "withheld": found.withheld,
        "rate_least": RATE_LEAST, "k": K, "beside": beside,
    }  # fmt: skip


def _records(
    measure: Measure, first: date, last: date
) -> tuple[bytes, dict[str, Any] | None, dict[Key, int]]:
    """The rows of a measure of the public record as compressed CSV, what the release says of them, and the counts of
    its columns: of the written rows themselves, since between two readings a letter may have come in."""
    if measure.records is None:
        return b"", None, {tuple(key): n for key, n in measure.rows(first, last)}
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(measure.records.columns)
    at = [list(measure.records.columns).index(dimension.name) for dimension in measure.dimensions]
    counts, met = Counter[Key](), [set[Any]() for _name in measure.records.columns]
    for row in measure.records.rows(first, last):
        lines.writerow([safe_cell(value) for value in row])
        for seen, value in zip(met, row, strict=True):
            seen.add(value)
        counts[tuple(row[n] for n in at)] += 1
    plain = out.getvalue().encode()
    columns = {name: in_all(title) for name, title in measure.records.columns.items()}
    told = {
        "columns": columns,
        "values": _meanings(measure, met),
        "rows": counts.total(),
        "sha256": hash_of(plain),
    }
    return zlib.compress(plain), told, counts


def _meanings(measure: Measure, met: list[set[Any]]) -> dict[str, dict[str, Words]]:
    """Column of the rows → each key that stands in it → what it means."""
    assert measure.records is not None
    known = {one.name: one.categories for one in measure.dimensions} | dict(measure.records.values)
    found = {}
    for name, seen in zip(measure.records.columns, met, strict=True):
        if name in known:
            found[name] = {key: in_all(words) for key, words in known[name]().items() if key in seen}
    return found


def _check_new(measure: Measure, body: bytes, first: date, last: date) -> None:
    """The same numbers are not published twice."""
    new = Body.read(body)
    earlier = Release.objects.out().filter(measure=measure.name, first=first, last=last)
    for code, old in earlier.values_list("code", "body"):
        read = Body.read(old)
        if read.names == new.names and read.cells == new.cells and measure.kind == "people":
            raise Refused(_("Exactly this table is published already: %(code)s.") % {"code": code})


@action
def ask(*, release: Release, by: User, at: datetime) -> Review:
    """Put the draft before a second person. Whoever asks cannot agree either: so only who prepared it asks."""
    if release.made_by_id not in (None, by.pk):
        raise Refused(
            _("Only who prepared this table asks a second person: otherwise nobody is left to agree.")
        )
    RELEASE.take(release, "ask")
    data = {"title": Body.read(release.body).data["title"], "first": release.first.isoformat(),
            "last": release.last.isoformat()}  # fmt: skip
    return ask_review(kind=KIND, subject=f"release:{release.code}", when="before", by=by, at=at, data=data)


@action
def agree(*, release: Release, by: User, at: datetime) -> Release:
    """The second person lets it out; nothing of it changes from here on."""
    _check_still(release)
    _decide(release, "agreed", by, at)
    RELEASE.take(release, "agree", decided_by=by, decided_at=at)
    return release


def _check_still(release: Release) -> None:
    """What it was protected beside must still be all there is. Of two that are agreed at once the second waits here."""
    if Body.read(release.body).data["kind"] != "people":
        return
    rows = Release.objects.filter(first__lte=release.last, last__gte=release.first)
    at_once = rows.filter(measure__in={release.measure, *over_same_people(release.measure)})
    list(at_once.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    _check_others(release.measure, release.first, release.last)
    rows = rows.filter(measure=release.measure)
    if set(rows.known().values_list("code", flat=True)) != set(release.beside):
        raise Refused(
            _(
                "Another release of this quarter came out after this one was prepared. Send it back and prepare it anew."
            )
        )


@action
def refuse(*, release: Release, reason: str, by: User, at: datetime) -> Release:
    """Sent back with a reason; the draft goes after a month."""
    words = _reason(reason)
    _decide(release, "refused", by, at)
    RELEASE.take(release, "refuse", decided_by=by, decided_at=at, reason=words)
    return release


@action
def withdraw(*, release: Release, reason: str, by: User, at: datetime) -> Release:
    """It is no longer shown, the reason is. Who has a copy has it: later releases are protected beside it all the same."""
    RELEASE.take(release, "withdraw", withdrawn_at=at, reason=_reason(reason))
    return release


def _reason(text: str) -> str:
    words = " ".join(text.split())
    if len(words) < SHORTEST:
        raise Refused(_("Say why, in a sentence."))
    return words[:1000]


def _decide(release: Release, verdict: str, by: User, at: datetime) -> None:
    if by.pk == release.made_by_id:
        raise Refused(_("A second person must look at this: you prepared it yourself."))
    review = Review.objects.filter(kind=KIND, subject=f"release:{release.code}", verdict="").first()
    if review is None:
        raise Refused(_("Somebody has already decided this."))
    decide_review(review=review, verdict=verdict, by=by, at=at)
