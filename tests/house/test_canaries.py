"""Names, numbers and addresses that are typed into the real pages stand nowhere afterwards but under seal.

The canaries are ASCII, so that they are found whatever the encoding: a JSON column would escape other letters.
"""

import io
import logging
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.mail.backends.filebased import EmailBackend
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from icma.core import limit
from icma.core.logs import Bare
from icma.core.seal import unseal
from icma.front.jobs import run_all
from icma.matters.models import Letter, Matter
from icma.people.models import Contact, Mail, User
from tests.house.world import Tenant, ours, proven, signed_in
from tests.matters.support_kit import everything

pytestmark = pytest.mark.django_db(transaction=True)
NAME, PHONE, HOME = "Kanarbay Sarikuslu", "0519997731", "Kanarkuce 7731, menzil 4"
MAIL, ACCOUNT = "kanar.sakin@numune.invalid", "kanar.hesab@numune.invalid"
CANARIES = (NAME, PHONE, HOME, MAIL, "kanarbay", "sarikuslu", "kanarkuce")


@pytest.fixture(autouse=True)
def that_friday(at, monkeypatch, settings, tmp_path):
    monkeypatch.setattr(timezone, "now", lambda: at)
    limit._BUCKETS.clear()
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = (
        f"{EmailBackend.__module__}.EmailBackend",
        tmp_path / "mail",
    )
    with translation.override("az"):
        yield


@pytest.fixture
def log():
    """Everything that a console would show, of every level from INFO on, through the product's own filter."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logging.Formatter(settings.LOGGING["formatters"]["plain"]["format"]))
    handler.addFilter(Bare())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield out
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def tenant(country, cast, at) -> Tenant:
    return ours(country, cast, at)


def said_in(text: str | bytes, words: tuple[str, ...] = CANARIES) -> list[str]:
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    plain = plain.lower()
    return [word for word in words if word.lower() in plain or word.lower().replace(" ", "") in plain]


def found(log: io.StringIO, mail: Path, *clients: Client, words: tuple[str, ...] = CANARIES) -> list[str]:
    """Where a canary stands: tables, the database's own files, ICMA_HOME, sessions, mails, log, cookies."""
    places: dict[str, str | bytes] = {"tables": everything(), "log": log.getvalue()}
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        files = [name, *(name.with_name(name.name + end) for end in ("-wal", "-shm", "-journal"))]
        places |= {str(file): file.read_bytes() for file in files if file.exists()}
    for file in Path(settings.HOME).rglob("*"):
        if file.is_file() and "keys" not in file.parts and ".sqlite3" not in file.name:
            places[str(file)] = file.read_bytes()
    for number, session in enumerate(Session.objects.all()):
        places[f"session {number}"] = str(session.get_decoded())
    for file in mail.glob("*"):  # who is written to is named in the head; nothing else is said of anybody
        places[file.name] = re.sub(rb"(?m)^To: .*$", b"", file.read_bytes())
    for number, client in enumerate(clients):
        places[f"cookies {number}"] = client.cookies.output()
    return [f"{place}: {said_in(text, words)}" for place, text in places.items() if said_in(text, words)]


def break_down(monkeypatch, where: str) -> None:
    """The view fails with an error whose words quote what was typed, as a database's own errors do."""

    def fail(*args: object, **given: object) -> None:
        raise RuntimeError(f"DETAIL: {args} {given} {NAME} {PHONE} {HOME} {MAIL}")

    monkeypatch.setattr(where, fail)


def send(client: Client, url: str, data: dict, status: int) -> str:
    response = client.post(url, data)
    assert response.status_code == status, (url, response.status_code, response.content.decode()[-1500:])
    assert said_in(response.get("Location", "")) == []
    return response.content.decode("utf-8", "replace")


def test_the_search_for_canaries_can_find_one(tenant, tmp_path, log) -> None:
    """In a table, in the file of the database, in a session, in the log; with words of its own."""
    words = ("0518880077", "kanar.test@numune.invalid", "Kanartest")
    Matter.objects.filter(pk=tenant.matter.pk).update(spot=f"x {words[0]} y")
    client = Client()
    session = client.session
    session["x"] = {"y": words[1]}
    session.save()
    logging.getLogger("x").error("for %s", words[2])
    places = " ".join(found(log, tmp_path / "mail", words=words))
    assert "tables" in places and "session" in places and "log" in places
    assert connection.vendor != "sqlite" or "sqlite3" in places


def voice(country, **more) -> dict:
    return {"place": country.goychay.code, "topic": "infrastructure", "title": "Su yoxdur", "once": "c" * 32,
            "phone": PHONE, "hour": "10:00–12:00", "agree": "on", "sure": "on"} | more  # fmt: skip


def test_who_asks_to_be_called(country, cast, tenant, tmp_path, log, monkeypatch, at) -> None:
    client = Client(raise_request_exception=False)
    page = send(client, reverse("raise_form"), voice(country, title=""), 422)
    assert PHONE in page  # nothing typed is lost
    with monkeypatch.context() as broken:
        break_down(broken, "icma.matters.views.raising.raise_matter")
        assert said_in(send(client, reverse("raise_form"), voice(country), 500)) == []
    send(client, reverse("raise_form"), voice(country), 200)
    row = Contact.objects.exclude(scope=f"matter:{tenant.matter.code}").get()
    assert unseal(row.sealed)["phone"] == PHONE
    run_all(at)
    assert found(log, tmp_path / "mail", client) == []
    assert (
        "Internal Server Error" in log.getvalue() and "RuntimeError" in log.getvalue()
    )  # it was told, without words


def test_a_voice_that_came_on_paper_with_consent(
    country, cast, tenant, tmp_path, log, monkeypatch, at
) -> None:
    client = signed_in(cast.coordinator)
    client.raise_request_exception = False
    given = voice(country, channel="paper", name=NAME, mail=MAIL, text="Su gəlmir.")
    send(client, reverse("raise_paper"), given, 422)  # the consent was not read out
    with monkeypatch.context() as broken:
        break_down(broken, "icma.matters.views.raising.raise_matter")
        send(client, reverse("raise_paper"), given | {"consented": "on"}, 500)
    send(client, reverse("raise_paper"), given | {"consented": "on"}, 200)
    assert unseal(Contact.objects.latest("pk").sealed)["name"] == NAME
    run_all(at)
    assert found(log, tmp_path / "mail", client) == []


def test_name_and_address_on_the_print_page_and_in_the_pdf(cast, tenant, tmp_path, log, monkeypatch) -> None:
    client = signed_in(cast.coordinator)
    client.raise_request_exception = False
    url = reverse("letter_print", args=[tenant.matter.code, tenant.sent.code])
    given = {"name": NAME, "address": HOME, "contact": f"{PHONE}, {MAIL}", "with_code": "on"}
    assert NAME in send(client, url, given | {"address": ""}, 422)
    with monkeypatch.context() as broken:
        break_down(broken, "icma.matters.compose.paper.page")
        assert said_in(send(client, url, given, 500)) == []
    assert HOME in send(client, url, given | {"make": "page"}, 200)
    response = client.post(url, given)
    assert response["Content-Type"] == "application/pdf" and "no-store" in response["Cache-Control"]
    assert _text_of(response.content).count("Kanarbay") == 1  # it does stand on the paper
    assert found(log, tmp_path / "mail", client) == []


def _text_of(pdf: bytes) -> str:
    from pypdf import PdfReader

    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_an_address_that_supports_and_follows(country, tenant, tmp_path, log, monkeypatch, at) -> None:
    client = Client(raise_request_exception=False)
    url = reverse("support", args=[tenant.matter.code])
    send(client, url, {"mail": MAIL + " x", "follow": "on"}, 422)
    with monkeypatch.context() as broken:
        break_down(broken, "icma.matters.actions.confirming.ask")
        send(client, url, {"mail": MAIL, "follow": "on"}, 500)
    send(client, url, {"mail": MAIL, "follow": "on", "once": "s" * 32}, 302)
    digits = Mail.objects.get(kind="confirm").data["code"]
    slip = re.search(r"s=([\w-]+)", Mail.objects.get(kind="confirm").data["url"]).group(1)
    assert found(log, tmp_path / "mail", client) == []
    run_all(at)  # the mail goes out: the digits stand in it and no longer in the database
    assert digits not in everything().replace(slip, "")
    sent = [file.read_text() for file in (tmp_path / "mail").glob("*")]
    assert any(f"To: {MAIL}" in text and digits in text for text in sent)
    send(client, reverse("support_confirm", args=[tenant.matter.code]), {"slip": slip, "digits": digits}, 302)
    run_all(at)
    assert found(log, tmp_path / "mail", client) == []


def test_what_an_official_types_and_does_not_send(tenant, tmp_path, log, monkeypatch) -> None:
    client = Client(raise_request_exception=False)
    send(client, reverse("reply"), {"code": tenant.reply_code}, 302)
    url = reverse("reply_answer", args=[tenant.sent.code])
    wrong = {"summary": f"{NAME} {HOME}", "number": PHONE, "dated_on": "2099-01-01", "once": "o" * 32}
    assert NAME in send(client, url, wrong, 200)
    with monkeypatch.context() as broken:
        break_down(broken, "icma.matters.views.officials.answer_by_code")
        send(client, url, wrong | {"dated_on": "2026-03-13"}, 500)
    send(
        client,
        reverse("reply_object", args=[tenant.sent.code]),
        {"kind": "x", "text": f"{NAME} {PHONE}"},
        200,
    )
    assert Letter.objects.filter(direction="in").count() == 0
    assert found(log, tmp_path / "mail", client) == []


def test_the_code_that_an_author_types_stands_nowhere(tenant, tmp_path, log) -> None:
    client = proven(tenant)
    wrong = "B" if tenant.raised.code.endswith("A") else "A"
    send(client, reverse("own_code"), {"code": tenant.raised.code[:-1] + wrong}, 422)
    client.get(reverse("own", args=[tenant.matter.code]))
    words = tuple(
        code for plain in (tenant.raised.code, tenant.reply_code) for code in (plain, plain.replace("-", ""))
    )
    assert found(log, tmp_path / "mail", client, words=words) == []


def test_a_new_account_keeps_its_address_in_its_own_row_alone(tenant, tmp_path, log, monkeypatch, at) -> None:
    """An account signs in with its address, so that row holds it; no session, log, or other table does."""
    client = Client(raise_request_exception=False)
    send(client, reverse("account_signup"), {"email": f"{ACCOUNT}@"}, 200)
    send(client, reverse("account_signup"), {"email": ACCOUNT}, 302)
    code = _code_in(tmp_path / "mail")
    send(client, reverse("account_email_verification_sent"), {"code": code}, 302)
    assert User.objects.get(email=ACCOUNT)
    client.get(reverse("mine"))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in {"people_user", "account_emailaddress"}:
                cursor.execute(f'SELECT * FROM "{table}"')
                assert said_in(repr(cursor.fetchall()), (ACCOUNT,)) == [], table
    assert said_in(log.getvalue(), (ACCOUNT,)) == []
    assert [s for s in Session.objects.all() if said_in(str(s.get_decoded()), (ACCOUNT, code))] == []


def _code_in(folder: Path) -> str:
    newest = max(folder.glob("*"), key=lambda file: file.stat().st_mtime_ns).read_text()
    return re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", newest, re.M).group(1)


def test_who_does_a_task_is_named_to_the_community_alone(cast, tenant, tmp_path, log, at) -> None:
    client, url = signed_in(cast.coordinator), reverse("tasks", args=[tenant.matter.code])
    send(client, url, {"kind": "hands", "title": "Kürək gətirmək", "who_said": NAME, "once": "t" * 32}, 302)
    assert NAME in client.get(url).content.decode()
    run_all(at)
    assert found(log, tmp_path / "mail", client) == []


def test_a_contact_that_is_opened_is_shown_and_not_kept(country, cast, tenant, tmp_path, log, at) -> None:
    """Whoever opens a contact sees it; what remains is who looked, when and why."""
    send(Client(), reverse("raise_form"), voice(country), 200)
    code = Matter.objects.get(title="Su yoxdur").code
    client = signed_in(cast.officer)
    page = client.get(reverse("contact", args=[code]))
    assert page.status_code == 200 and PHONE not in page.content.decode()  # a GET opens nothing
    shown = client.post(reverse("contact", args=[code]), {"reason": "ask", "once": "x" * 32}, follow=True)
    assert PHONE in shown.content.decode() and "no-store" in shown["Cache-Control"]
    assert found(log, tmp_path / "mail", client) == []
