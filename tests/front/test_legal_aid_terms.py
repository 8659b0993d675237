"""Terms of cases are told, without a word of what they are about, and stand in everybody's work."""

from datetime import timedelta

import pytest
from django.utils import timezone

from icma.core.access import Who
from icma.core.day import legal_day
from icma.front.jobs import run_all
from icma.front.mine import legal
from icma.front.reviews import KINDS
from icma.legalaid.actions.audit import note_read
from icma.legalaid.actions.cases import rows, terms
from icma.legalaid.jobs import remind
from icma.legalaid.models import Case
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
    assert remind(at + timedelta(days=8, hours=2)) == 1  # one day is left
    assert remind(at + timedelta(days=8, hours=3)) == 0 and len(told()) == 1


def test_each_step_of_14_7_3_1_and_0_days_is_told_and_the_last_climbs_to_the_supervisor(
    case, cast, at
) -> None:
    _ring, found, row = case
    Case.objects.filter(pk=found.pk).update(supervisor=cast.advocate)
    for left in (9, 7, 3, 1, 0):
        assert remind(at + timedelta(days=9 - left)) == 1
    steps = Mail.objects.filter(data__about="legal", person=cast.lawyer.person).values_list("key", flat=True)
    assert [key.split(":")[3] for key in steps.order_by("pk")] == ["14", "7", "3", "1", "0"]
    for hours, heard in ((20, 0), (25, 1), (50, 1), (75, 0)):
        assert remind(at + timedelta(days=9, hours=hours)) == heard, hours
    assert told()[-2:] == [cast.officer.person, cast.advocate.person]


def test_the_mail_says_a_reference_and_a_date_alone(case, cast, at, mailoutbox) -> None:
    _ring, found, row = case
    run_all(at)
    run_all(at + timedelta(minutes=5))
    mine = [mail for mail in mailoutbox if found.code in mail.body]
    assert len(mine) == 1 and cast.lawyer.email in mine[0].to
    assert "gizli" not in mine[0].body + mine[0].subject


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
    ring, found, _row = case
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
    assert [(item.tone, bool(item.why)) for item in legal.terms(who, long_ago)] == [
        ("now", True)
    ]  # nothing is late
