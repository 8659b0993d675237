"""Papers of a case: uploaded, opened, numbered as exhibits, made from a template."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

import icma.legalaid.access  # noqa: F401  (its rules)
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.legalaid.actions import templates as signing
from icma.legalaid.actions.cases import papers, reading, terms
from icma.legalaid.actions.reading import read_titles
from icma.legalaid.assembly import letters
from icma.legalaid.assembly import shelf as sheets
from icma.legalaid.assembly.bundle import left_out
from icma.legalaid.assembly.sandbox import Unrenderable
from icma.legalaid.doors import unlocked
from icma.legalaid.forms.cases import ExhibitForm, LetterForm, PaperForm, iso
from icma.legalaid.forms.sheets import SheetForm
from icma.legalaid.models import Case, Sealed
from icma.legalaid.prefill import first_values
from icma.legalaid.ring import Ring
from icma.legalaid.uploads import sealed_uploads, sent, sent_bytes
from icma.legalaid.views.cases import FORM, base, row_of
from icma.matters.views.steps import press, step
from icma.people.models import Organisation


@unlocked("work", Case)
@sealed_uploads()
def upload(request: HttpRequest, case: Case) -> HttpResponse:
    at = timezone.now()
    known = read_titles(ring=request.ring, case=case, at=at)
    form = PaperForm(request.POST or None, request.FILES or None, papers=known)
    return step(
        request, form, f"paper:{case.code}", lambda: _keep(request, case, form, at), base(case) + "#papers", at, FORM,
        case=case, title=_("Add a paper"), button=_("Add"), lead=_("It is sealed while it arrives."),
    )  # fmt: skip


def _keep(request: HttpRequest, case: Case, form: PaperForm, at: Any) -> None:
    values = dict(form.cleaned_data)
    file, on = values.pop("file"), iso(values.pop("date"))
    papers.add_paper(ring=request.ring, case=case, upload=file, at=at, date=on, **values)


@unlocked("work", Case)
def paper(request: HttpRequest, case: Case, row: str) -> HttpResponseBase:
    found = row_of(case, row)
    value = reading.open_row(ring=request.ring, row=found, verb="file", at=timezone.now())
    file = found.files.first()
    if value["kind"] not in ("paper", "upload") or file is None:
        raise Http404
    return sent(file.name, value, seen="bax" in request.GET)


@unlocked("work", Case)
def paper_exhibit(request: HttpRequest, case: Case, row: str) -> HttpResponse:
    """A paper, or what the client has sent, gets a number as an exhibit."""
    at, ring, found = timezone.now(), request.ring, row_of(case, row)
    value = reading.open_row(ring=ring, row=found, verb="file", at=at)
    if value["kind"] not in ("paper", "upload") or not found.files.exists():
        raise Http404
    first = papers.as_exhibit(ring, case, value)
    form = ExhibitForm(request.POST or None, initial=first, numbered=bool(value.get("exhibit")))
    return step(
        request, form, f"exhibit:{row}", lambda: _numbered(request, form, found, value, at), base(case) + "#papers", at, FORM,
        case=case, title=_("Make it an exhibit"), button=_("Save"), lead=value.get("title") or value["name"],
    )  # fmt: skip


def _numbered(request: HttpRequest, form: ExhibitForm, row: Sealed, value: dict[str, Any], at: Any) -> None:
    given = form.cleaned_data
    papers.make_exhibit(
        ring=request.ring, row=row, at=at, number=given["exhibit"] or 0, title=given["title"], date=iso(given["date"]),
        data=b"".join(papers.bytes_of(row, value)) if value["kind"] == "upload" else b"",
    )  # fmt: skip


@unlocked("work", Case)
def paper_clean(request: HttpRequest, case: Case, row: str) -> HttpResponseBase:
    """The same file without author, device and place: for whoever hands it on."""
    found = row_of(case, row)
    value = reading.open_row(ring=request.ring, row=found, verb="export", at=timezone.now())
    if value["kind"] not in ("paper", "upload") or not found.files.exists():
        raise Http404
    try:
        data = papers.clean_of(found, value)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(base(case))
    return sent_bytes(value["name"], data)


@unlocked("work", Case)
def exhibits(request: HttpRequest, case: Case) -> HttpResponse:
    """One PDF of all that have a number. Whoever has something to read comes to the top, where it stands."""
    at, data, back = timezone.now(), b"", base(case) + "#papers"
    if request.method == "POST":
        try:  # made before anything is written: a bundle takes seconds, and others write meanwhile
            made = papers.bundle_of(reading.open_case(ring=request.ring, case=case, at=at))
            data = made.pdf
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(base(case))
        for row in made.rows:
            for word in row.removed:
                messages.warning(request, f"{row.name}: {left_out(word)}")
                back = base(case)
    return press(
        request, f"exhibits:{case.code}",
        lambda: papers.keep_bundle(ring=request.ring, case=case, data=data, at=at), back, at, _("The exhibits are in the file."),
    )  # fmt: skip


@unlocked("work", Case)
def templates(request: HttpRequest, case: Case) -> HttpResponse:
    language = (get_language() or "az")[:2]
    signed = signing.signatures()
    rows = [
        {
            "slug": one.slug,
            "title": one.title[language],
            "advocate": one.advocate_only,
            "signed": signed.get(one.slug),
        }
        for one in sheets.shelf()
    ]
    return render(request, "legalaid/case_templates.html", {"case": case, "rows": rows})


@unlocked("work", Case)
def letter(request: HttpRequest, case: Case) -> HttpResponse:
    """A letter in the lawyer's own words as PDF, made in the process without keys; sealed into the file."""
    at, union = (
        timezone.now(),
        Organisation.objects.filter(kind="union").values_list("name", flat=True).first(),
    )
    form = LetterForm(request.POST or None, initial={"sender": union or ""})
    made = _printed(form, legal_day(at)) if request.method == "POST" and form.is_valid() else b""
    return step(
        request, form, f"letter:{case.code}", lambda: papers.keep_made(
            ring=request.ring, case=case, data=made, name="mektub.pdf", at=at, title=form.cleaned_data["title"]),
        base(case) + "#papers", at, FORM, case=case, title=_("A letter in your own words"), button=_("Make the PDF"),
        lead=_("To be printed and signed. It goes sealed into the file."),
    )  # fmt: skip


def _printed(form: LetterForm, on: Any) -> bytes:
    """The PDF, made before anything is written; what hinders it stands on the form."""
    words = dict(form.cleaned_data)
    body = [part for part in words.pop("body").splitlines() if part.strip()]
    try:
        return letters.letter(**words, body=body, on=on)
    except Unrenderable as error:
        form.add_error(None, str(error))
        return b""


@unlocked("work", Case)
def assemble(request: HttpRequest, case: Case, slug: str) -> HttpResponse:
    """Made in a process without keys; goes sealed into the file, marked as a draft."""
    at, language = timezone.now(), (get_language() or "az")[:2]
    try:
        sheet = sheets.sheet(slug)
    except KeyError as error:
        raise Http404 from error
    first = {} if request.method == "POST" else _first(request, case, sheet, at)
    form = SheetForm(request.POST or None, sheet=sheet, language=language, initial=first)
    made = _drawn(request, sheet, form, at)
    return step(
        request, form, f"sheet:{case.code}", lambda: _keep_drawn(request.ring, case, sheet, made, at),
        base(case) + "#papers", at, FORM, case=case, title=sheet.title[language], button=_("Make the draft"),
        lead=_lead(sheet),
    )  # fmt: skip


def _first(request: HttpRequest, case: Case, sheet: sheets.Sheet, at: Any) -> dict[str, Any]:
    """What the case knows already; reading it is an opening of the case."""
    union = Organisation.objects.filter(kind="union").values_list("name", flat=True).first()
    found = reading.open_case(ring=request.ring, case=case, at=at)
    return first_values(found, sheet, legal_day(at), union or "")


def _lead(sheet: sheets.Sheet) -> str:
    row = signing.signature_of(sheet)
    if row is None or row.agreed_on is None:
        return _("A draft until an advocate signs. What you leave empty stays visible as a blank.")
    said = _("%(name)s has signed the text of this template. What you leave empty stays visible as a blank.")
    return said % {"name": row.name}


def _drawn(request: HttpRequest, sheet: Any, form: SheetForm, at: Any) -> bytes:
    """The document, made before anything is written; what hinders it stands on the form."""
    if request.method != "POST" or not form.is_valid():
        return b""
    if sheet.advocate_only and not terms.is_advocate(request.user, legal_day(at)):
        form.add_error(None, _("Only an advocate (vəkil) draws up this paper."))
        return b""
    try:
        return sheets.draw(sheet.slug, form.values(), signing.is_approved(sheet))
    except Unrenderable as error:
        form.add_error(None, str(error))
        return b""


def _keep_drawn(ring: Ring, case: Case, sheet: Any, made: bytes, at: Any) -> None:
    papers.keep_made(ring=ring, case=case, data=made, name=f"{sheet.slug}.docx", at=at, title=sheet.title["az"],
                     template=f"{sheet.slug} {sheet.version}")  # fmt: skip
