"""The authority's own side: its letters, the one-time code, objections, and who confirms."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.models import Code
from icma.core.words import date_words
from icma.front.notices import fill
from icma.matters.actions.clocks import confirm_silence
from icma.matters.actions.officials import (
    answer_as_official,
    answer_by_code,
    ask_contact,
    classify,
    confirm_answer,
    disown_answer,
    is_live,
    issue_reply_code,
    object_as_authority,
    reply_code,
)
from icma.matters.lateness import standing
from icma.matters.models import Clock, Entry, Letter
from icma.matters.threadview import _how_it_came
from icma.people.actions.mail import send_waiting
from icma.people.models import Address, Mail
from tests.matters.clockwork import counted_late
from tests.matters.letters_kit import came, drafted, later, photo, registered, sent, taken

pytestmark = pytest.mark.django_db
NOW = later(2026, 9, 1)


def late(country, cast, at, **more) -> Letter:
    """Registered, term long over, somebody asked: publicly silent."""
    letter = registered(country, cast, at, **more)
    confirm_silence(letter=letter, on=date(2026, 8, 30), at=NOW, by=cast.coordinator)
    assert standing(Letter.objects.get(pk=letter.pk), date(2026, 9, 1)).state == "silent"
    return Letter.objects.get(pk=letter.pk)


def test_a_code_opens_its_letter_once_and_not_after_its_term(country, cast, at):
    letter = registered(country, cast, at)
    text = issue_reply_code(letter=letter, at=at)
    assert reply_code(text.lower(), at).subject == f"letter:{letter.code}"
    assert reply_code(text, at + timedelta(days=59)) is not None
    assert reply_code(text, at + timedelta(days=180)) is None
    assert reply_code("0000-0000-0000-0000-0000", at) is None


def test_an_answer_by_code_is_kept_unconfirmed_hides_lateness_and_spends_every_print(country, cast, at):
    letter = late(country, cast, at)
    first, second = (issue_reply_code(letter=letter, at=NOW) for _ in range(2))
    reply = answer_by_code(letter=letter, came=came(date(2026, 4, 10), number="9", summary="Cavab"), at=NOW)
    assert (reply.confirmed, reply.stage, reply.answer) == (False, "received", "")
    now = Letter.objects.get(pk=letter.pk)
    assert now.stage == "silent"
    assert standing(now, date(2026, 9, 2)).state == "disputed" and not standing(now, date(2026, 9, 2)).sign
    assert Clock.objects.get(letter=letter, rule="own.correction").due_on == date(2026, 9, 4)
    assert reply_code(first, NOW) is None and reply_code(second, NOW) is None
    with pytest.raises(Refused):
        answer_by_code(letter=letter, came=came(date(2026, 4, 10)), at=NOW)
    assert Letter.objects.filter(direction="in").count() == 1


def test_confirmed_it_counts_with_its_own_date(country, cast, at):
    letter = late(country, cast, at)
    issue_reply_code(letter=letter, at=NOW)
    reply = answer_by_code(letter=letter, came=came(date(2026, 4, 10)), at=NOW)
    confirm_answer(reply=reply, at=NOW, by=cast.officer)
    assert Letter.objects.get(pk=letter.pk).stage == "answered"
    clock = Clock.objects.get(letter=letter, owner="authority")
    assert (clock.state, clock.ended_on, clock.asked_on) == ("answered", date(2026, 4, 10), None)
    assert not Clock.objects.filter(rule="own.correction", state="running").exists()
    assert Entry.objects.filter(verb="silence_withdrawn").exists()
    with pytest.raises(Refused):
        confirm_answer(reply=reply, at=NOW, by=cast.officer2)


def test_disowned_it_goes_and_the_term_stands_as_before(country, cast, at):
    letter = late(country, cast, at)
    issue_reply_code(letter=letter, at=NOW)
    reply = answer_by_code(letter=letter, came=came(date(2026, 4, 10)), at=NOW)
    disown_answer(reply=reply, at=NOW, by=cast.officer)
    now = Letter.objects.get(pk=letter.pk)
    assert Letter.objects.get(pk=reply.pk).stage == "dropped"
    assert standing(now, date(2026, 9, 2)).state == "silent"
    with pytest.raises(Refused):
        confirm_answer(reply=reply, at=NOW, by=cast.officer)


def test_an_answer_by_code_to_a_letter_that_is_not_registered_waits_too(country, cast, at):
    letter = sent(country, cast, at)
    issue_reply_code(letter=letter, at=NOW)
    answer_by_code(letter=letter, came=came(date(2026, 4, 10)), at=NOW)
    assert Clock.objects.filter(letter=letter, rule="own.correction", state="running").count() == 1


def test_an_officials_answer_counts_at_once_and_its_readers_say_what_it_is(country, cast, at):
    letter = registered(country, cast, at)
    reply = answer_as_official(letter=letter, came=came(date(2026, 4, 10)), at=NOW, by=cast.official)
    assert reply.confirmed and Letter.objects.get(pk=letter.pk).stage == "answered"
    with pytest.raises(Refused):
        classify(reply=reply, answer="promise", at=NOW, by=cast.coordinator)
    classify(reply=reply, answer="formal", at=NOW, by=cast.coordinator)
    with pytest.raises(Refused):
        classify(reply=reply, answer="refusal", at=NOW, by=cast.officer)
    assert Letter.objects.get(pk=reply.pk).answer == "formal"


@pytest.mark.parametrize("kind", ["answered", "mistake"])
def test_an_objection_starts_our_three_days_and_hides_lateness(country, cast, at, kind):
    letter = late(country, cast, at)
    object_as_authority(letter=letter, kind=kind, text="Nümunə izah", at=NOW)
    assert standing(Letter.objects.get(pk=letter.pk), date(2026, 9, 2)).state == "disputed"
    assert Clock.objects.get(rule="own.correction").due_on == date(2026, 9, 4)
    assert not Entry.objects.filter(visibility="public", words__text__contains="izah").exists()
    with pytest.raises(Refused):
        object_as_authority(letter=letter, kind=kind, text="", at=NOW)


def test_an_answer_shown_as_late_may_be_a_mistake_and_is_not_called_late_until_we_have_looked(
    country, cast, at, client_as
):
    letter = late(country, cast, at, rule="adm.decision")  # read in the act: sure enough to be counted
    reply = answer_as_official(letter=letter, came=came(date(2026, 8, 30)), at=NOW, by=cast.official)
    letter, day = reply.answers, date(2026, 9, 2)

    def stands() -> tuple[str, bool]:
        clocks = Clock.objects.filter(owner="authority")
        return standing(Letter.objects.get(pk=letter.pk), day).state, any(
            counted_late(one, day) for one in clocks
        )

    assert stands()[1]
    with pytest.raises(Refused):  # an answer is recorded: what is wrong with it is a mistake
        object_as_authority(letter=letter, kind="answered", text="", at=NOW)
    object_as_authority(letter=letter, kind="mistake", text="Cavab mayda gedib", at=NOW)
    assert stands() == ("disputed", False)
    assert Clock.objects.get(letter=letter, rule="own.correction").due_on == date(2026, 9, 4)
    page = reverse("objection", args=[letter.matter.code, letter.code])
    officer = client_as("officer")
    assert officer.get(page).status_code == 200
    assert officer.post(page, {"upheld": "no", "text": "Tarix düzdür", "once": "o1"}).status_code == 302
    assert stands()[1] and officer.get(page).status_code == 404


@pytest.mark.parametrize("stage", ["sent", "forwarded", "returned"])
def test_an_objection_to_a_letter_on_which_no_term_runs_is_looked_at_too(country, cast, at, client_as, stage):
    letter = sent(country, cast, at)
    Letter.objects.filter(pk=letter.pk).update(stage=stage)
    official, page = client_as("official"), reverse("reply_object", args=[letter.code])
    assert official.post(page, {"kind": "answered", "text": "", "once": "o1"}).status_code == 302
    ours = Clock.objects.get(letter=letter, rule="own.correction", state="running")
    with pytest.raises(Refused):
        object_as_authority(letter=letter, kind="mistake", text="", at=NOW)
    decide = reverse("objection", args=[letter.matter.code, letter.code])
    assert decide in client_as("officer").get(reverse("mine")).content.decode()
    officer, answer = client_as("officer"), {"upheld": "yes", "text": "", "once": "o2"}
    assert officer.post(decide, answer).status_code == 422, "the date of the answer is missing"
    answer |= {"answered_on": "2026-03-13", "once": "o3"}
    if stage != "returned":
        assert officer.post(decide, answer).status_code == 302
        assert Letter.objects.get(pk=letter.pk).stage == "answered"
        assert Entry.objects.get(verb="answer_came").on == date(2026, 3, 13)
        assert not Clock.objects.filter(pk=ours.pk, state="running").exists()


def test_nonsense_is_no_objection(country, cast, at):
    with pytest.raises(Refused):
        object_as_authority(
            letter=registered(country, cast, at, matter=taken(country, at, "TAKEN002")),
            kind="nonsense",
            text="",
            at=NOW,
        )


# --- pages ---------------------------------------------------------------------------------------------
def page_of(country) -> str:
    return reverse("authority_letters", args=[country.water.code])


def test_the_list_shows_what_is_public_and_no_drafts(country, cast, at):
    registered(country, cast, at)
    drafted(country, cast, at, matter=taken(country, at, "TAKEN002", title="Gizli qaralama"))
    registered(country, cast, at, matter=_hidden(country, at))
    page = Client().get(page_of(country))
    text = page.content.decode()
    assert [row["letter"].number for row in page.context["rows"]] == ["125/1"]
    assert "125/1" in text and "14.04.2026" in text
    assert "Gizli qaralama" not in text and "Gizlədilmiş" not in text
    assert len(page.content) < 60_000


def _hidden(country, at):
    matter = taken(country, at, "TAKEN003", title="Gizlədilmiş")
    matter.hidden_at = at
    matter.save()
    return matter


def test_the_list_costs_the_same_for_one_letter_and_three(country, cast, at):
    counts = []
    for n in range(3):
        registered(country, cast, at, matter=taken(country, at, f"TAKEN1{n:02d}"))
        with CaptureQueriesContext(connection) as seen:
            Client().get(page_of(country))
        counts.append(len(seen))
    assert counts[0] == counts[2] <= 12


def test_all_letters_stand_on_one_page_to_print(country, cast, at, monkeypatch):
    monkeypatch.setattr("icma.matters.views.officials.PAGE", 1)
    for n in range(3):
        registered(country, cast, at, matter=taken(country, at, f"TAKEN1{n:02d}"))
    first = Client().get(page_of(country))
    assert len(first.context["rows"]) == 1 and "?n=1000" in first.content.decode()
    assert len(Client().get(page_of(country) + "?n=1000").context["rows"]) == 3
    feed = Client().get(first.context["feed"])
    assert feed.status_code == 200 and feed.content.count(b"<entry>") == 3


def test_the_table_as_csv_quotes_what_a_spreadsheet_would_run(country, cast, at):
    registered(country, cast, at, matter=taken(country, at, title="=HYPERLINK(1)"))
    got = Client().get(reverse("authority_letters_csv", args=[country.water.code]))
    text = b"".join(got.streaming_content).decode()
    assert "'=HYPERLINK" in text and "125/1" in text
    assert "2026-04-14" not in text, "by a rule that nobody has read in the act: on the page alone"


@pytest.fixture
def live(country, cast):
    """A letter whose term runs on the day of the test, and a code for it."""
    at = timezone.now()
    today = legal_day(at)
    from icma.matters.actions.letters import mark_sent, register

    letter = drafted(country, cast, at)
    mark_sent(letter=letter, channel="post", on=today - timedelta(days=3), at=at, by=cast.coordinator)
    register(letter=letter, number="7", on=today - timedelta(days=2), at=at, by=cast.coordinator)
    return letter, issue_reply_code(letter=letter, at=at)


def answer_form(**more):
    day = (legal_day(timezone.now()) - timedelta(days=1)).isoformat()
    return {"dated_on": day, "number": "45/2", "summary": "Su verilib.", "once": "o1"} | more


def test_the_code_goes_by_post_and_opens_the_one_letter(country, cast, live):
    letter, code = live
    client = Client()
    assert client.get(reverse("reply") + f"?code={code}").status_code == 200
    assert client.get(reverse("reply_letter", args=[letter.code])).status_code == 302
    opened = client.post(reverse("reply"), {"code": code.lower().replace("-", " ")})
    assert opened.url == reverse("reply_letter", args=[letter.code]) and code not in opened.url
    page = client.get(opened.url)
    assert page.status_code == 200 and letter.body in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    other = drafted(country, cast, timezone.now(), matter=taken(country, timezone.now(), "TAKEN009"))
    assert client.get(reverse("reply_letter", args=[other.code])).status_code == 302


def test_an_answer_without_an_account_from_code_to_confirmation(country, cast, live, client_as):
    letter, code = live
    client = Client()
    client.post(reverse("reply"), {"code": code})
    scan = SimpleUploadedFile("cavab.png", photo(kind="PNG"))
    for _ in range(3):
        done = client.post(reverse("reply_answer", args=[letter.code]), answer_form(scan=scan))
    assert done.status_code == 302
    reply = Letter.objects.get(direction="in")
    assert not reply.confirmed and reply.scan.visibility == "staff" and reply.summary == "Su verilib."
    # When it reached the sender the body cannot know: nobody is told a day.
    assert reply.received_on is None and "alınıb" not in _how_it_came(reply)
    # Spent: the same session is led back to the code.
    assert client.get(reverse("reply_letter", args=[letter.code])).status_code == 302
    page = reverse("letter_confirm", args=[letter.matter.code, reply.code])
    assert client_as("coordinator").get(page).status_code == 404
    assert client_as("officer").get(page).status_code == 200
    waiting = client_as("officer").get(page_of(country)).context["waiting"]
    assert waiting == [reply]
    assert client_as("officer").post(page, {"verdict": "confirm", "once": "c1"}).status_code == 302
    reply.refresh_from_db()
    assert reply.confirmed
    assert Letter.objects.get(pk=letter.pk).stage == "answered"


# --- the directory's contact ------------------------------------------------------------------------------
@pytest.fixture
def mailbox(country):
    """The authority's mail address in the directory."""
    since = date(2024, 1, 1)
    return Address.objects.create(
        authority=country.water, purpose="appeal", channel="email", value="su@qurum.invalid", source="nümunə", since=since
    )  # fmt: skip


def entered(live) -> Letter:
    """An answer that somebody entered with the code of the letter."""
    letter, code = live
    client = Client()
    client.post(reverse("reply"), {"code": code})
    client.post(reverse("reply_answer", args=[letter.code]), answer_form())
    return Letter.objects.get(direction="in")


def mailed(mailoutbox) -> str:
    """The code in the mail to the directory's contact."""
    send_waiting(timezone.now(), fill=fill)
    assert [mail.to for mail in mailoutbox] == [["su@qurum.invalid"]]
    assert mailoutbox[0].subject == "İcma: bu cavab Sizindirmi?"
    return re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4})+", mailoutbox[0].body).group()


@pytest.mark.parametrize(
    "verdict, confirmed, stage", [("ours", True, "answered"), ("not_ours", False, "registered")]
)
def test_the_directorys_contact_decides_with_the_mailed_code(
    verdict, confirmed, stage, country, cast, live, mailbox, mailoutbox
):
    reply, client = entered(live), Client()
    assert standing(Letter.objects.get(pk=reply.answers_id), legal_day(timezone.now())).state == "disputed"
    code = mailed(mailoutbox)
    assert code not in mailoutbox[0].body.split("https://")[-1].split()[0]
    page = client.post(reverse("vouch"), {"code": code})
    assert reply.summary in page.content.decode() and not Letter.objects.get(pk=reply.pk).confirmed
    form = {"code": code, "verdict": verdict, "once": "v1"}
    assert client.post(reverse("vouch"), form).status_code == 302
    reply.refresh_from_db()
    assert reply.confirmed == confirmed and reply.stage == ("received" if confirmed else "dropped")
    assert Letter.objects.get(pk=reply.answers_id).stage == stage
    assert not Clock.objects.filter(rule="own.correction", state="running").exists()
    assert client.post(reverse("vouch"), {"code": code}).context["reply"] is None


def test_the_code_of_the_letter_does_not_confirm_its_own_answer(country, cast, live, mailbox):
    _letter, code = live
    entered(live)
    refused = Client().post(reverse("vouch"), {"code": code})
    assert refused.context["reply"] is None
    page = refused.content.decode()  # what is wrong is named by the words beside the field
    assert page.count("Məktubdakı kod") == 2 and "Müraciətdə çap olunmuş kod" not in page


def test_without_a_mailbox_in_the_directory_an_officer_asks(country, cast, live, client_as, mailoutbox):
    reply = entered(live)
    send_waiting(timezone.now(), fill=fill)
    assert not mailoutbox and not Code.objects.filter(purpose="vouch").exists()
    page = client_as("officer").get(reverse("letter_confirm", args=[reply.matter.code, reply.code]))
    assert not page.context["has_mail"]
    with pytest.raises(Refused):
        ask_contact(reply=reply, at=timezone.now())


def test_a_code_is_mailed_again_twice_at_most_and_only_the_last_one_holds(
    country, cast, live, mailbox, client_as
):
    reply = entered(live)
    page = reverse("letter_confirm", args=[reply.matter.code, reply.code])
    for n in range(4):
        client_as("officer").post(page, {"verdict": "mail", "once": f"m{n}"})
    assert Mail.objects.filter(kind="vouch").count() == 3
    assert Code.objects.filter(purpose="vouch", ended_at=None).count() == 1
    assert not Letter.objects.get(pk=reply.pk).confirmed


def test_a_press_without_a_verdict_confirms_nothing(country, cast, live, client_as):
    reply = entered(live)
    page = reverse("letter_confirm", args=[reply.matter.code, reply.code])
    assert client_as("officer").post(page, {"once": "x"}).status_code == 200
    assert not Letter.objects.get(pk=reply.pk).confirmed


def test_the_bodys_own_official_confirms_and_answers_without_a_code(country, cast, live, client_as):
    letter, code = live
    official = client_as("official")
    assert official.get(reverse("official")).url == page_of(country)
    assert reverse("reply_letter", args=[letter.code]) in official.get(page_of(country)).content.decode()
    assert official.post(reverse("reply_answer", args=[letter.code]), answer_form()).status_code == 302
    assert Letter.objects.get(direction="in").confirmed
    assert is_live(f"letter:{letter.code}", timezone.now())


def test_another_bodys_official_sees_nothing_of_it(country, cast, live, client_as):
    letter, _code = live
    seat = cast.official.memberships.get()
    seat.authority = country.executive
    seat.save()
    assert client_as("official").get(reverse("reply_letter", args=[letter.code])).status_code == 404


def test_a_wrong_an_expired_and_a_mistyped_code_are_told_so(country, cast, live):
    letter, code = live
    client = Client()
    mistyped = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert client.post(reverse("reply"), {"code": mistyped}).context["form"].errors
    Code.objects.update(expires_at=datetime(2020, 1, 1, tzinfo=timezone.get_current_timezone()))
    again = client.post(reverse("reply"), {"code": code})
    assert again.status_code == 200 and again.context["form"].errors
    assert code in again.content.decode()


def test_a_link_that_expires_while_the_form_is_open_is_told_so(country, cast, live):
    letter, code = live
    client = Client()
    client.post(reverse("reply"), {"code": code})
    Code.objects.update(expires_at=datetime(2020, 1, 1, tzinfo=timezone.get_current_timezone()))
    done = client.post(reverse("reply_answer", args=[letter.code]), answer_form())
    assert done.url == reverse("reply")
    assert not Letter.objects.filter(direction="in").exists()


def test_objections_through_the_page(country, cast, live):
    letter, code = live
    client = Client()
    client.post(reverse("reply"), {"code": code})
    page = reverse("reply_object", args=[letter.code])
    assert client.post(page, {"kind": "", "once": "x"}).context["form"].errors
    assert "text" in client.post(page, {"kind": "mistake", "text": " ", "once": "z"}).context["form"].errors
    assert (
        client.post(page, {"kind": "answered", "text": "<script>alert(1)</script>", "once": "y"}).status_code
        == 302
    )
    ours = Clock.objects.get(rule="own.correction", state="running")
    after = client.get(reverse("reply_letter", args=[letter.code])).content.decode()
    assert page not in after and date_words(ours.due_on) in after, "told once; until when we look"


@pytest.mark.parametrize(
    "bad",
    [
        {"summary": "x" * 501},
        {"number": ""},
        {"dated_on": "2020-13-45"},
        {"dated_on": "2019-01-01"},
        {"dated_on": ""},
    ],
)
def test_bad_answers_stay_on_the_form(country, cast, live, bad):
    letter, code = live
    client = Client()
    client.post(reverse("reply"), {"code": code})
    again = client.post(reverse("reply_answer", args=[letter.code]), answer_form(**bad))
    assert again.status_code == 200 and again.context["form"].errors
    assert not Letter.objects.filter(direction="in").exists()


def test_the_code_form_wants_the_csrf_token(live):
    assert Client(enforce_csrf_checks=True).post(reverse("reply"), {"code": live[1]}).status_code == 403
