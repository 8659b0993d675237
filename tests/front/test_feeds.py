"""The calendar under a secret address: dates equal the clocks, titles say nothing, it can be ended."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from icma.front.agenda import calendar_of
from icma.front.notices.news import who_of_person
from icma.law.actions import ask_for_data
from icma.law.models import Edition
from icma.matters.ladder import rungs
from icma.matters.models import Clock, Letter, Matter
from icma.matters.verbs import SENTENCES
from icma.people.models import User
from tests.front import rows
from tests.front.noticing import follow, public_matter
from tests.matters.letters_kit import registered

pytestmark = pytest.mark.django_db


def clock(matter, due: date, letter=None, **more) -> Clock:
    values = {
        "matter": matter,
        "letter": letter,
        "rule": "adm.decision",
        "edition": Edition.objects.first(),
        "owner": "authority",
        "started_at": timezone.now(),
        "due_on": due,
        "earliest_on": due,
        "latest_on": due,
    }
    return Clock.objects.create(**values | more)


def address(client) -> str:
    """Make the secret address through the page, as a person does."""
    page = client.post("/is/lent/teqvim/").content.decode()
    return re.search(r"/lent/[0-9A-Z]+\.ics", page).group()


def dates(body: bytes) -> list[date]:
    return sorted(event.decoded("dtstart") for event in Calendar.from_ical(body).walk("VEVENT"))


def test_it_parses_and_its_dates_are_those_of_the_clocks(client, client_as, country) -> None:
    today = timezone.localdate()
    matter = public_matter(country, timezone.now(), title="Gizli deyil, amma təqvimdə yox")
    rows = [clock(matter, today + timedelta(days=n)) for n in (4, 11)]
    clock(matter, today + timedelta(days=6), state="answered")
    response = client.get(address(client_as("coordinator")))
    assert response["Content-Type"].startswith("text/calendar")
    assert dates(response.content) == [row.due_on for row in rows]
    assert b"Gizli" not in response.content
    assert "7Q4FM2KD" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_the_days_of_the_next_step_stand_beside_the_answer(country, cast, at) -> None:
    matter = public_matter(country, at, stage="pressing")
    letter = Letter.objects.create(
        code="LETTER01",
        matter=matter,
        direction="out",
        stage="registered",
        kind="application",
        subject="Su",
        authority=country.water,
        created_at=at,
        sent_on=at.date(),
        registered_on=at.date(),
    )
    due = date(2026, 4, 14)
    clock(matter, due, letter)
    found = dates(calendar_of(cast.who("coordinator"), at))
    assert due in found
    assert due + timedelta(days=1) in found, "the first day of the next step"
    assert len(found) == len(set(found)) or len(found) > 2


def test_the_day_on_a_condition_is_in_it_and_a_letter_that_is_only_begun_stops_no_term(
    country, cast, at
) -> None:
    matter = rows.matter(country, at, stage="answered", authority=country.water, community=country.community)
    sent = rows.letter(matter, country.water, date(2026, 1, 12), date(2026, 1, 13))
    rows.clock(sent, date(2026, 1, 13))
    rows.answer(sent, date(2026, 1, 20), "refusal")
    Letter.objects.create(
        code="BEGUN001", matter=matter, authority=country.superior, direction="out", kind="complaint", stage="draft",
        subject="Şikayət", created_at=at, follows=sent,
    )  # fmt: skip
    rung = next(rung for rung in rungs(sent, at.date()) if rung.key == "complaint")
    assert rung.last_on < at.date() < rung.last_other_on
    body = calendar_of(cast.who("coordinator"), at).decode().replace("\r\n ", "")
    found = dates(body.encode())
    assert rung.safe_other_on in found and rung.last_other_on in found and rung.last_on not in found
    assert "yalnız səhifədə göstərilən şərtlə" in body


def test_only_what_one_answers_for_is_in_it(country, cast, at) -> None:
    led = public_matter(country, at)
    other = public_matter(country, at, code="OTHER001", community=None)
    follow(other, cast.resident, at, role="author")
    clock(led, at.date())
    clock(other, at.date() + timedelta(days=1))
    assert dates(calendar_of(cast.who("coordinator"), at)) == [at.date()]
    assert dates(calendar_of(cast.who("resident"), at)) == [at.date() + timedelta(days=1)]
    assert dates(calendar_of(cast.who("official"), at)) == []


def test_an_official_has_the_terms_of_the_letters_to_the_body(country, cast, at) -> None:
    registered(country, cast, at)
    body = calendar_of(who_of_person(cast.official.person, at), at).decode()
    assert (
        body.count("BEGIN:VEVENT") == 1 and "20260414" not in body
    )  # nobody checked the rule: its day stays on the page
    other = Matter.objects.get()
    other.hidden_at = at
    other.save()
    assert "VEVENT" not in calendar_of(who_of_person(cast.official.person, at), at).decode()


def test_a_moderator_and_an_officer_have_the_terms_of_their_post(country, cast, at) -> None:
    theirs = public_matter(country, at, stage="raised", published_at=None)
    for days, rule in enumerate(("own.moderate", "own.correction", "own.take_up"), 1):
        clock(theirs, at.date() + timedelta(days=days), owner="us", rule=rule)
    waits = public_matter(country, at, code="OTHER001", community=None, stage="open")
    clock(waits, at.date() + timedelta(days=4), owner="us", rule="own.take_up")
    asked = ask_for_data(person=cast.resident.person, kind="access", at=at, by=cast.resident)
    moderator, officer, mine = (
        calendar_of(who_of_person(user.person, at), at)
        for user in (cast.moderator, cast.officer, cast.resident)
    )
    assert dates(moderator) == [at.date() + timedelta(days=1)]
    terms = sorted(asked.clocks.filter(state="running").values_list("due_on", flat=True))
    assert dates(officer) == sorted([at.date() + timedelta(days=2), at.date() + timedelta(days=4), *terms])
    assert asked.code in officer.decode() and terms
    assert dates(mine) == []


def test_a_new_address_ends_the_old_one_and_both_can_be_ended(client, client_as, country) -> None:
    coordinator = client_as("coordinator")
    first, second = address(coordinator), address(coordinator)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    coordinator.post("/is/lent/teqvim/", {"end": "1"})
    assert client.get(second).status_code == 404


def test_a_frozen_account_has_no_calendar(client, client_as, country) -> None:
    found = address(client_as("coordinator"))
    User.objects.filter(email="coordinator@numune.invalid").update(frozen_at=timezone.now())
    assert client.get(found).status_code == 404


@pytest.mark.parametrize("guess", ["X", "0" * 20, "7Q4FM2KD", "%00"])
def test_a_guess_opens_nothing(client, db, guess) -> None:
    assert client.get(f"/lent/{guess}.ics").status_code == 404


def test_the_feed_page_reads_and_marks(client_as, country, cast) -> None:
    from icma.matters.actions.thread import note

    now = timezone.now()
    matter = public_matter(country, now - timedelta(days=2), title="<script>alert(1)</script>")
    note(matter=matter, verb="answer_came", at=now - timedelta(hours=1))
    client = client_as("coordinator")
    page = client.get("/is/lent/").content.decode()
    assert "<script>alert" not in page
    assert str(SENTENCES["answer_came"]) in page
    at = re.search(r'name="at" value="([^"]+)"', page).group(1)
    assert client.post("/is/lent/oxundu/", {"at": at}).status_code == 302
    assert str(SENTENCES["answer_came"]) not in client.get("/is/lent/").content.decode()
    for wrong in ("", "x", "2999-01-01T00:00:00+00:00", "2026-01-01T00:00:00"):
        assert client.post("/is/lent/oxundu/", {"at": wrong}).status_code == 302


def test_the_feed_needs_an_account(client, db) -> None:
    for url in ("/is/lent/", "/is/lent/teqvim/", "/is/demeli/", "/is/gorus/"):
        assert client.get(url).status_code == 302


def test_the_feed_page_asks_the_same_for_one_matter_and_for_many(
    client_as, country, django_assert_max_num_queries
) -> None:
    from icma.matters.actions.thread import note

    now, client, counts = timezone.now(), client_as("coordinator"), []
    for n in range(3):
        matter = public_matter(country, now - timedelta(days=2), code=f"CCCC000{n}")
        note(matter=matter, verb="answer_came", at=now - timedelta(hours=1))
        with django_assert_max_num_queries(20) as seen:
            assert client.get("/is/lent/").status_code == 200
        counts.append(len(seen))
    assert len(set(counts)) == 1, counts
