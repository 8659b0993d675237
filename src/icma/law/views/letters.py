"""Texts of letters: an advocate reads each, corrects it where it is wrong, and signs it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.door import holds
from icma.law import actions
from icma.law.book import book
from icma.law.forms import SignLetterForm
from icma.law.letters import letter_text, letter_texts_now, shipped_letters, signed_before
from icma.law.pages import rule_line
from icma.law.views.once import done
from icma.law.words import in_language


@holds("officer", "advocate", "lawyer")
def letter_texts(request: HttpRequest) -> HttpResponse:
    rows = [(text, in_language(text.titles)) for text in letter_texts_now()]
    return render(request, "law/letter_texts.html", {"rows": rows, "signs": request.who.has("advocate")})


@holds("advocate")
def letter_text_sign(request: HttpRequest, text: str) -> HttpResponse:
    if text not in shipped_letters():
        raise Http404
    now, law = letter_text(text), book()
    form = SignLetterForm(request.POST or None, initial={"body": now.body, "seen": now.version})
    if request.method == "POST" and form.is_valid() and _signed(request, form, text):
        return redirect("letter_texts")
    rule = now.rule or now.cites
    page = {
        "form": form, "text": now, "title": in_language(now.titles), "earlier": signed_before(now),
        "line": rule_line(law.rules[rule], law) if rule in law.rules else None,
    }  # fmt: skip
    return render(request, "law/letter_text_sign.html", page, status=422 if form.errors else 200)


def _signed(request: HttpRequest, form: SignLetterForm, key: str) -> bool:
    at, given = timezone.now(), form.cleaned_data
    return done(
        request, form, "letter_text", at, lambda: actions.sign_letter(key=key, **given, by=request.user, at=at),
        _("Thank you. Letters made from this text no longer say that it is a draft."),
    )  # fmt: skip
