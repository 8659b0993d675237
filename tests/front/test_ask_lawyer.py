"""Ask the lawyer: sealed words, three working days, back to who asked, one trace on the letter."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from icma.front.mine import legal
from icma.front.notices.cases import words_of_case
from icma.legalaid.actions import facts
from icma.legalaid.actions.desk import questions
from icma.legalaid.models import Question
from icma.matters.models import Entry, Letter
from icma.people.models import Mail, Membership, User
from tests.front import rows
from tests.house.world import signed_in
from tests.legalaid import rings
from tests.matters.support_kit import everything

pytestmark = pytest.mark.django_db
WORD = "kanarsual9921"


def test_a_question_goes_to_a_lawyer_and_comes_back_and_the_letter_may_say_so(
    taken_with_letter, client_as, cast, at, monkeypatch
) -> None:
    matter, letter = taken_with_letter
    monkeypatch.setattr(timezone, "now", lambda: at)
    _user, ring = rings.lawyer("lawyer", at)
    rings.groups(ring)
    asker, lawyer, path = (
        client_as("coordinator"),
        client_as("lawyer"),
        f"/is/huquqsunas/{matter.code}/{letter.code}/",
    )
    assert asker.post(path, {"text": f"Düzdürmü {WORD}", "once": "a"}).status_code == 302
    row = Question.objects.get()
    assert row.due_on == date(2026, 3, 18) and WORD not in everything()
    assert client_as("stranger").get(path).status_code in (302, 404)
    assert client_as("coordinator").get("/huquq/suallar/").status_code == 404
    assert asker.post(f"{path}baxib/", {"once": "m"}).status_code == 404  # nobody has looked yet
    assert WORD in lawyer.get(f"/huquq/suallar/{row.code}/").content.decode()
    assert (
        lawyer.post(f"/huquq/suallar/{row.code}/", {"text": f"Bəli {WORD}", "once": "b"}).status_code == 302
    )
    assert f"Bəli {WORD}" in asker.get(path).content.decode()
    assert not Entry.objects.filter(verb="lawyer_looked").exists()
    page = asker.post(f"{path}baxib/", {"once": "c"}, follow=True).content.decode()
    assert "Müraciətdə artıq yazılıb" in page and "baxib/" not in page
    page = asker.get(f"/m/{matter.code}/mektub/{letter.code}/").content.decode()
    assert re.search("Hüquqşünas baxıb</dt><dd>.*13.mart.2026", page)
    mark = Entry.objects.get(verb="lawyer_looked")
    assert mark.letter == letter and mark.on == date(2026, 3, 13) and WORD not in everything()
    assert next(facts.opened_facts(ring, "2026Q1", "2026Q1")).who == "initiative"


def test_a_colleague_of_the_community_reads_the_answer_and_whoever_asked_is_told(
    taken_with_letter, country, client_as, cast, at, monkeypatch
) -> None:
    matter, letter = taken_with_letter
    monkeypatch.setattr(timezone, "now", lambda: at)
    path = f"/is/huquqsunas/{matter.code}/{letter.code}/"
    asked = {"title": matter.title, "matter": matter.code, "letter": letter.code, "at": at}
    of = questions.ask(text=WORD, by=cast.coordinator, community=country.community.code, **asked)
    other = questions.ask(text="başqaicma", by=cast.moderator, community="ICMA0009", **asked)
    questions.answer(row=of, text=f"Bəli {WORD}", by=cast.lawyer, at=at)
    mail = Mail.objects.get(person=cast.coordinator.person, data__about="legal")
    words = words_of_case(mail)
    assert (
        of.code in words["sentence"] and words["url"].endswith(reverse("mine")) and WORD not in str(mail.data)
    )
    asker = cast.who("coordinator")
    (item,) = legal.answered(asker, at)
    assert item.url == path and not list(legal.answered(asker, at + timedelta(days=15)))
    colleague = User.objects.create_user("hemkar@numune.invalid", pseudonym="Nümunə Həmkar")
    Membership.objects.create(
        user=colleague, role="coordinator", organisation=country.community, since=date(2025, 1, 1)
    )
    client = signed_in(colleague)
    page = client.get(path).content.decode()
    assert f"Bəli {WORD}" in page and "başqaicma" not in page and other.code not in page
    assert not list(legal.answered(replace(asker, user=colleague), at))
    assert client.post(f"{path}baxib/", {"once": "m"}).status_code == 302
    assert Entry.objects.get(verb="lawyer_looked").letter == letter


def test_of_a_draft_which_may_still_change_nobody_says_that_a_lawyer_has_looked_at_it(
    taken_with_letter, client_as, cast, at, monkeypatch
) -> None:
    matter, letter = taken_with_letter
    monkeypatch.setattr(timezone, "now", lambda: at)
    Letter.objects.filter(pk=letter.pk).update(stage="draft", sent_on=None)
    path = reverse("ask_lawyer_letter", args=[matter.code, letter.code])
    asked = {"title": "", "matter": matter.code, "letter": letter.code, "at": at}
    row = questions.ask(text=WORD, by=cast.coordinator, **asked)
    questions.answer(row=row, text="Bəli", by=cast.lawyer, at=at)
    asker = client_as("coordinator")
    page = asker.get(path).content.decode()
    assert "baxib/" not in page and "göndəriləndən sonra" in page
    assert reverse("letter", args=[matter.code, letter.code]) in page, "the way back"
    asker.post(f"{path}baxib/", {"once": "d"})
    assert not Entry.objects.filter(verb="lawyer_looked").exists()
    Letter.objects.filter(pk=letter.pk).update(stage="sent", sent_on=at.date())
    assert "baxib/" in asker.get(path).content.decode()


@pytest.fixture
def taken_with_letter(country, cast, at):
    row = rows.matter(country, at, stage="taken", community=country.community)
    return row, rows.letter(row, country.water, date(2026, 3, 2))
