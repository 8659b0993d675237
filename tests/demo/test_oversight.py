"""The demo watches decisions and promises in every stage; each says that it is invented."""

import pytest
from django.test import Client

from icma.advocacy.models import Commitment, Decision, Observation, Point, Rating, Source
from icma.advocacy.promises import LEAST, agreement, choices, stand
from icma.core.day import legal_day
from icma.matters.models import Clock, Entry, Window
from icma.people.models import Review
from tests.demo.conftest import BUILT

pytestmark = pytest.mark.django_db
TODAY = legal_day(BUILT)


def test_there_is_one_of_every_stage_and_kind(demo) -> None:
    assert set(Decision.objects.values_list("stage", flat=True)) == {
        "draft",
        "open",
        "taken",
        "carried",
        "dropped",
    }
    assert set(Decision.objects.values_list("what", flat=True)) == set(Decision.What.values)
    assert {"local", "central"} == set(Decision.objects.values_list("level", flat=True))
    stands = {stand(row, TODAY).state for row in Commitment.objects.all()}
    assert {state for state, _label in choices()} | {"due_soon"} >= stands
    assert {"kept", "overdue_seen", "overdue_unseen", "overdue_disputed", "disputed", "due_soon"} <= stands
    assert {"session", "media", "site", "paper", "letter"} == set(
        Commitment.objects.values_list("said_at", flat=True)
    )


def test_what_was_asked_was_decided_on_in_every_way(demo) -> None:
    points = Point.objects.values_list("verdict", "told")
    assert {verdict for verdict, _told in points} == set(Point.Verdict.values)
    assert {told for _verdict, told in points} == set(Point.Told.values)
    assert Entry.objects.filter(verb="remarked", visibility="public", point=None).exists()


def test_something_waits_for_everybody(demo) -> None:
    kinds = set(Review.objects.filter(verdict="").values_list("kind", flat=True))
    assert {"observation", "source", "rating"} <= kinds
    assert Observation.objects.exclude(published_at=None).exists()
    assert Entry.objects.filter(verb="remarked", visibility="staff", words__erased_at=None).exists()
    assert Clock.objects.filter(rule="plan.display", state="running").exists()
    assert Window.objects.filter(verb="remark", matter__decision__rule="", closes_at__gt=BUILT).exists()


def test_two_raters_can_be_compared(demo) -> None:
    assert agreement(Rating.objects.all()).n >= LEAST
    assert Source.objects.exclude(file=None).count() >= 6


def test_every_page_opens_and_says_that_it_is_invented(demo) -> None:
    client = Client()
    rows = [*Decision.objects.select_related("matter"), *Commitment.objects.select_related("matter")]
    for path in ["/qerarlar/", "/vedler/", *(f"/m/{row.matter.code}/" for row in rows)]:
        for prefix in ("", "/ru", "/en"):
            response = client.get(prefix + path)
            assert response.status_code == 200, prefix + path
            assert prefix or "Nümunə" in response.content.decode(), path
    assert not Source.objects.exclude(url="").exclude(url__startswith="https://numune.invalid/").exists()
