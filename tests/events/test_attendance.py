"""Attendances, unique people, head-counts: three figures; lists, the door, paper, names that go, a word afterwards."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from icma.core.action import Refused
from icma.core.cells import BadFile
from icma.events.actions import afterwards, attending, hold_event, plan_event
from icma.events.actions.days import add_day
from icma.events.figures import cells_of, needs_used, presence
from icma.events.lists import Person, band_of, read_list
from icma.events.models import Attendance, Event
from icma.front.actions import ERASURES, forget_all
from icma.front.jobs import run_all
from icma.matters.models import Act
from icma.people.actions.contacts import expire_contacts
from icma.people.actions.erasure import erase_person
from icma.people.models import Consent, Contact, Mail
from tests.events.listing import LIST, ROWS, listed, meeting
from tests.matters.support_kit import everything

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def figures() -> tuple:
    said = presence(Event.objects.all())
    return said.attendances, said.unique, said.people_words


# --- three figures ---------------------------------------------------------------------------------
def test_a1_one_person_at_three_meetings_is_three_attendances_and_one_person(country, cast, at) -> None:
    for back, name in ((3, "Nümunə Aysel"), (2, "aysel  nümunə"), (1, "NÜMUNƏ AYSEL")):
        event = meeting(country, cast, at, back)
        assert attending.attend(event=event, person=Person(name=name), at=at, by=cast.coordinator)
    assert figures() == (3, 1, "1")


def test_a2_a_head_count_raises_attendances_and_never_people_who_are_then_told_as_a_range(
    country, cast, at
) -> None:
    listed(country, cast, at)
    assert figures() == (4, None, "4")
    heads = meeting(country, cast, at, 2)
    hold_event(
        event=heads, counts={("female", "18-29"): 6, ("unknown", "unknown"): 4}, at=at, by=cast.coordinator
    )
    said = presence(Event.objects.all())
    assert (said.attendances, said.people, said.unique) == (14, 3, None)
    assert said.people_words == "10–14", "from the fullest meeting to all attendances"


def test_unique_people_are_told_from_95_of_100_on(country, cast, at) -> None:
    event = meeting(country, cast, at)
    for number in range(19):
        attending.attend(
            event=event,
            person=Person(name=f"Nümunə {'ABCDEFGHIJKLMNOPQRS'[number]}x"),
            at=at,
            by=cast.coordinator,
        )
    attending.attend(event=event, person=Person(), at=at, by=cast.coordinator)
    assert figures() == (20, 19, "19")
    attending.attend(event=event, person=Person(), at=at, by=cast.coordinator)
    assert figures() == (21, None, "21"), "19 of 21 known; one meeting cannot hold fewer than it held"


def test_a_training_of_three_days_counts_each_day_and_each_person_once(country, cast, at) -> None:
    event = meeting(country, cast, at, 4, kind="training")
    for ahead in (1, 2):
        add_day(event=event, on=(event.starts_at + ahead * DAY).date(), at=at, by=cast.coordinator)
    for session in (1, 2, 3):
        attending.attend(
            event=event, person=Person(name="Nümunə Rəşad"), session=session, at=at, by=cast.coordinator
        )
    hold_event(event=event, at=at, by=cast.coordinator)
    assert figures() == (3, 1, "1")
    days = Act.objects.filter(verb="attend").values_list("on", "n").order_by("on")
    assert len({on for on, _n in days}) == 3 and {n for _on, n in days} == {1}


def test_list_and_heads_of_one_day_are_not_added_and_the_larger_is_how_many_were_there(
    country, cast, at
) -> None:
    event = listed(country, cast, at)
    hold_event(event=event, counts={("unknown", "unknown"): 9}, at=at, by=cast.coordinator)
    said = presence(Event.objects.all())
    assert (said.attendances, said.listed, said.counted) == (9, 4, 9)
    assert cells_of(event)["unknown", "unknown"] == 5, "a bare number is filled up with what the list knows"
    assert sum(Act.objects.filter(verb="attend").values_list("n", flat=True)) == 9 == event.present


# --- from paper ------------------------------------------------------------------------------------
def test_a4_a_list_entered_twice_counts_once_and_each_line_is_reported(country, cast, at) -> None:
    event = listed(country, cast, at)
    before = list(Attendance.objects.values_list("person", "sex", "band", "state"))
    report = attending.enter_list(
        event=event, number="1", report=read_list(ROWS), at=at + 5 * DAY, by=cast.coordinator
    )
    assert list(Attendance.objects.values_list("person", "sex", "band", "state")) == before
    assert sum(Act.objects.values_list("n", flat=True)) == 4
    assert report.counts == {"taken": 5, "double": 1, "young": 1, "error": 4}
    assert [line.number for line in report.remarks] == [5, 6, 7, 8, 9, 10]
    assert not any("Nümunə" in line.text for line in report.remarks), "a report repeats no name"
    assert Attendance.objects.filter(state="absent").count() == 1


def test_a_person_on_two_lists_of_a_day_counts_once(country, cast, at) -> None:
    event = listed(country, cast, at)
    again = read_list("ad;cins;yaş\nAysel Nümunə;qadın;18–29\nNümunə Təzə;kişi;70".encode())
    report = attending.enter_list(event=event, number="2", report=again, at=at, by=cast.coordinator)
    assert report.counts == {"double": 1, "taken": 1}
    assert (presence(Event.objects.all()).attendances, presence(Event.objects.all()).people) == (5, 4)


def test_a_batch_total_fills_up_with_unknown_and_may_not_be_smaller_than_its_lines(country, cast, at) -> None:
    event = meeting(country, cast, at, held=True)
    for _twice in range(2):
        attending.enter_list(
            event=event, number="7", report=read_list(LIST), total=10, at=at, by=cast.coordinator
        )
    assert presence(Event.objects.all()).attendances == 10
    assert cells_of(event)["unknown", "unknown"] == 7
    with pytest.raises(Refused):
        attending.enter_list(
            event=event, number="7", report=read_list(LIST), total=2, at=at, by=cast.coordinator
        )
    assert presence(Event.objects.all()).attendances == 10


@pytest.mark.parametrize(
    ("said", "band"),
    [("18–29", "18-29"), ("14", "14-17"), ("17", "14-17"), ("18", "18-29"), ("59", "45-59"), ("60+", "60+"), ("", "unknown"),
     ("13", "under-14"), ("1,5", None), ("1.5", None), ("-3", None), ("qadın", None), ("900", None)],
)  # fmt: skip
def test_a_band_is_read_exactly_or_not_at_all(said, band) -> None:
    assert band_of(said) == band


@pytest.mark.parametrize(
    "data", [b"", b"ad;cins;yas\n", b"a;b\n1;2", b"\xff\xfe\x00", b"ad,cins,cins\nx,q,q", b"PK\x03\x04\x00"]
)
def test_a_file_that_is_no_list_is_refused_as_a_whole(data) -> None:
    with pytest.raises(BadFile):
        read_list(data)


# --- names -----------------------------------------------------------------------------------------
def test_a3_names_go_after_their_term_and_every_count_stays(country, cast, at) -> None:
    event = listed(country, cast, at)
    person = Person(name="Nümunə Elnur", phone="050 000 00 00", mail="e@numune.invalid", agreed=True)
    attending.attend(event=event, person=person, at=at, by=cast.coordinator)
    before, cells = presence(Event.objects.all()), cells_of(event)
    assert Contact.objects.filter(scope=f"event:{event.code}").count() == 3 == Consent.objects.count()
    assert sorted(Consent.objects.values_list("text", flat=True)) == [
        "attend-2",
        "attend-paper-1",
        "attend-paper-1",
    ]
    late = at + 89 * DAY
    expire_contacts(on=late.date())
    assert Contact.objects.count() == 0
    forget_all(at + 900 * DAY)
    assert (presence(Event.objects.all()), cells_of(event)) == (before, cells)


def test_a_name_stands_nowhere_in_clear_and_without_consent_not_even_sealed(country, cast, at) -> None:
    event = meeting(country, cast, at)
    for name, agreed in (("Kanareyka Nümunə", False), ("Kanareyka Razılı", True)):
        person = Person(name=name, phone="0507770077", agreed=agreed)
        attending.attend(event=event, person=person, at=at, by=cast.coordinator)
    assert Attendance.objects.exclude(person="").count() == 2 and Contact.objects.count() == 1
    assert not re.search("kanareyka|7770077", everything(), re.I)


def test_a_first_name_alone_tells_nobody_apart(country, cast, at) -> None:
    event = meeting(country, cast, at)
    for _two in range(2):
        assert attending.attend(event=event, person=Person(name="Aysel"), at=at, by=cast.coordinator)
    assert set(Attendance.objects.values_list("person", flat=True)) == {""}


def test_who_erases_an_account_is_forgotten_and_still_counted(country, cast, at) -> None:
    person = cast.resident.person
    for back in (2, 1):
        event = meeting(country, cast, at, back)
        attending.attend(
            event=event, person=Person(sex="female", band="18-29"), account=person, at=at, by=cast.coordinator
        )
    erase_person(person=person, by=None, at=at, also=ERASURES)
    assert figures() == (2, 1, "1")
    assert not Attendance.objects.filter(person=person).exists()
    assert set(Attendance.objects.values_list("sex", "band")) == {("unknown", "unknown")}


# --- afterwards ------------------------------------------------------------------------------------
def test_a5_a_word_goes_to_those_who_came_and_another_to_those_who_did_not_once(
    country, cast, at, mailoutbox
) -> None:
    event = listed(country, cast, at)  # one came and one stayed away with an address; one gave none
    for _twice in range(2):
        afterwards.tell_after(event=event, state="came", at=at, by=cast.coordinator)
        afterwards.tell_after(event=event, state="absent", at=at, by=cast.coordinator)
    assert Mail.objects.filter(key__startswith="after:").count() == 2
    run_all(at + timedelta(minutes=5))
    sent = {mail.to[0]: mail.body for mail in mailoutbox}
    assert set(sent) == {"geldi@numune.invalid", "gelmedi@numune.invalid"}
    assert "təşəkkür" in sent["geldi@numune.invalid"] and "görə bilmədik" in sent["gelmedi@numune.invalid"]
    assert not any(event.title in body for body in sent.values()), (
        "a mail never says what the meeting was about"
    )


# --- needs, the floor, children ----------------------------------------------------------------------
def test_the_use_of_access_needs_is_counted_and_cannot_pass_those_who_were_there(country, cast, at) -> None:
    event = meeting(country, cast, at, access=["children", "transport", "hour", "safe"])
    counts, used = {("female", "30-44"): 5}, {"children": 3, "transport": 0, "hour": 2, "safe": 5}
    hold_event(event=event, counts=counts, used=used, at=at, by=cast.coordinator)
    assert needs_used(Event.objects.all()) == used
    with pytest.raises(Refused):
        hold_event(event=event, counts=counts, used={"children": 6}, at=at, by=cast.coordinator)


def test_who_took_the_floor_is_an_act_of_its_own_and_not_more_than_were_there(country, cast, at) -> None:
    event, counts = meeting(country, cast, at), {("female", "30-44"): 5, ("male", "30-44"): 9}
    hold_event(event=event, counts=counts, spoke={"female": 1, "male": 7}, at=at, by=cast.coordinator)
    assert dict(Act.objects.filter(verb="speak").values_list("sex", "n")) == {"female": 1, "male": 7}
    with pytest.raises(Refused):
        hold_event(event=event, counts=counts, spoke={"male": 15}, at=at, by=cast.coordinator)
    hold_event(event=event, counts=counts, at=at, by=cast.coordinator)
    assert sum(Act.objects.filter(verb="speak").values_list("n", flat=True)) == 8, "not asked again: it stays"


def test_nobody_signs_in_at_a_legal_clinic(country, cast, at) -> None:
    event = meeting(country, cast, at, kind="clinic")
    with pytest.raises(Refused):
        attending.attend(event=event, person=Person(name="Nümunə Aysel"), at=at, by=cast.coordinator)


# --- pages -----------------------------------------------------------------------------------------
def test_whoever_scans_the_code_is_counted_without_account_cookie_or_name(
    client, client_as, country, cast
) -> None:
    now = timezone.now()
    event = plan_event(
        organisation=country.community, title="Gizli başlıq", starts_at=now, at=now, by=cast.coordinator
    )
    door = client_as("coordinator").get(f"/gorus/{event.code}/qapi/").content.decode()
    assert "data:image/svg+xml" in door
    address = "/qapi/" + door.split("/qapi/")[-1].split("<")[0]
    page = client.get(address).content.decode()
    assert event.title not in page and country.community.name not in page
    young = client.post(address, {"band": "under-14", "sex": "female", "once": "y"})
    assert young.status_code == 422 and "14 yaşından kiçik" in young.content.decode()
    for _tap in range(4):
        client.post(address, {"sex": "female", "band": "18-29", "name": "Nümunə Aysel", "once": "a"})
    client.post(address, {"once": "b"})
    rows = set(Attendance.objects.values_list("sex", "band", "way", "state"))
    assert rows == {("female", "18-29", "door", "came"), ("unknown", "unknown", "door", "came")}
    assert not Contact.objects.exists() and "sessionid" not in client.cookies
    Event.objects.update(starts_at=now - DAY)
    assert client.post(address, {"once": "c"}).status_code == 200
    assert Attendance.objects.count() == 2, "a day later the door is closed"


def test_the_coordinator_ticks_and_the_others_did_not_come(client_as, country, cast) -> None:
    now, client = timezone.now(), client_as("coordinator")
    event = plan_event(
        organisation=country.community, title="Təlim", starts_at=now + DAY, at=now, by=cast.coordinator
    )
    page = f"/gorus/{event.code}/siyahi/"
    for name in ("Nümunə Bir", "Nümunə İki", "Nümunə Üç"):
        assert client.post(page, {"do": "add", "name": name, "sex": "male", "once": name}).status_code == 302
    assert set(Attendance.objects.values_list("state", flat=True)) == {"registered"}
    first = Attendance.objects.order_by("pk")[0].pk
    Event.objects.update(starts_at=now - timedelta(hours=1))
    shown = re.findall(r'name="here" value="(\d+)"', client.get(page).content.decode())
    assert len(shown) == 3
    client.post(page, {"do": "rest", "came": [first], "here": [first], "once": "s"})
    assert not Attendance.objects.filter(state="absent"), (
        "who stands on no page that was seen is still expected"
    )
    client.post(page, {"do": "rest", "came": [first], "here": shown, "once": "t"})
    assert dict(Attendance.objects.values_list("pk", "state"))[first] == "came"
    assert Attendance.objects.filter(state="absent").count() == 2
    assert "Nümunə Bir" not in client.get(page).content.decode(), "names are sealed or were never kept"
    for key in ("resident", "researcher"):
        assert client_as(key).get(page).status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"),
    [({"total": "5", "female_60+": "4", "male_60+": "3"}, "cəmi 7"), ({"female_60+": "-1"}, "sıfırdan az"),
     ({"female_60+": "1,5"}, "Tam ədəd"), ({"female_60+": "1.5"}, "Tam ədəd")],
)  # fmt: skip
def test_a_wrong_number_is_said_in_plain_words_and_counts_nobody(
    client_as, country, cast, typed, words
) -> None:
    event = meeting(country, cast, timezone.now())
    answer = client_as("coordinator").post(f"/gorus/{event.code}/say/", typed | {"once": "x"})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert presence(Event.objects.all()).attendances == 0


def test_a_paper_list_is_typed_on_the_page_and_its_bad_lines_come_back(client_as, country, cast) -> None:
    event = meeting(country, cast, timezone.now(), held=True)
    client, page = client_as("coordinator"), f"/gorus/{event.code}/kagiz/"
    answer = client.post(page, {"number": "3", "text": ROWS.decode(), "once": "p"}).content.decode()
    assert "sürüşüb" in answer and "14 yaşından kiçik" in answer
    again = client.post(page, {"number": "3", "text": ROWS.decode(), "once": "p2"}).content.decode()
    assert "əvəz etdi (orada 5 nəfər" in again and "əvəz etdi" not in answer, "what it took the place of"
    none = client.post(
        page, {"number": "3", "text": "ad;yaş\nNümunə Səhv;20-35", "once": "p3"}
    ).content.decode()
    assert "Heç nə daxil edilmədi" in none and presence(Event.objects.all()).attendances == 4
    assert client.post(page, {"number": "4", "total": "12", "once": "q"}).status_code == 200
    assert presence(Event.objects.all()).attendances == 16
    year = client.get(f"/is/icma/{country.community.code}/gelenler/").content.decode()
    assert ">16<" in year and "<svg" in year
    assert 'data-label="iştirak">16<' in year, "on a telephone each figure stands beside its name"
