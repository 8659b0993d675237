"""Search in a folded text column: FTS5 on SQLite, GIN on PostgreSQL, plain `contains` for small tables.

The column holds `words_of` texts, so both engines see the same plain words. A model says `full_text = True`
when a migration has called `install` for its `search_text`.
"""

import re
import sqlite3
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import BooleanField, Model, QuerySet
from django.db.models.expressions import RawSQL

from icma.core.kept import kept
from icma.engines.aztext import fold

COLUMN = "search_text"
VECTOR = "search_vector"  # PostgreSQL only: generated, stored, unknown to Django
MOST_WORDS, MOST_LETTERS, LONGEST = 8, 40, 300
RARE = 1_000  # up to so many hits are sorted; of more only the newest are looked for, by the list's own index
_WORD = re.compile(r"[^\W_]+")


def words_of(*texts: str) -> str:
    """What goes into `search_text`: the folded words of `texts`, without marks, separated by spaces."""
    return " ".join(_WORD.findall(fold(" ".join(texts))))


def words(text: str) -> list[str]:
    """The words that a search asks for: folded, at most eight of forty letters, none twice."""
    found = dict.fromkeys(word[:MOST_LETTERS] for word in _WORD.findall(fold(text[:LONGEST])))
    long = [word for word in found if len(word) > 1]
    return (long or list(found))[:MOST_WORDS]


def sought(model: type[Model], text: str, in_order: bool = True) -> tuple[str, str]:
    """(how, query) for `narrowed`: how the rows of a text are looked for. Any input is safe; ("", "") for no text.

    On SQLite one further small query looks whether the words are rare, unless the rows are only counted
    (`in_order` false) and nobody will sort them.
    """
    asked = words(text)
    if not asked:
        return ("nothing" if text.strip() else "", "")
    if not getattr(model, "full_text", False):
        return "contains", " ".join(asked)
    if connections[DEFAULT_DB_ALIAS].vendor == "postgresql":
        return "vector", postgres_query(asked)
    query = sqlite_query(asked)
    # A join gives its hits one by one, so that counting can stop; IN would fetch all of them first.
    if not in_order:
        return "join", query
    # Only how they are found depends on it, never what is found: a minute's age does no harm.
    rare = kept(("rare", model, query), lambda: len(rowids(model, query, RARE + 1, DEFAULT_DB_ALIAS)) <= RARE)
    return ("rare" if rare else "many"), query


def narrowed(queryset: QuerySet, how: str, query: str) -> QuerySet:
    """Rows that hold every word that was sought, each at the beginning of a word. No query of its own."""
    table = queryset.model._meta.db_table
    fts = f"{table}_fts"
    hits = f'SELECT rowid FROM "{fts}" WHERE "{fts}" MATCH %s'
    if how == "nothing":
        return queryset.none()
    if how == "contains":
        for word in query.split():
            queryset = queryset.filter(**{f"{COLUMN}__contains": word})
    elif how == "vector":
        return queryset.filter(matches(queryset.model, query))
    elif how == "join":
        return queryset.extra(
            tables=[fts], where=[f'"{fts}" MATCH %s AND "{fts}".rowid = "{table}"."id"'], params=[query]
        )
    elif how == "rare":  # fetch and sort them
        return queryset.filter(pk__in=RawSQL(hits, [query]))
    elif how == "many":
        # Walk the list's own index and ask each row whether it is a hit.
        # The plus keeps SQLite from fetching every hit by its key and sorting them all.
        return queryset.filter(RawSQL(f'+"{table}"."id" IN ({hits})', [query], BooleanField()))
    return queryset


def sqlite_query(asked: list[str]) -> str:
    """FTS5: quoted prefixes, all of them. Quotes cannot occur inside: words hold letters and digits alone."""
    return " ".join(f'"{word}"*' if len(word) > 1 else f'"{word}"' for word in asked)


def postgres_query(asked: list[str]) -> str:
    return " & ".join(f"'{word}':*" if len(word) > 1 else f"'{word}'" for word in asked)


def matches(model: type[Model], query: str) -> RawSQL:
    """PostgreSQL's condition on the column that `install` made beside the model's own."""
    table = model._meta.db_table
    return RawSQL(f'"{table}"."{VECTOR}" @@ to_tsquery(\'simple\', %s)', [query], BooleanField())


def rowids(model: type[Model], query: str, limit: int, using: str) -> list[int]:
    """The newest `limit` rows (by id) that FTS5 finds."""
    fts = f"{model._meta.db_table}_fts"
    with connections[using].cursor() as cursor:
        cursor.execute(
            f'SELECT rowid FROM "{fts}" WHERE "{fts}" MATCH %s ORDER BY rowid DESC LIMIT %s', [query, limit]
        )
        return [row[0] for row in cursor.fetchall()]


# --- the index -------------------------------------------------------------------------------------
def install(schema_editor: BaseDatabaseSchemaEditor, model: type[Model], column: str = COLUMN) -> None:
    """Make the index of `column`; for a hand-written migration. On SQLite triggers keep it in step.

    A later migration that remakes the table on SQLite (AlterField) drops the triggers: call `install` again after it.
    """
    table = model._meta.db_table
    for statement in _STATEMENTS[schema_editor.connection.vendor]:
        schema_editor.execute(statement.format(t=table, c=column, fts=f"{table}_fts"))
    if schema_editor.connection.vendor == "sqlite" and sqlite3.sqlite_version_info >= (3, 42):
        # Words that were erased leave the index at once, not at some later merge.
        schema_editor.execute(
            f'INSERT INTO "{table}_fts" ("{table}_fts", rank) VALUES (\'secure-delete\', 1)'
        )


def uninstall(schema_editor: BaseDatabaseSchemaEditor, model: type[Model], column: str = COLUMN) -> None:
    table = model._meta.db_table
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f'ALTER TABLE "{table}" DROP COLUMN IF EXISTS "{VECTOR}"')
        return
    for name in ("insert", "delete", "update"):
        schema_editor.execute(f'DROP TRIGGER IF EXISTS "{table}_fts_{name}"')
    schema_editor.execute(f'DROP TABLE IF EXISTS "{table}_fts"')


_OUT = 'INSERT INTO "{fts}" ("{fts}", rowid, "{c}") VALUES (\'delete\', old.id, old."{c}");'
_IN = 'INSERT INTO "{fts}" (rowid, "{c}") VALUES (new.id, new."{c}");'
_STATEMENTS: dict[str, tuple[str, ...]] = {
    "postgresql": (
        # Stored: computed from the text for each row that a list walks over, it cost 0.1 ms a row.
        'ALTER TABLE "{t}" ADD COLUMN "search_vector" tsvector '
        "GENERATED ALWAYS AS (strip(to_tsvector('simple', \"{c}\"))) STORED",
        'CREATE INDEX "{fts}" ON "{t}" USING gin ("search_vector")',
    ),
    "sqlite": (
        *(f'DROP TRIGGER IF EXISTS "{{t}}_fts_{name}"' for name in ("insert", "delete", "update")),
        'DROP TABLE IF EXISTS "{fts}"',
        "CREATE VIRTUAL TABLE \"{fts}\" USING fts5 (\"{c}\", content='{t}', content_rowid='id',"
        " tokenize='unicode61 remove_diacritics 0', prefix='2 3 4 5')",
        f'CREATE TRIGGER "{{t}}_fts_insert" AFTER INSERT ON "{{t}}" BEGIN {_IN} END',
        f'CREATE TRIGGER "{{t}}_fts_delete" AFTER DELETE ON "{{t}}" BEGIN {_OUT} END',
        f'CREATE TRIGGER "{{t}}_fts_update" AFTER UPDATE OF "{{c}}" ON "{{t}}" BEGIN {_OUT} {_IN} END',
        'INSERT INTO "{fts}" ("{fts}") VALUES (\'rebuild\')',
    ),
}


def rebuild(using: str, model: type[Model]) -> None:
    """Make SQLite's index anew, so that words which were erased leave it: before 3.42 it keeps them till a merge.

    PostgreSQL's is made anew by VACUUM FULL or REINDEX, which keep everybody out meanwhile: GIN keeps each word till then.
    """
    connection: Any = connections[using]
    if connection.vendor == "sqlite":
        fts = f"{model._meta.db_table}_fts"
        with connection.cursor() as cursor:
            cursor.execute(f'INSERT INTO "{fts}" ("{fts}") VALUES (\'rebuild\')')
