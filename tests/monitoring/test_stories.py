"""Rounds of stories of most significant change: levels, who is told, and what the public reads of the reasons."""

from datetime import date
from pathlib import Path

import pytest

import icma
from icma.core.access import Who
from icma.core.action import Refused
from icma.core.day import moment
from icma.core.flow import Stale
from icma.front.mine.outcomes import to_read
from icma.matters.models import Task
from icma.monitoring.actions import stories
from icma.monitoring.models import Story
from tests.monitoring.test_gates import LATER, told_story

WHY = "Oxunmamış səbəb: başqaları da yazdı."


def choose(story, level, by, on=date(2026, 3, 13), why=WHY):
    return stories.choose(
        story=story, level=level, reasons=why, deciders="7 nəfər", on=on, at=moment(on, 9), by=by
    )


def test_reasons_that_came_after_the_story_was_read_are_read_by_a_moderator_and_then_by_all(
    country, cast, client, client_as
):
    story = told_story(country, cast, agreed=True)
    stories.publish_story(story=story, at=moment(date(2026, 3, 12)), by=cast.moderator)
    reader = Who(
        user=cast.moderator, seats=(("moderator", 1, None),), strong=True, person=cast.moderator.person
    )
    waits = lambda: [one.title for one in to_read(reader, LATER)]  # noqa: E731
    assert waits() == []
    choose(story, "community", cast.coordinator)
    assert waits() == [story.title]
    page, deciding = f"/hekaye/{story.code}/", f"/is/hekaye/{story.code}/qerar/"
    assert "Oxunmamış" not in client.get(page).content.decode()
    assert WHY in client_as("moderator").get(deciding).content.decode()
    with pytest.raises(Stale):  # a further choice came while it was read
        stories.publish_story(story=story, seen=0, at=LATER, by=cast.moderator)
    with pytest.raises(Refused):
        stories.publish_story(story=story, at=LATER, by=cast.coordinator)
    assert client_as("moderator").post(deciding, {"version": 1, "do": "publish"}).status_code == 302
    assert WHY in client.get(page).content.decode()
    assert waits() == []
    assert client_as("moderator").get(deciding).status_code == 404


def test_reasons_that_were_sent_before_the_story_was_published_and_come_after_do_not_pass_for_read(
    country, cast
):
    story = told_story(country, cast, agreed=True)
    seen = Story.objects.get(pk=story.pk)  # as the page of whoever chooses has it
    stories.publish_story(story=story, at=moment(date(2026, 3, 14)), by=cast.moderator, seen=0)
    with pytest.raises(Stale):
        choose(seen, "community", cast.coordinator)
    choose(seen, "community", cast.coordinator, on=date(2026, 3, 15))


def test_a_teller_is_told_once_and_not_before_it_was_chosen(country, cast):
    story = told_story(country, cast)
    choose(story, "community", cast.coordinator)
    choose(story, "region", cast.officer, on=date(2026, 3, 20))
    assert Task.objects.get(event=story.code).done_on is None, "one task, however many levels"
    with pytest.raises(Refused):
        stories.tell_back(story=story, on=date(2026, 3, 19), at=LATER, by=cast.coordinator)
    stories.tell_back(story=story, on=date(2026, 3, 21), at=LATER, by=cast.coordinator)
    assert Task.objects.get(event=story.code).done_on == date(2026, 3, 21)


def test_a_level_that_is_taken_is_not_offered_and_is_free_again_when_the_teller_takes_it_back(
    country, cast, client_as
):
    story = told_story(country, cast)
    other = stories.tell_story(
        collection=story.collection, organisation=country.community, domain="voice", title="Siyahı", on=date(2026, 3, 1),
        text="Əvvəl siyahı yox idi. İndi hər kəs növbəsini bilir.", teller="qonşu", agreed=False, at=LATER, by=cast.coordinator,
    )  # fmt: skip
    lead = client_as("coordinator")
    choosing = f"/is/hekaye/{other.code}/secin/"
    assert choosing in lead.get(f"/hekaye/{other.code}/").content.decode()
    choose(story, "community", cast.coordinator)
    for one in (story, other):
        page = lead.get(f"/hekaye/{one.code}/").content.decode()
        assert f"/is/hekaye/{one.code}/secin/" not in page
    assert f"/is/hekaye/{story.code}/secin/" in client_as("officer").get(f"/hekaye/{story.code}/").content.decode()  # fmt: skip
    stories.withdraw_story(story=story, at=LATER, by=cast.coordinator)
    assert choosing in lead.get(f"/hekaye/{other.code}/").content.decode()
    choose(other, "community", cast.coordinator)
    assert story.choices.get().reasons == WHY, "what was chosen then, and why, stays"


def test_whatever_asks_once_more_loads_the_script_that_asks():
    """Without it one press erases."""
    for page in Path(icma.__file__).parent.glob("*/templates/*/*.html"):
        text = page.read_text()
        if "confirm=" in text and "extends" in text and page.name != "components.html":
            assert 'extends "base.html"' not in text or "icma.js" in text, page


def test_a_teller_who_is_told_may_let_everybody_read_it_and_a_moderator_reads_it_then(
    country, cast, client, client_as
):
    story = told_story(country, cast)
    stories.keep_story(story=story, rule="", at=LATER, by=cast.moderator)
    choose(story, "community", cast.coordinator)
    page = f"/is/hekaye/{story.code}/deyildi/"
    assert 'name="agreed"' in client_as("coordinator").get(page).content.decode()
    answer = client_as("coordinator").post(page, {"on": "2026-03-14", "agreed": "on"})
    assert answer.status_code == 302
    story.refresh_from_db()
    assert (story.stage, story.agreed) == ("sent", True)
    assert client.get(f"/hekaye/{story.code}/").status_code == 404, "nobody has read it yet"
    stories.publish_story(story=story, at=LATER, by=cast.moderator)
    assert WHY in client.get(f"/hekaye/{story.code}/").content.decode()
    assert 'name="agreed"' not in client_as("coordinator").get(page).content.decode()
