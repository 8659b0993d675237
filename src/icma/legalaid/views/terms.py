"""Terms, proceedings and hearings of a case: moved on, completed, put before a second person, printed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

import icma.legalaid.access  # noqa: F401  (its rules)
from icma.core.words import date_words
from icma.legalaid.actions.cases import reading, rows, terms
from icma.legalaid.assembly import letters
from icma.legalaid.assembly.sandbox import Unrenderable
from icma.legalaid.doors import unlocked
from icma.legalaid.forms import cases as forms
from icma.legalaid.models import Case, Sealed
from icma.legalaid.procedure import ROLES, court_number, owed_to_us
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened, card_of
from icma.legalaid.views.cases import FORM, base, row_of, warn_of
from icma.legalaid.words import Compartment
from icma.matters.views.steps import press, step
from icma.people.actions.review import decide_review
from icma.people.models import Review

NAMED = 6  # members of a group that the page for the courthouse names


def _of(request: HttpRequest, case: Case, row: str, kind: str) -> tuple[Sealed, dict[str, Any]]:
    """A row of this kind in this case and its value, or 404."""
    found = row_of(case, row)
    value = reading.open_row(ring=request.ring, row=found, verb="case", at=timezone.now())
    if value["kind"] != kind:
        raise Http404
    return found, value


@unlocked("work", Case)
def move(request: HttpRequest, case: Case, row: str) -> HttpResponse:
    at = timezone.now()
    last, value = _of(request, case, row, "proceeding")
    form = forms.MoveForm(request.POST or None, after=value["level"], initial={"branch": value["branch"]})
    return step(
        request, form, f"move:{row}",
        lambda: terms.move_on(ring=request.ring, case=case, after=last, at=at, **form.cleaned_data), base(case), at, FORM,
        case=case, title=_("On to the next instance"), button=_("Begin it"),
        lead=_("From the day of service the terms of law are counted at once; look at each of them."),
    )  # fmt: skip


@unlocked("work", Case)
def proceeding(request: HttpRequest, case: Case, row: str) -> HttpResponse:
    at = timezone.now()
    found, value = _of(request, case, row, "proceeding")
    form = forms.ProceedingForm(request.POST or None, initial=value)
    return step(
        request, form, f"proceeding:{row}",
        lambda: terms.change_proceeding(ring=request.ring, row=found, at=at, **form.cleaned_data), base(case), at, FORM,
        case=case, title=_("Number, days, result"), button=_("Save"),
        lead=_("From the day of service our own terms are counted, from the day of filing the body's."),
    )  # fmt: skip


@unlocked("work", Case)
def party(request: HttpRequest, case: Case, row: str) -> HttpResponse:
    at = timezone.now()
    found, value = _of(request, case, row, "party")
    form = forms.PartyEditForm(request.POST or None, initial=value)
    return step(
        request, form, f"party:{row}",
        lambda: rows.change_party(ring=request.ring, row=found, **form.cleaned_data), base(case), at, FORM,
        case=case, title=_("Party"), button=_("Save"),
    )  # fmt: skip


@unlocked("work", Case)
def heard(request: HttpRequest, case: Case, row: str) -> HttpResponse:
    at, form = timezone.now(), forms.HeardForm(request.POST or None)
    found, value = _of(request, case, row, "hearing")

    def do() -> None:
        told = _told(form)
        rows.settle_hearing(ring=request.ring, row=found, **told)
        if told["on"]:
            hour = told["time"] or value["time"]
            warn_of(request, rows.clashes(request.ring, value["who"], told["on"], value["body"], hour, found))

    return step(
        request, form, f"heard:{row}", do, base(case), at, FORM,
        case=case, title=_("What became of the hearing"), button=_("Save"),
    )  # fmt: skip


def _told(form: forms.HeardForm) -> dict[str, Any]:
    hour = form.cleaned_data["time"]
    return form.cleaned_data | {"time": f"{hour:%H:%M}" if hour else ""}


@unlocked("work", Case)
def done(request: HttpRequest, case: Case, row: str) -> HttpResponse:
    at = timezone.now()
    found, value = _of(request, case, row, "term")
    owed = owed_to_us(value["rule"])
    form = (forms.AnswerForm if owed else forms.ProofForm)(request.POST or None)
    return step(
        request, form, f"term:{row}",
        lambda: terms.complete_term(ring=request.ring, row=found, at=at, **form.cleaned_data), base(case), at, FORM,
        case=case, title=_("It was answered, or is awaited no more") if owed else _("It was filed"),
        button=_("Complete the term"), lead=_("A second person hears of it, with the date alone."),
    )  # fmt: skip


@unlocked("work", Case)
def change(request: HttpRequest, case: Case, row: str) -> HttpResponse:
    at, form = timezone.now(), forms.ChangeForm(request.POST or None)
    found, _value = _of(request, case, row, "term")
    return step(
        request, form, f"change:{row}",
        lambda: terms.ask_change(ring=request.ring, row=found, at=at, **form.cleaned_data), base(case), at, FORM,
        case=case, title=_("Take out or move"), button=_("Put it before a second person"),
        lead=_("A term of law stays where it is until somebody else has agreed."),
    )  # fmt: skip


@unlocked("lead", Case)
def agree(request: HttpRequest, case: Case, review: int) -> HttpResponse:
    """The second person inside the case, who sees what it is about."""
    at = timezone.now()
    row = Review.objects.filter(pk=review, kind=terms.KIND, subject=f"case:{case.code}").first()
    verdict = request.POST.get("verdict", "")
    if row is None or verdict not in ("agreed", "refused"):
        raise Http404
    return press(
        request, f"agree:{review}", lambda: decide_review(review=row, verdict=verdict, by=request.user, at=at), base(case), at
    )  # fmt: skip


@unlocked("work", Case)
def hearing_print(request: HttpRequest, case: Case, row: str) -> HttpResponse:
    """One page for the courthouse."""
    at, ring = timezone.now(), request.ring
    value = reading.open_row(ring=ring, row=row_of(case, row), verb="export", at=at)
    if value["kind"] != "hearing":
        raise Http404
    try:
        pdf = _hearing_page(ring, case, value)
    except Unrenderable as error:
        messages.error(request, _("It does not fit on one page, not even in small letters. Enter the hearing anew with less to say, and note of this one that it was cancelled.") if error.reason == "too_large" else str(error))  # fmt: skip
        return redirect(base(case))
    headers = {
        "Content-Disposition": f'attachment; filename="{case.code}.pdf"',
        "Cache-Control": "no-store, private",
    }
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _hearing_page(ring: Ring, case: Case, value: dict) -> bytes:
    parties = _parties(ring, case)
    steps = all_opened(ring, case, Compartment.FILE, "proceeding")
    return letters.hearing(
        reference=court_number(step for _row, step in steps), body=value["body"], room=value["room"], at_text=_when(value), parties=parties,
        points=value["points"].splitlines(), take=value["take"].splitlines(),
    )  # fmt: skip


def _parties(ring: Ring, case: Case) -> list[dict[str, str]]:
    """Who takes part: the client once; of a group that is larger than a handful how many, for the page is one."""
    found = [value for _row, value in all_opened(ring, case, Compartment.FILE, "party")]
    if not any(one["role"] == "client" for one in found):
        client = card_of(ring, case).get("client", "")
        found = [{"role": "client", "name": client}, *found] if client else found
    members = [one for one in found if one["role"] == "member"]
    if len(members) > NAMED:
        found = [one for one in found if one not in members] + [{"role": "member", "name": str(len(members))}]
    return [{"role": str(ROLES[one["role"]]), "name": one["name"]} for one in found]


def _when(value: dict) -> str:
    return f"{date_words(forms.datetime.fromisoformat(value['date']).date())}, {value['time']}"
