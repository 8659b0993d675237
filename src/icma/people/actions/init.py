"""A real, empty country: keys, places, authorities, the union and a first officer with paper codes."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from icma.core import keys
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.people.actions.accounts import create_account, paper_codes, renew_factors
from icma.people.actions.changes import log_change
from icma.people.actions.organisations import create_organisation
from icma.people.actions.places import load_places
from icma.people.actions.roles import give_role, is_officer
from icma.people.actions.sheets import load_authorities
from icma.people.models import Change, Organisation, User

REAL, DEMO = "real", "demo"


@action
def mark_database(*, kind: str, at: datetime) -> None:
    """Say once and for ever whether this database is real or the demo. Refused when it is the other.

    The mark is a row of the append-only audit. `icma init` and the demo's builder call it first.
    """
    found = kind_of_database()
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


def kind_of_database() -> str | None:
    """ "real", "demo", or None: nothing says which."""
    return Change.objects.filter(table="database").values_list("row", flat=True).first()


def refuse_other_kind() -> None:
    """Before anything is served: a demo never runs as a real country, nor a real one with the demo's doors or the
    known key of tests.

    Raises ImproperlyConfigured, as for settings: whoever starts İcma has to read it.
    """
    tables = Change._meta.db_table in connection.introspection.table_names()
    found = kind_of_database() if tables else None
    if found == REAL and not settings.IS_PRODUCTION:
        raise ImproperlyConfigured(
            f"This database is a real country; ICMA_MODE={settings.MODE} would let anybody in."
        )
    if settings.IS_PRODUCTION:
        _refuse_unready(found)


def _refuse_unready(found: str | None) -> None:
    if found == DEMO:
        raise ImproperlyConfigured(
            "This database is a demo and can never become real. Name another ICMA_HOME or ICMA_DATABASE_URL."
        )
    if found is None:
        raise ImproperlyConfigured("No country stands in this database yet: run `icma init` first.")
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise ImproperlyConfigured("The tables are of an earlier version: run `icma manage migrate` first.")
    missing = [name for name in keys.NAMES if not keys.exists(name)]
    if missing:
        raise ImproperlyConfigured(
            f"Keys are missing in {settings.KEYS_DIR}: {', '.join(missing)}. Bring them back from where they are "
            "kept apart; without them nothing sealed opens."
        )


@action
def init_country(
    *, officer_email: str, union_name: str, at: datetime, also: Iterable[Callable[..., Any]] = ()
) -> list[str]:
    """Make the country and return the first officer's recovery codes, to be kept on paper.

    `also` are the foundings of higher floors (the rules of law), in the same transaction. Refused on a demo
    database, in demo mode, and when the country stands already; but an officer who lost telephone and paper, or
    whose codes nobody saw, gets new ones by a run with the same address: who runs it holds the keys anyway.
    """
    if settings.IS_DEMO:
        raise Refused(_("İcma runs as a demo here; a demo can never become real."))
    mark_database(kind=REAL, at=at)
    if Organisation.objects.filter(kind="union").exists():
        return _codes_again(officer_email, at)
    try:
        validate_email(officer_email)
    except ValidationError as error:
        raise Refused(_("This is not a mail address.")) from error
    for name in keys.NAMES:
        keys.make(name)
    load_places(at=at)
    load_authorities(at=at)
    union = create_organisation(name=union_name, kind="union", form="registered", by=None, at=at)
    officer = create_account(email=officer_email, at=at)
    give_role(user=officer, role="officer", organisation=union, by=None, at=at)
    for found in also:
        found(at=at)
    return paper_codes(user=officer)


def _codes_again(email: str, at: datetime) -> list[str]:
    officer = User.objects.filter(email=email.strip().lower(), frozen_at=None).first()
    if officer is None or not is_officer(officer, legal_day(at)):
        raise Refused(_("The country stands already. Officers are seated on the page of people and roles."))
    return renew_factors(user=officer, by=None, at=at)
