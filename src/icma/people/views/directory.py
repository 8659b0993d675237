"""The directory: officers change it, others propose; the sheet goes out and comes in."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from icma.core.cells import BadFile
from icma.core.day import legal_day
from icma.core.door import can, holds
from icma.engines.aztext import clean_text, fold
from icma.people.access import live_on
from icma.people.actions.directory import (
    create_authority,
    edit_authority,
    end_address,
    keep_address,
    propose_change,
)
from icma.people.actions.sheets import import_directory
from icma.people.directory import write_sheet
from icma.people.forms import AddressForm, AuthorityForm, SheetForm
from icma.people.models import Address, Authority
from icma.people.reviews import history_of
from icma.people.views.staff import done

STAFF = ("officer", "coordinator", "lawyer", "advocate")
TYPES = {"csv": "text/csv", "json": "application/json"}
MOST_KEPT = 1_000_000  # characters of a rehearsed sheet that travel in the form


@holds(*STAFF)
def directory(request: HttpRequest) -> HttpResponse:
    """All bodies, found by name, kind and whether an address is known."""
    text, kind = clean_text(request.GET.get("q", ""))[:100], request.GET.get("kind", "")
    live = Address.objects.filter(live_on(legal_day(timezone.now())), authority=OuterRef("pk"))
    rows = Authority.objects.select_related("place", "superior").annotate(reached=Exists(live))
    if text:
        rows = rows.filter(search_text__contains=fold(text))
    if kind in Authority.Kind.values:
        rows = rows.filter(kind=kind)
    if request.GET.get("empty"):
        rows = rows.filter(reached=False)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    kinds = Authority.Kind.choices
    return render(request, "people/directory.html", {
        "page": page, "text": text, "kind": kind, "kinds": kinds, "empty": request.GET.get("empty", ""),
        "is_officer": request.who.has("officer"),
    })  # fmt: skip


@holds(*STAFF)
def directory_sheet(request: HttpRequest, kind: str) -> HttpResponse:
    response = HttpResponse(write_sheet(kind), content_type=f"{TYPES[kind]}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="qurumlar.{kind}"'
    return response


@holds("officer")
def directory_import(request: HttpRequest) -> HttpResponse:
    """First a rehearsal that changes nothing, then the same sheet for good."""
    form, report, kept = SheetForm(request.POST or None, request.FILES or None), None, ""
    if form.is_valid():
        data, for_good = form.data_given(), "go" in request.POST
        try:
            report = import_directory(data=data, by=request.user, at=timezone.now(), dry=not for_good)
        except BadFile as bad:
            form.add_error("file", str(bad))
        else:
            kept = "" if for_good or len(data) > MOST_KEPT else data.decode("utf-8-sig")
            page = {"form": SheetForm(), "report": report, "kept": kept, "for_good": for_good}
            return render(request, "people/directory_import.html", page)
    return render(request, "people/directory_import.html", {"form": form})


@holds(*STAFF)
def body_new(request: HttpRequest) -> HttpResponse:
    form = AuthorityForm(request.POST or None)
    if form.is_valid() and _save(request, form, None):
        return redirect("directory")
    officer = request.who.has("officer")
    return render(request, "people/body_form.html", {"form": form, "row": None, "is_officer": officer})


@holds(*STAFF)
def body(request: HttpRequest, code: str) -> HttpResponse:
    """One body with its addresses, also the ended ones, and what has been changed."""
    row = get_object_or_404(Authority.objects.select_related("place", "parent", "superior"), code=code)
    form = AddressForm(request.POST or None, initial={"since": legal_day(timezone.now())})
    if form.is_valid() and _save_address(request, form, row):
        return redirect("body", code=code)
    addresses = row.addresses.order_by(F("until").asc(nulls_first=True), "purpose", "channel", "-since")
    today = legal_day(timezone.now())
    page = {"row": row, "form": form, "addresses": addresses, "today": today, "history": history_of(row)}
    return render(request, "people/body.html", page | {"is_officer": request.who.has("officer")})


@holds(*STAFF)
def body_edit(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(Authority.objects.select_related("place", "parent", "superior"), code=code)
    form = AuthorityForm(request.POST or None, initial=_first(row))
    if form.is_valid() and _save(request, form, row):
        return redirect("body", code=code)
    officer = request.who.has("officer")
    return render(request, "people/body_form.html", {"form": form, "row": row, "is_officer": officer})


@require_POST
@holds("officer")
@can("edit", Address, by="pk", select=("authority",))
def address_end(request: HttpRequest, address: Address) -> HttpResponse:
    if done(request, None, "address_end", lambda: end_address(
        address=address, by=request.user, at=timezone.now()
    )):  # fmt: skip
        messages.success(request, _("The address is ended; letters that used it keep it."))
    return redirect("body", code=address.authority.code)


def _first(row: Authority) -> dict[str, Any]:
    plain = ("name_az", "name_en", "name_ru", "kind", "since", "until", "source")
    codes = {
        name: getattr(row, name).code if getattr(row, name) else ""
        for name in ("place", "parent", "superior")
    }
    return {name: getattr(row, name) for name in plain} | codes


def _save(request: HttpRequest, form: AuthorityForm, row: Authority | None) -> bool:
    """An officer's change holds at once, anybody else's waits for an officer."""
    given, at, by = form.cleaned_data, timezone.now(), request.user
    if request.who.has("officer"):
        if row is None:
            saved = done(request, form, "body", lambda: create_authority(by=by, at=at, **given))
        else:
            saved = done(request, form, "body", lambda: edit_authority(authority=row, by=by, at=at, **given))
        return saved and _say(request, _("Saved. A second officer can undo it for 14 days."))
    source = given.pop("source")
    changed = {name: given[name] for name in given if row is None or name in form.changed_data}
    proposed = done(request, form, "proposal", lambda: propose_change(
        authority=row, source=source, by=by, at=at, values=_plain(changed)
    ))  # fmt: skip
    return proposed and _say(request, _("Thank you. An officer will look at it; until then nothing changes."))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """JSON values: rows by number, dates in ISO."""
    plain = {}
    for name, value in values.items():
        if name in ("place", "parent", "superior"):
            plain[f"{name}_id"] = value.pk if value else None
        else:
            plain[name] = value.isoformat() if hasattr(value, "isoformat") else value or ""
    return plain


def _save_address(request: HttpRequest, form: AddressForm, row: Authority) -> bool:
    given, at, by = {**form.cleaned_data}, timezone.now(), request.user
    given["attachments"] = not given.pop("no_attachments")
    if request.who.has("officer"):
        saved = done(request, form, "address", lambda: keep_address(authority=row, by=by, at=at, **given))
        return saved and _say(request, _("Saved. An earlier address of this kind ends on the day before."))
    source, since = given.pop("source"), given.pop("since")
    address = given | {"since": since.isoformat() if since else ""}
    proposed = done(request, form, "proposal", lambda: propose_change(
        authority=row, source=source, by=by, at=at, address=address
    ))  # fmt: skip
    return proposed and _say(request, _("Thank you. An officer will look at it; until then nothing changes."))


def _say(request: HttpRequest, text: str) -> bool:
    messages.success(request, text)
    return True
