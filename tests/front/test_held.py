"""Haqqımda nə saxlanır: what is held, who looked, and the request on its clock, for account and return code."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from icma.core.day import legal_day
from icma.core.words import date_words
from icma.front.notices import deliver, queue_urgent
from icma.law.actions import ask_for_data
from icma.law.models import DataClock, DataRequest
from icma.matters.actions.raising import change_code
from icma.matters.forms.doing import ContactForm
from icma.matters.models import Matter, Part
from icma.people.actions.contacts import keep_contact
from icma.people.held import PURPOSES, REASONS
from icma.people.models import Contact, Mail, Opening, person_key
from tests.front.noticing import public_matter

pytestmark = pytest.mark.django_db
ANSWER = "Hər şey səhifənizdədir."


def ask(client: Client, **more):
    return client.post(reverse("held_ask"), {"kind": "access", "text": "", "once": "a1"} | more)


def page(client: Client, name: str, *args: str) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def test_a_resident_asks_sees_the_due_date_and_the_answer(client_as, cast) -> None:
    resident, officer = client_as("resident"), client_as("officer")
    for _tap in range(3):
        assert ask(resident).status_code == 302
    asked = DataRequest.objects.get()
    due = date_words(asked.term.due_on)
    for shown in (
        page(resident, "held"),
        page(resident, "data_own", asked.code),
        page(officer, "data_requests"),
    ):
        assert due in shown and ", 7.5" in shown and "yoxlanılmayıb" in shown, (
            "a date has its source and certainty"
        )
    mine = page(officer, "mine")
    assert reverse("data_request", args=[asked.code]) in mine and "yoxlanılmayıb" in mine
    answer = {"verdict": "answer", "text": ANSWER, "once": "d1"}
    assert officer.post(reverse("data_request", args=[asked.code]), answer).status_code == 302
    assert ANSWER in page(resident, "data_own", asked.code)
    assert reverse("data_request", args=[asked.code]) not in page(officer, "mine")


def test_a_refusal_shows_its_reasons_and_the_way_on(client_as, cast) -> None:
    resident, officer = client_as("resident"), client_as("officer")
    ask(resident, kind="correct", text="Adım")
    url = reverse("data_request", args=[DataRequest.objects.get().code])
    assert officer.post(url, {"verdict": "refuse", "text": "Yox", "once": "1"}).status_code == 422
    reasons = "Maddə 7: bu qeyd qanunla dəyişdirilmir."
    assert officer.post(url, {"verdict": "refuse", "text": reasons, "once": "2"}).status_code == 302
    text = page(resident, "data_own", DataRequest.objects.get().code)
    assert reasons in text and reverse("help") in text


def test_nobody_else_opens_a_request(client_as, cast, client) -> None:
    ask(client_as("resident"))
    code = DataRequest.objects.get().code
    for name in ("data_own", "data_request"):
        url = reverse(name, args=[code])
        assert client.get(url).status_code == 302
        for role in ("coordinator", "moderator", "official"):
            assert client_as(role).get(url).status_code == 404, (name, role)
    assert client_as("officer", strong=False).get(reverse("data_request", args=[code])).status_code == 302
    assert client_as("coordinator").get(reverse("data_requests")).status_code == 404


def test_to_print_what_is_held_is_to_have_looked(client_as, cast) -> None:
    ask(client_as("resident"))
    officer, url = client_as("officer"), reverse("data_sheet", args=[DataRequest.objects.get().code])
    page(officer, "data_request", DataRequest.objects.get().code)
    assert officer.get(url).status_code == 405 and not Opening.objects.exists()
    assert cast.resident.email in officer.post(url).content.decode()
    assert Opening.objects.get().person == cast.resident.person
    assert cast.resident.email not in page(officer, "data_request", DataRequest.objects.get().code)


@pytest.fixture
def by_code(country):
    """(matter, client) of an author without account who left a telephone number."""
    at = timezone.now()
    matter, person = public_matter(country, at), person_key()
    keep_contact(
        person=person, purpose="call", scope=f"matter:{matter.code}", values={"phone": "+9945"}, at=at
    )
    Part.objects.create(matter=matter, person=person, role="author", since=at)
    client = Client()
    client.post(reverse("own_code"), {"code": change_code(matter=matter, at=at)})
    return matter, client


def test_a_return_code_opens_the_same_and_erasure_keeps_counts(by_code, client_as, cast) -> None:
    matter, client = by_code
    Matter.objects.filter(pk=matter.pk).update(support_count=7)
    assert reverse("own_held_ask", args=[matter.code]) in page(client, "own_held", matter.code)
    form = {"kind": "erase", "text": "", "once": "e1"}
    assert client.post(reverse("own_held_ask", args=[matter.code]), form).status_code == 302
    asked = DataRequest.objects.get()
    assert asked.via == f"matter:{matter.code}"
    url = reverse("data_request", args=[asked.code])
    answer = {"verdict": "answer", "text": "Hamısı silindi.", "passed_on": "on", "once": "2"}
    assert client_as("officer").post(url, answer).status_code == 302
    assert not Contact.objects.exists() and not Part.objects.filter(role="author").exists()
    assert Matter.objects.get(pk=matter.pk).support_count == 7
    assert "Hamısı silindi." in page(client, "data_own", asked.code)
    assert DataClock.objects.get(rule="pd.recipients").state == "running"
    assert (
        client_as("officer").post(reverse("data_told", args=[asked.code]), {"once": "3"}).status_code == 302
    )
    assert DataClock.objects.get(rule="pd.recipients").state == "answered"


def test_a_return_code_does_not_open_what_an_account_does_elsewhere(by_code, cast) -> None:
    matter, client = by_code
    Part.objects.filter(role="author").update(person=cast.resident.person, user=cast.resident)
    opened = client.get(reverse("own_held", args=[matter.code]))
    assert opened.status_code == 302 and opened.url == reverse("held")
    assert client.get(opened.url).status_code == 302  # asks to sign in
    assert client.get(reverse("own_held_ask", args=[matter.code])).status_code == 404


def test_without_the_code_nothing_of_it_opens(by_code) -> None:
    matter, _client = by_code
    for name in ("own_held", "own_held_ask"):
        assert Client().get(reverse(name, args=[matter.code])).status_code == 302


@pytest.mark.parametrize("known", ["account", "matter", "nobody"])
def test_a_request_on_paper_is_entered_with_its_own_day(known, by_code, client_as, cast) -> None:
    matter, _client = by_code
    who = {"account": cast.resident.email, "matter": matter.code.lower(), "nobody": "nobody@numune.invalid"}[
        known
    ]
    on = legal_day(timezone.now()) - timedelta(days=1)
    form = {"who": who, "on": on.isoformat(), "kind": "access", "text": "", "once": "p1"}
    done = client_as("officer").post(reverse("data_new"), form)
    assert done.status_code == (422 if known == "nobody" else 302)
    assert DataRequest.objects.filter(channel="paper").count() == (0 if known == "nobody" else 1)
    if known != "nobody":
        assert legal_day(DataRequest.objects.get().term.started_at) == on


def test_officers_and_the_one_who_asked_hear_of_it_once_and_without_contents(cast, at, mailoutbox) -> None:
    asked = ask_for_data(
        person=cast.resident.person, kind="correct", text="Gizli söz", at=at, by=cast.resident
    )
    for _round in range(2):
        queue_urgent(at)
        deliver(at)
    to = sorted(mail.to[0] for mail in mailoutbox)
    assert to == sorted({cast.officer.email, cast.officer2.email})
    from icma.law.actions import answer_data

    answer_data(request=asked, text="Gizli cavab", at=at, by=cast.officer)
    for _round in range(2):
        queue_urgent(at)
        deliver(at)
    last = mailoutbox[-1]
    assert last.to == [cast.resident.email] and reverse("data_own", args=[asked.code]) in last.body
    assert not any("Gizli" in mail.body for mail in mailoutbox)
    assert Mail.objects.filter(key=f"decided:{asked.code}").count() == 1


def test_the_page_costs_the_same_for_one_request_and_three(client_as, cast, at, connection_queries) -> None:
    client, counts = client_as("resident"), []
    for kinds in (["access"], ["correct", "erase"]):
        for kind in kinds:
            ask_for_data(person=cast.resident.person, kind=kind, text="söz", at=at, by=cast.resident)
        counts.append(connection_queries(lambda: client.get(reverse("held"))))
    assert counts[0] == counts[1]


SRC = Path(import_module("icma").__file__ or "").parent


def given(name: str, *callers: str) -> Iterator[str]:
    """Values of the argument `name` in every call of `callers`: constants, also by name; of a form its choices."""
    for path in SRC.rglob("*.py"):
        for node in ast.walk(tree := ast.parse(path.read_text("utf-8"))):
            called = (
                getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            )
            if called not in callers:
                continue
            for word in node.keywords:
                if word.arg == name:
                    yield from _values(path, tree, word.value)


def _values(path: Path, tree: ast.Module, value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Constant):
        yield str(value.value)
    elif isinstance(value, ast.IfExp):
        yield from (one.value for one in (value.body, value.orelse) if isinstance(one, ast.Constant))
    elif isinstance(value, ast.Name) and value.id.isupper():
        module = ".".join(("icma", *path.relative_to(SRC).with_suffix("").parts))
        yield getattr(import_module(module), value.id)
    elif ast.unparse(value) == "form.cleaned_data['reason']" and "ContactForm" in ast.unparse(tree):
        yield from (key for key, _label in ContactForm().fields["reason"].choices)
    else:
        raise AssertionError(f"{path}: nobody knows the words of {ast.unparse(value)}")


@pytest.mark.one_engine
def test_every_reason_and_purpose_that_the_code_gives_has_words_for_the_person_it_is_about() -> None:
    reasons, purposes = (
        set(given("reason", "open_contact", "look")), set(given("purpose", "keep_contact", "give_consent")),
    )  # fmt: skip
    assert {"call_back", "tell", "ask", "list", "request"} <= reasons and reasons == set(REASONS)
    assert {"call", "reach", "follow"} <= purposes and purposes <= set(PURPOSES)


def test_a_resident_reads_in_words_why_somebody_called(client_as, cast, at) -> None:
    Opening(person=cast.resident.person, by=cast.coordinator, role="coordinator", reason="call_back", at=at).save(
        force_insert=True
    )  # fmt: skip
    shown = page(client_as("resident"), "held")
    assert "Sizə zəng etmək üçün" in shown and "call_back" not in shown
