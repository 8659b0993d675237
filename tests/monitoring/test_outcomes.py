"""Outcomes, stories, visits and months: F9 of the survey, each statement by its name, and the month that prefills."""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from icma.core.action import Refused
from icma.core.day import moment
from icma.events.actions import hold_event, plan_event
from icma.events.actions.attending import enter_list
from icma.events.lists import read_list
from icma.matters.actions.moderation import publish
from icma.matters.actions.raising import raise_matter
from icma.matters.actions.taking import take_up
from icma.matters.models import Document, Matter, Task
from icma.monitoring.actions import initiatives, months, outcomes, stories, visits
from icma.monitoring.models import Choice, Outcome, Report, Story
from icma.monitoring.months import known_of, to_call
from tests.events.listing import LIST
from tests.house.world import picture, seated

AT = moment(date(2026, 3, 13), 10)
WHOLE = {"who": "Su idarəsi", "what": "Su hər gün verilir", "on": date(2026, 3, 1), "where": "Nümunəkənd"}


def told(country, cast, **more):
    return outcomes.harvest(organisation=country.community, at=AT, by=cast.coordinator, **(WHOLE | more))


def sent(country, cast, **more):
    made = told(country, cast, **more)
    outcomes.send_outcome(outcome=made, at=AT, by=cast.coordinator)
    return made


# --- A1, A2, A4, A5 -----------------------------------------------------------------------------------
@pytest.mark.parametrize("lacks", ["who", "what", "on", "where"])
def test_an_outcome_that_lacks_who_what_when_or_where_cannot_leave_the_draft(country, cast, lacks):
    made = told(country, cast, **{lacks: None if lacks == "on" else ""})
    with pytest.raises(Refused):
        outcomes.send_outcome(outcome=made, at=AT, by=cast.coordinator)
    with pytest.raises(IntegrityError), transaction.atomic():  # nor past the action
        Outcome.objects.filter(pk=made.pk).update(stage="public")
    assert Outcome.objects.get(pk=made.pk).stage == "draft"


def test_who_belongs_to_the_contributing_community_or_mentors_it_never_substantiates_it(country, cast):
    made = sent(country, cast)
    for inside in (cast.coordinator, seated("uzv@numune.invalid", "member", organisation=country.community)):
        with pytest.raises(Refused):
            outcomes.substantiate(outcome=made, version=1, verdict="fully", at=AT, by=inside)
    country.community.mentor = cast.officer
    country.community.save()
    made.refresh_from_db()
    with pytest.raises(Refused):
        outcomes.substantiate(outcome=made, version=1, verdict="fully", at=AT, by=cast.officer)
    outcomes.substantiate(outcome=made, version=1, verdict="fully", at=AT, by=cast.official)
    assert made.substantiations.get().verdict == "fully"
    with pytest.raises(Refused):  # "partly" without words says nothing
        outcomes.substantiate(outcome=made, version=1, verdict="partly", at=AT, by=cast.researcher)


def test_the_link_for_an_outsider_opens_one_outcome_and_refuses_the_community_itself(
    country, cast, client_as
):
    made, other = sent(country, cast), sent(country, cast)
    inside = client_as("coordinator")
    page = inside.get(f"/netice/{made.code}/").content.decode()
    path = re.search(rf"/netice/{made.code}/sahid/[^<\s]+", page).group()
    outside = client_as("official")
    assert outside.get(path.replace(made.code, other.code, 1)).status_code == 404
    assert outside.post(path, {"version": 1, "verdict": "fully"}).status_code == 200
    assert inside.post(path, {"version": 1, "verdict": "fully"}).status_code == 422
    assert made.substantiations.count() == 1


def test_a_negative_outcome_leaves_a_trace_whatever_is_done_to_it(country, cast):
    bad = sent(country, cast, sign="negative")
    with pytest.raises(Refused):
        outcomes.drop_draft(outcome=bad, at=AT, by=cast.coordinator)
    with pytest.raises(Refused):
        outcomes.withdraw_outcome(outcome=bad, why="yox", at=AT, by=cast.coordinator)
    outcomes.change_outcome(
        outcome=bad, was=1, why="Yenidən baxıldı: yaxşılaşıb", sign="positive", at=AT, by=cast.coordinator
    )
    bad.refresh_from_db()
    assert (bad.sign, bad.was_negative, bad.version, bad.stage) == ("positive", True, 2, "sent")


def test_nothing_of_an_outcome_is_public_before_a_moderator_has_read_this_version(country, cast, client):
    made, page = sent(country, cast), None
    page = f"/netice/{made.code}/"
    assert client.get(page).status_code == 404
    with pytest.raises(Refused):
        outcomes.publish_outcome(outcome=made, version=1, at=AT, by=cast.coordinator)
    outcomes.publish_outcome(outcome=made, version=1, at=AT, by=cast.moderator)
    assert "Su hər gün verilir" in client.get(page).content.decode()
    outcomes.change_outcome(
        outcome=made, was=1, why="Tarix səhv idi", on=date(2026, 2, 28), at=AT, by=cast.coordinator
    )
    assert client.get(page).status_code == 404


def test_an_outcome_is_linked_to_steps_indicators_and_letters_of_its_own_community_alone(
    measuring, country, cast
):
    m = measuring()
    at = {"at": m.made_at, "by": m.author}
    step = initiatives.add_node(initiative=m.initiative, parent=None, kind="outcome", title="Su gəlir", **at)
    assert told(country, cast, node=step, indicator=m.counts()).initiative == m.initiative
    with pytest.raises(Refused):
        outcomes.harvest(organisation=country.union, node=step, at=AT, by=cast.officer, **WHOLE)
    alien = measuring(title="Başqa təşəbbüs").initiative
    with pytest.raises(Refused):
        told(country, cast, node=step, initiative=alien)


def test_a_story_is_chosen_only_with_its_reasons_and_told_back_before_the_round_ends(country, cast):
    turn = stories.open_collection(
        organisation=country.union, title="Bahar", question="Ən mühüm dəyişiklik nə oldu?", opens_on=date(2026, 1, 1),
        closes_on=date(2026, 6, 30), at=AT, by=cast.officer,
    )  # fmt: skip
    one = stories.tell_story(
        collection=turn, organisation=country.community, domain="voice", title="İlk məktub", on=date(2026, 3, 1),
        text="Əvvəl heç kim yazmırdı. İndi qonşularla birlikdə yazırıq.", teller="Sevil", agreed=False, at=AT, by=cast.coordinator,
    )  # fmt: skip
    given = {"story": one, "deciders": "7 nəfər, icmanın görüşü", "on": date(2026, 3, 10), "at": AT}
    why = "Başqaları da buna baxıb yazmağa başladı."
    with pytest.raises(Refused):
        stories.choose(level="community", reasons="", by=cast.coordinator, **given)
    with pytest.raises(Refused):  # the level below has not chosen it
        stories.choose(level="union", reasons=why, by=cast.officer, **given)
    stories.choose(level="community", reasons=why, by=cast.coordinator, **given)
    assert Choice.objects.get().reasons == why
    assert Task.objects.filter(event=one.code, organisation=country.community).count() == 1
    with pytest.raises(Refused):
        stories.close_collection(collection=turn, at=AT, by=cast.officer)
    stories.tell_back(story=one, on=date(2026, 3, 12), at=AT, by=cast.coordinator)
    stories.close_collection(collection=turn, at=AT, by=cast.officer)
    with pytest.raises(Refused):  # never public without the teller's word
        stories.publish_story(story=one, at=AT, by=cast.moderator)
    stories.withdraw_story(story=one, at=AT, by=cast.coordinator)
    assert Story.objects.get().text == ""


def test_a_visit_keeps_its_photo_to_the_team_and_makes_tasks_with_days(country, cast, client_as, client):
    given = {
        "organisation": country.community, "on": date(2026, 3, 2), "who": "koordinator, mühəndis", "at": AT,
        "findings": "Boru iki yerdən sızır.", "by": cast.coordinator,
    }  # fmt: skip
    with pytest.raises(Refused):
        visits.record_visit(place=country.village, **given)
    task = visits.FollowUp("Sızan yeri ölçün", date(2026, 3, 20), "mühəndis")
    made = visits.record_visit(place=country.goychay, photo=picture(), tasks=[task], **given)
    assert Task.objects.get(event=made.code).until == date(2026, 3, 20)
    photo = f"/is/baxis/{made.code}/sekil/"
    assert client_as("coordinator").get(photo)["Cache-Control"] == "no-store, private"
    assert client_as("official").get(photo).status_code == 404
    assert client.get(photo).status_code == 302


# --- the month ---------------------------------------------------------------------------------------
def test_a_month_begins_with_what_is_known_and_prefills_the_draft_of_a_report(
    measuring, country, cast, client_as
):
    m = measuring()
    people = m.counts(title="İştirak edənlər", counts_people=True)
    initiatives.move_initiative(initiative=m.initiative, step="start", at=m.made_at, by=m.author)
    given = {"organisation": country.community, "changed": "", "hindered": "", "by": cast.coordinator}
    months.keep_month(
        first=date(2026, 1, 1),
        did="Görüş",
        counts={("female", "18-29"): 5},
        send=True,
        at=moment(date(2026, 2, 2)),
        **given,
    )
    draft = Report.objects.get(period__indicator=people)
    assert (draft.state, draft.value) == ("draft", 5)
    months.keep_month(
        first=date(2026, 2, 1),
        did="Görüş",
        counts={("unknown", "unknown"): 3},
        send=True,
        at=moment(date(2026, 3, 2)),
        **given,
    )
    draft.refresh_from_db()
    assert (draft.state, draft.value) == ("draft", 5), "who came in both months is one person"
    assert {(c.sex, c.band): c.value for c in draft.cells.all()} == {("female", "18-29"): 5}
    page = client_as("coordinator").get(f"/is/hesabat/{draft.code}/").content.decode()
    assert "5 ilə 8 arasındadır" in page


def test_a_second_coordinators_month_goes_into_the_draft_that_is_there(measuring, country, cast):
    m = measuring()
    people = m.counts(title="İştirak edənlər", counts_people=True)
    initiatives.move_initiative(initiative=m.initiative, step="start", at=m.made_at, by=m.author)
    given = {"organisation": country.community, "did": "Görüş", "changed": "", "hindered": "", "send": True}
    for month, n, by in ((1, 5, cast.coordinator), (2, 9, cast.officer)):
        counts = {("female", "18-29"): n}
        months.keep_month(
            first=date(2026, month, 1), counts=counts, at=moment(date(2026, month + 1, 2)), by=by, **given
        )
    draft = Report.objects.get(period__indicator=people)
    assert (draft.author, draft.value) == (cast.coordinator, 9)


def test_a_month_that_is_refused_keeps_what_was_typed(country, cast, client_as):
    client, page = client_as("coordinator"), f"/is/icma/{country.community.code}/ay/"
    answer = client.post(
        page, {"did": "", "changed": "Yol təmir olundu", "language": "az", "female_18-29": "-2"}
    )
    assert answer.status_code == 422
    assert "Yol təmir olundu" in answer.content.decode()
    assert 'value="-2"' in answer.content.decode()


def test_no_month_by_the_fifth_is_hesabat_yoxdur_and_a_call_and_a_quiet_month_is_neither(
    country, cast, client_as
):
    first, calls = to_call(date(2026, 3, 6))
    assert (first, list(calls)) == (date(2026, 2, 1), [country.community])
    assert to_call(date(2026, 3, 5))[0] == date(2026, 1, 1)
    months.note_call(organisation=country.community, first=first, at=AT, by=cast.officer)
    assert list(to_call(date(2026, 3, 6))[1]) == []
    months.keep_month(
        organisation=country.community, first=first, did="", changed="", hindered="Qar", counts={}, quiet=True, send=True,
        at=AT, by=cast.coordinator,
    )  # fmt: skip
    assert country.community.months.get().stage == "sent"


def test_a_kept_month_keeps_what_was_typed_and_a_sent_one_goes_on_saying_something(country, cast, client_as):
    client, page = client_as("coordinator"), f"/is/icma/{country.community.code}/ay/2026/1/"
    typed = {"did": "", "changed": "Yol təmir olundu", "language": "az", "female_18-29": "3"}
    assert client.post(page, typed | {"do": "keep"}).status_code == 302
    text = client.get(page).content.decode()
    assert "Yol təmir olundu" in text and 'value="3"' in text
    client.post(page, typed | {"did": "Görüş", "do": "send"})
    refused = client.post(page, typed | {"hindered": "Qar yağdı", "do": "keep"})
    assert refused.status_code == 422 and "Qar yağdı" in refused.content.decode()
    assert country.community.months.get().did == "Görüş"


def test_a_month_writes_over_no_figure_that_somebody_has_typed_and_counts_only_whole_months(
    measuring, country, cast, client_as
):
    m = measuring(starts_on=date(2026, 1, 15))
    people = m.counts(title="İştirak edənlər", counts_people=True)
    initiatives.move_initiative(initiative=m.initiative, step="start", at=m.made_at, by=m.author)
    given = {"organisation": country.community, "did": "Görüş", "changed": "", "hindered": "", "send": True}
    keep = lambda month, n, by=cast.coordinator: months.keep_month(  # noqa: E731
        first=date(2026, month, 1),
        counts={("female", "18-29"): n},
        at=moment(date(2026, month + 1, 2)),
        by=by,
        **given,
    )
    keep(2, 0)
    assert not Report.objects.exists(), "an empty grid is no nought"
    keep(1, 5), keep(2, 3)
    draft = Report.objects.get(period__indicator=people)
    assert draft.value == 3, "of January a part alone lies in the period"
    lead, page = client_as("coordinator"), f"/is/hesabat/{draft.code}/"
    assert "İcmanın aylıq hesabatından" in lead.get(page).content.decode()
    done = f"/is/icma/{country.community.code}/ay/2026/2/hazir/"
    assert page in lead.get(done).content.decode()
    assert page not in client_as("officer").get(done).content.decode(), "a draft is its author's alone"
    form = lead.get(f"{page}deyisin/").context["form"]
    lead.post(
        f"{page}deyisin/",
        {name: v for name, v in form.initial.items() if v not in (None, "")} | {"value": "4"},
    )
    keep(3, 2)
    draft.refresh_from_db()
    assert draft.value == 4


def test_lists_count_as_heads_do_and_who_may_have_come_twice_is_no_second_person(country, cast):
    given = {"organisation": country.community, "at": AT, "by": cast.coordinator}
    for back, counts in ((1, None), (2, {("unknown", "unknown"): 3})):
        event = plan_event(title=f"Görüş {back}", starts_at=AT - timedelta(days=back), **given)
        hold_event(event=event, at=AT, by=cast.coordinator, counts=counts)
        if counts is None:
            enter_list(event=event, number="1", report=read_list(LIST), at=AT, by=cast.coordinator)
            known = known_of(country.community, date(2026, 3, 1))
            assert sum(known.counts.values()) == known.came > 0 and ("female", "18-29") in known.counts
    both = known_of(country.community, date(2026, 3, 1))
    assert (both.came, both.counts) == (known.came + 3, {}) and "–" in both.people


def test_a_month_of_many_meetings_is_asked_for_in_as_many_queries_as_one(country, cast, client_as):
    def asked(back: int) -> int:
        event = plan_event(
            organisation=country.community,
            title="Görüş",
            starts_at=AT - timedelta(days=back),
            at=AT,
            by=cast.coordinator,
        )
        hold_event(event=event, at=AT, by=cast.coordinator, counts={("female", "18-29"): back})
        with CaptureQueriesContext(connection) as queries:
            known = known_of(country.community, date(2026, 3, 1))
        assert len(known.lines) == back and known.came == sum(range(1, back + 1))
        return len(queries)

    assert len({asked(back) for back in (1, 2, 3)}) == 1


def test_a_month_without_a_report_says_so_and_who_is_to_be_called(country, client_as):
    page = client_as("officer").get("/is/aylar/").content.decode()
    assert "hesabat yoxdur" in page and country.community.name in page
    assert f"/is/icma/{country.community.code}/ay/" in page or "calls" in page


# --- pages -------------------------------------------------------------------------------------------
def test_pages_ask_no_more_for_many_and_a_list_says_how_many_it_does_not_show(
    country, cast, client, client_as, django_assert_max_num_queries
):
    for _number in range(3):
        made = sent(country, cast)
        outcomes.publish_outcome(outcome=made, version=1, at=AT, by=cast.moderator)
    sent(country, cast, sign="negative")
    with django_assert_max_num_queries(12):
        page = client.get("/netice/").content.decode()
    assert page.count("Su idarəsi") == 3 and "göstərilməyən nəticə: 1; onlardan pisə doğru: 1" in page
    with django_assert_max_num_queries(12):
        client.get(f"/netice/{made.code}/")
    inside = client_as("coordinator")
    for address in (
        f"/is/icma/{country.community.code}/neticeler/",
        f"/is/icma/{country.community.code}/ay/",
    ):
        with django_assert_max_num_queries(12):
            assert inside.get(address).status_code == 200


def test_a_change_for_the_worse_that_was_taken_back_leaves_its_page_without_a_word(country, cast, client):
    made = sent(country, cast, sign="negative", what="Nasos gündüz işləmir")
    page = f"/netice/{made.code}/"
    assert client.get(page).status_code == 404, "nobody has read it yet"
    outcomes.withdraw_outcome(outcome=made, why="Nasos haqqında səhv yazmışıq", at=AT, by=cast.coordinator)
    text = client.get(page).content.decode()
    assert "pisə doğru" in text and "geri götür" in text
    assert "Nasos" not in text
    good = sent(country, cast)
    outcomes.withdraw_outcome(outcome=good, why="Nasos haqqında səhv yazmışıq", at=AT, by=cast.coordinator)
    assert client.get(f"/netice/{good.code}/").status_code == 404


def test_a_photo_goes_only_where_a_page_shows_it_and_the_visit_says_when_it_is_public(
    country, cast, client_as
):
    made = raise_matter(
        title="Boru sızır",
        text="Boru iki yerdən sızır.",
        place=country.goychay,
        topic="infrastructure",
        at=AT,
    )
    publish(matter=made.matter, at=AT, by=cast.moderator)
    take_up(matter=made.matter, community=country.community, at=AT, by=cast.coordinator)
    issue = Matter.objects.get(pk=made.matter.pk)
    given = {
        "organisation": country.community, "on": date(2026, 3, 2), "who": "koordinator", "at": AT,
        "findings": "Boru iki yerdən sızır.", "by": cast.coordinator, "place": country.goychay,
    }  # fmt: skip
    made = visits.record_visit(matter=issue, photo=picture(), **given)
    Matter.objects.filter(pk=issue.pk).update(kind="decision")
    page = f"/is/baxis/{made.code}/"
    assert "gosterin/" not in client_as("coordinator").get(page).content.decode()
    with pytest.raises(Refused):
        visits.hand_over_photo(visit=made, at=AT, by=cast.coordinator)
    Matter.objects.filter(pk=issue.pk).update(kind="issue")
    copy = visits.hand_over_photo(visit=made, at=AT, by=cast.coordinator)
    assert "ortme/" in client_as("coordinator").get(page).content.decode()
    Document.objects.filter(pk=copy.pk).update(state="public")
    text = client_as("coordinator").get(page).content.decode()
    assert "ortme/" not in text and "Örtülmüş surəti hamıya açıqdır" in text
