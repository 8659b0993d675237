"""How long rows are kept is declared for every model, and true; jobs do not stop each other."""

from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.utils import timezone

from icma.core.day import BAKU
from icma.core.models import Code, Once
from icma.events.models import Event, Invitation
from icma.front import jobs
from icma.front.actions import forget_all, forget_person
from icma.front.retention import RETENTION
from icma.matters.models import Act, Matter, Part, Task
from icma.people.models import Consent, Contact, Mail, Opening, Review, Signin, Told
from tests.front import rows

START = datetime(2026, 3, 13, 10, 0, tzinfo=BAKU)


def test_every_model_of_ours_is_declared_once() -> None:
    ours = {
        model
        for config in apps.get_app_configs()
        if config.name.startswith("icma.")
        for model in config.get_models()
    }
    declared = [rule.model for rule in RETENTION]
    assert ours - set(declared) == set()
    assert len(declared) == len(set(declared))
    assert Session in declared


def test_a_rule_with_a_term_says_what_is_old_and_one_without_says_why() -> None:
    for rule in RETENTION:
        assert rule.words
        assert (rule.old is not None) == (rule.days is not None) == (rule.how != "kept")


@pytest.fixture
def everything(country, cast, at):
    """One row of everything that has a term, all of the same day."""
    user = cast.resident
    event = Event.objects.create(
        code=rows.code("E"), organisation=country.community, title="Görüş", starts_at=at
    )
    Review.objects.create(when="before", kind="role", subject="1", asked_by=cast.officer, asked_at=at,
                          verdict="agreed", decided_by=cast.officer2, decided_at=at)  # fmt: skip
    Opening(person=user.person, by=cast.coordinator, role="coordinator", reason="ask", at=at).save(
        force_insert=True
    )
    made = {
        Once: Once.objects.create(scope="x", key="y", at=at),
        Code: Code.objects.create(purpose="mail", subject="x", hash="1", at=at, used_at=at),
        Signin: Signin.objects.create(user=user, session_key="k", at=at, seen_on=at.date()),
        Consent: Consent.objects.create(person=user.person, purpose="contact", text="1", language="az", channel="web",
                                        at=at, withdrawn_at=at),
        Contact: Contact.objects.create(person=user.person, purpose="contact", scope="matter:X", sealed=b"x", at=at,
                                        expires_on=at.date() + timedelta(days=90)),
        Mail: Mail.objects.create(person=user.person, key="k", kind="urgent", at=at, state="sent"),
        Told: Told.objects.create(person=user.person, matter="X", at=at),
        Invitation: Invitation.objects.create(event=event, person=user.person, at=at),
        Session: Session.objects.create(session_key="s", session_data="", expire_date=at + timedelta(hours=12)),
    }  # fmt: skip
    return made.keys() | {Opening, Review}


DAYS = {Session: 1, Once: 8, Code: 31, Signin: 31, Invitation: 31, Mail: 91, Told: 91, Contact: 91, Opening: 731,
        Review: 731, Consent: 1096}  # fmt: skip


def test_each_row_goes_on_its_day_and_not_before(everything, at) -> None:
    assert everything == set(DAYS)
    for days in sorted(set(DAYS.values())):
        due = [model for model in DAYS if DAYS[model] == days]
        forget_all(START + timedelta(days=days - 2 if days > 1 else 0))
        assert [model for model in due if not model.objects.exists()] == [], "went too early"
        forget_all(START + timedelta(days=days, hours=1))
        assert [model for model in due if model.objects.exists()] == [], "stayed"


def test_words_that_were_not_published_are_emptied_and_the_row_stays(country, at) -> None:
    refused = rows.matter(country, at, "Sözlər", stage="rejected", published_at=None)
    public = rows.matter(country, at, "Açıq sözlər")
    forget_all(at + timedelta(days=179))
    refused.refresh_from_db()
    assert refused.title == "Sözlər"
    forget_all(at + timedelta(days=181))
    refused.refresh_from_db(), public.refresh_from_db()
    assert (refused.title, refused.text, refused.search_text) == ("", "", "")
    assert public.title == "Açıq sözlər"


def test_a_count_forgets_whose_it_was_and_stays_a_count(country, at) -> None:
    act = Act.objects.create(verb="raise", channel="web", on=at.date(), person_key="abc", n=1)
    forget_all(at + timedelta(days=366))
    act.refresh_from_db()
    assert (act.person_key, act.n) == ("", 1)


def test_forgetting_twice_changes_nothing(everything, at) -> None:
    later = START + timedelta(days=4000)
    assert forget_all(later) > 0
    assert forget_all(later) == 0


def test_whoever_is_erased_has_no_part_any_more_and_every_count_stays(country, cast, at) -> None:
    person = cast.resident.person
    one = rows.matter(country, at, support_count=7)
    Part.objects.create(matter=one, person=person, role="follower", since=at)
    Act.objects.create(verb="raise", channel="web", on=at.date(), person_key=person)
    task = Task.objects.create(
        code=rows.code("T"), organisation=country.community, title="İş", who=cast.resident, created_at=at
    )
    forget_person(person=person, by=None, at=at)
    task.refresh_from_db()
    assert not Part.objects.filter(person=person).exists() and task.who is None
    assert Act.objects.filter(person_key="").count() == 1
    assert Matter.objects.get(pk=one.pk).support_count == 7


def test_a_job_that_fails_stops_no_other_and_is_told(country, at, monkeypatch) -> None:
    def breaks(at: datetime) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(jobs, "JOBS", (("one", lambda at: 1), ("two", breaks), ("three", lambda at: 3)))
    done = jobs.run_all(at)
    assert done["one"] == 1 and done["three"] == 3
    assert isinstance(done["two"], OSError)


def test_one_round_of_jobs_runs_on_an_empty_and_on_a_busy_country(country, at) -> None:
    one = rows.matter(country, at, stage="pressing", authority=country.water)
    sent = rows.letter(one, country.water, at.date() - timedelta(days=60), at.date() - timedelta(days=58))
    rows.clock(sent, at.date() - timedelta(days=58))
    for _twice in range(2):
        done = jobs.run_all(timezone.now())
        assert not [name for name, result in done.items() if isinstance(result, Exception)], done
    assert set(done) == {name for name, _job in jobs.QUICK + jobs.JOBS}
