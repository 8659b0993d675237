"""Mails from the news: one digest a day, and what cannot wait. Words are found at sending."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from icma.advocacy.news_mail import words_of_update
from icma.core.day import BAKU, legal_day
from icma.core.words import date_words
from icma.events.access import invitation_token
from icma.events.models import Event, Invitation
from icma.front.notices import cases, heads
from icma.front.notices.news import (
    HORIZON,
    LEADERS,
    feed_between,
    followers_with_news,
    leaders,
    news,
    public_ids,
    sentence,
    who_of_person,
)
from icma.front.notices.results import words_of_report
from icma.law.models import DataRequest
from icma.matters.lateness import doubt_of, may_leave_the_page
from icma.matters.models import Clock, Entry, Part
from icma.matters.verbs import may_be_passed_on
from icma.people.access import held_on
from icma.people.actions.mail import as_it_is, queue_mail, send_waiting, wanting
from icma.people.models import Mail, Membership, Opening, User

FIRST_HOUR = 8  # nobody is written to at night; what cannot wait comes first thing in the morning
URGENT = timedelta(days=7)
MOST_ITEMS, MOST_LINES = 20, 4


# --- the digest ------------------------------------------------------------------------------------
def queue_digests(at: datetime) -> int:
    """One digest for today for each person with something new; how many were queued now.

    A digest begins where the last one ended, so a worker that was off for days makes one digest, for today.
    """
    if at.astimezone(BAKU).hour < FIRST_HOUR:
        return 0
    key = f"digest:{legal_day(at)}"
    newest = followers_with_news(at)
    seats = Membership.objects.filter(until=None, role__in=LEADERS)
    coordinators = set(seats.values_list("user__person", flat=True))
    had = set(Mail.objects.filter(key=key).values_list("person", flat=True))
    reachable = wanting((set(newest) | coordinators) - had, "daily", at)
    ends = last_ends(reachable)
    queued = 0
    for person, language in reachable.items():
        since = ends.get(person, at - HORIZON)
        if person not in coordinators and newest[person] <= since:
            continue
        if news(who_of_person(person, at), since, at):
            data = {"since": since.isoformat(), "until": at.isoformat()}
            queued += (
                queue_mail(person=person, key=key, kind="digest", data=data, at=at, language=language)
                is not None
            )
    return queued


def last_ends(persons: Iterable[str]) -> dict[str, datetime]:
    """Person → moment up to which the last digest told."""
    rows = Mail.objects.filter(kind="digest", person__in=list(persons)).order_by("pk")
    return {
        person: datetime.fromisoformat(data["until"]) for person, data in rows.values_list("person", "data")
    }


# --- what cannot wait ------------------------------------------------------------------------------
Wanted = tuple[str, str, dict[str, Any]]  # person, key, data


def queue_urgent(at: datetime) -> int:
    """Terms that end today, answers, opened contacts, invitations, data requests: each once a person; how many now."""
    if at.astimezone(BAKU).hour < FIRST_HOUR:
        return 0
    wanted = [
        *_terms(at),
        *_answers(at),
        *_opened(at),
        *_invitations(at),
        *_requests(at),
        *heads.complaints(at),
    ]
    had = set(Mail.objects.filter(key__in={key for _p, key, _d in wanted}).values_list("person", "key"))
    new = [row for row in wanted if (row[0], row[1]) not in had]
    reachable = wanting({person for person, _k, _d in new}, "urgent", at)
    return sum(
        queue_mail(person=person, key=key, kind="urgent", data=data, at=at, language=reachable[person])
        is not None
        for person, key, data in new
        if person in reachable
    )


def _terms(at: datetime) -> Iterator[Wanted]:
    """Whoever leads hears of a term on its last day; a late worker still tells, for a week."""
    today = legal_day(at)
    clocks = Clock.objects.filter(state="running", due_on__gt=today - URGENT, due_on__lte=today)
    rows = list(clocks.exclude(matter__community=None).values_list("pk", "due_on", "matter__community"))
    who = leaders(list({community for _pk, _on, community in rows}), at)
    for pk, due_on, community in rows:
        for person in who[community]:
            yield person, f"due:{pk}:{due_on}", {"about": "clock", "id": pk}


def _answers(at: datetime) -> Iterator[Wanted]:
    rows = Entry.objects.filter(verb="answer_came", at__gt=at - URGENT, at__lte=at)
    found = list(rows.values_list("pk", "matter", "matter__community", "by__person"))
    who = leaders(list({community for *_ignored, community, _by in found if community}), at)
    authors: dict[int, set[str]] = {}
    parts = Part.objects.filter(matter__in=[row[1] for row in found], role="author", until=None)
    for matter, person in parts.values_list("matter", "person"):
        authors.setdefault(matter, set()).add(person)
    for pk, matter, community, by in found:
        for person in (who.get(community, set()) | authors.get(matter, set())) - {by}:
            yield person, f"answer:{pk}", {"about": "entry", "id": pk}


def _opened(at: datetime) -> Iterator[Wanted]:
    rows = Opening.objects.filter(at__gt=at - URGENT, at__lte=at, person__in=User.objects.values("person"))
    for pk, person in rows.values_list("pk", "person"):
        yield person, f"opened:{pk}", {"about": "opening", "id": pk}


def _invitations(at: datetime) -> Iterator[Wanted]:
    """The key carries since when there is something to tell: a meeting that was moved is told anew."""
    rows = Invitation.objects.filter(event__starts_at__gt=at).exclude(event__state="held")
    for person, code, told in rows.values_list("person", "event__code", "at"):
        yield person, f"meeting:{code}:{told:%Y%m%d%H%M%S%f}", {"about": "event", "code": code}


def _requests(at: datetime) -> Iterator[Wanted]:
    """A request about data: its officers hear that it came, the one who asked that it was decided."""
    new = DataRequest.objects.filter(stage="waiting", asked_at__gt=at - URGENT, asked_at__lte=at)
    found = list(new.values_list("code", "person"))
    seats = Membership.objects.filter(held_on(legal_day(at)), role="officer")
    officers = list(seats.values_list("user__person", flat=True).distinct()) if found else []
    for code, asker in found:
        for person in officers:
            if person != asker:
                yield person, f"asked:{code}", {"about": "request", "code": code}
    ended = DataRequest.objects.filter(stage__in=("answered", "refused"), ended_at__gt=at - URGENT)
    for code, person in ended.values_list("code", "person"):
        yield person, f"decided:{code}", {"about": "request", "code": code}


# --- words at the moment of sending ----------------------------------------------------------------
def deliver(at: datetime, most: int = 200) -> tuple[int, int]:
    """Send what waits: (sent, failed)."""
    return send_waiting(at, most, fill)


def fill(mail: Mail) -> dict[str, Any] | None:
    """Values for the template of a mail, in the active language; None when there is nothing to say."""
    if mail.kind == "digest":
        return _digest(mail)
    if mail.kind in ("urgent", "duty"):
        about = {
            "clock": _clock, "entry": _entry, "opening": _opening, "event": _event, "after": _after, "request": _request,
            "head": heads.words_of_head, "complaint": heads.words_of_complaint, "legal": cases.words_of_case,
        }  # fmt: skip
        if mail.data["about"] == "report":
            return words_of_report(mail, address)
        return about[mail.data["about"]](mail)
    if mail.kind == "update":
        words = words_of_update(mail.data["update"], mail.data["version"])
        return words and words | {"url": address("matter", words["code"])}
    return as_it_is(mail)


def address(name: str, *args: object) -> str:
    """A full address in the active language."""
    return settings.BASE_URL + reverse(name, args=args)


def _digest(mail: Mail) -> dict[str, Any] | None:
    since, until = (datetime.fromisoformat(mail.data[name]) for name in ("since", "until"))
    who = who_of_person(mail.person, until)
    blocks = feed_between(who, since, until)
    if not blocks:
        return None
    public = public_ids(block.matter.pk for block in blocks)
    here = address("feed") if who.user_id else address("home")
    items = []
    for block in blocks[:MOST_ITEMS]:
        code = block.matter.code
        entries = [entry for entry in block.entries if entry.visibility == "public"]
        if block.matter.pk in public and entries:
            lines = [_line(entry) for entry in entries[:MOST_LINES]]
            items.append({"title": block.matter.title, "url": address("matter", code), "lines": lines})
        else:
            items.append({"code": code, "url": here})
    return {"items": items, "more": max(len(blocks) - MOST_ITEMS, 0), "all": here}


def _line(entry: Entry) -> str:
    """What happened and when; a date of law that is not sure enough stays on its page."""
    if entry.verb != "silence_confirmed" and not may_be_passed_on(entry):
        return _("There is news of a term: its day stands on the page")
    return f"{date_words(entry.on)}: {sentence(entry)}"


def _about_matter(row: Clock | Entry, words: str, mail: Mail) -> dict[str, Any]:
    """Title and link of a public matter, else only its reference."""
    matter = row.matter
    if public_ids([matter.pk]) and getattr(row, "visibility", "public") == "public":
        return {"sentence": words, "title": matter.title, "url": address("matter", matter.code)}
    reference = _("Reference %(code)s: there is something new.") % {"code": matter.code}
    return {"sentence": reference, "url": address("feed")}


def _clock(mail: Mail) -> dict[str, Any] | None:
    rows = Clock.objects.filter(pk=mail.data["id"], state="running").select_related("matter", "edition")
    clock = rows.first()
    if clock is None or clock.due_on != _day_in(mail.key):
        return None
    if not may_leave_the_page(clock):
        return _about_matter(clock, _("A term needs a look: its last day stands on the page"), mail)
    words, doubt = _("A term ends: %(day)s") % {"day": date_words(clock.due_on)}, doubt_of(clock)
    return _about_matter(clock, f"{words} · {doubt}" if doubt else words, mail)


def _day_in(key: str) -> date:
    return date.fromisoformat(key.rsplit(":", 1)[1])


def _entry(mail: Mail) -> dict[str, Any] | None:
    entry = Entry.objects.filter(pk=mail.data["id"]).select_related("matter").first()
    return _about_matter(entry, sentence(entry), mail) if entry else None


def _opening(mail: Mail) -> dict[str, Any]:
    words = _(
        "Somebody who works on your matter looked at how you can be reached. Who and why stands on your page."
    )
    return {"sentence": words, "url": address("feed")}


def _event(mail: Mail) -> dict[str, Any] | None:
    """Never the title, the hour or the place: they stand on the page, after signing in.

    Who has no account gets a link that opens this one page.
    """
    event = Event.objects.filter(code=mail.data["code"]).first()
    if event is None or event.state == "held":
        return None
    invitation = event.invitations.filter(person=mail.person).first()
    if invitation is None:
        return None
    earlier = Mail.objects.filter(
        person=mail.person, key__startswith=f"meeting:{event.code}:", pk__lt=mail.pk
    )
    words = _("You are invited to a meeting. When and where stands on its page.")
    if event.state == "cancelled":
        words = _("A meeting to which you were invited does not take place.")
    elif earlier.exists():
        words = _("A meeting to which you are invited was moved. When and where stands on its page.")
    if User.objects.filter(person=mail.person).exists():
        return {"sentence": words, "url": address("event", event.code)}
    return {"sentence": words, "url": address("event_invited", event.code, invitation_token(invitation))}


def _after(mail: Mail) -> dict[str, Any] | None:
    """After a meeting: that there is something to read, never what the meeting was about."""
    event = Event.objects.filter(code=mail.data["code"], state="held").first()
    if event is None:
        return None
    words = _("Thank you for coming to the meeting. What was agreed will stand on its page.")
    if mail.data["state"] == "absent":
        words = _("We missed you at the meeting. What was agreed will stand on its page.")
    known = event.minutes_public or User.objects.filter(person=mail.person).exists()
    return {"sentence": words, "url": address("event", event.code) if known else address("home")}


def _request(mail: Mail) -> dict[str, Any] | None:
    """Never what was asked or answered: it stands on its page."""
    asked = DataRequest.objects.filter(code=mail.data["code"]).first()
    if asked is None or (mail.key.startswith("asked:") and asked.stage != "waiting"):
        return None
    if mail.key.startswith("asked:"):
        words = _("Somebody asks what is held about him or her. A term of the law runs for us.")
        return {"sentence": words, "url": address("data_request", asked.code)}
    words = _("There is an answer to your request about your data.")
    back = asked.via.removeprefix("matter:")
    return {"sentence": words, "url": address("own_held", back) if back else address("data_own", asked.code)}
