"""A decision is watched while it is made: who decides what, until when one has a say, what was decided and why."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from icma.advocacy.actions.oversight import decisions as actions
from icma.advocacy.actions.oversight import due, remarks, sources
from icma.advocacy.actions.oversight.sources import Seen
from icma.advocacy.flow import DECISION
from icma.advocacy.models import Decision, Point, Source
from icma.core.action import Refused
from icma.core.day import legal_day, moment
from icma.core.files import open_file, path_of
from icma.core.flow import Stale
from icma.law.actions import change_rule
from icma.law.models import Rule
from icma.matters.actions.moderation import drop_words, publish, show_words
from icma.matters.actions.preparing import submit
from icma.matters.actions.thread import erase_words
from icma.matters.jobs import rederive_stale
from icma.matters.models import Clock, Entry, Matter, Window, Words
from icma.people.models import Review
from tests.advocacy.oversight_kit import PDF, URL, asked, decided_on, drafted, fresh, seen
from tests.matters.letters_kit import words_read

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 13)
DAY = timedelta(days=1)


@pytest.fixture
def now(at, monkeypatch):
    """`now(moment)` moves the views' clock."""
    held = {"at": at}
    monkeypatch.setattr(timezone, "now", lambda: held["at"])
    return lambda moved: held.update(at=moved)


@pytest.fixture
def decision(country, cast, at, now) -> Decision:
    return decided_on(country, cast, at)


@pytest.fixture
def opened(decision, cast, at) -> Decision:
    actions.open_remarks(decision=decision, opens_on=TODAY, rule="plan.display", at=at, by=cast.coordinator)
    return fresh(decision)


def page(decision: Decision, client: Client | None = None, path: str = "") -> str:
    response = (client or Client()).get(f"/m/{decision.matter.code}/{path}")
    assert response.status_code == 200, response.status_code
    return response.content.decode()


# --- who writes it, who publishes it -----------------------------------------------------------------
def test_a_decision_is_public_only_after_a_moderator(country, cast, at, client_as, now) -> None:
    made = drafted(country, cast, at)
    url = f"/m/{made.matter.code}/"
    assert Client().get(url).status_code == 404
    assert client_as("coordinator").get(url).status_code == 200
    submit(matter=made.matter, at=at, by=cast.coordinator)
    assert "Bazar meydanının planı" in client_as("moderator").get(url).content.decode()
    publish(matter=Matter.objects.get(pk=made.pk), at=at, by=cast.moderator)
    assert "Bazar meydanının planı" in page(made)


def test_what_a_moderator_has_read_is_not_rewritten(decision, cast, at) -> None:
    matter = decision.matter
    with pytest.raises(Refused):
        actions.change_decision(
            decision=decision, title="Başqa", text="x", place=matter.place, topic="other", authority=matter.authority,
            what="budget", level="local", at=at, by=cast.coordinator,
        )  # fmt: skip
    assert fresh(decision).what == "plan"


def test_only_the_community_and_officers_work_on_it(decision, client_as) -> None:
    names = (
        "decision_work",
        "decision_open",
        "decision_take",
        "decision_drop",
        "decision_heard",
        "decision_said",
    )
    for name in names:
        url = reverse(name, args=[decision.matter.code])
        assert client_as("coordinator").get(url).status_code == 200, name
        assert client_as("officer").get(url).status_code == 200, name
        for other in ("resident", "official", "moderator", "lawyer"):
            assert client_as(other).get(url).status_code == 404, (name, other)


@pytest.mark.parametrize(
    "lost", [{"authority": None}, {"what": "x"}, {"level": "x"}, {"seen": Seen(on=TODAY)}]
)
def test_nothing_is_kept_without_body_kind_level_and_source(country, cast, at, lost) -> None:
    with pytest.raises(Refused):
        drafted(country, cast, at, **lost)
    assert not Matter.objects.filter(kind="decision").exists() and not Source.objects.exists()


# --- the source ------------------------------------------------------------------------------------------
def test_the_copy_is_kept_with_its_hash_sealed_and_private(country, cast, at, client_as, now) -> None:
    import hashlib

    made = decided_on(country, cast, at, seen=seen(TODAY, copy=PDF))
    file = made.source.file
    assert file.sha256 == hashlib.sha256(PDF).hexdigest()
    assert PDF not in path_of(file).read_bytes() and open_file(file).read() == PDF
    url = reverse("source_copy", args=[made.matter.code, made.source.code])
    text = page(made)
    assert file.sha256[:12] in text and URL in text and url not in text
    assert Client().get(url).status_code == 302 and client_as("resident").get(url).status_code == 404
    answer = client_as("coordinator").get(url)
    assert b"".join(answer.streaming_content) == PDF and "attachment" in answer["Content-Disposition"]


def test_a_second_person_opens_the_copy_never_the_one_who_asked(country, cast, at, now) -> None:
    made = decided_on(country, cast, at, seen=seen(TODAY, copy=PDF))
    review = sources.ask_release(source=made.source, at=at, by=cast.coordinator)
    from icma.people.actions.review import decide_review

    with pytest.raises(Refused):
        decide_review(review=review, verdict="agreed", by=cast.coordinator, at=at, apply=sources.release_copy)
    assert Client().get(reverse("source_copy", args=[made.matter.code, made.source.code])).status_code == 302
    decide_review(review=review, verdict="agreed", by=cast.moderator, at=at, apply=sources.release_copy)
    url = reverse("source_copy", args=[made.matter.code, made.source.code])
    assert b"".join(Client().get(url).streaming_content) == PDF
    assert url in page(made)


def test_the_review_list_shows_the_copy_to_moderators(country, cast, at, client_as, now) -> None:
    made = decided_on(country, cast, at, seen=seen(TODAY, copy=PDF))
    client_as("coordinator").post(reverse("source_open", args=[made.source.code]), {"once": "a" * 32})
    text = client_as("moderator").get("/is/nezerden/").content.decode()
    assert reverse("source_copy", args=[made.matter.code, made.source.code]) in text
    review = Review.objects.get(kind="source")
    client_as("moderator").post(
        reverse("review_decide", args=[review.pk]), {"verdict": "agreed", "once": "b" * 32}
    )
    made.source.file.refresh_from_db()
    assert made.source.file.visibility == "public"


@pytest.mark.parametrize("wrong", [
    {"url": "javascript:alert(1)"}, {"url": ""}, {"on": date(2026, 3, 14)}, {"url": "", "copy": b"<html>"},
])  # fmt: skip
def test_a_source_must_lead_somewhere_on_a_day_that_has_come(country, cast, at, wrong) -> None:
    with pytest.raises(Refused):
        drafted(country, cast, at, seen=Seen(**{"on": TODAY, "url": URL} | wrong))


def test_the_database_itself_refuses_a_source_that_leads_nowhere(decision, cast, at) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Source.objects.create(code="X", matter=decision.matter, seen_on=TODAY, at=at)


# --- the window ------------------------------------------------------------------------------------------
def test_the_planning_code_gives_the_days_with_their_reasons(opened) -> None:
    clock = Clock.objects.get(matter=opened.matter, rule="plan.display")
    window = Window.objects.get(matter=opened.matter, verb="remark")
    assert clock.owner == "citizen" and clock.due_on == TODAY + timedelta(days=60)
    assert window.closes_at == moment(clock.due_on + DAY, 0) and opened.stage == "open"
    text = page(opened)
    card = text.partition('class="clock')[2].partition("</details></div>")[0]
    assert (
        'datetime="2026-05-12"' in card
        and "Niyə məhz bu tarix?" in card
        and "60 gün" in card.replace("\xa0", " ")
    )
    assert (
        "yoxlanılmayıb" in card and 'datetime="2026-05-11"' in card
    )  # how sure it is, and the other reading
    after = text.partition("Öz məktubunuz üçün ehtiyat tarixi")[2][:140]
    assert f'datetime="{clock.earliest_on}"' in after and clock.earliest_on < clock.due_on


def test_terms_of_law_for_remarks_come_from_the_rules(country) -> None:
    assert set(actions.rules_for_remarks()) == {"plan.objections", "plan.display", "plan.discussion"}


def test_a_discussion_that_the_body_holds_gives_days_and_makes_nobody_late(
    decision, cast, at, client_as
) -> None:
    form = (
        client_as("coordinator").get(reverse("decision_open", args=[decision.matter.code])).content.decode()
    )
    assert 'value="plan.discussion"' in form and "30.1, 30.2" in form and "29.2" in form
    actions.open_remarks(
        decision=decision, opens_on=TODAY, rule="plan.discussion", at=at, by=cast.coordinator
    )
    window = Window.objects.get(matter=decision.matter, verb="remark")
    assert window.closes_at == moment(date(2026, 4, 1), 0)  # ten days, and then the first day after Novruz
    assert not Clock.objects.filter(matter=decision.matter, rule__startswith="plan.").exists()
    assert "30.1, 30.2" in page(fresh(decision))
    due.emit(at + timedelta(days=20))
    assert "remarks_over" in Entry.objects.filter(matter=decision.matter).values_list("verb", flat=True)
    assert not Clock.objects.filter(matter=decision.matter, rule__startswith="plan.").exists()


def test_a_changed_law_moves_the_window(opened, cast, at) -> None:
    rule = Rule.objects.get(key="plan.display", until=None)
    data = rule.data | {"amount": 45}
    change_rule(key="plan.display", data=data, why="nümunə", by=cast.advocate, at=at)
    later = at + timedelta(hours=1)
    rederive_stale(later)
    assert due.emit(later) == 0
    clock, window = (
        Clock.objects.get(matter=opened.matter, owner="citizen"),
        Window.objects.get(matter=opened.matter),
    )
    assert clock.due_on == TODAY + timedelta(days=45) and window.closes_at == moment(clock.due_on + DAY, 0)
    assert due.follow_law(at=later) == 0


def test_other_days_need_the_article_that_sets_them(decision, cast, at) -> None:
    days = {"opens_on": TODAY, "closes_on": TODAY + timedelta(days=14)}
    with pytest.raises(Refused):
        actions.open_remarks(decision=decision, at=at, by=cast.coordinator, **days)
    actions.open_remarks(
        decision=decision, article="Bələdiyyənin elanı № 7", at=at, by=cast.coordinator, **days
    )
    text = page(fresh(decision))
    assert "Bələdiyyənin elanı № 7" in text and "vəkil" in text
    assert not Clock.objects.filter(matter=decision.matter, owner="citizen").exists()


@pytest.mark.parametrize("wrong", [
    {"closes_on": TODAY - DAY}, {"closes_on": None}, {"closes_on": TODAY + timedelta(days=500)},
    {"rule": "appeal.general"}, {"rule": "plan.display", "opens_on": TODAY + DAY}, {"article": "x" * 161},
])  # fmt: skip
def test_wrong_days_open_nothing(decision, cast, at, wrong) -> None:
    given = {"opens_on": TODAY, "closes_on": TODAY + DAY, "article": "elan"} | wrong
    with pytest.raises(Refused):
        actions.open_remarks(decision=decision, at=at, by=cast.coordinator, **given)
    assert fresh(decision).stage == "draft" and not Window.objects.filter(matter=decision.matter).exists()
    assert not Clock.objects.filter(matter=decision.matter, owner="citizen").exists()


def test_the_body_moves_the_days_and_the_old_term_ends(opened, cast, at) -> None:
    actions.open_remarks(
        decision=opened, opens_on=TODAY, closes_on=TODAY + timedelta(days=5), article="Yeni elan", at=at,
        by=cast.coordinator,
    )  # fmt: skip
    assert Clock.objects.get(matter=opened.matter, owner="citizen").state == "closed"
    assert Window.objects.get(matter=opened.matter).closes_at == moment(TODAY + timedelta(days=6), 0)
    assert fresh(opened).stage == "open" and fresh(opened).rule == ""


def test_the_calendar_is_the_permission(opened, at, now) -> None:
    """Before, within, and after its days; the form is gone with the window."""
    url = f"/m/{opened.matter.code}/teklif/"
    closes = Window.objects.get(matter=opened.matter).closes_at
    for moved, status in (
        (at, 200),
        (closes - DAY / 48, 200),
        (closes, 302),
        (moment(TODAY, 0) - DAY / 24, 302),
    ):
        now(moved)
        assert Client().get(url).status_code == status, moved
    now(closes)
    assert Client().post(url, {"text": "Gec qaldım"}).status_code == 302
    assert not Entry.objects.filter(verb="remarked").exists()
    assert url not in page(opened)


# --- remarks ---------------------------------------------------------------------------------------------
def test_a_remark_needs_no_account_and_is_public_only_after_a_moderator(opened, cast, at, client_as) -> None:
    url = f"/m/{opened.matter.code}/teklif/"
    assert Client().post(url, {"text": "Ağaclar saxlanılsın", "once": "k" * 32}).status_code == 302
    assert Client().post(url, {"text": "Ağaclar saxlanılsın", "once": "k" * 32}).status_code == 302
    entry = Entry.objects.get(verb="remarked")
    assert entry.by is None and entry.visibility == "staff"
    assert "Ağaclar" not in page(opened)
    assert "Ağaclar" not in page(opened, client_as("resident"))
    desk = client_as("moderator").get(f"/is/moderasiya/{opened.matter.code}/").content.decode()
    assert "Ağaclar saxlanılsın" in desk
    show_words(entry=entry, at=at, by=cast.moderator)
    assert page(opened).count("Ağaclar saxlanılsın") == 1  # in the table, not once more on the thread


def test_who_is_signed_in_leaves_no_name_on_a_remark(opened, client_as) -> None:
    client_as("resident").post(f"/m/{opened.matter.code}/teklif/", {"text": "İşıq qoyulsun"})
    assert Entry.objects.get(verb="remarked").by is None


def test_a_moderator_refuses_a_remark_by_a_rule_and_it_is_gone(opened, cast, at) -> None:
    entry = remarks.remark(decision=opened, text="Filankəs oğrudur", at=at)
    drop_words(entry=entry, rule="insult", at=at, by=cast.moderator)
    assert Words.objects.get(entry=entry).text == "" and "Filankəs" not in page(opened)


@pytest.mark.parametrize("text", ["", "   ", "x" * 501])
def test_an_empty_or_endless_remark_is_refused_and_stays_typed(opened, text) -> None:
    response = Client().post(f"/m/{opened.matter.code}/teklif/", {"text": text})
    assert response.status_code == 422 and not Entry.objects.filter(verb="remarked").exists()


def test_what_was_asked_elsewhere_goes_the_same_way(opened, cast, at, client_as) -> None:
    url = reverse("decision_heard", args=[opened.matter.code])
    given = {"text": "Skamya qoyulsun", "way": "session", "on": "2026-03-10", "once": "h" * 32}
    assert client_as("coordinator").post(url, given).status_code == 302
    entry = Entry.objects.get(verb="remarked")
    assert (entry.visibility, entry.on, entry.data["way"]) == ("staff", date(2026, 3, 10), "session")
    assert "Skamya" not in page(opened)


def test_a_program_or_a_flood_waits_behind_and_is_not_refused(opened, client_as) -> None:
    Client().post(f"/m/{opened.matter.code}/teklif/", {"text": "Reklam", "website": "x"})
    assert Entry.objects.get(verb="remarked").data["slow"] is True
    assert (
        "bir bağlantıdan"
        in client_as("moderator").get(f"/is/moderasiya/{opened.matter.code}/").content.decode()
    )


# --- asked, decided, reasons -----------------------------------------------------------------------------
@pytest.fixture
def taken(opened, cast, at) -> Decision:
    asked(opened, cast, at)
    actions.take_decision(
        decision=opened, result="changed", on=TODAY, seen=seen(TODAY), at=at, by=cast.coordinator
    )
    return fresh(opened)


def settle(taken: Decision, cast, at, **more) -> Point:
    entry = Entry.objects.get(verb="remarked", visibility="public")
    given = {"verdict": "rejected", "on": TODAY, "told": "", "reason": "", "seen": None} | more
    return remarks.settle_point(decision=taken, entry=entry, at=at, by=cast.coordinator, **given)


def test_a_second_person_takes_away_what_was_written_of_a_decision_and_the_fact_stays(
    taken, cast, at, client_as
) -> None:
    point = settle(taken, cast, at, decided="Vəlinin ağacı", told="given", reason="Vəli razıdır")
    settle(taken, cast, at, decided="Vəlinin ağacı kəsilir", told="given", reason="Vəli razıdır")
    asked, moderator = Review.objects.get(kind="campaign.words"), client_as("moderator")
    assert "Vəlinin ağacı kəsilir" in moderator.get(reverse("reviews")).content.decode()
    moderator.post(reverse("review_decide", args=[asked.pk]), {"verdict": "undone", "once": "r1"})
    point.refresh_from_db()
    assert (point.verdict, point.told) == ("rejected", "given") and "Vəli" not in point.decided + point.reason
    assert "Vəli" not in client_as("stranger").get(f"/m/{taken.matter.code}/").content.decode()


def test_asked_decided_and_reasons_stand_side_by_side(taken, cast, at) -> None:
    settle(
        taken,
        cast,
        at,
        decided="Üç ağac kəsilir",
        told="given",
        reason="Su xətti oradan keçir",
        seen=seen(TODAY, URL),
    )
    row = page(taken).partition("<tbody>")[2].partition("</tr>")[0]
    assert (
        row.index("Ağaclar saxlanılsın") < row.index("Üç ağac kəsilir") < row.index("Su xətti oradan keçir")
    )
    assert URL in row and ">numune.invalid</a>" in row


def test_what_is_not_recorded_is_unknown_and_no_silence_of_the_body(taken, cast, at) -> None:
    text = page(taken)
    assert "məlum deyil" in text and "əsas göstərilməyib" not in text
    settle(taken, cast, at)
    text = page(taken)
    assert "məlum deyil" in text and "əsas göstərilməyib" not in text


def test_no_reason_given_is_a_fact_only_with_a_source(taken, cast, at) -> None:
    with pytest.raises(Refused):
        settle(taken, cast, at, told="none")
    settle(taken, cast, at, told="none", seen=seen(TODAY))
    assert "əsas göstərilməyib" in page(taken)
    point = Point.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Point.objects.filter(pk=point.pk).update(source=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Point.objects.filter(pk=point.pk).update(told="given")


@pytest.mark.parametrize("wrong", [
    {"verdict": "x"}, {"told": "given"}, {"told": "none", "reason": "var"}, {"on": TODAY + DAY},
    {"on": TODAY - timedelta(days=400)}, {"decided": "x" * 501},
])  # fmt: skip
def test_half_an_answer_is_refused(taken, cast, at, wrong) -> None:
    with pytest.raises(Refused):
        settle(taken, cast, at, **wrong)
    assert not Point.objects.exists()


def test_only_a_published_remark_of_this_decision_is_answered(taken, country, cast, at) -> None:
    other = decided_on(country, cast, at, title="Başqa plan")
    hidden = remarks.remark(decision=taken, text="Gizli", at=at)
    for decision, entry in (
        (other, Entry.objects.get(verb="remarked", visibility="public")),
        (taken, hidden),
    ):
        with pytest.raises(Refused):
            remarks.settle_point(
                decision=decision, entry=entry, verdict="accepted", on=TODAY, at=at, by=cast.coordinator
            )


def test_erased_words_leave_the_mark_and_the_decision_on_them(taken, cast, at) -> None:
    settle(taken, cast, at)
    entry = Entry.objects.get(verb="remarked", visibility="public")
    erase_words(entry=entry, reason="asked", by=cast.officer, at=at)
    text = page(taken)
    assert "Ağaclar" not in text and "Burada mətn var idi" in text and "qəbul edilməyib" in text


def test_followers_are_told_once_a_day_of_twenty_answers(taken, cast, at) -> None:
    settle(taken, cast, at)
    settle(taken, cast, at, verdict="accepted")
    assert (
        Entry.objects.filter(verb="remarks_answered").count() == 1
        and Point.objects.get().verdict == "accepted"
    )


# --- stages ----------------------------------------------------------------------------------------------
def test_from_draft_to_carried_out_each_step_with_a_source_and_an_entry(taken, cast, at) -> None:
    assert taken.stage == "taken" and Window.objects.get(matter=taken.matter).closes_at <= at
    actions.carry_decision(
        decision=taken, on=TODAY, seen=seen(TODAY), at=at, by=cast.coordinator, text="Park açıldı"
    )
    row = fresh(taken)
    assert (row.stage, row.result, row.taken_on, row.carried_on) == ("carried", "changed", TODAY, TODAY)
    verbs = [e.verb for e in Entry.objects.filter(matter=row.matter, visibility="public").order_by("pk")]
    assert [v for v in verbs if v.startswith(("remarks", "decision"))] == [
        "remarks_open", "decision_changed", "decision_carried",
    ]  # fmt: skip
    for entry in Entry.objects.filter(verb__startswith="decision_"):
        assert Source.objects.filter(code=entry.data["source"]).exists()
    assert "Park açıldı" not in page(row), "that it was carried out is public, its words once they are read"
    words_read(row.matter, cast, at)
    assert "Park açıldı" in page(row)


def test_a_draft_can_be_taken_or_given_up_without_remarks(decision, cast, at) -> None:
    actions.drop_decision(decision=decision, on=TODAY, seen=seen(TODAY), at=at, by=cast.coordinator)
    assert fresh(decision).stage == "dropped"
    with pytest.raises(Stale):
        actions.take_decision(
            decision=decision, result="adopted", on=TODAY, seen=seen(TODAY), at=at, by=cast.coordinator
        )


def test_two_who_press_at_once_one_wins(opened, cast, at) -> None:
    one, other = fresh(opened), fresh(opened)
    given = {"result": "adopted", "on": TODAY, "seen": seen(TODAY), "at": at, "by": cast.coordinator}
    actions.take_decision(decision=one, **given)
    with pytest.raises(Stale):
        actions.take_decision(decision=other, **given | {"result": "refused"})
    assert fresh(opened).result == "adopted" and Entry.objects.filter(verb="decision_refused").count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"result": ""}, {"result": "x"}, {"on": TODAY + DAY}, {"seen": Seen(on=TODAY)},
        {"seen": seen(TODAY, URL)},  # tomorrow another page stands there
    ],
)  # fmt: skip
def test_no_stage_without_day_result_and_source(opened, cast, at, wrong) -> None:
    given = {"result": "adopted", "on": TODAY, "seen": seen(TODAY)} | wrong
    with pytest.raises(Refused):
        actions.take_decision(decision=opened, at=at, by=cast.coordinator, **given)
    assert fresh(opened).stage == "open"


def test_nothing_happens_to_what_is_not_published(country, cast, at) -> None:
    made = drafted(country, cast, at)
    with pytest.raises(Refused):
        actions.open_remarks(decision=made, opens_on=TODAY, rule="plan.display", at=at, by=cast.coordinator)
    with pytest.raises(Refused):
        remarks.remark(decision=made, text="x", at=at)


def test_every_step_of_the_flow_has_its_page() -> None:
    from icma.advocacy import urls_oversight

    names = {item.name for item in urls_oversight.urlpatterns}
    assert {f"decision_{step}" for step in DECISION.steps} <= names


# --- what the days bring ---------------------------------------------------------------------------------
def test_the_last_days_are_told_once_however_often_the_job_runs(opened, at) -> None:
    last = TODAY + timedelta(days=60)
    assert due.emit(at) == 0
    assert due.emit(moment(last - 3 * DAY)) == 1
    late = moment(last + 9 * DAY)
    assert due.emit(late) == 1 and due.emit(late) == 0 and due.emit(moment(last - 3 * DAY)) == 0
    told = Entry.objects.filter(verb__in=("remarks_closing", "remarks_over")).order_by("pk")
    assert [(e.verb, e.on) for e in told] == [
        ("remarks_closing", last - 3 * DAY),
        ("remarks_over", last + DAY),
    ]


def test_five_days_off_lose_nothing(opened) -> None:
    last = TODAY + timedelta(days=60)
    assert due.emit(moment(last + 5 * DAY)) == 2


# --- pages and lists -------------------------------------------------------------------------------------
def test_the_list_filters_by_topic_place_level_stage_kind_and_result(country, cast, at, now) -> None:
    one = decided_on(country, cast, at, title="Plan bir")
    two = decided_on(
        country, cast, at, title="Büdcə iki", what="budget", level="central", topic="economy", place=country.shaki,
        authority=country.superior,
    )  # fmt: skip
    actions.take_decision(
        decision=two, result="adopted", on=TODAY, seen=seen(TODAY), at=at, by=cast.coordinator
    )
    for query, shown in (
        ("", {one, two}), ("topic=economy", {two}), ("place=AZ-GOY", {one}), ("level=central", {two}),
        ("stage=draft", {one}), ("stage=taken", {two}), ("what=budget", {two}), ("result=adopted", {two}),
        (f"authority={country.superior.code}", {two}), ("result=refused", set()),
    ):  # fmt: skip
        text = Client().get(f"/qerarlar/?{query}").content.decode()
        assert {d for d in (one, two) if d.matter.title in text} == shown, query


def test_csv_atom_and_api_give_the_same_rows(decision, cast, at) -> None:
    code = decision.matter.code
    csv = b"".join(Client().get("/qerarlar.csv").streaming_content).decode()
    assert code in csv and "plan" in csv
    assert f"/m/{code}/" in Client().get("/qerarlar.atom").content.decode()
    row = Client().get("/api/v1/decisions/").json()["rows"][0]
    assert (row["code"], row["what"], row["level"], row["stage"], row["result"]) == (
        code,
        "plan",
        "local",
        "draft",
        "",
    )


def test_the_page_costs_as_many_queries_for_nine_remarks_as_for_one(
    taken, country, cast, at, django_assert_max_num_queries
) -> None:
    settle(taken, cast, at, told="none", seen=seen(TODAY))
    with django_assert_max_num_queries(12):
        page(taken)
    for number in range(8):
        entry = asked(taken, cast, at, f"Təklif {number}")
        remarks.settle_point(
            decision=taken,
            entry=entry,
            verdict="accepted",
            on=TODAY,
            seen=seen(TODAY),
            at=at,
            by=cast.coordinator,
        )
    with django_assert_max_num_queries(12):
        page(taken)


def test_the_page_with_an_open_window_stays_within_its_queries(
    opened, cast, at, django_assert_max_num_queries
) -> None:
    asked(opened, cast, at)
    with django_assert_max_num_queries(12):
        page(opened)


def test_it_can_be_read_in_three_languages(taken) -> None:
    for prefix, word in (("", "Soruşulub"), ("/ru", "Что просили"), ("/en", "Asked")):
        text = Client().get(f"{prefix}/m/{taken.matter.code}/").content.decode()
        assert word in text, prefix


def test_the_coordinator_writes_it_through_the_pages(country, cast, at, client_as, now) -> None:
    client = client_as("coordinator")
    form = {
        "title": "Yeni bazar", "what": "session", "text": "İclasda baxılır.", "authority": country.executive.code,
        "level": "local", "topic": "infrastructure", "place": "AZ-GOY", "url": URL, "seen_on": "2026-03-12",
        "once": "n" * 32,
    }  # fmt: skip
    answer = client.post(reverse("decision_new", args=[country.community.code]), form)
    made = Decision.objects.get()
    assert answer["Location"] == reverse("decision_work", args=[made.matter.code])
    assert client.get(answer["Location"]).status_code == 200
    send = reverse("decision_send", args=[made.matter.code])
    assert send not in client.get(answer["Location"]).content.decode()
    client.post(send, {"once": "k" * 32})
    assert Matter.objects.get(pk=made.pk).stage == "planned"  # its source is not archived
    change = reverse("decision_change", args=[made.matter.code])
    copy = SimpleUploadedFile("layihe.pdf", PDF, "application/pdf")
    assert client.post(change, form | {"copy": copy, "once": "c" * 32}).status_code == 302
    assert send in client.get(answer["Location"]).content.decode()
    assert client.post(send, {"once": "o" * 32}).status_code == 302
    assert Matter.objects.get(pk=made.pk).stage == "raised"
    wrong = client.post(
        reverse("decision_new", args=[country.community.code]), form | {"url": "", "once": "p" * 32}
    )
    assert (
        wrong.status_code == 422 and "Yeni bazar" in wrong.content.decode() and Decision.objects.count() == 1
    )


def test_it_grows_from_a_matter_that_the_address_names(country, cast, at, client_as, now) -> None:
    from tests.front import rows

    source = rows.matter(country, at, community=country.community, stage="taken")
    url = reverse("decision_new", args=[country.community.code]) + f"?mesele={source.code}"
    form = {
        "title": "Yeni bazar", "what": "plan", "text": "x", "authority": country.executive.code, "level": "local",
        "topic": "other", "place": "AZ-GOY", "url": URL, "seen_on": "2026-03-12",
    }  # fmt: skip
    client_as("coordinator").post(url, form)
    assert Decision.objects.get().matter.links.get().target == source


def test_legal_day_of_the_fixture(at) -> None:
    assert legal_day(at) == TODAY


def test_every_step_says_where_it_was_read(taken, cast, at) -> None:
    actions.carry_decision(
        decision=taken,
        on=TODAY,
        seen=seen(TODAY, "https://foto.invalid/1", copy=PDF),
        at=at,
        by=cast.coordinator,
    )
    thread = page(taken).partition('<ol class="thread">')[2]
    assert 'href="https://foto.invalid/1"' in thread and thread.count("Mənbə:") >= 2


def test_a_wrong_entry_is_corrected_with_its_reason_and_both_stay(taken, cast, at) -> None:
    given = {"result": "refused", "on": TODAY - DAY, "seen": seen(TODAY), "at": at, "by": cast.coordinator}
    with pytest.raises(Refused):
        actions.correct_decision(decision=taken, text=" ", **given)
    actions.correct_decision(decision=taken, text="Protokol səhv oxunmuşdu", **given)
    row = fresh(taken)
    words_read(row.matter, cast, at)
    assert (row.stage, row.result, row.taken_on) == ("taken", "refused", TODAY - DAY)
    verbs = set(Entry.objects.filter(matter=row.matter).values_list("verb", flat=True))
    assert {"decision_changed", "decision_corrected"} <= verbs and "Protokol səhv oxunmuşdu" in page(row)


def test_nothing_is_corrected_that_was_not_decided(opened, cast, at) -> None:
    with pytest.raises(Stale):
        actions.correct_decision(
            decision=opened,
            result="adopted",
            on=TODAY,
            seen=seen(TODAY),
            text="x",
            at=at,
            by=cast.coordinator,
        )


def test_all_remarks_are_a_table_and_the_page_stays_light(taken, cast, at) -> None:
    settle(taken, cast, at, told="none", seen=seen(TODAY))
    for number in range(60):
        text = f"{number}. " + " ".join(f"söz{number * 97 + word * 31 % 1009}" for word in range(50))
        asked(taken, cast, at, text[:490])
    response = Client().get(f"/m/{taken.matter.code}/", headers={"accept-encoding": "gzip"})
    assert len(response.content) <= 20_000
    text = page(taken)
    assert text.count('id="t-') == 30 and "Təklif: 61" in text
    lines = (
        b"".join(Client().get(f"/m/{taken.matter.code}/teklifler.csv").streaming_content)
        .decode()
        .splitlines()
    )
    assert len(lines) == 62 and "rejected" in lines[1] and ",none," in lines[1] and URL in lines[1]


def test_the_table_of_what_is_not_public_is_not_there(country, cast, at) -> None:
    made = drafted(country, cast, at)
    assert Client().get(f"/m/{made.matter.code}/teklifler.csv").status_code == 404


def test_a_term_of_residents_that_has_run_out_is_over_and_nobody_is_late(opened, now) -> None:
    """Also where the worker was off: no hourglass, no running term, no word of lateness."""
    clock = Clock.objects.get(matter=opened.matter, owner="citizen")
    after = moment(clock.due_on + 2 * DAY)
    now(after)
    before = page(opened)
    due.emit(after)
    clock.refresh_from_db()
    assert (clock.state, clock.ended_on) == ("closed", clock.due_on) and due.end_terms(at=after) == 0
    for text in (before, page(opened)):
        main = text.partition("<main")[2]
        assert 'class="clock' not in main and 'class="tag late"' not in main and "gecik" not in main
        assert (
            "/teklif/" not in main and f'datetime="{clock.due_on}"' in main and "vəkil yoxlamayıb" not in main
        )


@pytest.mark.parametrize(("url", "copy", "kept"), [
    (URL, None, False), (URL, PDF, True), ("", PDF, True), ("https://web.archive.org/web/2026/" + URL, None, True),
    ("https://web.archive.org.numune.invalid/", None, False), ("https://numune.invalid/web.archive.org", None, False),
])  # fmt: skip
def test_only_an_archived_source_is_put_before_a_moderator(country, cast, at, url, copy, kept) -> None:
    made = drafted(country, cast, at, seen=Seen(on=TODAY, url=url, copy=copy))
    if kept:
        actions.submit_decision(decision=made, at=at, by=cast.coordinator)
    else:
        with pytest.raises(Refused):
            actions.submit_decision(decision=made, at=at, by=cast.coordinator)
    assert Matter.objects.get(pk=made.pk).stage == ("raised" if kept else "planned")
