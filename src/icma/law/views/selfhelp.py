"""What to do first: topics of problems, found by anyone without an account."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from icma.core.day import legal_day
from icma.core.door import anyone
from icma.core.search import LONGEST
from icma.engines.aztext import clean_text
from icma.law.book import book
from icma.law.pages import rule_line
from icma.law.problems import search_topics, topic, topics
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
    law = book()
    page = {
        "topic": one, "lead": in_language(dict(one.lead)), "stale": one.is_stale(legal_day(timezone.now())),
        "steps": [in_language(dict(text)) for text in one.steps],
        "evidence": [in_language(dict(text)) for text in one.evidence],
        "bodies": [in_language(dict(text)) for text in one.bodies],
        "rules": [rule_line(law.rules[key], law) for key in one.rules if key in law.rules],
    }  # fmt: skip
    return render(request, "law/guide.html", page)
