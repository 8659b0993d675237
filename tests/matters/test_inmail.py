"""Mail for a letter: it waits, for those who lead the matter alone, and nothing of it is public."""

import io
import os
import smtplib
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as conf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from icma import cli
from icma.core.action import Refused
from icma.core.files import open_file, path_of
from icma.core.models import File
from icma.engines.inmail import read
from icma.front.actions import forget_all
from icma.front.mine import communities
from icma.matters.actions import mails
from icma.matters.actions.letters import drop
from icma.matters.mailbox import letter_of, mail_address
from icma.matters.models import Entry, InMail, Letter
from icma.people.models import Membership, Organisation
from tests.matters.letters_kit import drafted, later, photo, registered, taken
from tests.post import free_port

pytestmark = pytest.mark.django_db
NOW = later(2026, 5, 20)
SECRET = "Kanarsöz gizli cavab"


@pytest.fixture(autouse=True)
def mail_comes_in(settings, monkeypatch):
    settings.MAIL_IN_DOMAIN, settings.MAIL_IN_SERVER = "cavab.numune.invalid", "mx.numune.invalid"
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def letter(country, cast, at) -> Letter:
    return registered(country, cast, at)


def mail(number: int = 1, text: str = SECRET, **head: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Subject"] = "Qurum <qebul@qurum.invalid>", "Kanarmövzu"
    made["Message-ID"], made["Date"] = f"<{number}@qurum.invalid>", "Tue, 14 Apr 2026 15:04:05 +0400"
    for name, value in head.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def piped(monkeypatch, made: EmailMessage | bytes, *words: str) -> int:
    raw = made if isinstance(made, bytes) else made.as_bytes()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    return cli.main(["mail-in", *words])


def kept(letter: Letter, made: EmailMessage | None = None, **more) -> InMail:
    raw = (made or mail()).as_bytes()
    given = {"letter": letter, "incoming": read(raw, trusted="mx.numune.invalid"), "raw": raw, "at": NOW}
    return mails.take_mail(**given | more)


def at_mail(name: str, row: InMail, *more) -> str:
    return reverse(name, args=[row.letter.matter.code, row.code, *more])


def test_a_mail_is_kept_once_under_seal_and_for_its_own_letter(letter, monkeypatch) -> None:
    address = mail_address(letter)
    for _ in range(2):
        assert piped(monkeypatch, mail(), "--to", address.upper()) == 0
    assert piped(monkeypatch, mail(2, To=f"Kimsə <{address}>")) == 0  # without an envelope, by its head
    assert InMail.objects.filter(letter=letter, state="new").count() == 2
    row = InMail.objects.earliest("pk")
    assert SECRET.encode() not in path_of(row.file).read_bytes()
    assert read(open_file(row.file).read()).text == SECRET
    assert row.file.visibility == "staff" and "qurum" not in row.tag


def test_an_address_nobody_has_is_told_apart_from_a_bad_day(
    letter, country, cast, at, monkeypatch, capsys
) -> None:
    local, domain = mail_address(letter).split("@")
    wrong = local[:-1] + ("2" if local[-1] != "2" else "3")
    other = drafted(country, cast, at, matter=letter.matter)
    foreign = f"m-{other.code}{local[2 + len(letter.code) :]}"
    for address in (
        f"{wrong}@{domain}",
        f"{foreign}@{domain}",
        f"{local}@else.invalid",
        f"m-@{domain}",
        f"x-1@{domain}",
        f"ü@{domain}",
    ):
        assert piped(monkeypatch, mail(), "--to", address) == 67, address
    drop(letter=other, at=at, by=cast.coordinator)
    assert letter_of(mail_address(letter).split("@")[0][2:]) == letter and mail_address(other) == ""
    assert piped(monkeypatch, b"%PDF-1.4", "--to", f"{local}@{domain}") == 65
    monkeypatch.setattr(mails, "keep_mail", lambda *a, **b: (_ for _ in ()).throw(OperationalError(SECRET)))
    assert piped(monkeypatch, mail(), "--to", f"{local}@{domain}") == 75
    told = capsys.readouterr()
    assert SECRET not in told.err + told.out and "Traceback" not in told.err and local not in told.err
    assert not InMail.objects.exists() and not File.objects.exists()


def test_without_the_setting_there_is_no_address_and_nothing_comes_in(
    letter, settings, monkeypatch, client_as
) -> None:
    address, settings.MAIL_IN_DOMAIN = mail_address(letter), ""
    assert piped(monkeypatch, mail(), "--to", address) == 67
    page = client_as("coordinator").get(reverse("letter", args=[letter.matter.code, letter.code]))
    assert (
        "m-" + letter.code.lower() not in page.content.decode() and 'id="poct"' not in page.content.decode()
    )


def test_a_flooded_address_waits_until_somebody_has_looked(letter, cast, monkeypatch) -> None:
    monkeypatch.setattr(mails, "MOST_WAITING", 2)
    first = kept(letter)
    kept(letter, mail(2))
    with pytest.raises(Refused):
        kept(letter, mail(3))
    assert piped(monkeypatch, mail(3), "--to", mail_address(letter)) == 75
    assert kept(letter) == first  # what is there already is no flood
    mails.put_aside(mail=first, at=NOW, by=cast.coordinator)
    assert kept(letter, mail(3)).state == "new"


def test_who_leads_reads_it_and_enters_what_it_says_with_its_paper(
    letter, client_as, django_assert_num_queries
) -> None:
    made = mail(Authentication_Results="mx.numune.invalid; spf=pass; dmarc=pass")
    made.add_attachment(photo(), maintype="image", subtype="jpeg", filename="cavab məktubu.jpg")
    made.add_attachment(b"MZ...", maintype="application", subtype="pdf", filename="x.pdf")
    row, client = kept(letter, made), client_as("coordinator")
    assert row.auth == {"spf": "pass", "dmarc": "pass"} and row.is_confirmed
    page = client.get(at_mail("letter_mail", row)).content.decode()
    assert SECRET in page and "cavab məktubu.jpg" in page and "qebul@qurum.invalid" in page
    got = client.get(at_mail("letter_mail_file", row, 1))
    assert (
        got.content == photo()
        and got["Content-Disposition"].startswith("attachment")
        and got["Content-Type"] == "image/jpeg"
    )
    assert client.get(at_mail("letter_mail_file", row, 2))["Content-Type"] == "application/octet-stream"
    assert client.get(at_mail("letter_mail_file", row, 3)).status_code == 404
    url = reverse("letter_incoming", args=[letter.matter.code, letter.code])
    form = client.get(f"{url}?mail={row.code}")
    assert (
        form.context["form"]["dated_on"].value().isoformat() == "2026-04-14"
        and SECRET in form.content.decode()
    )
    assert form.context["form"]["summary"].value() is None  # what is public is written by a person
    given = {"what": "substance", "dated_on": "2026-04-14", "received_on": "2026-05-20", "channel": "email", "attached": "1",
             "mail": row.code, "step": "keep", "once": "o" * 32, "number": "77", "summary": "Cədvəl asılacaq."}  # fmt: skip
    assert client.post(url, given).status_code == 302
    row.refresh_from_db(), letter.refresh_from_db()
    reply = letter.replies.get()
    assert (row.state, letter.stage, reply.scan.kind, reply.channel) == ("filed", "answered", "jpeg", "email")


def test_nothing_of_it_is_public_before_or_after(letter, client_as) -> None:
    Letter.objects.filter(pk=letter.pk).update(subject="Məktub")
    row = kept(letter)
    entries = Entry.objects.count()
    pages = [reverse("matter", args=[letter.matter.code]), reverse("authority", args=[letter.authority.code]), "/", "/meseleler/",
             reverse("authority_letters", args=[letter.authority.code])]  # fmt: skip
    ours = [at_mail(name, row) for name in ("letter_mail", "letter_mail_raw")] + [
        at_mail("letter_mail_file", row, 1)
    ]
    mails.mark_entered(mail=row, at=NOW, by=None)
    for page in pages:
        text = Client().get(page).content.decode()
        assert not [
            word
            for word in (SECRET, "Kanarmövzu", "qebul@qurum", row.code, mail_address(letter))
            if word in text
        ], page
    assert Entry.objects.count() == entries
    for role in ("stranger", "resident", "official", "moderator", "lawyer", "researcher"):
        for address in ours:
            assert client_as(role).get(address).status_code in (302, 404), (role, address)


def test_another_communitys_coordinator_finds_nothing(letter, country, cast, client_as) -> None:
    row, other = (
        kept(letter),
        Organisation.objects.create(code="BASQA001", kind="group", name="Başqa", since=NOW.date()),
    )
    Membership.objects.filter(user=cast.coordinator).update(organisation=other)
    client = client_as("coordinator")
    for name in ("letter_mail", "letter_mail_raw"):
        assert client.get(at_mail(name, row)).status_code == 404
    assert client.post(at_mail("letter_mail_aside", row)).status_code == 404
    assert list(communities.mails(cast.who("coordinator"), NOW)) == []
    assert client_as("officer").get(at_mail("letter_mail", row)).status_code == 200


def test_a_mail_of_another_letter_is_not_entered_here(letter, country, cast, at, client_as) -> None:
    other = registered(country, cast, at, matter=taken(country, at, code="TAKEN002"))
    row = kept(other)
    url = reverse("letter_incoming", args=[letter.matter.code, letter.code])
    assert SECRET not in client_as("coordinator").get(f"{url}?mail={row.code}").content.decode()


def test_my_work_names_what_waits_and_leaves_machines_out(letter, cast) -> None:
    who = cast.who("coordinator")
    row = kept(letter)
    kept(letter, mail(2, Auto_Submitted="auto-replied"))
    found = list(communities.mails(who, NOW))
    assert [item.url for item in found] == [at_mail("letter_mail", row)]
    assert SECRET not in str(found) and "qurum.invalid" not in str(found)
    mails.put_aside(mail=row, at=NOW, by=cast.coordinator)
    assert list(communities.mails(who, NOW)) == []


def test_the_letters_page_folds_machines_and_asks_the_same_of_the_database(
    letter, client_as, django_assert_max_num_queries
) -> None:
    client, url = client_as("coordinator"), reverse("letter", args=[letter.matter.code, letter.code])
    page = client.get(url).content.decode()
    assert (
        mail_address(letter) in page and "<details" not in page.split('id="poct"')[1].split("</textarea>")[0]
    )
    kept(letter, mail(2, Auto_Submitted="auto-replied"))
    part = client.get(url).content.decode().split('id="poct"')[1].split("</textarea>")[0]
    assert "<details" in part and part.index("<details") < part.index("Avtomatik")


def test_a_saved_mail_is_added_by_hand_and_nobody_has_checked_it(letter, client_as) -> None:
    client, url = client_as("coordinator"), reverse("letter_mail_add", args=[letter.matter.code, letter.code])
    raw = mail(Authentication_Results="mx.numune.invalid; dmarc=pass").as_bytes()
    bad = client.post(url, {"file": SimpleUploadedFile("a.eml", b"%PDF-1.4"), "once": "x"})
    assert bad.status_code == 422 and ".eml" in bad.content.decode() and not InMail.objects.exists()
    for once in ("a", "b"):  # twice by two people: one
        got = client.post(url, {"file": SimpleUploadedFile("a.eml", raw), "once": once * 32})
    row = InMail.objects.get()
    assert got.url == at_mail("letter_mail", row) and row.by and not row.is_confirmed
    form = client.get(
        reverse("letter_incoming", args=[letter.matter.code, letter.code]) + f"?mail={row.code}"
    )
    assert form.context["form"]["received_on"].value().isoformat() == "2026-04-14"


def test_what_came_goes_90_days_after_it_was_dealt_with_or_after_a_year(letter, cast) -> None:
    done, left = kept(letter), kept(letter, mail(2))
    mails.put_aside(mail=done, at=NOW, by=cast.coordinator)
    paths = [path_of(done.file), path_of(left.file)]
    forget_all(NOW + timedelta(days=89))
    assert InMail.objects.count() == 2
    with TestCase.captureOnCommitCallbacks(execute=True):
        forget_all(NOW + timedelta(days=91))
    assert InMail.objects.get() == left and [path.exists() for path in paths] == [False, True]
    with TestCase.captureOnCommitCallbacks(execute=True):
        forget_all(NOW + timedelta(days=366))
    assert not InMail.objects.exists() and not File.objects.exists() and not paths[1].exists()


def test_the_sender_chooses_whether_the_address_stands_on_the_paper(letter, client_as) -> None:
    client, url = client_as("coordinator"), reverse("letter_print", args=[letter.matter.code, letter.code])
    given = {"name": "Nümunə", "address": "Küçə 7", "make": "page"}
    assert mail_address(letter) in client.post(url, given | {"with_mail": "on"}).content.decode()
    assert mail_address(letter) not in client.post(url, given).content.decode()


class Pipe:
    """A mail server that pipes each mail into the program, as Postfix does, and says to the sender what came of it."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env

    async def handle_DATA(self, server, session, envelope):
        words = [sys.executable, "-m", "icma", "mail-in", "--to", envelope.rcpt_tos[0]]
        done = subprocess.run(words, input=envelope.content, env=self.env, capture_output=True)
        return {0: "250 kept", 67: "550 no such address"}.get(done.returncode, f"451 {done.stderr[-200:]!r}")


@pytest.mark.one_engine
@pytest.mark.django_db(transaction=True)
def test_a_mail_goes_over_smtp_through_a_real_process(country, cast, at, tmp_path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the process is given SQLite's file")
    letter = registered(country, cast, at)
    own = (
        tmp_path / "icma.sqlite3"
    )  # who reads a database's bytes loses its locks: no second process beside us on ours
    with closing(sqlite3.connect(own)) as copy:
        connection.connection.backup(copy)
    env = {name: value for name, value in os.environ.items() if not name.startswith("ICMA_")} | {
        "ICMA_MODE": "test", "ICMA_HOME": str(conf.HOME), "ICMA_MAIL_IN": "Cavab.numune.invalid mx.numune.invalid",
        "ICMA_DATABASE_URL": f"sqlite:///{own}", "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    office = Controller(Pipe(env), hostname="127.0.0.1", port=free_port())
    office.start()
    try:
        with smtplib.SMTP("127.0.0.1", office.port) as post:
            post.send_message(mail(), "qebul@qurum.invalid", [mail_address(letter)])
            with pytest.raises(smtplib.SMTPDataError) as refused:
                post.send_message(mail(), "qebul@qurum.invalid", ["m-0000000000@cavab.numune.invalid"])
    finally:
        office.stop()
    with closing(sqlite3.connect(own)) as copy:
        copy.backup(connection.connection)
    assert refused.value.smtp_code == 550
    row = InMail.objects.get()
    assert row.letter == letter and read(open_file(row.file).read()).text == SECRET
