"""Terms of law in a case: counted with their reasons, changed by two people, counted anew when the law changes."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from icma.core.action import Refused
from icma.core.codes import issue
from icma.core.words import date_words
from icma.front.notices.cases import words_of_case
from icma.law.actions import change_day
from icma.law.book import book, newest
from icma.legalaid import agenda
from icma.legalaid.actions.cases import reading, rows, terms
from icma.legalaid.actions.cases.telling import tell
from icma.legalaid.actions.cases.terms import count_all_anew
from icma.legalaid.casepage import chain
from icma.legalaid.forms.cases import AnswerForm
from icma.legalaid.jobs import shortened
from icma.legalaid.models import Sealed, Wall
from icma.legalaid.procedure import FILED, SERVED, owed_to_us, reckon, rules_for, unruled
from icma.legalaid.sealing import opened, set_card
from icma.legalaid.urgency import last_day
from icma.people.actions.review import decide_review
from icma.people.models import Mail
from tests.legalaid import rings

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast, country, at, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at)
    ring = rings.ring_for(cast.lawyer, at)
    case = rings.a_case(ring, deputy=cast.officer)
    set_card(
        ring=ring,
        case=case,
        value={"kind": "card", "title": "Nümunə", "client": "Aygün", "client_kind": "person"},
    )
    return ring, case


def begun(desk, at, level="court", branch="administrative", served=date(2026, 3, 10)) -> Sealed | None:
    ring, case = desk
    step = {
        "level": level,
        "branch": branch,
        "body": "Məhkəmə",
        "number": "",
        "served": served,
        "filed": None,
    }
    made = terms.move_on(ring=ring, case=case, at=at, **step)
    if made:
        made[0].case = case
    return made[0] if made else None


def test_moving_on_begins_the_terms_with_legal_date_safe_date_certainty_and_reasons(desk, at) -> None:
    ring, case = desk
    row = begun(desk, at)
    value = opened(ring, row)
    assert (value["rule"], row.due_on, row.edition) == (
        "apc.claim.contest",
        date(2026, 4, 9),
        newest().number,
    )
    assert value["safe"] < value["due"] and value["why"] and value["seal"] and not row.done
    page = reading.open_case(ring=ring, case=case, at=at)
    assert page.of("proceeding") and page.of("term")
    assert begun(desk, at, "court", "offence") is None  # no rule serves: an advocate, at once


def test_only_an_advocate_draws_up_a_civil_cassation_and_staff_represent_no_person(desk, cast, at) -> None:
    ring, case = desk
    with pytest.raises(Refused):
        begun(desk, at, "cassation", "civil")
    party = {"name": "Nümunə", "role": "representative", "contact": "", "at": at, "ring": ring, "case": case}
    for acts_as in ("staff", ""):
        with pytest.raises(Refused):
            rows.add_party(acts_as=acts_as, **party)
    assert rows.add_party(acts_as="relative", **party)
    advocate = rings.ring_for(cast.advocate, at)
    other = rings.a_case(advocate)
    set_card(ring=advocate, case=other, value={"kind": "card", "client_kind": "person"})
    assert begun((advocate, other), at, "cassation", "civil") is not None


def test_a_term_of_law_stays_until_a_second_person_has_agreed_and_is_then_taken_out(desk, cast, at) -> None:
    ring, case = desk
    row = begun(desk, at)
    review = terms.ask_change(ring=ring, row=row, do="drop", why="səhv", at=at)
    assert "səhv" not in str(review.data) and Sealed.objects.filter(pk=row.pk).exists()
    with pytest.raises(Refused):
        decide_review(review=review, verdict="agreed", by=cast.lawyer, at=at)
    decide_review(review=review, verdict="agreed", by=cast.officer, at=at)
    reading.open_case(ring=ring, case=case, at=at)
    assert not Sealed.objects.filter(pk=row.pk).exists()


def test_without_proof_nothing_is_complete_and_a_refused_wish_changes_nothing(desk, cast, at) -> None:
    ring, case = desk
    row = begun(desk, at)
    with pytest.raises(Refused):
        terms.complete_term(ring=ring, row=row, proof=" ", at=at)
    review = terms.ask_change(ring=ring, row=row, do="move", event=date(2026, 3, 12), why="başqa gün", at=at)
    with pytest.raises(Refused):
        terms.ask_change(ring=ring, row=row, do="drop", why="yenə", at=at)
    decide_review(review=review, verdict="refused", by=cast.officer, at=at)
    reading.open_case(ring=ring, case=case, at=at)
    assert Sealed.objects.get(pk=row.pk).due_on == date(2026, 4, 9)


def test_when_the_calendar_changes_a_term_is_marked_and_counted_anew_at_the_next_unlocking(
    desk, cast, at
) -> None:
    ring, case = desk
    row = begun(desk, at)
    change_day(
        day=row.due_on,
        working=False,
        name="Əlavə gün",
        source="nümunə",
        why="Nazirlər Kabineti",
        by=cast.officer,
        at=at,
    )
    board = reading.open_board(ring=ring, edition=newest().number, at=at)
    assert [marked.code for _card, marked in board.anew] == [row.code]  # "yenidən yoxlanmalı"
    assert count_all_anew(ring=rings.at_moment(ring, at)) == 1
    row.refresh_from_db()
    assert row.due_on > date(2026, 4, 9) and row.edition == newest().number
    assert opened(ring, Sealed.objects.select_related("case").get(pk=row.pk))["due"] == row.due_on.isoformat()
    assert not reading.open_board(ring=ring, edition=newest().number, at=at).anew


@pytest.mark.parametrize("first", ["job", "unlocking"])
def test_that_the_law_shortens_a_term_is_heard_once_whoever_comes_first(desk, cast, at, first) -> None:
    ring, _case = desk
    row = begun(desk, at, served=date(2026, 2, 18))
    before = row.due_on
    why = {"name": "İş günü", "source": "nümunə", "why": "Nazirlər Kabineti"}
    change_day(day=date(2026, 3, 30), working=True, by=cast.officer, at=at, **why)
    steps = [lambda: shortened(at), lambda: count_all_anew(ring=rings.at_moment(ring, at))]
    for step in steps if first == "job" else reversed(steps):
        step()
    row.refresh_from_db()
    assert row.due_on == date(2026, 3, 30) < before
    (mail,) = Mail.objects.filter(data__why="shorter")
    assert mail.person == cast.officer.person and row.case.code in words_of_case(mail)["sentence"]


def test_a_ruling_leaves_ten_days_and_where_nobody_knows_what_it_was_both_terms_begin(desk, at) -> None:
    ring, case = desk
    served, law = date(2026, 4, 1), book(newest())
    named = lambda *step: [rule for rule, _day in rules_for(*step, served, None)]  # noqa: E731
    assert named("appeal", "administrative", "ruling") == ["apc.appeal.ruling"]
    assert named("appeal", "administrative", "judgment") == ["apc.appeal.judgment"]
    assert named("cassation", "administrative", "ruling") == ["apc.cassation.ruling"]
    assert named("cassation", "civil", "ruling") == ["cpc.cassation.ruling"]
    assert named("court", "administrative", "refusal") == ["apc.claim.compel"]
    assert named("court", "administrative", "silence") == ["apc.claim.silence.earliest"]
    assert named("superior", "administrative", "silence") == []
    assert named("appeal", "civil", "ruling") == ["cpc.appeal.ruling"]
    assert named("appeal", "civil", "") == ["cpc.appeal.ruling", "cpc.appeal"]
    assert unruled("appeal", "civil", "ruling") == unruled("appeal", "civil", "") == "ruling"
    civil = reckon("cpc.appeal.ruling", served, law)
    assert civil["due"] == "2026-04-10" and civil["seal"] != reckon("cpc.appeal", served, law)["seal"]
    assert {rule for rules in (*SERVED.values(), *FILED.values()) for rule in rules} <= set(law.rules)
    step = {"level": "appeal", "branch": "administrative", "body": "Məhkəmə", "number": "", "served": served}
    at += timedelta(days=20)
    short, long = terms.move_on(ring=ring, case=case, at=at, filed=None, **step)
    assert (short.due_on, long.due_on) == (date(2026, 4, 13), date(2026, 5, 1))
    assert last_day("administrative", served) == date(2026, 4, 13)
    assert last_day("civil", served) == date(2026, 4, 10), (
        "the stricter reading of an article that nobody has read"
    )
    short.case = case
    terms.complete_term(ring=ring, row=short, proof="poçt qəbzi", at=at)
    assert Sealed.objects.get(pk=long.pk).done  # one appeal keeps both
    early = reckon("apc.claim.silence.earliest", served, law)
    assert early["due"] < early["safe"] and early["due"] >= "2026-05-06"


def test_a_body_s_own_term_ends_with_its_answer_and_not_with_a_filing_of_ours(desk, at) -> None:
    ring, case = desk
    (row,) = terms.move_on(ring=ring, case=case, level="authority", branch="administrative", body="İdarə", number="",
                           served=None, filed=at.date(), at=at)  # fmt: skip
    row.case = case
    assert owed_to_us(opened(ring, row)["rule"]) and not owed_to_us("adm.complaint") and not owed_to_us("")
    found = reading.open_case(ring=ring, case=case, at=at)
    page = str(chain(found, at.date())[0]["html"])
    assert "Cavab gəlib və ya daha gözlənilmir" in page and "Sənəd verildi" not in page
    form = AnswerForm({"proof": "cavab № 5"})
    assert form.is_valid()
    terms.complete_term(ring=ring, row=row, at=at, **form.cleaned_data)
    page = str(chain(reading.open_case(ring=ring, case=case, at=at), at.date())[0]["html"])
    assert "cavab № 5" in page and "Sənədin verildiyini" not in page


def test_a_term_behind_a_wall_waits_for_no_second_look_of_whom_it_bars(desk, cast, at, client_as) -> None:
    ring, case = desk
    review = terms.ask_change(ring=ring, row=begun(desk, at), do="drop", why="səhv", at=at)
    officer, page = client_as("officer"), reverse("reviews")
    assert case.code in officer.get(page).content.decode()
    Wall.objects.create(case=case, user=cast.officer, on=rings.ON)
    assert case.code not in officer.get(page).content.decode()
    decide = reverse("review_decide", args=[review.pk])
    assert officer.post(decide, {"verdict": "agreed"}).status_code == 404
    Mail.objects.all().delete()
    tell(case=case, on=None, why="asked", at=at, but=cast.lawyer)
    assert not Mail.objects.filter(person=cast.officer.person).exists()


def test_the_calendar_feed_says_a_reference_and_days_alone_and_nothing_behind_a_wall(
    desk, cast, at, client
) -> None:
    ring, case = desk
    begun(desk, at)
    heard = {"body": "gizli məhkəmə", "room": "3", "time": "10:00", "points": "gizli", "take": ""}
    rows.set_hearing(ring=ring, case=case, on=date(2026, 3, 20), who=ring.user.pk, at=at, **heard)
    rows.set_hearing(ring=ring, case=case, on=date(2026, 3, 20), who=ring.user.pk, at=at, **heard)
    assert rows.clashes(ring, ring.user.pk, date(2026, 3, 20)) == [f"{case.code} (10:00)"] * 2
    code = issue(purpose=agenda.PURPOSE, subject=agenda.subject_of(cast.lawyer), at=at).replace("-", "")
    feed = client.get(reverse("case_agenda", args=[code])).content.decode()
    assert f"İcma {case.code[:4]}" in feed and "20260320" in feed and "20260409" in feed
    assert "gizli" not in feed and "Aygün" not in feed and case.code not in feed
    Wall.objects.create(case=case, user=cast.lawyer, on=rings.ON)
    assert case.code[:4] not in client.get(reverse("case_agenda", args=[code])).content.decode()


def test_the_page_of_the_calendar_says_whether_an_address_works_and_since_when(desk, at, client_as) -> None:
    ring, _case = desk
    browser, page = client_as("lawyer"), reverse("case_feed")
    rings.unlock(browser, ring, at)
    assert (
        "Hazırda ünvanınız yoxdur" in (html := browser.get(page).content.decode())
        and 'name="end"' not in html
    )
    made = browser.post(page).content.decode()
    address = re.search(r"/lent/huquq/\w+\.ics", made)[0]
    html = browser.get(page).content.decode()
    assert (
        date_words(at.date()) in html and "işləyir" in html and 'name="end"' in html and address not in html
    )
    assert browser.get(address).status_code == 200
    assert "artıq işləmir" in browser.post(page, {"end": "1"}).content.decode()
    assert "Hazırda ünvanınız yoxdur" in browser.get(page).content.decode()
    assert browser.get(address).status_code == 404


def test_what_a_second_person_has_said_of_a_term_stands_in_the_case_and_a_guest_is_asked_for_nothing(
    desk, cast, at, client_as
) -> None:
    ring, guest = desk[0], rings.ring_for(cast.advocate, at)
    case = rings.a_case(ring, guest, deputy=cast.officer)
    set_card(ring=ring, case=case, value={"kind": "card", "title": "Nümunə"})
    first, term = client_as("lawyer"), begun((ring, case), at)
    rings.unlock(first, ring, at)
    page = lambda client: client.get(reverse("case", args=[case.code])).content.decode()  # noqa: E731
    ask = {"ring": ring, "row": term, "do": "drop", "at": at}
    review = terms.ask_change(why="səhv gün", **ask)
    assert "çıxarılmalı" in client_as("officer").get(reverse("reviews")).content.decode()
    advocate = client_as("advocate")
    rings.unlock(advocate, guest, at)
    seen = page(advocate)
    assert "səhv gün" in seen and reverse("case_agree", args=[case.code, review.pk]) not in seen
    decide_review(review=review, verdict="refused", by=cast.officer, at=at)
    told = page(first)
    assert "İkinci şəxs razılaşmayıb" in told and told.count(cast.officer.pseudonym) >= 2
    term = Sealed.objects.select_related("case").get(pk=term.pk)
    review = terms.ask_change(why="yenə səhv", **(ask | {"row": term}))
    assert "İkinci şəxs razılaşmayıb" not in page(first)
    decide_review(review=review, verdict="agreed", by=cast.officer, at=at)
    told = page(first)
    assert "yenə səhv" in told and "razılaşan:" in told and not Sealed.objects.filter(pk=term.pk).exists()


def test_a_decision_that_is_moved_on_with_ends_what_its_body_owed_and_silence_does_not(desk, at) -> None:
    ring, case = desk
    step = {"ring": ring, "case": case, "branch": "administrative", "body": "İdarə", "number": "", "at": at}
    for act, ended in (("silence", False), ("", False), ("judgment", True)):
        (owed,) = terms.move_on(level="authority", served=None, filed=date(2026, 1, 12), **step)
        at_first = next(row for row, value in reading.open_case(ring=ring, case=case, at=at).of("proceeding")
                        if row.code == opened(ring, at_case(owed, case))["proceeding"])  # fmt: skip
        terms.move_on(
            level="court", served=date(2026, 3, 2), filed=None, act=act, after=at_first, result="rədd", **step
        )
        assert Sealed.objects.get(pk=owed.pk).done is ended, act


def at_case(row: Sealed, case) -> Sealed:
    row.case = case
    return row


def test_the_board_says_what_ends_and_a_hearing_by_its_hour(desk, at) -> None:
    ring, case = desk
    begun(desk, at, served=date(2026, 2, 16))
    rows.set_hearing(ring=ring, case=case, on=date(2026, 3, 20), who=ring.user.pk, at=at, body="Nümunə Məhkəmə",
                     room="", time="10:30", points="", take="")  # fmt: skip
    board = reading.open_board(ring=ring, edition=newest().number, at=at)
    told = [what for _card, _row, what in [*board.late, *board.week]]
    assert "Məhkəmə iclası, 10:30, Nümunə Məhkəmə" in told
    assert any("iddiası" in what for what in told)
