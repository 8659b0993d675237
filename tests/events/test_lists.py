"""Lists that are mended: who was expected and came, days ahead, rows taken off, people forgotten, consents taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from icma.core.action import Refused
from icma.events.actions import attending, cancel_event, hold_event, plan_event
from icma.events.actions.days import add_day
from icma.events.figures import cells_of, presence
from icma.events.lists import Person, read_list
from icma.events.models import Attendance, Event, Sheet
from icma.matters.models import Act, Entry
from icma.people.models import Consent, Contact
from tests.events.listing import LIST, listed, meeting
from tests.front.noticing import public_matter

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HEAD = "ad;cins;yaş;poçt;razılıq\n"


def came() -> int:
    return presence(Event.objects.all()).attendances


def enter(event, cast, at, text, **more):
    return attending.enter_list(
        event=event, number="1", report=read_list(text), at=at, by=cast.coordinator, **more
    )


# --- who was expected ------------------------------------------------------------------------------
def test_who_was_expected_and_signed_the_paper_has_come_however_often_it_is_entered(
    country, cast, at
) -> None:
    event = plan_event(
        organisation=country.community, title="Görüş", starts_at=at + DAY, at=at, by=cast.coordinator
    )
    attending.attend(event=event, person=Person(name="Nümunə Aysel"), at=at, by=cast.coordinator)
    absent = attending.attend(event=event, person=Person(name="Nümunə Rəşad"), at=at, by=cast.coordinator)
    late = at + 2 * DAY
    attending.tick(event=event, states={absent.pk: "absent"}, at=late, by=cast.coordinator)
    for _twice in range(2):
        assert enter(event, cast, late, LIST).counts == {"taken": 3}
        assert came() == 3 == Attendance.objects.count()
    aysel = Attendance.objects.order_by("pk")[0]
    assert (aysel.sex, aysel.band) == ("female", "18-29"), "what is said on the day counts"
    attending.drop_sheet(sheet=Sheet.objects.get(), at=late, by=cast.coordinator)
    assert set(Attendance.objects.values_list("state", flat=True)) == {"registered"}
    assert Attendance.objects.count() == 2, "who was expected before the list is expected again"


def test_what_is_said_at_the_door_counts_for_who_was_expected(country, cast, at) -> None:
    event = plan_event(
        organisation=country.community, title="Görüş", starts_at=at + DAY, at=at, by=cast.coordinator
    )
    attending.attend(
        event=event, person=Person(name="Nümunə Aysel", band="30-44"), at=at, by=cast.coordinator
    )
    here = Person(name="Nümunə Aysel", sex="female")
    attending.sign_in(event=event, person=here, at=at + DAY)
    row = Attendance.objects.get()
    assert (row.state, row.sex, row.band) == ("came", "female", "30-44")


def test_who_signs_in_while_the_meeting_is_being_counted_is_counted(country, cast, at) -> None:
    meeting(country, cast, at)
    at_the_door, counted = Event.objects.get(), Event.objects.get()
    hold_event(event=counted, at=at, by=cast.coordinator)
    attending.attend(event=at_the_door, person=Person(), at=at, by=None)
    assert sum(Act.objects.values_list("n", flat=True)) == 1 == Event.objects.get().present


# --- days ------------------------------------------------------------------------------------------
def test_nobody_has_come_on_a_day_that_lies_ahead_nor_to_what_was_cancelled(country, cast, at) -> None:
    event, by = meeting(country, cast, at, 0, kind="training", held=True), cast.coordinator
    add_day(event=event, on=(at + DAY).date(), at=at, by=by)
    row = attending.attend(event=event, person=Person(name="Nümunə Bir"), session=2, at=at, by=by)
    assert row.state == "registered"
    for too_early in (
        lambda: enter(event, cast, at, LIST, session=2),
        lambda: attending.tick(event=event, states={row.pk: "came"}, session=2, at=at, by=by),
        lambda: hold_event(event=event, counts={("female", "60+"): 3}, session=2, at=at, by=by),
    ):
        with pytest.raises(Refused):
            too_early()
    assert came() == 0
    attending.tick(event=event, states={row.pk: "came"}, session=1, at=at, by=by)
    assert came() == 0, "a row of another day is not touched"
    attending.tick(event=event, states={row.pk: "came"}, session=2, at=at + DAY, by=by)
    assert came() == 1
    ahead = plan_event(organisation=country.community, title="Görüş", starts_at=at + DAY, at=at, by=by)
    mine = attending.attend(event=ahead, person=Person(), at=at, by=by)
    cancel_event(event=ahead, at=at, by=by)
    with pytest.raises(Refused):
        attending.tick(event=ahead, states={mine.pk: "came"}, at=at + 2 * DAY, by=by)


def test_five_days_cost_no_more_queries_than_one(country, cast, at, django_assert_num_queries) -> None:
    event = meeting(country, cast, at, 9, kind="training")
    for ahead in range(1, 5):
        add_day(event=event, on=(event.starts_at + ahead * DAY).date(), at=at, by=cast.coordinator)
    for session in range(1, 6):
        attending.attend(event=event, person=Person(sex="male"), session=session, at=at, by=cast.coordinator)
    with django_assert_num_queries(2):
        assert cells_of(event) == {("male", "unknown"): 5}


# --- consent ---------------------------------------------------------------------------------------
def test_a_list_entered_again_keeps_what_was_agreed_to_once_and_lets_go_what_was_not(
    country, cast, at
) -> None:
    event, live = meeting(country, cast, at), Consent.objects.filter(withdrawn_at=None)
    for _twice in range(2):
        enter(event, cast, at, f"{HEAD}Nümunə Aysel;qadın;;a@numune.invalid;bəli".encode())
    assert (Contact.objects.count(), Consent.objects.count()) == (1, 1)
    enter(event, cast, at, f"{HEAD}Nümunə Aysəl;qadın;;a@numune.invalid;bəli".encode())
    assert (Contact.objects.count(), live.count()) == (1, 1), "of a name that was misread nothing stays"
    enter(event, cast, at, f"{HEAD}Nümunə Aysəl;qadın;;a@numune.invalid;yox".encode())
    assert (Contact.objects.count(), live.count(), came()) == (0, 0, 1)
    enter(event, cast, at, f"{HEAD}Nümunə Aysəl;qadın;;a@numune.invalid;bəli".encode())
    attending.strike(
        event=event, rows=Attendance.objects.values_list("pk", flat=True), at=at, by=cast.coordinator
    )
    assert (Contact.objects.count(), live.count(), came()) == (0, 0, 0)


# --- taken off, forgotten --------------------------------------------------------------------------
def test_who_is_taken_off_or_forgotten_is_chosen_apart_from_the_ticks_and_asked_once_more(
    client_as, country, cast
) -> None:
    now, client = timezone.now(), client_as("coordinator")
    event = meeting(country, cast, now, held=True)
    for name in ("Nümunə Bir", "Nümunə İki", "Nümunə Üç"):
        person = Person(name=name, sex="male", phone="0500000000", agreed=True)
        attending.attend(event=event, person=person, at=now, by=cast.coordinator)
    page, rows = f"/gorus/{event.code}/siyahi/", list(Attendance.objects.order_by("pk"))
    boxes = client.get(page).content.decode()
    assert boxes.count('name="came"') == 3 == boxes.count(" checked>") and boxes.count('name="row"') == 3
    ticked = {"came": [row.pk for row in rows]}
    for do in ("strike", "forget"):
        client.post(page, ticked | {"do": do, "sure": "on", "once": f"{do}0"})
        asked = client.post(page, ticked | {"do": do, "row": [rows[0].pk], "once": f"{do}1"})
        assert 'name="sure"' in asked.content.decode()
        assert Attendance.objects.filter(sex="male").count() == 3 == Contact.objects.count(), (
            "not before it is sure"
        )
    client.post(page, ticked | {"do": "strike", "row": [rows[0].pk], "sure": "on", "once": "a"})
    assert [row.pk for row in Attendance.objects.order_by("pk")] == [rows[1].pk, rows[2].pk]
    client.post(page, ticked | {"do": "forget", "row": [rows[1].pk], "sure": "on", "once": "b"})
    assert Contact.objects.count() == 1 == Consent.objects.filter(withdrawn_at=None).count()
    acts = Act.objects.filter(verb="attend").values_list("sex", "n")
    assert dict(acts) == {"male": 1, "unknown": 1}, "what was counted of sex is counted anew"
    nameless = attending.attend(event=event, person=Person(sex="male"), at=now, by=cast.coordinator)
    client.post(page, {"do": "forget", "row": [nameless.pk], "sure": "on", "once": "c"})
    assert dict(acts.all()) == {"male": 1, "unknown": 2}, "also of who gave no name"


def test_the_door_of_one_day_is_emptied_and_a_long_list_has_pages(
    client_as, country, cast, monkeypatch
) -> None:
    monkeypatch.setattr("icma.events.views.attendance.SHOWN", 2)
    now, client = timezone.now(), client_as("coordinator")
    event = meeting(country, cast, now, 1, kind="training", held=True)
    add_day(event=event, on=timezone.localtime(now).date(), at=now, by=cast.coordinator)
    for session in (1, 1, 1, 2):
        attending.attend(
            event=event, person=Person(), session=session, way="door", at=now, by=cast.coordinator
        )
    page = f"/gorus/{event.code}/siyahi/?gun=1"
    second = client.get(f"{page}&s=2").content.decode()
    assert second.count('name="came"') == 1 and "3–3" in second
    client.post(page, {"do": "door", "sure": "on", "once": "a"})
    assert list(Attendance.objects.values_list("session", flat=True)) == [2]


def test_to_be_forgotten_by_one_community_leaves_the_lists_of_others(country, cast, at) -> None:
    person = cast.resident.person
    for organisation in (country.community, country.union):
        event = plan_event(organisation=organisation, title="Görüş", starts_at=at, at=at, by=cast.officer)
        who = Person(sex="female", phone="0500000000", agreed=True)
        attending.attend(event=event, person=who, account=person, at=at, by=cast.officer)
    mine = Attendance.objects.get(event__organisation=country.community)
    attending.forget_rows(event=mine.event, rows=[mine.pk], at=at, by=cast.coordinator)
    kept = Attendance.objects.get(person=person)
    assert (kept.event.organisation, kept.sex, Contact.objects.get().person) == (
        country.union,
        "female",
        person,
    )
    assert Consent.objects.filter(withdrawn_at=None).exists(), "something is still kept by the other"


# --- told ------------------------------------------------------------------------------------------
def test_late_additions_one_by_one_are_told_once_with_the_next_count(country, cast, at) -> None:
    event = meeting(country, cast, at, matter=public_matter(country, at), held=True)
    hold_event(event=event, counts={("male", "60+"): 1}, at=at, by=cast.coordinator)
    for _n in range(5):
        attending.attend(event=event, person=Person(), at=at, by=cast.coordinator)
    told = Entry.objects.filter(verb="met_corrected").order_by("pk")
    assert [entry.data["total"] for entry in told] == [1] and Event.objects.get().present == 5
    for _twice in range(2):
        hold_event(event=event, at=at, by=cast.coordinator)
    assert [entry.data["total"] for entry in told.all()] == [1, 5]


def test_a_list_of_another_meeting_goes_with_what_was_kept_for_it(country, cast, at) -> None:
    event = listed(country, cast, at)
    attending.drop_sheet(sheet=Sheet.objects.get(), at=at, by=cast.coordinator)
    assert (came(), Contact.objects.count(), Event.objects.get(pk=event.pk).present) == (0, 0, None)
    assert not Consent.objects.filter(withdrawn_at=None)
