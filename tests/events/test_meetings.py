"""Meetings: who may know of them, who came, what they decided."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

import icma.events.access  # noqa: F401  (its rules)
from icma.core.access import allowed, may
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.events import actions
from icma.events.actions import NewTask, attending, hold_event, invite, open_event, plan_event
from icma.events.actions.days import add_day
from icma.events.lists import Person
from icma.events.models import Event, HeadCount
from icma.matters.models import Act, Entry, Task
from icma.people.models import Review
from tests.front.noticing import follow, public_matter

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
COUNTS = {("female", "18-29"): 4, ("male", "45-59"): 2, ("unknown", "unknown"): 1}


@pytest.fixture
def planned(country, cast, at) -> Event:
    return plan_event(
        organisation=country.community,
        title="Bulaq barədə görüş",
        starts_at=at + DAY,
        where="3 nömrəli məktəb",
        matter=public_matter(country, at),
        at=at,
        by=cast.coordinator,
        access=["children", "step_free"],
    )


def sees(verb: str, event: Event, who, at) -> bool:
    return may(who, verb, event, at)


# --- who may know ----------------------------------------------------------------------------------
def test_hour_and_place_are_for_the_team_and_the_invited(planned, cast, at) -> None:
    invite(event=planned, persons=[cast.resident.person], at=at, by=cast.coordinator)
    for key, expected in {
        "stranger": False,
        "official": False,
        "moderator": False,
        "resident": True,
        "coordinator": True,
        "officer": True,
    }.items():
        assert sees("attend", planned, cast.who(key), at) is expected, key
        assert sees("learn", planned, cast.who(key), at) is expected, key


def test_an_invited_person_is_found_once_however_many_are_invited(planned, cast, at) -> None:
    persons = [cast.resident.person, cast.lawyer.person, cast.official.person]
    assert invite(event=planned, persons=persons, at=at, by=cast.coordinator) == 3
    assert invite(event=planned, persons=persons, at=at, by=cast.coordinator) == 0
    assert allowed(Event.objects.all(), cast.who("resident"), "learn", at).count() == 1


def test_after_it_was_held_a_stranger_learns_only_that_it_took_place(planned, cast, at) -> None:
    hold_event(event=planned, counts=COUNTS, at=at + 2 * DAY, by=cast.coordinator)
    assert sees("learn", planned, cast.who("stranger"), at)
    assert not sees("attend", planned, cast.who("stranger"), at)


@pytest.mark.parametrize("seen", ["unlisted", "region"])
def test_a_community_that_is_not_seen_in_full_has_no_public_meeting(planned, cast, at, seen) -> None:
    hold_event(event=planned, counts=COUNTS, at=at + 2 * DAY, by=cast.coordinator)
    type(planned.organisation).objects.update(seen=seen)
    assert not sees("learn", planned, cast.who("stranger"), at)
    assert sees("learn", planned, cast.who("coordinator"), at)


def test_a_meeting_is_opened_only_after_the_warning(planned, cast, at) -> None:
    with pytest.raises(Refused):
        open_event(event=planned, confirmed=False, at=at, by=cast.coordinator)
    open_event(event=planned, confirmed=True, at=at, by=cast.coordinator)
    assert sees("attend", planned, cast.who("stranger"), at)
    actions.close_event(event=planned, at=at, by=cast.coordinator)
    assert not sees("attend", planned, cast.who("stranger"), at)


def test_what_an_opened_meeting_says_is_read_by_somebody_else_who_may_take_it_off(
    planned, cast, at, client_as
) -> None:
    open_event(event=planned, confirmed=True, at=at, by=cast.coordinator)
    actions.change_event(event=planned, at=at, by=cast.coordinator, title="Vəlinin evi barədə")
    Review.objects.update(asked_at=timezone.now())
    asked, moderator = Review.objects.get(kind="event.words"), client_as("moderator")
    assert "Vəlinin evi" in moderator.get(reverse("reviews")).content.decode()
    moderator.post(reverse("review_decide", args=[asked.pk]), {"verdict": "agreed", "once": "r1"})
    actions.change_event(event=planned, at=at, by=cast.coordinator, starts_at=planned.starts_at + DAY)
    assert not Review.objects.filter(kind="event.words", verdict=""), "another hour has no words"
    actions.change_event(event=planned, at=at, by=cast.coordinator, agenda="Vəli nə edib")
    Review.objects.update(asked_at=timezone.now())
    asked = Review.objects.get(kind="event.words", verdict="")
    moderator.post(reverse("review_decide", args=[asked.pk]), {"verdict": "undone", "once": "r2"})
    assert not sees("attend", planned, cast.who("stranger"), at) and sees(
        "team", planned, cast.who("coordinator"), at
    )
    open_event(event=planned, confirmed=True, at=at, by=cast.officer)
    assert not Review.objects.filter(kind="event.words", verdict=""), (
        "an officer has read what he or she writes"
    )


def test_a_home_is_never_public_and_a_move_into_one_hides_the_meeting(planned, cast, at) -> None:
    open_event(event=planned, confirmed=True, at=at, by=cast.coordinator)
    actions.change_event(event=planned, at=at, by=cast.coordinator, spot="home")
    planned.refresh_from_db()
    assert not planned.is_open
    with pytest.raises(Refused, match="home|evdə|ev"):
        open_event(event=planned, confirmed=True, at=at, by=cast.coordinator)


def test_an_unlisted_community_opens_nothing(planned, cast, at) -> None:
    planned.organisation.seen = "unlisted"
    with pytest.raises(Refused):
        open_event(event=planned, confirmed=True, at=at, by=cast.coordinator)


# --- planning --------------------------------------------------------------------------------------
@pytest.mark.parametrize("days", [-500, 500])
def test_a_date_more_than_a_year_away_is_refused(country, cast, at, days) -> None:
    with pytest.raises(Refused):
        plan_event(
            organisation=country.community,
            title="Görüş",
            starts_at=at + days * DAY,
            at=at,
            by=cast.coordinator,
        )


def test_a_meeting_in_the_past_can_be_entered_but_nobody_invited_to_it(country, cast, at) -> None:
    event = plan_event(
        organisation=country.community, title="Görüş", starts_at=at - DAY, at=at, by=cast.coordinator
    )
    with pytest.raises(Refused):
        invite(event=event, persons=["x"], at=at, by=cast.coordinator)
    with pytest.raises(Refused):
        open_event(event=event, confirmed=True, at=at, by=cast.coordinator)
    assert hold_event(event=event, counts=COUNTS, at=at, by=cast.coordinator).state == "held"


@pytest.mark.parametrize("title", ["", "  ", "ab", "a" * 161])
def test_a_title_is_neither_empty_nor_endless(country, cast, at, title) -> None:
    with pytest.raises(Refused):
        plan_event(organisation=country.community, title=title, starts_at=at, at=at, by=cast.coordinator)


def test_a_matter_of_another_community_cannot_be_linked(country, cast, at) -> None:
    foreign = public_matter(country, at, community=None)
    with pytest.raises(Refused):
        plan_event(
            organisation=country.community,
            title="Görüş",
            starts_at=at,
            matter=foreign,
            at=at,
            by=cast.coordinator,
        )


def test_what_was_held_or_cancelled_does_not_change(planned, cast, at) -> None:
    stale = Event.objects.get()
    actions.cancel_event(event=planned, at=at, by=cast.coordinator)
    with pytest.raises(Refused):
        actions.change_event(event=stale, at=at, by=cast.coordinator, title="Başqa ad")
    with pytest.raises(Stale):
        actions.cancel_event(event=stale, at=at, by=cast.coordinator)
    with pytest.raises(Stale):
        hold_event(event=stale, at=at + 3 * DAY, by=cast.coordinator)


# --- holding ---------------------------------------------------------------------------------------
def test_nothing_is_counted_before_the_meeting_began(planned, cast, at) -> None:
    with pytest.raises(Refused):
        hold_event(event=planned, counts=COUNTS, at=at, by=cast.coordinator)
    assert not Act.objects.exists()


def test_each_cell_is_one_act_and_the_thread_tells_the_sum_alone(planned, cast, at) -> None:
    hold_event(event=planned, counts=COUNTS, at=at + 2 * DAY, by=cast.coordinator)
    acts = {(a.sex, a.band): (a.n, a.verb, a.channel, a.on, a.person_key) for a in Act.objects.all()}
    day = (at + DAY).date()
    assert acts == {cell: (n, "attend", "meeting", day, "") for cell, n in COUNTS.items()}
    entry = Entry.objects.get(verb="met_counted")
    assert entry.data == {"event": planned.code, "total": 7}
    assert entry.on == day
    assert entry.visibility == "public"


def test_corrected_counts_replace_and_are_told_once(planned, cast, at) -> None:
    for _ in range(2):
        hold_event(event=planned, counts=COUNTS, at=at + 2 * DAY, by=cast.coordinator)
    assert not Entry.objects.filter(verb="met_corrected").exists()
    for _ in range(2):
        hold_event(event=planned, counts={("female", "60+"): 3}, at=at + 3 * DAY, by=cast.coordinator)
    assert list(Act.objects.values_list("sex", "band", "n")) == [("female", "60+", 3)]
    assert list(HeadCount.objects.values_list("n", flat=True)) == [3]
    assert [e.data["total"] for e in Entry.objects.filter(verb="met_corrected")] == [3]
    assert Entry.objects.filter(verb__in=("met", "met_counted")).count() == 1


def test_two_meetings_keep_their_own_counts(country, planned, cast, at) -> None:
    other = plan_event(
        organisation=country.community, title="Başqa görüş", starts_at=at, at=at, by=cast.coordinator
    )
    hold_event(event=other, counts={("male", "60+"): 1}, at=at, by=cast.coordinator)
    hold_event(event=planned, counts=COUNTS, at=at + 2 * DAY, by=cast.coordinator)
    hold_event(event=planned, counts={("male", "60+"): 2}, at=at + 2 * DAY, by=cast.coordinator)
    assert sorted(Act.objects.values_list("n", flat=True)) == [1, 2]


def test_an_unlisted_community_leaves_no_public_entry(planned, cast, at) -> None:
    type(planned.organisation).objects.update(seen="unlisted")
    hold_event(event=Event.objects.get(), counts=COUNTS, at=at + 2 * DAY, by=cast.coordinator)
    assert Entry.objects.get(verb="met_counted").visibility == "team"


@pytest.mark.parametrize("n", [-1, 5001, 99999])
def test_impossible_numbers_are_refused_and_nothing_is_kept(planned, cast, at, n) -> None:
    with pytest.raises(Refused):
        hold_event(event=planned, counts={("female", "18-29"): n}, at=at + 2 * DAY, by=cast.coordinator)
    planned.refresh_from_db()
    assert planned.state == "planned"


def test_a_meeting_to_which_nobody_came_is_cancelled_not_counted(planned, cast, at) -> None:
    with pytest.raises(Refused):
        hold_event(event=planned, counts={("female", "18-29"): 0}, at=at + 2 * DAY, by=cast.coordinator)


def test_minutes_may_come_before_the_count(planned, cast, at) -> None:
    hold_event(event=planned, minutes="Danışıldı", at=at + 2 * DAY, by=cast.coordinator)
    hold_event(event=planned, counts=COUNTS, at=at + 3 * DAY, by=cast.coordinator)
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs.count("met") == 1
    assert verbs.count("met_corrected") == 1
    planned.refresh_from_db()
    assert planned.minutes == "Danışıldı"


def test_tasks_stand_with_the_meeting_and_the_matter(planned, cast, at) -> None:
    tasks = [NewTask("Boruları ölçmək", "usta", (at + 9 * DAY).date()), NewTask("Məktəbə zəng")]
    hold_event(event=planned, tasks=tasks, at=at + 2 * DAY, by=cast.coordinator)
    rows = Task.objects.filter(event=planned.code).order_by("pk")
    assert [(t.title, t.who_said, t.matter_id) for t in rows] == [
        ("Boruları ölçmək", "usta", planned.matter_id),
        ("Məktəbə zəng", "", planned.matter_id),
    ]


# --- minutes ---------------------------------------------------------------------------------------
def test_minutes_are_public_only_after_a_second_person_read_them(planned, cast, at) -> None:
    later = at + 2 * DAY
    hold_event(event=planned, minutes="Qərar verildi", publish=True, at=later, by=cast.coordinator)
    hold_event(event=planned, publish=True, at=later, by=cast.coordinator)
    assert Review.objects.filter(kind="document.minutes").count() == 1
    assert not planned.minutes_public
    read, verdict = actions.mark_of(planned), "agreed"
    with pytest.raises(Refused):
        actions.release_minutes(event=planned, verdict=verdict, read=read, by=cast.coordinator, at=later)
    actions.release_minutes(event=planned, verdict=verdict, read=read, by=cast.officer, at=later)
    planned.refresh_from_db()
    assert planned.minutes_public
    hold_event(event=planned, minutes="Başqa mətn", at=later, by=cast.coordinator)
    planned.refresh_from_db()
    assert not planned.minutes_public, "a new text is read anew"


def test_empty_minutes_cannot_be_published(planned, cast, at) -> None:
    with pytest.raises(Refused):
        hold_event(event=planned, publish=True, at=at + 2 * DAY, by=cast.coordinator)


def test_followers_of_the_matter_can_be_invited_without_a_name(planned, cast, at) -> None:
    from icma.events.forms.meetings import invited_persons

    follow(planned.matter, cast.resident, at)
    assert invited_persons(planned, ["followers"]) == {cast.resident.person}
    assert invited_persons(planned, ["members"]) == {cast.coordinator.person}


def test_the_further_days_move_with_the_first_and_who_is_on_a_list_comes_to_no_clinic(
    planned, cast, at
) -> None:
    first = legal_day(planned.starts_at)
    add_day(event=planned, on=first + 2 * DAY, at=at, by=cast.coordinator)
    actions.change_event(event=planned, starts_at=planned.starts_at + 5 * DAY, at=at, by=cast.coordinator)
    assert planned.sessions.get().on == first + 7 * DAY
    attending.attend(event=planned, person=Person(), at=at, by=cast.coordinator)
    with pytest.raises(Refused):
        actions.change_event(event=planned, kind="clinic", at=at, by=cast.coordinator)


def test_groups_that_come_after_the_sum_are_part_of_it(planned, cast, at) -> None:
    from icma.events.forms.meetings import counted

    hold_event(event=planned, counts={("unknown", "unknown"): 20}, at=at + 2 * DAY, by=cast.coordinator)
    assert counted(planned) == {"total": 20}
