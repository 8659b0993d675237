"""Days that somebody mistyped: told in words, never an error of ours, and no case is lost by them."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from icma.core.action import Refused
from icma.law.book import newest
from icma.legalaid.actions.cases import reading, rows, taking, terms
from icma.legalaid.actions.cases.rows import add
from icma.legalaid.casepage import failed
from icma.legalaid.forms import cases as forms
from icma.legalaid.jobs import remind
from icma.legalaid.models import Sealed
from icma.legalaid.procedure import unruled
from icma.legalaid.sealing import all_opened, opened, set_card
from icma.people.actions.review import ask_review, decide_review
from icma.people.models import Mail, Review
from tests.legalaid import rings
from tests.legalaid.forms_kit import forms_of
from tests.legalaid.test_canaries import addresses, furnished

pytestmark = pytest.mark.django_db
WRONG = ("0001-01-01", "0026-03-10", "1026-03-10", "2126-03-10", "9999-12-31")


@pytest.fixture
def desk(client_as, cast, country, at, monkeypatch, settings, tmp_path):
    settings.HOME = tmp_path
    monkeypatch.setattr(timezone, "now", lambda: at)
    _user, ring = rings.lawyer("lawyer", at)
    rings.groups(ring)
    case, client = rings.a_case(ring, deputy=cast.officer), client_as("lawyer")
    set_card(ring=ring, case=case, value={"kind": "card", "title": "Nümunə", "client_kind": "person"})
    rings.unlock(client, ring, at)
    return client, ring, case


def move(desk, at, level="court", branch="administrative", **more) -> list[Sealed]:
    _client, ring, case = desk
    step = {"level": level, "branch": branch, "body": "Məhkəmə", "number": "", "served": None, "filed": None}
    made = terms.move_on(ring=ring, case=case, at=at, **step | more)
    for row in made:
        row.case = case
    return made


def of(desk, kind: str) -> list[Sealed]:
    _client, ring, case = desk
    return [row for row, _value in all_opened(ring, case, "file", kind)]


def reads(desk) -> str:
    client, _ring, case = desk
    page = client.get(reverse("case", args=[case.code]))
    assert page.status_code == 200
    return page.content.decode()


@pytest.mark.one_engine
def test_no_form_with_a_day_fails_and_no_mistyped_day_makes_a_case_unreadable(desk, at) -> None:
    client, ring, case = desk
    waiting, _key = rings.an_intake()
    people = SimpleNamespace(case=case, waiting=waiting, rows=furnished(ring, case, at))
    tried = set()
    for url in addresses(people):
        page = client.get(url)
        if page.status_code != 200 or "html" not in page.get("Content-Type", ""):
            continue
        for number, form in enumerate(forms_of(page.content.decode())):
            days = [one["name"] for one in form.fields if one["type"] == "date"]
            typed = {"event_on", "served_on", "happened_on"} & form.names()  # of the client, without a picker
            for wrong in WRONG if days or typed else ():
                data = (
                    form.filled("1", form.buttons()[0])
                    | dict.fromkeys([*days, *typed], wrong)
                    | {"once": f"{wrong}{number}"}
                )
                data |= {"file": SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n")} if "file" in data else {}
                to = form.action if form.action.startswith("/") else url
                answer = client.post(to, data)
                assert answer.status_code == 422, (url, wrong, answer.status_code)
                tried |= {*days, *typed}
                reads(desk)
    assert {"served", "filed", "event", "on", "next_on", "due", "date", "served_on"} <= tried


@pytest.mark.parametrize("form", [forms.ProofForm, forms.ProceedingForm, forms.MoveForm])
def test_nothing_was_filed_or_served_on_a_day_that_has_not_come(form, at, monkeypatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: at)
    names = [name for name in ("served", "filed") if name in form.base_fields]
    late = form(dict.fromkeys(names, str(rings.ON + timedelta(days=1))))
    today = form(dict.fromkeys(names, str(rings.ON)))
    assert set(names) <= set(late.errors) and not set(names) & set(today.errors)


def test_an_action_refuses_days_out_of_the_calendar_and_filing_ahead(desk, at) -> None:
    _client, ring, _case = desk
    for served in (date(26, 3, 10), date(2126, 3, 10)):
        with pytest.raises(Refused):
            move(desk, at, served=served)
    (term,) = move(desk, at, served=date(2026, 3, 10))
    for days in ({"event": date(26, 3, 10)}, {"event": date(2026, 4, 1)}):
        with pytest.raises(Refused):
            terms.ask_change(ring=ring, row=term, do="move", why="səhv", at=at, **days)
    with pytest.raises(Refused):
        terms.complete_term(ring=ring, row=term, proof="qəbz", filed=rings.ON + timedelta(days=1), at=at)
    assert not Review.objects.exists() and not Sealed.objects.get(pk=term.pk).done


def test_a_change_that_cannot_be_computed_is_skipped_and_the_page_says_so(desk, cast, at) -> None:
    """As it may stand in a file of before: two people have agreed to a day of the year 26."""
    _client, ring, case = desk
    (term,) = move(desk, at, served=date(2026, 3, 10))
    review = ask_review(kind=terms.KIND, subject=f"case:{case.code}", when="before", by=ring.user, at=at,
                        data={"case": case.code, "on": "2026-04-09"})  # fmt: skip
    add(ring=ring, case=case, kind="change", at=at, term=term.code, do="move", event="0026-03-12", why="səhv",
        review=review.pk, by=ring.user.pk, on="2026-03-13")  # fmt: skip
    decide_review(review=review, verdict="agreed", by=cast.officer, at=at)
    assert "Həyata keçirilmədi" in reads(desk)
    assert "Həyata keçirilmədi" in reads(desk)  # the second opening too
    term.refresh_from_db()
    found = reading.open_case(ring=ring, case=case, at=at)
    assert term.due_on == date(2026, 4, 9) and [one["event"] for one in failed(found)] == [date(26, 3, 12)]
    term.case = case
    assert terms.ask_change(ring=ring, row=term, do="move", event=date(2026, 3, 12), why="düzəliş", at=at)
    assert not failed(reading.open_case(ring=ring, case=case, at=at))


def test_a_day_of_service_that_becomes_known_begins_the_terms_and_another_waits_for_a_second_person(
    desk, cast, at
) -> None:
    client, ring, case = desk
    assert move(desk, at) == []
    (step,) = of(desk, "proceeding")
    url = reverse("case_proceeding", args=[case.code, step.code])
    assert client.post(url, {"served": "2026-03-10", "once": "a"}).status_code == 302
    (term,) = of(desk, "term")
    assert (
        term.due_on == date(2026, 4, 9) and opened(ring, of(desk, "proceeding")[0])["served"] == "2026-03-10"
    )
    given = {"served": "2026-03-11", "number": "2-1", "once": "b"}
    assert client.post(url, given).status_code == 302
    review, value = Review.objects.get(verdict=""), opened(ring, of(desk, "proceeding")[0])
    assert (value["served"], value["number"]) == ("2026-03-10", "2-1") and of(desk, "term")[
        0
    ].due_on == term.due_on
    assert client.post(url, {"served": "", "once": "c"}).status_code == 422
    decide_review(review=review, verdict="agreed", by=cast.officer, at=at)
    reads(desk)
    assert opened(ring, of(desk, "proceeding")[0])["served"] == "2026-03-11"
    assert opened(ring, of(desk, "term")[0])["event"] == "2026-03-11" and len(of(desk, "term")) == 1


def test_where_no_rule_serves_the_page_sends_to_an_advocate(desk, at) -> None:
    said = "müddət hesablanmır. Bu o demək deyil"
    assert not unruled("authority", "administrative", "") and not unruled(
        "court", "administrative", "refusal"
    )
    for level in ("authority", "superior", "court"):
        assert unruled(level, "civil", "") == "step"
    assert unruled("appeal", "civil", "") == unruled("appeal", "civil", "ruling") == "ruling"
    assert unruled("superior", "administrative", "silence") == "step" and not unruled("court", "criminal", "")
    move(desk, at, "court", "administrative", served=date(2026, 3, 10))
    assert said not in reads(desk)
    move(desk, at, "court", "civil", served=date(2026, 3, 10))
    page = reads(desk)
    assert said in page and "Dərhal vəkilə" in page


def test_the_earliest_day_of_a_step_is_never_late_and_hinders_no_closing(desk, at) -> None:
    client, ring, case = desk
    (term,) = move(desk, at, "court", "administrative", act="silence", served=date(2025, 6, 2))
    value = opened(ring, term)
    assert value["due"] < "2026-03-13" and term.due_on is None and term.edition == newest().number
    board = reading.open_board(ring=ring, edition=newest().number, at=at)
    assert (
        not board.late
        and not board.week
        and [(c.code, str(d)) for c, d in board.early] == [(case.code, value["due"])]
    )
    page = client.get(reverse("case_board")).content.decode()
    assert "Gün keçib" not in page and "indi etmək olar" in page
    for do, day in (("move", date(2025, 6, 3)), ("drop", None)):
        assert (
            terms.ask_change(ring=ring, row=term, do=do, event=day, why="səhv", at=at).data["on"]
            == value["due"]
        )
        Review.objects.update(verdict="refused")
    taking.close_case(ring=ring, case=case, at=at, result="unknown", benefit="none", enforcement="not_needed")
    term.refresh_from_db()
    assert term.done and not case.open


def test_the_earliest_day_of_a_step_is_reminded_of_until_who_answers_for_it_has_seen_that_it_came(
    desk, cast, at
) -> None:
    _client, ring, case = desk
    (term,) = move(desk, at, "court", "administrative", act="silence", served=date(2026, 2, 20))
    day = date.fromisoformat(opened(ring, term)["due"])
    assert term.due_on == day > at.date()
    week = at + (day - at.date()) - timedelta(days=3)
    assert remind(week) == 1 and Mail.objects.get(data__why="term").data["on"] == str(day)
    board = reading.open_board(ring=rings.at_moment(ring, week), edition=newest().number, at=week)
    assert not board.week and [(c.code, on) for c, on in board.early] == [(case.code, day)]
    reading.open_case(ring=rings.at_moment(ring, week), case=case, at=week)
    term.refresh_from_db()
    assert term.due_on == day, "it has not come yet"
    came = week + timedelta(days=3)
    assert remind(came) and not remind(came)
    reading.open_case(ring=rings.at_moment(ring, came), case=case, at=came)
    term.refresh_from_db()
    assert term.due_on is None and not term.done
    board = reading.open_board(ring=rings.at_moment(ring, came), edition=newest().number, at=came)
    assert not board.late and not board.week and [on for _c, on in board.early] == [day]


def test_a_next_step_whose_day_has_passed_stands_on_the_board_and_is_marked_in_the_list(desk, at) -> None:
    client, ring, case = desk
    card = {"kind": "card", "title": "Nümunə", "client_kind": "person", "next": "Zəng etmək"}
    for day, slipped in (("2026-03-13", False), ("2026-03-12", True), ("", False)):
        set_card(ring=ring, case=case, value=card | {"next_on": day})
        board = reading.open_board(ring=ring, edition=newest().number, at=at)
        assert [c.code for c in board.slipped] == ([case.code] if slipped else []) and not board.still
        for page in ("case_board", "cases"):
            assert ("keçib" in client.get(reverse(page)).content.decode()) is slipped, page


def test_a_case_before_a_court_is_closed_with_an_outcome_alone_and_not_before_its_hearing(desk, at) -> None:
    _client, ring, case = desk
    end = {"result": "lost", "benefit": "none", "enforcement": "not_needed"}
    move(desk, at, "appeal", "criminal")
    with pytest.raises(Refused):
        taking.close_lightly(ring=ring, case=case, service="advice", at=at)
    with pytest.raises(Refused):
        taking.close_case(ring=ring, case=case, at=at)
    heard = {"body": "Məhkəmə", "room": "", "on": date(2026, 4, 1), "time": "10:00", "points": "", "take": ""}
    hearing = rows.set_hearing(ring=ring, case=case, who=ring.user.pk, at=at, **heard)
    hearing.case = case
    with pytest.raises(Refused) as caught:
        taking.close_case(ring=ring, case=case, at=at, **end)
    assert "iclas" in str(caught.value)
    rows.settle_hearing(ring=ring, row=hearing, do="cancelled")
    taking.close_case(ring=ring, case=case, at=at, **end)
    assert not case.open


def test_clashes_are_told_for_days_that_were_set_and_for_hearings_that_are_moved(desk, cast, at) -> None:
    client, ring, _case = desk
    guest = rings.ring_for(cast.advocate, at)
    other = rings.a_case(ring, guest)
    set_card(ring=ring, case=other, value={"kind": "card", "title": "Başqa"})
    heard = {
        "body": "Məhkəmə",
        "room": "",
        "time": "10:00",
        "points": "",
        "take": "",
        "who": cast.advocate.pk,
    }
    rows.set_hearing(ring=ring, case=other, on=date(2026, 3, 20), at=at, **heard)
    second = rows.set_hearing(ring=ring, case=other, on=date(2026, 3, 23), at=at, **heard)
    add_term = reverse("case_add", args=[other.code, "muddet"])
    assert str(cast.advocate) in client.get(add_term).content.decode()  # a guest opens it, so may go
    day = {"title": "Sənəd", "on": "2026-03-20", "who": cast.advocate.pk}
    warning = f"başqa yerdə olmalıdır: {other.code}"
    assert (
        warning
        not in client.post(add_term, day | {"on": "2026-03-21", "once": "1"}, follow=True).content.decode()
    )
    assert warning in client.post(add_term, day | {"once": "2"}, follow=True).content.decode()
    url = reverse("case_heard", args=[other.code, second.code])
    moved = {"do": "moved", "time": "11:00"}
    assert (
        warning
        not in client.post(url, moved | {"on": "2026-03-24", "once": "3"}, follow=True).content.decode()
    )
    assert (
        warning in client.post(url, moved | {"on": "2026-03-20", "once": "4"}, follow=True).content.decode()
    )
