"""Digests, urgent mails and the list of whom to tell: everything once, however late or often."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.core import mail as outbox
from django.utils import timezone

from icma.core.access import Who, may
from icma.core.day import moment
from icma.events.actions import cancel_event, change_event, invite, open_event, plan_event
from icma.events.models import Event
from icma.front.notices import deliver, feed, queue_digests, queue_urgent, to_tell, unseen
from icma.matters.actions.seen import mark_seen
from icma.matters.jobs import emit_steps
from icma.matters.ladder import rungs
from icma.matters.models import Clock, Matter
from icma.matters.verbs import SENTENCES
from icma.people.actions.telling import tell
from icma.people.models import Mail, Opening, Organisation, person_key
from tests.front import rows
from tests.front.noticing import follow, follow_without_account, happened, public_matter

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def matter(country, at):
    return public_matter(country, at)


def letters() -> list[str]:
    return [message.body for message in outbox.outbox]


def test_the_feed_shows_what_is_new_and_not_ones_own_doing(matter, cast, at) -> None:
    follow(matter, cast.resident, at)
    happened(matter, at, "sent")
    happened(matter, at, "added", by=cast.resident)
    happened(matter, at, "registered", visibility="team")
    blocks = feed(cast.who("resident"), at + DAY)
    assert [[entry.verb for entry in block.entries] for block in blocks] == [["sent"]]


def test_a_coordinator_sees_the_teams_entries_without_having_followed(matter, cast, at) -> None:
    happened(matter, at, "drafted", visibility="team")
    happened(matter, at, "hidden", visibility="staff")
    assert [e.verb for b in feed(cast.who("coordinator"), at + DAY) for e in b.entries] == ["drafted"]


def test_what_was_marked_as_seen_is_no_longer_new(matter, cast, at) -> None:
    follow(matter, cast.resident, at)
    happened(matter, at)
    for key, led in (("resident", []), ("coordinator", [matter.pk])):
        assert unseen(cast.who(key), at + DAY) == 1
        mark_seen(user=getattr(cast, key), led=led, at=at + DAY)
        assert unseen(cast.who(key), at + DAY) == 0
        happened(matter, at, "closed", hours=48)
        assert unseen(cast.who(key), at + 3 * DAY) == 1
        Matter.objects.get().entries.filter(verb="closed")._raw_delete("default")


def test_a_hidden_matter_leaves_feed_and_mail(matter, cast, at) -> None:
    follow(matter, cast.resident, at)
    happened(matter, at)
    queue_digests(at + DAY)
    Matter.objects.update(hidden_at=at + DAY)
    assert feed(cast.who("resident"), at + DAY) == []
    deliver(at + DAY)
    assert [body for body in letters() if "Küçədə" in body] == []


def test_one_digest_a_day_with_title_link_and_dates(matter, cast, at) -> None:
    follow(matter, cast.resident, at)
    happened(matter, at)
    assert queue_digests(at + DAY) >= 1
    assert queue_digests(at + DAY + timedelta(hours=3)) == 0
    deliver(at + DAY)
    deliver(at + DAY)
    mine = [m for m in outbox.outbox if m.to == ["resident@numune.invalid"]]
    assert len(mine) == 1
    assert "Küçədə su yoxdur" in mine[0].body
    assert "/m/7Q4FM2KD/" in mine[0].body
    assert "13 mart 2026" in mine[0].body.replace("\N{NO-BREAK SPACE}", " ")


def test_nothing_new_means_no_mail(matter, cast, at) -> None:
    follow(matter, cast.resident, at)
    assert queue_digests(at + DAY) == 0
    happened(matter, at)
    queue_digests(at + DAY)
    assert queue_digests(at + 2 * DAY) == 0
    assert Mail.objects.filter(person=cast.resident.person).count() == 1


def test_five_days_without_a_worker_make_one_digest_for_today(matter, cast, at) -> None:
    follow(matter, cast.resident, at)
    queue_digests(at)
    for number, verb in enumerate(("sent", "registered", "forwarded", "extended", "answer_came")):
        happened(matter, at, verb, hours=1 + 24 * number)
    late = at + 5 * DAY
    for hours in (0, 1, 2):
        queue_digests(late + timedelta(hours=hours))
    rows = Mail.objects.filter(person=cast.resident.person, kind="digest")
    assert [row.key for row in rows] == ["digest:2026-03-18"]
    deliver(late)
    [body] = [m.body for m in outbox.outbox if m.to == ["resident@numune.invalid"]]
    assert body.count("mart") == 4, "the newest four lines of a matter"


def test_the_team_hears_of_the_safe_day_of_a_step_once_by_reference_and_a_follower_does_not(
    country, cast, at
) -> None:
    one = rows.matter(country, at, stage="answered", authority=country.water, community=country.community)
    letter = rows.letter(one, country.water, date(2026, 1, 12), date(2026, 1, 13))
    rows.clock(letter, date(2026, 1, 13))
    rows.answer(letter, date(2026, 3, 3), "refusal")
    follow(one, cast.resident, at)
    mark_seen(user=cast.coordinator, led=[one.pk], at=at)
    claim = next(rung for rung in rungs(letter, at.date()) if rung.key == "claim")
    off = moment(claim.safe_on + timedelta(days=2))
    assert claim.safe_on > at.date() and emit_steps(off) == 2 and emit_steps(off) == 0
    queue_digests(off)
    deliver(off)
    (mail,) = outbox.outbox
    assert mail.to == [cast.coordinator.email] and one.code in mail.body
    assert one.title not in mail.body and "ehtiyat" not in mail.body
    (block,) = feed(cast.who("coordinator"), off)
    said = [str(words) for _entry, words in block.rows]
    assert any("Yuxarı quruma şikayət" in words and "son gün" in words for words in said)
    queue_digests(off + DAY)
    deliver(off + DAY)
    assert len(outbox.outbox) == 1


def test_the_next_digest_begins_where_the_last_one_ended(matter, cast, at) -> None:
    follow(matter, cast.resident, at)
    happened(matter, at, "sent")
    queue_digests(at + DAY)
    happened(matter, at, "registered", hours=30)
    queue_digests(at + 2 * DAY)
    deliver(at + 2 * DAY)
    bodies = [m.body for m in outbox.outbox if m.to == ["resident@numune.invalid"]]
    assert len(bodies) == 2
    words = str(SENTENCES["sent"])
    assert [words in body for body in bodies] == [True, False]


def test_nobody_is_written_to_at_night(matter, cast, at) -> None:
    follow(matter, cast.resident, at)
    happened(matter, at)
    clock(matter, at, days=1)
    night = (at + DAY).replace(hour=3)
    assert (queue_digests(night), queue_urgent(night)) == (0, 0)
    assert queue_digests(night.replace(hour=9)) > 0
    assert queue_urgent(night.replace(hour=9)) > 0


def test_who_wants_no_mail_gets_none(matter, cast, at) -> None:
    follow(matter, cast.resident, at)
    cast.resident.digest = "none"
    cast.resident.save()
    happened(matter, at)
    queue_digests(at + DAY)
    queue_urgent(at + DAY)
    assert not Mail.objects.filter(person=cast.resident.person).exists()


def test_a_follower_without_account_gets_the_digest_at_the_sealed_address(matter, at, cast) -> None:
    follow_without_account(matter, at, mail="sakin@numune.invalid")
    happened(matter, at)
    queue_digests(at + DAY)
    deliver(at + DAY)
    assert [m for m in outbox.outbox if m.to == ["sakin@numune.invalid"]]


def test_what_is_not_public_goes_out_as_a_reference_alone(country, cast, at) -> None:
    hidden = public_matter(country, at, title="Gizli qalmalı başlıq", stage="raised", published_at=None)
    follow(hidden, cast.resident, at, role="author")
    happened(hidden, at, "added")
    queue_digests(at + DAY)
    deliver(at + DAY)
    [body] = [m.body for m in outbox.outbox if m.to == ["resident@numune.invalid"]]
    assert "Gizli" not in body
    assert "7Q4FM2KD" in body


# --- what cannot wait ------------------------------------------------------------------------------
def clock(matter, at, days: int = 0) -> Clock:
    from icma.law.models import Edition

    due = (at + days * DAY).date()
    return Clock.objects.create(
        matter=matter,
        rule="own.take_up",
        edition=Edition.objects.first(),
        owner="us",
        started_at=at,
        due_on=due,
        earliest_on=due,
        latest_on=due,
    )


def test_a_term_that_ends_today_is_told_once_to_those_who_lead(matter, cast, at) -> None:
    clock(matter, at)
    clock(matter, at, days=1)
    assert queue_urgent(at) == 1
    assert queue_urgent(at + timedelta(hours=5)) == 0
    deliver(at)
    [message] = outbox.outbox
    assert message.to == ["coordinator@numune.invalid"]
    assert "Küçədə su yoxdur" in message.body


def test_a_late_worker_still_tells_of_the_term_and_a_closed_one_is_dropped(matter, cast, at) -> None:
    row = clock(matter, at)
    assert queue_urgent(at + 3 * DAY) == 1
    Clock.objects.filter(pk=row.pk).update(state="answered")
    deliver(at + 3 * DAY)
    assert outbox.outbox == []
    assert queue_urgent(at + 20 * DAY) == 0


def test_an_answer_is_told_at_once_to_author_and_coordinator_but_not_to_who_entered_it(
    matter, cast, at
) -> None:
    follow(matter, cast.resident, at, role="author")
    happened(matter, at, "answer_came", by=cast.coordinator)
    assert queue_urgent(at + DAY) == 1
    assert Mail.objects.get().person == cast.resident.person


def test_who_was_looked_up_hears_of_it(cast, at) -> None:
    Opening(person=cast.resident.person, by=cast.officer, role="officer", reason="call", at=at).save(
        force_insert=True
    )
    assert queue_urgent(at + timedelta(hours=1)) == 1
    assert queue_urgent(at + timedelta(hours=2)) == 0


def test_an_invitation_carries_neither_title_nor_place_and_a_moved_meeting_is_told_anew(
    country, cast, at
) -> None:
    when = at + 3 * DAY
    event = plan_event(
        organisation=country.community,
        title="Gizli görüş",
        starts_at=when,
        where="Məktəb",
        at=at,
        by=cast.coordinator,
    )
    invite(event=event, persons=[cast.resident.person], at=at, by=cast.coordinator)
    assert queue_urgent(at) == 1
    assert queue_urgent(at) == 0
    later = [at + timedelta(hours=n) for n in range(5)]
    change_event(event=event, at=later[1], by=cast.coordinator, agenda="Gizli gündəlik")
    assert queue_urgent(later[1]) == 0
    change_event(event=event, at=later[2], by=cast.coordinator, starts_at=when + DAY)
    assert queue_urgent(later[2]) == 1
    change_event(event=event, at=later[3], by=cast.coordinator, where="Məktəb № 2")
    assert queue_urgent(later[3]) == 1
    cancel_event(event=event, at=later[4], by=cast.coordinator)
    assert queue_urgent(later[4]) == 1
    deliver(later[4])
    assert outbox.outbox
    assert not [body for body in letters() if "Gizli" in body or "Məktəb" in body]


def meeting(matter, at: datetime, persons: list[str], hours: float = 72) -> Event:
    starts_at = at + timedelta(hours=hours)
    event = plan_event(
        organisation=matter.community, matter=matter, title="Gizli görüş", where="Gizli yer", starts_at=starts_at,
        at=at, by=None,
    )  # fmt: skip
    invite(event=event, persons=persons, at=at, by=None)
    return event


def test_who_has_no_account_reads_hour_and_place_behind_the_link_in_the_mail(matter, client) -> None:
    at = timezone.now().replace(hour=9)
    event = meeting(matter, at, [follow_without_account(matter, at, mail="a@numune.invalid")])
    other = meeting(matter, at, [person_key()])
    queue_urgent(at)
    deliver(at)
    [link] = re.findall(r"/gorus/\S+", letters()[0])
    assert "Gizli yer" in client.get(link).content.decode()
    # The link opens this one meeting, only unaltered, and not long after it.
    assert client.get(link.replace(event.code, other.code)).status_code == 302
    assert client.get(link[:-3] + "x/").status_code == 302
    Event.objects.update(starts_at=at - 3 * DAY)
    assert client.get(link).status_code == 302


def test_who_has_no_mail_is_on_the_list_of_a_meeting_and_again_when_it_moves(matter, cast, at) -> None:
    person = follow_without_account(matter, at, role="author", phone="+994 50 000 00 00")
    follow_without_account(matter, at, mail="a@numune.invalid")
    event = meeting(matter, at + HOUR, [person])
    who = cast.who("coordinator")
    assert [row.person for row in to_tell(who, at + 2 * HOUR)] == [person]
    tell(person=person, matter=matter.code, by=cast.coordinator, at=at + 3 * HOUR)
    assert to_tell(who, at + 4 * HOUR) == []
    change_event(event=event, where="Kitabxana", at=at + 5 * HOUR, by=cast.coordinator)
    assert [row.person for row in to_tell(who, at + 6 * HOUR)] == [person]
    # A meeting that is over is nothing to call about.
    assert to_tell(who, at + 5 * DAY) == []


def test_the_return_code_of_ones_matter_shows_the_meeting_to_the_invited_author(matter, cast, at) -> None:
    author = follow_without_account(matter, at, role="author", phone="1")
    event = meeting(matter, at, [author])
    assert may(Who(codes=frozenset({matter.code})), "attend", event, at)
    assert not may(Who(codes=frozenset({"ZZZZZZZZ"})), "attend", event, at)
    assert not may(Who(), "learn", event, at)


def test_a_matters_page_names_its_next_meeting_to_those_who_may_know(matter, cast, client, client_as) -> None:
    at = timezone.now()
    event = meeting(matter, at, [cast.resident.person])
    page = f"/m/{matter.code}/"
    assert "Gizli yer" in client_as("resident").get(page).content.decode()
    assert "Gizli" not in client.get(page).content.decode()
    Organisation.objects.update(seen="full")
    open_event(event=event, confirmed=True, at=at, by=cast.coordinator)
    assert "Gizli yer" in client.get(page).content.decode()


# --- whom to tell ----------------------------------------------------------------------------------
def test_people_without_mail_stand_on_the_coordinators_list_until_somebody_told_them(
    matter, cast, at
) -> None:
    person = follow_without_account(
        matter, at, role="author", phone="+994 50 000 00 00", hour="10–12", woman=True
    )
    follow_without_account(matter, at, mail="a@numune.invalid")
    assert to_tell(cast.who("coordinator"), at + DAY) == []
    happened(matter, at, "taken_up")
    [row] = to_tell(cast.who("coordinator"), at + DAY)
    assert (row.person, row.hour, row.woman, row.is_late) == (person, "10–12", True, False)
    assert to_tell(cast.who("officer"), at + DAY) == []
    assert len(to_tell(cast.who("officer"), at + 6 * DAY)) == 1
    tell(person=person, matter=matter.code, by=cast.coordinator, at=at + DAY)
    assert to_tell(cast.who("coordinator"), at + 2 * DAY) == []
    happened(matter, at, "answer_came", hours=50)
    assert len(to_tell(cast.who("coordinator"), at + 4 * DAY)) == 1


def test_a_phone_number_never_stands_on_the_list(matter, cast, at, client_as) -> None:
    follow_without_account(matter, at, role="author", phone="+994 50 111 22 33", name="Nümunə Adı")
    happened(matter, at, "taken_up", hours=-1)
    Matter.objects.update(changed_at=at)
    page = client_as("coordinator").get("/is/demeli/").content.decode()
    assert "111 22 33" not in page
    assert "Nümunə Adı" not in page


def test_trivial_news_makes_no_visit(matter, cast, at) -> None:
    follow_without_account(matter, at, role="author", phone="1")
    happened(matter, at, "task_made")
    assert to_tell(cast.who("coordinator"), at + DAY) == []


def test_the_list_is_for_those_who_lead(client_as, cast) -> None:
    assert client_as("resident").get("/is/demeli/").status_code == 404
    assert client_as("coordinator").get("/is/demeli/").status_code == 200


def test_to_tell_asks_the_same_number_of_questions_for_one_and_for_many(
    matter, cast, at, django_assert_max_num_queries
) -> None:
    happened(matter, at, "taken_up")
    who = cast.who("coordinator")
    for n in (1, 3):
        for _ in range(n):
            follow_without_account(matter, at, role="author", phone="1")
        with django_assert_max_num_queries(7):
            to_tell(who, at + DAY)
