"""Özümüz: what is needed, who takes it, until when, done."""

import threading
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.matters.actions.tasks import (
    drop_task,
    finish_task,
    give_back,
    let_out,
    set_task,
    take_task,
    with_reading,
)
from icma.matters.models import Entry, Matter, Task
from icma.people.actions.review import decide_review
from icma.people.models import Membership, Organisation, Review
from tests.matters.support_kit import public

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def in_azerbaijani():
    with translation.override("az"):
        yield


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def matter(country, now) -> Matter:
    return public(country, now, "LEDBYVS1", stage="doing", way="self", community=country.community)


@pytest.fixture
def unread(country, cast, matter, now) -> Task:
    return set_task(
        organisation=country.community, matter=matter, title="İki nərdivan", kind="tools", is_public=True, at=now,
        by=cast.coordinator,
    )  # fmt: skip


@pytest.fixture
def need(unread, cast, now) -> Task:
    return read(unread, cast, now)


def read(need: Task, cast, at, verdict: str = "agreed") -> Task:
    """A moderator decides what the community wrote."""
    asked = Review.objects.get(kind="task.words", subject=need.code)
    decide_review(review=asked, verdict=verdict, by=cast.moderator, at=at, apply=let_out)
    need.refresh_from_db()
    return need


def of(matter: Matter) -> str:
    return reverse("tasks", args=[matter.code])


def take(task: Task) -> str:
    return reverse("task_take", args=[task.matter.code, task.code])


# --- actions ---------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_need_is_public_once_a_moderator_who_did_not_write_it_has_read_it(
    country, cast, matter, client_as, now
):
    """The words of a need may accuse somebody: they stand nowhere in public before they are read."""
    said = "Filan məmur oğrudur"
    client_as("coordinator").post(
        of(matter), {"kind": "hands", "title": said, "is_public": "on", "once": "n1"}
    )
    task = Task.objects.get()
    places = (
        reverse("matter", args=[matter.code]), reverse("matters_atom"), f"/api/v1/matters/{matter.code}/",
        f"{reverse('search')}?{urlencode({'q': 'məmur'})}",
        reverse("community", args=[country.community.code]), take(task),
    )  # fmt: skip
    for url in places:
        for who in (Client(), client_as("resident")):
            assert said not in who.get(url, follow=True).content.decode(), url
    assert "moderator" in client_as("coordinator").get(of(matter)).content.decode()
    assert said in client_as("coordinator").get(of(matter)).content.decode(), "the team sees it at once"
    asked = Review.objects.get()
    Membership.objects.create(
        user=cast.coordinator, role="moderator", organisation=country.union, since=legal_day(now)
    )
    with pytest.raises(Refused):
        decide_review(review=asked, verdict="agreed", by=cast.coordinator, at=now, apply=let_out)
    moderator = client_as("moderator")
    for url in (reverse("mine"), reverse("moderate"), reverse("reviews")):
        assert (said if url != reverse("moderate") else reverse("reviews")) in moderator.get(
            url
        ).content.decode()
    moderator.post(reverse("review_decide", args=[asked.pk]), {"verdict": "agreed", "once": "r1"})
    assert said in Client().get(places[0]).content.decode()
    assert Entry.objects.get(verb="task_made", visibility="public").on == legal_day(now)
    assert said not in moderator.get(reverse("mine")).content.decode()


@pytest.mark.django_db
def test_a_need_that_is_refused_or_no_longer_wanted_stays_with_the_community(
    country, cast, matter, unread, now
):
    read(unread, cast, now, "refused")
    assert not unread.is_public and with_reading(Task.objects.all()).get(refused=True) == unread
    other = set_task(
        organisation=country.community,
        matter=matter,
        title="Yer",
        is_public=True,
        at=now,
        by=cast.coordinator,
    )
    assert with_reading(Task.objects.all()).get(waits=True) == other
    drop_task(task=other, at=now, by=cast.coordinator)
    assert not Review.objects.filter(verdict="").exists(), "nobody reads what is not wanted any more"
    ours = set_task(
        organisation=country.community,
        matter=matter,
        title="Kürək",
        is_public=True,
        at=now,
        by=cast.moderator,
    )
    assert ours.is_public, "what a moderator writes has been read by writing it"


@pytest.mark.django_db
def test_a_need_stands_on_the_thread_and_a_plain_task_only_for_the_team(country, cast, matter, unread, now):
    set_task(organisation=country.community, matter=matter, title="Zəng et", at=now, by=cast.coordinator)
    need = read(unread, cast, now)
    assert list(Entry.objects.order_by("pk").values_list("verb", "visibility")) == [
        ("task_made", "team"), ("task_made", "public"),
    ]  # fmt: skip
    finish_task(task=need, on=legal_day(now), at=now, by=cast.coordinator)
    assert Entry.objects.latest("pk").verb == "task_done"
    with pytest.raises(Stale):
        finish_task(task=need, on=legal_day(now), at=now, by=cast.coordinator)


@pytest.mark.django_db
def test_the_second_who_takes_it_is_told(cast, need, now):
    take_task(task=need, at=now, by=cast.resident)
    with pytest.raises(Stale):
        take_task(task=need, at=now, who_said="Aygün")
    give_back(task=need, at=now, by=cast.resident)
    take_task(task=need, at=now, who_said="Aygün")
    need.refresh_from_db()
    assert need.who is None and need.who_said == "Aygün"


@pytest.mark.django_db(transaction=True)
def test_of_six_who_take_it_at_once_one_gets_it(country, cast, now):
    matter = public(country, now, "LEDBYVS1", stage="doing", community=country.community)
    need = set_task(
        organisation=country.community,
        matter=matter,
        title="Yer",
        kind="spot",
        is_public=True,
        at=now,
        by=None,
    )
    gate, found = threading.Barrier(6), []

    def run(number: int) -> None:
        gate.wait()
        try:
            take_task(task=need, at=now, who_said=f"Nümunə {number}")
            found.append("taken")
        except Stale:
            found.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["taken"] + ["told"] * 5


@pytest.mark.django_db
def test_nobody_and_a_day_that_has_passed_are_refused(need, now):
    with pytest.raises(Refused):
        take_task(task=need, at=now, who_said="  ​ ")
    with pytest.raises(Refused):
        take_task(task=need, at=now, who_said="Aygün", until=legal_day(now - timedelta(days=1)))


@pytest.mark.django_db
def test_what_is_done_is_not_dropped(cast, need, now):
    finish_task(task=need, on=legal_day(now), at=now, by=cast.coordinator)
    with pytest.raises(Stale):
        drop_task(task=need, at=now, by=cast.coordinator)
    assert Task.objects.exists()


# --- pages -----------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_resident_takes_a_need_gives_it_back_and_finishes_another(client_as, cast, need, now):
    client = client_as("resident")
    until = legal_day(now + timedelta(days=3))
    response = client.post(take(need), {"until": until.isoformat(), "once": "a"})
    assert response.status_code == 302 and response["Location"] == f"/m/{need.matter.code}/"
    need.refresh_from_db()
    assert need.who == cast.resident and need.until == until
    assert "İki nərdivan" in client.get(reverse("tasks")).content.decode()
    client.post(reverse("task_back", args=[need.code]), {"once": "b"})
    need.refresh_from_db()
    assert need.who is None
    client.post(take(need), {"once": "c"})
    client.post(reverse("task_done", args=[need.code]), {"once": "d"})
    need.refresh_from_db()
    assert need.done_on == legal_day(now)


@pytest.mark.django_db
def test_a_stranger_is_asked_to_sign_in_and_comes_back(need):
    response = Client().get(take(need))
    assert response.status_code == 302 and take(need) in response["Location"]


@pytest.mark.django_db
def test_who_comes_second_reads_it_on_the_page(client_as, cast, need, now):
    client = client_as("resident")
    take_task(task=need, at=now, who_said="Aygün")
    page = client.get(take(need)).content.decode()
    assert "Aygün" not in page and '<form method="post">' not in page
    assert client.post(take(need), {"once": "a"}).status_code == 422


@pytest.mark.django_db
def test_the_coordinator_sets_names_finishes_and_drops(client_as, matter, now):
    client = client_as("coordinator")
    form = {"kind": "hands", "title": "Üç nəfər, şənbə günü", "is_public": "on", "once": "a"}
    for _tap in range(3):
        assert client.post(of(matter), form).status_code == 302
    task = Task.objects.get()
    assert Review.objects.get().subject == task.code and task.organisation == matter.community
    assert client.post(take(task), {"who_said": "Aygün", "once": "b"})["Location"] == of(matter)
    task.refresh_from_db()
    assert task.who is None and task.who_said == "Aygün"
    page = client.get(of(matter)).content.decode()
    assert "Aygün" in page and reverse("task_drop", args=[task.code]) in page
    client.post(reverse("task_done", args=[task.code]), {"to": "matter", "once": "c"})
    client.post(of(matter), {"kind": "do", "title": "Zəng", "once": "d"})
    other = Task.objects.get(done_on=None)
    assert client.post(reverse("task_drop", args=[other.code]), {"to": "matter", "once": "e"})[
        "Location"
    ] == of(matter)
    assert Task.objects.count() == 1


@pytest.mark.django_db
def test_an_officer_helps_a_matter_without_a_community(client_as, country, now):
    matter = public(country, now)
    client_as("officer").post(of(matter), {"kind": "spot", "title": "Otaq", "once": "a"})
    assert Task.objects.get().organisation == country.union


def test_a_task_of_a_community_that_has_ended_is_the_unions(client_as, country, now):
    matter = public(country, now, code="ENDED001", stage="doing", community=country.community)
    Organisation.objects.filter(pk=country.community.pk).update(until=legal_day(now))
    client_as("officer").post(of(matter), {"kind": "spot", "title": "Boya", "once": "a"})
    assert Task.objects.get().organisation == country.union


@pytest.mark.parametrize(
    "bad", [{"title": ""}, {"title": "x" * 161}, {"kind": "money"}, {"until": "2020-01-01"}, {"until": "32.13.2026"},
            {"who_said": "x" * 41}],
)  # fmt: skip
@pytest.mark.django_db
def test_a_task_with_a_mistake_is_told_and_what_was_typed_stays(client_as, matter, bad):
    values = {"kind": "hands", "title": "Kürək", "who_said": "Aygün"} | bad
    response = client_as("coordinator").post(of(matter), values)
    assert response.status_code == 422
    assert 'value="Kürək"' in response.content.decode() or "title" in bad
    assert not Task.objects.exists()


@pytest.mark.django_db
def test_words_are_no_markup_and_names_are_not_public(client_as, matter, need, now):
    client = client_as("coordinator")
    client.post(
        of(matter),
        {"kind": "hands", "title": SCRIPT, "who_said": "<b>Aygün</b>", "is_public": "on", "once": "a"},
    )
    page = client.get(of(matter)).content.decode()
    assert SCRIPT not in page and "<b>Aygün" not in page and "Aygün" in page
    public_page = Client().get(f"/m/{matter.code}/").content.decode()
    assert SCRIPT not in public_page and "Aygün" not in public_page
    assert take(need) in public_page


@pytest.mark.django_db
def test_only_those_concerned_reach_the_steps(client_as, need, matter, now):
    assert client_as("resident").get(of(matter)).status_code == 404
    assert Client().get(of(matter)).status_code == 302
    for name in ("task_done", "task_back", "task_drop"):
        assert client_as("resident").post(reverse(name, args=[need.code])).status_code == 404
        assert client_as("coordinator").get(reverse(name, args=[need.code])).status_code == 405
    client_as("resident").post(take(need), {"once": "a"})
    assert client_as("resident").post(reverse("task_drop", args=[need.code])).status_code == 404
    plain = set_task(organisation=matter.community, matter=matter, title="Zəng", at=now, by=None)
    assert client_as("resident").get(take(plain)).status_code == 404
    hidden = set_task(
        organisation=matter.community, matter=matter, title="Yer", at=now, by=None, is_public=True
    )
    Matter.objects.filter(pk=matter.pk).update(hidden_at=now)
    assert client_as("resident").get(take(hidden)).status_code == 404
    assert client_as("resident").get(reverse("task_take", args=["PVBL9999", need.code])).status_code == 404


@pytest.mark.parametrize("page", ["list", "matter"])
@pytest.mark.django_db
def test_ten_tasks_cost_as_many_questions_as_one(
    client_as, matter, need, now, page, django_assert_max_num_queries
):
    client = client_as("coordinator")
    address = reverse("tasks") if page == "list" else of(matter)
    for n in range(10):
        set_task(
            organisation=matter.community, matter=matter, title=f"İş {n}", at=now, by=None, who_said="Aygün"
        )
    with django_assert_max_num_queries(10):
        assert client.get(address).status_code == 200
