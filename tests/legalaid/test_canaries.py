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
import shutil
import subprocess
import tempfile
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest
import weasyprint
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone
from pypdf import PdfReader, PdfWriter

from icma.cli.backup import backup
from icma.core import limit
from icma.core.logs import Bare
from icma.engines import inmail
from icma.front.jobs import run_all
from icma.legalaid import unlocking
from icma.legalaid.actions import drops
from icma.legalaid.actions.cases import rows, terms
from icma.legalaid.assembly import shelf
from icma.legalaid.models import Complaint, Offer, Question, Sealed
from icma.legalaid.sealing import all_opened, set_card
from icma.legalaid.views.cases import ADD
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
    rows_of = furnished(ring, case, house.at)
    waiting, _key = rings.an_intake()

    def ready(who: str) -> Client:
        client = client_as(who if who in ("lawyer", "officer") else "stranger")
        client.raise_request_exception = False
        if who in ("lawyer", "officer"):
            rings.unlock(client, ring if who == "lawyer" else officer, house.at)
        elif who == "client":
            # A case of his own each time: a form changes the code, another erases everything.
            own = rings.a_case(ring)
            set_card(ring=ring, case=own, value={"kind": "card", "title": "Nümunə"})
            _code, guest = rings.client(own, ring, house.at)
            rings.come_back(client, guest, house.at)
        return client

    return SimpleNamespace(ready=ready, case=case, rows=rows_of, waiting=waiting, ring=ring)


def furnished(ring, case, at, word="") -> list[str]:
    """One row of each kind that a page of its own is about; their codes. `word`: in what is said of each."""
    on = rings.ON
    rows.write_note(ring=ring, case=case, text=f"Qeyd {word}", at=at)
    step = {
        "level": "court",
        "branch": "administrative",
        "body": f"Məhkəmə {word}",
        "number": "",
        "filed": None,
        "at": at,
    }
    terms.move_on(ring=ring, case=case, served=on, **step)
    task = rows.add_task(ring=ring, case=case, text=f"İş {word}", who=ring.user.pk, due=on, at=at)
    heard = {
        "body": f"Məhkəmə {word}",
        "room": "1",
        "on": on,
        "time": "10:00",
        "points": "",
        "take": "",
        "at": at,
    }
    hearing = rows.set_hearing(ring=ring, case=case, who=ring.user.pk, **heard)
    kinds = {row.code: value["kind"] for row, value in all_opened(ring, case, "file")}
    return [
        task.code,
        hearing.code,
        *(code for code, kind in kinds.items() if kind in ("proceeding", "term")),
    ]


def addresses(people) -> list[str]:
    """Every address whose view is of legal aid, with what its pattern names filled in."""
    named = {
        "code": [people.case.code, people.waiting.code, *Question.objects.values_list("code", flat=True),
                 *Complaint.objects.values_list("code", flat=True), *Offer.objects.values_list("code", flat=True)],
        "name": ["intake"], "row": people.rows, "person": ["x"], "what": list(ADD), "slug": ["citizen-appeal", "cassation"],
        "n": ["1", "2", "3", "4", "5"],
    }  # fmt: skip
    found = []
    for pattern in _patterns(get_resolver()):
        view = getattr(pattern.callback, "func", pattern.callback)
        if not view.__module__.startswith("icma.legalaid"):
            continue
        keys = list(pattern.pattern.converters)
        for values in product(*(named.get(key, ["1"]) for key in keys)):
            with contextlib.suppress(Exception):
                found.append(reverse(pattern.name, kwargs=dict(zip(keys, values, strict=True))))
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
    done, statuses = set(), set()
    for who in ("stranger", "client", "lawyer", "officer"):
        for url in addresses(people):
            if url.startswith("/huquq/") and who in ("stranger", "client"):
                continue  # never there for them: tests/house/test_doors.py
            page = people.ready(who).get(url)
            if page.status_code != 200 or "html" not in page.get("Content-Type", ""):
                continue
            for form in forms_of(page.content.decode()):
                for press in form.buttons():
                    same = (
                        resolve(url).url_name,
                        form.action,
                        frozenset(form.names()),
                        str(press and press["value"]),
                    )
                    if same in done:  # the same form of another row
                        continue
                    done.add(same)
                    data = form.filled(WORD, press)
                    lacking = {key: value for key, value in data.items() if WORD not in str(value)}
                    statuses.add(send(people.ready(who), url, form, lacking))
                    client = people.ready(who)
                    with monkeypatch.context() as patch:
                        broken(patch)
                        statuses.add(send(client, url, form, form.filled(WORD, press)))
                    statuses.add(send(people.ready(who), url, form, form.filled(WORD, press)))
    run_all(house.at)
    assert len(done) >= 40, len(done)
    assert 500 in statuses and statuses & {200, 422}
    assert where_it_stands(house, tmp_path) == []
    assert "RuntimeError" in house.log.getvalue()  # it was told, without the words


def test_a_mail_to_a_case_leaves_no_word_before_and_after_it_is_read(
    house, people, tmp_path, settings
) -> None:
    settings.MAIL_IN_DOMAIN = "post.numune.invalid"
    drops.give_address(ring=people.ring, case=people.case, at=house.at)
    code = next(all_opened(people.ring, people.case, "thread", "alias"))[1]["code"]
    head = (
        f"From: {WORD}@numune.invalid\r\nSubject: {WORD}\r\nMessage-ID: <{WORD}@x>\r\nMIME-Version: 1.0\r\n"
    )
    part = f"--x\r\nContent-Type: application/pdf; name={WORD}.pdf\r\n\r\n{WORD * 9000}\r\n"
    raw = f"{head}Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n{WORD}\r\n{part}--x--\r\n".encode()
    given = {"code": code, "incoming": inmail.read(raw), "raw": raw, "at": house.at}
    with pytest.MonkeyPatch.context() as patch:
        broken(patch)
        with pytest.raises(RuntimeError):
            drops.receive(**given)
    assert drops.receive(**given)
    run_all(house.at)
    assert where_it_stands(house, tmp_path) == []
    page = people.ready("lawyer").get(reverse("case", args=[people.case.code])).content.decode()
    assert page.count(f"{WORD}.pdf") == 1 and f"{WORD}@numune.invalid" in page
    run_all(house.at)
    shutil.rmtree(tmp_path / "backup"), shutil.rmtree(tmp_path / "backup.wraps")
    assert where_it_stands(house, tmp_path) == []


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


def told(pages: int = 1) -> bytes:
    """A PDF with the word on its pages and among what it says of itself."""
    writer, out = PdfWriter(), io.BytesIO()
    for _page in range(pages):
        writer.append(io.BytesIO(weasyprint.HTML(string=f"<title>{WORD}</title><p>{WORD}").write_pdf()))
    writer.add_metadata({"/Author": WORD})
    writer.write(out)
    return out.getvalue()


def test_papers_that_are_made_and_twenty_megabytes_that_fail_break_and_arrive_leave_no_word(
    house, people, tmp_path, monkeypatch
) -> None:
    """A draft from a template, the exhibits' PDF, the page for the courthouse, a clean copy, a large upload."""
    lawyer, c = people.ready("lawyer"), people.case.code
    upload, large = reverse("case_paper_new", args=[c]), WORD.encode() * (20_000_000 // len(WORD))

    def file(name: str, data: bytes, **more: object) -> dict:
        return {"file": SimpleUploadedFile(f"{WORD}-{name}", data), "title": WORD, "once": name} | more

    assert lawyer.post(upload, file("big.pdf", large, exhibit=99)).status_code == 422
    with monkeypatch.context() as patch:
        broken(patch)
        assert lawyer.post(upload, file("big.pdf", large)).status_code == 500
    assert lawyer.post(upload, file("big.pdf", large)).status_code == 302
    assert lawyer.post(upload, file("one.pdf", told(), exhibit=1)).status_code == 302
    paper = Sealed.objects.latest("pk").code
    draft = reverse("case_assemble", args=[c, "citizen-appeal"])
    values = {f.key: WORD for f in shelf.sheet("citizen-appeal").fields if f.form != "date"}
    assert lawyer.post(draft, values | {"once": "d"}).status_code == 302
    for place in ("icma.legalaid.assembly.sandbox._run", "icma.legalaid.actions.cases.papers.keep_bundle"):
        with monkeypatch.context() as patch:
            patch.setattr(place, lambda *a, **k: (_ for _ in ()).throw(RuntimeError(f"DETAIL: {WORD}")))
            assert (
                people.ready("lawyer").post(reverse("case_exhibits", args=[c]), {"once": place}).status_code
                == 500
            )
    assert lawyer.post(reverse("case_exhibits", args=[c]), {"once": "e"}).status_code == 302
    bundle = reverse("case_paper", args=[c, Sealed.objects.latest("pk").code])
    seen = io.BytesIO(b"".join(lawyer.get(bundle).streaming_content))
    assert WORD in "".join(page.extract_text() for page in PdfReader(seen).pages)  # it is on the paper itself
    assert WORD.encode() not in lawyer.get(reverse("case_paper_clean", args=[c, paper])).content[:200]
    for code in people.rows:
        lawyer.get(reverse("case_hearing", args=[c, code]))
    run_all(house.at)
    assert where_it_stands(house, tmp_path) == []
    assert not list((house.home / "tmp").iterdir()) and not list((house.home / "vault").rglob("*.part"))
