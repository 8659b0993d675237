"""What people do is counted once, by what they chose to say, apart from who they were."""

from datetime import timedelta

import pytest
from django.utils import timezone

from icma.core.action import Refused
from icma.front.actions import ERASURES
from icma.matters.actions import support as tally
from icma.matters.actions.acts import note_act, said_of
from icma.matters.actions.preparing import prepare
from icma.matters.actions.raising import raise_matter
from icma.matters.actions.sums import count_acts, count_me, note_leads, sum_supports
from icma.matters.models import Act, Support
from icma.people.actions.erasure import erase_person
from tests.matters.support_kit import public

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def counted(verb: str) -> dict:
    found: dict = {}
    for sex, band, n in Act.objects.filter(verb=verb).values_list("sex", "band", "n"):
        found[sex, band] = found.get((sex, band), 0) + n
    return found


def test_a_voice_is_one_act_and_what_was_not_said_is_unknown(country, at) -> None:
    raise_matter(title="Su yoxdur", text="Üç gündür", place=country.goychay, topic="infrastructure", at=at)
    act = Act.objects.get()
    assert (act.verb, act.channel, act.sex, act.band, act.person_key) == (
        "raise",
        "web",
        "unknown",
        "unknown",
        "",
    )
    assert act.matter is None and act.place == country.goychay


def test_supports_are_counted_whole_the_silent_as_unknown_however_often_the_job_runs(country, at) -> None:
    matter, today = public(country, at), at.date()
    for number in range(7):
        tally.support(matter=matter, key=f"p{number}@numune.invalid", channel="mail", at=at)
    for _twice in range(2):
        tally.support(
            matter=matter, key="w@numune.invalid", channel="mail", at=at, sex="female", band="18-29"
        )
    tally.enter_sheet(matter=matter, sheet="4", n=5, at=at, by=None)
    for _again in range(3):
        sum_supports(first=today - 8 * DAY, last=today)
    assert counted("support") == {("female", "18-29"): 1, ("unknown", "unknown"): 12}
    assert sum(counted("support").values()) == Support.objects.count()
    assert set(Act.objects.values_list("channel", flat=True)) == {"web", "paper"}
    tally.take_back(matter=matter, key="p0@numune.invalid")
    assert set(Act.objects.values_list("person_key", flat=True)) == {""}


def test_who_is_signed_in_supports_with_or_without_a_word_about_himself(client_as, country, at) -> None:
    one, two = public(country, timezone.now()), public(country, timezone.now(), "PVBL0002")
    client = client_as("resident")
    assert client.get(f"/m/{one.code}/destek/").content.decode().count('name="band"') == 1
    client.post(f"/m/{one.code}/destek/", {"sex": "male", "band": "60+", "once": "a"})
    client.post(f"/m/{two.code}/destek/", {"once": "b"})
    assert counted("support") == {("male", "60+"): 1}
    assert Support.objects.count() == 2


def test_whoever_leads_is_counted_once_a_quarter_and_says_how_or_not(client_as, country, cast, at) -> None:
    lead, today = cast.coordinator, at.date()
    seats = note_leads(on=today)
    assert seats and note_leads(on=today) == 0
    assert set(counted("lead")) == {("unknown", "unknown")}
    count_me(by=lead, on=today, sex="female", band="30-44")
    assert counted("lead")["female", "30-44"] == 1
    note_leads(on=today + 95 * DAY)
    assert counted("lead")["female", "30-44"] == 2, "the next quarter remembers what she chose"
    prepare(
        kind="campaign",
        title="Su",
        place=country.goychay,
        topic="infrastructure",
        community=country.community,
        at=at,
        by=lead,
    )
    assert counted("propose") == {("female", "30-44"): 1}
    client = client_as("coordinator")
    assert 'value="female" selected' in client.get("/is/sayilma/").content.decode()
    client.post("/is/sayilma/", {"sex": "", "band": "", "once": "x"})
    assert said_of(lead.person) == ("unknown", "unknown")
    assert client_as("resident").get("/is/sayilma/").status_code == 404


def test_who_erases_is_counted_and_nothing_more(country, cast, at) -> None:
    matter, person = public(country, at), cast.resident.person
    note_act(
        verb="comment",
        channel="web",
        place=country.goychay,
        on=at.date(),
        matter=matter,
        person_key=person,
        sex="male",
        band="60+",
    )
    erase_person(person=person, by=None, at=at, also=ERASURES)
    act = Act.objects.get()
    assert (act.person_key, act.sex, act.band, act.n) == ("", "unknown", "unknown", 1)


def test_a_petition_writes_no_act_but_its_sums(country, at) -> None:
    matter = public(country, at, kind="petition")
    assert (
        note_act(verb="vote", channel="web", place=country.goychay, on=at.date(), matter=matter, sex="female")
        is None
    )
    tally.support(matter=matter, key="p@numune.invalid", channel="mail", at=at)
    count_acts(at)
    assert not Act.objects.exclude(verb="lead").exists()


@pytest.mark.parametrize("wrong", [{"verb": "clap"}, {"sex": "f"}, {"band": "0-13"}, {"channel": "door"}])
def test_the_lists_of_an_act_are_closed_and_nobody_is_under_fourteen(country, at, wrong) -> None:
    with pytest.raises(ValueError):
        note_act(**{"verb": "raise", "channel": "web", "place": country.goychay, "on": at.date()} | wrong)
    with pytest.raises(Refused):
        note_act(verb="attend", channel="meeting", place=None, on=at.date(), n=-1)
