"""What came out of a questionnaire: releases alone, and the total."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

import icma.asks.access  # noqa: F401  (its rules)
from icma.asks import pages
from icma.asks.models import Form
from icma.core.door import can
from icma.research.asks import published


@can("view", Form, select=("organisation",))
def results(request: HttpRequest, form: Form) -> HttpResponse:
    version = pages.shown(form)
    assert version is not None  # the rule asks for one
    page = {**pages.words(version), "form": form, "version": version, "total": pages.total(form)}
    return render(request, "front/ask_results.html", page | {"lines": published(form)})
