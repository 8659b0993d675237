"""A community asks a lawyer about a letter or a campaign; the answer comes back here, a mark may go on the letter."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icma.core.door import can
from icma.legalaid.actions.desk import questions
from icma.matters.actions.letters import mark_looked
from icma.matters.addresses import lawyer_address
from icma.matters.models import Entry, Letter, Matter
from icma.matters.views.steps import press, step


class QuestionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Your question, and the text it is about"), max_length=questions.LONGEST,
        widget=forms.Textarea(attrs={"rows": 10}),
    )  # fmt: skip


@can("lead", Matter)
def ask(request: HttpRequest, matter: Matter, letter: str = "") -> HttpResponse:
    request.keep_nothing = True
    row = get_object_or_404(Letter, code=letter, matter=matter) if letter else None
    at, form = timezone.now(), QuestionForm(request.POST if request.method == "POST" else None)
    of = matter.community.code if matter.community else ""

    def do() -> None:
        questions.ask(text=form.cleaned_data["text"], title=matter.title, matter=matter.code, letter=letter, community=of, by=request.user, at=at)  # fmt: skip

    marked = (
        bool(letter)
        and Entry.objects.filter(matter=matter, verb="lawyer_looked", letter__code=letter).exists()
    )
    return step(
        request, form, f"ask:{matter.code}", do, lawyer_address(matter.code, letter), at, "front/ask_lawyer.html", matter=matter,
        letter=row, marked=marked, asked=questions.asked_about(request.user, matter.code, letter, of), thanks=_("Sent to the lawyers."),
    )  # fmt: skip


@can("lead", Matter)
def mark(request: HttpRequest, matter: Matter, letter: str) -> HttpResponse:
    """After an answer the community may say so on the letter; nothing else of it is public."""
    at, row = timezone.now(), get_object_or_404(Letter, code=letter, matter=matter)
    of = matter.community.code if matter.community else ""
    asked = questions.asked_about(request.user, matter.code, letter, of)
    days = [one.row.answered_on for one in asked if one.row.answered_on]
    if not days:
        raise Http404
    do = lambda: mark_looked(letter=row, on=days[0], at=at, by=request.user)  # noqa: E731
    return press(
        request, f"looked:{letter}", do, reverse("ask_lawyer_letter", args=[matter.code, letter]), at,
        _("It stands on the letter now, with its day."),
    )  # fmt: skip
