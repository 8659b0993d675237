"""How it ended: recorded with what changed; the residents say whether it is so, each once and without a name."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from icma.core.action import Refused
from icma.core.day import moment
from icma.core.flow import Stale
from icma.matters.actions import joining, moderation, outcome, taking
from icma.matters.actions.clocks import confirm_silence
from icma.matters.actions.incoming import Came, record_answer
from icma.matters.actions.letters import draft, mark_sent, register
from icma.matters.actions.raising import raise_matter
from icma.matters.actions.support import support_by_account
from icma.matters.lateness import to_ask, unknown_clocks
from icma.matters.models import Act, Clock, Document, Entry, Letter, Matter, Words
from icma.matters.rules_of_moderation import SLOW
from icma.people.models import Contact
from tests.matters.letters_kit import photo as a_photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def raised(country, cast, at):
    made = raise_matter(
        title="Körpü sınıb", text="Keçmək olmur.", place=country.goychay, topic="infrastructure", at=at,
        contact={"phone": "0501234567"},
    )  # fmt: skip
    moderation.publish(matter=made.matter, at=at, by=cast.moderator)
    taking.take_up(matter=made.matter, community=country.community, at=at, by=cast.coordinator, way="self")
    return made


@pytest.fixture
def matter(raised):
    return raised.matter


def close(matter, cast, at, **more):
    values = {"outcome": "solved", "changed": "Körpü təmir edildi.", "whom": "200 ailə"} | more
    return outcome.close_matter(matter=matter, at=at, **({"by": cast.officer} | values))


def test_solved_says_what_changed_and_contacts_expire_90_days_later(matter, cast, at):
    with pytest.raises(Refused):
        close(matter, cast, at, changed=" ")
    entry = close(matter, cast, at)
    matter.refresh_from_db()
    assert (matter.stage, matter.outcome) == ("closed", "solved")
    assert "Körpü təmir edildi." in entry.words.text and "200 ailə" in entry.words.text
    assert Contact.objects.get().expires_on == date(2026, 6, 11)
    assert not Clock.objects.filter(matter=matter, owner="us", state="running").exists()
    with pytest.raises(Stale):
        close(matter, cast, at)


def test_the_evidence_of_an_outcome_reaches_a_moderator_though_the_matter_is_closed(
    matter, cast, at, client_as
):
    close(matter, cast, at, evidence=a_photo())
    photo = Document.objects.get(matter=matter)
    assert photo.state == "waiting"
    moderator = client_as("moderator")
    assert (
        reverse("moderate_matter", args=[matter.code]) in moderator.get(reverse("moderate")).content.decode()
    )
    moderation.decide_photo(document=photo, show=True, clean=True, at=at, by=cast.moderator)
    assert not Clock.objects.filter(matter=matter, owner="us", state="running").exists()
    assert (
        reverse("moderate_matter", args=[matter.code])
        not in moderator.get(reverse("moderate")).content.decode()
    )


def test_an_unknown_outcome_and_an_overlong_text_are_refused(matter, cast, at):
    for wrong in ({"outcome": "great"}, {"changed": "x" * 2001}, {"whom": "x" * 201}):
        with pytest.raises(Refused):
            close(matter, cast, at, **wrong)
    assert Matter.objects.get().stage == "doing"


def test_each_resident_counts_once_and_nobody_is_named(matter, cast, at):
    support_by_account(matter=matter, by=cast.resident, at=at)
    close(matter, cast, at)
    for _twice in range(2):
        outcome.confirm_outcome(matter=matter, agrees=True, by=cast.resident, at=at)
    outcome.confirm_outcome(matter=matter, agrees=False, by=cast.resident, at=at)
    outcome.confirm_outcome(matter=matter, agrees=False, own=matter.code, at=at)
    assert outcome.outcome_counts(matter) == {"agree": 1, "deny": 1}
    said = Entry.objects.filter(verb__in=outcome.SAID)
    assert all(entry.by is None and entry.visibility == "staff" for entry in said)
    assert cast.resident.person not in str(list(said.values()))


def test_who_raised_or_supported_what_was_joined_with_it_confirms_too_and_counts_once(
    matter, country, cast, at, client
):
    other = raise_matter(
        title="Körpü uçub", text="Keçid yoxdur.", place=country.goychay, topic="infrastructure", at=at
    )
    moderation.publish(matter=other.matter, at=at, by=cast.moderator)
    support_by_account(matter=other.matter, by=cast.resident, at=at)
    joining.merge(matter=other.matter, into=matter, at=at, by=cast.moderator)
    matter.refresh_from_db()
    close(matter, cast, at)
    outcome.confirm_outcome(matter=matter, agrees=True, by=cast.resident, at=at)
    client.post(reverse("own_code"), {"code": other.code})
    for once in ("j1", "j2"):
        said = client.post(reverse("outcome", args=[matter.code]), {"agrees": "no", "once": once})
        assert said.status_code == 302
    assert outcome.outcome_counts(matter) == {"agree": 1, "deny": 1}
    with pytest.raises(Refused):
        outcome.confirm_outcome(matter=matter, agrees=True, own="ANOTHER1", at=at)


def test_who_had_no_part_and_who_is_too_early_is_refused(matter, cast, at):
    with pytest.raises(Refused):
        outcome.confirm_outcome(matter=matter, agrees=True, own=matter.code, at=at)
    close(matter, cast, at)
    with pytest.raises(Refused):
        outcome.confirm_outcome(matter=matter, agrees=True, by=cast.researcher, at=at)


def test_denied_it_can_be_opened_again_and_is_counted_anew(matter, cast, at):
    close(matter, cast, at)
    outcome.confirm_outcome(matter=matter, agrees=False, own=matter.code, at=at)
    outcome.reopen(matter=matter, at=at, by=None, why="Körpü yenə sınıb")
    matter.refresh_from_db()
    assert (matter.stage, matter.outcome) == ("doing", "")
    assert not Clock.objects.filter(matter=matter, rule="own.take_up", state="running").exists()
    assert Contact.objects.get().expires_on == at.date() + timedelta(days=730), (
        "two years at most, as on the first day"
    )
    assert outcome.outcome_counts(matter) == {"agree": 0, "deny": 0}


def waiting(matter, country, cast) -> Letter:
    """A letter whose basic term ended on 14 April 2026, the latest lawful day on 23 June."""
    sent_on = moment(date(2026, 3, 13))
    letter = draft(
        matter=matter, authority=country.water, kind="application", sender="community", subject="Körpü", body="Mətn",
        rule="appeal.general", at=sent_on, by=cast.coordinator,
    )  # fmt: skip
    mark_sent(letter=letter, channel="post", on=date(2026, 3, 13), at=sent_on, by=cast.coordinator)
    return register(letter=letter, number="1", on=date(2026, 3, 13), at=sent_on, by=cast.coordinator)


def test_left_without_an_answer_is_no_outcome_before_silence_is_confirmed(matter, country, cast):
    letter = waiting(matter, country, cast)
    early, late = moment(date(2026, 5, 4)), moment(date(2026, 9, 1))
    # Nobody asked; asked, but within the days that the law could still allow; asked after them.
    with pytest.raises(Refused):
        close(matter, cast, late, outcome="unanswered", changed="")
    confirm_silence(letter=letter, on=date(2026, 5, 4), at=early, by=cast.coordinator)
    with pytest.raises(Refused):
        close(matter, cast, late, outcome="unanswered", changed="")
    confirm_silence(letter=letter, on=date(2026, 9, 1), at=late, by=cast.coordinator)
    close(matter, cast, late, outcome="unanswered", changed="")
    assert Matter.objects.get(pk=matter.pk).outcome == "unanswered"


def test_an_answer_that_comes_after_all_takes_back_that_nobody_answered(matter, country, cast):
    letter, late = waiting(matter, country, cast), moment(date(2026, 9, 1))
    confirm_silence(letter=letter, on=date(2026, 9, 1), at=late, by=cast.coordinator)
    close(matter, cast, late, outcome="unanswered", changed="")
    record_answer(
        letter=Letter.objects.get(pk=letter.pk), answer="substance", came=Came(date(2026, 4, 10), date(2026, 9, 2)),
        at=moment(date(2026, 9, 2)), by=cast.coordinator,
    )  # fmt: skip
    fresh = Matter.objects.get(pk=matter.pk)
    assert (fresh.stage, fresh.outcome) == ("answered", "")
    assert {"silence_withdrawn", "reopened"} <= set(
        Entry.objects.filter(matter=matter).values_list("verb", flat=True)
    )
    assert Clock.objects.get(letter=letter, owner="authority").ended_on == date(2026, 4, 10)


def test_a_term_that_runs_is_not_waited_for_once_the_matter_is_solved_and_again_when_it_is_opened(
    matter, country, cast
):
    letter, day = waiting(matter, country, cast), moment(date(2026, 4, 1))
    close(matter, cast, day)
    clock = Clock.objects.get(letter=letter)
    assert clock.state == "closed" and not Clock.objects.filter(to_ask(date(2026, 9, 1)))
    outcome.reopen(matter=Matter.objects.get(pk=matter.pk), at=day, by=cast.coordinator, why="Yenə sınıb")
    again = Clock.objects.get(pk=clock.pk)
    assert (again.state, again.ended_on, again.due_on) == ("running", None, date(2026, 4, 14))


@pytest.mark.parametrize("stage", ["taken", "doing", "pressing", "answered"])
def test_opened_again_it_stays_with_its_community_where_it_stood(matter, country, cast, at, stage, client_as):
    letter = waiting(matter, country, cast)
    Matter.objects.filter(pk=matter.pk).update(stage=stage)
    close(Matter.objects.get(pk=matter.pk), cast, at)
    client = client_as("coordinator")
    assert client.post(reverse("reopen", args=[matter.code]), {"why": "Səhv bağlanıb"}).status_code == 302
    again = Matter.objects.get(pk=matter.pk)
    assert (again.stage, again.community, again.outcome) == (stage, country.community, "")
    assert not Clock.objects.filter(matter=matter, rule="own.take_up", state="running").exists()
    assert client.get(reverse("letter", args=[matter.code, letter.code])).status_code == 200


def test_an_answer_that_came_after_the_outcome_is_not_forgotten_when_it_is_opened(matter, country, cast, at):
    letter, day = waiting(matter, country, cast), moment(date(2026, 4, 10))
    Matter.objects.filter(pk=matter.pk).update(stage="pressing")
    close(Matter.objects.get(pk=matter.pk), cast, at)
    record_answer(
        letter=Letter.objects.get(pk=letter.pk), answer="refusal", came=Came(date(2026, 4, 9), date(2026, 4, 10)),
        at=day, by=cast.coordinator,
    )  # fmt: skip
    outcome.reopen(matter=Matter.objects.get(pk=matter.pk), at=day, by=cast.coordinator)
    assert Matter.objects.get(pk=matter.pk).stage == "answered"


def test_what_nobody_led_waits_for_a_community_again(matter, cast, at):
    Matter.objects.filter(pk=matter.pk).update(stage="untaken", community=None)
    close(Matter.objects.get(pk=matter.pk), cast, at)
    outcome.reopen(matter=Matter.objects.get(pk=matter.pk), at=at, by=cast.coordinator)
    assert Matter.objects.get(pk=matter.pk).stage == "open"
    assert Clock.objects.filter(matter=matter, rule="own.take_up", state="running").exists()


def test_of_a_finished_matter_nobody_is_asked_whether_an_answer_has_come(matter, country, cast):
    waiting(matter, country, cast)
    day = date(2026, 9, 1)
    assert Clock.objects.filter(to_ask(day)).count() == 1
    close(matter, cast, moment(day), outcome="unsolved", changed="")
    # That nothing is known of an answer stays as it was.
    assert not Clock.objects.filter(to_ask(day)) and Clock.objects.filter(unknown_clocks(day)).count() == 1


def test_an_erased_step_leaves_a_tombstone(matter, cast, at):
    entry = close(matter, cast, at)
    outcome.erase_step(entry=entry, reason="personal_data", at=at, by=cast.moderator)
    words = Words.objects.get(entry=entry)
    assert (words.text, words.erased_for) == ("", "personal_data")
    assert Entry.objects.filter(verb="erased").count() == 1
    with pytest.raises(Stale):
        outcome.erase_step(entry=Entry.objects.get(pk=entry.pk), reason="insult", at=at, by=cast.moderator)


# --- pages -----------------------------------------------------------------------------------------
def test_the_coordinator_closes_by_page_with_evidence(client_as, matter, photo):
    url = reverse("close", args=[matter.code])
    client = client_as("coordinator")
    assert client.get(url).status_code == 200
    assert client.post(url, {"outcome": "solved"}).status_code == 422
    page = client.post(url, {"outcome": "solved", "changed": "Düzəldi", "evidence": photo()})
    assert page.status_code == 302
    assert matter.documents.get().kind == "proof" and matter.documents.get().state == "waiting"


def test_evidence_that_is_not_what_it_says_keeps_the_text_and_the_stage(client_as, matter, photo):
    page = client_as("coordinator").post(
        reverse("close", args=[matter.code]),
        {
            "outcome": "solved",
            "changed": "Düzəldi",
            "evidence": photo(data=b"<svg onload=alert(1)>", name="a.jpg"),
        },
    )
    assert page.status_code == 422 and "Düzəldi" in page.content.decode()
    assert Matter.objects.get().stage == "doing"


def test_the_author_confirms_by_code_and_opens_again(client, raised, cast):
    close(raised.matter, cast, timezone.now())
    url = reverse("outcome", args=[raised.matter.code])
    assert client.post(url, {"agrees": "no"}).status_code == 422
    client.post(reverse("own_code"), {"code": raised.code})
    assert client.post(url, {"agrees": "no", "sex": "female", "band": "60+"}).status_code == 302
    vote = Act.objects.get(verb="vote")
    assert (vote.sex, vote.band, vote.person_key) == ("female", "60+", "")
    page = client.get(url).content.decode()
    assert reverse("reopen", args=[raised.matter.code]) in page
    client.post(reverse("reopen", args=[raised.matter.code]), {"why": "Yenə sınıb"})
    assert Matter.objects.get().stage == "doing"


def test_the_author_opens_again_once_and_not_long_after_the_end(client, raised, cast):
    at = timezone.now()
    url = reverse("reopen", args=[raised.matter.code])
    close(raised.matter, cast, at - timedelta(days=91))
    client.post(reverse("own_code"), {"code": raised.code})
    pages = (reverse("outcome", args=[raised.matter.code]), reverse("matter", args=[raised.matter.code]))
    Entry.objects.create(matter=raised.matter, verb="outcome_denied", at=at, on=at.date(), visibility="staff")
    shown = lambda: [url in client.get(page).content.decode() for page in pages]  # noqa: E731
    late = client.post(url, {"why": "Yenə sınıb"})
    assert late.status_code == 422 and "90 gün" in late.content.decode()
    assert shown() == [False, False]  # nobody is shown a button that refuses
    Entry.objects.filter(verb="closed").update(at=at - timedelta(days=89))
    assert shown() == [True, True]
    assert client.post(url, {"why": "Yenə sınıb"}).status_code == 302
    assert Matter.objects.get().stage == "doing"
    close(Matter.objects.get(), cast, at)
    again = client.post(url, {"why": "Yenə sınıb"})
    assert again.status_code == 422 and Matter.objects.get().stage == "closed" and shown()[1] is False
    assert "Yenə sınıb" in again.content.decode()  # nothing that was typed is lost
    outcome.reopen(matter=Matter.objects.get(), at=at, by=cast.coordinator, why="Yenə sınıb")  # who leads may
    assert Matter.objects.get().stage == "doing"


def test_a_stranger_cannot_close_or_open_again(client, matter):
    for name in ("close", "reopen"):
        assert (
            client.post(reverse(name, args=[matter.code]), {"why": "x", "outcome": "solved"}).status_code
            == 302
        )
    assert Matter.objects.get().stage == "doing"


def test_on_the_moderators_desk_an_appeal_waits_by_its_day_and_only_a_flood_stands_last(country, cast, at):
    def made(title, when):
        return raise_matter(
            title=title, text="x", place=country.goychay, topic="infrastructure", at=when
        ).matter

    appealed = made("Şikayət edilən", at)
    moderation.reject(matter=appealed, rule="insult", at=at, by=cast.moderator)
    moderation.appeal(matter=appealed, text="Təhqir yoxdur", at=at)
    flood = made("Sel", at)
    Matter.objects.filter(pk=flood.pk).update(reason=SLOW)
    later = made("Sonrakı", at + timedelta(days=4))
    assert [clock.matter for clock in moderation.waiting()] == [appealed, later, flood]


@pytest.fixture
def untaken(country, cast, at):
    """Published, and nobody has taken it up yet."""
    made = raise_matter(
        title="Quyu qapaqsızdır",
        text="Uşaq düşə bilər.",
        place=country.goychay,
        topic="infrastructure",
        at=at,
    )
    moderation.publish(matter=made.matter, at=at, by=cast.moderator)
    return made


def test_the_authors_code_closes_nothing_that_a_community_leads_with_a_letter_out(
    raised, country, cast, at, client, client_as
):
    matter = raised.matter
    sent = waiting(matter, country, cast)
    client.post(reverse("own_code"), {"code": raised.code})
    url, form = reverse("close", args=[matter.code]), {"outcome": "unsolved"}
    assert url not in client.get(f"/m/{matter.code}/").content.decode()
    assert client.get(url).status_code == client.post(url, form).status_code == 302  # to the sign-in
    matter.refresh_from_db()
    assert matter.stage == "pressing" and matter.outcome == ""
    assert Clock.objects.get(letter=sent, owner="authority").state == "running"
    assert url in client_as("coordinator").get(f"/m/{matter.code}/").content.decode()
    # Handed back, or opened again, with a letter out it is not the author's to close either.
    Matter.objects.filter(pk=matter.pk).update(stage="open", community=None)
    assert client.get(url).status_code == 302
    Letter.objects.filter(pk=sent.pk).update(stage="answered")
    assert client.get(url).status_code == 200


def test_of_an_author_who_closes_and_a_community_that_takes_it_up_one_is_told(untaken, country, cast, at):
    seen = Matter.objects.get(pk=untaken.matter.pk)
    taking.take_up(matter=untaken.matter, community=country.community, at=at, by=cast.coordinator, way="self")
    with pytest.raises(Stale):
        close(seen, cast, at, by=None)
    assert Matter.objects.get().stage == "doing"


def test_what_an_author_writes_about_the_end_waits_for_a_moderator(untaken, cast, at, client):
    raised = untaken
    matter, page = raised.matter, f"/m/{raised.matter.code}/"
    client.post(reverse("own_code"), {"code": raised.code})
    assert matter.code in str(dict(client.session))
    form = {"outcome": "solved", "changed": "Rəis Əli kələkbazdır", "whom": "hamı"}
    assert client.post(reverse("close", args=[matter.code]), form).status_code == 302
    matter.refresh_from_db()
    assert (matter.stage, matter.outcome) == ("closed", "solved")
    for text in (client.get(page), client.get(reverse("outcome", args=[matter.code]))):
        assert "kələkbaz" not in text.content.decode()
    entry = Entry.objects.get(matter=matter, verb="worded")
    assert matter in [clock.matter for clock in moderation.waiting()]
    moderation.show_words(entry=entry, text="Rəis […]", at=at, by=cast.moderator)
    assert (
        "kələkbaz" not in client.get(page).content.decode()
        and "Rəis […]" in client.get(page).content.decode()
    )
    assert client.post(reverse("reopen", args=[matter.code]), {"why": "Yenə kələkbaz"}).status_code == 302
    assert "kələkbaz" not in client.get(page).content.decode()


def test_who_says_so_is_told_that_it_is_counted_and_that_it_was(matter, cast, at, client_as):
    support_by_account(matter=matter, by=cast.resident, at=at)
    close(matter, cast, at)
    resident, url = client_as("resident"), reverse("outcome", args=[matter.code])
    assert "Cavabınız nəzərə alındı" in resident.post(url, {"agrees": "yes"}, follow=True).content.decode()
    assert "əvvəl nəzərə alınıb" in resident.post(url, {"agrees": "no"}, follow=True).content.decode()
    assert outcome.outcome_counts(matter) == {"agree": 1, "deny": 0}
