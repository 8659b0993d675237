"""What every step's page does: show a form, run one action once, go back; a refusal stays with what was typed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render

from icma.core.action import Refused
from icma.core.once import run_once

Do = Callable[[], Any]


def run(request: HttpRequest, scope: str, do: Do, at: datetime) -> dict[str, Any]:
    """`do()` once for this form's key; what it returns, if plain values, else an empty dict."""

    def plain() -> dict[str, Any]:
        result = do()
        return result if isinstance(result, dict) else {}

    return run_once(scope[:40], request.POST.get("once", ""), plain, at)


def step(
    request: HttpRequest,
    form: forms.Form,
    scope: str,
    do: Do,
    back: str,
    at: datetime,
    template: str,
    **words: Any,
) -> HttpResponse:
    """Page of one step. `do` may read `form.cleaned_data`; `words`: title, lead, button, and what the page needs."""
    if request.method == "POST" and form.is_valid():
        try:
            run(request, scope, do, at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if words.get("thanks"):
                messages.success(request, words["thanks"])
            return redirect(back)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, "back": back, **words}, status=status)


def press(
    request: HttpRequest, scope: str, do: Do, back: str, at: datetime, thanks: str = ""
) -> HttpResponse:
    """A button without a page: do it once and go back; a refusal is said there."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        run(request, scope, do, at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if thanks:
            messages.success(request, thanks)
    return redirect(back)
