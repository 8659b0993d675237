"""The official's side: every letter to a body, the one-time code, an answer or an objection."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from icma.core.access import Who, allowed
from icma.core.day import legal_day
from icma.core.door import anyone, can, holds
from icma.core.listing import BadCursor, Column, Listing, Slice, count
from icma.core.once import run_once
from icma.matters.actions.clocks.silence import CORRECTION
from icma.matters.actions.officials import (
    answer_as_official,
    answer_by_code,
    is_live,
    object_as_authority,
    reply_code,
    vouched,
)
from icma.matters.actions.officials import vouch as vouch_for
from icma.matters.addresses import local, matter_address
from icma.matters.forms.letters import refusals
from icma.matters.forms.officials import AuthorityAnswerForm, CodeForm, MailedCodeForm, ObjectionForm
from icma.matters.lateness import clock_of, mark_of, may_leave_the_page, standing
from icma.matters.models import Clock, Letter
from icma.people.models import Authority
from icma.people.who import SCOPE, renew

PAGE, PRINTED = 50, 1000
WITH_EDITION = Prefetch("clocks", Clock.objects.select_related("edition"))


def listing_of(authority: Authority, today: date) -> Listing:
    """Letters to one body that anyone may list."""
    return Listing(
        name="authority_letters", title=gettext_lazy("Letters to this authority"), about="",
        rows=lambda: Letter.objects.filter(authority=authority, direction="out", sent_on__isnull=False)
        .select_related("matter").prefetch_related(WITH_EDITION).defer("body"),
        columns=(
            Column("sent", gettext_lazy("sent"), lambda row: row.sent_on, date),
            Column("matter", gettext_lazy("matter"), lambda row: row.matter.code),
            Column("title", gettext_lazy("title"), lambda row: row.matter.title),
            Column("kind", gettext_lazy("kind of letter"), lambda row: row.kind),
            Column("number", gettext_lazy("registration number"), lambda row: row.number),
            Column("registered", gettext_lazy("registered"), lambda row: row.registered_on, date),
            Column("due", gettext_lazy("due"), _due, date),
            Column("certainty", gettext_lazy("how sure the date is"), _mark),
            Column("latest", gettext_lazy("latest date the law could allow"), _latest, date),
            Column("standing", gettext_lazy("how it stands"), lambda row: standing(row, today).state),
        ),
        order="-sent_on", link=lambda row: matter_address(row.matter.code), stamp=lambda row: row.created_at,
        empty=(gettext_lazy("No letter to this authority yet"), ""),
    )  # fmt: skip


def _due(letter: Letter) -> date | None:
    clock = clock_of(letter)
    return clock.due_on if clock and may_leave_the_page(clock) else None


def _mark(letter: Letter) -> str:
    clock = clock_of(letter)
    return mark_of(clock) if clock else ""


def _latest(letter: Letter) -> date | None:
    clock = clock_of(letter)
    return clock.latest_on if clock and may_leave_the_page(clock) else None


@can("view", Authority, select=("place",))
def authority_letters(request: HttpRequest, authority: Authority) -> HttpResponse:
    now = timezone.now()
    today, listing = legal_day(now), listing_of(authority, legal_day(now))
    found = listing.queryset(request.who, now, listing.asked({}))
    part = _part(listing, found, request)
    words = {
        "feed": local(f"/mektublar.atom?authority={authority.code}"), "most": PRINTED,
        "authority": authority, "authority_url": local(f"/qurum/{authority.code}/"), "total": count(found),
        "rows": [_row(letter, today) for letter in part.rows],
        "seated": authority.pk in request.who.authorities(),
        "waiting": _waiting(authority, request.who, now) if request.who.seats else [],
        "page": {
            "prev": f"?before={part.before}" if part.before else None,
            "next": f"?after={part.after}" if part.after else None,
        },
    }  # fmt: skip
    return render(request, "matters/official_letters.html", words)


def _part(listing: Listing, found: QuerySet, request: HttpRequest) -> Slice:
    """The page that the address asks for; the first one where it cannot be read. `?n=1000`: all, to print."""
    size = PRINTED if request.GET.get("n") == str(PRINTED) else PAGE
    try:
        return listing.cut(found, request.GET.get("after", ""), request.GET.get("before", ""), size=size)
    except BadCursor:
        return listing.cut(found, size=size)


def _row(letter: Letter, today: date) -> dict[str, Any]:
    return {
        "letter": letter, "clock": clock_of(letter), "mark": _mark(letter), "standing": standing(letter, today),
        "url": matter_address(letter.matter.code),
    }  # fmt: skip


def _waiting(authority: Authority, who: Who, now: datetime) -> list[Letter]:
    """Answers that came through a code and that this reader may confirm."""
    rows = Letter.objects.filter(authority=authority).select_related("matter")
    return list(allowed(rows, who, "confirm", now)[:20])


@holds("official")
def official(request: HttpRequest) -> HttpResponse:
    """Straight to the letters of one's own body."""
    body = Authority.objects.filter(pk__in=request.who.authorities()).order_by("pk").first()
    if body is None:
        raise Http404
    return redirect("authority_letters", code=body.code)


@can("view", Authority)
def authority_letters_csv(request: HttpRequest, authority: Authority) -> HttpResponse:
    now = timezone.now()
    listing = listing_of(authority, legal_day(now))
    lines = listing.csv(listing.queryset(request.who, now, listing.asked({})))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="icma-{authority.code}.csv"'
    return response


@never_cache
@anyone
def reply(request: HttpRequest) -> HttpResponse:
    """The code goes in a form, never in an address."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if (code := reply_code(form.cleaned_data["code"], timezone.now())) is None:
            form.add_error(
                "code", _("This code is wrong, has been used, or has expired. Ask the sender for a new one.")
            )
        else:
            renew(request)
            request.session[SCOPE] = code.subject
            if not request.user.is_authenticated:
                request.session.set_expiry(3600)
            return redirect("reply_letter", code=code.subject.removeprefix("letter:"))
    return render(request, "matters/official_code.html", {"form": form})


@never_cache
@anyone
def vouch(request: HttpRequest) -> HttpResponse:
    """The directory's contact types the code that was mailed there, sees the answer, and says yes or no."""
    form, reply, now = MailedCodeForm(request.POST or None), None, timezone.now()
    if request.method == "POST" and form.is_valid():
        reply = _vouched(form, now)
    verdict = request.POST.get("verdict", "")
    if reply is None or verdict not in ("ours", "not_ours"):
        return render(request, "matters/official_vouch.html", {"form": form, "reply": reply})

    def do() -> dict[str, Any]:
        vouch_for(reply=reply, is_ours=verdict == "ours", at=now)
        return {}

    with refusals(form):
        run_once("vouch", request.POST.get("once", ""), do, now)
        messages.success(request, _("Thank you. It is entered."))
    return redirect("authority_letters", code=reply.authority.code)


def _vouched(form: MailedCodeForm, now: datetime) -> Letter | None:
    """The answer of the typed code; else the form says why not."""
    reply = vouched(form.cleaned_data["code"], now)
    if reply is None:
        form.add_error("code", _("This code is wrong, has expired, or the answer has been decided already."))
    return reply


def answering(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """`view` gets the letter and True for a signed-in official. A code that has meanwhile ended leads back."""

    @can("reply", Letter, select=("matter", "authority"))
    def inner(request: HttpRequest, letter: Letter) -> HttpResponse:
        official = letter.authority_id in request.who.authorities()
        if not official and not is_live(request.who.scope, timezone.now()):
            request.session.pop(SCOPE, None)
            messages.warning(
                request, _("This code has been used or has expired. Ask the sender for a new one.")
            )
            return redirect("reply")
        return view(request, letter, official)

    return inner


@answering
def reply_letter(request: HttpRequest, letter: Letter, official: bool) -> HttpResponse:
    """What the body sees of its letter, and the two things it can do."""
    clock = clock_of(letter)
    words = {
        "standing": standing(letter, legal_day(timezone.now()), clock), "clock": clock,
        "mark": mark_of(clock) if clock else "",
        "looked": Clock.objects.filter(letter=letter, rule=CORRECTION, state="running").first(),
    }  # fmt: skip
    return render(request, "matters/official_letter.html", {"letter": letter, "official": official, **words})


@answering
def reply_answer(request: HttpRequest, letter: Letter, official: bool) -> HttpResponse:
    now = timezone.now()
    form = AuthorityAnswerForm(request.POST or None, request.FILES or None)

    def keep() -> dict[str, Any]:
        if official:
            answer_as_official(letter=letter, came=form.came(), at=now, by=request.user)
        else:
            answer_by_code(letter=letter, came=form.came(), at=now)
        return {}

    if request.method == "POST" and form.is_valid():
        with refusals(form):
            run_once("reply_answer", request.POST.get("once", ""), keep, now)
            return _thanks(request, letter, official)
    return render(
        request, "matters/official_answer.html", {"letter": letter, "form": form, "official": official}
    )


@answering
def reply_object(request: HttpRequest, letter: Letter, official: bool) -> HttpResponse:
    now = timezone.now()
    form = ObjectionForm(request.POST or None, initial={"kind": request.GET.get("kind", "")})

    def keep() -> dict[str, Any]:
        by = request.user if official else None
        object_as_authority(letter=letter, at=now, by=by, **form.cleaned_data)
        return {}

    if request.method == "POST" and form.is_valid():
        with refusals(form):
            run_once("reply_object", request.POST.get("once", ""), keep, now)
            messages.success(
                request,
                _("Thank you. We look at it within three working days; meanwhile no lateness is shown."),
            )
            return redirect("reply_letter", code=letter.code)
    return render(request, "matters/official_object.html", {"letter": letter, "form": form})


def _thanks(request: HttpRequest, letter: Letter, official: bool) -> HttpResponse:
    if official:
        messages.success(request, _("Thank you. The answer is on the page of the matter."))
    else:
        messages.success(
            request,
            _(
                "Thank you. The answer is kept; it is shown as not confirmed until we have asked your authority."
            ),
        )
    return redirect(reverse("authority_letters", args=[letter.authority.code]))
