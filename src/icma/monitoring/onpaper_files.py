"""A report as a page, a PDF, a DOCX to edit and an XLSX: the same words and marks in each."""

import base64
import functools
import io
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.core.cells import safe_cell
from icma.core.pictures import FONTS
from icma.matters.compose import paper
from icma.monitoring.onpaper import Line, Plan, Tracked, Whole
from icma.monitoring.onpaper_parts import Part
from icma.monitoring.wording import of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MM = 36_000  # in the units of DOCX
A4 = (210 * MM, 297 * MM)  # its plain template is an American sheet
SMALL = 9 * 12_700  # points
LINE = 15  # points
SHEET = 180  # characters that a sheet of paper takes in its width
WIDE = (54, 32, 36, 24, 24)  # mm, columns of the table of an indicator


def page(whole: Whole, language: str, nonce: str = "", fonts: bool = False) -> str:
    """One HTML page for the printer. `fonts`: with the bundled ones inside, for the PDF."""
    return render_to_string("monitoring/paper.html", {
        "whole": whole, "language": language, "nonce": nonce, "is_demo": settings.IS_DEMO,
        "sans": _font("NotoSans-Regular.ttf") if fonts else "", "serif": _font("NotoSerif-Bold.ttf") if fonts else "",
        "sections": sections(whole), "lacks": lists(whole),
    })  # fmt: skip


def pdf(whole: Whole, language: str) -> bytes:
    """Raises NoPango where the native library is missing."""
    return paper.pdf(page(whole, language, fonts=True))


@functools.cache
def _font(name: str) -> str:
    return "data:font/ttf;base64," + base64.b64encode((FONTS / name).read_bytes()).decode()


def sections(whole: Whole) -> list[tuple[str, str, tuple[Part, ...]]]:
    """(heading, sentence, parts) of everything that is told."""
    return [
        (_("Outcomes"), counted_words(whole.counted), whole.outcomes),
        (_("Stories of most significant change"), "", whole.stories),
        (_("Visits"), "", whole.visits),
        (_("Months of the communities"), "", whole.months),
    ]  # fmt: skip


def counted_words(counted: dict[str, int]) -> str:
    """How many there are, how many of them for the worse, how many are not shown: always all of them."""
    return _("Outcomes: %(all)s, for the worse: %(negative)s. Not shown here: %(gone)s, for the worse among them: %(gone_negative)s.") % counted  # fmt: skip


def found_in(whole: Whole) -> dict[str, Any]:
    """What its page shows without making it again: how many of each, and what is missing."""
    n = {"plans": whole.plans, "stories": whole.stories, "visits": whole.visits, "months": whole.months}
    lacks = {
        "bare": whole.bare,
        "loose": whole.loose,
        "silent": whole.silent,
        "untranslated": whole.untranslated,
    }
    return {
        "counted": whole.counted, "n": {name: len(parts) for name, parts in n.items()},
        "lacks": {name: list(rows) for name, rows in lacks.items()}, "notes": list(whole.notes),
    }  # fmt: skip


LACKS = {
    "bare": gettext_lazy("Steps of the plan without evidence"), "loose": gettext_lazy("Evidence without a step of the plan"),
    "silent": gettext_lazy("Months without a report"), "untranslated": gettext_lazy("Not translated into English"),
}  # fmt: skip


def lists(whole: Whole) -> list[tuple[str, list[str]]]:
    """What is missing, each under its own heading."""
    return [(str(LACKS[name]), rows) for name, rows in found_in(whole)["lacks"].items()]


def heads() -> list[str]:
    return [_("Period"), _("Target"), _("Actual"), _("Progress"), _("Reported")]


def actual_words(line: Line) -> str:
    marks = [
        _unseen() if line.unseen else "",
        _("before a correction %(n)s") % {"n": line.was.shown} if line.was else "",
    ]
    said = "; ".join(mark for mark in marks if mark)
    return f"{line.actual.shown} ({said})" if said else line.actual.shown


def _unseen() -> str:
    return _("not confirmed yet")


# --- to edit -----------------------------------------------------------------------------------------
def docx(whole: Whole) -> bytes:
    """Word, made of headings, paragraphs and tables of the plain template; without an author's name."""
    import docx as library

    made = library.Document()
    made.sections[0].page_width, made.sections[0].page_height = A4
    made.sections[0].left_margin = made.sections[0].right_margin = 20 * MM
    made.styles["Normal"].font.name = "Arial"
    made.styles["Table Grid"].font.size = SMALL
    made.core_properties.author, made.core_properties.title = "", f"{whole.title} {whole.scope}"
    made.core_properties.comments = ""
    made.add_heading(whole.title, 0)
    for line in (
        whole.union,
        whole.scope,
        whole.days,
        _("Figures as they stood on %(day)s; words as they read when this was made") % {"day": whole.made},
    ):
        made.add_paragraph(line)
    for note in whole.notes:
        made.add_paragraph(note, style="List Bullet")
    _told(made, whole)
    for plan in whole.plans:
        _plan(made, plan, whole.inside)
    for title, words, parts in sections(whole):
        if words or parts:
            made.add_heading(title, 1)
        if words:
            made.add_paragraph(words)
        for part in parts:
            _part(made, part)
    for title, rows in lists(whole):
        made.add_heading(title, 2)
        for row in rows or (_("none"),):
            made.add_paragraph(row, style="List Bullet")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _told(made: Any, whole: Whole) -> None:
    if whole.narrative.text:
        made.add_paragraph(whole.narrative.text)
    if whole.narrative.english:
        made.add_paragraph(f"English: {whole.narrative.english}")


def _plan(made: Any, plan: Plan, inside: bool) -> None:
    made.add_heading(f"{plan.title} ({plan.organisation})", 1)
    made.add_paragraph(f"{plan.days}. " + of(plan.reported, plan.expected))
    if plan.text:
        made.add_paragraph(plan.text)
    condition = _("What has to hold")
    for step in plan.chain:
        holds = f" ({condition}: {step.assumptions})" if step.assumptions else ""
        line = made.add_paragraph(
            f"{step.kind}: {step.title}{holds} – {support(step.indicators, step.outcomes)}"
        )
        line.paragraph_format.left_indent = 6 * MM * step.depth
    for row in plan.tracked:
        _tracked(made, row, inside)


def _tracked(made: Any, row: Tracked, inside: bool) -> None:
    made.add_heading(row.title, 3)
    made.add_paragraph(f"{row.unit} · {row.direction} · " + _("baseline: %(value)s") % {"value": row.baseline.shown})  # fmt: skip
    table = made.add_table(rows=1, cols=5, style="Table Grid")
    table.autofit = False
    for cell, head in zip(table.rows[0].cells, heads(), strict=True):
        cell.paragraphs[0].add_run(head).bold = True
    for line in row.lines:
        values = (
            line.period or _("in all"),
            target_words(line),
            actual_words(line),
            line.progress,
            line.reported,
        )
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = value
    _dress(table)
    if row.groups:
        shown = row.groups if inside else [(_("By sex and age"), row.groups[0][1])]
        made.add_paragraph("; ".join(f"{name}: {cell.shown}" for name, cell in shown))


def _dress(table: Any) -> None:
    """Columns as wide as what stands in them; the head again on each page, and no row broken by its end."""
    from docx.oxml import OxmlElement

    for column, wide in zip(table.columns, WIDE, strict=True):
        column.width = wide * MM
    for number, row in enumerate(table.rows):
        for cell, wide in zip(row.cells, WIDE, strict=True):
            cell.width = wide * MM
        for name in ("w:cantSplit", "w:tblHeader") if number == 0 else ("w:cantSplit",):
            row._tr.get_or_add_trPr().append(OxmlElement(name))


def support(indicators: int, outcomes: int) -> str:
    if not indicators and not outcomes:
        return _("no evidence")
    return _("indicators: %(n)s, outcomes: %(m)s") % {"n": indicators, "m": outcomes}


def target_words(line: Line) -> str:
    return f"{line.target} ({line.changed})" if line.changed else line.target


def _part(made: Any, part: Part) -> None:
    made.add_heading(part.title, 3)
    above = " · ".join(text for text in (part.under, *part.marks) if text)
    if above:
        made.add_paragraph(above)
    if part.told.text:
        made.add_paragraph(part.told.text)
    for name, value in part.facts:
        made.add_paragraph(f"{name}: {value}")
    if part.told.english:
        made.add_paragraph(f"English: {part.told.english}")


# --- the tracking table ------------------------------------------------------------------------------
def xlsx(whole: Whole) -> bytes:
    """Four sheets: the tracking table, breakdowns, what is told, what is missing. A figure is a number; where there is
    none the cell is empty and the column beside it says why."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in (
        (_("Indicators"), _tracking(whole)), (_("Breakdowns"), _groups(whole)),
        (_("Outcomes and words"), _told_rows(whole)), (_("What is missing"), _missing_rows(whole)),
    ):  # fmt: skip
        sheet = book.create_sheet(title[:31])
        for row in rows:
            sheet.append([value if isinstance(value, int | float) else safe_cell(value) for value in row])
        _set_out(sheet)
    book.properties.creator, book.properties.title = "", f"{whole.title} {whole.scope}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _set_out(sheet: Any) -> None:
    """To be read and printed: the head stays, long words wrap, and all columns go on one sheet of paper."""
    from openpyxl.styles import Alignment, Font

    widest = min(max(SHEET // sheet.max_column, 18), 60)
    wide = {}
    for column in sheet.columns:
        longest = max((len(str(cell.value)) for cell in column if cell.value is not None), default=0)
        letter = column[0].column_letter
        wide[letter] = sheet.column_dimensions[letter].width = min(max(longest + 2, 9), widest)
        is_share = column[0].value == _("Progress")
        for cell in column[1:]:
            cell.number_format = "0%" if is_share else "0.##" if isinstance(cell.value, float) else "General"
    for row in sheet:
        lines = [_lines(cell.value, wide[cell.column_letter]) for cell in row]
        sheet.row_dimensions[row[0].row].height = min(max(lines) * LINE, 400)
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(name=cell.font.name, size=cell.font.size, bold=True)
    sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True


def _lines(value: Any, wide: float) -> int:
    """How many lines a value takes in a column that is `wide` characters wide: not every program works it out."""
    return sum(1 + int(len(line) * 1.1 // wide) for line in str(value or "").split("\n"))


def _figure(value: Decimal | None) -> int | float | str:
    """A number for a cell, "" where there is none."""
    if value is None:
        return ""
    return int(value) if value == int(value) else float(value)


def _tracking(whole: Whole) -> list[list[Any]]:
    head = [
        _("Initiative"), _("Step of the plan"), _("Indicator"), _("Unit"), _("Baseline"), _("Direction"), _("Period"),
        _("Target"), _("Target changed"), _("Actual"), _("Mark"), _("Progress"), _("Reported"), _("Of how many"),
        _("Confirmed"), _("Before a correction"),
    ]  # fmt: skip
    rows = [head]
    for plan in whole.plans:
        for one in plan.tracked:
            base = _figure(one.baseline.value) if one.baseline.value is not None else one.baseline.shown
            for line in one.lines:
                rows.append([
                    plan.title, one.node, one.title, one.unit, base, one.direction, line.period or _("in all"),
                    _figure(line.target_value), line.changed, _figure(line.actual.value),
                    "" if line.actual.mark == "number" else line.actual.shown, _figure(line.done), line.told, line.owed,
                    _unseen() if line.unseen else "", _figure(line.was.value) if line.was else "",
                ])  # fmt: skip
    return rows


def _groups(whole: Whole) -> list[list[Any]]:
    rows: list[list[Any]] = [[_("Indicator"), _("Group"), _("Actual"), _("Mark")]]
    for plan in whole.plans:
        for one in plan.tracked:
            for name, cell in one.groups:
                rows.append(
                    [one.title, name, _figure(cell.value), "" if cell.mark == "number" else cell.shown]
                )
    return rows


def _told_rows(whole: Whole) -> list[list[Any]]:
    rows: list[list[Any]] = [[_("Part"), _("Title"), _("When, where"), _("Marks"), _("Words"), _("Language"), _("In English"), _("Further facts")]]  # fmt: skip
    for title, _words, parts in sections(whole):
        for part in parts:
            more = "; ".join(f"{name}: {value}" for name, value in part.facts)
            rows.append([title, part.title, part.under, ", ".join(part.marks), part.told.text, part.told.language, part.told.english, more])  # fmt: skip
    rows.append([_("Outcomes"), counted_words(whole.counted)])
    return rows


def _missing_rows(whole: Whole) -> list[list[Any]]:
    rows: list[list[Any]] = [[_("What is missing"), _("Where")]]
    for title, found in lists(whole):
        rows += [[title, row] for row in found or (_("none"),)]
    rows += [[_("Note"), note] for note in whole.notes]
    return rows
