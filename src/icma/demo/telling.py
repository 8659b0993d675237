"""Telling every tale, day by day as the days went by, with the jobs that each day would have run."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random

from icma.core.action import Refused
from icma.core.day import moment
from icma.demo.country import Country
from icma.demo.days import Days
from icma.demo.scene import Scene
from icma.demo.tales import Line, tales
from icma.demo.verbs import VERBS
from icma.matters.actions import moderation
from icma.matters.actions.support import count_supports
from icma.matters.actions.tasks import READ as NEED
from icma.matters.actions.tasks import let_out
from icma.matters.actions.telling import HELD
from icma.matters.compose.wishes import WISHES
from icma.matters.jobs import emit_due, emit_steps
from icma.matters.models import Entry
from icma.people.access import WORDS
from icma.people.actions.review import decide_review
from icma.people.models import Review

Say = Callable[[str], None]
Dated = tuple[date, int, Scene, Line]
SEED = 54
ROUND = timedelta(days=4)  # how often the past's jobs are run; every day in the last two weeks
RECENT = timedelta(days=14)
UNREAD, SOON_READ = timedelta(hours=20), timedelta(hours=5)  # what was written last still waits
SAID = 150  # lines between two words to the person who waits


def tell_all(country: Country, at: datetime, say: Say) -> None:
    """Every line of every tale in the order of time. Raises Refused that names tale and line."""
    days = Days(at)
    lines = sorted(_dated(country, days), key=lambda row: (min(row[0], days.today), row[1], row[2].tale.key))
    job_on = lines[0][0]
    for number, (day, step, scene, line) in enumerate(lines, 1):
        while job_on < min(day, days.today):
            read_words(country, moment(job_on, 8))
            emit_due(moment(job_on, 8))
            if days.today - job_on <= RECENT:
                emit_steps(moment(job_on, 8))
            job_on += timedelta(days=1) if days.today - job_on <= RECENT else ROUND
        scene.on, scene.day, scene.step = day, min(day, days.today), step
        scene.at = days.moment(scene.day, 4 * step + scene.rng.randint(0, 3))
        _tell(scene, line)
        if number % SAID == 0:
            say(f"  {number} of {len(lines)} things have happened…")
    count_supports(at=at)
    read_words(country, at - UNREAD)
    emit_due(at)
    emit_steps(at)


def read_words(country: Country, before: datetime) -> None:
    """A moderator reads what was written beside the facts up to this moment, each a few hours after it was."""
    held = Entry.objects.filter(verb=HELD, words__erased_at=None, at__lt=before).select_related("matter")
    reader = country.persons["moderator"]
    for entry in held.order_by("pk"):
        moderation.show_words(entry=entry, at=entry.at + SOON_READ, by=reader)
    words = Review.objects.filter(kind__in=WORDS, verdict="", asked_at__lt=before).select_related("asked_by")
    for review in words.order_by("pk"):
        apply, at = let_out if review.kind == NEED else None, review.asked_at + SOON_READ
        decide_review(review=review, verdict="agreed", by=reader, at=at, apply=apply)


def _dated(country: Country, days: Days) -> Iterator[Dated]:
    """(day, place in its tale, scene, line) of every line; days within a tale never go back."""
    for tale in tales():
        scene = Scene(tale, country, days, Random(f"{SEED} {tale.key}"))
        before, rule = None, ""
        for step, line in enumerate(tale.lines):
            rule = rule_of(line) or rule
            day = days.of(line, rule, before)
            before = min(day, days.today)
            yield day, step, scene, line
            if line.verb == "task" and "done" in line.words:
                later = Line("done", ago=int(line.words[-1]), texts=line.texts)
                yield days.of(later, "", day), step, scene, later


def rule_of(line: Line) -> str:
    """The rule whose term a line's letter will start; '' for a line that is no letter."""
    wish = {"letter": line.words[1:2], "complain": ("complaint",), "ombudsman": ("ombudsman",)}.get(line.verb)
    return WISHES[wish[0]].rule if wish else ""


def _tell(scene: Scene, line: Line) -> None:
    if line.verb == "done":  # what is done was read before
        read_words(scene.country, scene.at - SOON_READ)
    try:
        VERBS[line.verb](scene, line)
    except (Refused, KeyError, ValueError) as error:
        raise Refused(
            f"{scene.tale.key}, {scene.day}, {line.verb} {' '.join(line.words)}: {error}"
        ) from error
