"""Templates of legal papers: which are drafts, an advocate's signature, the second person's agreement."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from icma.core.action import Refused
from icma.core.once import run_once
from icma.legalaid.actions import templates as actions
from icma.legalaid.assembly import shelf
from icma.legalaid.assembly.sandbox import Unrenderable
from icma.legalaid.doors import seated
from icma.legalaid.forms.signing import SignTemplateForm

UNSIGN = ("advocate", "officer")


def _language() -> str:
    return (get_language() or "az")[:2]


def _sheet(slug: str) -> shelf.Sheet:
    try:
        return shelf.sheet(slug)
    except KeyError as error:
        raise Http404 from error


@seated
def signed_templates(request: HttpRequest) -> HttpResponse:
    """All that ship: drafts, those that wait for a second person, those that are signed."""
    signed, language = actions.signatures(), _language()
    rows = [
        {"slug": one.slug, "title": one.title[language], "signed": signed.get(one.slug)}
        for one in shelf.shelf()
    ]
    return render(request, "legalaid/signed_templates.html", {"rows": rows})


@seated
def template_sign(request: HttpRequest, slug: str) -> HttpResponse:
    """What an advocate checks, point by point; afterwards what the second person agrees to."""
    one = _sheet(slug)
    row, do = actions.signature_of(one), request.POST.get("do", "")
    form = SignTemplateForm(
        request.POST if do == "sign" else None, sheet=one, initial={"sha256": actions.text_of(one)}
    )
    if do == "sign" and form.is_valid() or do in ("agree", "refuse", "unsign") and row:
        try:
            run_once(
                f"template:{slug}",
                request.POST.get("once", ""),
                lambda: _do(request, one, form),
                timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal)) if form.is_bound else messages.error(request, str(refusal))
        else:
            return redirect("template_sign", slug=slug)
    page = {"sheet": one, "title": one.title[_language()], "row": row, "form": form, "advocate": request.who.has("advocate"),
            "unsigns": request.who.has(*UNSIGN), "mine": bool(row) and row.signed_by_id == request.user.pk}  # fmt: skip
    return render(request, "legalaid/template_sign.html", page, status=422 if form.errors else 200)


def _do(request: HttpRequest, one: shelf.Sheet, form: SignTemplateForm) -> dict[str, Any]:
    at, do, row = timezone.now(), request.POST["do"], actions.signature_of(one)
    if do == "sign":
        given = form.cleaned_data
        actions.sign_template(
            slug=one.slug, sha256=given["sha256"], name=given["name"], by=request.user, at=at
        )
        messages.success(request, _("Thank you. A second person looks at it now; until then it is a draft."))
    elif row is None:
        raise Refused(_("The text of this template was changed meanwhile. Read it again, then sign."))
    elif do == "unsign":
        if not request.who.has(*UNSIGN):
            raise Refused(_("Only an advocate or an officer takes a signature back."))
        actions.unsign_template(row=row, by=request.user, at=at)
    else:
        actions.decide_template(row=row, agreed=do == "agree", by=request.user, at=at)
    return {}


@seated
def template_sample(request: HttpRequest, slug: str) -> HttpResponse:
    """The template filled with invented values, as a file to be read."""
    one = _sheet(slug)
    try:
        data = shelf.draw(one.slug, shelf.sample(one.slug), actions.is_approved(one))
    except Unrenderable as error:
        messages.error(request, str(error))
        return redirect("template_sign", slug=slug)
    response = HttpResponse(
        data, content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    )
    response.headers["Content-Disposition"] = (
        content_disposition_header(True, f"numune-{one.slug}.docx") or ""
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
