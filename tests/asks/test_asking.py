"""Writing, moderating, answering on screen and paper, versions, and what comes out."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from icma.asks import paper
from icma.asks.actions import answering, nightly, stages, studies, writing
from icma.asks.actions.answering import Given
from icma.asks.models import Answer, Form, Response, Sheet, TextAnswer, Version
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.matters.models import Act
from icma.people.models import Review
from icma.research.asks import measure_of
from icma.research.body import Body
from tests.asks.kit import drafted, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(country, cast, at, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at)
    return opened(drafted(country.union, cast.officer, at), cast.officer, cast.moderator, at)


def test_an_error_keeps_what_was_typed_and_refused_is_not_empty(version) -> None:
    client, address = Client(), f"/anket/{version.form.code}/"
    again = client.post(address, {"q2": ["1", "refused"], "q3": "-4", "q5": "Körpü", "band": "30-44"})
    page = again.content.decode()
    assert (
        again.status_code == 422
        and "Körpü" in page
        and 'value="-4"' in page
        and Response.objects.count() == 0
    )
    assert page.count('aria-invalid="true"') >= 2 and 'value="30-44" selected' in page
    assert client.post(address, {"q1": "refused", "q3_no": "on", "q5_no": "on"}).status_code == 302
    assert sorted(Answer.objects.values_list("question__order", "value")) == [(1, "refused"), (3, "refused")]
    assert TextAnswer.objects.get().is_refused  # question 2 and 4 were left empty: no row


def test_nobody_under_14_is_kept_and_a_machine_is_not_counted(version) -> None:
    client, address = Client(), f"/anket/{version.form.code}/"
    for more in ({"band": "child"}, {"website": "x"}):
        assert client.post(address, {"q1": "yes", **more}).status_code == 302
    assert Response.objects.count() == 0
    with pytest.raises(ValueError):
        answering.answer(form=version.form, given=Given({1: ("yes",)}, band="0-13"), at=timezone.now())


def test_the_page_asks_few_questions_of_the_database_and_reads_in_three_languages(
    version, at, django_assert_max_num_queries
) -> None:
    address = f"/anket/{version.form.code}/"
    with django_assert_max_num_queries(8):
        page = Client().get(address).content.decode()
    assert "1. Su gəlirmi?" in page and "Cavab vermirəm" in page and "reprezentativ deyil" in page
    russian = Client().get(f"/ru{address}").content.decode()
    assert "2. Что мешает?" in russian and "Дорога" in russian
    assert '<span lang="az">1. Su gəlirmi?</span>' in russian  # nobody translated it: it says its language
    for more in ("sagol/", "netice/"):
        assert Client().get(address + more).status_code == 200
    stages.close_form(version=version, at=at, by=None)
    assert [getattr(Client(), how)(address).status_code for how in ("head", "get", "post")] == [200, 200, 422]


def test_paper_has_the_same_questions_and_numbers_and_a_sheet_counts_once(
    version, client_as, cast, country, at
) -> None:
    printed = paper.page(version)
    for question in version.questions.all():
        assert f"{question.order}. {question.text}" in printed
    client, base = client_as("officer"), f"/is/anket/{version.form.code}/kagizlar/"
    assert client.post(base, {"name": "Görüş, 12 mart", "total": "2"})["Location"] == f"{base}1/"
    sheet = {"q1": "yes", "q4": "2", "sex": "male", "region": country.region.code}
    assert client.post(f"{base}1/", {"sheet": "7", **sheet}).status_code == 302
    again = client.post(f"{base}1/", {"sheet": "7", **sheet})
    assert again.status_code == 422 and Response.objects.count() == 1
    assert client.post(f"{base}1/", {"sheet": "8", **sheet}).status_code == 302
    assert client.post(f"{base}1/", {"sheet": "9", **sheet}).status_code == 422  # the pile was counted: two
    assert Response.objects.filter(channel="paper", region=country.region, sex="male").count() == 2
    assert client.post(f"{base}1/", {"total": "1"}).status_code == 422  # two are typed in already
    assert client.post(f"{base}1/", {"total": "3"}).status_code == 302 and Sheet.objects.count() == 2
    nightly.lay_down(at + timedelta(days=1))
    assert Act.objects.get(verb="answer").channel == "paper"


def test_what_is_open_never_changes_and_a_new_version_keeps_its_answers_apart(version, cast, at) -> None:
    form, by = version.form, {"at": at, "by": cast.officer}
    answering.answer(form=form, given=Given({1: ("yes",)}), at=at)
    for change in (
        lambda: writing.ask(version=version, asked=writing.Asked("Başqa sual?", "yesno"), **by),
        lambda: writing.ask(version=version, asked=writing.Asked("Başqa sual?", "yesno"), order=1, **by),
        lambda: writing.move_question(version=version, order=1, up=False, **by),
        lambda: writing.drop_question(version=version, order=1, **by),
        lambda: writing.change_words(version=version, title="Başqa", intro="", **by),
    ):
        with pytest.raises(Refused):
            change()
    second = writing.next_version(form=form, **by)
    with pytest.raises(Refused):
        writing.next_version(form=form, **by)
    writing.move_question(version=second, order=1, up=False, **by)
    writing.drop_question(version=second, order=5, **by)
    assert [q.text for q in second.questions.all()][:2] == ["Nə mane olur?", "Su gəlirmi?"]
    assert (
        Client().get(f"/anket/{form.code}/").content.decode().count("1. Su gəlirmi?") >= 1
    )  # the first still asks
    opened(second, cast.officer, cast.moderator, at)
    answering.answer(form=form, given=Given({2: ("no",)}), at=at)
    version.refresh_from_db()
    assert version.state == "closed" and [v.responses.count() for v in (version, second)] == [1, 1]


def test_a_moderator_reads_it_first_and_never_who_wrote_it(country, cast, client_as, at, monkeypatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: at)
    version = drafted(country.community, cast.coordinator, at)
    form, today = version.form, legal_day(at)
    page, writer, moderator = f"/is/anket/{form.code}/", client_as("coordinator"), client_as("moderator")
    for state in ("draft", "waiting"):
        assert (
            Version.objects.get().state == state and Client().get(f"/anket/{form.code}/").status_code == 404
        )
        with pytest.raises(Refused):
            stages.open_form(version=version, opens_on=today, closes_on=today, at=at, by=cast.coordinator)
        writer.post(f"{page}gonderin/")
    version.refresh_from_db()
    assert writer.get(f"{page}oxuyun/").status_code == 404
    assert "Su barədə anket" in moderator.get("/is/nezerden/").content.decode()
    assert moderator.post(f"{page}oxuyun/", {"verdict": "refused", "words": ""}).status_code == 422
    assert (
        moderator.post(
            f"{page}oxuyun/", {"verdict": "refused", "words": "Üçüncü sual aydın deyil"}
        ).status_code
        == 302
    )
    assert "Üçüncü sual aydın deyil" in writer.get(page).content.decode()
    writer.post(f"{page}gonderin/")
    mark = stages.mark_of(version)
    version.questions.filter(order=1).update(text="Kimə səs verirsiniz?")
    unread = moderator.post(f"{page}oxuyun/", {"verdict": "agreed", "read": mark})
    assert unread.status_code == 422 and Version.objects.get().state == "waiting"
    mark = re.search(r'name="read" value="(\w+)"', unread.content.decode())[1]
    assert moderator.post(f"{page}oxuyun/", {"verdict": "agreed", "read": mark}).status_code == 302
    assert writer.post(f"{page}acin/", {"opens_on": today, "closes_on": today}).status_code == 302
    assert Client().get(f"/anket/{form.code}/").status_code == 200
    mine = Review.objects.create(
        kind="questionnaire", subject="form:X", when="before", asked_by=cast.officer, asked_at=at
    )
    own = drafted(country.union, cast.officer, at)
    stages.submit(version=own, at=at, by=cast.officer)
    with pytest.raises(Refused):
        stages.moderate(version=own, verdict="agreed", read=stages.mark_of(own), at=at, by=cast.officer)
    assert mine.verdict == ""


def test_a_community_that_is_not_seen_in_full_asks_without_its_name(version, country) -> None:
    address = f"/anket/{version.form.code}/"
    for seen, shown in (("full", True), ("region", False), ("unlisted", False)):
        type(country.union).objects.filter(pk=country.union.pk).update(seen=seen)
        for page in (address, f"{address}netice/", "/anketler/"):
            assert (country.union.name in Client().get(page).content.decode()) is shown
        assert (country.union.name in paper.page(Version.objects.get())) is shown


def test_it_ends_by_itself_after_its_last_day(version, at) -> None:
    late = at + timedelta(days=31)
    with pytest.raises(Refused):
        answering.answer(form=version.form, given=Given({1: ("yes",)}), at=late)
    assert nightly.close_ended(at) == 0 and nightly.close_ended(late) == 1
    version.refresh_from_db()
    assert (version.state, version.closed_on) == ("closed", version.form.closes_on)


def test_a_form_takes_no_senseless_questions(country, cast, at) -> None:
    version, by = drafted(country.union, cast.officer, at, ()), {"at": at, "by": cast.officer}
    senseless = (
        writing.Asked("Nə?", "one", ("Bir",)), writing.Asked("Neçə?", "number", ("3", "1")), writing.Asked("Neçə?", "number", ("1", "1,5")),
        writing.Asked("Nə qədər?", "scale", ("az",)), writing.Asked("Hə?", "yesno", ("hə",)), writing.Asked("?", "text"),
        writing.Asked("Nə?!", "one", ("Bir", "İki"), texts={"ru": {"text": "Что?", "choices": ["Один"]}}),
        writing.Asked("Nə?!", "one", ("Bir", "İki"), texts={"ru": {"text": "", "choices": ["Один", "Два"]}}),
    )  # fmt: skip
    for asked in senseless:
        with pytest.raises(Refused):
            writing.ask(version=version, asked=asked, **by)
    with pytest.raises(Refused):
        stages.submit(version=version, **by)
    with pytest.raises(Refused):  # an introduction that nobody would read
        writing.change_words(version=version, title="Anket", intro="", texts={"ru": {"intro": "Зачем"}}, **by)
    for _n in range(15):
        writing.ask(version=version, asked=writing.Asked("Su gəlirmi?", "yesno"), **by)
    with pytest.raises(Refused):
        writing.ask(version=version, asked=writing.Asked("On altıncı?", "yesno"), **by)


def test_the_three_studies_are_whole_in_three_languages_and_come_by_one_press(
    country, cast, client_as, at
) -> None:
    client = client_as("researcher")
    for key in ("participation", "women", "youth"):
        assert client.post(f"/is/anket/hazir/{key}/").status_code == 302
        client.post(f"/is/anket/hazir/{key}/")  # once
    assert Form.objects.count() == 3
    for version in Version.objects.prefetch_related("questions"):
        questions = version.questions.all()
        assert 8 <= len(questions) <= 15 and set(version.texts) == {"ru", "en"}
        for question in questions:
            assert (
                set(question.texts) == {"ru", "en"}
                and question.source
                and question.licence
                and question.wording
            )
    assert set(studies.titles("ru")) == {"participation", "women", "youth"}


def test_results_are_a_measure_of_people_by_answer_sex_band_and_region(version, country, cast, at) -> None:
    for given in (
        Given({1: ("yes",), 2: ("1", "3")}, sex="female", region=country.region), Given({1: ("refused",), 2: ("refused",)}),
        Given({1: ("no",)}, band="60+"),
    ):  # fmt: skip
        answering.answer(form=version.form, given=given, at=at)
    measure, today = measure_of(version), legal_day(at)
    names = [dimension.name for dimension in measure.dimensions]
    assert (
        names == ["sex", "band", "region", "q1", "q2_1", "q2_2", "q2_3", "q3", "q4"]
        and measure.kind == "people"
    )
    rows = dict(measure.rows(today, today))
    assert (
        rows["female", "unknown", country.region.code, "yes", "yes", "no", "yes", "unknown", "unknown"] == 1
    )
    assert (
        rows[
            "unknown", "unknown", "unknown", "refused", "refused", "refused", "refused", "unknown", "unknown"
        ]
        == 1
    )
    assert sum(rows.values()) == 3 and not list(
        measure.rows(today + timedelta(days=1), today + timedelta(days=1))
    )
    with translation.override("ru"):
        assert str(measure.dimensions[4].title) == "2. Что мешает? – Время"
    for dimension, values in zip(measure.dimensions, zip(*rows, strict=True), strict=True):
        assert set(values) <= set(dimension.categories())
    asked = [{"categories": dict.fromkeys(dimension.categories())} for dimension in measure.dimensions]
    read = Body.read(json.dumps({"dimensions": asked}, sort_keys=True).encode())
    assert read.keys(3) == ["yes", "no", "refused", "unknown"], "as it was asked, not by the alphabet"


# --- more than one version -------------------------------------------------------------------------
@pytest.fixture
def second(version, cast, at):
    """Another version is opened in which the first question is another one and the old first stands last."""
    by = {"at": at, "by": cast.officer}
    made = writing.next_version(form=version.form, **by)
    writing.drop_question(version=made, order=1, **by)
    writing.ask(version=made, asked=writing.Asked("Su gəlirmi?", "yesno"), **by)
    return opened(made, cast.officer, cast.moderator, at)


def test_answers_to_an_earlier_version_are_shown_once_more_beside_the_questions_they_belong_to(
    version, second
) -> None:
    client, address = Client(), f"/anket/{version.form.code}/"
    typed = {"version": "1", "q1": "no", "q2": ["1", "3"], "q5": "Körpü", "sex": "female", "once": "a"}
    again = client.post(address, typed)
    page = again.content.decode()
    assert again.status_code == 422 and "suallar dəyişib" in page and Response.objects.count() == 0
    assert re.search(r'name="q5" value="no"[^>]* checked', page), "the same question, now the fifth"
    assert "Körpü" in page and 'name="version" value="2"' in page
    sent = {"version": "2", "q1": ["1", "3"], "q4": "Körpü", "q5": "no", "once": "b"}
    assert client.post(address, sent).status_code == 302
    assert Response.objects.get().version == second
    with pytest.raises(Refused):  # opened between the look at the form and the answer
        answering.answer(form=version.form, given=Given({1: ("yes",)}), at=timezone.now(), read=version)


def test_sheets_of_a_closed_version_are_typed_in_while_the_next_is_open(
    version, second, client_as, cast, at
) -> None:
    client, base = client_as("officer"), f"/is/anket/{version.form.code}/kagizlar/"
    for number, name in (("1", "Köhnə"), ("2", "Təzə")):
        made = client.post(base, {"version": number, "name": name, "total": "1", "once": name})
        assert made["Location"] == f"{base}{number}/"
    assert "Su gəlirmi?" in client.get(f"{base}1/").content.decode().split('name="q1"')[0]
    empty = client.post(f"{base}1/", {"sheet": "7", "q4": "2"})
    assert empty.status_code == 302, "on paper nobody is told that an answer is asked for"
    assert [row.version.number for row in Sheet.objects.all()] == [1]
    through = client.post(f"{base}1/", {"sheet": "8", "q4": "2", "q5": "Körpü"})
    assert through.status_code == 422 and "Körpü" in through.content.decode(), (
        "the last sheet was typed by another"
    )
    late = at + timedelta(days=61)
    assert [row.number for row in answering.typed_still(version.form, legal_day(late))] == [2]


def test_a_question_is_taken_out_only_when_it_is_the_one_that_was_seen(country, cast, client_as, at) -> None:
    version, client = drafted(country.union, cast.officer, at), client_as("officer")
    first, last = version.questions.first(), version.questions.last()
    take = f"/is/anket/{version.form.code}/sual/1/sil/"
    asked = client.post(take, {"row": first.pk, "once": "a"})
    assert first.text in asked.content.decode() and version.questions.count() == 5
    client.post(take, {"row": last.pk, "sure": "on", "once": "b"})
    client.post(f"/is/anket/{version.form.code}/sual/1/asagi/", {"row": last.pk, "once": "c"})
    assert version.questions.count() == 5 and version.questions.first() == first
    client.post(take, {"row": first.pk, "sure": "on", "once": "d"})
    assert version.questions.count() == 4 and not version.questions.filter(pk=first.pk)


def test_a_flood_of_answers_is_asked_to_wait_and_keeps_what_was_typed(version, monkeypatch) -> None:
    monkeypatch.setattr("icma.asks.views.answering.BURST", 1)
    client, address = Client(REMOTE_ADDR="198.51.100.7"), f"/anket/{version.form.code}/"
    assert client.post(address, {"q1": "yes", "once": "a"}).status_code == 302
    second = client.post(address, {"q1": "yes", "q5": "Körpü", "once": "b"})
    assert second.status_code == 422 and "Körpü" in second.content.decode() and Response.objects.count() == 1


def test_a_mentor_finds_the_way_back_from_what_is_looked_at(country, cast, client_as, at) -> None:
    version = drafted(country.community, cast.coordinator, at)
    type(country.community).objects.filter(pk=country.community.pk).update(mentor=cast.lawyer)
    client, page = client_as("lawyer"), f"/is/anket/{version.form.code}/"
    assert f'href="{page}"' in client.get(f"{page}baxis/").content.decode()
    assert 'href="/is/anket/"' in client.get(page).content.decode()
    listed = client.get("/is/anket/").content.decode()
    assert "Su barədə anket" in listed and "/is/anket/yeni/" not in listed
