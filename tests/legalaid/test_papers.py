"""Papers of a case: the form of a template begins with what the case knows; what leaves the house says nothing of its maker."""

import io
from datetime import UTC, date, datetime

import docx
import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from PIL import Image
from pypdf import PdfReader, PdfWriter

from icma.legalaid.actions.cases import papers, reading, rows, terms
from icma.legalaid.actions.keys.files import keep
from icma.legalaid.assembly import shelf
from icma.legalaid.forms.sheets import SheetForm
from icma.legalaid.models import Read, Sealed
from icma.legalaid.prefill import first_values
from icma.legalaid.sealing import opened, set_card
from icma.legalaid.uploads import sealed_copy
from icma.people.models import Membership
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
    bundles = [papers.keep_bundle(ring=ring, case=case, data=data, at=at) for data in (b"bir", b"iki")]
    case_now = reading.open_case(ring=ring, case=case, at=at)  # a new bundle is the old one's next version
    assert [row.code for row, _v in papers.older_of(case_now, bundles[1].code)] == [bundles[0].code]


def test_a_date_is_written_as_the_paper_is_whatever_language_the_lawyer_works_in(desk, monkeypatch) -> None:
    client, _ring, case = desk
    seen = []
    monkeypatch.setattr(shelf, "draw", lambda slug, values, approved: seen.append(values) or b"PK")
    url = "/ru" + reverse("case_assemble", args=[case.code, "citizen-appeal"])
    assert client.post(url, {"on": "2026-03-13", "once": "a"}).status_code == 302
    assert seen[0]["on"].split() == ["13", "mart", "2026"]


def test_a_seat_of_an_advocate_begins_with_the_day_in_baku(
    desk, client_as, monkeypatch, cast, country
) -> None:
    _client, ring, case = desk
    monkeypatch.setattr(shelf, "draw", lambda slug, values, approved: b"PK")
    Membership.objects.create(
        user=cast.lawyer, role="advocate", organisation=country.union, since=date(2026, 3, 14)
    )
    url, given = reverse("case_assemble", args=[case.code, "cassation"]), {"on": "2026-03-13"}
    for hour, status in ((19, 422), (20, 302)):  # at 20:30 UTC it is half past midnight in Baku
        now = datetime(2026, 3, 13, hour, 30, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        client = client_as("lawyer")
        rings.unlock(client, ring, now)
        assert client.post(url, given | {"once": f"{hour}"}).status_code == status


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
    assert answer.status_code == 302 and "#" not in answer["Location"], "why stands on top of the page"


@pytest.mark.django_db(transaction=True)
def test_a_docx_that_keeps_its_maker_is_refused_in_words_of_a_paper_not_of_a_template(desk) -> None:
    client, _ring, case = desk
    paper, out = docx.Document(), io.BytesIO()
    rels = paper.part.relate_to("https://numune.invalid/", RT.HYPERLINK, is_external=True)
    paper.add_paragraph(rels)
    paper.save(out)
    row = upload(desk, "qeyd.docx", out.getvalue(), 3)
    answer = client.get(reverse("case_paper_clean", args=[case.code, row.code]), follow=True)
    page = answer.content.decode()
    assert "PDF kimi saxlayın" in page and "Şablon" not in page.partition("<main")[2].partition("<h1")[0]


def thing_in(desk, row) -> dict:
    _client, ring, _case = desk
    return opened(ring, Sealed.objects.select_related("case").get(pk=row.pk))


@pytest.mark.django_db(transaction=True)
def test_the_exhibits_are_called_by_their_numbers_and_a_new_version_keeps_the_number(desk) -> None:
    client, ring, case = desk
    first, _third = upload(desk, "qerar.pdf", telling_pdf(), 1), upload(desk, "foto.jpg", telling_photo(), 3)
    form = reverse("case_paper_new", args=[case.code])
    given = {"title": "", "date": "", "exhibit": "", "version_of": first.code, "once": "v2"}
    file = {"file": SimpleUploadedFile("qerar-yeni.pdf", telling_pdf())}
    assert client.post(form, given | file).status_code == 302
    second = Sealed.objects.filter(case=case).latest("pk")
    value = thing_in(desk, second)
    assert (value["exhibit"], value["title"], value["version_of"]) == (1, "qerar.pdf", first.code)
    page = client.get(reverse("case", args=[case.code])).content.decode()
    assert "Əvvəlki variantlar" in page and reverse("case_paper", args=[case.code, first.code]) in page
    assert first.code not in client.get(form).content.decode()  # only the newest may get another version
    taken = given | {
        "version_of": "",
        "exhibit": "3",
        "once": "v3",
        "file": SimpleUploadedFile("b.pdf", telling_pdf()),
    }
    assert client.post(form, taken).status_code == 422
    made = papers.bundle_of(reading.open_case(ring=ring, case=case, at=timezone.now()))
    assert [row.name for row in made.rows] == ["Əlavə 1", "Əlavə 3"]
    pages = [one.extract_text() for one in PdfReader(io.BytesIO(made.pdf)).pages]
    assert "Əlavə 3" in pages[0] and "Əlavə 2" not in "".join(pages)
    assert case.code not in "".join(
        pages
    )  # our own number leads to the vault: a court reads its own, or none
    url = reverse("case_paper_exhibit", args=[case.code, second.code])
    assert client.post(url, {"exhibit": "", "title": "Qərar", "once": "none"}).status_code == 302
    assert thing_in(desk, second)["exhibit"] == 0
    assert (
        client.post(url, {"exhibit": "", "once": "again"}).status_code == 422
    )  # nothing is numbered with nothing


@pytest.mark.django_db(transaction=True)
def test_what_the_client_has_sent_becomes_an_exhibit_without_being_carried_around(desk, at) -> None:
    client, ring, case = desk
    data = telling_photo()
    sent = returning_upload(ring, case, "Gizli_foto.jpg", data)
    page, url = (
        client.get(reverse("case", args=[case.code])).content.decode(),
        reverse("case_paper_exhibit", args=[case.code, sent.code]),
    )
    assert url in page and 'value="1"' in client.get(url).content.decode()
    given = {"exhibit": "2", "title": "Yolun fotosu", "date": "2026-03-12"}
    assert client.post(url, given | {"once": "1"}).status_code == 302
    paper = Sealed.objects.filter(case=case, compartment="file").latest("pk")
    value = thing_in(desk, paper)
    assert (value["kind"], value["exhibit"], value["of"], value["title"]) == (
        "paper",
        2,
        sent.code,
        "Yolun fotosu",
    )
    assert b"".join(client.get(reverse("case_paper", args=[case.code, paper.code])).streaming_content) == data
    assert (
        Sealed.objects.filter(pk=sent.pk).exists()
        and url not in client.get(reverse("case", args=[case.code])).content.decode()
    )
    assert client.post(url, given | {"exhibit": "4", "once": "2"}).status_code == 422  # once alone
    own = reverse("case_paper_exhibit", args=[case.code, paper.code])
    assert client.post(own, given | {"exhibit": "5", "once": "3"}).status_code == 302
    assert thing_in(desk, paper)["exhibit"] == 5
    made = papers.bundle_of(reading.open_case(ring=ring, case=case, at=at))
    text = PdfReader(io.BytesIO(made.pdf)).pages[0].extract_text()
    assert "Əlavə 5" in text and "12 mart 2026" in text.replace("\xa0", " ")


def returning_upload(ring, case, name: str, data: bytes) -> Sealed:
    return keep(ring=ring, case=case, kind="upload", upload=sealed_copy(name, data), by="client", on=rings.ON)


@pytest.mark.django_db(transaction=True)
def test_the_refusal_of_an_exhibit_names_no_file_in_a_cookie(desk) -> None:
    client, _ring, case = desk
    upload(desk, "Eliyeva_gizli.txt", "mətn".encode(), 7)
    answer = client.post(reverse("case_exhibits", args=[case.code]), {"once": "x"})
    (said,) = [
        str(one) for one in get_messages(answer.wsgi_request)
    ]  # what the cookie carries, signed and readable
    assert "Əlavə 7" in said and "gizli" not in said
    assert answer["Location"] == reverse("case", args=[case.code]), "it stands on top, not beside the papers"


@pytest.mark.django_db(transaction=True)  # a sealed file is there once its row is
def test_a_letter_in_the_lawyers_own_words_goes_as_pdf_sealed_into_the_file(desk, at, country) -> None:
    client, ring, case = desk
    url = reverse("case_letter", args=[case.code])
    assert url in client.get(reverse("case_templates", args=[case.code])).content.decode()
    words = {"to": "Nümunə Rayon İcra Hakimiyyəti", "sender": "Nümunə Birliyi", "title": "Cavab barədə",
             "body": "Birinci abzas\n\n<b>ikinci</b> abzas", "language": "az", "once": "a"}  # fmt: skip
    assert (
        client.get(url).context["form"].initial["sender"]
        and client.post(url, {"title": "x"}).status_code == 422
    )
    for _twice in range(2):
        assert client.post(url, words).status_code == 302
    row = Sealed.objects.get(case=case)
    value = opened(ring, row)
    assert (value["kind"], value["title"], value["name"]) == ("paper", "Cavab barədə", "mektub.pdf")
    pdf = b"".join(papers.bytes_of(row, value))
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\xa0", " ")
    assert (
        "Birinci abzas" in text
        and "<b>ikinci</b>" in text
        and "İcra Hakimiyyəti" in text
        and "13 mart 2026" in text
    )


def test_the_list_of_signers_goes_out_with_lines_to_be_filled_by_hand_and_the_answer_to_who_speaks(
    desk, at
) -> None:
    _client, ring, case = desk
    annex = shelf.sheet("petition-annex")
    set_card(ring=ring, case=case, value={"kind": "card", "title": "Su yoxdur", "client_kind": "community"})
    add(desk, at, name="Nümunə icması", role="client")
    add(
        desk, at, name="Nümunə Aysel", role="representative", acts_as="staff", contact="Göyçay\n050 000 00 00"
    )
    add(desk, at, name="Nümunə İlqar", role="member")
    values = first_values(reading.open_case(ring=ring, case=case, at=at), annex, date(2026, 3, 13))
    assert values["contact_person"] == "Nümunə Aysel, Göyçay 050 000 00 00"
    typed = {"signatories": values["signatories"] + "\n\n\n", "on": "2026-03-13"}
    for data, names in ((typed, ["Nümunə İlqar", "", ""]), ({"on": "2026-03-13"}, [""] * 20)):
        form = SheetForm(data, sheet=annex, language="az")
        assert form.is_valid()
        assert [row["name"] for row in form.values()["signatories"]] == names
