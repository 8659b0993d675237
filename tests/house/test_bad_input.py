"""Bad input of every kind, into every form there is: no error of ours, nothing runs, nothing typed is swallowed.

What single forms refuse and how they say it stands with their own tests; here nothing can be forgotten.
"""

import copy
import errno
import html
import os
import re
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone, translation

from icma.core import limit
from icma.core.models import Once
from icma.matters.actions.officials import DAYS
from icma.matters.actions.support import issue_paper
from icma.matters.models import Clock, Document, Matter
from tests.house.world import Tenant, addresses, ours, picture, proven, signed_in
from tests.undefined import undefined

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(7731)</script><img src=x onerror=alert(7731)>\"'><svg onload=alert(7731)>{{ 7*7 }}"
RAW = ("<script>alert(7731)", "<img src=x", "<svg onload")
INVISIBLE = "\u202e\u200b\ufeff\u0007gizli\u2066"
LETTERS = "İıŞşĞğƏə 🏔 \U0001f469\u200d\U0001f33e"
# Each form is sent once with each of these: what can be found together stands together.
PAYLOADS = {
    "odd": f"{LETTERS} {SCRIPT}{INVISIBLE}", "long": "uzun " * 4000, "empty": "", "zero": "gizli \u0000",
    "number": "-99999999999999999999", "date": "2026-02-31",
}  # fmt: skip
# What PostgreSQL may refuse where SQLite takes it; what a page shows of it reads the same.
STORED = PAYLOADS if connection.vendor == "sqlite" else ("long", "zero", "number", "date")


@pytest.fixture(autouse=True)
def that_friday(at, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at)
    limit._BUCKETS.clear()
    with translation.override("az"):
        yield


@pytest.fixture
def tenant(country, cast, at) -> Tenant:
    return ours(country, cast, at)


# --- every form ------------------------------------------------------------------------------------------
@dataclass
class Found:
    """A posting form: what it would send, and which of its fields a person types into."""

    action: str
    given: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """`ticked`: every box is ticked, so that a form gets as far as it can."""

    def __init__(self, here: str, ticked: bool = True) -> None:
        super().__init__()
        self.here, self.ticked, self.forms, self.form, self.select = here, ticked, [], None, ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Found(a.get("action") or self.here) if a.get("method", "").lower() == "post" else None
            self.forms += [self.form] if self.form else []
        if self.form is None:
            return
        name, kind = a.get("name", ""), a.get("type", "text")
        if tag == "textarea":
            self.form.given[name], self.form.typed = "", [*self.form.typed, name]
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and (a.get("value") or self.select not in self.form.given):
            if "selected" in a or not self.form.given.get(self.select):
                self.form.given[self.select] = a.get("value", "")
        elif tag == "input" and name and kind not in ("file", "submit"):
            if kind == "radio":
                if "checked" in a or name not in self.form.given:
                    self.form.given[name] = a.get("value", "")
            elif kind == "checkbox":
                if self.ticked or "checked" in a:
                    self.form.given[name] = a.get("value", "on")
            else:
                self.form.given[name] = a.get("value", "")
                if kind not in ("hidden", "radio", "checkbox", "password"):
                    self.form.typed.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        if tag == "form":
            self.form = None


def forms_of(client: Client, tenant: Tenant) -> dict[tuple, Found]:
    """Every posting form that this reader meets, by its address and fields."""
    found = {}
    for route, address in addresses(tenant).items():
        if route == "components/":  # samples that are sent nowhere
            continue
        response = client.get(address)
        if response.status_code == 200 and response.get("Content-Type", "").startswith("text/html"):
            reader = Reader(address)
            reader.feed(response.content.decode())
            # The button beside every row of a list is one form.
            found |= {
                (resolve(urlsplit(form.action).path).url_name, tuple(form.given)): form
                for form in reader.forms
            }
        elif response.streaming:
            list(response)
    return found


def wrong(client: Client, form: Found, kind: str, tenant: Tenant) -> list[str]:
    """Send the form with `kind` in all that is typed; afterwards the database is as it was."""
    payload = PAYLOADS[kind]
    data = form.given | dict.fromkeys(form.typed, payload)
    where, cookies = f"{form.action} {kind}", copy.deepcopy(client.cookies)
    with transaction.atomic():
        try:
            response = client.post(form.action, data)
            pages = [] if response.streaming else [response]
            if response.status_code == 302 and kind == "odd":  # where what was typed is shown again
                pages += [
                    client.get(response["Location"]),
                    client.get(f"/m/{tenant.matter.code}/"),
                    client.get("/is/"),
                ]
            return [f"{where}: {bad}" for bad in _bad(pages, form, kind)]
        except Exception as error:
            return [f"{where}: {type(error).__name__} {str(error)[:120]}"]
        finally:
            transaction.set_rollback(True)
            client.cookies = cookies  # a form that erases the account signs out


def _bad(pages: list, form: Found, kind: str) -> list[str]:
    found = []
    for page in pages:
        text = page.content.decode("utf-8", "replace")
        found += [raw for raw in RAW if raw in text] + undefined(text)
        if page.status_code >= 500:
            found.append(str(page.status_code))
    first = pages[0].content.decode("utf-8", "replace") if pages else ""
    came_back = pages and pages[0].status_code in (200, 422) and 'class="errs"' in first
    kept = PAYLOADS[kind].strip()[:60] in html.unescape(first)
    if came_back and form.typed and kind in ("long", "odd") and not kept:
        found.append("what was typed is lost")
    return found


@pytest.mark.parametrize(("role", "least"), [
    ("stranger", 6), ("author", 6), ("coordinator", 35), ("officer", 50), ("code", 3),
    pytest.param("advocate", 8, marks=pytest.mark.one_engine), pytest.param("official", 4, marks=pytest.mark.one_engine),
])  # fmt: skip
def test_every_form_stands_whatever_is_typed(role: str, least: int, cast, tenant: Tenant, marked) -> None:
    """Script, attributes, 20,000 characters, nothing, invisible and turning signs, numbers and days that are none;
    and no page that answers has a variable which nothing defines."""
    if role == "stranger":
        client = Client()
    elif role == "author":
        client = proven(tenant)
    elif role == "code":
        client = Client()
        client.post(reverse("reply"), {"code": tenant.reply_code})
    else:
        client = signed_in(getattr(cast, role))
    forms = forms_of(client, tenant)
    assert len(forms) >= least, sorted(form.action for form in forms.values())
    found = [
        bad for form in forms.values()
        for kind in (STORED if form.typed else ("empty",)) for bad in wrong(client, form, kind, tenant)
    ]  # fmt: skip
    assert found == []


# --- every address ---------------------------------------------------------------------------------------
WORDS = ("q", "after", "before", "place", "topic", "kind", "page", "yer", "follows", "wish", "to", "what", "s", "ile",
         "authority", "community", "next", "rule", "day", "limit")  # fmt: skip
ODD = ("a" * 10_000, "ə" * 10_000, "\x00", "\u202eabc\u200b", "' OR 1=1 --", "%", "_", "*", '"', "NEAR(", "a AND", "-1",
       "9" * 40, "[]", "<script>alert(7731)</script>")  # fmt: skip


# The officer opens every page that a stranger opens.
@pytest.mark.parametrize("role", [pytest.param("stranger", marks=pytest.mark.one_engine), "officer"])
def test_every_question_in_an_address_is_answered(role: str, cast, tenant: Tenant) -> None:
    """A search of 10,000 characters, signs of query languages, zero bytes: an answer, never an error of ours."""
    client, found = Client() if role == "stranger" else signed_in(cast.officer), []
    asked = [
        address for route, address in addresses(tenant).items() if route.endswith(("/", ".csv", ".atom"))
    ]
    for address in dict.fromkeys(asked):
        for odd in ODD if address in SEARCHED else (ODD[0], ODD[-1]):
            response = client.get(address, dict.fromkeys(WORDS, odd))
            page = b"".join(response.streaming_content) if response.streaming else response.content
            if response.status_code >= 500 or b"<script>alert" in page:
                found.append(f"{address} {odd[:12]!r}: {response.status_code}")
    assert found == []


SEARCHED = ("/axtar/", "/meseleler/", "/qurumlar/", "/icmalar/", "/yerler/", "/api/v1/matters/", "/is/qurumlar/",
            "/is/adamlar/", "/meseleler.csv", "/meseleler.atom", "/muddetler/", "/m/{}/mektub/")  # fmt: skip


@pytest.mark.one_engine
def test_addresses_that_name_nothing_are_not_found(cast, tenant: Tenant) -> None:
    client, found = signed_in(cast.officer), []
    for route in addresses(tenant):
        if "<" not in route or "<int:year>" in route:  # a year that no calendar has is refused on its form
            continue
        for odd in ("%00", "x" * 300, "%E2%80%AE", "..%2f..%2fetc%2fpasswd", "9" * 30, "'", "%F0%9F%8F%94"):
            strange = "/" + re.sub(r"<int:\w+>", "9" * 30, re.sub(r"<(?:str:)?\w+>", odd, route))
            if client.get(strange).status_code not in (302, 400, 404, 405):
                found.append(f"{strange[:80]}: {client.get(strange).status_code}")
    assert found == []


# --- what single forms cannot show -------------------------------------------------------------------------
def test_a_search_of_ten_thousand_characters_says_that_it_was_cut(tenant: Tenant) -> None:
    for address in ("/axtar/", "/meseleler/"):
        response = Client().get(address, {"q": "su " * 3400})
        assert response.status_code == 200 and "200" in response.content.decode()


def test_a_full_disk_keeps_what_was_typed_with_a_photo(cast, tenant: Tenant, monkeypatch) -> None:
    """The bytes find no room: the page says so, caption and tick stay, no row is left without bytes."""
    client = proven(tenant)
    real = os.fsync

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    photo = _upload(picture("#1f3350"))
    before = Document.objects.count()
    response = client.post(
        reverse("own_photo", args=[tenant.matter.code]), {"photo": photo, "caption": "Quru kran"}
    )
    page = response.content.decode()
    assert response.status_code == 422 and "Quru kran" in page and "yer yoxdur" in page
    assert Document.objects.count() == before
    monkeypatch.setattr(os, "fsync", real)
    again = client.post(
        reverse("own_photo", args=[tenant.matter.code]), {"photo": _upload(picture("#1f3350"))}
    )
    assert again.status_code == 302 and Document.objects.count() == before + 1


def _upload(data: bytes, name: str = "a.jpg"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, data)


def test_a_full_disk_of_the_database_is_said_and_nothing_half_done_stays(country, monkeypatch) -> None:
    """SQLite and PostgreSQL say it as an OperationalError; it is tried again, then told in the reader's words."""

    def full(**given: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("icma.matters.views.raising.raise_matter", full)
    client = Client(raise_request_exception=False)
    form = {
        "place": country.goychay.code,
        "topic": "gender",
        "title": "Başlıq",
        "text": "Mətn",
        "once": "f" * 32,
    }
    response = client.post(reverse("raise_form"), form)
    assert response.status_code in (500, 503)
    assert "sqlite" not in response.content.decode().lower() and "geri" in response.content.decode().lower()
    assert not Once.objects.exists() and not Matter.objects.exists()
    monkeypatch.undo()
    assert client.post(reverse("raise_form"), form).status_code == 200  # the same form, later: it counts
    assert Matter.objects.count() == 1


@pytest.mark.parametrize(("name", "data"), [
    ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    ("a.jpg", b'<?xml version="1.0"?><svg onload="alert(1)"/>'), ("a.png", b"GIF89a" + bytes(40)),
    ("a.jpg", b"PK\x03\x04" + bytes(400)), ("a.jpg", b"\xff\xd8\xff" + b"<script>alert(1)</script>"), ("a.jpg", b""),
    ("../../etc/passwd", b"root:x"),
])  # fmt: skip
def test_a_file_that_is_no_photo_is_refused_on_the_page(name: str, data: bytes, tenant: Tenant) -> None:
    before = Document.objects.count()
    response = proven(tenant).post(
        reverse("own_photo", args=[tenant.matter.code]),
        {"photo": _upload(data, name), "caption": "Quru kran"},
    )
    assert response.status_code == 422 and "Quru kran" in response.content.decode()
    assert Document.objects.count() == before


def test_thirty_megabytes_are_refused_on_the_page(tenant: Tenant) -> None:
    big = _upload(b"\xff\xd8\xff" + bytes(30_000_000))
    response = proven(tenant).post(
        reverse("own_photo", args=[tenant.matter.code]), {"photo": big, "caption": "Kran"}
    )
    assert response.status_code == 422 and "12" in response.content.decode()


def test_a_form_larger_than_any_form_of_ours_is_refused_in_plain_words(country) -> None:
    """Django stops reading at 2.5 MB of fields, and at 2,000 of them."""
    for data in ({"text": "x" * 3_000_000}, {f"f{n}": "1" for n in range(2_100)}):
        response = Client(raise_request_exception=False).post(reverse("raise_form"), data)
        assert response.status_code == 400 and "<h1" in response.content.decode()


def test_what_was_held_by_links_that_ended_is_told_or_not_found(tenant: Tenant, at, monkeypatch) -> None:
    paper = issue_paper(matter=tenant.matter, n=1, at=at)[0]
    official = Client()
    official.post(reverse("reply"), {"code": tenant.reply_code})
    later = at + timedelta(days=DAYS + 1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    response = Client().post(reverse("reply"), {"code": tenant.reply_code})
    assert response.status_code == 200 and 'aria-invalid="true"' in response.content.decode()
    assert official.get(reverse("reply_letter", args=[tenant.sent.code]))["Location"].endswith(
        (reverse("reply"), f"next=/cavab/{tenant.sent.code}/")
    )
    response = Client().post(reverse("support", args=[tenant.matter.code]), {"paper": paper})
    assert response.status_code == 422 and 'aria-invalid="true"' in response.content.decode()
    assert (
        Client().get("/mektub-yox/x:y/").status_code == 404 and Client().get("/lent/X.ics").status_code == 404
    )


def test_going_back_and_writing_something_else_raises_another_matter(country) -> None:
    """Four taps are one matter; other words with the same old form are another one, not swallowed."""
    client = Client()
    form = {
        "place": country.goychay.code,
        "topic": "gender",
        "title": "Birinci",
        "text": "Mətn",
        "once": "g" * 32,
        "sure": "on",
    }
    for title in ("Birinci", "Birinci", "İkinci", "İkinci"):
        assert client.post(reverse("raise_form"), form | {"title": title}).status_code == 200
    assert sorted(Matter.objects.values_list("title", flat=True)) == ["Birinci", "İkinci"]


def test_the_keys_of_forms_are_not_kept_as_they_are(country) -> None:
    """Who reads the database could else post one again and be shown the return code."""
    form = {
        "place": country.goychay.code,
        "topic": "gender",
        "title": "Başlıq",
        "text": "Mətn",
        "once": "k" * 32,
    }
    Client().post(reverse("raise_form"), form)
    row = Once.objects.get()
    assert "kkk" not in row.key
    stolen = Client().post(reverse("raise_form"), form | {"once": row.key, "title": "Oğru", "sure": "on"})
    assert Matter.objects.count() == 2 and "Başlıq" not in stolen.content.decode()


def test_two_who_press_the_same_step_are_one_and_one_who_is_told(cast, tenant: Tenant) -> None:
    """Through the pages: the second coordinator's press says why nothing happened."""
    first, second = signed_in(cast.coordinator), signed_in(cast.officer)
    url = reverse("letter_drop", args=[tenant.matter.code, tenant.draft.code])
    assert first.post(url, {"once": "1", "sure": "on"}).status_code == 302
    response = second.post(url, {"once": "2", "sure": "on"})
    assert response.status_code == 422 and 'class="errs"' in response.content.decode()


def test_a_rule_that_is_changed_on_its_page_moves_the_clocks_that_run(cast, tenant: Tenant) -> None:
    """From the officer's form to the due date on the matter's page, by the job."""
    from icma.front.jobs import run_all

    client, clock = signed_in(cast.officer), Clock.objects.get(letter=tenant.sent, owner="authority")
    reader = Reader(reverse("law_rule_change", args=["appeal.general"]), ticked=False)
    reader.feed(client.get(reader.here).content.decode())
    form = next(form for form in reader.forms if "amount" in form.given)
    given = form.given | {
        "amount": str(int(form.given["amount"]) + 5),
        "why": "Qanuna dəyişiklik",
        "once": "r" * 32,
    }
    response = client.post(form.action, given)
    assert response.status_code == 302, response.content.decode()[-2000:]
    run_all(timezone.now())
    moved = Clock.objects.get(pk=clock.pk)
    assert moved.due_on > clock.due_on and moved.edition_id != clock.edition_id


def test_no_sign_in_a_title_breaks_the_feeds_of_all(cast, country, tenant: Tenant, at) -> None:
    """Atom, sitemap, calendar and API stand with every kind of sign in a public title."""
    import json
    from xml.etree import ElementTree

    from icalendar import Calendar

    from icma.matters.actions.moderation import publish
    from icma.matters.actions.raising import raise_matter

    odd = "]]>&<a href='x'>;,\\n BEGIN:VALARM \ufffe\uffff\u2028\x0b\ufdd0 =SUM(1) \U0001f3d4"
    made = raise_matter(title=odd, text=odd, place=country.goychay, topic="gender", at=at)
    publish(matter=made.matter, at=at, by=cast.moderator)
    Matter.objects.filter(pk=tenant.matter.pk).update(title=made.matter.title)
    for address in ("/meseleler.atom", "/muddetler/siyahi.atom", "/mektublar.atom", "/sitemap.xml"):
        ElementTree.fromstring(Client().get(address).content)
    events = Calendar.from_ical(Client().get(f"/m/{tenant.matter.code}.ics").content).walk()
    assert [part.name for part in events] == ["VCALENDAR", "VEVENT"]
    rows = json.loads(Client().get("/api/v1/matters/").content)["rows"]
    assert len(rows) >= 3 and all("\u2028" not in row["title"] for row in rows)


@pytest.mark.parametrize(("language", "given", "said"), [
    ("", {"title": ""}, "Buranı doldurun."), ("/ru", {"title": ""}, "Заполните это поле."),
    ("", {"title": "a" * 500}, "Çox uzundur"), ("/ru", {"title": "a" * 500}, "Слишком длинно"),
    ("", {"topic": "pul"}, "Siyahıdakılardan birini seçin"), ("", {"title": "a\0"}, "görünməyən yad işarə"),
    ("/en", {"title": "a" * 500}, "at most"),
])  # fmt: skip
def test_what_is_wrong_is_said_in_plain_words_of_the_reader_and_the_rest_stays(
    language, given, said, country
):
    """Django's own Azerbaijani says "make sure that this value" and glues endings to numbers."""
    form = {
        "place": country.goychay.code,
        "topic": "gender",
        "title": "Su",
        "text": "Üç həftədir.",
        "once": "w" * 32,
    }
    response = Client().post(f"{language}/qaldirin/yeni/", form | given)
    page = html.unescape(response.content.decode())
    assert response.status_code == 422 and said in page and "Üç həftədir." in page
