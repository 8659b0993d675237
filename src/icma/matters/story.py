"""Everything a matter's thread is drawn from, fetched in four queries whatever its length."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from icma.core.access import Who
from icma.core.prepared import prepared
from icma.matters.lateness import WAITING, has_term
from icma.matters.models import Clock, ClockEvent, Entry, Letter, Matter

LIVE = ("running", "paused")


def seats(matter: Matter, who: Who) -> tuple[str, ...]:
    """What of the thread this person sees: everyone's, the team's, the staff's. No query."""
    if who.has("officer", "moderator"):
        return ("public", "team", "staff")
    led = matter.community_id is not None and matter.community_id in who.organisations("coordinator")
    return ("public", "team") if led else ("public",)


def joined(*parts: object) -> str:
    """Parts of a small line, those that say something."""
    return "\N{NO-BREAK SPACE}· ".join(str(part) for part in parts if part)


@dataclass
class Story:
    """`inside`: the reader sees drafts; `leads`: may also write them. `clocks` by letter; None: our own terms."""

    matter: Matter
    today: date
    inside: bool
    leads: bool
    entries: list[Entry]
    letters: dict[int, Letter]
    clocks: dict[int | None, list[Clock]] = field(default_factory=dict)

    @classmethod
    def of(cls, matter: Matter, who: Who, today: date) -> "Story":
        seen = seats(matter, who)
        unseen = ("dropped",) if len(seen) > 1 else ("dropped", "draft")
        letters = {letter.pk: letter for letter in _letters(unseen, matter=matter.pk)}
        rows = sorted(_entries(seen, matter=matter.pk), key=lambda entry: (entry.on, entry.pk))
        leads = who.has("officer") or seen == ("public", "team")
        story = cls(matter, today, len(seen) > 1, leads, rows, letters)
        clocks = {clock.pk: clock for clock in _clocks(matter)}
        for entry in rows:
            if entry.clock_id in clocks:
                entry.clock = clocks[entry.clock_id]
        for clock in clocks.values():
            letter = letters.get(clock.letter_id)
            if letter is not None or clock.letter_id is None:
                clock.matter, clock.letter = matter, letter
                story.clocks.setdefault(clock.letter_id, []).append(clock)
        for letter in letters.values():
            letter.matter, letter.answers = matter, letters.get(letter.answers_id)
            # As prefetch_related would leave it: lateness and ladder read the clocks of a letter from here.
            letter._prefetched_objects_cache = {"clocks": story.clocks.get(letter.pk, [])}
        return story

    def live(self) -> Letter | None:
        """The letter that the next step hangs on: the last one sent, but for those that only follow another."""
        out = [row for row in self.letters.values() if row.direction == "out" and row.stage != "draft"]
        out = [row for row in out if not self._stands_back(row)]
        return max(out, key=lambda row: (row.sent_on or date.min, row.pk), default=None)

    def _stands_back(self, letter: Letter) -> bool:
        """A letter without a term of its own never takes the place of the one that it follows: a reminder at no time,
        a claim not while that one waits, nor once an answer has come after the claim."""
        before: Letter | None = letter
        while before is not None and not has_term(before):
            before = self.letters.get(before.follows_id)
        if before is None or before is letter:
            return False
        if letter.kind == Letter.Kind.REMINDER or before.stage in WAITING:
            return True
        came = [
            row.received_on or row.dated_on for row in self.letters.values() if row.answers_id == before.pk
        ]
        return any(day and day >= (letter.sent_on or date.min) for day in came)


@prepared
def _entries(seen: tuple[str, ...], *, matter: int) -> QuerySet[Entry]:
    return Entry.objects.filter(matter=matter, visibility__in=seen).select_related("words")


@prepared
def _letters(unseen: tuple[str, ...], *, matter: int) -> QuerySet[Letter]:
    rows = Letter.objects.filter(matter=matter).exclude(stage__in=unseen).defer("body")
    return rows.select_related("authority__superior", "forwarded_to", "redacted")


@prepared
def _running(*, matter: int) -> QuerySet[Clock]:
    return Clock.objects.filter(matter=matter).select_related("edition")


@prepared
def _events(*, matter: int) -> QuerySet[ClockEvent]:
    return ClockEvent.objects.filter(clock__matter=matter)


def _clocks(matter: Matter) -> list[Clock]:
    clocks = _running(matter=matter.pk)
    if clocks:
        events: dict[int, list[ClockEvent]] = {}
        for event in _events(matter=matter.pk):
            events.setdefault(event.clock_id, []).append(event)
        for clock in clocks:
            clock._prefetched_objects_cache = {"events": events.get(clock.pk, [])}
    return sorted(clocks, key=lambda clock: (clock.due_on, clock.pk))
