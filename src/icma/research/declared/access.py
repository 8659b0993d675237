"""Who sees what was declared or brought in from the past."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from icma.core.access import EVERYBODY, NOBODY, Who, rules
from icma.matters.access import public_only, within
from icma.matters.models import Letter, Matter
from icma.people.access import view_organisation
from icma.people.models import Organisation
from icma.research.models import Declared, Imported


def officers(who: Who, at: datetime) -> Q:
    return EVERYBODY if who.has("officer") else NOBODY


def list_imported(who: Who, at: datetime) -> Q:
    """As public as what it became: a hidden matter or an unlisted group is not told of here either."""
    matters = Matter.objects.filter(public_only(who, at), pk=OuterRef("matter_id"))
    letters = Letter.objects.filter(within(public_only)(who, at), pk=OuterRef("letter_id"))
    groups = Organisation.objects.filter(view_organisation(Who(), at), pk=OuterRef("organisation_id"))
    return Q(Exists(matters)) | Q(Exists(letters)) | Q(Exists(groups))


rules(Imported, list=list_imported)
rules(Declared, edit=officers)
