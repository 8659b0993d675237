"""Signing: asked without an account, confirmed from the mailbox by a press, once a person whatever is tried."""

import re
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from nacl.public import PrivateKey, SealedBox

from icma.advocacy import committer, now
from icma.advocacy.actions.signing import Confirmation, confirm_all
from icma.advocacy.models import Pending, Petition, Signature
from icma.advocacy.tokens import digits_of, ref_of, token_of
from icma.matters.models import Window

pytestmark = pytest.mark.django_db


def signed(one) -> int:
    return Signature.objects.filter(petition=one.petition, valid=True).count()


def test_from_the_form_to_thanks_without_a_cookie(signer) -> None:
    one = signer()
    page = one.sign("Aysel.Q@numune.invalid", name="Aysel", place="AZ-GOY", sex="female", band="18-29")
    assert page.status_code == 200 and "Təşəkkür edirik" in page.content.decode()
    assert not one.client.cookies
    row = Signature.objects.get()
    assert (row.place.code, row.sex, row.band, row.channel) == ("AZ-GOY", "female", "18-29", "web")
    opened = SealedBox(PrivateKey(bytes.fromhex(one.petition.secret))).decrypt(bytes(row.sealed)).decode()
    assert opened == "Aysel\nAysel.Q@numune.invalid"
    assert bytes(Pending.objects.get().sealed) == b""


@pytest.mark.parametrize("mode, says", [("standard", True), ("protected", False)])
def test_who_signs_is_told_that_a_random_few_may_be_asked(signer, mode, says) -> None:
    """Nobody is asked of a protected petition: it knows nobody."""
    one = signer(mode)
    code = one.petition.matter.code
    for page in (one.client.get(f"/m/{code}/"), one.client.get(f"/d/{code}/"), one.sign("a@numune.invalid")):
        assert ("təsadüfi seçilmiş" in page.content.decode()) is says
    assert ("bir neçə dəqiqəyə" in page.content.decode()) is says  # a protected number moves in steps


def test_looking_at_the_link_confirms_nothing(signer) -> None:
    one = signer()
    one.ask("a@numune.invalid")
    link = one.link("a@numune.invalid")
    scanner = Client()
    for _ in range(5):
        assert scanner.get(link).status_code == 200
        assert scanner.head(link).status_code == 200
        assert scanner.options(link).status_code in (200, 405)
    assert signed(one) == 0 and Pending.objects.get().state == "mailed"
    one.client.post(link)
    assert signed(one) == 1


def test_all_spellings_of_an_address_are_one_person(signer) -> None:
    one = signer()
    for mail in ("Aysel.Q@gmail.com", "ayselq+su@gmail.com", "AYSELQ@googlemail.com", "ayselq@gmail.com"):
        one.sign(mail) if mail == "Aysel.Q@gmail.com" else one.ask(mail)
        for row in Pending.objects.filter(state__in=("waiting", "mailed")):
            one.client.post(f"/d/t/{token_of(row.ref)}/")
    assert signed(one) == 1


def test_pressing_again_and_again_counts_once_and_thanks_again(signer) -> None:
    one = signer()
    one.sign("a@numune.invalid")
    link = f"/d/t/{token_of(Pending.objects.get().ref)}/"
    assert [one.client.post(link).status_code for _ in range(3)] == [200] * 3
    assert signed(one) == 1


def test_a_whole_batch_with_the_same_person_counts_once(signer) -> None:
    one = signer()
    for mail in ("a@numune.invalid", "A+x@numune.invalid", "a@numune.invalid", "b@numune.invalid"):
        one.ask(mail)
    batch = [Confirmation(ref, timezone.now()) for ref in Pending.objects.values_list("ref", flat=True)]
    outcomes = confirm_all(confirmations=[*batch, batch[0]])
    assert {outcome.state for outcome in outcomes} == {"counted"} and signed(one) == 2


def test_new_known_and_dropped_addresses_are_answered_alike(signer) -> None:
    one = signer()
    one.sign("known@numune.invalid")
    answers = []
    for mail in ("known@numune.invalid", "new@numune.invalid", "x@mailinator.com"):
        answer = one.ask(mail)
        waits = one.client.get(answer["Location"])
        ref = answer["Location"].rstrip("/").rpartition("/")[2]
        answers.append(
            (
                answer.status_code,
                len(answer["Location"]),
                re.sub(r'nonce="[^"]*"', "", waits.content.decode()).replace(ref, ""),
            )
        )
    assert answers[0] == answers[1] == answers[2]
    assert one.mails("x@mailinator.com") == []
    assert "artıq" in one.mails("known@numune.invalid")[-1]


@pytest.mark.parametrize(
    "mail", ["", "a", "a@", "@b.az", "a b@numune.invalid", "a@b", "x" * 300 + "@numune.invalid"]
)
def test_what_is_no_address_is_said_and_nothing_typed_is_lost(signer, mail) -> None:
    one = signer()
    page = one.ask(mail, name="Aysel")
    assert page.status_code == 422 and "Aysel" in page.content.decode()
    assert not Pending.objects.exists()


def test_the_digits_of_the_mail_do_the_same(signer) -> None:
    one = signer()
    waits = one.ask("a@numune.invalid")["Location"]
    row = Pending.objects.get()
    assert digits_of(row.ref) in one.mails("a@numune.invalid")[-1]
    typed = f"{digits_of(row.ref)[:4]} {digits_of(row.ref)[4:]}"
    assert one.client.post(waits, {"digits": typed}).status_code == 200
    assert signed(one) == 1


def test_digits_are_tried_five_times(signer) -> None:
    one = signer()
    waits = one.ask("a@numune.invalid")["Location"]
    right = digits_of(Pending.objects.get().ref)
    wrong = f"{(int(right) + 1) % 10**8:08d}"
    for _ in range(5):
        assert one.client.post(waits, {"digits": wrong}).status_code == 422
    assert one.client.post(waits, {"digits": right}).status_code == 422 and signed(one) == 0


@pytest.mark.parametrize("token", ["X", "0" * 42, "../../etc", "%00", "7" * 400])
def test_a_guessed_link_opens_nothing(signer, token, django_assert_max_num_queries) -> None:
    one = signer()
    with django_assert_max_num_queries(0):
        assert one.client.post(f"/d/t/{token}/").status_code == 404


def test_a_link_with_one_sign_changed_is_known_without_the_database() -> None:
    token = token_of("0" * 26)
    assert ref_of(token) == "0" * 26
    assert all(
        ref_of(token[:n] + ("1" if token[n] != "1" else "2") + token[n + 1 :]) is None
        for n in range(len(token))
    )


def test_the_digits_of_one_petition_are_nothing_on_another(signer, make_petition) -> None:
    one = signer()
    other = make_petition(title="Başqa")
    one.ask("a@numune.invalid")
    ref = Pending.objects.get().ref
    page = one.client.post(f"/d/{other.matter.code}/gozleyin/{ref}/", {"digits": digits_of(ref)})
    assert page.status_code == 422 and not Signature.objects.exists()


def test_a_petition_that_ended_between_form_and_press_counts_nothing(signer) -> None:
    one = signer()
    one.ask("a@numune.invalid")
    link = one.link("a@numune.invalid")
    Window.objects.filter(matter=one.petition.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    page = one.client.post(link)
    assert page.status_code == 410 and signed(one) == 0
    assert "indi" in page.content.decode() or "başa çat" in page.content.decode()
    assert one.ask("b@numune.invalid").status_code == 200  # the form's page says that it has ended
    assert Pending.objects.count() == 1


def test_links_end_after_seven_days(signer) -> None:
    one = signer()
    one.ask("a@numune.invalid")
    link = one.link("a@numune.invalid")
    Pending.objects.update(at=timezone.now() - timedelta(days=8))
    assert one.client.post(link).status_code == 410 and signed(one) == 0


def test_paused_signing_says_so_and_keeps_nothing(signer) -> None:
    one = signer()
    Petition.objects.update(signing_paused=True)
    assert (
        "Hazırda dəstək vermək olmur" in one.ask("a@numune.invalid").content.decode()
        and not Pending.objects.exists()
    )


def test_a_form_of_another_site_is_refused(signer) -> None:
    one = signer()
    code = one.petition.matter.code
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null", "Referer": "https://evil.example/x"},
        {"Origin": "null"},  # a page that hides where it is
        {"Origin": "", "Referer": ""},
    ):
        page = one.client.post(f"/d/{code}/", {"mail": "a@numune.invalid"}, headers=headers)
        assert page.status_code == 403
    assert not Pending.objects.exists()
    ours = one.client.post(
        f"/d/{code}/", {"mail": "a@numune.invalid"}, headers={"Origin": "http://testserver"}
    )
    assert ours.status_code == 303


def test_withdrawing_and_coming_back(signer) -> None:
    one = signer()
    one.sign("a@numune.invalid")
    code = one.petition.matter.code
    one.client.post(f"/d/{code}/geri/", {"mail": "A@numune.invalid"})
    page = one.client.post(one.link("A@numune.invalid"))
    row = Signature.objects.get()
    assert page.status_code == 200 and (row.valid, row.reason, row.sealed) == (False, "withdrawn", None)
    one.sign("a@numune.invalid")
    row.refresh_from_db()
    assert row.valid and row.reason == "" and Signature.objects.count() == 1


def test_withdrawing_tells_nobody_whether_there_was_something(signer) -> None:
    one = signer()
    code = one.petition.matter.code
    one.sign("known@numune.invalid")
    pages = []
    for mail in ("known@numune.invalid", "never@numune.invalid"):
        one.client.post(f"/d/{code}/geri/", {"mail": mail})
        page = one.client.post(one.link(mail)).content.decode()
        pages.append(re.sub(r'nonce="[^"]*"|/d/t/\w+/', "", page))
    assert pages[0] == pages[1]


def test_a_full_disk_promises_nothing_and_loses_nothing_typed(signer, monkeypatch) -> None:
    one = signer()

    def full(item):
        raise committer.Busy from OperationalError("database or disk is full")

    monkeypatch.setattr("icma.advocacy.views.signing.VOICES.submit", full)
    page = one.ask("a@numune.invalid", name="Aysel")
    assert page.status_code == 503 and page["Retry-After"]
    assert 'value="a@numune.invalid"' in page.content.decode() and 'value="Aysel"' in page.content.decode()
    assert not Pending.objects.exists()


def test_a_protected_petition_keeps_the_tag_alone(signer) -> None:
    one = signer("protected")
    page = one.sign("Aysel@numune.invalid", name="Aysel", place="AZ-GOY", sex="female", band="18-29")
    row = Signature.objects.get()
    assert (row.sealed, row.host, row.place, row.sex, row.band) == (None, None, None, "unknown", "unknown")
    assert "data-copy" not in page.content.decode()  # no receipt to be found on a telephone
    assert one.petition.matter.title not in one.mails("Aysel@numune.invalid")[0]


def test_what_is_kept_in_the_process_is_two_seconds_old_at_most(signer, monkeypatch) -> None:
    one = signer()
    monkeypatch.setattr(now, "SECONDS", 60.0)
    now._KEPT.clear()
    assert now.find_open(one.petition.matter.code).is_open(timezone.now())
    Petition.objects.update(signing_paused=True)
    assert now.find_open(one.petition.matter.code).is_open(timezone.now())
    now._KEPT.clear()
    assert not now.find_open(one.petition.matter.code).is_open(timezone.now())
    now._KEPT.clear()
