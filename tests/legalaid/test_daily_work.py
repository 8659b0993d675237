"""A lawyer's day through the pages: hearings that clash, the page for the courthouse, tasks, a note that counts."""

import hashlib
import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from icma.core.day import moment
from icma.core.words import date_words
from icma.front.notices.cases import words_of_case
from icma.legalaid.actions.cases import rows, terms
from icma.legalaid.models import Name, Sealed
from icma.legalaid.sealing import all_opened, opened
from icma.people.models import Mail, Membership, Organisation
from tests.legalaid import rings
from tests.legalaid.test_papers import desk  # noqa: F401  (fixture)

pytestmark = pytest.mark.django_db


def added(desk, what, **data):  # noqa: F811
    client, _ring, case = desk
    return client.post(reverse("case_add", args=[case.code, what]), data, follow=True).content.decode()


def test_of_two_hearings_on_a_day_the_page_warns_and_each_has_its_page_for_the_courthouse(desk, at) -> None:  # noqa: F811
    client, ring, case = desk
    rows.add_party(ring=ring, case=case, at=at, name="Nümunə Bankı", role="opponent", acts_as="", contact="")
    heard = {"body": "Nümunə İnzibati Məhkəmə", "room": "4", "on": "2026-03-20", "time": "10:00", "who": ring.user.pk,
             "points": "Akt əsassızdır", "take": "Sərəncamın əsli"}  # fmt: skip
    warning = "o gün başqa yerdə olmalıdır"
    terms.move_on(ring=ring, case=case, level="court", branch="administrative", body="Məhkəmə", number="2-1(81)-77/2026",
                  served=None, filed=None, at=at)  # fmt: skip
    assert warning not in added(desk, "iclas", **heard, once="1")
    assert warning not in added(desk, "iclas", **heard | {"on": "2026-03-21", "once": "2"})
    page = added(desk, "iclas", **heard | {"time": "11:30", "once": "3"})
    assert f"{warning}: {case.code} (10:00)" in page
    later = heard | {"on": "2026-03-21", "time": "14:00"}  # hours later: in the same house that is no clash
    assert warning not in added(desk, "iclas", **later, once="4")
    assert warning in added(desk, "iclas", **later | {"body": "Nümunə Rayon Məhkəməsi"}, once="5")
    row = next(row for row, value in all_opened(ring, case, "file", "hearing"))
    address = reverse("case_hearing", args=[case.code, row.code])
    assert address in page
    answer = client.get(address)
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.content)).pages)
    assert (
        "attachment" in answer["Content-Disposition"]
        and len(PdfReader(io.BytesIO(answer.content)).pages) == 1
    )
    for word in (
        "Nümunə İnzibati Məhkəmə",
        "10:00",
        "Akt əsassızdır",
        "Sərəncamın əsli",
        "Nümunə Bankı",
        "Aygün",
        "2-1(81)-77/2026",
    ):
        assert word in text, word
    assert case.code not in text  # our own number leads to the vault
    assert "gizli" not in text  # how to contact safely stays in the house


def test_the_page_for_the_courthouse_names_the_client_once_and_of_a_large_group_how_many(desk, at) -> None:  # noqa: F811
    client, ring, case = desk
    party = {"ring": ring, "case": case, "acts_as": "", "contact": "", "at": at}
    rows.add_party(name="Nümunə icması", role="client", **party)
    for n in range(60):
        rows.add_party(name=f"Nümunə Üzv {n}", role="member", **party)
    added(desk, "iclas", body="Nümunə Məhkəmə", on="2026-03-20", time="10:00", who=ring.user.pk)
    row = next(row for row, value in all_opened(ring, case, "file", "hearing"))
    answer = client.get(reverse("case_hearing", args=[case.code, row.code]))
    assert answer["Content-Type"] == "application/pdf"
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert text.count("yardım alan:") == 1 and "qrupun üzvü: 60" in text and "Üzv 5" not in text


def test_who_is_no_advocate_is_told_that_he_or_she_may_only_come_along_to_court(desk, cast, at) -> None:  # noqa: F811
    _client, ring, case = desk
    told = "yalnız müşayiət edə bilər"
    heard = {"body": "Məhkəmə", "on": "2026-03-20", "time": "10:00", "who": ring.user.pk}
    union = Organisation.objects.get(kind="union")
    for role, said in (("lawyer", True), ("advocate", False)):
        Membership.objects.filter(user=ring.user).delete()
        Membership.objects.create(user=ring.user, organisation=union, role=role, since=at.date())
        assert (told in added(desk, "iclas", **heard, once=role)) is said


def test_a_task_stands_open_until_somebody_presses_done_and_once_alone(desk, at) -> None:  # noqa: F811
    client, ring, case = desk
    page = added(desk, "tapsiriq", text="Arayış almaq", who=ring.user.pk, due="2026-03-18", once="1")
    row = next(row for row, _value in all_opened(ring, case, "file", "task"))
    eve, last = Mail.objects.filter(key__startswith=f"legal:task:{row.code}").order_by("at")
    assert eve.at == moment(date(2026, 3, 17), 8) and last.at == moment(date(2026, 3, 18), 8)
    told = words_of_case(eve)
    assert (
        case.code in told["sentence"]
        and date_words(date(2026, 3, 18)) in told["sentence"]
        and "Arayış" not in str(told)
    )
    done = reverse("case_task_done", args=[case.code, row.code])
    assert "Arayış almaq" in page and done in page
    page = client.post(done, {"once": "2"}, follow=True).content.decode()
    row.refresh_from_db()
    row.case = case
    assert (
        row.done
        and opened(ring, row)["done"] == "2026-03-13"
        and done not in page
        and "<s>Arayış almaq</s>" in page
    )
    assert words_of_case(last) is None  # done: nobody is reminded any more
    assert "artıq" in client.post(done, {"once": "3"}, follow=True).content.decode()
    note = rows.write_note(ring=ring, case=case, text="x", at=at)
    client.post(reverse("case_task_done", args=[case.code, note.code]), {"once": "4"})
    note.refresh_from_db()
    assert not note.done


def test_a_note_and_the_service_it_tells_of_are_one_press_and_belong_to_the_proceeding(desk, at) -> None:  # noqa: F811
    client, ring, case = desk
    move = {"level": "authority", "branch": "administrative", "body": "Nümunə İcra Hakimiyyəti", "number": "",
            "served": None, "filed": rings.ON, "at": at, "ring": ring, "case": case}  # fmt: skip
    terms.move_on(**move)
    proceeding = next(row.code for row, _value in all_opened(ring, case, "file", "proceeding"))
    form = client.get(reverse("case_add", args=[case.code, "qeyd"])).content.decode()
    assert form.count('name="service"') == 7
    page = added(desk, "qeyd", text="Ərizə yazıldı", service="drafting", once="1")
    assert "Ərizə yazıldı" in page
    added(desk, "qeyd", text="Zəng edildi", once="2")
    values = [value for _row, value in all_opened(ring, case, "file", "service")]
    assert [(v["service"], v["minutes"], v["proceeding"]) for v in values] == [("drafting", 60, proceeding)]
    assert sum(1 for _row in all_opened(ring, case, "file", "note")) == 2


@pytest.mark.django_db(transaction=True)
def test_a_paper_carries_its_hash_and_a_picture_is_looked_at_in_a_sandbox(desk) -> None:  # noqa: F811
    client, ring, case = desk
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    for name, data in (("a.png", out.getvalue()), ("b.html", b"<script>alert(1)</script>")):
        upload = {"file": SimpleUploadedFile(name, data), "title": name, "once": name}
        assert client.post(reverse("case_paper_new", args=[case.code]), upload).status_code == 302
        row = Sealed.objects.latest("pk")
        row.case = case
        assert opened(ring, row)["sha256"] == hashlib.sha256(data).hexdigest()
        page, address = (
            client.get(reverse("case", args=[case.code])).content.decode(),
            reverse("case_paper", args=[case.code, row.code]),
        )
        assert hashlib.sha256(data).hexdigest() in page and (f"{address}?bax" in page) == (name == "a.png")
        seen = client.get(f"{address}?bax")
        assert b"".join(seen.streaming_content) == data and "sandbox" in seen["Content-Security-Policy"]
        assert seen["X-Content-Type-Options"] == "nosniff"
        inline = (seen["Content-Disposition"], seen["Content-Type"]) == ("inline", "image/png")
        assert inline == (name == "a.png") and inline != seen["Content-Disposition"].startswith("attachment")
        assert client.get(address)["Content-Disposition"].startswith("attachment")


def test_a_mistyped_party_is_put_right_and_one_that_is_none_is_taken_out(desk, at) -> None:  # noqa: F811
    client, ring, case = desk
    party = {"ring": ring, "case": case, "acts_as": "", "contact": "", "at": at}
    row = rows.add_party(name="Nümunə Bankk", role="opponent", **party)
    other = rows.add_party(name="Nümunə Şahid", role="witness", **party)
    url = reverse("case_party", args=[case.code, row.code])
    assert url in client.get(reverse("case", args=[case.code])).content.decode()
    right = {"name": "Nümunə Bankı", "role": "opponent", "once": "1"}
    page = client.post(url, right, follow=True).content.decode()
    assert "Nümunə Bankı" in page and "Bankk" not in page
    known = Name.objects.filter(case=case).count()
    client.post(url, right | {"contact": "yuxarı küçə", "once": "1b"})
    assert Name.objects.filter(case=case).count() == known, (
        "or the check would show one name twice among its ten"
    )
    stands = right | {"role": "representative", "acts_as": "staff", "once": "2"}
    assert client.post(url, stands).status_code == 422  # staff stand for no person
    out = {"name": "Nümunə Şahid", "role": "witness", "out": "on", "once": "3"}
    page = client.post(reverse("case_party", args=[case.code, other.code]), out, follow=True).content.decode()
    assert "Nümunə Şahid" not in page and "Nümunə Bankı" in page
    assert client.get(reverse("case_party", args=[case.code, "ROW234567890"])).status_code == 404
