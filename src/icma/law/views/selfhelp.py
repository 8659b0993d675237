"""What to do first: topics of problems, found by anyone without an account."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.day import legal_day
from icma.core.door import anyone, holds
from icma.core.search import LONGEST
from icma.engines.aztext import clean_text
from icma.law.actions import sign_topic
from icma.law.book import book
from icma.law.forms import SignTopicForm
from icma.law.letters import by_hand, shipped_letters
from icma.law.models import TopicSign
from icma.law.pages import rule_line
from icma.law.problems import Topic, is_stale, search_topics, topic, topics
from icma.law.views.once import done
from icma.law.words import in_language


@anyone
def guides(request: HttpRequest) -> HttpResponse:
    text = clean_text(request.GET.get("q", ""))[:LONGEST]
    found = search_topics(text) if text else topics()
    rows = [{"topic": one, "lead": in_language(dict(one.lead))} for one in found]
    return render(request, "law/guides.html", {"text": text, "rows": rows, "longest": LONGEST})


@anyone
def guide(request: HttpRequest, code: str) -> HttpResponse:
    one = topic(code)
    if one is None:
        raise Http404
    signed = TopicSign.objects.filter(code=one.code, digest=one.digest).first()
    page = _page(one) | {
        "signed": signed, "stale": bool(signed) and is_stale(signed.on, legal_day(timezone.now())),
        "signs": request.user.is_authenticated and request.who.strong and request.who.has("advocate"),
    }  # fmt: skip
    return render(request, "law/guide.html", page)


def _page(one: Topic) -> dict[str, Any]:
    """What a topic tells, in the active language."""
    law = book()
    return {
        "topic": one, "lead": in_language(dict(one.lead)),
        "steps": [in_language(dict(text)) for text in one.steps],
        "evidence": [in_language(dict(text)) for text in one.evidence],
        "bodies": [in_language(dict(text)) for text in one.bodies],
        "rules": [rule_line(law.rules[key], law) for key in one.rules if key in law.rules],
        "letters": [(in_language(text.titles), by_hand(text)) for text in map(shipped_letters().get, one.letters) if text],
    }  # fmt: skip


@holds("advocate")
def guide_sign(request: HttpRequest, code: str) -> HttpResponse:
    """An advocate who has read the page in all its languages puts a name under it."""
    one = topic(code)
    if one is None:
        raise Http404
    form = SignTopicForm(request.POST or None, initial={"digest": one.digest})
    if request.method == "POST" and form.is_valid():
        at, given = timezone.now(), form.cleaned_data
        if done(
            request, form, "topic_sign", at,
            lambda: sign_topic(code=one.code, digest=given["digest"], name=given["name"], by=request.user, at=at),
            _("Thank you. The page now bears your name."),
        ):  # fmt: skip
            return redirect("guide", code=one.code)
    page = _page(one) | {"form": form}
    return render(request, "law/guide_sign.html", page, status=422 if form.errors else 200)
