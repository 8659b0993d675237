"""Cases: the list with its search, the page of one, what is put into it, the boards."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import icma.legalaid.access  # noqa: F401  (its rules)
from icma.core.access import allowed
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.core.once import run_once
from icma.law.book import newest
from icma.legalaid.actions import drops
from icma.legalaid.actions.cases import reading, rows, served, taking, terms
from icma.legalaid.actions.cases.offers import guest_until
from icma.legalaid.actions.cases.telling import unread
from icma.legalaid.actions.desk.reception import first_card
from icma.legalaid.actions.ending import erased_by_client
from icma.legalaid.actions.intake import telling
from icma.legalaid.actions.reading import read_card
from icma.legalaid.casepage import page_of
from icma.legalaid.doors import unlocked
from icma.legalaid.forms import cases as forms
from icma.legalaid.keeping import kept_for, shown_again
from icma.legalaid.models import Case, Offer, Sealed
from icma.legalaid.procedure import SERVICES
from icma.legalaid.staff import staff_of, staff_rows
from icma.matters.views.steps import press, step

PAGE, FORM = 50, "legalaid/case_form.html"
ORDERS = {
    "step": gettext_lazy("by next step"),
    "new": gettext_lazy("by last change"),
    "name": gettext_lazy("by client"),
}


def base(case: Case) -> str:
    return reverse("case", args=[case.code])


@unlocked()
def cases(request: HttpRequest) -> HttpResponse:
    """Words of a search come by POST: an address stays in histories and logs."""
    asked = request.POST if request.method == "POST" else request.GET
    words, closed, order = (
        request.POST.get("words", "")[:100],
        bool(asked.get("closed")),
        asked.get("order", "step"),
    )
    at, ring = timezone.now(), request.ring
    deep = (
        set(reading.search_notes(ring=ring, words=words, at=at))
        if words and request.POST.get("notes")
        else set()
    )
    found = reading.list_cases(ring=ring, words="" if deep else words, closed=closed, order=order, at=at)
    found = [card for card in found if card.code in deep] if deep else found
    start = max(int(asked.get("from", "0")), 0) if asked.get("from", "0").isdigit() else 0
    offers = allowed(Offer.objects.select_related("by"), request.who, "view", at)
    page = {"cards": found[start : start + PAGE], "n": len(found), "news": _news(request, at), "shut": _shut(request, at), "words": words, "closed": closed, "order": order,
            "today": legal_day(at), "offers": offers, "orders": _orders(order, closed), "pager": _pager(start, len(found), order, closed),
            "waiting": allowed(Case.objects.all(), request.who, "queue", at).count()}  # fmt: skip
    return render(request, "legalaid/cases.html", page)


def _news(request: HttpRequest, at: datetime) -> list[str]:
    """Codes of cases, closed ones too, to which the client has added something that their lawyer has not seen."""
    known = allowed(Case.objects.filter(code__in=unread(request.user)), request.who, "work", at)
    return list(known.order_by("code").values_list("code", flat=True))


def _shut(request: HttpRequest, at: datetime) -> list[str]:
    """Codes of open cases that this person answers for and opens with no key: a colleague gives it back, or the papers."""
    rows = allowed(Case.objects.filter(open=True), request.who, "shut", at)
    return list(rows.order_by("code").values_list("code", flat=True))


def _orders(order: str, closed: bool) -> list[dict[str, Any]]:
    url, more = reverse("cases"), "&closed=1" if closed else ""
    found: list[dict[str, Any]] = [
        {"url": f"{url}?order={name}{more}", "label": label, "current": name == order}
        for name, label in ORDERS.items()
    ]
    label = _("open cases") if closed else _("closed cases")
    return [*found, {"url": f"{url}?order={order}{'' if closed else '&closed=1'}", "label": label}]


def _pager(start: int, n: int, order: str, closed: bool) -> dict[str, Any]:
    url = f"{reverse('cases')}?order={order}{'&closed=1' if closed else ''}&from="
    return {
        "prev": f"{url}{max(start - PAGE, 0)}" if start else None,
        "next": f"{url}{start + PAGE}" if start + PAGE < n else None,
        "shown": f"{start + 1}–{min(start + PAGE, n)}",
        "total": str(n),
    }


@unlocked()
def board(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    found = reading.open_board(ring=request.ring, edition=newest().number, at=at)
    return render(request, "legalaid/case_board.html", {"board": found, "today": legal_day(at)})


def taken(request: HttpRequest, rows: QuerySet[Case]) -> HttpResponse | None:
    """Of two who take a request one is quicker: the other is told, and who pressed twice comes to the case."""
    at = timezone.now()
    if mine := allowed(rows, request.who, "work", at).first():
        return redirect(base(mine))
    gone = allowed(rows, request.who, "seen", at).first()
    if gone is None:
        return None
    messages.warning(request, _("A colleague has just taken this case.") if gone.assignee_id else _("Somebody has answered this request already."))  # fmt: skip
    return redirect("reception")


@unlocked("queue", Case, over=taken)
def take(request: HttpRequest, case: Case) -> HttpResponse:
    at = timezone.now()
    form = forms.TakeForm(request.POST or None, initial=first_card(ring=request.ring, case=case, at=at))
    return step(
        request, form, f"take:{case.code}",
        lambda: taking.take_up(ring=request.ring, case=case, card=form.card(), verdict=form.cleaned_data["verdict"], at=at),
        base(case), at, FORM, case=case, title=_("Take this case"), button=_("Take it"),
        lead=_("You become its lawyer. The reception group loses its key to it."),
    )  # fmt: skip


def ended(request: HttpRequest, rows: QuerySet[Case]) -> HttpResponse | None:
    """Whoever answered for a case that its client has erased was told so, and is told on which day; a guest, that the
    minute of his access has passed. Nobody else, and nobody behind a wall.
    """
    code = request.resolver_match.kwargs["code"] if request.resolver_match else ""
    found = erased_by_client(code, request.user)
    over = guest_until(rows, request.who, timezone.now()) if found is None else None
    page = {"gone": found, "over": over, "code": code}
    return render(request, "legalaid/case_ended.html", page, status=410) if found or over else None


@unlocked("work", Case, over=ended)
def case(request: HttpRequest, case: Case) -> HttpResponse:
    at = timezone.now()
    found = reading.open_case(ring=request.ring, case=case, at=at)
    page = page_of(found, legal_day(at), request.user) | {"kinds": _kinds(case), "leads": staff_of(case)}
    codes = set(case.receipts.values_list("must_change", flat=True))
    page |= {"uncounted": served.uncounted(request.ring, case), "codeless": not codes, "unused": codes == {True}, "owned": False in codes,
             "leads_it": request.user.pk in (case.assignee_id, case.deputy_id, case.supervisor_id)}  # fmt: skip
    return render(request, "legalaid/case.html", page)


def _kinds(case: Case) -> list[dict[str, Any]]:
    """What can be put into a case, as links."""
    return [
        {"url": reverse("case_add", args=[case.code, name]), "label": kind[1]} for name, kind in ADD.items()
    ]


@unlocked("lead", Case)
def card(request: HttpRequest, case: Case) -> HttpResponse:
    at = timezone.now()
    first = read_card(ring=request.ring, case=case, at=at)
    first |= {"urgent": case.urgent, "deputy": case.deputy_id, "supervisor": case.supervisor_id}
    but = {request.user.pk, case.assignee_id}  # nobody stands in for himself
    form = forms.EditForm(request.POST or None, initial=first, staff=staff_rows(at, case), but=but)
    return step(
        request, form, f"card:{case.code}",
        lambda: taking.change_card(ring=request.ring, case=case, card=form.card(), at=at, **_columns(form)),
        base(case), at, FORM, case=case, title=_("Card of the case"), button=_("Save"), thanks=_asked(form, first),
    )  # fmt: skip


def _asked(form: forms.EditForm, first: dict[str, Any]) -> str:
    new = form.is_bound and form.is_valid() and [form.cleaned_data[name] for name in ("deputy", "supervisor")
                                                 if form.cleaned_data[name] and form.cleaned_data[name].pk != first[name]]  # fmt: skip
    return _("Saved. The colleague is asked first, and serves after accepting.") if new else ""


def _columns(form: forms.EditForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("urgent", "deputy", "supervisor")}


def _hearing(request: HttpRequest, more: dict[str, Any], values: dict[str, Any]) -> None:
    who, time = values.pop("who"), f"{values.pop('time'):%H:%M}"
    clash = rows.clashes(request.ring, who.pk, values["on"], values["body"], time)
    rows.set_hearing(who=who.pk, time=time, **more, **values)
    warn_of(request, clash)
    if not terms.is_advocate(who, values["on"]):
        messages.warning(request, _("Of our people only an advocate (vəkil) speaks for somebody in court. Whoever goes here is not entered as one, and can come along."))  # fmt: skip


def warn_of(request: HttpRequest, clash: list[str]) -> None:
    """The same person has to be in two places on one day."""
    if clash:
        messages.warning(request, _("The same person is expected elsewhere on that day: %(codes)s") % {"codes": ", ".join(clash)})  # fmt: skip


def _term(request: HttpRequest, more: dict[str, Any], values: dict[str, Any]) -> None:
    who = values.pop("who")
    clash = rows.clashes(request.ring, who.pk, values["on"]) if who else []
    rows.set_term(who=who.pk if who else None, **more, **values)
    warn_of(request, clash)


def _note(request: HttpRequest, more: dict[str, Any], values: dict[str, Any]) -> None:
    """A note; with the press of another button the service that it tells of as well."""
    rows.write_note(**more, **values)
    service = request.POST.get("service", "")
    if service in served.MINUTES:
        _service(request, more, {"service": service, "minutes": served.MINUTES[service]})


def _service(request: HttpRequest, more: dict[str, Any], values: dict[str, Any]) -> None:
    served.record_service(**more, **values)
    if why := served.uncounted(more["ring"], more["case"]):
        messages.warning(request, why)


def _parties(request: HttpRequest, more: dict[str, Any], values: dict[str, Any]) -> None:
    for name in values.pop("names"):
        rows.add_party(**more, **(values | {"name": name}))


def _plain(do: Callable[..., Any]) -> Callable[..., Any]:
    return lambda request, more, values: do(**more, **values)


def _task(request: HttpRequest, more: dict[str, Any], values: dict[str, Any]) -> None:
    rows.add_task(**more, **(values | {"who": values["who"].pk}))


# word in the address → form, label, what is done
ADD: dict[str, tuple[Any, Any, Callable[..., Any]]] = {
    "qeyd": (forms.NoteForm, gettext_lazy("Write a note"), _note),
    "mesaj": (forms.MessageForm, gettext_lazy("Write to the client"), _plain(rows.write_message)),
    "xidmet": (forms.ServiceForm, gettext_lazy("Record a service"), _service),
    "tapsiriq": (forms.TaskForm, gettext_lazy("Add a task"), _task),
    "teref": (forms.PartyForm, gettext_lazy("Add a party"), _parties),
    "instansiya": (forms.MoveForm, gettext_lazy("Begin a proceeding"), _plain(terms.move_on)),
    "iclas": (forms.HearingForm, gettext_lazy("Add a hearing"), _hearing),
    "muddet": (forms.TermForm, gettext_lazy("Add a day that was set"), _term),
}


@unlocked("work", Case, over=ended)
def add(request: HttpRequest, case: Case, what: str) -> HttpResponse:
    if what not in ADD:
        raise Http404
    made, label, do = ADD[what]
    at, more = timezone.now(), {}
    if made in (forms.TaskForm, forms.HearingForm, forms.TermForm):
        more = {"staff": rows.can_go(case, at)}
    form = made(request.POST or None, **more)
    given = {"ring": request.ring, "case": case, "at": at}
    return step(
        request, form, f"add:{what}:{case.code}", lambda: do(request, given, dict(form.cleaned_data)), base(case), at, FORM,
        case=case, title=label, button=label, services=_services() if made is forms.NoteForm else None,
        lead=(unread_words(case) or _("The client reads it with the code.")) if made is forms.MessageForm else "",
    )  # fmt: skip


def unread_words(case: Case) -> str:
    """Said before something is written to a client who holds no code; "" where somebody can read it."""
    if case.receipts.exists():
        return ""
    return _("Nobody holds a code of this case: what is written to the client here nobody can read.")


def _services() -> list[tuple[str, str]]:
    """Each kind of service with its usual minutes, for one press."""
    return [
        (name, _("%(service)s, %(n)s min.") % {"service": SERVICES[name], "n": n})
        for name, n in served.MINUTES.items()
    ]


def row_of(case: Case, code: str) -> Sealed:
    """A row of this case, or 404; of what kind it is stands inside."""
    row = Sealed.objects.filter(case=case, code=code).first()
    if row is None:
        raise Http404
    row.case = case
    return row


@unlocked("lead", Case)
def mail_address(request: HttpRequest, case: Case) -> HttpResponse:
    """The case's own address for mail is given, or ended; there is none where mail does not come in at all."""
    if not settings.MAIL_IN_DOMAIN:
        raise Http404
    at, ends = timezone.now(), request.POST.get("do") == "end"
    do = drops.end_address if ends else drops.give_address
    return press(
        request,
        f"mail:{case.code}",
        lambda: do(ring=request.ring, case=case, at=at),
        base(case) + "#poct",
        at,
    )


@unlocked("lead", Case)
def give_code(request: HttpRequest, case: Case) -> HttpResponse:
    """A code for a client who never got one, or never came with it, shown once.

    Who taps twice on a slow line sees the same code: a second one is refused, and the first was on no page any more.
    """
    request.keep_nothing = True  # type: ignore[attr-defined]
    if request.method != "POST":
        return redirect(base(case))
    at, once = timezone.now(), request.POST.get("once", "")

    def do() -> dict[str, Any]:
        return kept_for(once, telling.give_code(ring=request.ring, case=case, at=at), at)

    try:
        code = shown_again(once, run_once(f"code:{case.code}", once, do, at), at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(base(case))
    return render(request, "legalaid/code_given.html", {"case": case, "secret": code})


@unlocked("work", Case)
def task_done(request: HttpRequest, case: Case, row: str) -> HttpResponse:
    at, found = timezone.now(), row_of(case, row)
    return press(
        request, f"task:{row}", lambda: rows.finish_task(ring=request.ring, row=found, at=at), base(case), at
    )


@unlocked("lead", Case)
def close(request: HttpRequest, case: Case) -> HttpResponse:
    at, asked = timezone.now(), taking.represented(request.ring, case)
    form = forms.CloseForm(request.POST or None, represented=asked)
    return step(
        request, form, f"close:{case.code}", lambda: taking.close_case(ring=request.ring, case=case, at=at, **form.cleaned_data),
        base(case), at, FORM, case=case, title=_("Close the case"), button=_("Close the case"), thanks=_("Closed."),
        lead=_("After representation outcome, benefit and enforcement are asked for; a follow-up comes after three months."),
    )  # fmt: skip


@unlocked("lead", Case)
def close_light(request: HttpRequest, case: Case, service: str) -> HttpResponse:
    at = timezone.now()
    do = lambda: taking.close_lightly(ring=request.ring, case=case, service=service, at=at)  # noqa: E731
    thanks = " ".join((_("Closed."), served.uncounted(request.ring, case))).strip()
    return press(request, f"close:{case.code}", do, base(case), at, thanks)


@unlocked("lead", Case)
def reopen(request: HttpRequest, case: Case) -> HttpResponse:
    at = timezone.now()
    return press(
        request,
        f"open:{case.code}",
        lambda: taking.reopen(ring=request.ring, case=case, at=at),
        base(case),
        at,
    )


@unlocked("lead", Case)
def follow(request: HttpRequest, case: Case, row: str) -> HttpResponse:
    at, found, form = timezone.now(), row_of(case, row), forms.FollowForm(request.POST or None)
    return step(
        request, form, f"follow:{row}", lambda: served.follow_up(ring=request.ring, row=found, at=at, **form.cleaned_data),
        base(case), at, FORM, case=case, title=_("Three months later"), button=_("Save"),
    )  # fmt: skip
