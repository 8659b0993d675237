"""Mail over real SMTP: one connection, once each, whatever goes wrong."""

import email
import socket
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.test import Client

from icma.people.actions import mail
from icma.people.actions.contacts import keep_contact
from icma.people.models import Mail, person_key
from tests.post import Office, Post

pytestmark = pytest.mark.django_db


def queue(person: str, at, key: str = "link:1", **data) -> Mail | None:
    return mail.queue_mail(
        person=person, key=key, kind="link", data={"url": "https://icma.example/x/", **data}, at=at
    )


def many(n: int, at) -> list[str]:
    persons = [person_key() for _ in range(n)]
    for number, person in enumerate(persons):
        keep_contact(
            person=person,
            purpose="follow",
            scope="matter:A",
            values={"mail": f"s{number}@numune.invalid"},
            at=at,
        )
        queue(person, at)
    return persons


def test_a_second_mail_of_the_same_key_is_not_queued(at, cast) -> None:
    assert queue(cast.resident.person, at) is not None
    assert queue(cast.resident.person, at + timedelta(days=3)) is None
    assert Mail.objects.count() == 1


def test_an_unknown_kind_is_a_programming_error(at) -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        mail.queue_mail(person="x", key="k", kind="newsletter", data={}, at=at)


def test_a_batch_goes_over_one_connection_and_once(at, post, db) -> None:
    many(12, at)
    assert mail.send_waiting(at) == (12, 0)
    assert mail.send_waiting(at) == (0, 0)
    assert post.connections == 1
    assert sorted(to for to, _ in post.mails) == sorted(f"s{n}@numune.invalid" for n in range(12))
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent"}


def test_most_limits_a_run_and_the_next_one_goes_on(at, post, db) -> None:
    many(5, at)
    assert mail.send_waiting(at, most=3) == (3, 0)
    assert mail.send_waiting(at, most=3) == (2, 0)
    assert len(post.mails) == 5


def test_who_waits_at_the_screen_comes_before_what_goes_to_thousands(at, cast, post) -> None:
    crowd = [cast.officer.person, cast.coordinator.person]
    mail.queue_many(persons=crowd, key="news", kind="update", data={}, at=at)
    queue(cast.resident.person, at + timedelta(minutes=1))
    assert mail.send_waiting(at + timedelta(minutes=2), most=1) == (1, 0)
    assert [to for to, _ in post.mails] == ["resident@numune.invalid"]


def test_headers_end_mail_with_one_click_and_the_subject_says_nothing(at, cast, post) -> None:
    queue(cast.resident.person, at)
    mail.send_waiting(at)
    to, message = post.mails[0]
    assert to == "resident@numune.invalid"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].strip().startswith("<https://icma.example/mektub-yox/")
    subject = str(email.header.make_header(email.header.decode_header(message["Subject"])))
    assert subject == "İcma: yeniliklər"
    assert socket.gethostname() not in (message["Message-ID"] or "")


def test_a_mail_is_written_in_the_readers_language(at, cast, post) -> None:
    mail.queue_mail(
        person=cast.resident.person, key="a", kind="link", data={"url": "u"}, at=at, language="ru"
    )
    mail.send_waiting(at)
    body = post.mails[0][1].get_payload(decode=True).decode()
    assert "Здравствуйте" in body
    assert "https://icma.example/ru/mektub-yox/" in body


def test_a_server_that_is_down_loses_nothing_and_doubles_nothing(at, port, db) -> None:
    many(3, at)
    assert mail.send_waiting(at) == (0, 0)
    assert set(Mail.objects.values_list("state", "tries")) == {("waiting", 1)}
    assert mail.send_waiting(at) == (0, 0), "not before a minute has passed"
    for minutes in (2, 10, 60, 600):
        mail.send_waiting(at + timedelta(minutes=minutes))
    handler = Post()
    office = Office(handler, hostname="127.0.0.1", port=port)
    office.start()
    try:
        for hours in (24, 25, 26):
            mail.send_waiting(at + timedelta(hours=hours))
    finally:
        office.stop()
    assert sorted(to for to, _ in handler.mails) == [f"s{n}@numune.invalid" for n in range(3)]


def test_a_refusal_for_now_comes_again_and_one_for_good_does_not(at, cast, post) -> None:
    queue(cast.resident.person, at)
    post.answer = "451 later"
    assert mail.send_waiting(at) == (0, 0)
    post.answer = "554 never"
    assert mail.send_waiting(at + timedelta(hours=1)) == (0, 1)
    post.answer = "250 taken"
    assert mail.send_waiting(at + timedelta(days=1)) == (0, 0)
    assert Mail.objects.get().state == "failed"
    assert post.mails == []


def test_a_hand_over_that_broke_off_is_never_repeated_and_the_rest_waits(at, post, db) -> None:
    many(4, at)
    post.drop_after = 2
    sent, failed = mail.send_waiting(at)
    assert (sent, failed) == (1, 1)
    post.drop_after = None
    for hours in (1, 2, 30):
        mail.send_waiting(at + timedelta(hours=hours))
    assert sorted(to for to, _ in post.mails) == [f"s{n}@numune.invalid" for n in range(4)]


def test_two_workers_send_a_mail_once(at, cast, post) -> None:
    row = queue(cast.resident.person, at)
    assert mail.claim(mail=row, at=at)
    assert not mail.claim(mail=row, at=at)
    assert mail.send_waiting(at) == (0, 0)
    assert post.mails == []


def test_a_worker_that_died_in_the_act_leaves_no_second_mail(at, cast, post) -> None:
    row = queue(cast.resident.person, at)
    mail.claim(mail=row, at=at)
    assert mail.send_waiting(at + timedelta(hours=2)) == (0, 1)
    assert Mail.objects.get().state == "failed"


def test_nobody_frozen_gone_or_silent_is_written_to(at, cast, post) -> None:
    for key in ("resident", "lawyer"):
        mail.queue_mail(
            person=getattr(cast, key).person, key="due:1:2026-03-13", kind="urgent", data={}, at=at
        )
    queue(person_key(), at)
    cast.lawyer.digest = "none"
    cast.lawyer.save()
    cast.resident.frozen_at = at
    cast.resident.save()
    assert mail.send_waiting(at) == (0, 0)
    assert set(Mail.objects.values_list("state", flat=True)) == {"dropped"}


def test_a_mail_that_was_asked_for_comes_even_without_a_digest(at, cast, post) -> None:
    cast.resident.digest = "none"
    cast.resident.save()
    queue(cast.resident.person, at)
    assert mail.send_waiting(at) == (1, 0)


def test_a_mail_that_cannot_be_written_does_not_stop_the_queue(at, cast, post) -> None:
    queue(cast.resident.person, at)
    mail.queue_mail(person=cast.officer.person, key="b", kind="link", data={}, at=at)

    def fill(row: Mail):
        return row.data | {} if row.data else 1 / 0

    assert mail.send_waiting(at, fill=fill) == (1, 1)


def test_an_address_without_a_host_becomes_whole(at, cast, post) -> None:
    queue(cast.resident.person, at, url="/ru/m/7Q4FM2KD/tesdiq/")
    mail.send_waiting(at)
    assert "https://icma.example/ru/m/7Q4FM2KD/tesdiq/" in post.mails[0][1].get_payload(decode=True).decode()


def test_links_leave_the_row_once_it_is_sent(at, cast, post) -> None:
    queue(cast.resident.person, at, code="1234 5678")
    mail.send_waiting(at)
    assert Mail.objects.get().data == {}
    assert "1234 5678" not in str(Mail.objects.values())


def test_unsubscribing_takes_one_click_without_cookie_and_get_changes_nothing(at, cast) -> None:
    client = Client(enforce_csrf_checks=True)
    address = f"/mektub-yox/{mail.token_of(cast.resident.person)}/"
    assert client.get(address).status_code == 200
    cast.resident.refresh_from_db()
    assert cast.resident.digest == "daily"
    response = client.post(address, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    cast.resident.refresh_from_db()
    assert cast.resident.digest == "none"
    assert "no-store" in response["Cache-Control"]


def test_unsubscribing_an_address_without_account_silences_it(at, post, db) -> None:
    person = many(1, at)[0]
    mail.queue_mail(person=person, key="d", kind="urgent", data={}, at=at)
    Client().post(f"/mektub-yox/{mail.token_of(person)}/")
    assert mail.wanting([person], "daily", at) == {}
    assert Mail.objects.get(kind="urgent").state == "dropped"


@pytest.mark.parametrize("token", ["x", "abc:def:ghi", "ə" * 300])
def test_a_forged_link_unsubscribes_nobody(token, cast) -> None:
    assert Client().post(f"/mektub-yox/{token}/").status_code == 404
    assert not type(cast.resident).objects.filter(digest="none").exists()


def test_no_mail_left_through_another_way() -> None:
    assert outbox.outbox == []
