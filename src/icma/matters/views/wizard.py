"""Writing a letter: one page asks what is wanted, the next shows the letter. No script, nothing kept before the end."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from icma.core.day import legal_day
from icma.core.door import can
from icma.core.once import run_once
from icma.engines.aztext import clean_text
from icma.law.book import book
from icma.law.letters import Text, letter_text
from icma.matters.actions.letters import draft, refuse_step
from icma.matters.addresses import matter_address
from icma.matters.compose import addressee
from icma.matters.compose.dates import dues
from icma.matters.compose.text import Parts, asked_in, compose
from icma.matters.compose.wishes import WISHES, Wish, kind_of, text_and_rule
from icma.matters.forms.letters import LetterForm, WishForm, refusals
from icma.matters.ladder import BEYOND, Rung, reply_to, rungs, too_early, unasked
from icma.matters.lateness import clock_of
from icma.matters.models import Letter, Matter


@can("lead", Matter, select=("place", "village", "authority"))
def letter_new(request: HttpRequest, matter: Matter) -> HttpResponse:
    """`?follows=CODE&wish=reminder` comes from the ladder."""
    now, step = timezone.now(), request.POST.get("step", "")
    follows = _followed(request, matter)
    given = {"who": request.who, "follows": follows}
    given["steps"] = rungs(follows, legal_day(now)) if follows else []
    if step in {"compose", "keep"}:
        form = WishForm(request.POST, **given)
        if form.is_valid():
            with refusals(form):
                _check(form, legal_day(now))
                return _second(request, matter, form, now)
    else:
        typed = request.POST.dict() if step else _start(request, matter, follows)
        form = WishForm(initial=typed, **given)
    return _first(request, matter, form, legal_day(now))


def _followed(request: HttpRequest, matter: Matter) -> Letter | None:
    """The letter that this one follows: a sent one of the same matter."""
    code = clean_text(request.POST.get("follows") or request.GET.get("follows") or "")
    rows = Letter.objects.select_related("authority__superior", "authority__parent", "about")
    sent = rows.filter(matter=matter, direction="out", code=code[:8]).exclude(stage__in=("draft", "dropped"))
    return sent.first() if code else None


def _start(request: HttpRequest, matter: Matter, follows: Letter | None) -> dict[str, Any]:
    given = {"sender": "community", "wish": request.GET.get("wish", ""), "facts": matter.text}
    if matter.authority is not None:  # chosen with the way
        given["authority"] = matter.authority.code
    if follows is not None:
        to, wish = request.GET.get("to", "")[:8], WISHES.get(given["wish"])
        given |= {"sender": follows.sender, "demand": _demand(wish, follows), "authority": to}
    return given


def _demand(wish: Wish | None, follows: Letter) -> str:
    """What is usually asked at this step. What remains only its writer knows; a letter that is written again asks
    what it asked; where the text knows nothing of its own, what the letter was about."""
    if wish is None:
        return follows.subject
    if wish.name in ("rest", "again"):
        return asked_in(follows.body) if wish.name == "again" else ""
    key, _rule = text_and_rule(wish, follows, _reply(follows))
    return letter_text(key).demand or follows.subject


def _reply(follows: Letter | None) -> Letter | None:
    return reply_to(follows, list(follows.replies.select_related("forwarded_to"))) if follows else None


def _first(request: HttpRequest, matter: Matter, form: WishForm, today: date) -> HttpResponse:
    wish = WISHES.get(str(form["wish"].value() or ""))
    query = str(form["find"].value() or "")
    follows = form.follows
    about = follows.authority if follows and wish and wish.kind == "complaint" else None
    bodies = addressee.suggestions(matter, wish.kind if wish else "", today, query, about)
    if wish and wish.kind in BEYOND and len(bodies) == 1:  # there is one Ombudsman
        form.initial["authority"] = form.initial.get("authority") or bodies[0].code
    form.offer(bodies)
    words = {
        "matter": matter, "matter_url": matter_address(matter.code), "form": form, "follows": follows,
        "query": query, "found": bodies,
        "ask_first": bool(follows and wish and unasked(form.steps, kind_of(wish, follows))),
        "early": _early(form, wish),
        "draft_key": _draft_key(request, matter, follows),
    }  # fmt: skip
    return render(request, "matters/letter_new.html", words, status=_status(form))


def _early(form: WishForm, wish: Wish | None) -> Rung | None:
    """The asked step, where it is not open yet: said at once, not after the letter was written."""
    return too_early(form.steps, kind_of(wish, form.follows)) if wish and form.follows else None


def _draft_key(request: HttpRequest, matter: Matter, follows: Letter | None) -> str:
    """Under which the browser keeps what is half written: each step of each letter has its own text."""
    wish = request.GET.get("wish", "")
    return "-".join(("letter", matter.code, follows.code if follows else "", wish if wish in WISHES else ""))


def _check(form: WishForm, today: date) -> None:
    given, kind = form.cleaned_data, kind_of(WISHES[form.cleaned_data["wish"]], form.follows)
    addressee.refuse_closed(given["authority"], today)
    addressee.refuse_accused(given["authority"], given["about"], kind)
    if form.follows is not None:
        refuse_step(form.steps, kind)


def _second(request: HttpRequest, matter: Matter, wish_form: WishForm, now: datetime) -> HttpResponse:
    """The composed letter with both dates and what to know; "keep" writes the draft."""
    given, today, follows = wish_form.cleaned_data, legal_day(now), wish_form.follows
    wish, reply = WISHES[given["wish"]], _reply(follows)
    kind, (key, rule) = kind_of(wish, follows), text_and_rule(wish, follows, reply)
    text, addresses = letter_text(key), addressee.addresses(given["authority"], kind, today)
    if request.POST["step"] == "keep":
        form = LetterForm(request.POST, addresses=addresses, sender=given["sender"])
        if form.is_valid():
            with refusals(form):
                return _keep(request, matter, wish_form, form, rule, now)
    else:
        made = compose(text, rule, _parts(matter, given, today, follows, reply), book())
        first = str(addresses[0].pk) if addresses else ""
        start = {"subject": made.subject, "body": made.body, "address": first}
        form = LetterForm(initial=start, addresses=addresses, sender=given["sender"])
    words = _about(matter, text, given, kind, addresses, today)
    words |= {"matter": matter, "kind": kind, "wish_form": wish_form, "form": form}
    words["dues"] = dues(rule, today, book())
    return render(request, "matters/letter_compose.html", words, status=_status(form))


def _status(form: WishForm | LetterForm) -> int:
    return 422 if form.is_bound and form.errors else 200


def _parts(
    matter: Matter, given: dict[str, Any], today: date, follows: Letter | None, reply: Letter | None
) -> Parts:
    clock = clock_of(follows) if follows else None
    return Parts(
        matter, given["authority"], given["sender"], given["facts"], given["demand"], today,
        about=given["about"], earlier=follows, reply=reply, clock=clock,
    )  # fmt: skip


def _about(
    matter: Matter, text: Text, given: dict[str, Any], kind: str, addresses: list[Any], today: date
) -> dict[str, Any]:
    best = addresses[0] if addresses else None
    return {
        "matter_url": matter_address(matter.code), "authority": given["authority"], "about": given["about"],
        "text": text, "addresses": addresses,
        "remarks": addressee.remarks(matter, given["authority"], kind, best, today),
    }  # fmt: skip


def _keep(
    request: HttpRequest, matter: Matter, wish_form: WishForm, form: LetterForm, rule: str, now: datetime
) -> HttpResponse:
    given, words, follows = wish_form.cleaned_data, form.cleaned_data, wish_form.follows
    kind = kind_of(WISHES[given["wish"]], follows)

    def keep() -> dict[str, str]:
        letter = draft(
            matter=matter, authority=given["authority"], kind=kind, sender=given["sender"],
            subject=words["subject"], body=words["body"], rule=rule, address=form.chosen, about=given["about"],
            follows=follows, with_qr=words.get("with_qr", False), at=now, by=request.user,
        )  # fmt: skip
        return {"code": letter.code}

    kept = run_once("letter_draft", request.POST.get("once", ""), keep, now)
    # The page that says so clears the browser's copy.
    messages.success(request, _("The draft is kept."), extra_tags=_draft_key(request, matter, follows))
    return redirect("letter", matter=matter.code, code=kept["code"])
