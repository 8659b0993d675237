"""Terms of cases are told, without a word of what they are about, and stand in everybody's work."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from icma.core.access import Who
from icma.core.day import BAKU, legal_day
from icma.front.jobs import run_all
from icma.front.mine import legal
from icma.front.notices.cases import words_of_case
from icma.front.reviews import KINDS
from icma.legalaid.actions.audit import note_read
from icma.legalaid.actions.cases import rows, terms
from icma.legalaid.actions.cases.telling import mail_about, officers
from icma.legalaid.jobs import remind
from icma.legalaid.models import Case, Sealed, Wall
from icma.people.actions.mail import unsubscribe
from icma.people.models import Mail
from tests.legalaid import rings

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast, at):
    ring = rings.ring_for(cast.lawyer, at)
    found = rings.a_case(ring, deputy=cast.officer)
    row = rows.set_term(
        ring=ring, case=found, title="gizli-qanun-sözü", on=legal_day(at) + timedelta(days=9), at=at
    )
    return ring, found, row


def told() -> list[str]:
    return list(Mail.objects.filter(data__about="legal").order_by("pk").values_list("person", flat=True))


def test_a_reminder_climbs_to_the_deputy_when_nobody_has_opened_the_case(case, cast, at) -> None:
    assert remind(at) == 0 or told() == [cast.lawyer.person]  # nine days are left: the reminder of fourteen
    assert remind(at) == 0 and told() == [cast.lawyer.person]
    assert remind(at + timedelta(hours=25)) == 1 and told() == [cast.lawyer.person, cast.officer.person]


def test_whoever_opens_the_case_stops_the_climbing(case, cast, at) -> None:
    ring, found, _row = case
    remind(at)
    note_read(ring=ring, role="assignee", verb="case", case=found, at=at + timedelta(hours=2))
    assert remind(at + timedelta(hours=25)) == 0 and told() == [cast.lawyer.person]


def test_five_days_without_the_job_make_one_reminder_and_not_five(case, cast, at) -> None:
    assert remind(at + timedelta(days=4, hours=2)) == 1  # five days are left
    assert remind(at + timedelta(days=4, hours=3)) == 0 and len(told()) == 1


def test_each_step_of_14_7_3_1_and_0_days_is_told_and_near_the_end_everybody_at_once(case, cast, at) -> None:
    _ring, found, row = case
    Case.objects.filter(pk=found.pk).update(supervisor=cast.advocate)
    for left, heard in ((9, 1), (7, 1), (3, 1), (1, 3), (0, 3)):
        assert remind(at + timedelta(days=9 - left)) == heard, left
    steps = Mail.objects.filter(data__about="legal", person=cast.lawyer.person).values_list("key", flat=True)
    assert [key.split(":")[3] for key in steps.order_by("pk")] == ["14", "7", "3", "1", "0"]
    assert set(told()[-3:]) == {cast.lawyer.person, cast.officer.person, cast.advocate.person}
    rest = [user.person for user in officers(found, at) if user != cast.officer]
    assert remind(at + timedelta(days=9, hours=5)) == len(rest) and set(told()[-len(rest) :]) == set(rest)
    assert remind(at + timedelta(days=9, hours=25)) == 0


def test_with_nobody_beside_the_lawyer_an_officer_hears_and_on_the_last_days_after_four_hours(
    case, cast, at
) -> None:
    _ring, found, _row = case
    Case.objects.filter(pk=found.pk).update(deputy=None)
    remind(at)
    heard = [user.person for user in officers(found, at)]
    assert cast.officer.person in heard
    remind(at + timedelta(hours=25))
    assert told() == [cast.lawyer.person, *heard]
    last = at + timedelta(days=9)
    assert (remind(last), remind(last + timedelta(hours=3))) == (1, 0)
    remind(last + timedelta(hours=5))
    assert told()[len(heard) + 1 :] == [cast.lawyer.person, *heard]


def test_an_officer_behind_a_wall_hears_of_no_term(case, cast, at) -> None:
    _ring, found, _row = case
    Case.objects.filter(pk=found.pk).update(deputy=None)
    Wall.objects.create(case=found, user=cast.officer, on=legal_day(at))
    remind(at)
    remind(at + timedelta(hours=25))
    assert cast.lawyer.person in told() and cast.officer.person not in told()


def test_nobody_is_written_to_at_night(case, cast, at) -> None:
    night = at.astimezone(BAKU).replace(hour=0, minute=5) + timedelta(days=9)
    assert remind(night) == 0 and remind(night.replace(hour=7, minute=59)) == 0
    assert remind(night.replace(hour=8)) == 2


def test_a_term_is_told_to_whoever_wants_no_mail_and_the_mail_says_why(case, cast, at, mailoutbox) -> None:
    unsubscribe(person=cast.lawyer.person, at=at)
    remind(at)
    unsubscribe(person=cast.lawyer.person, at=at)  # one that waits is not dropped either
    run_all(at)
    (mail,) = [mail for mail in mailoutbox if cast.lawyer.email in mail.to]
    assert "Vəzifəniz" in mail.body and "mektub-yox" not in mail.body
    assert "List-Unsubscribe" not in mail.extra_headers


def test_the_mail_says_a_reference_and_a_date_alone(case, cast, at, mailoutbox) -> None:
    _ring, found, row = case
    run_all(at)
    run_all(at + timedelta(minutes=5))
    mine = [mail for mail in mailoutbox if found.code in mail.body]
    assert len(mine) == 1 and cast.lawyer.email in mine[0].to
    assert "gizli" not in mine[0].body + mine[0].subject


def test_a_reminder_that_waits_is_not_sent_once_the_term_is_kept_moved_or_behind_a_wall(
    case, cast, at
) -> None:
    _ring, found, row = case
    remind(at)
    mail = Mail.objects.get(person=cast.lawyer.person)
    assert found.code in words_of_case(mail)["sentence"]
    for change, back in (({"done": True}, {"done": False}), ({"due_on": None}, {"due_on": row.due_on})):
        Sealed.objects.filter(pk=row.pk).update(**change)
        assert words_of_case(mail) is None
        Sealed.objects.filter(pk=row.pk).update(**back)
    assert words_of_case(mail)
    Wall.objects.create(case=found, user=cast.lawyer, on=legal_day(at))
    assert words_of_case(mail) is None


def test_whoever_keeps_a_term_is_checked_by_a_second_person(case, cast, at, mailoutbox) -> None:
    ring, found, row = case
    row.case = found
    terms.complete_term(ring=ring, row=row, proof="qeydiyyat 12/3", at=at)
    run_all(at)
    mail = next(mail for mail in mailoutbox if found.code in mail.body)
    assert cast.officer.email in mail.to and "12/3" not in mail.body


def test_taking_out_a_term_of_law_is_a_kind_of_second_look(at) -> None:
    assert terms.KIND in {kind.name for kind in KINDS}


def test_my_work_shows_terms_by_their_reference_and_who_waits(case, cast, at, monkeypatch) -> None:
    ring, found, row = case
    monkeypatch.setattr(timezone, "now", lambda: at)
    who = Who(user=cast.lawyer, seats=(("lawyer", 1, None),), strong=True, person=cast.lawyer.person)
    assert [item.title for item in legal.terms(who, at)] == [found.code]
    assert list(legal.received(who, at)) == []
    rings.groups(ring)
    rings.an_intake()
    assert [item.url for item in legal.received(who, at)] == ["/huquq/novbe/"]
    assert list(legal.terms(Who(user=cast.coordinator), at)) == []
    long_ago = at + timedelta(days=400)
    assert [item.tone for item in legal.terms(who, long_ago)] == ["late"]
    Case.objects.filter(pk=found.pk).update(open=False)
    (item,) = legal.terms(who, long_ago)
    assert (item.tone, bool(item.why)) == ("now", True)  # nothing is late
    assert item.url == reverse("case_follow", args=[found.code, row.code]) and item.act == "Nəticəni yazın"


@pytest.mark.parametrize(("why", "url"), [("unseen", "mine"), ("lost", "mine"), ("intake", "reception")])
def test_who_has_no_key_is_not_sent_to_a_page_that_is_not_there(case, cast, at, why, url) -> None:
    _ring, _found, row = case
    mail_about(
        user=cast.officer,
        key=f"legal:{row.code}:",
        case="7Q4F",
        on=legal_day(at) + timedelta(days=9),
        why=why,
        at=at,
    )
    words = words_of_case(Mail.objects.get(person=cast.officer.person))
    assert words["url"].endswith(reverse(url)) and "7Q4F" in words["sentence"]
