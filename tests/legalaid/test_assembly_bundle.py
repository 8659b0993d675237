"""Exhibits from strangers' files: numbered, listed, harmless; or refused with the number of the one at fault."""

import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import weasyprint
from PIL import Image, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from icma.legalaid.assembly import binding
from icma.legalaid.assembly.bundle import Bundle, Exhibit, bundle, left_out, stripped
from icma.legalaid.assembly.reasons import Stopped
from icma.legalaid.assembly.sandbox import Unrenderable
from icma.legalaid.assembly.shelf import draw, sample

pytestmark = pytest.mark.one_engine  # papers: no database says otherwise

N, T = NameObject, TextStringObject
ACTIVE = {
    "/JS",
    "/JavaScript",
    "/Launch",
    "/OpenAction",
    "/EmbeddedFiles",
    "/EF",
    "/AA",
    "/AcroForm",
    "/Metadata",
}


def pdf(html: str, **options: Any) -> bytes:
    made: bytes = weasyprint.HTML(string=html).write_pdf(**options)
    return made


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def active_pdf() -> bytes:
    """Script by name, a launch at opening, a file inside, and a link that starts a program."""
    wide = "<style>@page{size:A4 landscape}</style><h1>Torpaq sahəsinin planı</h1>"
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(wide))))
    writer.add_attachment("a.exe", b"MZ")
    script = DictionaryObject({N("/S"): N("/JavaScript"), N("/JS"): T("app.alert(1)")})
    launch = DictionaryObject({N("/S"): N("/Launch"), N("/F"): T("calc.exe")})
    names = writer._root_object["/Names"]
    names[N("/JavaScript")] = DictionaryObject({N("/Names"): ArrayObject([T("a"), script])})
    writer._root_object[N("/OpenAction")] = launch
    note = {N("/Type"): N("/Annot"), N("/Subtype"): N("/Link"), N("/A"): launch}
    writer.pages[0][N("/Annots")] = ArrayObject([DictionaryObject(note)])
    return written(writer)


def photo(orientation: int = 6) -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "GizliKamera"
    out = io.BytesIO()
    Image.new("RGB", (600, 400), "lightblue").save(out, "JPEG", exif=exif)
    return out.getvalue()


def keys_of(data: bytes) -> set[str]:
    reader = PdfReader(io.BytesIO(data))
    found: set[str] = set()
    for number in {n for table in reader.xref.values() for n in table} | set(reader.xref_objStm):
        thing = reader.get_object(number)
        found |= set(thing) if isinstance(thing, dict) else set()
        found |= {str(thing.get("/S"))} if isinstance(thing, dict) else set()
    return found


@pytest.fixture(scope="module")
def made() -> Bundle:
    form = "<form><input name=a value='Orxan Göyçaylı'><input name=b value='Gülçin Nur'></form><p>Ərizə forması</p>"
    return bundle(
        title="İddiaya əlavələr",
        reference="7Q4F",
        exhibits=[
            Exhibit(
                "İcra hakimiyyətinin qərarı", pdf("<h1>Qərar</h1>" + "<p>şəhər</p>" * 60), "pdf", "12.03.2026"
            ),
            Exhibit("Plan", active_pdf(), "pdf"),
            Exhibit("Yolun fotoşəkli", photo(), "jpeg", note="çəkən: müraciət edən"),
            Exhibit("Doldurulmuş forma", pdf(form, pdf_forms=True), "pdf"),
        ],
    )


def test_the_list_names_each_exhibit_its_pages_and_where_it_starts(made: Bundle) -> None:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made.pdf)).pages]
    assert [row.name for row in made.rows] == ["Əlavə 1", "Əlavə 2", "Əlavə 3", "Əlavə 4"]
    assert len(pages) == made.pages == 1 + sum(1 + row.pages for row in made.rows)
    for row in made.rows:
        assert row.title in pages[0] and str(row.first_page) in pages[0]
        assert row.name in pages[row.first_page - 2], "its cover stands before it"
        assert (
            row.name in pages[row.first_page - 1]
            and f"{row.first_page} / {made.pages}" in pages[row.first_page - 1]
        )
    assert "Qərar" in pages[made.rows[0].first_page - 1]
    assert "Gülçin Nur" in pages[made.rows[3].first_page - 1], "what was filled in stays visible"
    assert made.rows[3].removed == ("form_text",), "and the lawyer is told when letters may be lost"


def test_nothing_that_acts_comes_along_and_the_lawyer_is_told(made: Bundle) -> None:
    assert made.rows[1].removed == ("embedded_file", "launch", "script")
    assert made.rows[0].removed == made.rows[2].removed == ()
    words = {
        *binding._ACTIONS.values(),
        *binding._KEYS.values(),
        *binding._SUBTYPES.values(),
        "signature",
        "form_text",
    }
    assert all(left_out(word) for word in words)
    assert not keys_of(made.pdf) & ACTIVE
    assert b"GizliKamera" not in made.pdf and b"calc.exe" not in made.pdf
    assert keys_of(active_pdf()) & ACTIVE, "this test can fail"
    wide = PdfReader(io.BytesIO(made.pdf)).pages[made.rows[1].first_page - 1].mediabox
    assert wide.width > wide.height


def layered() -> bytes:
    """A page with a layer that is switched off."""
    content = b"/OC /L BDC 1 0 0 rg 0 0 200 200 re f EMC"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[5 0 R]/D<</OFF[5 0 R]>>>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Properties<</L 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/OCG/Name(gizli)>>",
    ]
    body = b"%PDF-1.7\n"
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%sendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Root 1 0 R/Size 6>>\nstartxref\n%d\n%%%%EOF"
    return body + end % (table, len(body))


def test_a_layer_that_was_switched_off_stays_invisible() -> None:
    head, clean = binding.look(layered(), "pdf")
    assert head["removed"] == ["layers"]
    document = binding._document(clean[0])
    assert document[0].render().to_pil().convert("RGB").getpixel((20, 20)) == (255, 255, 255)
    document.close()


def locked(user: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("<p>Bağlı</p>"))))
    writer.encrypt(user_password=user, owner_password="b", algorithm="RC4-128")
    return written(writer)


def many_pixels() -> bytes:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind", "reason"),
    [
        (pdf("<p>a</p>" * 90)[:900], "pdf", "broken"),
        (photo()[:400], "jpeg", "broken"),
        (photo(), "pdf", "kind"),
        (photo(), "png", "broken"),
        (locked("a"), "pdf", "encrypted"),
        (many_pixels(), "png", "too_large"),
        (b"", "pdf", "kind"),
    ],
    ids=["cut pdf", "cut jpeg", "jpeg as pdf", "jpeg as png", "locked", "pixels", "empty"],
)
def test_a_damaged_locked_or_huge_file_is_refused(data: bytes, kind: str, reason: str) -> None:
    with pytest.raises(Stopped) as caught:
        binding.look(data, kind)
    assert caught.value.reason == reason


def test_the_refusal_names_the_exhibit() -> None:
    exhibits = [Exhibit("Foto", photo(), "jpeg"), Exhibit("Yarımçıq", b"%PDF-1.7 x", "pdf")]
    with pytest.raises(Unrenderable) as caught:
        bundle(title="x", reference="", exhibits=exhibits)
    assert (caught.value.reason, caught.value.detail) == ("broken", "Əlavə 2")


def test_too_many_exhibits_or_bytes_are_refused_before_anything_is_read() -> None:
    for exhibits in ([Exhibit("a", b"", "pdf")] * 61, [Exhibit("a", b"0" * (61 * 1024 * 1024), "pdf")]):
        with pytest.raises(Unrenderable) as caught:
            bundle(title="x", reference="", exhibits=exhibits)
        assert caught.value.reason == "too_large"


def test_what_could_not_be_left_behind_is_refused() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("<p>a</p>"))))
    writer.pages[0][N("/AA")] = DictionaryObject({N("/O"): T("x")})
    with pytest.raises(Stopped) as caught:
        binding._closed(writer, "")
    assert caught.value.reason == "unsafe"


WRITTEN: list[object] = []
WATCHED = [False]


def watch(event: str, args: tuple[object, ...]) -> None:
    if WATCHED[0] and event == "open" and not isinstance(args[0], int) and args[0] != os.devnull:
        WRITTEN.extend([args[0]] if int(str(args[2] or 0)) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) else [])


def test_neither_a_bundle_nor_a_document_nor_a_letter_opens_a_file_for_writing(tmp_path: Path) -> None:
    sys.addaudithook(watch)
    WATCHED[0] = True
    try:
        (tmp_path / "control").write_text("x")
        bundle(title="Gizli", reference="", exhibits=[Exhibit("Foto", photo(), "jpeg")])
        draw("consent", sample("consent"))
    finally:
        WATCHED[0] = False
    assert [Path(str(one)).name for one in WRITTEN] == ["control"]


def test_where_only_changes_are_locked_the_pages_are_read() -> None:
    head, clean = binding.look(locked(""), "pdf")
    assert len(head["pages"]) == 1 and "Bağlı" in PdfReader(io.BytesIO(clean[0])).pages[0].extract_text()


def test_stripped_files_say_nothing_about_their_maker() -> None:
    picture = stripped(photo(), "jpeg")
    with Image.open(io.BytesIO(picture)) as upright:
        assert upright.size == (400, 600) and not upright.getexif() and b"GizliKamera" not in picture
    about = PngImagePlugin.PngInfo()
    about.add_text("Author", "Gizli")
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=about)
    assert b"Gizli" not in binding.strip(out.getvalue(), "png")[1][0]
    paper = pdf("<title>Gizli</title><meta name=author content='Gizli'><p>Mətn</p>")
    clean = PdfReader(io.BytesIO(binding.strip(paper, "pdf")[1][0]))
    assert not clean.metadata or "Gizli" not in str(clean.metadata)
