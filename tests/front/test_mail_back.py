"""Mail that came back: the address is written to no more, and somebody is told by voice or asked for a better one."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from icma.front.mailin import take_in
from icma.front.mine.staff import mail_back
from icma.front.notices import to_tell
from icma.matters.actions.officials import answer_by_code, issue_reply_code
from icma.matters.actions.support import follow
from icma.people.actions import mail
from icma.people.actions.contacts import keep_contact
from icma.people.actions.returned import came_back, mail_reached
from icma.people.models import Address, Mail, person_key
from tests.front.noticing import follow_without_account, happened, public_matter
from tests.matters.letters_kit import came, later, registered
from tests.post import Office, Post

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
REPORT = """From: MAILER-DAEMON@mx.invalid
To: {to}
Subject: Undelivered Mail Returned to Sender
Date: Tue, 14 Apr 2026 15:04:05 +0400
Message-ID: <1@mx.invalid>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not arrive.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.invalid

Final-Recipient: rfc822; s@numune.invalid
Action: {action}
Status: {status}

--b--
"""


class Strict(Post):
    """Refuses every recipient with `no`, and keeps the return address of each mail."""

    no = ""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.no:
            return self.no
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.back = envelope.mail_from
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def post(port):
    handler = Strict()
    office = Office(handler, hostname="127.0.0.1", port=port)
    office.start()
    yield handler
    office.stop()


@pytest.fixture(autouse=True)
def mail_comes_in(settings):
    settings.MAIL_IN_DOMAIN, settings.MAIL_IN_SERVER = "cavab.numune.invalid", ""
    with translation.override("az"):
        yield


def sent(person: str, at, key: str = "k") -> Mail:
    mail.queue_mail(person=person, key=key, kind="urgent", data={"sentence": "x", "url": "/"}, at=at)
    mail.send_waiting(at)
    return Mail.objects.get(person=person, key=key)


def report(back: str, at, status: str = "5.1.1", action: str = "failed") -> bool:
    return take_in(REPORT.format(to=back, action=action, status=status).encode(), back, at)


def anyone(at) -> str:
    person = person_key()
    keep_contact(
        person=person, purpose="follow", scope="follow:A", values={"mail": "s@numune.invalid"}, at=at
    )
    return person


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("550 5.1.1 no such user", "returned"), ("553 5.1.2 no such domain", "returned"),
        ("550 5.2.1 mailbox disabled", "returned"), ("550 5.7.1 spam", "failed"), ("552 5.2.2 full", "failed"),
        ("550 no", "failed"), ("450 4.2.0 later", "waiting"),
    ],
)  # fmt: skip
def test_an_address_that_the_server_does_not_know_is_marked_and_a_filter_is_not(
    answer, state, at, post
) -> None:
    post.no = answer
    person = anyone(at)
    assert sent(person, at).state == state
    assert came_back([person]) == ({person} if state == "returned" else set())


def test_a_report_that_comes_later_marks_the_mail_and_nothing_more_goes_there(at, post) -> None:
    person = anyone(at)
    first = sent(person, at)
    assert first.state == "sent" and post.back.endswith("@cavab.numune.invalid")
    assert post.mails[0][1]["From"] == "icma@localhost"
    assert report(post.back.upper(), at) is True
    first.refresh_from_db()
    assert first.state == "returned"
    assert mail.wanting([person], "daily", at) == {} == mail.wanting([person], "urgent", at)
    assert sent(person, at + DAY, key="next").state == "dropped" and len(post.mails) == 1
    assert mail.address_of(person, "asked", at) == "s@numune.invalid", "who presses a button is tried again"


@pytest.mark.parametrize(
    ("status", "action"),
    [("5.2.2", "failed"), ("5.7.1", "failed"), ("4.4.1", "delayed"), ("2.0.0", "delivered")],
)
def test_a_full_mailbox_a_filter_or_a_delay_says_nothing_about_the_address(status, action, at, post) -> None:
    person = anyone(at)
    sent(person, at)
    assert report(post.back, at, status, action) is True
    assert Mail.objects.get().state == "sent" and came_back([person]) == set()


@pytest.mark.parametrize("wrong", ["q-1-AAAA", "q-", "q-x-y", "q-٣-AAAA", "q-" + "9" * 40 + "-A"])
def test_a_guessed_return_address_marks_nothing(wrong, at, post) -> None:
    person = anyone(at)
    number = sent(person, at).pk
    assert report(f"{wrong}@cavab.numune.invalid", at) is False
    other = post.back.replace(f"q-{number}-", f"q-{number + 1}-")
    assert report(other, at) is False and came_back([person]) == set()


def test_a_new_address_or_a_mail_that_arrived_lifts_it(at, post) -> None:
    person = anyone(at)
    sent(person, at)
    report(post.back, at)
    assert came_back([person]) == {person}
    keep_contact(
        person=person, purpose="follow", scope="follow:A", values={"mail": "t@numune.invalid"}, at=at + DAY
    )
    assert came_back([person]) == set() and person in mail.wanting([person], "daily", at)


def test_without_mail_in_the_sender_is_as_before(at, post, settings) -> None:
    settings.MAIL_IN_DOMAIN = ""
    sent(anyone(at), at)
    assert post.back == "icma@localhost"


def test_who_follows_with_a_dead_address_stands_on_the_list_of_whom_to_tell(
    country, cast, at, post, client_as, monkeypatch
):
    matter = public_matter(country, at)
    person = follow_without_account(matter, at - DAY, mail="s@numune.invalid", phone="+994 50 000 00 00")
    sent(person, at)
    happened(matter, at, "answer_came")
    assert to_tell(cast.who("coordinator"), at + DAY) == []
    report(post.back, at)
    [row] = to_tell(cast.who("coordinator"), at + DAY)
    assert row.person == person and row.returned
    monkeypatch.setattr(timezone, "now", lambda: at + DAY)
    assert "e-məktub geri qayıdır" in client_as("coordinator").get(reverse("tell")).content.decode()


def test_an_account_and_an_officer_are_told_until_a_code_that_was_mailed_is_typed_back(
    cast, at, post, client_as
):
    person = cast.coordinator.person
    sent(person, at)
    report(post.back, at)
    [own] = mail_back(cast.who("coordinator"), at)
    assert own.url == reverse("account") and list(mail_back(cast.who("resident"), at)) == []
    [other] = mail_back(cast.who("officer"), at)
    assert other.url == reverse("person", args=[person]) and str(cast.coordinator) in other.title
    assert cast.coordinator.email in client_as("coordinator").get(reverse("account")).content.decode()
    assert "geri qayıdır" in client_as("coordinator").get(reverse("account")).content.decode()
    mail_reached(person=person)
    assert list(mail_back(cast.who("officer"), at)) == []


def test_who_left_an_address_alone_and_wants_no_mail_stands_on_no_list_of_whom_to_call(country, cast, at):
    """Nobody can open that address: a line there could never be ticked off."""
    matter, person = public_matter(country, at), person_key()
    follow(matter=matter, person=person, mail="s@numune.invalid", at=at)
    happened(matter, at, "answer_came")
    mail.unsubscribe(person=person, at=at)
    assert to_tell(cast.who("coordinator"), at + DAY) == []
    assert to_tell(cast.who("officer"), at + 6 * DAY) == []


def test_an_officer_sees_that_the_directorys_address_does_not_work(country, cast, at, client_as, monkeypatch):
    letter, now = registered(country, cast, at), later(2026, 4, 20)
    monkeypatch.setattr(timezone, "now", lambda: now)
    Address.objects.create(
        authority=letter.authority, purpose="appeal", channel="email", value="su@qurum.invalid", source="nümunə",
        since=date(2024, 1, 1),
    )  # fmt: skip
    issue_reply_code(letter=letter, at=now)
    reply = answer_by_code(letter=letter, came=came(date(2026, 4, 10)), at=now)
    page = reverse("letter_confirm", args=[reply.matter.code, reply.code])
    assert "geri qayıdır" not in client_as("officer").get(page).content.decode()
    Mail.objects.filter(kind="vouch").update(state="returned", sent_at=now)
    assert "geri qayıdır" in client_as("officer").get(page).content.decode()
