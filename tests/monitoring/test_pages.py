"""A coordinator on a phone: from a matter to a confirmed figure, as the pages do it."""

import io
import re
from datetime import date, timedelta
from decimal import Decimal as D
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape
from PIL import Image

from icma.core.day import legal_day, moment
from icma.core.numbers import Number
from icma.matters.rules_of_moderation import RULES
from icma.monitoring.actions import initiatives
from icma.monitoring.actions.initiatives import move_initiative, show_initiative
from icma.monitoring.models import Initiative, Report
from icma.monitoring.pictures import over_time
from icma.monitoring.slots import TEAM
from icma.monitoring.standing import standing_of


def once(client, address: str, **given: object):
    page = client.get(address).content.decode()
    key = re.search(r'name="once" value="(\w+)"', page)
    return client.post(address, {"once": key[1] if key else "", **given})


def picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "#2f5233").save(out, "JPEG")
    out.seek(0)
    out.name = "siyahi.jpg"
    return out


def test_from_one_press_to_a_confirmed_figure_that_everyone_sees(client_as, client, country):
    lead, officer, today = client_as("coordinator"), client_as("officer"), legal_day(timezone.now())
    begin = today.replace(day=1) - timedelta(days=200)
    first = {
        "title": "Su hər həyətə",
        "start": "demand",
        "starts_on": begin,
        "ends_on": today + timedelta(days=200),
    }
    assert once(lead, f"/is/icma/{country.community.code}/tesebbus/", **first).status_code == 302
    made = Initiative.objects.get()
    assert (made.nodes.count(), made.indicators.count(), made.shown) == (3, 3, "team")
    dry, _share, came = made.indicators.all()
    assert client.get(f"/tesebbus/{made.code}/").status_code == 404, "nobody has read it yet"
    given = {
        "title": dry.title,
        "kind": "count",
        "unit": "həyət",
        "direction": "down",
        "baseline": "60",
        "frequency": "quarter",
    }
    same = once(lead, f"/is/gosterici/{dry.code}/", **given, target="60")
    assert same.status_code == 422 and "Hədəf başlanğıca bərabərdir" in same.content.decode()
    assert once(lead, f"/is/gosterici/{dry.code}/", **given, target="20").status_code == 302
    period = dry.periods.first()
    for typed in ("-1", "bir", ""):
        assert once(lead, f"/is/dovr/{period.code}/", value=typed, send="1").status_code == 422
    assert once(lead, f"/is/dovr/{period.code}/", value="40,0", send="1").status_code == 302
    report = Report.objects.get()
    assert (report.value, report.state) == (40, "sent")
    once(lead, f"/is/hesabat/{report.code}/subut/", file=picture(), title="Siyahı")
    kept = report.evidence.get()
    assert (len(kept.sha256), kept.file.visibility) == (64, "team")
    came_back = lead.get(f"/is/hesabat/{report.code}/subut/{kept.pk}/")
    stamp = sha256(came_back.getvalue()).hexdigest()
    assert stamp[:8] in came_back["Content-Disposition"] and stamp != kept.sha256
    told = lead.get(f"/is/hesabat/{report.code}/").content.decode()
    assert stamp in told and kept.sha256 in told, "of what is kept, and of what was uploaded"
    assert client.get(f"/is/hesabat/{report.code}/subut/{kept.pk}/").status_code == 404, "private"
    more = {"value": "30", "c_female_18-29": "31", "send": "1"}
    refused = once(lead, f"/is/dovr/{came.periods.first().code}/", **more).content.decode()
    assert "31" in refused and "30" in refused and Report.objects.count() == 1
    once(lead, f"/is/tesebbus/{made.code}/addim/start/")
    lead.post(f"/is/tesebbus/{made.code}/addim/start/"), lead.post(f"/is/tesebbus/{made.code}/addim/ask/")
    listed = client_as("moderator").get("/is/nezerden/").content.decode()
    assert f"/tesebbus/{made.code}/" in listed, "a moderator finds it"
    read = re.search(r'name="read" value="(\w+)"', officer.get(f"/tesebbus/{made.code}/").content.decode())[1]
    officer.post(f"/is/tesebbus/{made.code}/moderasiya/", {"verdict": "show", "read": read})
    page = client.get(f"/tesebbus/{made.code}/").content.decode()
    assert "hesabat yoxdur" in page and 'data-value="40"' not in page, "sent is not confirmed"
    officer.post(f"/is/hesabat/{report.code}/tesdiq/")
    page = client.get(f"/tesebbus/{made.code}/").content.decode()
    assert 'data-value="40"' in page and "50\N{NO-BREAK SPACE}%" in page
    assert "Su hər həyətə" in client.get("/tesebbusler/").content.decode()
    assert made.title in lead.get("/is/tesebbusler/").content.decode()


@pytest.mark.parametrize("typed", ["1,5", "1.5", " 1,50 "])
def test_a_comma_and_a_point_are_the_same_number(typed, measuring, client_as):
    m = measuring(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    hours = m.counts(title="Saat", across_periods="latest")
    once(client_as("coordinator"), f"/is/dovr/{hours.periods.first().code}/", value=typed)
    assert Report.objects.get().value == D("1.5")


@pytest.mark.parametrize(
    ("typed", "ways"),
    [("1.500", "1500 və ya 1,5 "), ("12,345", "12345 və ya 12,3450 "), ("1,000", "1000 və ya 1 ")],
)
def test_what_is_a_thousand_to_some_and_a_fraction_to_others_is_asked_about(typed, ways):
    field = Number()  # as in every form of monitoring, campaigns and declared figures
    with pytest.raises(ValidationError, match=ways):
        field.clean(typed)
    for text in ("1500", "1 500", "0,125", "12,3450", "1.5"):
        assert field.clean(field.prepare_value(field.clean(text))) == field.clean(text)


def test_a_per_cent_is_no_number_of_people_and_what_was_typed_stays(measuring, client_as):
    m = measuring(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    share = m.counts(title="Pay", kind="ratio", unit="")
    url = f"/is/dovr/{share.periods.first().code}/"
    page = once(client_as("coordinator"), url, numerator="12 %", denominator="80").content.decode()
    assert (
        not Report.objects.exists() and "Faiz yox" in page and 'value="12 %"' in page and 'value="80"' in page
    )
    assert Number().clean("12 %") == 12, "a target in per cent"


def test_why_a_page_is_not_published_is_read_by_those_who_wrote_it(measuring, client_as):
    m = measuring()
    work, page = f"/is/tesebbus/{m.initiative.code}/", f"/tesebbus/{m.initiative.code}/"
    show_initiative(initiative=m.initiative, step="ask", at=m.made_at, by=m.author)
    moderator, coordinator = client_as("moderator"), client_as("coordinator")
    assert "Hansı qaydaya görə" in moderator.get(page).content.decode()
    moderator.post(f"{work}moderasiya/", {"verdict": "refuse", "rule": "", "once": "o1"})
    m.initiative.refresh_from_db()
    assert m.initiative.shown == "waiting", "a reason is asked for"
    moderator.post(f"{work}moderasiya/", {"verdict": "refuse", "rule": "personal_data", "once": "o2"})
    m.initiative.refresh_from_db()
    assert m.initiative.shown == "team"
    assert str(escape(RULES["personal_data"].text)) in coordinator.get(work).content.decode()
    show_initiative(initiative=m.initiative, step="ask", at=m.made_at, by=m.author)
    assert str(escape(RULES["personal_data"].text)) not in coordinator.get(work).content.decode()


def test_the_public_page_is_light_asks_few_queries_and_shows_no_breakdown(measuring, client, client_as):
    m = measuring(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    for n in range(8):
        came = m.counts(title=f"Gələnlər {n}", counts_people=True, target=D(50))
        m.told(came, 0, 12, cells={("female", "18-29", None): D(7)})
    at = moment(date(2025, 2, 1))
    move_initiative(initiative=m.initiative, step="start", at=at, by=m.author)
    show_initiative(initiative=m.initiative, step="ask", at=at, by=m.author)
    show_initiative(initiative=m.initiative, step="show", at=at, by=m.second)
    for address in (f"/tesebbus/{m.initiative.code}/", f"/gosterici/{came.code}/", "/tesebbusler/"):
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address, headers={"accept-encoding": "gzip"})
        assert page.status_code == 200 and len(asked) <= 12, (address, len(asked))
        assert len(page.content) <= 20_000, (address, len(page.content))
    assert "18–29" not in client.get(f"/gosterici/{came.code}/").content.decode()
    assert "18–29" in client_as("coordinator").get(f"/gosterici/{came.code}/").content.decode()
    then = client.get(f"/tesebbus/{m.initiative.code}.csv?gun=2025-02-01").content.decode()
    assert ",12," not in then and "2025-02-01" in then, "as it stood before anything was reported"


def test_a_reported_nought_is_seen_in_the_picture_and_silence_says_in_its_table_what_it_is(measuring):
    m = measuring()
    people = m.counts()
    initiatives.move_initiative(initiative=m.initiative, step="start", at=m.made_at, by=m.author)
    m.told(people, 0, 5)
    m.told(people, 1, 0)
    row = standing_of(m.initiative, moment(date(2026, 10, 20)), TEAM).rows[0]
    html = str(over_time(row))
    assert re.findall(r'<rect class="(\w)"[^>]* height="([\d.]+)"', html) == [
        ("v", "99"),
        ("v", "3"),
        ("s", "2"),
    ]
    assert "hesabat yoxdur" in html and "məlumat yoxdur" not in html
