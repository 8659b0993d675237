"""Who writes a questionnaire, who reads it before the public does, who opens what was written in own words."""

from datetime import datetime

from django.db.models import Q

from icma.asks.models import Form, Version
from icma.core.access import EVERYBODY, NOBODY, Who, rules
from icma.people.access import mentored

ASKED = Q(pk__in=Version.objects.filter(state__in=("open", "closed")).values("form"))


def view(who: Who, at: datetime) -> Q:
    """Whoever asks: what was once opened stays in sight. `who` is not looked at: the page knows nobody."""
    return ASKED


def edit(who: Who, at: datetime) -> Q:
    """The community's coordinators and mentor, the union's researchers for the union's own, officers for all."""
    if who.has("officer"):
        return EVERYBODY
    return Q(organisation__in=who.organisations("coordinator", "researcher")) | mentored(
        who, "organisation__"
    )


def release(who: Who, at: datetime) -> Q:
    """Who reads the questions before anybody is asked them."""
    return EVERYBODY if who.has("officer", "moderator") else NOBODY


def look(who: Who, at: datetime) -> Q:
    return edit(who, at) | release(who, at)


def read(who: Who, at: datetime) -> Q:
    """Own words are read by researchers alone, of whatever community; every reading is written down."""
    return ASKED if who.has("researcher") else NOBODY


rules(Form, view=view, list=view, edit=edit, release=release, look=look, read=read)
