"""Figures of public record: anyone can list the rows they count. Kept for a minute (core/kept.py).

Fair by construction: a share always carries n and its interval, nothing is shown below n = 5, open requests
are censored (Kaplan–Meier), a record that is merely absent is "unknown" and never "late", a term that was not
read in the act itself and that no advocate signed enters no share, a disputed one neither. A term enters a share
on the day after its latest lawful day, answered or not: else quick answers would count two months before silence can.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from icma.core.access import STRANGER, allowed
from icma.core.day import legal_day, moment
from icma.core.kept import kept
from icma.core.prepared import prepared
from icma.engines.intervals import Median, Share, waiting, wilson
from icma.law.book import Book, book
from icma.law.certainty import lateness_status, may_share, status_of
from icma.matters.access import seen_villages
from icma.matters.grounds import Ground, with_ground
from icma.matters.lateness import own_share, standing
from icma.matters.models import Clock, Letter, Matter
from icma.people.models import Organisation

LEAST = 5
TEN = 10  # minutes, for what stands in the margin of many pages
OVER = ("closed", "merged")


@dataclass(frozen=True)
class Case:
    """One request as it stands: days waited (calendar days), answered?, and in which share it counts."""

    days: int
    answered: bool
    verdict: str  # in_time, late, silent, unknown, running
    counts: bool  # its term may enter a share, and the latest day that the law could allow is over
    signed: bool  # an advocate has confirmed the term


@dataclass(frozen=True)
class Record:
    """The public record of one body, or of us. Shares are None below n = 5; `n` requests stand behind it."""

    n: int
    open: int
    median: Median | None
    in_time: Share | None
    late: Share | None
    silent: Share | None
    unknown: Share | None
    due: int = 0
    unsigned: bool = False

    @property
    def in_time_n(self) -> int:
        return round((self.in_time.value or 0) * self.in_time.n) if self.in_time else 0

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The shares for `{% bars %}`, each with its interval and n."""
        named = (
            (_("answered in time"), self.in_time),
            (_("answered late"), self.late),
            (_("no answer, asked and confirmed"), self.silent),
            (_("not known: no record of an answer"), self.unknown),
        )
        return [
            {"label": label, "share": s.value, "low": s.low, "high": s.high, "n": s.n}
            for label, s in named
            if s
        ]


VERDICTS = {"answered": "in_time", "answered_late": "late", "silent": "silent", "no_record": "unknown"}
FIELDS = (
    "rule", "owner", "state", "started_at", "ended_on", "due_on", "latest_on", "asked_on", "disputed_at",
)  # fmt: skip


def case_of(clock: Any, today: date, law: Book) -> Case:
    """How one clock stands today, by the words of lateness.py: the latest lawful date decides."""
    stands, status = standing(clock, today, law=law), status_of(law, clock.rule)
    days = max(((clock.ended_on or today) - legal_day(clock.started_at)).days, 0)
    verdict = VERDICTS.get(stands.state, "running")
    counts = may_share(lateness_status(law, clock.rule)) and clock.latest_on < today
    return Case(days, clock.state == "answered", verdict, counts, status == "signed")


def record_of(cases: Iterable[Case]) -> Record:
    cases = list(cases)
    due = [case for case in cases if case.counts and case.verdict != "running"]
    times = waiting((case.days, case.answered) for case in cases).median() if len(cases) >= LEAST else None

    def share(verdict: str) -> Share | None:
        return wilson(sum(case.verdict == verdict for case in due), len(due)) if len(due) >= LEAST else None

    return Record(
        n=len(cases), open=sum(not case.answered for case in cases), median=times,
        in_time=share("in_time"), late=share("late"), silent=share("silent"), unknown=share("unknown"),
        due=len(due), unsigned=any(not case.signed for case in due),
    )  # fmt: skip


def _answers() -> QuerySet[Clock]:
    """The clocks that run for an answer: one a letter and body, public letters only."""
    clocks = Clock.objects.filter(owner="authority", rule=F("letter__rule"), letter__direction="out")
    return allowed(clocks, STRANGER, "list", moment(date(2000, 1, 1)))


@prepared
def _asked(*, body: int) -> QuerySet:
    return _answers().filter(authority=body).values_list(*FIELDS, named=True)


def authority(pk: int, today: date, minutes: int = 1) -> Record:
    """Record of one authority, at most so many minutes old."""

    def make() -> Record:
        law = book()
        return record_of(case_of(clock, today, law) for clock in _asked(body=pk))

    return kept(("authority", pk, today), make, minutes)


@dataclass(frozen=True)
class Answers:
    """What the answers of a body were, as they were classified; no rows below n = 5. `first`: the oldest one's day;
    `unsure`: came through a link, and no contact of the body has confirmed them."""

    n: int
    unsure: int
    first: date | None
    rows: list[dict[str, Any]]


def answers(pk: int, today: date) -> Answers:
    """One query; of those whose kind somebody has said."""

    def make() -> Answers:
        said = Letter.objects.filter(IS_ANSWER, authority=pk).exclude(answer="")
        rows = allowed(said, STRANGER, "list", moment(today))
        found = rows.values("answer").annotate(
            n=Count("pk"),
            unsure=Count("pk", filter=Q(confirmed=False)),
            first=Min(Coalesce("received_on", "dated_on")),
        )
        kinds = sorted(found.order_by(), key=lambda kind: (-kind["n"], kind["answer"]))
        n = sum(kind["n"] for kind in kinds)
        shares = ((Letter.Answer(kind["answer"]).label, wilson(kind["n"], n)) for kind in kinds)
        return Answers(
            n, sum(kind["unsure"] for kind in kinds), min((kind["first"] for kind in kinds if kind["first"]), default=None),
            [{"label": label, "share": s.value, "low": s.low, "high": s.high, "n": n} for label, s in shares] if n >= LEAST else [],
        )  # fmt: skip

    return kept(("answers", pk, today), make)


@dataclass(frozen=True)
class Grounds:
    """On what a body based its refusals; no rows below n = 5. `unsaid`: refusals whose ground nobody has entered."""

    n: int
    unsaid: int
    rows: list[dict[str, Any]]


def grounds(pk: int, today: date) -> Grounds:
    """One query; each with n and its interval, of the refusals whose ground was entered."""

    def make() -> Grounds:
        refused = allowed(
            Letter.objects.filter(IS_ANSWER, authority=pk, answer="refusal"), STRANGER, "list", moment(today)
        )
        said = Counter(with_ground(refused).values_list("ground", flat=True))
        unsaid = said.pop(None, 0)
        n = said.total()
        shares = (
            (Ground(ground).label, wilson(times, n))
            for ground, times in sorted(said.items(), key=lambda row: (-row[1], row[0]))
        )
        rows = (
            [{"label": label, "share": s.value, "low": s.low, "high": s.high, "n": n} for label, s in shares]
            if n >= LEAST
            else []
        )
        return Grounds(n, unsaid, rows)

    return kept(("grounds", pk, today), make)


NOTHING = Record(0, 0, None, None, None, None, None)


def by_authority(today: date) -> dict[int, Record]:
    """{authority: its record} for lists; all requests are read once, for the country's record too."""

    def make() -> dict[int, Record]:
        law, found = book(), defaultdict(list)
        for clock in _answers().values_list("authority_id", *FIELDS, named=True).iterator():
            found[clock.authority_id].append(case_of(clock, today, law))
        made = {body: record_of(cases) for body, cases in found.items()}
        return {0: record_of(chain.from_iterable(found.values())), **made}

    return kept(("authorities", today), make)


def all_authorities(today: date) -> Record:
    return by_authority(today)[0]


@dataclass(frozen=True)
class Own:
    """One of our own terms: how many of those decided were kept; share None below n = 5."""

    label: Any
    kept: int
    n: int
    share: Share | None

    @property
    def row(self) -> dict[str, Any]:
        """For `{% bars %}`, by the same measure as an authority's."""
        if self.share is None:
            return {"label": self.label, "value": _("fewer than five"), "n": self.n}
        return {
            "label": self.label,
            "share": self.share.value,
            "low": self.share.low,
            "high": self.share.high,
            "n": self.n,
        }


OWN_LABELS = {
    "own.moderate": _("moderated in two working days"),
    "own.take_up": _("taken up or answered in ten"),
}


def ours(at: datetime) -> list[Own]:
    """Our own terms by the same measure: they stand beside the authorities'."""

    def make() -> list[Own]:
        return [
            Own(
                OWN_LABELS[row.rule],
                row.in_time,
                row.n,
                wilson(row.in_time, row.n) if row.n >= LEAST else None,
            )
            for row in own_share(at)
        ]

    return kept(("ours", legal_day(at)), make)


# A note of registration or of an extension is no answer; one that a body has given and nobody has classified is.
IS_ANSWER = Q(direction="in") & ~Q(answer__in=("registration", "extension")) & ~Q(answer="", confirmed=False)


@dataclass(frozen=True)
class Country:
    """What anyone could count on the public lists."""

    communities: int
    matters: int
    live: int
    solved: int
    letters: int
    answers: int


def country(today: date) -> Country:
    def make() -> Country:
        at = moment(today)
        matters = allowed(Matter.objects.all(), STRANGER, "list", at).aggregate(
            all=Count("pk"), live=Count("pk", filter=~Q(stage__in=OVER)),
            solved=Count("pk", filter=Q(outcome__in=("solved", "partly"))),
        )  # fmt: skip
        letters = allowed(Letter.objects.all(), STRANGER, "list", at).aggregate(
            out=Count("pk", filter=Q(direction="out")),
            answers=Count("pk", filter=IS_ANSWER),
        )
        groups = Organisation.objects.filter(kind="community", until=None)
        return Country(
            communities=allowed(groups, STRANGER, "list", at).count(),
            matters=matters["all"], live=matters["live"], solved=matters["solved"],
            letters=letters["out"], answers=letters["answers"],
        )  # fmt: skip

    return kept(("country", today), make)


def rejected(today: date) -> int:
    """Matters that were not published."""
    return kept(("rejected", today), lambda: Matter.objects.filter(stage="rejected").count())


def by_unit(today: date) -> dict[str, tuple[int, int]]:
    """{code of the unit: (live matters, all public matters)}."""

    def make() -> dict[str, tuple[int, int]]:
        rows = allowed(Matter.objects.all(), STRANGER, "list", moment(today)).values_list("place__code")
        counted = rows.annotate(live=Count("pk", filter=~Q(stage__in=OVER)), n=Count("pk")).order_by()
        return {code: (live, n) for code, live, n in counted}

    return kept(("units", today), make)


def village_seen(village: int, today: date) -> bool:
    """Whether the public may see this village."""

    def make() -> bool:
        return seen_villages(moment(today)).filter(village=village).exists()

    return kept(("village", village, today), make)


def villages_of(unit: int, today: date) -> list[int]:
    """The villages of a district that the public may see."""

    def make() -> list[int]:
        seen = seen_villages(moment(today)).filter(village__parent=unit)
        return list(seen.values_list("village", flat=True))

    return kept(("villages", unit, today), make)
