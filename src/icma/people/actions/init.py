"""A real, empty country: keys, places, authorities, the union and a first officer with paper codes."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.utils.translation import gettext as _

from icma.core import keys
from icma.core.action import Refused, action
from icma.people.actions.accounts import create_account
from icma.people.actions.changes import log_change
from icma.people.actions.organisations import create_organisation
from icma.people.actions.places import load_places
from icma.people.actions.roles import give_role
from icma.people.actions.sheets import load_authorities
from icma.people.models import Change, Organisation, User

REAL, DEMO = "real", "demo"


@action
def mark_database(*, kind: str, at: datetime) -> None:
    """Say once and for ever whether this database is real or the demo. Refused when it is the other.

    The mark is a row of the append-only audit. `icma init` and the demo's builder call it first.
    """
    found = Change.objects.filter(table="database").values_list("row", flat=True).first()
    if found == kind:
        return
    if found is not None:
        text = {
            DEMO: _("This is a demo database; it can never become a real one. Take an empty database."),
            REAL: _("This is a real database; it can never become a demo. Take an empty database."),
        }
        raise Refused(text[found])
    if User.objects.exists():
        raise Refused(_("This database already holds people, but nothing says whether it is real."))
    log_change(table="database", row=kind, before=None, after={"kind": kind}, by=None, at=at)


@action
def init_country(*, officer_email: str, union_name: str, at: datetime) -> list[str]:
    """Make the country and return the first officer's recovery codes, to be kept on paper.

    The rules of law are loaded by the caller (a higher floor). Refused on a demo database, in demo mode,
    and when the country stands already: a second run must not hand out another set of codes.
    """
    if settings.IS_DEMO:
        raise Refused(_("İcma runs as a demo here; a demo can never become real."))
    mark_database(kind=REAL, at=at)
    if Organisation.objects.filter(kind="union").exists():
        raise Refused(_("The country stands already. Officers are seated on the page of people and roles."))
    for name in keys.NAMES:
        keys.make(name)
    load_places(at=at)
    load_authorities(at=at)
    union = create_organisation(name=union_name, kind="union", form="registered", by=None, at=at)
    officer = create_account(email=officer_email, at=at)
    give_role(user=officer, role="officer", organisation=union, by=None, at=at)
    return paper_codes(user=officer)


@action
def paper_codes(*, user: User) -> list[str]:
    """A fresh set of recovery codes: a factor that is not the mailbox, kept on paper."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(user)
    codes.mark_as_viewed()
    return codes.get_unused_codes()
