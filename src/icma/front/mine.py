"""My work: what waits for a person, what is due, what is late; one explicit tuple of questions.

Each question is one query, asked only of those it concerns. Every item leads straight to the page where the
thing is done.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.core.access import NOBODY, Who, allowed
from icma.core.day import legal_day
from icma.core.words import date_words
from icma.events.models import Event
from icma.front.reviews import KINDS
from icma.law.models import DataClock, DataRequest, Rule
from icma.matters.access import own
from icma.matters.actions.clocks.silence import CORRECTION
from icma.matters.actions.moderation import waiting
from icma.matters.lateness import ASK_AFTER, SOON, standing, to_ask
from icma.matters.models import Clock, Document, Letter, Matter, Notice, Task
from icma.people.access import held_on
from icma.people.models import Membership, Organisation, User
from icma.people.reviews import waiting_for

MOST = 40
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Item:
    """Something to do. `due`: the day by which; tone: late, now, calm; `act` is the word on the button.

    `does`: where pressing the button does the thing itself; without it the button opens `url`.
    """

    title: str
    url: str
    act: str
    why: str = ""
    due: date | None = None
    tone: str = "calm"
    does: str = ""


def _tone(due: date | None, today: date) -> str:
    if due is None:
        return "calm"
    if due < today:
        return "late"
    return "now" if (due - today).days <= SOON else "calm"


def _led(who: Who, prefix: str = "") -> Q:
    """Matters of the communities that this person coordinates; for officers those that no community leads."""
    led = who.organisations("coordinator")
    rule = Q(**{f"{prefix}community__in": led}) if led else NOBODY
    return rule | Q(**{f"{prefix}community": None}) if who.has("officer") else rule


def _leads(who: Who) -> bool:
    return who.has("coordinator", "officer")


def _page(matter: Matter) -> str:
    return reverse("matter", args=[matter.code])


# --- a country that was just founded ----------------------------------------------------------------------
def begin(who: Who, at: datetime) -> Iterable[Item]:
    """What a first officer does first, until it is done. One query."""
    if not who.has("officer"):
        return
    seats = Membership.objects.filter(held_on(legal_day(at)), user__frozen_at=None)
    factors = Authenticator.objects.filter(user=who.user_id)
    paper = factors.filter(type=Authenticator.Type.RECOVERY_CODES)
    there = User.objects.filter(pk=who.user_id).values_list(
        ~Exists(paper) | Exists(factors.exclude(type=Authenticator.Type.RECOVERY_CODES)),
        Exists(seats.filter(role="officer").exclude(user=who.user_id)),
        Exists(seats.filter(role="advocate")),
        Exists(Organisation.objects.filter(kind="community")),
    ).first() or ()  # fmt: skip
    for done, (title, name, act, why) in zip(there, FIRST, strict=False):
        if not done:
            yield Item(str(title), reverse(name), str(act), str(why))


FIRST = (
    (gettext_lazy("An app or a passkey for yourself"), "mfa_index", gettext_lazy("Set it up"),
     gettext_lazy("Codes on paper are good once each.")),
    (gettext_lazy("A second officer"), "people", gettext_lazy("Give the role"),
     gettext_lazy("Some things take two; and nobody else can freeze your account if your phone is taken.")),
    (gettext_lazy("An advocate"), "people", gettext_lazy("Give the role"),
     gettext_lazy("Until an advocate has confirmed the terms of law, no letter says that one was broken.")),
    (gettext_lazy("The first community"), "organisation_new", gettext_lazy("Found it"),
     gettext_lazy("Matters of places without a community come to your desk.")),
)  # fmt: skip


# --- moderators ----------------------------------------------------------------------------------------
def to_moderate(who: Who, at: datetime) -> Iterable[Item]:
    """Matters that wait for a moderator, those longest waiting first."""
    if not who.has("moderator"):
        return
    today = legal_day(at)
    for clock in waiting()[:MOST]:
        why = f"{clock.matter.place} · {clock.matter.get_channel_display()}"
        url = reverse("moderate_matter", args=[clock.matter.code])
        yield Item(clock.matter.title, url, _("Read and decide"), why, clock.due_on,
                   _tone(clock.due_on, today))  # fmt: skip


def pictures(who: Who, at: datetime) -> Iterable[Item]:
    """Photos of published matters that nobody has looked at."""
    if not who.has("moderator"):
        return
    rows = Document.objects.filter(state="waiting").exclude(matter__stage__in=("raised", "rejected"))
    for one in rows.select_related("matter").order_by("at")[:MOST]:
        url = reverse("moderate_matter", args=[one.matter.code])
        yield Item(one.matter.title, url, _("Look at the photo"), one.get_kind_display())


def notices(who: Who, at: datetime) -> Iterable[Item]:
    if not who.has("moderator", "officer"):
        return
    for notice in Notice.objects.filter(verdict="").select_related("matter").order_by("received_at")[:MOST]:
        why = _("legal notice: %(basis)s") % {"basis": notice.basis}
        url = reverse("notice_decide", args=[notice.matter.code])
        yield Item(notice.matter.title, url, _("Decide"), why, tone="now")


# --- coordinators and the union's desk --------------------------------------------------------------------
def to_take_up(who: Who, at: datetime) -> Iterable[Item]:
    """Published matters near one's community that nobody has taken up; for officers all of them."""
    if not _leads(who):
        return
    today = legal_day(at)
    rows = Clock.objects.filter(
        rule="own.take_up", state="running", matter__stage="open", matter__hidden_at=None
    )
    if not who.has("officer"):
        rows = rows.filter(matter__place__organisations__in=who.organisations("coordinator")).distinct()
    for clock in rows.select_related("matter__place").order_by("due_on", "id")[:MOST]:
        url, why = reverse("take_up", args=[clock.matter.code]), str(clock.matter.place)
        tone = _tone(clock.due_on, today)
        yield Item(clock.matter.title, url, _("Take it up or answer"), why, clock.due_on, tone)


def led(who: Who, at: datetime) -> Iterable[Item]:
    """Matters one leads that wait for a decision of the community."""
    if not _leads(who):
        return
    rows = Matter.objects.filter(_led(who), stage__in=("taken", "answered"), hidden_at=None)
    for matter in rows.select_related("place").order_by("changed_at", "id")[:MOST]:
        why = _("since %(day)s") % {"day": date_words(matter.changed_at)}
        if matter.stage == "taken":
            yield Item(matter.title, reverse("choose_way", args=[matter.code]), _("Choose the way"), why)
        else:
            yield Item(matter.title, _page(matter), _("Look at the answer"), why)


def letters(who: Who, at: datetime) -> Iterable[Item]:
    """Letters to finish, and letters of which no number is known."""
    if not _leads(who):
        return
    today = legal_day(at)
    sent = Q(stage="sent", sent_on__lte=today - timedelta(days=ASK_AFTER))
    rows = Letter.objects.filter(_led(who, "matter__"), Q(stage="draft") | sent, direction="out").defer(
        "body"
    )
    for letter in rows.select_related("matter", "authority").order_by("created_at", "id")[:MOST]:
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


def terms(who: Who, at: datetime) -> Iterable[Item]:
    """Terms that end within a week, and those after which somebody should ask whether anything has come."""
    if not _leads(who):
        return
    today = legal_day(at)
    soon = Q(state="running", due_on__range=(today, today + WEEK), owner__in=("authority", "citizen"))
    rows = Clock.objects.filter(_led(who, "matter__"), to_ask(today) | soon, letter__isnull=False)
    for clock in rows.select_related("matter", "letter", "authority").order_by("due_on", "id")[:MOST]:
        stands = standing(clock, today)
        asks = clock.due_on < today
        act = _("Ask and enter what came") if asks else _("Look")
        url = reverse("silence" if asks else "letter", args=[clock.matter.code, clock.letter.code])
        why = f"{clock.authority or ''} · {stands.label}"
        yield Item(
            clock.matter.title, url, act, why, clock.due_on, "now" if asks else _tone(clock.due_on, today)
        )


def tasks(who: Who, at: datetime) -> Iterable[Item]:
    """One's own tasks, and those of one's community whose day has passed."""
    if who.user_id is None:
        return
    today = legal_day(at)
    passed = Q(organisation__in=who.organisations("coordinator"), until__lt=today)
    rows = Task.objects.filter(Q(who=who.user_id) | passed, done_on=None).select_related("organisation")
    for task in rows.order_by("until", "id")[:MOST]:
        does, url = reverse("task_done", args=[task.code]), reverse("tasks")
        tone = _tone(task.until, today)
        yield Item(task.title, url, _("It is done"), task.organisation.name, task.until, tone, does)


def meetings(who: Who, at: datetime) -> Iterable[Item]:
    """Meetings of this week, and meetings that were held and not counted."""
    if not who.has("coordinator"):
        return
    rows = Event.objects.filter(organisation__in=who.organisations("coordinator"), state="planned")
    for event in rows.filter(starts_at__lt=at + WEEK).order_by("starts_at")[:MOST]:
        if event.starts_at < at:
            url, act, tone = reverse("event_count", args=[event.code]), _("How many came?"), "now"
        else:
            url, act, tone = reverse("event", args=[event.code]), _("Prepare"), "calm"
        yield Item(event.title, url, act, due=legal_day(event.starts_at), tone=tone)


# --- second person, advocates, officials, residents -------------------------------------------------------
def reviews(who: Who, at: datetime) -> Iterable[Item]:
    if not who.has("coordinator", "moderator", "officer"):
        return
    labels = {kind.name: kind.label for kind in KINDS}
    for review in waiting_for(who, at).filter(when="before")[:MOST]:
        why, url = date_words(review.asked_at), f"{reverse('reviews')}#r{review.pk}"
        yield Item(str(labels.get(review.kind, review.kind)), url, _("Look it over"), why)


def unconfirmed(who: Who, at: datetime) -> Iterable[Item]:
    """Answers that came through an official's link and are not known to come from there."""
    if not who.has("officer", "official"):
        return
    today = legal_day(at)
    ours = Clock.objects.filter(letter=OuterRef("answers"), rule=CORRECTION, state="running")
    rows = allowed(Letter.objects.defer("body"), who, "confirm", at).select_related("matter", "authority")
    for letter in rows.annotate(due=Subquery(ours.values("due_on")[:1])).order_by("created_at")[:MOST]:
        url = reverse("letter_confirm", args=[letter.matter.code, letter.code])
        due = letter.due if who.has("officer") else None  # the term is ours, not the authority's
        tone = "late" if due and due < today else "now"
        yield Item(letter.matter.title, url, _("Does it come from there?"), str(letter.authority), due, tone)


def objections(who: Who, at: datetime) -> Iterable[Item]:
    """ "We have answered", "there is a mistake": our three working days run. What waits above is not repeated."""
    if not who.has("officer"):
        return
    today = legal_day(at)
    rows = Clock.objects.filter(rule=CORRECTION, state="running", letter__isnull=False)
    rows = rows.exclude(letter__replies__confirmed=False, letter__replies__stage="received")
    for clock in rows.select_related("matter", "letter__authority").order_by("due_on", "id")[:MOST]:
        url = reverse("objection", args=[clock.matter.code, clock.letter.code])
        why, tone = str(clock.letter.authority), _tone(clock.due_on, today)
        yield Item(clock.matter.title, url, _("Look and decide"), why, clock.due_on, tone)


def data_requests(who: Who, at: datetime) -> Iterable[Item]:
    """People ask what is held about them; and those who had received it wait to be told."""
    if not who.has("officer"):
        return
    today = legal_day(at)
    asked = DataRequest.objects.exclude(person=who.person)
    rows = DataClock.objects.filter(
        state="running", rule__in=("pd.access", "pd.recipients"), request__in=asked
    )
    for clock in rows.select_related("request").order_by("due_on", "id")[:MOST]:
        url = reverse("data_request", args=[clock.request.code])
        act = _("Answer") if clock.rule == "pd.access" else _("Tell those who received it")
        why, tone = clock.request.get_channel_display(), _tone(clock.due_on, today)
        yield Item(clock.request.get_kind_display(), url, act, str(why), clock.due_on, tone)


def to_answer(who: Who, at: datetime) -> Iterable[Item]:
    """Letters to one's own body that wait for an answer, in the order of their dates."""
    bodies = who.authorities()
    if not bodies:
        return
    today = legal_day(at)
    rows = allowed(
        Clock.objects.filter(owner="authority", state="running", authority__in=bodies), who, "list", at
    )
    for clock in (
        rows.filter(letter__isnull=False).select_related("matter", "letter").order_by("due_on")[:MOST]
    ):
        url = reverse("reply_letter", args=[clock.letter.code])
        yield Item(clock.matter.title, url, _("Answer or correct"), clock.letter.number, clock.due_on,
                   "now" if clock.due_on <= today + timedelta(days=SOON) else "calm")  # fmt: skip


def unsigned(who: Who, at: datetime) -> Iterable[Item]:
    if not who.has("advocate"):
        return
    n = Rule.objects.filter(until=None, signed_on=None).exclude(key__startswith="own.").count()
    if n:
        why = _("%(n)s terms of law wait for an advocate") % {"n": n}
        yield Item(_("Terms of law to confirm"), reverse("law_rules"), _("Read and confirm"), why)


def raised(who: Who, at: datetime) -> Iterable[Item]:
    """What one has raised oneself and is not finished."""
    if not who.person and not who.codes:
        return
    rows = Matter.objects.filter(own(who)).exclude(stage__in=("closed", "merged")).distinct()
    for matter in rows.order_by("-changed_at", "-id")[:MOST]:
        why = _("last change %(day)s") % {"day": date_words(matter.changed_at)}
        yield Item(matter.title, reverse("own", args=[matter.code]), _("Look"), why)


Question = Callable[[Who, datetime], Iterable[Item]]
# Every question with its heading, in the order of the page.
QUESTIONS: tuple[tuple[Any, Question], ...] = (
    (gettext_lazy("First steps"), begin),
    (gettext_lazy("To moderate"), to_moderate),
    (gettext_lazy("Photos to look at"), pictures),
    (gettext_lazy("Legal notices"), notices),
    (gettext_lazy("Waiting for a community"), to_take_up),
    (gettext_lazy("Waiting for the community's decision"), led),
    (gettext_lazy("Terms"), terms),
    (gettext_lazy("Letters"), letters),
    (gettext_lazy("Answers to confirm"), unconfirmed),
    (gettext_lazy("Objections of authorities"), objections),
    (gettext_lazy("Requests about data"), data_requests),
    (gettext_lazy("Letters to your body"), to_answer),
    (gettext_lazy("Tasks"), tasks),
    (gettext_lazy("Meetings"), meetings),
    (gettext_lazy("Second person"), reviews),
    (gettext_lazy("Terms of law"), unsigned),
    (gettext_lazy("What you raised"), raised),
)


@dataclass(frozen=True)
class Part:
    title: str
    items: list[Item]


def parts(who: Who, at: datetime) -> list[Part]:
    """What there is to do, by question; questions without an item are left out. Late things stand first."""
    order = {"late": 0, "now": 1, "calm": 2}
    found = []
    for title, ask in QUESTIONS:
        items = sorted(ask(who, at), key=lambda item: (order[item.tone], item.due or date.max))
        if items:
            found.append(Part(title, items))
    return found


def sums(found: list[Part]) -> dict[str, int]:
    """How much waits, is due within two days, is late."""
    items = [item for part in found for item in part.items]
    return {
        "waits": len(items),
        "due": sum(item.tone == "now" for item in items),
        "late": sum(item.tone == "late" for item in items),
    }
