"""Support and follow: by account, by a proven address, by a paper code; sheets and codes of the coordinator.

Names are never shown. What an address or a code leads to is never told: every answer looks the same.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from icma.core.action import Refused
from icma.core.door import can
from icma.core.limit import within
from icma.matters.actions import by_voice as voice
from icma.matters.actions import confirming
from icma.matters.actions import support as actions
from icma.matters.addresses import matter_address
from icma.matters.forms.support import (
    AboutForm,
    CodesForm,
    DigitsForm,
    MailForm,
    PaperForm,
    SheetForm,
    VoiceForm,
)
from icma.matters.models import Matter
from icma.matters.views.steps import press, run, step

SELECT = ("place", "merged_into")
MAILS_AN_HOUR, BURST = 60, 120  # from one connection: a whole village may stand behind it
LATER = timedelta(minutes=30)  # over that the mails wait; nobody is refused
TEMPLATES = {
    "support": "matters/support.html", "take_back": "matters/support_back.html", "follow": "matters/follow.html",
}  # fmt: skip


@can("view", Matter, select=SELECT)
def support(request: HttpRequest, matter: Matter) -> HttpResponse:
    """It concerns me too."""
    return _wish(request, matter, "support")


@can("view", Matter, select=SELECT)
def support_back(request: HttpRequest, matter: Matter) -> HttpResponse:
    """I support it no longer."""
    return _wish(request, matter, "take_back")


@can("view", Matter, select=SELECT)
def follow(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Tell me what happens."""
    return _wish(request, matter, "follow")


def _wish(request: HttpRequest, matter: Matter, wish: str) -> HttpResponse:
    """By account at once; else an address is asked for, or a paper code. A POST without either shows the page."""
    if request.method == "POST" and request.user.is_authenticated:
        return _by_account(request, matter, wish)
    mail = MailForm(request.POST if "mail" in request.POST else None, wish=wish)
    paper = PaperForm(request.POST if "paper" in request.POST else None, wish=wish)
    if mail.is_valid():
        return asked(request, matter, mail.cleaned_data["mail"], mail.wants(), **mail.given())
    if wish != "follow" and paper.is_valid() and _by_paper(request, matter, paper):
        return redirect(matter_address(matter.code))
    page = _page(request, matter) | {"mail": mail, "paper": paper}
    return render(request, TEMPLATES[wish], page, status=422 if mail.errors or paper.errors else 200)


def _page(request: HttpRequest, matter: Matter) -> dict[str, Any]:
    by = request.user if request.user.is_authenticated else None
    words = actions.support_words(matter)
    return {
        "matter": matter, "matter_url": matter_address(matter.code), "open": actions.is_open(matter),
        "channels": words, "total": sum(n for _how, n in words),
        "supports": by is not None and actions.supports_it(matter, by),
        "follows": by is not None and actions.follows_it(matter, by.person), "about": AboutForm(),
        "login": f"{reverse('account_login')}?next={request.path}",
    }  # fmt: skip


def _given(request: HttpRequest) -> dict[str, str]:
    """Sex and age band, where the form had them and the person said something; a bare button says nothing."""
    about = AboutForm(request.POST)
    return about.given() if about.is_valid() else {}


def _by_account(request: HttpRequest, matter: Matter, wish: str) -> HttpResponse:
    at, by = timezone.now(), request.user
    do = {
        "support": lambda: actions.support_by_account(matter=matter, by=by, at=at, **_given(request)),
        "take_back": lambda: actions.take_back_account(matter=matter, by=by),
        "follow": lambda: actions.follow(matter=matter, person=by.person, by=by, at=at),
    }[wish]
    return press(
        request, f"{wish}:{matter.code}:{by.pk}", do, matter_address(matter.code), at, _thanks([wish])
    )


def _by_paper(request: HttpRequest, matter: Matter, form: PaperForm) -> bool:
    """True when it is done; a refusal stands on the form."""
    at, code = timezone.now(), form.cleaned_data["paper"]

    def do() -> None:
        if form.wish == "take_back":
            actions.take_back_paper(matter=matter, code=code)
        else:
            actions.support_by_paper(matter=matter, code=code, at=at, **form.given())

    try:
        run(request, f"paper:{matter.code}:{form.wish}", do, at)
    except Refused as refusal:
        form.add_error("paper", str(refusal))
        return False
    messages.success(request, _thanks([form.wish]))
    return True


def _thanks(wants: list[str]) -> str:
    words = {
        "support": _("Thank you: your voice counts. The number on the page follows within minutes."),
        "take_back": _("Your support is taken back."),
        "follow": _("You will be told what happens."),
        "agree": _("Thank you: your word on the outcome counts."),
        "deny": _("Thank you: your word on the outcome counts."),
    }
    return " ".join(words[want] for want in wants)


# --- the address is proven -------------------------------------------------------------------------
def asked(request: HttpRequest, matter: Matter, mail: str, wants: list[str], **given: str) -> HttpResponse:
    """On to the page where the eight digits are typed; the same for every address. `given`: sex and band."""
    at = timezone.now()
    later = confirming.NOW if within(request, "mail", MAILS_AN_HOUR, BURST) else LATER
    language = (get_language() or "az")[:2]

    def do() -> dict[str, Any]:
        slip = confirming.ask(
            matter=matter, mail=mail, wants=wants, at=at, language=language, later=later, **given
        )
        return {"slip": slip}

    slip = run(request, f"ask:{matter.code}", do, at)["slip"]
    return redirect(f"{reverse('support_confirm', args=[matter.code])}?s={slip}")


@can("view", Matter, select=SELECT)
def support_confirm(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Digits typed back, or the button behind the mail's link. A GET confirms nothing."""
    request.keep_nothing = True
    at, text = timezone.now(), (request.POST.get("slip") or request.GET.get("s", ""))[:1000]
    slip = confirming.read_slip(text)
    if slip is None or slip.matter != matter.code:
        return redirect("support", code=matter.code)
    form = DigitsForm(request.POST or None, initial={"slip": text, "digits": slip.digits})
    if form.is_valid() and not slip.is_old(at) and _confirmed(request, matter, form):
        return redirect(matter_address(matter.code))
    page = {
        "matter": matter, "form": form, "old": slip.is_old(at), "ready": bool(slip.digits) and not form.errors,
        "wants": slip.wants, "again": reverse("follow" if slip.wants == ["follow"] else "support", args=[matter.code]),
    }  # fmt: skip
    return render(request, "matters/support_confirm.html", page, status=422 if form.errors else 200)


def _confirmed(request: HttpRequest, matter: Matter, form: DigitsForm) -> bool:
    """The same digits twice are one answer; other digits with the same form are a new try."""
    at, slip = timezone.now(), form.cleaned_data["slip"]
    digits = "".join(form.cleaned_data["digits"].split())[:8]

    def do() -> dict[str, Any]:
        return {"wants": confirming.confirm_support(matter=matter, at=at, slip=slip, digits=digits)}

    try:
        done = run(request, f"confirm:{matter.code}:{digits}", do, at)["wants"]
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    if not done:
        wrong = _("These digits do not work. Look at the newest mail; after five tries ask for new ones.")
        form.add_error("digits", wrong)
        return False
    messages.success(request, _thanks(done))
    return True


@can("view", Matter, select=SELECT)
def unfollow(request: HttpRequest, matter: Matter) -> HttpResponse:
    """For accounts; who has none uses the link at the foot of every mail."""
    at, person = timezone.now(), request.who.person
    return press(
        request, f"unfollow:{matter.code}",
        lambda: person and actions.unfollow(matter=matter, person=person, at=at), matter_address(matter.code), at,
        _("You will not be told about this matter any more."),
    )  # fmt: skip


# --- on paper --------------------------------------------------------------------------------------
@can("lead", Matter, select=SELECT)
def support_sheet(request: HttpRequest, matter: Matter) -> HttpResponse:
    """A paper list is counted once, by its number and date; the list stays on paper."""
    at = timezone.now()
    form = SheetForm(request.POST or None, at=at)
    return step(
        request, form, f"sheet:{matter.code}",
        lambda: actions.enter_sheet(matter=matter, at=at, by=request.user, **form.cleaned_data),
        matter_address(matter.code), at, "matters/support_sheet.html", matter=matter,
        thanks=_("The sheet is counted. The number on the page follows within minutes."),
    )  # fmt: skip


@can("lead", Matter, select=SELECT)
def paper_codes(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Codes to cut out, shown once: a second tap with the same form shows none and makes none."""
    request.keep_nothing = True
    at, made, form = timezone.now(), [], CodesForm(request.POST or None)
    if form.is_valid():

        def do() -> None:
            made.extend(actions.issue_paper(matter=matter, n=form.cleaned_data["n"], at=at))

        try:
            run(request, f"codes:{matter.code}", do, at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    page = {
        "matter": matter, "matter_url": matter_address(matter.code), "form": form, "codes": made,
        "shown": form.is_bound and not form.errors, "until": at + timedelta(days=actions.PAPER_DAYS),
        "address": settings.BASE_URL + reverse("support", args=[matter.code]),
    }  # fmt: skip
    return render(request, "matters/support_codes.html", page, status=422 if form.errors else 200)


# --- by voice --------------------------------------------------------------------------------------
@can("lead", Matter, select=SELECT)
def by_voice(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Neighbours without mail who want to hear: a number is written down, "Kimə deməli" reminds of them."""
    request.keep_nothing = True
    at, form = timezone.now(), VoiceForm(request.POST or None)
    return step(
        request, form, f"voice:{matter.code}",
        lambda: voice.follow_by_voice(matter=matter, at=at, by=request.user, **form.values()),
        reverse("by_voice", args=[matter.code]), at, "matters/by_voice.html", matter=matter,
        matter_url=matter_address(matter.code), listeners=voice.listeners(matter), open=actions.is_open(matter),
        thanks=_("Written down. When there is news, this person stands on the list “Whom to tell”."),
    )  # fmt: skip


@can("lead", Matter, select=SELECT)
def by_voice_end(request: HttpRequest, matter: Matter) -> HttpResponse:
    """The person wants to hear no more: the number goes at once."""
    at, person = timezone.now(), request.POST.get("person", "")
    return press(
        request, f"voiceend:{matter.code}:{person[:6]}",
        lambda: voice.no_more_by_voice(matter=matter, person=person, at=at), reverse("by_voice", args=[matter.code]),
        at, _("The number is erased. This person will not be told about this matter any more."),
    )  # fmt: skip
