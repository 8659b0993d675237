"""What waits for officers, moderators, advocates, officials, and for a second person."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.core.access import Who, allowed
from icma.core.day import legal_day
from icma.core.words import date_words
from icma.front.mine.item import MOST, Item, tone_of
from icma.front.reviews import KINDS, owed
from icma.law.models import DataClock, DataRequest, LetterText, Rule
from icma.matters.actions.clocks.silence import CORRECTION
from icma.matters.actions.moderation import waiting
from icma.matters.calls import asked_for_a_call
from icma.matters.lateness import SOON, mark_of
from icma.matters.models import Clock, Document, Letter, Notice
from icma.matters.story import joined
from icma.people.access import WORDS, held_on
from icma.people.actions.returned import came_back
from icma.people.models import Authority, Mail, Membership, Organisation, User
from icma.people.reviews import to_agree


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
        ~Exists(Authority.objects.filter(kind="executive", until=None, superior=None, parent=None)),
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
    (gettext_lazy("Who hears complaints about local bodies"), "directory", gettext_lazy("Complete the directory"),
     gettext_lazy("We ship no superior body that no source names; without one a complaint has no addressee.")),
)  # fmt: skip


def mail_back(who: Who, at: datetime) -> Iterable[Item]:
    """Mail to oneself, and for officers to whoever holds a seat, that came back: nobody is left out unnoticed. One query
    as long as none did."""
    back = Q(person=who.person or "-")
    if who.has("officer"):
        seats = Membership.objects.filter(held_on(legal_day(at)), user__frozen_at=None)
        back |= Q(person__in=seats.values("user__person"))
    persons = Mail.objects.filter(back, state=Mail.State.RETURNED).order_by().values_list("person", flat=True)
    for user in User.objects.filter(person__in=came_back(set(persons))):
        if user.person == who.person:
            yield Item(
                _("Mail to your address comes back"), reverse("account"), _("Check the address"), tone="late"
            )
        else:
            title = _("Mail to %(name)s comes back") % {"name": user}
            why = _("Call and ask for the right address.")
            yield Item(title, reverse("person", args=[user.person]), _("Open"), why, tone="now")


def calls(who: Who, at: datetime) -> Iterable[Item]:
    """Who asked for a call: nobody has made it yet, or written down what was said. Of a matter that a community has
    taken up its coordinator is told too.
    """
    officer, led = who.has("officer"), who.organisations("coordinator")
    if not (officer or led):
        return
    for matter in asked_for_a_call(None if officer else led):
        wish, safe = matter.wish, _("A safe hour")
        hour = f"{safe}: {wish['hour']}" if wish.get("hour") else ""
        woman = _("a woman should call") if wish.get("woman") else ""
        url = reverse("desk") if officer else reverse("contact", args=[matter.code])
        yield Item(matter.title, url, _("Call"), joined(matter.place, hour, woman), tone="now")


def to_moderate(who: Who, at: datetime) -> Iterable[Item]:
    """Matters that wait for a moderator, those longest waiting first."""
    if not who.has("moderator"):
        return
    today = legal_day(at)
    for clock in waiting()[:MOST]:
        why = f"{clock.matter.place} · {clock.matter.get_channel_display()}"
        url = reverse("moderate_matter", args=[clock.matter.code])
        yield Item(clock.matter.title, url, _("Read and decide"), why, clock.due_on,
                   tone_of(clock.due_on, today))  # fmt: skip


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


def reviews(who: Who, at: datetime) -> Iterable[Item]:
    """What a second person decides; words are owed a look within our own term, and stay until somebody has read them."""
    if not who.has("coordinator", "moderator", "officer"):
        return
    labels, rows = {kind.name: kind.label for kind in KINDS}, list(to_agree(who=who, at=at))
    due, today = owed() if any(row.kind in WORDS for row in rows) else None, legal_day(at)
    for review in rows:
        why, url = (
            _("since %(day)s") % {"day": date_words(review.asked_at)},
            f"{reverse('reviews')}#r{review.pk}",
        )
        label = str(labels.get(review.kind, review.kind))
        if due is None or review.kind not in WORDS:
            yield Item(label, url, _("Look it over"), why)
            continue
        name, day = str(review.data.get("title") or review.data.get("name") or label), due(review)
        yield Item(name, url, _("Read and decide"), label, day, tone_of(day, today))


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
        why, tone = str(clock.letter.authority), tone_of(clock.due_on, today)
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
    for clock in rows.select_related("request", "edition").order_by("due_on", "id")[:MOST]:
        url = reverse("data_request", args=[clock.request.code])
        act = _("Answer") if clock.rule == "pd.access" else _("Tell those who received it")
        why = f"{clock.request.get_channel_display()} · {mark_of(clock)}"
        yield Item(
            clock.request.get_kind_display(), url, act, why, clock.due_on, tone_of(clock.due_on, today)
        )


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
        rows.filter(letter__isnull=False)
        .select_related("matter", "letter", "edition")
        .order_by("due_on")[:MOST]
    ):
        url, why = (
            reverse("reply_letter", args=[clock.letter.code]),
            f"{clock.letter.number} · {mark_of(clock)}",
        )
        yield Item(clock.matter.title, url, _("Answer or correct"), why, clock.due_on,
                   "now" if clock.due_on <= today + timedelta(days=SOON) else "calm")  # fmt: skip


def unsigned(who: Who, at: datetime) -> Iterable[Item]:
    if not who.has("advocate"):
        return
    n = Rule.objects.filter(until=None, signed_on=None).exclude(key__startswith="own.").count()
    if n:
        why = _("%(n)s terms of law wait for an advocate") % {"n": n}
        yield Item(_("Terms of law to confirm"), reverse("law_rules"), _("Read and confirm"), why)
    newer = LetterText.objects.filter(key=OuterRef("key"), language="az", version__gt=OuterRef("version"))
    n = LetterText.objects.filter(~Exists(newer), language="az", signed_on=None).count()
    if n:
        why = _("%(n)s texts of letters wait for an advocate") % {"n": n}
        yield Item(_("Texts of letters to sign"), reverse("letter_texts"), _("Read and sign"), why)
