"""What every test shares: a small country, the cast, a moment, and clients that are signed in."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from icma.core.access import STRANGER, Who
from icma.core.day import BAKU, moment
from icma.demo.cast import BY_KEY, CAST
from tests.post import port, post  # noqa: F401  (fixtures)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks no database runs once, with SQLite: it would find the same with PostgreSQL."""
    for item in items:
        names = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
        if not names and not any(item.iter_markers("django_db")) and not any(item.iter_markers("postgresql")):
            item.add_marker(pytest.mark.one_engine)


@pytest.fixture(scope="session")
def tables(tmp_path_factory) -> Path:
    """A SQLite file with every table and nothing in it, once there is a test's database: for `ready_home`."""
    return tmp_path_factory.getbasetemp() / "tables.sqlite3"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, tables: Path) -> None:
    """Copies the tables before anything is written into them: making them takes nine seconds."""
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            if connection.introspection.table_names(cursor):
                cursor.execute("VACUUM INTO %s", [str(tables)])


@pytest.fixture
def ready_home(django_db_setup, tables: Path, tmp_path: Path) -> Path:
    """An ICMA_HOME whose tables are made, for a process of a test's own; with SQLite alone."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    if not tables.exists():  # no test of this run asks for a database, so there was none to copy
        env = {name: value for name, value in os.environ.items() if not name.startswith("ICMA_")}
        env |= {"ICMA_MODE": "test", "ICMA_HOME": str(home)}
        subprocess.run([sys.executable, "-m", "icma", "manage", "migrate", "-v0"], env=env, check=True)
        shutil.copyfile(home / "icma.sqlite3", tables)
        return home
    shutil.copyfile(tables, home / "icma.sqlite3")
    return home


@pytest.fixture(autouse=True)
def azerbaijani() -> Iterator[None]:
    """A page in Russian or English leaves its language behind; every test begins in Azerbaijani."""
    with translation.override("az"):
        yield


@pytest.fixture
def at() -> datetime:
    """Friday 13 March 2026, 10:00 in Baku."""
    return datetime(2026, 3, 13, 10, 0, tzinfo=BAKU)


@dataclass
class Country:
    """Three places, the union, one community, two authorities; rules and calendar as shipped."""

    region: object
    goychay: object
    shaki: object
    village: object
    union: object
    community: object
    water: object
    executive: object
    superior: object
    more: dict = field(default_factory=dict)


SHIPPED: dict[str, Any] = {}  # {statement: rows} of the law as it is shipped


def law_as_shipped(at: datetime) -> None:
    """`load_shipped`, for the second test and all after it by copying the rows that the first one made."""
    from icma.law.actions import load_shipped
    from icma.law.models import CalendarDay, Edition, LetterText, Rule

    with connection.cursor() as cursor:
        for statement, rows in SHIPPED.items():
            _write(cursor, statement, rows)
        if SHIPPED:
            return
        load_shipped(at=at)
        for model in (Edition, Rule, CalendarDay, LetterText):
            table, key = model._meta.db_table, model._meta.auto_field
            names = [f'"{field.column}"' for field in model._meta.concrete_fields if field is not key]
            statement, rows = _read(cursor, f'"{table}"', names)
            SHIPPED[statement] = rows


def _read(cursor: Any, table: str, names: list[str]) -> tuple[str, Any]:
    columns = ", ".join(names)
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as copied:
            return f"COPY {table} ({columns}) FROM STDIN", b"".join(copied)
    cursor.execute(f"SELECT {columns} FROM {table} ORDER BY rowid")
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(names))})", cursor.fetchall()


def _write(cursor: Any, statement: str, rows: Any) -> None:
    if connection.vendor == "postgresql":
        with cursor.copy(statement) as copied:
            copied.write(rows)
    else:
        cursor.executemany(statement, rows)


@pytest.fixture
def country(db, at) -> Country:
    from icma.engines.aztext import fold, sort_text
    from icma.people.models import Authority, Organisation, Place

    law_as_shipped(at)

    def place(code, kind, az, en, ru, parent=None, **more):
        return Place(
            code=code, kind=kind, name_az=az, name_en=en, name_ru=ru, parent=parent,
            sort_key=sort_text(az), search_text=fold(f"{az} {en} {ru}"), **more,
        )  # fmt: skip

    def body(code, kind, name, where=None, superior=None):
        return Authority(
            code=code, kind=kind, name_az=name, name_en=f"{name} (en)", name_ru=f"{name} (ru)", place=where,
            superior=superior, source="nümunə", search_text=fold(name), sort_key=sort_text(name),
        )  # fmt: skip

    def group(code, kind, name, where=None, **more):
        return Organisation(
            code=code, kind=kind, name=name, place=where, since=date(2024, 1, 1),
            sort_key=sort_text(name), search_text=fold(name), **more,
        )  # fmt: skip

    region = place("MAR", "region", "Mərkəzi Aran", "Central Aran", "Центрально-Аранский")
    goychay = place("AZ-GOY", "unit", "Göyçay", "Goychay", "Гёйчай", region, is_focus=True)
    shaki = place("AZ-SAK", "unit", "Şəki", "Shaki", "Шеки", region, is_focus=True)
    village = place("AZ-GOY-01", "village", "Nümunəkənd", "", "", goychay)
    ministry = body("MNSTRY01", "ministry", "Nümunə Nazirliyi")
    made = Country(
        region=region, goychay=goychay, shaki=shaki, village=village,
        union=group("UNYN0001", "union", "Nümunə Birliyi", seen="full"),
        community=group("GOYCAY01", "community", "Nümunə Göyçay icması", goychay, seen="full", form="cbo"),
        water=body("WATER001", "utility", "Nümunə Su İdarəsi", goychay, ministry),
        executive=body("EXEC0001", "executive", "Nümunə Rayon İcra Hakimiyyəti", goychay),
        superior=ministry,
    )  # fmt: skip
    for rows in ([region], [goychay, shaki], [village]):  # a row and then what lies in it
        Place.objects.bulk_create(rows)
    Authority.objects.bulk_create([ministry])
    Authority.objects.bulk_create([made.water, made.executive])
    Organisation.objects.bulk_create([made.union, made.community])
    return made


@pytest.fixture
def cast(country, at) -> SimpleNamespace:
    """Users by key (`cast.officer`), and `cast.who("officer")` with or without the second factor."""
    from icma.people.models import Membership, User

    seats = {"union": {"organisation": country.union}, "community": {"organisation": country.community},
             "authority": {"authority": country.water}}  # fmt: skip
    found = SimpleNamespace(stranger=None)
    for person in CAST:
        user = User(email=person.email, pseudonym=person.pseudonym)
        user.set_unusable_password()
        setattr(found, person.key, user)
    User.objects.bulk_create([getattr(found, person.key) for person in CAST])
    Membership.objects.bulk_create([
        Membership(user=getattr(found, person.key), role=person.role, since=date(2024, 1, 1), **seats[person.seat])
        for person in CAST if person.role
    ])  # fmt: skip

    def who(key: str, strong: bool = True, codes: frozenset[str] = frozenset()) -> Who:
        if key == "stranger":
            return STRANGER
        user = getattr(found, key)
        rows = Membership.objects.filter(user=user, until=None)
        seats = tuple(rows.values_list("role", "organisation_id", "authority_id"))
        return Who(user=user, seats=seats, strong=strong, codes=codes, person=user.person)

    found.who = who
    return found


@pytest.fixture
def client_as(cast) -> Callable[..., Client]:
    """`client_as("officer")`: a client that is signed in, with the second factor unless strong=False."""
    from icma.people.who import STRONG

    def make(key: str, strong: bool = True) -> Client:
        client = Client()
        if key != "stranger":
            assert key in BY_KEY
            client.force_login(getattr(cast, key), backend="django.contrib.auth.backends.ModelBackend")
            session = client.session
            session[STRONG] = strong
            session.save()
        return client

    return make


@pytest.fixture
def day() -> Callable[[int, int, int], datetime]:
    """`day(2026, 4, 15)` is noon of that day in Baku."""
    return lambda year, month, number: moment(date(year, month, number))
