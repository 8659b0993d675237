"""What communities have asked the lawyers: the list by term, the answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from icma.core.day import legal_day
from icma.core.door import holds
from icma.legalaid.actions.desk import questions as actions
from icma.legalaid.forms.desk import AnswerForm
from icma.legalaid.models import Question
from icma.matters.views.steps import step


@holds("lawyer", "advocate")
def questions(request: HttpRequest) -> HttpResponse:
    """What waits, by its day."""
    request.keep_nothing = True
    rows = [
        actions.opened(row)
        for row in Question.objects.filter(answered_on=None).order_by("due_on", "pk")[:100]
    ]
    return render(request, "legalaid/questions.html", {"rows": rows, "today": legal_day(timezone.now())})


@sensitive_post_parameters()
@holds("lawyer", "advocate")
def question(request: HttpRequest, code: str) -> HttpResponse:
    request.keep_nothing = True
    at, row = timezone.now(), get_object_or_404(Question, code=code, answered_on=None)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    do = lambda: actions.answer(row=row, text=form.cleaned_data["text"], by=request.user, at=at)  # noqa: E731
    return step(
        request, form, f"question:{code}", do, reverse("questions"), at, "legalaid/question.html",
        one=actions.opened(row), thanks=_("Answered."),
    )  # fmt: skip
