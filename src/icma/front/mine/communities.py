"""What waits for coordinators, for the union's desk, and for whoever raised something."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from icma.core.access import Who
from icma.core.day import legal_day
from icma.core.prepared import prepared
from icma.core.words import date_words
from icma.events.models import Event
from icma.front.mine.item import MOST, WEEK, Item, leads, led_by, page_of, tone_of
from icma.matters.access import own
from icma.matters.flow import MATTER
from icma.matters.lateness import ASK_AFTER, mark_of, standing, to_ask
from icma.matters.models import Clock, InMail, Letter, Matter, Task
from icma.people.access import ended, units_of
from icma.people.models import Organisation


def to_take_up(who: Who, at: datetime) -> Iterable[Item]:
    """Published matters near one's community that nobody has taken up; for officers all of them."""
    if not leads(who):
        return
    today = legal_day(at)
    act = _("Take it up or answer") if who.has("officer") else str(MATTER.steps["take_up"].label)
    for clock in _untaken(who=who):
        url, why = reverse("take_up", args=[clock.matter.code]), str(clock.matter.place)
        tone = tone_of(clock.due_on, today)
        yield Item(clock.matter.title, url, act, why, clock.due_on, tone)


@prepared
def _untaken(*, who: Who) -> QuerySet[Clock]:
    rows = Clock.objects.filter(
        rule="own.take_up", state="running", matter__stage="open", matter__hidden_at=None
    )
    if not who.has("officer"):
        led = Organisation.objects.filter(pk__in=who.organisations("coordinator"))
        rows = rows.filter(matter__place__in=units_of(led))
    return rows.select_related("matter__place").order_by("due_on", "id")[:MOST]


def led(who: Who, at: datetime) -> Iterable[Item]:
    """Matters one leads that wait for a decision of the community."""
    if not leads(who):
        return
    for matter in _undecided(who=who):
        why = _("since %(day)s") % {"day": date_words(matter.changed_at)}
        if matter.stage == "taken" and matter.way:
            yield Item(matter.title, reverse("letter_new", args=[matter.code]), _("Write a letter"), why)
        elif matter.stage == "taken":
            yield Item(matter.title, reverse("choose_way", args=[matter.code]), _("Choose the way"), why)
        else:
            yield Item(matter.title, page_of(matter), _("Look at the answer"), why)


@prepared
def _undecided(*, who: Who) -> QuerySet[Matter]:
    """A campaign or petition stands in "taken" from its first day; a letter that is begun is listed as a letter."""
    begun = Letter.objects.filter(matter=OuterRef("pk"), stage="draft")
    waits = Q(stage="answered") | Q(stage="taken", kind__in=("issue", "request")) & ~Exists(begun)
    rows = Matter.objects.filter(led_by(who), waits, hidden_at=None)
    rows = rows.defer("text", "search_text").select_related("place")
    return rows.order_by("changed_at", "id")[:MOST]


def letters(who: Who, at: datetime) -> Iterable[Item]:
    """Letters to finish, and letters of which no number is known."""
    if not leads(who):
        return
    for letter in _unfinished(who=who, asked=legal_day(at) - timedelta(days=ASK_AFTER)):
        where = [letter.matter.code, letter.code]
        if letter.stage == "draft":
            yield Item(
                letter.subject, reverse("letter", args=where), _("Finish and send"), str(letter.authority)
            )
        else:
            why = _("sent on %(day)s, no number is known") % {"day": date_words(letter.sent_on)}
            yield Item(
                letter.subject,
                reverse("letter_registered", args=where),
                _("Enter the number"),
                why,
                tone="now",
            )


@prepared
def _unfinished(*, who: Who, asked: date) -> QuerySet[Letter]:
    sent = Q(stage="sent", sent_on__lte=asked)
    rows = Letter.objects.filter(led_by(who, "matter__"), Q(stage="draft") | sent, direction="out")
    rows = rows.defer("body", "matter__text", "matter__search_text").select_related("matter", "authority")
    return rows.order_by("created_at", "id")[:MOST]


def mails(who: Who, at: datetime) -> Iterable[Item]:
    """What was mailed for a letter and nobody has read; machines' replies stand on the letter's page alone."""
    if not settings.MAIL_IN_DOMAIN or not leads(who):
        return
    for mail in _mails(who=who):
        url = reverse("letter_mail", args=[mail.letter.matter.code, mail.code])
        why = f"{mail.get_kind_display()} · {mail.letter.authority} · {date_words(mail.received_at)}"
        yield Item(mail.letter.subject, url, _("Read"), why, tone="now")


@prepared
def _mails(*, who: Who) -> QuerySet[InMail]:
    rows = InMail.objects.filter(led_by(who, "letter__matter__"), state="new").exclude(kind="auto")
    rows = rows.defer("letter__body", "letter__matter__text", "letter__matter__search_text")
    return rows.select_related("letter__matter", "letter__authority").order_by("received_at", "id")[:MOST]


def terms(who: Who, at: datetime) -> Iterable[Item]:
    """Terms that end within a week, and those after which somebody should ask whether anything has come."""
    if not leads(who):
        return
    today = legal_day(at)
    for clock in _ending(who=who, today=today, week=today + WEEK):
        stands = standing(clock, today)
        asks = clock.due_on < today
        act = _("Ask and enter what came") if asks else _("Look")
        url = reverse("silence" if asks else "letter", args=[clock.matter.code, clock.letter.code])
        why = f"{clock.authority or ''} · {stands.label} · {mark_of(clock)}"
        yield Item(
            clock.matter.title, url, act, why, clock.due_on, "now" if asks else tone_of(clock.due_on, today)
        )


@prepared
def _ending(*, who: Who, today: date, week: date) -> QuerySet[Clock]:
    soon = Q(state="running", due_on__range=(today, week), owner__in=("authority", "citizen"))
    rows = Clock.objects.filter(led_by(who, "matter__"), to_ask(today) | soon, letter__isnull=False)
    rows = rows.defer("matter__text", "matter__search_text", "letter__body")
    return rows.select_related("matter", "letter", "authority", "edition").order_by("due_on", "id")[:MOST]


def tasks(who: Who, at: datetime) -> Iterable[Item]:
    """One's own tasks, and those whose day has passed of one's community; for officers of the union, and of
    communities that have ended."""
    if who.user_id is None:
        return
    today = legal_day(at)
    for task in _tasks(who=who, today=today):
        does, url = reverse("task_done", args=[task.code]), reverse("tasks")
        tone = tone_of(task.until, today)
        yield Item(task.title, url, _("It is done"), task.organisation.name, task.until, tone, does)


@prepared
def _tasks(*, who: Who, today: date) -> QuerySet[Task]:
    theirs = Q(organisation__in=who.organisations("coordinator", "officer"))
    if who.has("officer"):
        theirs |= Q(organisation__in=ended().values("pk"))
    rows = Task.objects.filter(Q(who=who.user_id) | theirs & Q(until__lt=today), done_on=None)
    rows = rows.exclude(tactic__campaign__stage="done")  # a plan that has ended asks nothing of anybody
    rows = rows.select_related("organisation")
    return rows.order_by("until", "id")[:MOST]


def meetings(who: Who, at: datetime) -> Iterable[Item]:
    """Meetings of this week, and meetings that were held and not counted."""
    if not who.has("coordinator"):
        return
    for event in _meetings(who=who, week=at + WEEK):
        if event.starts_at < at:
            url, act, tone = reverse("event_count", args=[event.code]), _("How many came?"), "now"
        else:
            url, act, tone = reverse("event", args=[event.code]), _("Prepare"), "calm"
        yield Item(event.title, url, act, due=legal_day(event.starts_at), tone=tone)


@prepared
def _meetings(*, who: Who, week: datetime) -> QuerySet[Event]:
    rows = Event.objects.filter(organisation__in=who.organisations("coordinator"), state="planned")
    return rows.filter(starts_at__lt=week).order_by("starts_at")[:MOST]


def raised(who: Who, at: datetime) -> Iterable[Item]:
    """What one has raised oneself and is not finished."""
    if not who.person and not who.codes:
        return
    for matter in _raised(who=who):
        why = _("last change %(day)s") % {"day": date_words(matter.changed_at)}
        yield Item(matter.title, reverse("own", args=[matter.code]), _("Look"), why)


@prepared
def _raised(*, who: Who) -> QuerySet[Matter]:
    rows = Matter.objects.filter(own(who)).exclude(stage__in=("closed", "merged"))
    return rows.defer("text", "search_text").distinct().order_by("-changed_at", "-id")[:MOST]
