"""What a result may not do: be a figure that cannot be, go public unread, vanish, or change what was shown before."""

import io
from datetime import date, timedelta
from decimal import Decimal as D
from hashlib import sha256

import pytest

from icma.core.action import Refused
from icma.core.day import moment
from icma.core.flow import Stale
from icma.core.models import File
from icma.matters.models import Matter, Task
from icma.monitoring import due, exports
from icma.monitoring.actions import indicators, initiatives, outcomes, papers, reports, stories, visits
from icma.monitoring.models import Evidence, Report
from icma.monitoring.onpaper_parts import stories_of
from icma.monitoring.periods import gaps, spans
from icma.monitoring.slots import APART, MISSING, NOT_DUE, PUBLIC, TEAM, WITHHELD
from icma.monitoring.standing import standing_of
from icma.people.models import Change
from tests.house.world import picture, seated

LATER = moment(date(2026, 10, 20))
WHOLE = {"who": "Su idarəsi", "what": "Su hər gün verilir", "on": date(2026, 3, 1), "where": "Nümunəkənd"}


def shown(m, at=LATER):
    initiatives.move_initiative(initiative=m.initiative, step="start", at=at, by=m.author)
    for step, by in (("ask", m.author), ("show", m.second)):
        initiatives.show_initiative(initiative=m.initiative, step=step, at=at, by=by)


def sent(country, cast, at=LATER, **more):
    made = outcomes.harvest(organisation=country.community, at=at, by=cast.coordinator, **(WHOLE | more))
    outcomes.send_outcome(outcome=made, at=at, by=cast.coordinator)
    return made


# --- figures that cannot be ---------------------------------------------------------------------------
@pytest.mark.parametrize("wrong", [
    {"kind": "score", "top": D(1_000_000)}, {"kind": "score", "top": D(-5)}, {"kind": "score", "top": D(0)},
    {"direction": "down", "baseline": D(20), "target": D(60)}, {"baseline": D(60), "target": D(20)},
])  # fmt: skip
def test_a_scale_or_a_target_that_cannot_be_is_refused_in_words(measuring, wrong):
    m = measuring()
    given = {"baseline": None, "baseline_none_reason": "ölçülməyib"} | wrong
    with pytest.raises(Refused):
        m.counts(**given)
    down = m.counts(direction="down", baseline=D(60), target=D(20))
    with pytest.raises(Refused):
        indicators.write_indicator(
            indicator=down, title=down.title, direction="up", at=m.made_at, by=m.author
        )


def test_a_draft_is_weighed_anew_when_it_is_sent(measuring):
    m = measuring()
    by = {"at": LATER, "by": m.author}
    kinds = {"kind": "ratio", "across_periods": "ratio", "across_reporters": "ratio"}
    for given, how in (({}, kinds), ({}, {"counts_people": True})):
        indicator = m.counts(title=str(how))
        draft = reports.draft_report(
            period=indicator.periods.first(), reporter=m.us, value=D(30), **given, **by
        )
        indicators.write_indicator(indicator=indicator, title=indicator.title, **how, **by)
        with pytest.raises(Refused):
            reports.send_report(report=Report.objects.get(pk=draft.pk), **by)
    assert standing_of(m.initiative, LATER, TEAM).reported == 0


def test_people_are_whole_and_the_usual_way_of_joining_is_that_of_the_kind(measuring, client_as):
    m = measuring()
    people = m.counts(counts_people=True)
    for wrong in ({"value": D("1.5")}, {"value": D(3), "cells": {("female", "18-29", None): D("0.5")}}):
        with pytest.raises(Refused):
            reports.draft_report(period=people.periods.first(), reporter=m.us, at=LATER, by=m.author, **wrong)
    wells = m.counts(title="Quyular", across_periods="latest")
    given = {"title": "Quyular", "kind": "count", "direction": "up", "baseline": "0", "frequency": "quarter"}
    answer = client_as("coordinator").post(f"/is/gosterici/{wells.code}/", given | {"across_periods": ""})
    wells.refresh_from_db()
    assert (answer.status_code, wells.across_periods) == (302, "sum")


def test_of_twenty_people_or_fewer_the_public_sees_no_share(measuring, client):
    m = measuring()
    left = m.counts(
        kind="ratio", counts_people=True, baseline=None, baseline_none_reason="ölçülməyib", title="Sona qədər"
    )
    m.told(left, 0, numerator=D(3), denominator=D(5))
    m.told(left, 1, numerator=D(30), denominator=D(40))
    row = standing_of(m.initiative, LATER).rows[0]
    assert (row.spans[0].said, row.spans[0].status, row.spans[1].said.value) == (None, WITHHELD, 75)
    assert (row.said, row.status) == (None, WITHHELD), "35 of 45 less 30 of 40 would tell it"
    assert standing_of(m.initiative, LATER, TEAM).rows[0].spans[0].said.value == 60
    shown(m)
    page = client.get(f"/gosterici/{left.code}/").content.decode()
    assert "gizlədilib" in page and "3 / 5" not in page and "60\N{NO-BREAK SPACE}%" not in page


def test_no_address_and_no_date_ends_in_an_error(measuring, country, client_as):
    m, lead = measuring(), client_as("coordinator")
    home = f"/is/icma/{country.community.code}"
    for path in (f"{home}/ay/99999999999/1/", f"{home}/ay/0/1/hazir/"):
        assert lead.get(path).status_code == 404
    far = {"title": "Uzaq", "starts_on": "9998-01-01", "ends_on": "9999-12-31"}
    assert lead.post(f"{home}/tesebbus/", far).status_code == 422
    period = m.counts().periods.first()
    m.initiative.reporters.update(until=date(2026, 1, 1))
    assert lead.post(f"/is/dovr/{period.code}/", {"value": "1"}).status_code == 422


# --- words in place of a figure -----------------------------------------------------------------------
def test_the_word_in_place_of_a_figure_says_why_there_is_none(measuring):
    m = measuring()
    street = initiatives.add_reporter(
        initiative=m.initiative, name="Bağ küçəsi", since=date(2026, 1, 1), at=m.made_at, by=m.author
    )
    alone = m.counts(title="ayrı", across_reporters="none")
    for who in (m.us, street):
        m.told(alone, 0, 4, reporter=who)
    lost = m.counts(title="itib", frequency="once")
    for who in (m.us, street):
        m.told(lost, 0, reason="lost", reporter=who)
    m.counts(title="susur")
    running = moment(date(2026, 5, 5))
    apart, _lost, silent = standing_of(m.initiative, running).rows
    assert (apart.spans[0].said, apart.spans[0].status) == (None, APART)
    assert [span.status for span in silent.spans] == [MISSING, NOT_DUE]
    assert standing_of(m.initiative, LATER).rows[1].status == "lost"
    rows = [
        x for x in exports.json_of(standing_of(m.initiative, LATER))["indicators"] if x["indicator"] == "ayrı"
    ]
    assert (rows[0]["value"], rows[0]["status"]) == (None, APART)
    assert rows[0]["periods"][0]["value"] is None


# --- nothing unread ------------------------------------------------------------------------------------
def test_whose_word_it_is_and_why_a_story_was_chosen_wait_for_a_moderator(country, cast, client, client_as):
    made = sent(country, cast)
    outcomes.publish_outcome(outcome=made, version=1, at=LATER, by=cast.moderator)
    given = {"outcome": made, "version": 1, "verdict": "fully", "at": LATER, "by": cast.official}
    for number in range(5):
        outcomes.substantiate(says=f"Sakin Nümunəzadə {number}", **given)
    with pytest.raises(Refused):
        outcomes.substantiate(says="Altıncı", **given)
    page = f"/netice/{made.code}/"
    assert "Nümunəzadə" not in client.get(page).content.decode()
    assert "Nümunəzadə" in client_as("moderator").get(page).content.decode()
    story = told_story(country, cast, agreed=True)
    stories.publish_story(story=story, at=moment(date(2026, 3, 12)), by=cast.moderator)
    stories.choose(
        story=story, level="community", reasons="Oxunmamış səbəb: başqaları da yazdı.", deciders="7 nəfər",
        on=date(2026, 3, 13), at=moment(date(2026, 3, 13)), by=cast.coordinator,
    )  # fmt: skip
    assert "Oxunmamış" not in client.get(f"/hekaye/{story.code}/").content.decode()
    assert "Oxunmamış" in client_as("coordinator").get(f"/hekaye/{story.code}/").content.decode()


def told_story(country, cast, **more):
    turn = stories.open_collection(
        organisation=country.union, title="Bahar", question="Ən mühüm dəyişiklik nə oldu?", opens_on=date(2026, 1, 1),
        closes_on=date(2026, 3, 10), at=moment(date(2026, 1, 1)), by=cast.officer,
    )  # fmt: skip
    return stories.tell_story(
        collection=turn, organisation=country.community, domain="voice", title="Sevilin sirri", on=date(2026, 3, 1),
        text="Əvvəl heç kim yazmırdı. İndi qonşularla birlikdə yazırıq.", teller="Sevil", at=moment(date(2026, 3, 2)),
        by=cast.coordinator, **({"agreed": False} | more),
    )  # fmt: skip


def test_a_story_that_is_taken_back_leaves_no_word_and_none_is_told_after_the_last_day(
    country, cast, client_as
):
    story = told_story(country, cast)
    given = {
        "reasons": "Başqaları da buna baxıb yazdı.",
        "deciders": "7 nəfər",
        "on": date(2026, 3, 10),
        "at": LATER,
    }
    choosing = client_as("coordinator").get(f"/is/hekaye/{story.code}/secin/").content.decode()
    assert choosing.count('name="level"') == 1 == choosing.count(" checked"), "the one level there is"
    assert (
        'value="publish"'
        not in client_as("moderator").get(f"/is/hekaye/{story.code}/qerar/").content.decode()
    )
    stories.choose(story=story, level="community", by=cast.coordinator, **given)
    days = {"first": date(2026, 1, 1), "last": date(2026, 3, 31), "at": LATER, "by": cast.officer}
    for inside in (True, False):
        out = papers.ask_paper(organisation=country.community, project_code="", inside=inside, **days)
        assert ("yazırıq" in repr(stories_of(out, [country.community]))) is inside, (
            "not agreed: for the own people"
        )
    stories.withdraw_story(story=story, at=LATER, by=cast.coordinator)
    assert not Task.objects.filter(event=story.code).exists(), "nobody is to be told of it any more"
    with pytest.raises(Refused):
        stories.tell_story(
            collection=story.collection, organisation=country.community, domain="life", title="Gec", on=date(2026, 3, 11),
            text="Əvvəl heç kim yazmırdı. İndi qonşularla birlikdə yazırıq.", teller="S", agreed=False, at=LATER,
            by=cast.coordinator,
        )  # fmt: skip
    home = f"/is/icma/{country.community.code}"
    assert f"{home}/hekaye/" not in client_as("coordinator").get(f"{home}/neticeler/").content.decode()


def test_new_words_of_a_public_page_wait_and_a_moderator_publishes_only_what_was_read(measuring, client_as):
    m = measuring()
    step = initiatives.add_node(
        initiative=m.initiative, parent=None, kind="outcome", title="Su gəlir", at=m.made_at, by=m.author
    )
    wells = m.counts()
    by = {"at": LATER, "by": m.author}
    shown(m)
    page = f"/tesebbus/{m.initiative.code}/"

    def stage():
        m.initiative.refresh_from_db()
        return m.initiative.shown

    step.initiative = wells.initiative = m.initiative
    initiatives.write_node(node=step, title="Su gəlir", assumptions="", **by)
    indicators.write_indicator(indicator=wells, title=wells.title, target=D(9), **by)
    assert stage() == "public", "nothing of its words has changed"
    for change in (
        lambda: indicators.write_sheet(indicator=wells, sheet={"use": "Oxunmamış"}, **by),
        lambda: indicators.write_indicator(indicator=wells, title=wells.title, unit="söyüş", **by),
    ):
        change()
        assert stage() == "waiting"
        seen = initiatives.words_of(m.initiative)
        assert seen in client_as("moderator").get(page).content.decode()
        initiatives.write_initiative(
            initiative=m.initiative, title=f"Başqa ad {seen[:4]}", text="", project_code="", starts_on=date(2026, 1, 1),
            ends_on=date(2026, 9, 30), **by,
        )  # fmt: skip
        client_as("moderator").post(f"/is{page}moderasiya/", {"verdict": "show", "read": seen})
        assert stage() == "waiting", "other words stand there than were read"
        now = initiatives.words_of(m.initiative)
        client_as("moderator").post(f"/is{page}moderasiya/", {"verdict": "show", "read": now})
        assert stage() == "public"
        wells.initiative = m.initiative


def test_the_title_of_a_hidden_matter_and_the_name_of_a_community_are_shown_to_nobody_else(
    measuring, country, cast, client, client_as, at
):
    matter = Matter.objects.create(
        code="HDN00001", place=country.goychay, title="Gizli məsələ", community=country.community, published_at=at, hidden_at=at, stage="open",
        raised_at=at, changed_at=at,
    )  # fmt: skip
    m = measuring(matter=matter)
    m.counts()
    shown(m)
    assert "Gizli məsələ" not in client.get(f"/tesebbus/{m.initiative.code}/").content.decode()
    assert "Gizli məsələ" in client_as("coordinator").get(f"/tesebbus/{m.initiative.code}/").content.decode()
    made = sent(country, cast, matter=matter)
    outcomes.publish_outcome(outcome=made, version=1, at=LATER, by=cast.moderator)
    country.community.seen = "region"
    country.community.save()
    page = client_as("official").get(f"/netice/{made.code}/tesdiq/").content.decode()
    assert "Su idarəsi" in page and "Gizli məsələ" not in page and country.community.name not in page


# --- nothing vanishes, nothing is rewritten --------------------------------------------------------------
def test_a_correction_that_came_back_is_written_anew_and_confirmed(measuring, client_as):
    m = measuring()
    wells = m.counts()
    first = m.told(wells, 0, 3)
    draft = reports.draft_report(
        period=first.period, reporter=m.us, value=D(4), replaces=first, why="Bir quyu unudulub", at=LATER, by=m.second
    )  # fmt: skip
    link = f"/is/hesabat/{first.code}/duzelis/"
    assert link in client_as("coordinator").get(f"/is/hesabat/{first.code}/").content.decode(), (
        "a colleague's draft"
    )
    reports.drop_report(report=draft, at=LATER, by=m.second)
    again = m.told(wells, 0, 5, replaces=first, why="İki quyu unudulub", seen=False, on=date(2026, 10, 1))
    reports.return_report(report=again, text="Üç olmalıdır", at=LATER, by=m.second)
    with pytest.raises(Refused):
        m.told(wells, 0, 6, replaces=again, seen=False, on=date(2026, 10, 2))  # without a reason
    again = Report.objects.get(pk=again.pk)
    new = m.told(wells, 0, 6, replaces=again, why="Üç quyu unudulub", seen=False, on=date(2026, 10, 21))
    slot = standing_of(m.initiative, moment(date(2026, 10, 22)), TEAM).rows[0].slots[0]
    assert (slot.report.value, slot.before.value, slot.rivals) == (6, 3, ())
    reports.confirm_report(report=new, at=moment(date(2026, 10, 23)), by=m.second)
    slot = standing_of(m.initiative, moment(date(2026, 10, 24))).rows[0].slots[0]
    assert (slot.report.value, slot.before.value) == (6, 3)


def test_who_is_added_today_changes_nothing_of_what_stood_before(measuring):
    m = measuring()
    m.told(m.counts(), 0, 3)
    then = moment(date(2026, 5, 1))
    kept = {who: exports.csv_of(standing_of(m.initiative, then, who)) for who in (PUBLIC, TEAM)}
    initiatives.add_reporter(
        initiative=m.initiative, name="Bağ küçəsi", since=date(2026, 1, 1), at=LATER, by=m.author
    )
    for who, words in kept.items():
        assert exports.csv_of(standing_of(m.initiative, then, who)) == words
        assert exports.csv_of(standing_of(m.initiative, moment(date(2026, 10, 21)), who)) != words


def test_to_report_shows_what_is_owed_however_much_was_answered_before(measuring, cast, monkeypatch):
    m = measuring()
    months = m.counts(frequency="month")
    for number in range(5):
        m.told(months, number, 1)
    initiatives.move_initiative(initiative=m.initiative, step="start", at=LATER, by=m.author)
    monkeypatch.setattr(due, "MOST", 1)
    (owed,) = due.to_report(cast.who("coordinator"), LATER)
    assert owed.period.first == date(2026, 6, 1)


def test_a_change_for_the_worse_keeps_its_day_and_its_initiative(measuring, country, cast):
    m = measuring()
    bad = sent(country, cast, sign="negative", initiative=m.initiative)
    given = {"outcome": bad, "was": 1, "why": "Tarix səhv yazılıb", "at": LATER, "by": cast.coordinator}
    for moved in (
        {"on": date(2025, 1, 1)},
        {"initiative": None},
        {"on": date(2025, 1, 1), "sign": "positive"},
    ):
        with pytest.raises(Refused):
            outcomes.change_outcome(**given, **moved)
    assert outcomes.change_outcome(**given, what="Su gün aşırı verilir").on == date(2026, 3, 1)


def test_two_who_write_a_draft_or_a_step_at_once_lose_nothing_and_a_dropped_link_stays(
    measuring, country, cast, client_as
):
    m = measuring()
    wells = m.counts()
    made = outcomes.harvest(
        organisation=country.community, at=LATER, by=cast.coordinator, **(WHOLE | {"indicator": wells})
    )
    indicators.drop_indicator(indicator=wells, at=LATER, by=m.author)
    page, old = f"/is/netice/{made.code}/deyisin/", made.version
    first, second = client_as("coordinator"), client_as("officer")
    form = second.get(page).context["form"]
    given = {name: value for name, value in form.initial.items() if value not in (None, "")}
    assert first.post(page, given | {"what": "Birinci mətn"}).status_code == 302
    told = second.post(page, given | {"what": "İkinci mətn"})
    made.refresh_from_db()
    assert (told.status_code, made.what, made.indicator) == (422, "Birinci mətn", wells)
    assert "Birinci mətn" in told.content.decode() and "İkinci mətn" in told.content.decode()
    with pytest.raises(Stale):
        outcomes.change_outcome(outcome=made, was=old, what="Üçüncü", at=LATER, by=cast.officer)
    step = initiatives.add_node(
        initiative=m.initiative, parent=None, kind="outcome", title="Su gəlir", at=m.made_at, by=m.author
    )
    page = f"/is/agac/{step.code}/"
    was = second.get(page).context["form"].initial["was"]
    first.post(page, {"title": "Birinci", "was": was})
    assert second.post(page, {"title": "İkinci", "was": was}).status_code == 422
    step.refresh_from_db()
    assert step.title == "Birinci"


def test_days_that_no_kept_period_covers_get_a_period(measuring):
    m = measuring()
    wells = m.counts()
    m.told(wells, 0, 3)  # January–March stays
    initiatives.write_initiative(
        initiative=m.initiative, title=m.initiative.title, text="", project_code="", starts_on=date(2025, 11, 1),
        ends_on=date(2026, 9, 30), at=LATER, by=m.author,
    )  # fmt: skip
    wells.refresh_from_db()
    days = [(one.first, one.last) for one in wells.periods.filter(gone_at=None)]
    assert days[0] == (date(2025, 11, 1), date(2025, 12, 31))
    half = m.counts(title="yarım")
    reports.draft_report(
        period=half.periods.all()[1], reporter=m.us, value=D(3), at=LATER, by=m.author
    )  # April–June
    indicators.write_indicator(indicator=half, title="yarım", frequency="half", at=LATER, by=m.author)
    days = [(one.first, one.last) for one in half.periods.filter(gone_at=None)]
    assert (days[0][0], days[-1][1]) == (date(2025, 11, 1), date(2026, 9, 30))
    assert all((b[0] - a[1]).days == 1 for a, b in zip(days, days[1:], strict=False)), days


def test_periods_are_those_of_the_calendar_cut_at_both_ends():
    first, last = date(2026, 1, 20), date(2027, 1, 5)
    counts = {how: len(list(spans(first, last, how))) for how in ("month", "quarter", "half", "year", "once")}
    assert counts == {"month": 12, "quarter": 4, "half": 2, "year": 1, "once": 1}
    assert next(spans(first, last, "half")) == (first, date(2026, 6, 30))
    whole = [(date(2026, 3, 1), date(2026, 3, 31))]
    assert list(gaps(date(2026, 3, 10), date(2026, 4, 2), whole)) == [(date(2026, 4, 1), date(2026, 4, 2))]


def test_closing_a_period_says_what_was_pressed_and_who_pressed_it(measuring, client_as):
    m = measuring()
    wells, coordinator = m.counts(), client_as("coordinator")
    period = wells.periods.first()
    asks = f"/is/dovr/{period.code}/?kim="
    assert asks in coordinator.get(f"/gosterici/{wells.code}/").content.decode()
    for _twice in range(2):
        coordinator.post(f"/is/dovr/{period.code}/kilid/", {"locked": "1"})
    period.refresh_from_db()
    assert asks not in coordinator.get(f"/gosterici/{wells.code}/").content.decode(), "none is taken any more"
    assert period.is_locked, "pressed twice it is closed, not open again"
    assert Change.objects.get(table="period", row=period.code).by == m.author


# --- what a team sees --------------------------------------------------------------------------------------
def test_a_report_in_words_and_a_mark_stand_on_the_page_late_and_unseen_are_said(
    measuring, client_as, client
):
    m = measuring(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    words = m.counts(kind="text", title="Nə dəyişib", baseline=None)
    mark = m.counts(kind="score", title="Necədir", top=D(5), baseline=D(1), target=D(4))
    m.told(words, 0, said="İndi özləri yazırlar", on=date(2025, 4, 1))
    told = m.told(mark, 0, 3, seen=False, on=date(2025, 4, 1))
    lead, page = client_as("coordinator"), f"/gosterici/{mark.code}/"
    text = lead.get(page).content.decode()
    assert "baxılmayıb" in text and "gecikir" in text
    assert "sözlə verilib" in lead.get(f"/gosterici/{words.code}/").content.decode()
    data = picture()
    upload = io.BytesIO(data)
    upload.name = "sekil.jpg"
    lead.post(f"/is/hesabat/{told.code}/subut/", {"file": upload, "title": "Şəkil"})
    assert Evidence.objects.get().sha256 == sha256(data).hexdigest()


def test_the_thirteenth_visit_can_be_found(country, cast, client_as):
    for number in range(13):
        visits.record_visit(
            organisation=country.community, on=date(2026, 2, 1 + number), who="koordinator", place=country.goychay,
            findings=f"Boru {number} yerdən sızır, ölçüldü.", at=LATER, by=cast.coordinator,
        )  # fmt: skip
    page, lead = f"/is/icma/{country.community.code}/neticeler/", client_as("coordinator")
    text = lead.get(page).content.decode()
    assert "Boru 0 " not in text and "?hamisi=1#visits" in text
    assert "Boru 0 " in lead.get(f"{page}?hamisi=1").content.decode()


def test_old_evidence_goes_with_its_bytes_however_much_there_is(measuring, monkeypatch):
    m = measuring()
    sent = m.told(m.counts(), 0, 3)
    draft = reports.draft_report(
        period=sent.period.indicator.periods.all()[1], reporter=m.us, value=D(3), at=LATER, by=m.author
    )
    colours = ("#000000", "#ffffff", "#8f2619")
    for colour, report in zip(colours, (sent, sent, draft), strict=True):
        reports.add_evidence(report=report, data=picture(colour), at=LATER, by=m.author)
    monkeypatch.setattr(reports, "BATCH", 1)
    assert reports.clear_evidence(at=LATER + timedelta(days=366)) == 1
    assert reports.clear_evidence(at=LATER + timedelta(days=1826)) == 2
    assert File.objects.count() == 0


# --- one period, two people -----------------------------------------------------------------------------
def test_who_chooses_sees_both_figures_and_what_was_not_chosen_leads_to_no_dead_end(
    measuring, country, cast, client_as
):
    m = measuring()
    wells = m.counts()
    initiatives.move_initiative(initiative=m.initiative, step="start", at=m.made_at, by=m.author)
    mine = m.told(wells, 0, 12, seen=False)
    other = m.told(wells, 0, 15, seen=False, by=cast.officer)
    page = client_as("coordinator").get(f"/is/hesabat/{other.code}/").content.decode()
    assert "15 həyət" in page and "12 həyət" in page
    assert "tesdiq/" not in page
    with pytest.raises(Refused):  # who wrote the other one does not choose
        reports.confirm_report(report=other, at=LATER, by=cast.coordinator)
    second = seated("ikinci@numune.invalid", "officer", organisation=country.union)
    reports.confirm_report(report=other, at=LATER, by=second)
    mine.refresh_from_db()
    assert mine.state == "returned"
    page = client_as("coordinator").get(f"/is/hesabat/{mine.code}/").content.decode()
    assert "duzelis/" not in page and f"/is/hesabat/{other.code}/" in page
    again = {"period": mine.period, "reporter": m.us, "value": D(12), "at": LATER, "by": m.author}
    for replaces in (None, mine):
        with pytest.raises(Refused):
            reports.draft_report(replaces=replaces, **again)
    reports.draft_report(replaces=other, why="Üç həyət iki dəfə yazılıb", **again)
