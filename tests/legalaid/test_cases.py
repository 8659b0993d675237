"""A case from take-up to closing, through its pages; and what must be refused on the way."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from icma.core.words import date_words
from icma.law.problems import find
from icma.legalaid.actions import consent
from icma.legalaid.actions.cases import taking
from icma.legalaid.actions.facts import opened_facts
from icma.legalaid.cards import forget
from icma.legalaid.figures import body_of
from icma.legalaid.models import Case, Grant, Read, Sealed
from icma.legalaid.procedure import FOLLOWED
from icma.legalaid.sealing import all_opened, opened, set_card
from icma.people.models import Place
from tests.legalaid import rings

pytestmark = pytest.mark.django_db

CARD = {"title": "Nümunə sökülmə qərarı", "client": "Nümunə Sakin", "client_kind": "person", "contact": "Yalnız çərşənbə, 10:00",
        "next": "Şikayət yazmaq", "next_on": "2026-03-20", "problem": "AZ-07-01", "against": "municipality", "relief": "annul"}  # fmt: skip


@pytest.fixture
def clock(monkeypatch, at):
    class Clock:
        now = at

    monkeypatch.setattr(timezone, "now", lambda: Clock.now)
    forget()
    return Clock


@pytest.fixture
def opened_as(client_as, cast):
    """`opened_as("lawyer")` → (client, ring): signed in, second factor, vault unlocked."""

    def make(key: str) -> tuple[Client, object]:
        client, ring = client_as(key), rings.ring_for(getattr(cast, key))
        rings.unlock(client, ring, ring.at)
        return client, ring

    return make


def taken(ring, at, **more) -> Case:
    case, _key = rings.an_intake()
    taking.take_up(ring=ring, case=case, card=CARD | more, verdict="clear", at=at)
    return case


def said(client: Client, name: str, *words, data=None) -> str:
    """Post and follow; the page."""
    answer = client.post(reverse(name, args=words), data or {}, follow=True)
    assert answer.status_code in (200, 422), answer.status_code
    return answer.content.decode()


def test_a_case_from_taking_up_to_closing_through_its_pages(opened_as, clock, at) -> None:
    client, ring = opened_as("lawyer")
    rings.groups(ring)
    case, _key = rings.an_intake()
    page = said(
        client, "case_take", case.code, data=CARD | {"verdict": "clear", "sex": "female", "band": "30-44"}
    )
    assert f"<strong>{CARD['next']}</strong>, {date_words(date(2026, 3, 20))}" in page
    assert "Nümunə sökülmə qərarı" in page and "Yalnız çərşənbə" in page
    assert "Bələdiyyə" in page and "Qərarın ləğvi" in page and find("AZ-07-01").title in page
    case.refresh_from_db()
    c = case.code
    assert not Grant.objects.filter(case=case, holder__group="intake").exists()
    assert "gizli qeyd" in said(client, "case_add", c, "qeyd", data={"text": "gizli qeyd"})
    said(client, "case_add", c, "mesaj", data={"text": "Salam, sənədləri gətirin"})
    said(client, "case_add", c, "teref", data={"name": "Nümunə İdarə", "role": "opponent"})
    page = said(client, "case_add", c, "instansiya", data={
        "level": "court", "branch": "administrative", "body": "Nümunə İnzibati Məhkəmə", "served": "2026-03-10"})  # fmt: skip
    row = Sealed.objects.get(case=case, edition__isnull=False)
    term = opened(ring, row)
    safe, due = (date_words(date.fromisoformat(term[name])) for name in ("safe", "due"))
    assert due == date_words(date(2026, 4, 9)) and due in page and safe in page and safe != due
    assert escape(term["sure"]) in page and escape(term["why"][0]) in page
    assert "Nümunə Sakin" in client.get(reverse("cases")).content.decode()
    assert c in said(client, "cases", data={"words": "sokulme"})
    assert c in said(client, "cases", data={"words": "gizli", "notes": "1"})
    assert "dərhal" in said(client, "case_add", c, "instansiya", data={
        "level": "court", "branch": "offence", "body": "Nümunə Rayon Məhkəməsi"}).lower()  # fmt: skip
    said(client, "case_add", c, "xidmet", data={"service": "representation", "minutes": "60"})
    said(client, "case_close_light", c, "advice")
    said(client, "case_close", c, data={"result": "won", "benefit": "right", "enforcement": "done"})
    assert Case.objects.get(code=c).open  # a term still runs
    said(client, "case_term", c, row.code, data={"proof": "qeydiyyat 12/3"})
    said(client, "case_close", c, data={})
    assert Case.objects.get(code=c).open  # represented: not without outcome
    said(client, "case_close", c, data={"result": "won", "benefit": "right", "enforcement": "done"})
    case.refresh_from_db()
    later = case.rows.get(due_on=date(2026, 3, 13) + timedelta(days=91))
    assert not case.open and not later.done
    heard = {"body": "Məhkəmə", "on": "2026-03-20", "time": "10:00", "who": ring.user.pk}
    assert "Bu iş bağlıdır" in said(client, "case_add", c, "iclas", data=heard)
    assert reverse("case_follow", args=[c, later.code]) not in said(client, "case", c)  # three months later
    here = reverse("case", args=[c])
    assert here not in client.get(reverse("case_board")).content.decode()
    case.rows.filter(pk=later.pk).update(due_on=date(2026, 3, 27))  # its time has come
    board = client.get(reverse("case_board")).content.decode()
    assert here in board and reverse("case_follow", args=[c, later.code]) in board
    assert "Ev geri verildi" in said(
        client, "case_follow", c, later.code, data={"said": "Ev geri verildi", "enforcement": "done"}
    )
    later.refresh_from_db()
    assert later.done
    again = {"result": "partly", "benefit": "right", "enforcement": "done"}
    for _n in range(2):  # what was to be asked after the first of them is asked after the second alone
        said(client, "case_reopen", c, data={})
        said(client, "case_close", c, data=again)
    assert case.rows.filter(due_on__isnull=False, done=False).count() == 1
    assert "işin hüquqşünası" in client.get(reverse("case_holders", args=[c])).content.decode()
    assert {"case", "list", "search"} <= set(Read.objects.values_list("verb", flat=True))


def test_a_service_is_counted_by_the_problem_and_the_region_that_the_card_names(
    opened_as, clock, at, country
) -> None:
    client, ring = opened_as("lawyer")
    rings.groups(ring)
    case, region = taken(ring, at), Place.objects.filter(kind="region").first()
    consent.give(ring=ring, case=case, purpose="statistics", how="spoken", language="az", at=at)
    given = CARD | {"sex": "female", "band": "30-44", "region": region.code, "once": "k"}
    assert client.post(reverse("case_card", args=[case.code]), given).status_code == 302
    said(client, "case_add", case.code, "xidmet", data={"service": "advice", "minutes": "20"})
    fact = next(opened_facts(ring, "2026Q1", "2026Q1"))
    assert (fact.problem, fact.region, fact.sex) == ("AZ-07-01", region.code, "female")
    said(client, "case_add", case.code, "xidmet", data={"service": "representation", "minutes": "60"})
    said(client, "case_close", case.code, data={"result": "won", "benefit": "right", "enforcement": "done"})
    (ending,) = [fact for fact in opened_facts(ring, "2026Q1", "2026Q1") if fact.ended]
    assert (ending.service, ending.outcome, ending.problem) == ("representation", "won", "AZ-07-01")
    assert not ending.first
    later = case.rows.get(due_on=date(2026, 3, 13) + timedelta(days=91))
    said(client, "case_follow", case.code, later.code, data={"enforcement": "partly"})
    case.rows.filter(pk=later.pk).update(due_on=date(2026, 3, 27))  # its time has come
    said(client, "case_follow", case.code, later.code, data={"said": "Ev geri verildi"})
    assert not case.rows.get(
        pk=later.pk
    ).done  # whether it was carried out is chosen from a list, and counted
    page = said(client, "case_follow", case.code, later.code, data={"enforcement": "partly"})
    assert str(FOLLOWED["partly"]) in page
    found = list(opened_facts(ring, "2026Q1", "2026Q1"))
    (after,) = [fact for fact in found if fact.enforced]
    assert (after.enforced, after.problem, after.service, after.first) == ("partly", "AZ-07-01", "", False)
    body = body_of([after] * 7 + found)
    tables = {tuple(columns): {(*c,): n for c, n in cells} for columns, cells in body["followed"]}
    assert tables[("enforced",)] == {("partly",): 8}
    served = {tuple(columns): cells for columns, cells in body["tables"]}
    assert sum(n or 0 for _c, n in served[("service",)]) <= 2  # what became of a case is no service


def test_what_a_lawyer_did_not_choose_is_counted_as_not_given(opened_as, clock, at) -> None:
    """The lists of sex and age began with "female" and "14-17": who pressed on counted a girl."""
    client, ring = opened_as("lawyer")
    rings.groups(ring)
    case, _key = rings.an_intake()
    form = client.get(reverse("case_take", args=[case.code])).content.decode()
    for name in ("sex", "band"):
        box = form[form.index(f'name="{name}"') :].split("</select>")[0]
        assert re.findall(r'value="(\w+)" selected', box) == ["unknown"], name


def test_a_community_is_served_hears_from_us_under_the_code_and_is_closed_with_one_tap(
    opened_as, clock, at
) -> None:
    client, ring = opened_as("lawyer")
    rings.groups(ring)
    case = taken(ring, at, client="Nümunə icması", client_kind="community", next="", next_on="")
    c, reader = case.code, Client()
    assert c in client.get(reverse("case_board")).content.decode()  # without a next step
    stands = {"name": "Nümunə Sədr", "role": "representative"}
    assert "vəkil" in said(client, "case_add", c, "teref", data=stands | {"acts_as": "relative"})
    assert not case.rows.filter(compartment="file").exclude(pk=case.rows.last().pk).exists()
    assert "Nümunə Sədr" in said(client, "case_add", c, "teref", data=stands | {"acts_as": "staff"})
    group = {"name": "Nümunə Gülçöhrə\r\n\r\n Nümunə  İlqar\r\n", "role": "member"}
    said(client, "case_add", c, "teref", data=group)
    assert {v["name"] for _row, v in all_opened(ring, case, "file", "party") if v["role"] == "member"} == {
        "Nümunə Gülçöhrə", "Nümunə İlqar"}  # fmt: skip
    assert "160" in said(client, "case_add", c, "teref", data=group | {"name": "a" * 161})
    card = CARD | {"client_kind": "community", "sex": "unknown", "band": "unknown"}
    for typed in ("https://icma.example/ru/m/ecyta52x/?a=1", "ECYT-A52X"):
        assert 'href="/m/ECYTA52X/"' in said(client, "case_card", c, data=card | {"matter": typed})
    assert "/m/" not in said(client, "case_card", c, data=card | {"matter": "Su"}).split("Aid olduğu")[1][:80]
    said(client, "case_add", c, "mesaj", data={"text": "Sənədləri gətirin"})
    rings.come_back(reader, rings.client(case, ring)[1], at)
    assert "Sənədləri gətirin" in reader.get("/komek/davam/").content.decode()
    said(client, "case_close_light", c, "advice")
    case.refresh_from_db()
    assert not case.open and case.closed_on == rings.ON
    assert c not in client.get(reverse("case_board")).content.decode()


def test_hearings_days_and_numbers_are_written_down_when_they_become_known(opened_as, clock, at) -> None:
    client, ring = opened_as("lawyer")
    rings.groups(ring)
    case = taken(ring, at)
    c, of = case.code, lambda kind: [row for row, _v in all_opened(ring, case, "file", kind)]
    said(
        client,
        "case_add",
        c,
        "iclas",
        data={"body": "Nümunə Məhkəmə", "on": "2026-03-10", "time": "10:00", "who": ring.user.pk},
    )
    (heard,) = of("hearing")
    late = "Gün keçib"
    assert late in client.get(reverse("case_board")).content.decode()
    said(client, "case_heard", c, heard.code, data={"do": "moved", "on": "2026-03-18", "time": "15:30"})
    assert Sealed.objects.get(pk=heard.pk).due_on == date(2026, 3, 18)
    assert "15:30" in client.get(reverse("case", args=[c])).content.decode()
    assert "Şahid dinlənildi" in said(
        client, "case_heard", c, heard.code, data={"do": "held", "said": "Şahid dinlənildi"}
    )
    board = client.get(reverse("case_board")).content.decode()
    assert Sealed.objects.get(pk=heard.pk).done and late not in board
    day = {"title": "Əlavə sənəd", "on": "2026-03-19", "place": "Otaq 7", "who": ring.user.pk}
    page = said(client, "case_add", c, "muddet", data=day)
    assert "Otaq 7" in page and ring.user.pseudonym in page
    for name in ("case_term", "case_term_change"):  # a hearing is no term
        assert (
            client.post(
                reverse(name, args=[c, heard.code]), {"do": "drop", "why": "x", "proof": "x"}
            ).status_code
            == 404
        )
    said(client, "case_add", c, "instansiya", data={
        "level": "superior", "branch": "administrative", "body": "Nümunə Nazirlik", "served": "2026-03-10"})  # fmt: skip
    (step,), term = of("proceeding"), Sealed.objects.get(case=case, edition__isnull=False)
    page = said(client, "case_proceeding", c, step.code, data={"number": "118/26", "result": ""})
    assert "118/26" in page
    said(client, "case_term", c, term.code, data={"proof": "poçt qəbzi", "filed": "2026-03-12"})
    (own,) = Sealed.objects.filter(case=case, edition__isnull=False, done=False)
    assert opened(ring, step_of(case, step))["filed"] == "2026-03-12"
    assert opened(ring, own)["rule"] == "adm.complaint.decision"


def step_of(case: Case, row: Sealed) -> Sealed:
    return Sealed.objects.select_related("case").get(pk=row.pk)


def test_closing_with_a_tap_counts_no_advice_of_today_twice_and_after_representation_nothing_is_optional(
    opened_as, clock, country
) -> None:
    client, ring = opened_as("lawyer")
    case = rings.a_case(ring)
    set_card(ring=ring, case=case, value={"kind": "card", "title": "Su", "client": "Aygün"})
    c, optional = case.code, "(istəyə bağlı)"
    assert client.get(reverse("case_close", args=[c])).content.decode().count(optional) == 4
    said(client, "case_add", c, "xidmet", data={"service": "advice", "minutes": "40"})
    said(client, "case_close_light", c, "advice", data={})
    services = lambda: [value["minutes"] for _row, value in all_opened(ring, case, "file", "service")]  # noqa: E731
    assert services() == [40] and not Case.objects.get(pk=case.pk).open
    said(client, "case_reopen", c, data={})
    now = Case.objects.get(pk=case.pk)
    taking.close_lightly(ring=ring, case=now, service="advice", at=clock.now + timedelta(days=1))
    assert services() == [40, 15]
    said(client, "case_reopen", c, data={})
    said(client, "case_add", c, "xidmet", data={"service": "representation", "minutes": "60"})
    assert client.get(reverse("case_close", args=[c])).content.decode().count(optional) == 1
