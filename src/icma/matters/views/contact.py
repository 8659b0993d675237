"""The author of a matter, or who follows it by voice, is called: one page that opens what was given, for a reason that
is written down."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from icma.core.action import Refused
from icma.core.door import can
from icma.matters.actions.by_voice import SHORT, listening, scopes_of
from icma.matters.addresses import matter_address
from icma.matters.forms.doing import ContactForm
from icma.matters.models import Matter, Part
from icma.people.actions.contacts import open_contact
from icma.people.models import Contact


@can("lead", Matter, select=("place",))
def contact(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Those who lead the matter, with a factor that is not the mailbox; shown once and kept by no browser."""
    request.keep_nothing = True
    if not request.who.strong:  # a coordinator works without it; here it is asked for, or set up
        return redirect_to_login(request.get_full_path(), "second_factor")
    form, at, scopes = ContactForm(request.POST or None), timezone.now(), scopes_of(matter)
    page: dict[str, Any] = {"matter": matter, "form": form, "back": matter_address(matter.code)}
    page["short"] = request.GET.get("kim", "")[:SHORT]
    person = _person(matter, page["short"])
    page["kept"] = bool(person) and Contact.objects.filter(person=person, scope__in=scopes).exists()
    if person and request.method == "POST" and form.is_valid():
        try:
            page["known"] = open_contact(
                person=person, by=request.user, who=request.who, reason=form.cleaned_data["reason"], at=at, scopes=scopes
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "matters/take_contact.html", page, status=422 if form.errors else 200)


def _person(matter: Matter, short: str) -> str:
    """The author; or who is told by voice, by the beginning of the opaque name that lists show."""
    author = Part.objects.filter(matter=matter, role="author", until=None)
    if short:
        part = (
            author.filter(person__startswith=short).first()
            or listening(matter).filter(person__startswith=short).first()
        )
    else:
        part = author.first()
    return part.person if part else ""
