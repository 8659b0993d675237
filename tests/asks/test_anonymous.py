"""No path leads from an answer back to whoever gave it."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from icma.asks import models as asks
from icma.asks.actions import answering, nightly, reading, stages
from icma.asks.actions.answering import Given
from icma.core.action import Refused
from icma.core.day import legal_day, moment
from icma.core.models import Code, Once
from icma.matters.models import Act
from icma.people.models import User
from tests.asks.kit import drafted, opened

pytestmark = pytest.mark.django_db
SRC = Path(asks.__file__).parent
ANONYMOUS = (asks.Response, asks.Answer, asks.TextAnswer)


@pytest.fixture
def version(country, cast, at, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at)
    return opened(drafted(country.union, cast.officer, at), cast.officer, cast.moderator, at)


def test_an_answer_has_no_column_for_a_person_an_address_or_an_hour() -> None:
    reached = {asks.Version, asks.Question, asks.Response}
    for model in ANONYMOUS:
        for field in model._meta.get_fields():
            assert not isinstance(
                field, models.DateTimeField | models.TimeField | models.GenericIPAddressField
            )
            if field.is_relation and field.many_to_one:
                assert field.related_model in reached or field.name == "region", (
                    f"{model.__name__}.{field.name}"
                )
    # Own words do not even know their sheet or their day.
    own = {field.name for field in asks.TextAnswer._meta.get_fields()}
    assert own == {"id", "question", "text", "is_refused", "language"}
    # And nothing else that is kept points at an answer.
    for model in (asks.Response, asks.TextAnswer):
        assert {relation.related_model for relation in model._meta.related_objects} <= {asks.Answer}


def test_no_code_brings_the_request_or_its_hour_to_an_answer() -> None:
    """The one view that takes answers reads who, address, session and browser nowhere; the action gets a day."""
    view = (SRC / "views" / "answering.py").read_text("utf-8")
    read = {node.attr for node in ast.walk(ast.parse(view)) if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name) and node.value.id == "request"}  # fmt: skip
    assert read == {"POST", "method", "csp_nonce", "keep_nothing"}
    laid = (SRC / "actions" / "answering.py").read_text("utf-8")
    assert not {"HttpRequest", "request", "session", "META"} & {
        node.id for node in ast.walk(ast.parse(laid)) if isinstance(node, ast.Name)
    }


def test_what_is_sent_leaves_a_day_and_nothing_of_the_account(version, client_as, at) -> None:
    client = client_as("resident")
    before = client.session.items()
    address = f"/anket/{version.form.code}/"
    sent = {
        "q1": "no",
        "q2": ["1", "2"],
        "q3": "2",
        "q5": "Kanaryazi",
        "sex": "female",
        "band": "18-29",
        "once": "tap",
    }
    for _tap in range(3):
        assert client.post(address, sent)["Location"] == f"{address}sagol/"
    response = asks.Response.objects.get()
    assert (response.on, response.sex, response.band, response.channel) == (
        legal_day(at),
        "female",
        "18-29",
        "web",
    )
    assert sorted(response.answers.values_list("question__order", "value")) == [
        (1, "no"),
        (2, "1"),
        (2, "2"),
        (3, "2"),
    ]
    assert list(client.session.items()) == list(before)
    kept = Once.objects.get()
    assert (kept.result, kept.at.astimezone(at.tzinfo).strftime("%H:%M:%S")) == ({}, "00:00:00")
    assert asks.TextAnswer.objects.get().text == "Kanaryazi"
    assert Client().get(address).content.count(b"Kanaryazi") == 0


def test_a_paper_code_is_spent_with_its_day_and_stands_with_no_answer(country, cast, at) -> None:
    version = opened(
        drafted(country.union, cast.officer, at), cast.officer, cast.moderator, at, wants_code=True
    )
    first, second = answering.issue_codes(form=version.form, n=2, at=at, by=cast.officer)
    given = Given({1: ("yes",)})
    answering.answer(form=version.form, given=given, code=first, at=at)
    for wrong in (first, "", "AAAA-BBBB"):
        with pytest.raises(Refused):
            answering.answer(form=version.form, given=given, code=wrong, at=at)
    used = Code.objects.exclude(used_at=None).get()
    assert used.subject == f"form:{version.form.code}"
    assert legal_day(used.used_at) == version.form.closes_on, "the same for all: not even the day is kept"
    assert asks.Response.objects.count() == 1 and second


def test_numbers_are_random_and_laid_down_anew_when_the_day_is_over(version, country, at) -> None:
    form, order = version.form, []
    for n in range(12):
        answering.answer(
            form=form,
            given=Given({1: ("yes",), 4: ("refused",)}, {5: f"söz {n}"}, region=country.region),
            at=at,
        )
        order.append(asks.Response.objects.exclude(pk__in=order).get().pk)
    said = set(asks.TextAnswer.objects.values_list("pk", flat=True))
    assert order != sorted(order) and order != sorted(order, reverse=True)
    assert nightly.lay_down(at) == 0 and Act.objects.filter(verb="answer").count() == 0  # the day still runs
    midnight = moment(legal_day(at) + timedelta(days=1), 0)
    assert nightly.lay_down(midnight + timedelta(minutes=59)) == 0, "one of yesterday may still be on its way"
    tomorrow = at + timedelta(days=1)
    assert nightly.lay_down(tomorrow) == 12 and nightly.lay_down(tomorrow) == 0
    act = Act.objects.get(verb="answer")
    assert (act.n, act.on, act.place, act.person_key, act.channel) == (
        12,
        legal_day(at),
        country.region,
        "",
        "web",
    )
    now = set(asks.Response.objects.values_list("pk", flat=True))
    assert len(now) == 12 and not now & set(order) and asks.Answer.objects.count() == 24
    texts = asks.TextAnswer.objects.all()
    assert len(texts) == 12 and not said & {row.pk for row in texts}
    if connection.vendor == "sqlite":  # the number is the row's place in the file
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM asks_response WHERE rowid = id")
            assert cursor.fetchone()[0] == 12


def test_own_words_are_opened_by_a_researcher_alone_and_every_reading_stays(
    version, cast, client_as, at
) -> None:
    answering.answer(form=version.form, given=Given({1: ("yes",)}, {5: "Kanaryazi"}), at=at)
    answering.answer(form=version.form, given=Given({1: ("no",)}, {5: None}), at=at)
    address = f"/is/anket/{version.form.code}/metnler/"
    early = client_as("researcher").post(address, {"why": "Hesabat üçün"})
    assert early.status_code == 422 and b"Kanaryazi" not in early.content, "the newest text has an author"
    stages.close_form(version=version, at=at, by=cast.officer)
    for role in ("resident", "coordinator", "moderator", "officer", "lawyer"):
        assert client_as(role).get(address).status_code == 404
    client = client_as("researcher")
    assert b"Kanaryazi" not in client.get(address).content
    assert client.post(address, {"why": "x"}).status_code == 422 and asks.Reading.objects.count() == 0
    assert "Kanaryazi" in client.post(address, {"why": "Hesabat üçün"}).content.decode()
    row = asks.Reading.objects.get()
    assert (row.by, row.n, row.why) == (cast.researcher, 1, "Hesabat üçün")
    [(question, texts, refused)] = reading.read_texts(
        form=version.form, why="yenidən", by=User.objects.first(), at=at
    )
    assert (question.order, [t.text for t in texts], refused) == (5, ["Kanaryazi"], 1)
