"""Building the demo: a believable country of the last twenty months, once, in one transaction.

The mark of a demo database and the mark of a finished build are rows of the audit that is never changed.
Whatever is interrupted is rolled back as a whole, so what is marked is complete.
"""

import hashlib
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection

from icma.core import keys
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.words import date_words
from icma.demo.achieved import remember
from icma.demo.asks import ask
from icma.demo.attendance import gather
from icma.demo.campaigns import press
from icma.demo.country import found
from icma.demo.doors import keep_to_try
from icma.demo.figures import publish
from icma.demo.finished import finish
from icma.demo.inclusion import include
from icma.demo.lately import codes, wait
from icma.demo.legal import play as help_people
from icma.demo.monitoring import measure
from icma.demo.outcomes import tell
from icma.demo.oversight import watch
from icma.demo.posted import deliver
from icma.demo.telling import UNREAD, read_words, tell_all
from icma.people.actions.changes import log_change
from icma.people.actions.init import DEMO, mark_database
from icma.people.models import Change, User

Say = Callable[[str], None]
HERE = Path(__file__).parent
OLD = timedelta(days=7)  # after that "due this week" is no longer true
NOT_OURS = "This database does not say that it is a demo: it is left alone. Name another home with ICMA_HOME."
TABLE = "demo"  # of the audit's row that says: built


class DemoRefused(Exception):
    """The demo cannot be built here; its text says why."""


def build(at: datetime, fresh: bool, say: Say) -> bool:
    """Build the demo country as it stands at `at`; True when built, False when it was there and is fine.

    `fresh` throws the old demo away first, and only a demo, inside its own home. An older version of the
    product's demo is built anew. Raises DemoRefused for a real database or outside demo mode.
    """
    if not settings.IS_DEMO:
        raise DemoRefused("ICMA_MODE is not demo: the demo is built only in demo mode.")
    mark = built()
    if mark and not fresh and mark.get("version") == version():
        _tell_age(mark, at, say)
        return False
    if not is_demo():
        raise DemoRefused(NOT_OURS)
    if mark or fresh:
        say("Throwing the old demo away…")
        clear()
    for name in keys.NAMES:
        keys.make(name)
    say("Making tables…")
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise DemoRefused(
            f"{error}\nTables of an earlier version are in the way: `icma demo --fresh`."
        ) from error
    try:
        to_try = fill(at=at, say=say)
    except Refused as refusal:
        raise DemoRefused(str(refusal)) from refusal
    keep_to_try(to_try)
    return True


@action
def fill(*, at: datetime, say: Say) -> dict[str, str]:
    """Everything in one transaction, the mark of completeness last; returns codes that visitors may try."""
    mark_database(kind=DEMO, at=at)
    say("Places, authorities, communities, people…")
    country = found(at)
    tell_all(country, at, say)
    wait(country, at)
    deliver(country, at)
    press(country, at)
    finish(country, at)
    watch(country, at)
    read_words(country, at - UNREAD)
    gather(country, at)
    measure(country, at)
    tell(country, at)
    remember(country, at)
    include(country, at)
    ask(country, at)
    publish(country, at)
    to_try = help_people(country, at)
    log_change(
        table=TABLE, row="built", before=None, after={"version": version(), "on": legal_day(at).isoformat()}, by=None,
        at=at,
    )  # fmt: skip
    return codes(country, at) | to_try


def built() -> dict | None:
    """What the finished build wrote down, or None: no tables, no demo, or one that was interrupted."""
    try:
        if Change._meta.db_table not in connection.introspection.table_names():
            return None
        rows = Change.objects.filter(table=TABLE, row="built").values_list("after", flat=True)
        return rows.first()
    except DatabaseError:
        return None


def is_demo() -> bool:
    """Does this database say of itself that it is a demo (or does it hold nobody yet)?"""
    try:
        if Change._meta.db_table not in connection.introspection.table_names():
            return True
        kinds = set(Change.objects.filter(table="database").values_list("row", flat=True))
        return kinds == {DEMO} or (not kinds and not User.objects.exists())
    except DatabaseError:
        return False


def clear() -> None:
    """Empty the demo's database and its files in ICMA_HOME. DemoRefused unless it is a demo through and through."""
    if not is_demo():
        raise DemoRefused(NOT_OURS)
    _drop_database()
    for name in ("files", "mail", "petitions", "vault", "locks"):
        shutil.rmtree(settings.HOME / name, ignore_errors=True)


def _drop_database() -> None:
    """SQLite: the file inside ICMA_HOME; PostgreSQL: every table of the marked demo database is dropped."""
    if connection.vendor == "sqlite":
        path = Path(str(connection.settings_dict["NAME"])).resolve()
        if not path.is_relative_to(settings.HOME):
            raise DemoRefused(f"{path} does not lie in {settings.HOME}: it is left alone.")
        connection.close()
        for tail in ("", "-wal", "-shm"):
            Path(f"{path}{tail}").unlink(missing_ok=True)
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")


def version() -> str:
    """Of tables and tales together: another version of the product builds its demo anew."""
    mark = hashlib.sha256()
    tables = sorted(HERE.parent.glob("*/migrations/0*.py"))
    for path in [*tables, *sorted(p for p in HERE.rglob("*") if p.suffix in {".py", ".toml", ".csv"})]:
        mark.update(path.read_bytes())
    return mark.hexdigest()[:16]


def _tell_age(mark: dict, at: datetime, say: Say) -> None:
    on = datetime.fromisoformat(mark["on"]).date()
    if legal_day(at) - on > OLD:
        say(f"This demo is of {date_words(on, 'en')}. `icma demo --fresh` brings its dates up to today.")
