"""Whoever opens sealed words leaves a row; of clients the day alone is kept, and nothing beside it says more."""

import inspect
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve, reverse

from icma.core.day import BAKU
from icma.core.models import Once
from icma.engines.vault import Unopened
from icma.legalaid import readings, unlocking
from icma.legalaid.actions import conflicts, consent, meeting
from icma.legalaid.actions.audit import note_read, verify
from icma.legalaid.actions.cases import offers, rows
from icma.legalaid.actions.intake import telling
from icma.legalaid.actions.keys import sessions
from icma.legalaid.models import Read
from icma.legalaid.sealing import grant, set_card
from tests.legalaid import rings
from tests.legalaid.test_canaries import WORD, addresses, furnished, house, people  # noqa: F401  (fixtures)

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(people, house, cast):  # noqa: F811
    """A case, an intake with its verdict, an offer: each holds the word; a client with a code."""
    ring, case, at = people.ring, people.case, house.at
    set_card(ring=ring, case=case, value={"kind": "card", "title": WORD, "client": WORD})
    people.rows = furnished(ring, case, at, WORD)
    upload = {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF"), "title": WORD, "once": "p"}
    assert people.ready("lawyer").post(reverse("case_paper_new", args=[case.code]), upload).status_code == 302
    consent.give(ring=ring, case=case, purpose="representation", how="spoken", language="az", at=at)
    offers.offer(ring=ring, case=case, kind="assign", to=cast.officer, summary=WORD, at=at)
    values = {"what": WORD, "client": WORD, "other": "", "papers": "", "call": "no"}
    people.waiting = telling.take_down(values=values, language="az", at=at)[0]
    conflicts.judge(ring=ring, case=people.waiting, verdict="clear", at=at)
    _code, people.guest = rings.client(case, ring, at)
    rows.write_message(ring=people.guest, case=case, text=WORD, at=at)
    meeting.ask_call(ring=people.guest, case=case, phone=WORD, answers="me", hour="", text="", at=at)
    return people


@pytest.mark.one_engine
def test_a_page_that_shows_sealed_words_has_written_down_that_they_were_opened(told, house) -> None:  # noqa: F811
    shown: set[str] = set()
    for who, part in (("stranger", "/komek/"), ("lawyer", "/huquq/"), ("officer", "/huquq/teklif/")):
        client = told.ready(who)
        seen: set[str] = set()
        for url in addresses(told):
            name = resolve(url).url_name
            if (
                not url.startswith(part)
                or name in seen
                or name
                in (
                    "case_hearing",
                    "case_paper_clean",
                )
            ):  # a row of its own each: their tests
                continue
            if who == "stranger":  # with a code; one of the pages leaves
                rings.come_back(client, told.guest, house.at)
            before = Read.objects.count()
            page = client.get(url)
            body = b"".join(page.streaming_content) if page.streaming else page.content
            if page.status_code == 200 and WORD.encode() in body:
                assert Read.objects.count() > before, (who, url)
                shown.add(name)
            if page.status_code == 200:
                seen.add(name)
    assert {"cases", "case_board", "case", "case_card", "case_paper_new", "case_take", "offer_answer", "desk_facts",
            "client_return", "client_meeting"} <= shown, shown  # fmt: skip


def test_of_what_a_client_does_the_day_alone_stands_in_clear(told, house, monkeypatch) -> None:  # noqa: F811
    """Neither an opening nor a form's key says at which moment, or in which case, or what was done."""
    Once.objects.all().delete()
    client = told.ready("stranger")
    rings.come_back(client, told.guest, house.at)
    assert client.get(reverse("client_return")).status_code == 200
    assert client.post(reverse("client_return"), {"text": "Salam", "once": "a" * 32}).status_code == 302
    wish = {
        "do": "call",
        "phone": "0501112233",
        "answers": "me",
        "hour": "10:00",
        "text": "",
        "once": "b" * 32,
    }
    assert client.post(reverse("client_meeting"), wish).status_code == 302
    told.ready("lawyer").post(reverse("case_add", args=[told.case.code, "qeyd"]), {"text": "x", "once": "c" * 32})  # fmt: skip
    moments = [
        *Read.objects.filter(role="client").values_list("at", flat=True),
        *Once.objects.values_list("at", flat=True),
    ]
    assert (Once.objects.count(), len(moments)) == (3, 4)
    assert {f"{one.astimezone(BAKU):%H:%M:%S.%f}" for one in moments} == {"00:00:00.000000"}
    scopes = " ".join(Once.objects.values_list("scope", flat=True))
    said = re.sub(r"[0-9a-f]{16,}", "", scopes)  # of a hash "add" may be a part
    assert not any(word in said for word in ("client", "meet", "add"))
    assert told.case.code not in scopes and list(verify()) == []


def test_a_clock_that_is_moved_back_revives_no_grant_that_has_ended(country, settings, tmp_path) -> None:
    at: datetime = rings.AT
    (_user, ring), (guest, other) = rings.lawyer("bir"), rings.lawyer("iki")
    case = rings.a_case(ring)
    grant(key=ring.key(case, "file"), case=case, compartment="file", to=other.pair, by=ring.user, on=rings.ON,
          until=at + timedelta(hours=1))  # fmt: skip
    note_read(ring=ring, role="assignee", verb="case", case=case, at=at + timedelta(hours=2))
    note_read(ring=None, role="client", verb="thread", case=case, at=at + timedelta(hours=2))

    def seen_at(moment: datetime):
        half = unlocking.halves(rings.at_moment(other, moment), "")
        sessions.begin(ring=rings.at_moment(other, moment), half=half, at=moment)
        found = unlocking.rejoined(cookie=half.cookie, user=guest, tie="", at=moment)
        assert found
        return found[0]

    with pytest.raises(Unopened):  # half an hour after it was given, says the clock; the audit knows better
        seen_at(at + timedelta(minutes=30)).key(case, "file")
    Read.objects.all()._raw_delete("default")
    assert seen_at(at + timedelta(minutes=30)).key(case, "file") == ring.key(case, "file")


def test_every_role_that_is_written_down_has_words(country) -> None:
    """A client reads them: never the word of the program."""
    source = "".join(path.read_text() for path in Path(readings.__file__).parent.rglob("*.py"))
    calls = re.findall(r"note_read\((?:[^()]|\([^()]*\))*", source)
    written = {role for call in calls for role in re.findall(r'role="(\w+)"', call)}
    returned = set(re.findall(r'"(\w+)"', inspect.getsource(readings.role_in)))
    assert {"staff", "statistics", "complaints"} <= written and {"deputy", "guest"} <= returned
    assert not (written | returned | {"client", "staff", "time"}) - readings.ROLES.keys()
