"""How long rows are kept is declared for every model, and true; jobs do not stop each other."""

from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import TestCase
from django.utils import timezone

from icma.advocacy.actions.signing import Asked, pending_of
from icma.advocacy.models import Pending, Sheet, Signature, Update
from icma.core.day import BAKU
from icma.core.files import path_of
from icma.core.models import Code, File, Once
from icma.events.models import Event, Invitation
from icma.front import jobs
from icma.front.actions import forget_all, forget_person
from icma.front.exports import LISTED, exports
from icma.front.lists import PUBLIC
from icma.front.retention import RETENTION
from icma.matters.actions.moderation import appeal, publish, reject
from icma.matters.actions.raising import add_photo, add_words, raise_matter
from icma.matters.models import Act, Document, Entry, Matter, Part, Task, Words
from icma.matters.rules_of_moderation import RULES
from icma.people.models import Consent, Contact, Mail, Opening, Review, Signin, Told
from tests.advocacy.campaign_kit import started
from tests.advocacy.log_kit import petition_of, sign
from tests.front import rows
from tests.matters.letters_kit import photo as a_photo

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


def test_every_model_of_ours_says_how_it_is_exported_or_why_not() -> None:
    declared = list(exports())
    assert sorted(model._meta.label for model, _words in declared) == sorted(
        rule.model._meta.label for rule in RETENTION
    )
    assert all(words for _model, words in declared)
    listed = {model for model, words in declared if words == LISTED}
    assert listed == {listing.rows().model for listing in PUBLIC}, (
        "what has a public list says so, and nothing else"
    )


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


def test_of_what_was_rejected_nothing_that_nobody_published_stays(country, cast, at) -> None:
    """Its contact 90 days, what was added to it and its photos 180 days after the decision."""
    raised = raise_matter(title="Sözlər", text="Mətn", place=country.goychay, topic="social", at=at,
                          contact={"phone": "0501234567"})  # fmt: skip
    one = raised.matter
    add_words(matter=one, text="Bu da var", at=at)
    photo = add_photo(matter=one, data=a_photo(), at=at)
    reject(matter=one, rule=next(iter(RULES)), at=at, by=cast.moderator)
    appeal(matter=one, text="Bir də baxın", at=at)
    kept = path_of(photo.file)
    forget_all(at + timedelta(days=89))
    assert Contact.objects.exists()
    forget_all(at + timedelta(days=90))
    assert not Contact.objects.exists()
    forget_all(at + timedelta(days=179))
    assert Words.objects.exclude(text="").count() == 2 and Document.objects.exists() and kept.exists()
    with TestCase.captureOnCommitCallbacks(execute=True):
        forget_all(at + timedelta(days=181))
    assert not Words.objects.exclude(text="").exists() and Entry.objects.filter(verb="appealed").exists()
    assert not Document.objects.exists() and not File.objects.exists() and not kept.exists()


def test_what_is_published_after_an_appeal_keeps_its_contact_two_years_at_most(country, cast, at) -> None:
    one = raise_matter(title="Söz", text="Mətn", place=country.goychay, topic="social", at=at,
                       contact={"phone": "0501234567"}).matter  # fmt: skip
    reject(matter=one, rule=next(iter(RULES)), at=at, by=cast.moderator)
    appeal(matter=one, text="Bir də baxın", at=at)
    assert Contact.objects.get().expires_on == at.date() + timedelta(days=90)
    publish(matter=one, at=at, by=cast.officer)
    assert Contact.objects.get().expires_on == at.date() + timedelta(days=730)


def test_a_count_forgets_whose_it_was_and_stays_a_count(country, at) -> None:
    act = Act.objects.create(verb="raise", channel="web", on=at.date(), person_key="abc", n=1)
    forget_all(at + timedelta(days=366))
    act.refresh_from_db()
    assert (act.person_key, act.n) == ("", 1)


def test_the_name_of_who_did_a_task_goes_and_the_task_stays(country, at) -> None:
    given = {"organisation": country.community, "title": "İş", "who_said": "Aygün", "created_at": at}
    done = Task.objects.create(code=rows.code("T"), done_on=at.date(), **given)
    still = Task.objects.create(code=rows.code("T"), **given)
    over = rows.matter(country, at, stage="closed", changed_at=at)
    left = Task.objects.create(code=rows.code("T"), matter=over, **given)
    later = at + timedelta(days=30)
    after = Task.objects.create(code=rows.code("T"), matter=over, **given | {"created_at": later})
    forget_all(at + timedelta(days=90))
    done.refresh_from_db(), left.refresh_from_db()
    assert done.who_said == left.who_said == "Aygün"
    forget_all(at + timedelta(days=91))
    for row in (done, still, left, after):
        row.refresh_from_db()
    assert (done.who_said, done.title, still.who_said) == ("", "İş", "Aygün")
    assert (left.who_said, left.title, after.who_said) == (
        "",
        "İş",
        "Aygün",
    )  # nobody did it, and its matter ended


def test_what_signers_gave_goes_on_its_day_and_the_count_stays(country, at) -> None:
    """Sealed names and scans of sheets 180 days after closing; what was never confirmed after a week."""
    closed, runs = petition_of(country, at, closed_at=at), petition_of(country, at, code="PETXT002")
    for one in (closed, runs):
        sign(one, 2, at, sealed=b"names")
        Sheet.objects.create(code=rows.code("S"), petition=one, name="1", dated_on=at.date(), total=9, sha256="a",
                             scan=b"scan", at=at)  # fmt: skip
    pending_of(Asked(runs.pk, "a@numune.invalid"), at).save()
    forget_all(at + timedelta(days=6, hours=23))
    assert Pending.objects.count() == 1
    forget_all(at + timedelta(days=8))
    assert not Pending.objects.exists()
    forget_all(at + timedelta(days=179))
    assert (
        Signature.objects.exclude(sealed=None).count() == 4 and Sheet.objects.exclude(scan=None).count() == 2
    )
    forget_all(at + timedelta(days=181))
    assert {row.petition_id for row in Signature.objects.exclude(sealed=None)} == {runs.pk}
    assert {row.petition_id for row in Sheet.objects.exclude(scan=None)} == {runs.pk}
    assert Signature.objects.count() == 4 and set(Sheet.objects.values_list("sha256", "total")) == {("a", 9)}


def test_refused_words_of_a_campaign_go_after_180_days(country, cast, at) -> None:
    given = {"campaign": started(country, cast, at), "kind": "news", "on": at.date(), "title": "Söz", "text": "Sözlər",
             "at": at}  # fmt: skip
    refused = Update.objects.create(code=rows.code("U"), stage="refused", **given)
    told = Update.objects.create(code=rows.code("U"), stage="public", **given)
    forget_all(at + timedelta(days=179))
    refused.refresh_from_db()
    assert refused.title == "Söz"
    forget_all(at + timedelta(days=181))
    refused.refresh_from_db(), told.refresh_from_db()
    assert (refused.title, refused.text, told.title) == ("", "", "Söz")


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


def test_what_reads_for_long_runs_once_a_day_and_again_where_it_failed(db, at) -> None:
    ran: list[datetime] = []

    def job(now: datetime) -> int:
        ran.append(now)
        if len(ran) == 1:
            raise OSError("the disk is full")
        return 7

    once = jobs.daily_by_itself("one", job)
    with pytest.raises(OSError, match="full"):
        once(at)
    assert [once(at), once(at + timedelta(hours=1)), once(at + timedelta(days=1))] == [7, 0, 7]
    assert len(ran) == 3


def test_one_round_of_jobs_runs_on_an_empty_and_on_a_busy_country(country, at) -> None:
    one = rows.matter(country, at, stage="pressing", authority=country.water)
    sent = rows.letter(one, country.water, at.date() - timedelta(days=60), at.date() - timedelta(days=58))
    rows.clock(sent, at.date() - timedelta(days=58))
    for _twice in range(2):
        done = jobs.run_all(timezone.now())
        assert not [name for name, result in done.items() if isinstance(result, Exception)], done
    assert set(done) == {name for name, _job in jobs.QUICK + jobs.JOBS}
