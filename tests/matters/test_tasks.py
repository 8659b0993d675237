"""Özümüz: hands, tools, knowledge, a place; who takes what until when; of two who take it one is told."""

from datetime import date, timedelta

import pytest

from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.matters.actions import moderation, taking, tasks
from icma.matters.actions.raising import raise_matter
from icma.matters.models import Entry, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def matter(country, cast, at):
    made = raise_matter(title="Körpü sınıb", text="Keçmək olmur.", place=country.goychay, topic="infrastructure", at=at)
    moderation.publish(matter=made.matter, at=at, by=cast.moderator)
    taking.take_up(matter=made.matter, community=country.community, at=at, by=cast.coordinator, way="self")
    return made.matter


@pytest.fixture
def need(matter, country, cast, at):
    return tasks.set_task(
        organisation=country.community, matter=matter, title="İki nərdivan", kind="tools", at=at, by=cast.coordinator,
        is_public=True, until=legal_day(at) + timedelta(days=5),
    )  # fmt: skip


def test_a_need_stands_on_the_thread_without_its_words(need):
    entry = Entry.objects.get(verb="task_made")
    assert entry.visibility == "public" and entry.data == {"task": need.code}


@pytest.mark.parametrize("wrong", [{"title": " "}, {"title": "x" * 161}, {"kind": "money"}, {"until": date(2062, 1, 1)}])
def test_a_task_that_makes_no_sense_is_refused(country, cast, at, wrong):
    with pytest.raises(Refused):
        tasks.set_task(**({"organisation": country.community, "title": "x", "at": at, "by": cast.coordinator} | wrong))


def test_of_two_who_take_the_same_one_is_told(need, cast, at):
    other = Task.objects.get(pk=need.pk)
    tasks.take_task(task=need, by=cast.resident, at=at)
    with pytest.raises(Stale):
        tasks.take_task(task=other, who_said="Aynur", at=at)
    tasks.give_back(task=need, at=at, by=cast.resident)
    tasks.take_task(task=other, who_said="Aynur", at=at)
    assert Task.objects.get().who_said == "Aynur"


def test_taking_needs_somebody_and_a_day_from_today_on(need, at):
    with pytest.raises(Refused):
        tasks.take_task(task=need, at=at)
    with pytest.raises(Refused):
        tasks.take_task(task=need, who_said="Aynur", until=legal_day(at) - timedelta(days=1), at=at)


def test_done_once_and_not_in_the_future(need, cast, at):
    with pytest.raises(Refused):
        tasks.finish_task(task=need, on=legal_day(at) + timedelta(days=1), at=at, by=cast.coordinator)
    tasks.finish_task(task=need, on=legal_day(at), at=at, by=cast.coordinator)
    with pytest.raises(Stale):
        tasks.finish_task(task=need, on=legal_day(at), at=at, by=cast.coordinator)
    assert Entry.objects.filter(verb="task_done").count() == 1
