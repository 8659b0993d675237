"""Every template that ships can be filled, says that it is a draft, and names no article that nobody confirmed."""

import io
import re
import sys
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.shared import Cm
from pypdf import PdfReader

from icma.legalaid.assembly import filling, letters
from icma.legalaid.assembly.reasons import Stopped
from icma.legalaid.assembly.sandbox import Unrenderable
from icma.legalaid.assembly.shelf import DRAFT, Sheet, draw, filled, missing, sample, sheet, shelf

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import legal_templates

pytestmark = pytest.mark.one_engine  # papers: no database says otherwise

ON = date(2026, 11, 26)
# Articles that reference/law-and-context.md and the glossary confirm (marks V and V2), by number alone.
CONFIRMED = set(
    re.findall(
        r"\S+",
        "57 50 10.1 24.1 23.1 73 76.1 76.2 78.1 38.1 38.2 39.1 32 33 9.1.12 360 67.1 405.0.1 8 8.4 130",
    )
)


def text_of(data: bytes) -> str:
    paper = docx.Document(io.BytesIO(data))
    lines = [paper.sections[0].header.paragraphs[0].text]
    for block in paper.iter_inner_content():
        rows = getattr(block, "rows", None)
        lines += [" | ".join(cell.text for cell in row.cells) for row in rows] if rows else [block.text]
    return "\n".join(lines)


def made(one: Sheet, values: dict[str, object], approved: bool = False) -> str:
    return text_of(filling.render(one.file(), filled(one, values, approved))[1][0])


@pytest.mark.parametrize("one", shelf(), ids=lambda one: one.slug)
def test_a_template_is_filled_whole_and_says_draft_until_approved(one: Sheet) -> None:
    about, _none = filling.examine(one.file())
    assert about["has_mark"]
    ours = {"draft_mark", "counters"} if one.slug == "ecthr-texts" else {"draft_mark"}
    assert set(about["fields"]) == {field.key for field in one.fields} | ours
    text = made(one, sample(one.slug))
    assert text.startswith(DRAFT) and not made(one, sample(one.slug), approved=True).startswith(DRAFT)
    assert set("əğıöşüç") <= set(text) and not re.search(r"\{\{|\{%|%\}|\}\}|None|Undefined", text)
    assert set(re.findall(r"(\d[\d.]*\d|\d)-c[iıuü] maddə", text)) <= CONFIRMED | {"6"}, "6: the sample's own"
    empty = made(one, {})
    assert missing(one, {}) and all(
        f"[{field.label['az']}]" in empty or field.form == "rows" for field in missing(one, {})
    )
    assert one.confirm and all(one.title[language] for language in ("az", "ru", "en"))


def test_the_committed_files_are_what_the_sources_give() -> None:
    built = legal_templates.build()
    assert [
        name for name, data in built.items() if (legal_templates.FOLDER / name).read_bytes() != data
    ] == []
    assert len(shelf()) == len(built) - 2 == 18


def test_who_may_sign_cassation_only_an_advocate() -> None:
    assert [one.slug for one in shelf() if one.advocate_only] == ["cassation"]
    courts = [one for one in shelf() if one.kind in ("administrative_court", "appeal_court", "cassation")]
    assert len(courts) == 4 and not any("staff" in one.signs for one in courts)


def test_lengths_are_counted_and_a_value_that_nobody_knows_is_refused() -> None:
    values = sample("ecthr-texts") | {"statement": ["ə" * 120, "ı" * 3]}
    assert "| 123 | 9000" in text_of(draw("ecthr-texts", values))
    with pytest.raises(ValueError, match="fin"):
        filled(sheet("consent"), {"fin": "x"})
    with pytest.raises(ValueError, match="facts"):
        filled(sheet("claim-annul"), {"facts": "mətn"})
    with pytest.raises(Stopped):
        filling.render(sheet("consent").file(), sample("consent"))  # without the mark: undefined


def read(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_papers_are_printed_in_the_language_and_fetch_nothing() -> None:
    body = ["Hörmətli Gülçöhrə xanım", "<img src='http://evil.example/a.png'> & son"]
    written = read(letters.letter(title="Cavab", body=body, to="Ə. Ş.", sender="Birlik", on=ON))
    assert "<img" in written and "Gülçöhrə" in written


def test_the_page_for_the_courthouse_is_one_page_or_is_refused() -> None:
    page = letters.hearing(
        body="Nümunə məhkəməsi", at_text="15 dekabr 2026, saat 10:30", take=["Sərəncamın əsli"], language="ru"
    )
    assert len(PdfReader(io.BytesIO(page)).pages) == 1 and "Sərəncamın əsli" in read(page)
    # As much as the form takes: in small letters.
    full = letters.hearing(
        body="m",
        at_text="t",
        points=["uzun cümlə, əsaslı " * 4] * 40,
        take=["Sərəncamın əsli və surəti"] * 55,
    )
    assert len(PdfReader(io.BytesIO(full)).pages) == 1
    with pytest.raises(Unrenderable) as caught:
        letters.hearing(body="m", at_text="t", points=["uzun cümlə " * 40] * 80)
    assert caught.value.reason == "too_large"


def test_the_list_of_signers_has_a_narrow_number_and_room_for_a_hand() -> None:
    """The grid says the widths as well as the cells: LibreOffice made four equal columns."""
    table = docx.Document(str(legal_templates.FOLDER / "petition-annex.docx")).tables[0]
    number, name, *_others = [column.width for column in table.columns]
    assert number < name / 3 and table.rows[2].height > Cm(0.8)
