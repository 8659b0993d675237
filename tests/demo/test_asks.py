"""The three studies of the demo: one closed with published tables, one open, one before a moderator."""

from datetime import datetime

import pytest
from django.test import Client

from icma.asks.models import Response, Version
from icma.core.day import BAKU
from icma.demo.asks import ask
from icma.demo.country import found
from icma.matters.models import Act
from icma.research.models import Release

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def test_one_study_has_ended_with_answers_and_published_tables_one_runs_one_waits() -> None:
    at = datetime(2026, 5, 20, 11, 0, tzinfo=BAKU)
    ask(found(at), at)
    states = dict(Version.objects.values_list("form__study", "state"))
    assert states == {"participation": "closed", "women": "open", "youth": "waiting"}
    closed = Version.objects.get(state="closed")
    assert closed.responses.count() == 150 and closed.sheets.count() == 12
    assert (
        sum(Act.objects.filter(verb="answer").values_list("n", flat=True)) >= 170
    )  # the day of today still runs
    assert Response.objects.filter(channel="paper").count() == 12
    out = Release.objects.filter(measure__startswith="ask_", state="agreed")
    assert out.count() >= 4
    page = Client().get(f"/anket/{closed.form.code}/netice/").content.decode()
    assert "Reprezentativ deyil" in page and page.count("<figure") >= 2 and "n = 150" in page
