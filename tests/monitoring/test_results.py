"""Results that cannot lie: F1, F2 and F3 of the survey, each statement by its name."""

import csv
import io
import threading
from contextlib import suppress
from datetime import date
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from icma.core.action import Refused
from icma.core.day import moment
from icma.core.flow import Stale
from icma.matters.actions.acts import note_act
from icma.monitoring import exports, onpaper, pictures
from icma.monitoring.actions import indicators, initiatives, reports
from icma.monitoring.figures import COUNTED
from icma.monitoring.models import Report, Target, Word
from icma.monitoring.overview import overview
from icma.monitoring.slots import PUBLIC, TEAM
from icma.monitoring.standing import standing_of
from icma.people.models import Mail, Membership, Review, User
from icma.research.door import agree, ask, prepare
from icma.research.figures import ACTS
from tests.matters.support_kit import at_once

LATER = moment(date(2026, 10, 20))


def one(measuring, at=LATER, audience=PUBLIC):
    return standing_of(measuring.initiative, at, audience).rows[0]


# --- F1: results core -------------------------------------------------------------------------------
def test_a_reported_0_shows_0_and_what_was_not_reported_says_hesabat_yoxdur_everywhere(measuring, client):
    m = measuring()
    wells = m.counts(title="Quyular")
    m.counts(title="Krantlar")
    m.told(wells, 0, 0)
    initiatives.move_initiative(initiative=m.initiative, step="start", at=LATER, by=m.author)
    initiatives.show_initiative(initiative=m.initiative, step="ask", at=LATER, by=m.author)
    initiatives.show_initiative(initiative=m.initiative, step="show", at=LATER, by=m.second)
    base = f"/tesebbus/{m.initiative.code}"
    rows = list(csv.DictReader(io.StringIO(client.get(f"{base}.csv").content.decode("utf-8-sig"))))
    assert [r["value"] for r in rows if r["level"] == "total"] == ["0", "hesabat yoxdur"]
    api = client.get(f"{base}.json").json()["indicators"]
    assert [(i["value"], i["status"]) for i in api] == [("0", "reported"), (None, "missing")]
    assert api[1]["words"] == "hesabat yoxdur"
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(client.get(f"{base}.xlsx").content)).active
    head = [cell.value for cell in sheet[1]]
    got = [row[head.index("value")].value for row in sheet.iter_rows(min_row=2) if row[0].value == "total"]
    assert got == [0, "hesabat yoxdur"]
    page = client.get(f"{base}/").content.decode()
    assert "hesabat yoxdur" in page
    assert 'data-value="0"' in page


def test_baseline_60_target_20_actual_40_decreasing_is_50_percent(measuring):
    m = measuring()
    dry = m.counts(direction="down", baseline=D(60), across_periods="latest", target=D(20))
    m.told(dry, 0, 40)
    assert one(m).progress == D("0.5")


def test_latest_of_10_15_and_none_is_15_sum_is_25_and_2_of_3_reported(measuring):
    m = measuring()
    for how in ("latest", "sum"):
        indicator = m.counts(title=how, across_periods=how)
        m.told(indicator, 0, 10)
        m.told(indicator, 1, 15)
    latest, total = standing_of(m.initiative, LATER).rows
    assert (latest.said.value, total.said.value) == (15, 25)
    assert (total.reported, total.expected, len(total.late)) == (2, 3, 1)


def test_1_of_2_and_99_of_100_are_100_of_102(measuring):
    m = measuring()
    answered = m.counts(kind="ratio", baseline=None, baseline_none_reason="ölçülməyib")
    m.told(answered, 0, numerator=D(1), denominator=D(2))
    m.told(answered, 1, numerator=D(99), denominator=D(100))
    said = one(m).said
    assert (said.part, said.whole, said.value) == (100, 102, D("98.0392"))


def test_the_latest_value_of_a_reporter_that_left_no_longer_counts_but_its_sums_do(measuring):
    m = measuring()
    made = {how: m.counts(title=how, across_periods=how) for how in ("latest", "sum")}
    street = initiatives.add_reporter(
        initiative=m.initiative, name="Bağ küçəsi", since=date(2026, 1, 1), at=m.made_at, by=m.author
    )
    for indicator in made.values():
        m.told(indicator, 0, 7)
        m.told(indicator, 0, 5, reporter=street)
    left = moment(date(2026, 5, 10))
    with pytest.raises(Refused):
        initiatives.end_reporter(reporter=street, until=date(2026, 4, 1), at=left, by=m.author)
    initiatives.end_reporter(reporter=street, until=date(2026, 5, 20), at=left, by=m.author)
    before, after = moment(date(2026, 5, 19)), moment(date(2026, 5, 20))
    assert [row.said.value for row in standing_of(m.initiative, before).rows] == [12, 12]
    assert [row.said.value for row in standing_of(m.initiative, after).rows] == [7, 12]


def test_the_database_refuses_value_with_reason_and_neither(measuring):
    m = measuring()
    made = m.told(m.counts(), 0, 3)
    for wrong in (
        {"reason": "lost"},
        {"value": None},
        {"said": "söz"},
        {"value": None, "reason": "lost", "said": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=made.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=made.pk).update(decided_by=made.author)
    with pytest.raises(Refused):
        m.told(m.counts(title="iki"), 0, 3, reason="lost")
    with pytest.raises(Refused):
        m.told(m.counts(title="heç"), 0)


# --- F2: approval, locks, trail ---------------------------------------------------------------------
def test_the_author_cannot_confirm_an_own_report(measuring, client_as):
    m = measuring()
    made = m.told(m.counts(), 0, 3, seen=False)
    with pytest.raises(reports.OwnReport):
        reports.confirm_report(report=made, at=LATER, by=m.author)
    assert client_as("coordinator").post(f"/is/hesabat/{made.code}/tesdiq/").status_code == 403
    assert one(m).said is None, "the public sees confirmed figures alone"
    assert [slot.status for slot in one(m).spans[0].slots] == ["unconfirmed"], (
        "and is not told that nobody reported"
    )
    assert (one(m, audience=TEAM).said.value, one(m, audience=TEAM).unseen) == (3, 1)
    client_as("officer").post(f"/is/hesabat/{made.code}/tesdiq/")
    assert one(m, timezone.now()).said.value == 3
    assert not Review.objects.filter(verdict="").exists()


def test_a_confirmed_or_locked_report_changes_only_by_a_correction_with_its_reason_and_the_old_value_stays(
    measuring,
):
    m = measuring()
    indicator = m.counts()
    made = m.told(indicator, 0, 3)
    with pytest.raises(Stale):
        reports.write_report(report=made, value=D(9), at=LATER, by=m.author)
    with pytest.raises(Refused):
        m.told(indicator, 0, 5, replaces=made, why="səhv", on=date(2026, 10, 1))
    indicators.lock_period(period=made.period, locked=True, at=LATER, by=m.second)
    with pytest.raises(Refused):
        m.told(indicator, 0, 9, on=date(2026, 10, 1))
    new = m.told(
        indicator, 0, 5, replaces=made, why="İki həyət unudulmuşdu", seen=False, on=date(2026, 10, 1)
    )
    assert one(m).said.value == 3, "until a second person has looked"
    waiting = one(m, audience=TEAM).slots[0]
    assert (waiting.report.value, waiting.before.value, waiting.is_unseen) == (5, 3, True)
    reports.confirm_report(report=new, at=LATER, by=m.second)
    slot = one(m).slots[0]
    assert (slot.report.value, slot.before.value, slot.report.why) == (5, 3, "İki həyət unudulmuşdu")


def test_a_report_sent_back_tells_its_author_and_keeps_the_talk(measuring, client_as):
    m = measuring()
    indicator = m.counts()
    made = m.told(indicator, 0, 30, seen=False)
    reports.say(report=made, text="Siyahıya baxın.", at=LATER, by=m.author)
    with pytest.raises(Refused):
        reports.return_report(report=made, text="", at=LATER, by=m.second)
    reports.return_report(report=made, text="Üç, yoxsa otuz?", at=LATER, by=m.second)
    assert (
        Mail.objects.get(person=m.author.person, key=f"report:{made.code}:returned").data["code"] == made.code
    )
    assert list(Word.objects.filter(report=made).values_list("text", flat=True)) == [
        "Siyahıya baxın.",
        "Üç, yoxsa otuz?",
    ]
    page = client_as("coordinator").get(f"/is/hesabat/{made.code}/").content.decode()
    assert "Üç, yoxsa otuz?" in page
    m.told(indicator, 0, 3, replaces=made, on=date(2026, 10, 1))
    assert one(m).said.value == 3


def test_any_figure_can_be_got_again_as_it_stood_byte_for_byte(measuring):
    m = measuring()
    indicator = m.counts(target=D(50), counts_people=True)
    first = m.told(indicator, 0, 10, cells={("female", "18-29", None): D(4)})
    then = moment(date(2026, 4, 20))
    kept = {who: exports.csv_of(standing_of(m.initiative, then, who)) for who in (PUBLIC, TEAM)}
    second = moment(date(2026, 5, 1))
    new = m.told(indicator, 0, 12, replaces=first, why="Siyahı tapıldı, iki nəfər", on=date(2026, 5, 1))
    assert new.state == "confirmed"
    indicators.set_target(indicator=indicator, value=D(40), at=second, by=m.author)
    indicators.write_indicator(
        indicator=indicator, title=indicator.title, baseline=D(2), direction="up", at=second, by=m.author
    )
    initiatives.end_reporter(reporter=m.us, until=date(2026, 6, 1), at=second, by=m.author)
    m.counts(title="Sonradan gələn").save()
    initiatives.write_initiative(
        initiative=m.initiative, title=m.initiative.title, text="", project_code="", starts_on=date(2026, 1, 1),
        ends_on=date(2027, 3, 31), at=second, by=m.author,
    )  # fmt: skip
    m.initiative.indicators.exclude(pk=indicator.pk).update(made_at=second)
    for who, words in kept.items():
        assert exports.csv_of(standing_of(m.initiative, then, who)) == words
        assert exports.csv_of(standing_of(m.initiative, second, who)) != words


def test_a_target_changed_after_the_start_of_what_it_is_for_is_marked(measuring):
    m = measuring()
    indicator = m.counts(target=D(50))
    period = indicator.periods.first()
    indicators.set_target(indicator=indicator, period=period, value=D(20), at=m.made_at, by=m.author)
    later = moment(date(2026, 2, 3))
    indicators.set_target(indicator=indicator, value=D(30), at=later, by=m.author)
    indicators.set_target(indicator=indicator, period=period, value=D(10), at=later, by=m.author)
    m.told(indicator, 0, 10)
    row = one(m)
    assert (row.goal.value, row.goal.was, row.goal.changed_on) == (30, 50, date(2026, 2, 3))
    assert (row.spans[0].goal.value, row.spans[0].goal.was) == (10, 20)
    lines = list(csv.DictReader(io.StringIO(exports.csv_of(standing_of(m.initiative, LATER)))))
    assert [(r["target"], r["target_was"]) for r in lines[:2]] == [("30", "50"), ("10", "20")]


# --- F3: disaggregation -----------------------------------------------------------------------------
def test_cells_with_unknown_make_the_total_or_the_report_is_refused(measuring):
    m = measuring()
    came = m.counts(title="Gələnlər", counts_people=True)
    with pytest.raises(Refused, match="41"):
        m.told(came, 0, 40, cells={("female", "18-29", None): D(41)})
    made = m.told(came, 0, 40, cells={("female", "18-29", None): D(12), ("male", "unknown", None): D(16)})
    m.told(came, 1, 10)
    assert sum(cell.value for cell in made.cells.all()) == 40
    row = one(m, audience=TEAM)
    assert sum(row.broken_down().values()) == row.said.value == 50
    assert row.unknown == 38, "flagged with its count: 16 without age, 12 and 10 without anything"


def test_a_renamed_place_and_reporter_keep_their_history_and_a_group_has_its_target(measuring, country):
    m = measuring()
    came = m.counts(title="Gələnlər", counts_people=True)
    indicators.set_target(indicator=came, sex="female", value=D(30), at=m.made_at, by=m.author)
    m.told(came, 0, 40, cells={("female", "18-29", country.goychay.pk): D(12)})
    country.goychay.name_az = "Göyçay şəhəri"
    country.goychay.save()
    initiatives.rename_reporter(reporter=m.us, name="Yeni ad", at=LATER, by=m.author)
    row = one(m, audience=TEAM)
    assert row.in_group(("female", "", None)) == 12
    assert row.groups["female", "", None].value == 30
    text = exports.csv_of(standing_of(m.initiative, LATER, TEAM))
    assert "Göyçay şəhəri" in text
    assert "Yeni ad" in text


def test_a_target_of_a_group_that_was_changed_late_is_marked_on_the_page_and_in_the_report(
    measuring, client_as, country
):
    m = measuring()
    came = m.counts(title="Gələnlər", counts_people=True)
    for value, at in ((D(60), m.made_at), (D(15), LATER)):
        indicators.set_target(indicator=came, sex="female", value=value, at=at, by=m.author)
    page = client_as("coordinator").get(reverse("indicator", args=[came.code])).content.decode()
    assert "Qrupların hədəfləri" in page and "əvvəl: 60" in page.replace("\n", " "), (
        "before anything was reported"
    )
    row = one(m, audience=TEAM)
    ((name, cell),) = onpaper._aims(row)
    assert "15" in name and "60" in name and cell.value is None


def test_every_export_of_the_team_has_the_same_breakdown_and_the_public_one_has_none(
    measuring, client_as, client
):
    m = measuring()
    came = m.counts(title="Gələnlər", counts_people=True)
    m.told(came, 0, 40, cells={("female", "18-29", None): D(3)})
    standing = standing_of(m.initiative, LATER, TEAM)
    groups = [(x["sex"], x["band"], x["value"]) for x in exports.lines(standing) if x["level"] == "group"]
    assert groups == [("female", "18-29", "3"), ("unknown", "unknown", "37")]
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(exports.xlsx_of(standing)))
    assert [r[0].value for r in book.active.iter_rows(min_row=2)] == [
        x["level"] for x in exports.lines(standing)
    ]
    assert all(x["level"] in ("total", "period") for x in exports.lines(standing_of(m.initiative, LATER)))


# --- bad input --------------------------------------------------------------------------------------
def test_what_cannot_be_is_refused_in_words(measuring):
    m = measuring()
    wells, share, mark = (
        m.counts(title="a"),
        m.counts(title="b", kind="ratio", baseline=D(10)),
        m.counts(title="c", kind="score", top=D(5), baseline=D(1)),
    )
    with pytest.raises(Refused):
        m.told(wells, 0, -1)
    with pytest.raises(Refused):
        m.told(share, 0, numerator=D(11), denominator=D(10))
    with pytest.raises(Refused):
        m.told(share, 0, numerator=D(0), denominator=D(0))
    with pytest.raises(Refused):
        m.told(mark, 0, 6)
    with pytest.raises(Refused):
        indicators.set_target(indicator=share, value=D(101), at=LATER, by=m.author)
    with pytest.raises(Refused):
        indicators.set_target(indicator=wells, value=D(0), at=LATER, by=m.author)
    with pytest.raises(Refused):
        m.told(wells, 0, 4, on=date(2026, 3, 1))
    assert m.told(wells, 0, 4, on=date(2026, 3, 31)).state == "confirmed"


def test_a_period_reported_twice_is_chosen_by_the_one_who_confirms_and_never_counted_twice(
    measuring, cast, country
):
    m = measuring()
    indicator = m.counts()
    neighbour = User.objects.create_user("qonsu@numune.invalid")
    Membership.objects.create(
        user=neighbour, role="coordinator", organisation=country.community, since="2024-01-01"
    )
    mine = m.told(indicator, 0, 10, seen=False)
    other = m.told(indicator, 0, 14, seen=False, by=neighbour)
    slot = one(m, audience=TEAM).slots[0]
    assert (slot.report, slot.rivals, one(m, audience=TEAM).said.value) == (mine, (other,), 10)
    reports.confirm_report(report=other, at=LATER, by=m.second)
    mine.refresh_from_db()
    assert (mine.state, one(m).said.value) == ("returned", 14)
    with pytest.raises(Refused):
        m.told(indicator, 0, 11, on=date(2026, 10, 1))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_choose_rivals_at_once_one_is_first_and_the_other_is_told(
    measuring, cast, country, monkeypatch
):
    m = measuring()
    indicator, people = m.counts(), []
    for name in ("qonsu", "ucuncu"):
        people.append(User.objects.create_user(f"{name}@numune.invalid"))
        Membership.objects.create(
            user=people[-1], role="coordinator", organisation=country.community, since="2024-01-01"
        )
    both = m.told(indicator, 0, 10, seen=False), m.told(indicator, 0, 14, seen=False, by=people[0])
    choosers, gate, standing = (m.second, people[1]), threading.Barrier(2), reports.standing

    def both_looked(*given):
        with suppress(threading.BrokenBarrierError):
            gate.wait(1)  # where they come one after the other, the first waits here in vain
        return standing(*given)

    monkeypatch.setattr(reports, "standing", both_looked)
    found = at_once(2, lambda n: reports.confirm_report(report=both[n], at=LATER, by=choosers[n]))
    assert found.count(None) == 1 and sum(isinstance(one, (Refused, Stale)) for one in found) == 1, found
    assert sorted(Report.objects.values_list("state", flat=True)) == ["confirmed", "returned"]


def test_an_initiative_asks_the_same_number_of_queries_for_one_report_and_for_many(measuring):
    m = measuring()
    found = []
    for turn in range(2):
        indicator = m.counts(title=f"g{turn}", counts_people=True)
        for number in range(3 * turn + 1 - turn):
            m.told(indicator, number, 4)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            standing_of(m.initiative, LATER, TEAM)
        found.append(len(asked))
    assert found[0] == found[1] <= 7


def test_the_union_sees_who_is_late_by_region_district_and_community(measuring, country, client_as):
    m = measuring()
    wells = m.counts()
    street = initiatives.add_reporter(
        initiative=m.initiative, name="Bağ küçəsi", since=date(2026, 4, 1), at=m.made_at, by=m.author
    )
    m.told(wells, 0, 4, seen=False)
    m.told(wells, 1, reason="not_applicable", reporter=street)
    initiatives.move_initiative(initiative=m.initiative, step="start", at=LATER, by=m.author)
    top = overview(LATER)
    assert (top.reported, top.expected, top.late) == (1, 4, 3), "three of ours, one of the street's two"
    region = top.below[0]
    district, community = region.below[0], region.below[0].below[0]
    assert [one.title for one in (region, district, community)] == [
        "Mərkəzi Aran",
        "Göyçay",
        country.community.name,
    ]
    assert community.below[0].code == m.initiative.code
    page = client_as("officer").get("/is/tesebbusler/hesabatlar/").content.decode()
    assert "1 / 4" in page
    assert client_as("coordinator").get("/is/tesebbusler/hesabatlar/").status_code == 404


def test_only_confirmed_reports_enter_a_release_and_a_corrected_one_enters_once(measuring):
    m = measuring()
    came = m.counts(counts_people=True)
    first = m.told(came, 0, 40, cells={("female", "18-29", None): D(12)})
    m.told(came, 1, 9, seen=False)
    quarter = (date(2026, 1, 1), date(2026, 3, 31))
    assert dict(COUNTED.rows(*quarter)) == {("MAR", "female", "18-29"): 12, ("MAR", "unknown", "unknown"): 28}
    assert COUNTED.covered(*quarter)["region"] == {"MAR", "unknown"}, "of other regions nobody knows anything"
    assert dict(COUNTED.rows(date(2026, 4, 1), date(2026, 6, 30))) == {}
    m.told(came, 0, 41, replaces=first, why="Bir nəfər unudulmuşdu", on=date(2026, 10, 1))
    assert dict(COUNTED.rows(*quarter)) == {("MAR", "unknown", "unknown"): 41}


def test_what_is_no_sum_over_periods_and_reporters_is_not_counted_twice(measuring):
    m = measuring()
    latest = m.counts(counts_people=True, frequency="month", across_periods="latest")
    for month in range(3):
        m.told(latest, month, 30)
    most = m.counts(counts_people=True, across_reporters="max", title="Ən çox")
    street = initiatives.add_reporter(
        initiative=m.initiative, name="Bağ küçəsi", since=date(2026, 1, 1), at=m.made_at, by=m.author
    )
    for reporter in (m.us, street):
        m.told(most, 0, 40, reporter=reporter)
    added = m.counts(counts_people=True, frequency="month", title="Hamı")
    for month in range(3):
        m.told(added, month, 7)
    yearly = m.counts(counts_people=True, frequency="once", title="Sonda")
    m.told(yearly, 0, 400)
    assert dict(COUNTED.rows(date(2026, 1, 1), date(2026, 3, 31))) == {("MAR", "unknown", "unknown"): 21}
    assert dict(COUNTED.rows(date(2026, 7, 1), date(2026, 9, 30))) == {}, "what is of a year is of no quarter"


def test_people_who_came_to_meetings_are_not_released_a_second_time(measuring, country, cast):
    m = measuring()
    m.told(m.counts(counts_people=True), 0, 40, cells={("female", "18-29", None): D(12)})
    quarter = {"first": date(2026, 1, 1), "last": date(2026, 3, 31)}
    given = {"by": cast.researcher, "at": LATER} | quarter
    whole = {"channel": "meeting", "place": country.goychay, "sex": "female", "band": "18-29", "n": 12}
    before = prepare(measure=COUNTED, dimensions=("sex",), **given)
    ask(release=before, by=cast.researcher, at=LATER)
    note_act(verb="support", on=date(2026, 2, 1), **whole)
    acts = prepare(measure=ACTS, dimensions=("sex",), **given)
    ask(release=acts, by=cast.researcher, at=LATER)
    agree(release=acts, by=cast.officer, at=LATER)
    with pytest.raises(Refused, match=acts.code):
        agree(release=before, by=cast.officer, at=LATER)
    with pytest.raises(Refused, match=acts.code):
        prepare(measure=COUNTED, dimensions=(), **given)
    note_act(verb="attend", on=date(2026, 2, 1), **whole)
    with override("en"), pytest.raises(Refused, match="meetings of this quarter"):
        prepare(measure=COUNTED, dimensions=(), **given)


def test_beside_people_counted_by_initiatives_acts_of_the_quarter_stay(measuring, country, cast):
    m = measuring()
    m.told(m.counts(counts_people=True), 0, 40)
    given = {"by": cast.researcher, "at": LATER, "first": date(2026, 1, 1), "last": date(2026, 3, 31)}
    out = prepare(measure=COUNTED, dimensions=(), **given)
    ask(release=out, by=cast.researcher, at=LATER)
    agree(release=out, by=cast.officer, at=LATER)
    note_act(
        verb="attend", on=date(2026, 2, 1), channel="meeting", place=country.goychay, sex="female", band="18-29", n=12
    )  # fmt: skip
    with pytest.raises(Refused, match=out.code):
        prepare(measure=ACTS, dimensions=(), **given)


def test_the_desk_says_why_people_in_reports_are_not_released(country, cast, client_as):
    note_act(
        verb="attend", on=date(2025, 11, 1), channel="meeting", place=country.goychay, sex="female", band="18-29", n=12
    )  # fmt: skip
    page = client_as("researcher").post(
        reverse("releases_desk") + "?measure=counted&quarter=2025-Q4", {"once": "1"}
    )
    assert "görüşlərə gələnlər" in page.content.decode()


def test_the_table_of_the_public_keeps_the_figure_that_was_corrected_in_sight(measuring, country):
    m = measuring()
    other = initiatives.add_reporter(
        initiative=m.initiative, name="Qonşu küçə", since=date(2026, 1, 1), at=m.made_at, by=m.author
    )
    wells = m.counts()
    made = m.told(wells, 0, 3)
    m.told(wells, 0, 4, reporter=other)
    m.told(wells, 0, 5, replaces=made, why="İki həyət unudulmuşdu", on=date(2026, 10, 1))
    taps = m.counts(title="Krantlar", across_periods="latest")
    first = m.told(taps, 0, 3)
    m.told(taps, 1, 4)
    m.told(taps, 0, 2, replaces=first, why="Bir krant artıq yazılmışdı", on=date(2026, 10, 1))
    standing = standing_of(m.initiative, LATER)
    total, *told = exports.lines(standing)[:4]
    assert [(x["value"], x["was"]) for x in told][0] == ("9", "7") and {x["was"] for x in told[1:]} == {""}
    assert (total["value"], total["was"]) == ("9", "7")
    assert "düzəlişdən əvvəl 7 həyət" in pictures.beside(standing.rows[0])
    assert standing.rows[1].said.value == 4 and standing.rows[1].was is None, "the latest was not corrected"


def test_a_count_in_percent_is_refused_because_nothing_would_stop_it_at_a_hundred(measuring):
    m = measuring()
    for unit in ("%", " % ailə", "faiz", "Процент", "percent"):
        with pytest.raises(Refused):
            m.counts(unit=unit)
    assert m.counts(unit="faizsiz kredit", kind="score").unit and m.counts(unit="həyət").unit == "həyət"


def test_a_place_has_its_target_in_the_form_and_on_the_page(measuring, client_as, country):
    m = measuring()
    initiatives.add_reporter(
        initiative=m.initiative, name="Göyçay", since=date(2026, 1, 1), at=m.made_at, by=m.author, place=country.goychay,
    )  # fmt: skip
    came = m.counts(title="Gələnlər", counts_people=True)
    url, name = reverse("indicator_targets", args=[came.code]), f"at_{country.goychay.code}"
    form = client_as("coordinator").get(url).context["form"]
    assert name in form.fields
    given = {field: form[field].value() or "" for field in form.fields} | {name: "1,5", "once": "a" * 32}
    more = client_as("coordinator").post(url, given | {"all": "2", "women": "3", "once": "b" * 32})
    assert "ümumi hədəfdən çox ola bilməz" in more.content.decode() and not Target.objects.exists()
    done = client_as("coordinator").post(url, given)
    assert done.status_code == 302, done.content.decode()[:2000]
    assert indicators.target_of(came, place=country.goychay) == D("1.5")
    assert client_as("coordinator").get(url).context["form"][name].value() == "1,5"
    page = client_as("coordinator").get(reverse("indicator", args=[came.code])).content.decode()
    assert f"{country.goychay}: – · Hədəf: 1,5" in " ".join(page.split())
