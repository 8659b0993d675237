"""Support and follow: by account, by confirmed mail, by a paper code; sheets of the coordinator. Names are never shown."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from icma.core.action import Refused
from icma.core.door import can
from icma.core.limit import within
from icma.matters.actions import confirming
from icma.matters.actions import support as supports
from icma.matters.addresses import matter_address
from icma.matters.forms.doing import DigitsForm, MailForm, PaperCodeForm, PaperForm, SheetForm
from icma.matters.models import Matter
from icma.matters.views.steps import press, run, step

MAILS_AN_HOUR, BURST = 60, 120  # from one connection: a whole village may stand behind it


@can("view", Matter, select=("place", "merged_into"))
def support(request: HttpRequest, matter: Matter) -> HttpResponse:
    """It concerns me too."""
    return _wish(request, matter, "support")


@can("view", Matter, select=("place", "merged_into"))
def follow(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Tell me what happens."""
    return _wish(request, matter, "follow")


def _wish(request: HttpRequest, matter: Matter, wish: str) -> HttpResponse:
    """By account at once; else an address is asked for, or for support a paper code."""
    if request.method == "POST" and request.user.is_authenticated:
        return _by_account(request, matter, wish)
    paper = PaperCodeForm(request.POST if "paper" in request.POST else None)
    if paper.is_bound:
        return _by_paper(request, matter, paper)
    form = MailForm(request.POST or None)
    if wish == "follow":
        del form.fields["follow"]
    page: dict[str, Any] = {
        "matter": matter,
        "form": form,
        "paper": paper,
        "wish": wish,
        "open": supports.is_open(matter),
    }
    if request.method == "POST" and form.is_valid():
        wants = [wish, "follow"] if form.cleaned_data.get("follow") else [wish]
        return asked(request, matter, form.cleaned_data["mail"], wants)
    return render(request, "matters/support.html", page, status=422 if form.errors else 200)


def _by_account(request: HttpRequest, matter: Matter, wish: str) -> HttpResponse:
    at, by = timezone.now(), request.user

    def do() -> None:
        if wish == "support":
            supports.support_by_account(matter=matter, by=by, at=at)
        else:
            supports.follow(matter=matter, person=by.person, by=by, at=at)

    thanks = _("Thank you: your voice counts.") if wish == "support" else _("You will be told what happens.")
    return press(request, f"{wish}:{matter.code}:{by.pk}", do, matter_address(matter.code), at, thanks)


def _by_paper(request: HttpRequest, matter: Matter, paper: PaperCodeForm) -> HttpResponse:
    at = timezone.now()
    if paper.is_valid():
        try:
            code = paper.cleaned_data["paper"]
            run(
                request,
                f"paper:{matter.code}",
                lambda: supports.support_by_paper(matter=matter, code=code, at=at),
                at,
            )
            return render(request, "matters/support_done.html", {"matter": matter, "wants": ["support"]})
        except Refused as refusal:
            paper.add_error("paper", str(refusal))
    page = {
        "matter": matter,
        "form": MailForm(),
        "paper": paper,
        "wish": "support",
        "open": supports.is_open(matter),
    }
    return render(request, "matters/support.html", page, status=422)


def asked(request: HttpRequest, matter: Matter, mail: str, wants: list[str]) -> HttpResponse:
    """The page where the eight digits are typed; the same for every address."""
    request.keep_nothing = True
    page: dict[str, Any] = {"matter": matter, "wants": wants}
    if not within(request, "mail", MAILS_AN_HOUR, BURST):
        return render(request, "matters/support_digits.html", page | {"too_many": True}, status=429)
    slip = confirming.ask(
        matter=matter, mail=mail, wants=wants, at=timezone.now(), language=(get_language() or "az")[:2]
    )
    return render(request, "matters/support_digits.html", page | {"form": DigitsForm(initial={"slip": slip})})


@can("view", Matter, select=("place", "merged_into"))
def confirm(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Digits typed back, or the button behind the mail's link. A GET confirms nothing."""
    request.keep_nothing = True
    known = confirming.read_slip(request.GET.get("s", "")[:1000])
    if request.method == "GET" and known is None:
        return redirect("support", code=matter.code)
    start = {"slip": request.GET.get("s", "")[:1000], "digits": known[3]} if known else {}
    form = DigitsForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            wants = confirming.confirm_support(matter=matter, at=timezone.now(), **form.cleaned_data)
            if wants:
                return render(request, "matters/support_done.html", {"matter": matter, "wants": wants})
            form.add_error(
                "digits",
                _("This code does not work. Look at the newest mail, or ask for a new one tomorrow."),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
    page = {
        "matter": matter,
        "form": form,
        "wants": known[2] if known else [],
        "ready": bool(known and known[3]),
    }
    return render(request, "matters/support_digits.html", page, status=422 if form.errors else 200)


@can("view", Matter, select=("place", "merged_into"))
def unfollow(request: HttpRequest, matter: Matter) -> HttpResponse:
    """For accounts; who has none uses the link at the foot of every mail."""
    at, person = timezone.now(), request.who.person
    return press(
        request, f"unfollow:{matter.code}",
        lambda: person and supports.unfollow(matter=matter, person=person, at=at), matter_address(matter.code), at,
        _("You will not be told about this matter any more."),
    )  # fmt: skip


@can("lead", Matter, select=("place",))
def support_sheet(request: HttpRequest, matter: Matter) -> HttpResponse:
    """A paper list is counted once by its number."""
    at, form = timezone.now(), SheetForm(request.POST or None)
    return step(
        request, form, f"sheet:{matter.code}",
        lambda: supports.enter_sheet(matter=matter, at=at, by=request.user, **form.cleaned_data),
        matter_address(matter.code), at, "matters/take_step.html", matter=matter, title=_("Enter a paper list"),
        button=_("Enter"), lead=_("Only the number of people is entered. The list with names stays with you."),
    )  # fmt: skip


@can("lead", Matter, select=("place",))
def support_paper(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Paper codes to cut out; shown once."""
    request.keep_nothing = True
    form = PaperForm(request.POST or None)
    page: dict[str, Any] = {
        "matter": matter,
        "form": form,
        "address": request.build_absolute_uri(reverse("support", args=[matter.code])),
    }
    if request.method == "POST" and form.is_valid():
        page["codes"] = supports.issue_paper(matter=matter, n=form.cleaned_data["n"], at=timezone.now())
    return render(request, "matters/support_paper.html", page)
