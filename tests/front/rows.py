"""Rows for the tests of pages: matters with entries, letters, clocks, written straight into the tables."""

import itertools
from datetime import date, datetime, timedelta

from icma.advocacy.models import Commitment, Source
from icma.core.day import legal_day, moment
from icma.core.search import words_of
from icma.law.book import newest
from icma.matters.models import Clock, ClockEvent, Entry, Letter, Matter, Words
from icma.matters.similar import search_text_of
from icma.monitoring.models import Collection, Initiative, Outcome, Story

NUMBER = itertools.count(1)


def code(letter: str = "M") -> str:
    return f"{letter}{next(NUMBER):07d}"


def matter(country, at: datetime, title: str = "Küçədə su yoxdur", **more) -> Matter:
    """A public matter of Göyçay that waits for a community, unless `more` says otherwise."""
    values = {
        "place": country.goychay, "topic": "infrastructure", "stage": "open", "text": "Su gecə gəlir.",
        "raised_at": at, "published_at": at, "changed_at": at,
    } | more  # fmt: skip
    text = search_text_of(title, values["text"], values["place"], values.get("spot", ""))
    return Matter.objects.create(code=code(), title=title, search_text=text, **values)


def entry(matter: Matter, verb: str, at: datetime, text: str = "", **more) -> Entry:
    row = Entry(matter=matter, verb=verb, at=at, on=more.pop("on", legal_day(at)), **more)
    row.save(force_insert=True)
    if text:
        Words.objects.create(entry=row, text=text)
    return row


def letter(matter: Matter, authority, sent_on: date, registered_on: date | None = None, **more) -> Letter:
    """A letter that went out; with its entries `sent` and `registered`."""
    values = {
        "direction": "out", "kind": "application", "subject": "Su barədə", "rule": "adm.decision",
        "stage": "registered" if registered_on else "sent", "number": "118/26" if registered_on else "",
    } | more  # fmt: skip
    row = Letter.objects.create(
        code=code("L"), matter=matter, authority=authority, created_at=moment(sent_on), sent_on=sent_on,
        registered_on=registered_on, **values,
    )  # fmt: skip
    entry(matter, "sent", moment(sent_on), letter=row)
    if registered_on:
        entry(matter, "registered", moment(registered_on), letter=row)
    return row


def clock(letter: Letter, started: date, days: int = 30, grace: int = 60, **more) -> Clock:
    """A statutory clock on a letter: due after `days`, lawful at the latest `grace` days later."""
    due = started + timedelta(days=days)
    values = {
        "rule": letter.rule, "edition": newest(), "owner": "authority", "authority": letter.authority,
        "started_at": moment(started, 0), "due_on": due, "earliest_on": due, "latest_on": due + timedelta(days=grace),
    } | more  # fmt: skip
    row = Clock.objects.create(matter=letter.matter, letter=letter, **values)
    ClockEvent(clock=row, kind="start", at=moment(started, 0), recorded_at=moment(started)).save(
        force_insert=True
    )
    return row


def answer(letter: Letter, on: date, kind: str = "substance") -> Letter:
    """The authority's answer, and the clock stopped by it."""
    row = Letter.objects.create(
        code=code("R"), matter=letter.matter, authority=letter.authority, direction="in", stage="received",
        answers=letter, answer=kind, subject="Cavab", summary="Xətt təmir olunacaq.", created_at=moment(on),
        dated_on=on, received_on=on, number="77",
    )  # fmt: skip
    entry(letter.matter, "answer_came", moment(on), letter=row)
    Letter.objects.filter(pk=letter.pk).update(stage="answered")
    Clock.objects.filter(letter=letter).update(state="answered", ended_on=on)
    return row


def told(country, at: datetime, title: str, stage: str = "public") -> None:
    """An outcome and a story of the cast's community, as far as their lists read them."""
    public_at = at if stage == "public" else None
    shared = {
        "organisation": country.community,
        "on": at.date(),
        "at": at,
        "stage": stage,
        "public_at": public_at,
    }
    Outcome.objects.create(code=code("O"), who=title, what=title, place=country.goychay, why=title, **shared)
    turn, _new = Collection.objects.get_or_create(
        code="TURN0001",
        organisation=country.union,
        opens_on=at.date(),
        closes_on=at.date(),
        defaults={"at": at},
    )
    Story.objects.create(
        code=code("T"), collection=turn, domain="voice", title=title, text=title, agreed=True, **shared
    )


def initiative(country, at: datetime, title: str, **more) -> Initiative:
    """An initiative of the cast's community, without indicators."""
    days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "search_text": words_of(title)}
    return Initiative.objects.create(
        code=code("I"), organisation=country.community, title=title, made_at=at, **days | more
    )


def promised(matter: Matter, due_on: date) -> Commitment:
    """What a matter of kind `commitment` needs more."""
    source = Source.objects.create(code=code("S"), matter=matter, url="https://numune.invalid/", seen_on=due_on, at=matter.raised_at)  # fmt: skip
    return Commitment.objects.create(
        matter=matter, said_on=due_on, said_at="media", due_on=due_on, source=source
    )
