"""Whatever is typed into legal aid stands nowhere but under seal: every form that exists, found by itself.

Each form is sent three times: filled in, with something missing, and while the database breaks under it. Then the
words are looked for in every table, the database's own files or a dump, ICMA_HOME, temporary files, logs, sessions,
cookies, mail and a backup.
"""

import contextlib
import io
import logging
import os
import re
import subprocess
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from icma.cli.backup import backup
from icma.core import limit
from icma.core.logs import Bare
from icma.front.jobs import run_all
from icma.legalaid import unlocking
from icma.legalaid.models import Complaint, Offer, Question
from icma.legalaid.sealing import put, set_card
from tests.legalaid import rings
from tests.legalaid.forms_kit import Form, forms_of
from tests.matters.support_kit import everything

pytestmark = pytest.mark.django_db(transaction=True)
WORD = "kanarhuquq7731"


@pytest.fixture
def house(country, cast, at, monkeypatch, settings, tmp_path):
    """A home of its own, and everything that is said in it."""
    settings.HOME = tmp_path / "home"
    settings.EMAIL_FILE_PATH = tmp_path / "home" / "mail"
    (settings.HOME / "tmp").mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(settings.HOME / "tmp"))
    monkeypatch.setattr(timezone, "now", lambda: at)
    monkeypatch.setattr(
        unlocking, "stretched", lambda words, salt: unlocking.paper_key(unlocking.bare(words), salt)
    )
    limit._BUCKETS.clear()
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logging.Formatter(settings.LOGGING["formatters"]["plain"]["format"]))
    handler.addFilter(Bare())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield SimpleNamespace(log=out, home=settings.HOME, cast=cast, at=at)
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def people(house, client_as):
    """Lawyer (in all groups), officer, a client with a code, a stranger: each with the row that addresses name."""
    _user, ring = rings.lawyer("lawyer", house.at)
    _user, officer = rings.lawyer("officer", house.at)
    rings.groups(ring, officer)
    rings.papers()
    case = rings.a_case(ring)
    set_card(ring=ring, case=case, value={"kind": "card", "title": "Nümunə"})
    note = put(ring=ring, case=case, compartment="file", value={"kind": "note", "text": "Qeyd"}, on=rings.ON)
    waiting, _key = rings.an_intake()

    def ready(who: str) -> Client:
        client = client_as(who if who in ("lawyer", "officer") else "stranger")
        client.raise_request_exception = False
        if who in ("lawyer", "officer"):
            rings.unlock(client, ring if who == "lawyer" else officer, house.at)
        elif who == "client":
            # A case of his own each time: a form changes the code, another erases everything.
            _code, guest = rings.client(rings.a_case(ring), ring, house.at)
            rings.come_back(client, guest, house.at)
        return client

    return SimpleNamespace(ready=ready, case=case, note=note, waiting=waiting)


def addresses(people) -> list[str]:
    """Every address whose view is of legal aid, with what its pattern names filled in."""
    named = {
        "code": [people.case.code, people.waiting.code, *Question.objects.values_list("code", flat=True),
                 *Complaint.objects.values_list("code", flat=True), *Offer.objects.values_list("code", flat=True)],
        "name": ["intake"], "row": [people.note.code], "person": ["x"],
    }  # fmt: skip
    found = []
    for pattern in _patterns(get_resolver()):
        view = getattr(pattern.callback, "func", pattern.callback)
        if not view.__module__.startswith("icma.legalaid"):
            continue
        keys = list(pattern.pattern.converters)
        for value in named.get(keys[0], ["1"]) if keys else [None]:
            given = {key: named.get(key, ["1"])[0] for key in keys} | ({keys[0]: value} if keys else {})
            with contextlib.suppress(Exception):
                found.append(reverse(pattern.name, kwargs=given))
    return sorted(set(found))


def _patterns(resolver: URLResolver) -> list[URLPattern]:
    return [
        one for item in resolver.url_patterns
        for one in (_patterns(item) if isinstance(item, URLResolver) else [item])
    ]  # fmt: skip


def send(client: Client, url: str, form: Form, data: dict) -> int:
    response = client.post(form.action if form.action.startswith("/") else url, data)
    assert WORD not in response.get("Location", ""), url
    assert all(WORD not in cookie.OutputString() for cookie in response.cookies.values()), url
    assert "no-store" in response.get("Cache-Control", ""), url
    return response.status_code


def broken(monkeypatch) -> None:
    """The database fails with an error that quotes what was typed, as databases do."""

    def fail(self: object) -> None:
        raise RuntimeError(f"DETAIL: ({WORD})")

    monkeypatch.setattr(transaction.Atomic, "__enter__", fail)


def dumped() -> bytes:
    """What pg_dump writes of the whole database."""
    options = connection.settings_dict
    words = ["pg_dump", f"--dbname={options['NAME']}", f"--username={options['USER']}", f"--host={options['HOST'] or ''}",
             f"--port={options['PORT'] or ''}"]  # fmt: skip
    env = {**os.environ, "PGPASSWORD": options["PASSWORD"] or ""}
    return subprocess.run(
        [w for w in words if not w.endswith("=")], env=env, capture_output=True, check=True
    ).stdout


def where_it_stands(house, tmp_path) -> list[str]:
    places: dict[str, bytes] = {"tables": everything().encode(), "log": house.log.getvalue().encode()}
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        places |= {str(f): f.read_bytes() for f in name.parent.glob(f"{name.name}*")}
    else:
        places["dump"] = dumped()
    backup(tmp_path / "backup")
    for number, session in enumerate(Session.objects.all()):
        places[f"session {number}"] = str(session.get_decoded()).encode()
    roots = [Path(settings.HOME), tmp_path]
    places |= {str(f): f.read_bytes() for root in roots for f in root.rglob("*") if f.is_file()}
    spelt = WORD.encode(), WORD.encode().hex().encode()  # a dump writes bytes as hexadecimal digits
    return [place for place, data in places.items() if any(word in data.lower() for word in spelt)]


def test_every_form_is_found_filled_in_broken_and_leaves_no_word_in_clear(
    house, people, tmp_path, monkeypatch
) -> None:
    sent, statuses = 0, set()
    for who in ("stranger", "client", "lawyer", "officer"):
        for url in addresses(people):
            page = people.ready(who).get(url)
            if page.status_code != 200 or "html" not in page.get("Content-Type", ""):
                continue
            for form in forms_of(page.content.decode()):
                for press in form.buttons():
                    data = form.filled(WORD, press)
                    lacking = {key: value for key, value in data.items() if WORD not in str(value)}
                    statuses.add(send(people.ready(who), url, form, lacking))
                    client = people.ready(who)
                    with monkeypatch.context() as patch:
                        broken(patch)
                        statuses.add(send(client, url, form, form.filled(WORD, press)))
                    statuses.add(send(people.ready(who), url, form, form.filled(WORD, press)))
                    sent += 1
    run_all(house.at)
    assert sent >= 6 and 500 in statuses and statuses & {200, 422}
    assert where_it_stands(house, tmp_path) == []
    assert "RuntimeError" in house.log.getvalue()  # it was told, without the words


def test_the_search_finds_a_word_in_each_place(house, people, tmp_path) -> None:
    """In a table, in a session, in the log, in a temporary file, in a sealed folder."""
    Question.objects.create(code="A", asked_on=rings.ON, due_on=rings.ON, words=WORD.encode())
    session = Client().session
    session["x"] = WORD
    session.save()
    logging.getLogger("x").error("for %s", WORD)
    (house.home / "tmp" / "upload").write_bytes(b"x" * 100 + WORD.encode())
    found = " ".join(where_it_stands(house, tmp_path))
    assert all(place in found for place in ("tables", "session", "log", "tmp/upload"))
    assert re.search("sqlite3|dump", found)
