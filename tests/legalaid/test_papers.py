"""Papers of a case: the form of a template begins with what the case knows; what leaves the house says nothing of its maker."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader, PdfWriter

from icma.legalaid.actions.cases import papers, reading, rows, terms
from icma.legalaid.assembly import shelf
from icma.legalaid.models import Read, Sealed
from icma.legalaid.prefill import first_values
from icma.legalaid.sealing import opened, set_card
from tests.legalaid import rings

pytestmark = pytest.mark.django_db
MAKER, PLACE = "Gizli Muellif", (40, 24, 31)


@pytest.fixture
def desk(client_as, cast, country, at, monkeypatch, settings, tmp_path):
    settings.HOME = tmp_path
    monkeypatch.setattr(timezone, "now", lambda: at)
    _user, ring = rings.lawyer("lawyer", at)
    case, client = rings.a_case(ring), client_as("lawyer")
    card = {
        "kind": "card",
        "title": "Sökülmə qərarı",
        "client": "Aygün",
        "contact": "050-gizli, yalnız gündüz",
    }
    set_card(ring=ring, case=case, value=card)
    rings.unlock(client, ring, at)
    return client, ring, case


def add(desk, at, **party) -> None:
    _client, ring, case = desk
    rows.add_party(ring=ring, case=case, at=at, **{"acts_as": "", "contact": ""} | party)


def test_a_form_begins_with_parties_body_number_and_dates_and_never_with_the_safe_contact(desk, at) -> None:
    client, ring, case = desk
    add(desk, at, name="Əliyeva Aygün Vaqif qızı", role="client", contact="Göyçay\n055 000 00 00")
    add(desk, at, name="Nümunə Vəkil", role="representative", acts_as="advocate")
    add(desk, at, name="Nümunə Bankı", role="third", contact="Bakı")
    move = {"branch": "administrative", "at": at, "ring": ring, "case": case, "served": None, "filed": None}
    first = {"level": "authority", "body": "Nümunə İcra Hakimiyyəti", "number": "118/26"}
    terms.move_on(**move | first | {"filed": date(2026, 1, 12)})
    before = Sealed.objects.filter(case=case).order_by("-pk").first()
    court = {
        "level": "court",
        "body": "Nümunə İnzibati Məhkəmə",
        "number": "2-1(81)",
        "served": date(2026, 3, 2),
    }
    terms.move_on(**move | court | {"after": before, "result": "imtina"})
    found = reading.open_case(ring=ring, case=case, at=at)
    claim = first_values(found, shelf.sheet("claim-annul"), date(2026, 3, 13))
    assert claim == {
        "court": "Nümunə İnzibati Məhkəmə", "sender_name": "Əliyeva Aygün Vaqif qızı",
        "sender_contact": "Göyçay 055 000 00 00", "representative": "Nümunə Vəkil (vəkil)",
        "authority": "Nümunə İcra Hakimiyyəti", "third_parties": "Nümunə Bankı, Bakı", "act_number": "118/26",
        "act_served": date(2026, 3, 2), "on": date(2026, 3, 13),
    }  # fmt: skip
    for one in shelf.shelf():
        values = first_values(found, one, date(2026, 3, 13))
        assert "gizli" not in str(values) and set(values) <= {field.key for field in one.fields}
    page = client.get("/ru" + reverse("case_assemble", args=[case.code, "claim-annul"])).content.decode()
    assert 'value="Nümunə İnzibati Məhkəmə"' in page and 'value="2026-03-02"' in page
    assert Read.objects.filter(case=case.code, verb="case").exists()


def test_of_a_paper_the_newest_version_is_shown_and_the_older_stays(desk, at) -> None:
    _client, ring, case = desk
    first = papers.keep_made(ring=ring, case=case, data=b"bir", name="a.pdf", at=at, title="Ərizə", exhibit=1)
    second = papers.keep_made(ring=ring, case=case, data=b"iki", name="b.pdf", at=at, title="Ərizə", exhibit=1,
                              version_of=first.code)  # fmt: skip
    found = reading.open_case(ring=ring, case=case, at=at)
    assert [row.code for row, _v in papers.papers_of(found)] == [second.code]
    assert len(found.of("paper")) == 2


def test_a_date_is_written_as_the_paper_is_whatever_language_the_lawyer_works_in(desk, monkeypatch) -> None:
    client, _ring, case = desk
    seen = []
    monkeypatch.setattr(shelf, "draw", lambda slug, values, approved: seen.append(values) or b"PK")
    url = "/ru" + reverse("case_assemble", args=[case.code, "citizen-appeal"])
    assert client.post(url, {"on": "2026-03-13", "once": "a"}).status_code == 302
    assert seen[0]["on"].split() == ["13", "mart", "2026"]


def telling_photo() -> bytes:
    """A picture that says who took it and where."""
    exif = Image.Exif()
    exif[0x013B], exif[0x010F] = MAKER, "GizliKamera"
    exif.get_ifd(0x8825).update({1: "N", 2: PLACE, 3: "E", 4: PLACE})
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "lightblue").save(out, "JPEG", exif=exif)
    return out.getvalue()


def telling_pdf() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": MAKER, "/Creator": "GizliKamera"})
    writer.write(out)
    return out.getvalue()


def upload(desk, name: str, data: bytes, exhibit: int) -> Sealed:
    client, _ring, case = desk
    given = {"file": SimpleUploadedFile(name, data), "title": name, "exhibit": exhibit, "once": name}
    assert client.post(reverse("case_paper_new", args=[case.code]), given).status_code == 302
    return Sealed.objects.filter(case=case).latest("pk")


@pytest.mark.django_db(transaction=True)  # bytes come to their place when the row is committed
def test_author_device_and_place_are_gone_from_a_file_that_is_handed_on_and_from_the_exhibits(desk) -> None:
    client, ring, case = desk
    picture, paper = upload(desk, "foto.jpg", telling_photo(), 1), upload(desk, "qerar.pdf", telling_pdf(), 2)
    page = client.get(reverse("case", args=[case.code])).content.decode()
    for row in (picture, paper):
        assert reverse("case_paper_clean", args=[case.code, row.code]) in page
        as_it_came = b"".join(client.get(reverse("case_paper", args=[case.code, row.code])).streaming_content)
        clean = client.get(reverse("case_paper_clean", args=[case.code, row.code]))
        assert MAKER.encode() in as_it_came
        assert MAKER.encode() not in clean.content and b"GizliKamera" not in clean.content
        assert clean["Cache-Control"] == "no-store, private" and "attachment" in clean["Content-Disposition"]
    with Image.open(
        io.BytesIO(client.get(reverse("case_paper_clean", args=[case.code, picture.code])).content)
    ) as seen:
        assert not seen.getexif().get_ifd(0x8825) and seen.size == (60, 40)
    assert client.post(reverse("case_exhibits", args=[case.code]), {"once": "x"}).status_code == 302
    row = Sealed.objects.filter(case=case).latest("pk")
    made = b"".join(client.get(reverse("case_paper", args=[case.code, row.code])).streaming_content)
    assert opened(ring, row)["name"].endswith(".pdf") and len(PdfReader(io.BytesIO(made)).pages) > 2
    about = str(PdfReader(io.BytesIO(made)).metadata)
    assert MAKER.encode() not in made and b"GizliKamera" not in made and MAKER not in about


def test_what_cannot_be_cleaned_is_not_handed_out_as_clean(desk) -> None:
    client, _ring, case = desk
    row = upload(desk, "qeyd.txt", "mətn".encode(), 3)
    answer = client.get(reverse("case_paper_clean", args=[case.code, row.code]))
    assert answer.status_code == 302 and "#papers" in answer["Location"]
