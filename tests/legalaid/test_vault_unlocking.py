"""Signing in and unlocking are two acts; what is unlocked lives in two halves and not for long."""

import logging
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from icma.core.logs import Bare
from icma.legalaid import doors, unlocking
from icma.legalaid.actions.keys import pairs as actions
from icma.legalaid.actions.keys import sessions
from icma.legalaid.models import Grant, KeyPair, KeyWrap, Unlocked, Wall
from icma.people.actions.accounts import freeze
from icma.people.models import Mail, Membership
from tests.legalaid import rings

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch, at):
    """`clock.now` is the moment; tests move it."""

    class Clock:
        now = at

    monkeypatch.setattr(timezone, "now", lambda: Clock.now)
    return Clock


@pytest.fixture
def quick(monkeypatch):
    """Without the 0.25 s of stretching."""
    monkeypatch.setattr(
        unlocking, "stretched", lambda words, salt: unlocking.paper_key(unlocking.bare(words), salt)
    )


def enrolled(client: Client, where: str = "vault_new", **more: str) -> tuple[str, str]:
    """Through the pages: the words and the code that were shown."""
    url, before = reverse(where), KeyWrap.objects.filter(method="passphrase").count()
    page = client.post(url, {"step": "make", **more}).content.decode()
    words, code = re.findall(r'<div class="quote"[^>]*>(?:<code>)?([^<]+)', page)
    check = re.search(r'name="check" value="([^"]+)"', page).group(1)
    assert all(f'name="{name}"' in page for name in more)
    asked = client.post(url, {"step": "ask", "check": check, **more}).content.decode()
    assert words not in asked and code not in asked and all(f'name="{name}"' in asked for name in more)
    typed = {"step": "typed", "check": check, **more}
    wrong = client.post(
        url, typed | {"words": words, "code": code[:-1] + ("1" if code.endswith("0") else "0")}
    )
    assert wrong.status_code in (422, 302)
    assert KeyWrap.objects.filter(method="passphrase").count() == before
    done = client.post(url, typed | {"words": words.replace("ə", "e"), "code": code})
    assert done["Location"] == reverse("vault_keys"), done.content.decode()[-800:]
    return words, code


def is_open(client: Client) -> bool:
    return reverse("vault_lock") in client.get(reverse("vault_keys")).content.decode()


def test_words_are_shown_once_typed_back_and_open_the_vault(client_as, country) -> None:
    """With the real child process; a wrong passphrase opens nothing and says nothing."""
    client = client_as("lawyer")
    assert client.get(reverse("vault_keys"))["Location"] == reverse("vault_new")
    words, code = enrolled(client)
    assert len(words.split()) == 6 and is_open(client)
    client.post(reverse("vault_lock"))
    assert not is_open(client) and not Unlocked.objects.exists()
    assert client.post(reverse("vault_unlock"), {"words": words + "x"}).status_code == 422
    opened = client.post(reverse("vault_unlock"), {"words": words, "next": reverse("vault_keys")})
    cookie = opened.cookies[doors.COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/"
    assert opened["Cache-Control"] == "no-store, private" and is_open(client)


def test_the_recovery_code_opens_and_leads_to_new_words(client_as, quick) -> None:
    client = client_as("lawyer")
    _words, code = enrolled(client)
    client.post(reverse("vault_lock"))
    assert client.post(reverse("vault_lost"), {"code": code[:-1]}).status_code == 422
    assert client.post(reverse("vault_lost"), {"code": code.lower()})["Location"] == reverse("vault_new")
    KeyWrap.objects.filter(method="passphrase").delete()
    words, _new = enrolled(client)
    client.post(reverse("vault_lock"))
    assert client.post(reverse("vault_lost"), {"code": code}).status_code == 422  # the old code is dead
    assert client.post(reverse("vault_unlock"), {"words": words}).status_code == 302


def test_a_key_is_exchanged_through_its_pages_and_the_old_words_are_dead(client_as, quick) -> None:
    client = client_as("lawyer")
    words, _code = enrolled(client)
    before = KeyPair.objects.get()
    new, _code = enrolled(client, "vault_exchange", leaked="1")
    assert is_open(client) and KeyPair.objects.get(retired_on=None).code != before.code
    client.post(reverse("vault_lock"))
    assert client.post(reverse("vault_unlock"), {"words": words}).status_code == 422
    assert client.post(reverse("vault_unlock"), {"words": new}).status_code == 302
    client.post(reverse("vault_lock"))
    assert client.get(reverse("vault_exchange"))["Location"].startswith(reverse("vault_unlock"))


def test_a_new_password_of_the_account_yields_nothing(client_as, cast, quick) -> None:
    client = client_as("lawyer")
    enrolled(client)
    wraps = list(KeyWrap.objects.order_by("pk").values_list("blob", "salt"))
    cast.lawyer.set_password("çox uzun yeni parol 2026")
    cast.lawyer.save()
    again = client_as("lawyer")
    assert not is_open(again)
    again.post(reverse("vault_unlock"), {"words": "çox uzun yeni parol 2026"})
    assert not is_open(again)
    assert wraps == list(KeyWrap.objects.order_by("pk").values_list("blob", "salt"))


def test_half_a_session_opens_nothing(client_as, quick) -> None:
    """The account's cookie without the vault's, the vault's with another account, the row without either."""
    client = client_as("lawyer")
    enrolled(client)
    half = client.cookies[doors.COOKIE].value
    thief = Client()
    thief.cookies["icma"] = client.cookies["icma"].value
    assert not is_open(thief)  # a session stolen without its cookie half
    other = client_as("advocate")
    other.cookies[doors.COOKIE] = half
    assert other.get(reverse("vault_keys"))["Location"] == reverse("vault_new")
    again = client_as("lawyer")  # the same person, signed in anew
    again.cookies[doors.COOKIE] = half
    assert not is_open(again)
    row = Unlocked.objects.get()
    assert half not in (row.hash, bytes(row.blob)) and is_open(client)


def test_it_locks_itself_when_idle_after_a_day_and_when_the_clock_goes_back(
    client_as, quick, clock, at
) -> None:
    client = client_as("lawyer")
    enrolled(client)
    for minutes in range(0, 60, 15):
        clock.now = at + timedelta(minutes=minutes)
        assert is_open(client), minutes
    clock.now = at + timedelta(minutes=30)  # moved back: it was seen in what is now the future
    assert not is_open(client)
    clock.now = at + timedelta(minutes=45 + 21)
    assert not is_open(client)
    Unlocked.objects.update(at=at - timedelta(hours=8), seen_at=clock.now)
    assert not is_open(client)


def test_who_is_frozen_or_has_lost_the_seat_is_locked_out_at_once(client_as, cast, quick, at) -> None:
    client = client_as("lawyer")
    enrolled(client)
    freeze(user=cast.lawyer, by=cast.officer, at=at)
    assert client.get(reverse("vault_keys")).status_code == 302
    sessions.clear(at=timezone.now())
    assert not Unlocked.objects.exists()
    other = client_as("advocate")
    page = other.post(reverse("vault_new"), {"step": "make"})
    assert page.status_code == 200
    Membership.objects.filter(user=cast.advocate).delete()
    assert other.get(reverse("vault_keys")).status_code == 404


@pytest.mark.parametrize(("key", "strong", "status"), [("resident", True, 404), ("coordinator", True, 404),
                                                        ("lawyer", False, 302), ("stranger", True, 302)])  # fmt: skip
def test_only_the_staff_with_a_second_factor_reaches_the_door(client_as, key, strong, status) -> None:
    assert client_as(key, strong=strong).get(reverse("vault_unlock")).status_code == status


def test_when_every_core_derives_the_next_is_asked_to_come_again(
    client_as, monkeypatch, settings, tmp_path
) -> None:
    """At most one derivation a core, across processes: the locks are files."""
    settings.HOME = tmp_path
    monkeypatch.setattr(unlocking.os, "cpu_count", lambda: 1)
    monkeypatch.setattr(unlocking, "PATIENCE", 0.05)
    client = client_as("lawyer")
    user, ring = rings.lawyer("lawyer")
    salt = b"0" * 16
    locks = actions.Locks(unlocking.stretched("bir iki", salt), salt, b"1" * 32, salt)
    actions.lock_with(ring, locks)
    with unlocking._core():
        told = client.post(reverse("vault_unlock"), {"words": "bir iki"})
        assert told.status_code == 503 and told["Retry-After"] and "bir iki" not in told.content.decode()
    assert client.post(reverse("vault_unlock"), {"words": "bir  İKİ"}).status_code == 302


def test_words_never_stand_in_arguments_or_environment(monkeypatch) -> None:
    seen = {}
    run = unlocking.subprocess.run

    def watched(words, **more):
        seen.update(words=words, env=more["env"])
        return run(words, **more)

    monkeypatch.setattr(unlocking.subprocess, "run", watched)
    unlocking.stretched("gizli söz", b"1" * 16)
    assert "gizli" not in repr(seen) and seen["env"] == {}


def test_what_was_typed_in_a_locked_vault_waits_in_the_browser(client_as, quick) -> None:
    client = client_as("lawyer")
    enrolled(client)
    client.cookies.pop(doors.COOKIE)
    url = reverse("vault_group", args=["intake"])
    assert client.get(url)["Location"].startswith(reverse("vault_unlock"))
    told = client.post(url, {"do": "found"})
    assert told.status_code == 409 and reverse("vault_unlock") in told.content.decode()


def test_groups_through_their_pages(client_as, cast, quick) -> None:
    """Founded, joined with the fingerprint that was read out and with no other, left; the key changes."""
    first, second = client_as("lawyer"), client_as("advocate")
    enrolled(first)
    url = reverse("vault_group", args=["intake"])
    first.post(url, {"do": "found", "once": "1" * 32})
    KeyWrap.objects.filter(method="passphrase").exclude(pair__owner=cast.lawyer).delete()
    _user, ring = rings.lawyer("advocate")
    given = {"do": "add", "member": ring.pair.code, "fingerprint": "0000 " * 8}
    assert first.post(url, given).status_code == 422
    assert not rings.at_moment(ring, rings.AT).in_group("intake")
    assert first.post(url, given | {"fingerprint": ring.fingerprint().replace(" ", "")}).status_code == 302
    assert rings.at_moment(ring, rings.AT).in_group("intake")
    case, key = rings.an_intake()
    old = KeyPair.objects.get(group="intake", retired_on=None)
    first.post(url, {"do": "remove", "member": ring.pair.code, "once": "2" * 32})
    assert not rings.at_moment(ring, rings.AT).in_group("intake")
    assert KeyPair.objects.get(group="intake", retired_on=None).pk != old.pk
    assert not Grant.objects.filter(case=case, holder=old).exists()
    assert second.get(url).status_code == 302


def test_the_log_says_neither_page_nor_case_of_legal_aid(caplog) -> None:
    for path in ("/huquq/7Q4FM2KD/fayl/", "/ru/komek/davam/", "/en/huquq/kilid/"):
        record = logging.LogRecord(
            "django.request", logging.WARNING, "", 1, "%s: %s", ("Not Found", path), None
        )
        Bare().filter(record)
        assert record.getMessage().rstrip("…").endswith(("huquq/", "komek/")), record.getMessage()


def test_locking_clears_what_the_browser_has_kept(client_as, quick) -> None:
    client = client_as("lawyer")
    enrolled(client)
    done = client.post(reverse("vault_lock"))
    assert done["Clear-Site-Data"] == '"cache", "storage"' and done["Cache-Control"] == "no-store, private"
    assert done.cookies[doors.COOKIE].value == ""


def test_a_key_is_retired_by_an_officer_and_by_nobody_else(client_as, quick, cast) -> None:
    _user, ring = rings.lawyer("lawyer")
    _other, mine = rings.lawyer("advocate")
    case = rings.a_case(ring)
    url = reverse("vault_person", args=[cast.lawyer.person])
    colleague, officer = client_as("advocate"), client_as("officer")
    rings.unlock(colleague, mine)
    colleague.post(url, {"do": "retire", "once": "1" * 32})
    assert KeyPair.objects.get(pk=ring.pair.pk).retired_on is None
    _user, officers = rings.lawyer("officer")
    rings.unlock(officer, officers)
    assert "Bərpa açarı hələ yoxdur" in officer.get(url).content.decode(), "said before it is too late"
    told = officer.post(url, {"do": "retire", "once": "2" * 32}, follow=True).content.decode()
    assert f"vərəqləri yoxdur: {case.code}" in told and KeyPair.objects.get(pk=ring.pair.pk).retired_on
    assert not Grant.objects.filter(holder=ring.pair).exists()


def test_an_officer_behind_a_wall_is_not_told_which_case_nobody_opens_any_more(
    client_as, quick, cast
) -> None:
    _user, ring = rings.lawyer("lawyer")
    seen, hidden = rings.a_case(ring), rings.a_case(ring)
    Wall.objects.create(case=hidden, user=cast.officer, on=rings.ON)
    officer = client_as("officer")
    rings.unlock(officer, rings.ring_for(cast.officer))
    url = reverse("vault_person", args=[cast.lawyer.person])
    told = officer.post(url, {"do": "retire", "once": "1"}, follow=True).content.decode()
    assert seen.code in told and hidden.code not in told
    mails = Mail.objects.filter(data__why="lost").values_list("data__code", "person")
    assert list(mails) == [(hidden.code, cast.officer2.person)]
