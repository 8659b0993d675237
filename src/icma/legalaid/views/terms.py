"""Terms, proceedings and hearings of a case: moved on, completed, put before a second person, printed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

import icma.legalaid.access  # noqa: F401  (its rules)
from icma.core.words import date_words
from icma.legalaid.actions.cases import reading, terms
from icma.legalaid.assembly import letters
from icma.legalaid.assembly.sandbox import Unrenderable
from icma.legalaid.doors import unlocked
from icma.legalaid.forms import cases as forms
from icma.legalaid.models import Case
from icma.legalaid.procedure import ROLES
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened, card_of, opened
from icma.legalaid.views.cases import FORM, base, row_of
from icma.legalaid.words import Compartment
from icma.matters.views.steps import press, step
from icma.people.actions.review import decide_review
from icma.people.models import Review


@unlocked("work", Case)
def move(request: HttpRequest, case: Case, row: str) -> HttpResponse:
    at, last = timezone.now(), row_of(case, row)
    value = opened(request.ring, last)
    if value["kind"] != "proceeding":
        raise Http404
    form = forms.MoveForm(request.POST or None, after=value["level"], initial={"branch": value["branch"]})
    return step(
        request, form, f"move:{row}",
        lambda: terms.move_on(ring=request.ring, case=case, after=last, at=at, **form.cleaned_data), base(case), at, FORM,
        case=case, title=_("On to the next instance"), button=_("Begin it"),
        lead=_("From the day of service the terms of law are counted at once; look at each of them."),
    )  # fmt: skip


@unlocked("work", Case)
def done(request: HttpRequest, case: Case, row: str) -> HttpResponse:
    at, found, form = timezone.now(), row_of(case, row), forms.ProofForm(request.POST or None)
    return step(
        request, form, f"term:{row}",
        lambda: terms.complete_term(ring=request.ring, row=found, at=at, **form.cleaned_data), base(case), at, FORM,
        case=case, title=_("It was filed"), button=_("Complete the term"), lead=_("A second person hears of it, with the date alone."),
    )  # fmt: skip


@unlocked("work", Case)
def change(request: HttpRequest, case: Case, row: str) -> HttpResponse:
    at, found, form = timezone.now(), row_of(case, row), forms.ChangeForm(request.POST or None)
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
        messages.error(request, str(error))
        return redirect(base(case))
    headers = {
        "Content-Disposition": f'attachment; filename="{case.code}.pdf"',
        "Cache-Control": "no-store, private",
    }
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _hearing_page(ring: Ring, case: Case, value: dict) -> bytes:
    client = {"role": str(ROLES["client"]), "name": card_of(ring, case).get("client", "")}
    parties = [client] if client["name"] else []
    parties += [
        {"role": str(ROLES[party["role"]]), "name": party["name"]}
        for _row, party in all_opened(ring, case, Compartment.FILE, "party")
    ]
    return letters.hearing(
        reference=case.code, body=value["body"], room=value["room"], at_text=_when(value), parties=parties,
        points=value["points"].splitlines(), take=value["take"].splitlines(),
    )  # fmt: skip


def _when(value: dict) -> str:
    return f"{date_words(forms.datetime.fromisoformat(value['date']).date())}, {value['time']}"
