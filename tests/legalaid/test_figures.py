"""Figures go out withheld, once, by two people; a complaint reaches everybody but whom it is about."""

import json
from datetime import date, timedelta

import pytest
from django.urls import reverse

from icma.cli import wraps
from icma.core.action import Refused
from icma.engines.vault import Unopened
from icma.events.actions import hold_event, plan_event
from icma.law.book import book
from icma.legalaid import clinics, figures
from icma.legalaid.actions import complaints, facts, releases
from icma.legalaid.actions.facts import Service
from icma.legalaid.figures import body_of_release, next_span, read_tables, totals
from icma.legalaid.models import Complaint, ComplaintKey, Read, Release
from tests.legalaid import rings

pytestmark = pytest.mark.django_db
LATER = rings.AT + timedelta(days=60)  # the first quarter is closed


def some_facts():
    for n in range(24):
        facts.write(
            values=Service(first=n % 3 != 0, sex="female", band="30-44", problem="AZ-10"), at=rings.AT
        )
    for _n in range(3):
        facts.write(values=Service(first=True, sex="male", band="60+", problem="AZ-06-01"), at=rings.AT)
    for _n in range(7):
        facts.write(values=Service(first=True, who="initiative", service="drafting"), at=rings.AT)
    for n in range(10):
        facts.write(values=Service(grade=4 + n % 2), at=rings.AT)


def test_figures_are_published_once_by_two_people_with_small_numbers_withheld(client):
    analyst, ring = rings.lawyer("tehlil")
    second, other = rings.lawyer("ikinci")
    rings.groups(ring)
    some_facts()
    assert next_span(rings.ON) is None, "a quarter that still runs is not published"
    with pytest.raises(Unopened):
        releases.propose(ring=rings.at_moment(other, LATER), at=LATER)
    release = releases.propose(ring=rings.at_moment(ring, LATER), at=LATER)
    assert totals().services == 0
    with pytest.raises(Refused):
        releases.decide(release=release, agreed=True, by=analyst, at=LATER)
    releases.decide(release=release, agreed=True, by=second, at=LATER)
    found = totals()
    assert (found.persons, found.initiatives, found.services) == (19, 7, 34)
    by = {table.columns: {tuple(map(str, r["labels"])): r["value"] for r in table.rows} for table in
          read_tables(body_of_release(Release.objects.get()))}  # fmt: skip
    men = next(n for (label,), n in by[("sex",)].items() if label == "kişi")
    assert men == "withheld" and by[()] == {(): 34}
    assert list(by[("sex",)].values()).count("withheld") >= 2
    assert body_of_release(release)["grades"] == {"n": 10, "mean": 4.5}
    assert [tuple(t) for t, _cells in body_of_release(release)["tables"]] == list(figures.TABLES)
    with pytest.raises(Refused):
        releases.propose(ring=rings.at_moment(ring, LATER), at=LATER)
    assert "Ayg" not in json.dumps(body_of_release(release))
    page = client.get(reverse("legalaid_figures")).content.decode()
    assert "kişi" in page
    assert 'id="ended"' not in page and 'id="followed"' not in page, "no heading over tables of no row"


def test_more_than_a_hundred_are_said_once_it_is_more():
    served = [figures.Totals(persons, 1, 0, "").served for persons in (0, 98, 99, 100, 999, 1000)]
    assert served == [0, 0, 0, 100, 900, 1000]


def test_figures_that_are_sent_back_wait_again():
    _analyst, ring = rings.lawyer("tehlil")
    second, _other = rings.lawyer("ikinci")
    rings.groups(ring)
    some_facts()
    release = releases.propose(ring=rings.at_moment(ring, LATER), at=LATER)
    releases.decide(release=release, agreed=False, by=second, at=LATER)
    assert not Release.objects.exists() and next_span(LATER.date()) == ("2026Q1", "2026Q1")


def test_a_complaint_is_read_by_all_but_whom_it_is_about_and_answered_in_its_terms(country):
    (_a, one), (_b, about), (_c, outside) = (rings.lawyer(n) for n in ("bir", "haqqinda", "kenar"))
    rings.groups(one, about, names=("conflicts",))
    row, secret = complaints.complain(text="Mənə qışqırdılar.", without=[about.pair.code], at=rings.AT)
    assert "Mən".encode() not in bytes(row.words)
    calendar = book().calendar
    assert row.first_by == calendar.add_working(rings.ON, 1) and row.due_on == calendar.add_working(
        rings.ON, 15
    )
    assert row.first_by > date(2026, 3, 13)
    for ring in (about, outside):
        with pytest.raises(Unopened):
            complaints.read(row=row, ring=ring, at=rings.AT)
    assert not Read.objects.exists()
    assert complaints.read(row=row, ring=one, at=rings.AT)[0]["text"] == "Mənə qışqırdılar."
    assert Read.objects.get().verb == "complaint"
    complaints.answer(row=row, ring=one, text="Baxırıq.", final=False, at=rings.AT)
    complaints.answer(row=row, ring=one, text="Üzr istəyirik.", final=True, at=LATER)
    row.refresh_from_db()
    assert (row.first_on, row.answered_on) == (rings.ON, LATER.date())
    _row, lines = complaints.come_back(secret=secret.lower().replace("-", " "), text="Sağ olun.", at=LATER)
    assert [line["by"] for line in lines] == ["sender", "union", "union", "sender"]
    assert complaints.come_back(secret="0" * 20, at=LATER) is None
    with pytest.raises(Refused):
        complaints.complain(text="Heç kim", without=[one.pair.code, about.pair.code], at=rings.AT)
    assert Complaint.objects.count() == 1


def test_advice_at_a_clinic_is_counted_there_and_the_event_says_nothing_of_it(country):
    _user, ring = rings.lawyer("tehlil")
    rings.groups(ring)
    event = plan_event(
        organisation=country.community,
        title="Hüquqşünas qəbulu",
        kind="clinic",
        starts_at=rings.AT,
        at=rings.AT,
        by=None,
    )
    hold_event(event=event, at=rings.AT, by=None, counts={("female", "30-44"): 7, ("male", "60+"): 5})
    assert [one.code for one in clinics.near(rings.ON)] == [event.code]
    for _n in range(12):
        facts.write(values=Service(clinic=event.code), at=rings.AT)
    assert clinics.advised(rings.at_moment(ring, rings.AT), "2026Q1", "2026Q1") == {event.code: 12}
    assert sum(event.counts.values_list("n", flat=True)) == 12


def test_the_keys_of_a_complaint_live_in_the_short_lived_part_of_a_backup_alone(country, tmp_path):
    """Without the stream of 14 days neither a reader nor the sender opens it; with it both do."""
    _user, ring = rings.lawyer("oxucu")
    rings.groups(ring, names=("conflicts",))
    row, secret = complaints.complain(text="Gec cavab verdilər.", without=[], at=rings.AT)
    stream = wraps.beside(tmp_path / "backup")
    wraps.save(stream, rings.ON)
    assert ComplaintKey._meta.db_table in wraps.TABLES  # what the main part leaves empty
    ComplaintKey.objects.all().delete()
    assert complaints.come_back(secret=secret, at=rings.AT) is None
    with pytest.raises(Unopened):
        complaints.read(row=row, ring=ring, at=rings.AT)
    wraps.load(stream)
    assert (
        complaints.read(row=row, ring=rings.at_moment(ring, rings.AT), at=rings.AT)[0]["text"]
        == "Gec cavab verdilər."
    )
    assert complaints.come_back(secret=secret, at=rings.AT)
