"""The author comes back with the return code: follow, add, withdraw, ask for another look. Never kept by a browser."""

import functools
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.door import View, anyone, can
from icma.matters.actions.clocks import confirm_silence
from icma.matters.actions.moderation import appeal, is_appealed
from icma.matters.actions.own_terms import MODERATE, TAKE_UP
from icma.matters.actions.raising import add_photo, add_words, change_code, matter_of_code, withdraw
from icma.matters.actions.telling import WAITS
from icma.matters.addresses import matter_address
from icma.matters.forms.clocks import SilenceForm
from icma.matters.forms.raising import AppealForm, CodeForm, PhotoForm, SureForm, WordsForm
from icma.matters.lateness import OVER, askable, mark_of
from icma.matters.models import Clock, Document, Entry, Matter
from icma.matters.rules_of_moderation import MOVED, REASONS
from icma.matters.verbs import SENTENCES, told
from icma.matters.views.raising import remember
from icma.matters.views.steps import press, step
from icma.people.who import CODES

PAGE = "matters/own_step.html"


def secret(view: View) -> View:
    """A page that no browser and no one on the way keeps. Who has neither code nor account is asked for the code."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.keep_nothing = True
        code = kwargs.get("code")
        if code and not request.user.is_authenticated and code not in request.who.codes:
            return redirect("own_code")
        return view(request, *args, **kwargs)

    return inner


def _own(matter: Matter) -> str:
    return reverse("own", args=[matter.code])


@secret
@anyone
def own_code(request: HttpRequest) -> HttpResponse:
    """The code is typed here and sent by POST; wrong, ended and withdrawn ones are answered alike."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = matter_of_code(form.cleaned_data["code"], timezone.now())
        if code is not None:
            remember(request, code)
            return redirect("own", code=code)
        form.add_error(
            "code", _("This code does not open anything. Compare it with the paper, sign by sign.")
        )
    found = Matter.objects.filter(code__in=request.who.codes).only("code", "title")
    return render(
        request, "matters/own_code.html", {"form": form, "known": found}, status=422 if form.errors else 200
    )


@secret
@can("own", Matter, select=("place", "community", "merged_into"))
def own(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Everything the author can see and do."""
    seen = Q(verb__in=STORY) | Q(verb__in=LETTERS, visibility="public")
    entries = Entry.objects.filter(seen, matter=matter).order_by("id")
    entries = entries.select_related("words", "letter__authority", "clock__edition")
    return render(request, "matters/own.html", {
        "matter": matter, "story": [_told(entry) for entry in entries], "reason": REASONS.get(matter.reason),
        "photos": Document.objects.filter(matter=matter).order_by("at"), "appealed": is_appealed(matter),
        "ended": matter.stage in ("closed", "merged", "rejected"), "withdrawn": matter.reason == "withdrawn", "moved": matter.reason == MOVED,
        "term": _owed(matter),
        "by_code": matter.code in request.who.codes,
        "page": matter_address(matter.code) if matter.published_at else "",
        "joined": matter_address(matter.merged_into.code) if matter.merged_into else "",
        "to_ask": [(clock, mark_of(clock)) for clock in _to_ask(matter, legal_day(timezone.now()))],
    })  # fmt: skip


def _owed(matter: Matter) -> Clock | None:
    """Our own term that the author waits for; of what has ended nothing is owed to the author any more."""
    if matter.stage in ("closed", "merged"):
        return None
    return matter.clocks.filter(rule__in=(MODERATE, TAKE_UP), state="running").order_by("due_on").first()


STORY = ("raised", "published", "rejected", "appealed", "added", "taken_up", "untaken", "handed_back", "closed",
         "reopened", "withdrawn", "merged", "split", "corrected", "hidden", "shown", "erased")  # fmt: skip

# Of its letters what everybody reads: that one was sent, and what came of it. Their words stand on the public page.
LETTERS = ("sent", "registered", "answer_came", "unconfirmed", "disowned", "extended", "forwarded", "unconsidered",
           "silence_confirmed")  # fmt: skip


def _told(entry: Entry) -> dict[str, Any]:
    words = getattr(entry, "words", None)
    if entry.verb in LETTERS:
        whom = str(entry.letter.authority or "") if entry.letter else ""
        return {"on": entry.on, "title": told(entry), "body": whom, "meta": "", "state": "done"}
    text = words.text if words else ""
    cited = REASONS.get(str(entry.data.get("rule") or entry.data.get("reason") or ""))
    waits = (
        entry.visibility == "staff" and text if entry.verb == "added" else entry.data.get(WAITS) and not words
    )
    meta = _("waits for a moderator") if waits else ""
    title = SENTENCES[entry.verb]
    body = " ".join(str(part) for part in (cited.text if cited else "", text) if part)
    return {"on": entry.on, "title": title, "body": body, "meta": meta, "state": "done"}


@secret
@can("own", Matter)
def own_add(request: HttpRequest, matter: Matter) -> HttpResponse:
    at, form = timezone.now(), WordsForm(request.POST or None)

    def do() -> None:
        add_words(matter=matter, text=form.cleaned_data["text"], at=at, by=_by(request))

    return step(
        request, form, f"add:{matter.code}", do, _own(matter), at, PAGE, matter=matter, title=_("Add something"),
        button=_("Send"), thanks=_("Thank you. A moderator reads it first."),
    )  # fmt: skip


def _to_ask(matter: Matter, today: date) -> list[Clock]:
    """Terms on letters that residents sent themselves, over and unasked: of each letter the one that could last longest."""
    if matter.stage in OVER:
        return []
    rows = Clock.objects.filter(
        matter=matter, owner=Clock.Owner.AUTHORITY, letter__sender__in=("resident", "several")
    )
    last = {
        clock.letter_id: clock
        for clock in rows.select_related("letter", "authority", "edition").order_by("latest_on", "pk")
    }
    return [clock for clock in last.values() if askable(clock, today)]


@secret
@can("own", Matter)
def own_asked(request: HttpRequest, matter: Matter, letter: str) -> HttpResponse:
    """The sender says, with a date, that nothing has come: what the law calls silence needs it."""
    at = timezone.now()
    clock = next((row for row in _to_ask(matter, legal_day(at)) if row.letter.code == letter), None)
    if clock is None:
        raise Http404
    form = SilenceForm(request.POST or None, initial={"on": legal_day(at)})
    form.fields["on"].help_text = ""  # it is the sender who is asked here
    return step(
        request, form, f"asked:{letter}",
        lambda: confirm_silence(letter=clock.letter, clock=clock, on=form.cleaned_data["on"], at=at, by=_by(request)),
        _own(matter), at, PAGE, matter=matter, title=_("Asked: nothing has come"), button=_("Nothing has come"),
        lead=f"{clock.letter.subject} · {clock.authority}", thanks=_("Thank you. It is entered."),
    )  # fmt: skip


@secret
@can("own", Matter)
def own_photo(request: HttpRequest, matter: Matter) -> HttpResponse:
    """One photo at a time: on a slow line the ones before are safe already."""
    at, form = timezone.now(), PhotoForm(request.POST or None, request.FILES or None)

    def do() -> None:
        data = form.cleaned_data
        kind = Document.Kind.HANDWRITING if data["handwriting"] else Document.Kind.PHOTO
        add_photo(
            matter=matter,
            data=data["photo"].read(),
            kind=kind,
            caption=data["caption"],
            at=at,
            by=_by(request),
        )

    return step(
        request, form, f"photo:{matter.code}", do, _own(matter), at, PAGE, matter=matter, title=_("Add a photo"),
        button=_("Send the photo"), thanks=_("The photo is here. It is shown only after a moderator has seen it."),
        lead=_("Avoid faces, number plates, house numbers. At most four photos."),
    )  # fmt: skip


@secret
@can("own", Matter)
def own_withdraw(request: HttpRequest, matter: Matter) -> HttpResponse:
    at, form = timezone.now(), SureForm(request.POST or None)
    return step(
        request, form, f"withdraw:{matter.code}", lambda: withdraw(matter=matter, at=at, by=_by(request)),
        _own(matter), at, PAGE, matter=matter, title=_("Withdraw the matter"), button=_("Withdraw"), danger=True,
        lead=_("What is not public yet is erased. What a community has taken up goes on without you. "
               "What we know about you is erased in any case."),
    )  # fmt: skip


@secret
@can("own", Matter)
def own_appeal(request: HttpRequest, matter: Matter) -> HttpResponse:
    at, form = timezone.now(), AppealForm(request.POST or None)
    return step(
        request, form, f"appeal:{matter.code}",
        lambda: appeal(matter=matter, text=form.cleaned_data["text"], at=at, by=_by(request)),
        _own(matter), at, PAGE, matter=matter, title=_("Ask for another look"), button=_("Ask"),
        lead=_("Another moderator decides within two working days. That decision is final."),
    )  # fmt: skip


@secret
@can("own", Matter)
def own_change(request: HttpRequest, matter: Matter) -> HttpResponse:
    """A new code instead of one that was lost or seen; shown once."""
    form = SureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            code = change_code(matter=matter, at=timezone.now())
            return render(request, "matters/own_changed.html", {"matter": matter, "code": code})
        except Refused as refusal:
            form.add_error(None, str(refusal))
    words = {"title": _("Change the code"), "button": _("Make a new code"), "back": _own(matter),
             "lead": _("The old code stops working at once. The new one is shown only now.")}  # fmt: skip
    return render(request, PAGE, {"form": form, "matter": matter, **words})


@secret
@anyone
def own_forget(request: HttpRequest) -> HttpResponse:
    """Leave: this browser no longer knows the code."""
    return press(
        request,
        "forget",
        lambda: request.session.pop(CODES, None) and None,
        reverse("own_code"),
        timezone.now(),
    )


def _by(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None
