"""Bulk data for measurements: believable texts, ten entries a matter, built with bulk inserts."""

import contextlib
import itertools
import random
import time
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from icma.core.action import Refused
from icma.core.day import legal_day, moment
from icma.engines import clockrules
from icma.engines.aztext import fold, sort_text
from icma.law.actions import change_day, load_shipped
from icma.law.book import Book, book
from icma.law.derive import caches
from icma.matters.actions import support
from icma.matters.jobs import rederive_stale
from icma.matters.models import Clock, ClockEvent, Entry, Letter, Matter, Words
from icma.matters.similar import search_text_of
from icma.people.actions.places import load_places
from icma.people.models import Authority, Membership, Organisation, Place, User

SUBJECTS = ["içməli su", "yol", "işıqlandırma", "məktəb", "tullantı", "suvarma kanalı", "avtobus", "körpü", "poliklinika", "park",
            "kanalizasiya", "uşaq bağçası", "bazar", "qaz xətti", "səki", "pandus", "kitabxana", "ağaclar", "hasar", "dayanacaq"]  # fmt: skip
FAULTS = ["həftədə cəmi iki gün verilir", "üç aydır ki yararsızdır", "gecələr yanmır", "təmir edilmir", "vaxtında daşınmır",
          "yaz aylarında quruyur", "kənddən keçmir", "təhlükəlidir", "işləmir", "bağlıdır"]  # fmt: skip
SPOTS = ["Bazar küçəsi", "Nizami küçəsi", "mərkəzi meydan", "yuxarı məhəllə", "kənd klubu", "dəmiryol keçidi", "çay kənarı",
         "köhnə stansiya", "Füzuli küçəsi", "məktəbin yanı"]  # fmt: skip
SENTENCES = ["Sakinlər dəfələrlə müraciət edib.", "Uşaqlar məktəbə çətinliklə gedir.", "Qonşu məhəllədə də belədir.",
             "Yaşlılar üçün xüsusilə ağırdır.", "Qış yaxınlaşır və vəziyyət pisləşir.", "Biz həll yolunu da təklif edirik."]  # fmt: skip
TOPICS = ["social", "gender", "ecology", "infrastructure", "economy", "other"]
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def code(number: int) -> str:
    """A unique eight-symbol code that does not run in order."""
    mixed, out = (number * 2654435761 + 97) % 32**8, ""
    for _ in range(8):
        mixed, rest = divmod(mixed, 32)
        out = ALPHABET[rest] + out
    return out


def text_of(dice: random.Random) -> tuple[str, str]:
    title = f"{dice.choice(SPOTS)}: {dice.choice(SUBJECTS)} {dice.choice(FAULTS)}"
    return title, f"{title}. {' '.join(dice.sample(SENTENCES, 3))} № {dice.randrange(100_000)}"


def questions() -> tuple[list[str], list[int]]:
    dice = random.Random(7)
    places = list(Place.objects.filter(kind="unit").values_list("pk", flat=True))
    return [text_of(dice)[1] for _ in range(50)], places


def fill(size: int, at: datetime) -> dict:
    """Returns counts. Fixed seed; a tenth of the matters is in one town, as in life."""
    with transaction.atomic():
        load_places(at=at)
        load_shipped(at=at)
        frame = _frame(at)
    dice = random.Random(1)
    for start in range(0, size, 5000):
        with transaction.atomic():
            _part(range(start, min(start + 5000, size)), frame, dice, at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"matters": Matter.objects.count(), "entries": Entry.objects.count()}


def _frame(at: datetime) -> dict:
    units = list(Place.objects.filter(kind="unit"))
    bodies = [
        Authority(code=code(n), kind="utility", name_az=f"Nümunə idarə {n}", place=units[n % len(units)],
                  source="bench", sort_key=sort_text(f"Nümunə idarə {n}"), search_text=fold(f"Nümunə idarə {n}"))
        for n in range(10**6, 10**6 + 100)
    ]  # fmt: skip
    groups = [
        Organisation(code=code(n), name=f"Nümunə icma {n}", place=units[n % len(units)], seen="full", since=legal_day(at),
                     sort_key=sort_text(f"Nümunə icma {n}"), search_text=fold(f"Nümunə icma {n}"))
        for n in range(2 * 10**6, 2 * 10**6 + 40)
    ]  # fmt: skip
    Authority.objects.bulk_create(bodies)
    Organisation.objects.bulk_create(groups)
    user = User.objects.create_user("coordinator@numune.invalid", pseudonym="Nümunə koordinator")
    Membership.objects.create(user=user, role="coordinator", organisation=groups[0], since=legal_day(at))
    return {"units": units, "bodies": bodies, "groups": groups, "user": user}


def _part(numbers: range, frame: dict, dice: random.Random, at: datetime) -> None:
    matters = []
    for n in numbers:
        title, text = text_of(dice)
        raised = at - timedelta(minutes=dice.randrange(600 * 24 * 60))
        place = frame["units"][20] if n % 10 == 0 else frame["units"][n % len(frame["units"])]
        matters.append(Matter(
            code=code(n), title=title, text=text, place=place, topic=TOPICS[n % 6], raised_at=raised, published_at=raised,
            changed_at=raised + timedelta(days=2), stage=["open", "taken", "pressing", "answered", "closed"][n % 5],
            community=frame["groups"][n % 40] if n % 5 else None, authority=frame["bodies"][n % 100] if n % 5 > 1 else None,
            way="authority" if n % 5 > 1 else "", support_count=n % 90, search_text=search_text_of(title, text, place),
        ))  # fmt: skip
    Matter.objects.bulk_create(matters, batch_size=500)
    pressed = [matter for matter in matters if matter.authority_id]
    letters = Letter.objects.bulk_create([_letter(matter) for matter in pressed], batch_size=500)
    law = book()
    clocks = Clock.objects.bulk_create([_clock(letter, law) for letter in letters], batch_size=500)
    ClockEvent.objects.bulk_create([_start(clock) for clock in clocks], batch_size=1000)
    sent = {letter.matter_id: letter for letter in letters}
    entries = list(itertools.chain.from_iterable(_entries(matter, sent.get(matter.pk)) for matter in matters))
    Entry.objects.bulk_create(entries, batch_size=1000)
    told = [
        Words(entry=entry, text=SENTENCES[i % 6]) for i, entry in enumerate(entries) if entry.verb == "added"
    ]
    Words.objects.bulk_create(told, batch_size=1000)


def _letter(matter: Matter) -> Letter:
    on = legal_day(matter.raised_at) + timedelta(days=3)
    return Letter(
        code=code(5 * 10**6 + matter.pk), matter=matter, direction="out", stage="registered", kind="application",
        authority=matter.authority, sender="community", channel="post", rule="appeal.general", subject=matter.title,
        created_at=matter.raised_at, sent_on=on, registered_on=on + timedelta(days=1), number=f"{matter.pk}/26",
    )  # fmt: skip


def _clock(letter: Letter, law: Book) -> Clock:
    events = [clockrules.ClockEvent("start", letter.registered_on)]
    _answer, dates = caches(letter.rule, events, law)
    return Clock(
        matter=letter.matter, letter=letter, authority=letter.authority, owner="authority", rule=letter.rule,
        edition_id=law.edition_id, started_at=moment(letter.registered_on, 0), **dates,
    )  # fmt: skip


def _start(clock: Clock) -> ClockEvent:
    return ClockEvent(clock=clock, kind="start", at=clock.started_at, recorded_at=clock.started_at)


VERBS = ("raised", "published", "taken_up", "added", "met", "drafted", "sent", "registered", "added", "added")
OF_LETTER = ("drafted", "sent", "registered")


def _entries(matter: Matter, letter: Letter | None) -> list[Entry]:
    days = (matter.raised_at + timedelta(hours=9 * step) for step in range(10))
    return [
        Entry(matter=matter, verb=verb, at=at, on=legal_day(at), letter=letter if verb in OF_LETTER else None)
        for verb, at in zip(VERBS, days, strict=True)
    ]


def support_run(number: str, count: str) -> dict:
    """One writer of eight: `count` supports by fresh people through the action; its own seconds and CPU."""
    matters = list(Matter.objects.filter(stage="open").order_by("id")[:20])
    began, cpu = time.perf_counter(), time.process_time()
    for n in range(int(count)):
        support.support(
            matter=matters[n % 20], key=f"bench-{number}-{n}-{began}", channel="account", at=timezone.now()
        )
    return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "count": int(count)}


def rederived() -> dict:
    """CPU seconds in which ten thousand live clocks are computed anew after holidays that move every one; not kept."""
    at = timezone.now()
    by = User.objects.get(email="coordinator@numune.invalid")
    with transaction.atomic():
        kept = Clock.objects.filter(state="running").order_by("pk").values_list("pk", flat=True)[:10_000]
        Clock.objects.exclude(pk__in=list(kept)).update(state="closed")
        for weeks in range(0, 104, 2):  # each term holds one of these Wednesdays at least
            day = legal_day(at) - timedelta(weeks=weeks, days=legal_day(at).weekday() - 2)
            with contextlib.suppress(Refused):  # it is off already
                change_day(day=day, working=False, name="Nümunə", source="bench", why="bench", by=by, at=at)
        began = time.process_time()
        found = {"moved": rederive_stale(at), "cpu_s": time.process_time() - began}
        transaction.set_rollback(True)
    return found


def raised() -> dict:
    """How many matters and how many different titles: a form sent four times must be one matter."""
    titles = list(Matter.objects.filter(title__startswith="Ölçmə").values_list("title", flat=True))
    return {"matters": len(titles), "titles": len(set(titles))}
