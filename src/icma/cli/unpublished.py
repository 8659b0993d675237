"""What came through the public form and nobody has published: in backups its words and files stand in the stream of
14 days alone. A moderator may move such a text to legal aid, or its author take it back: then it is gone everywhere
14 days later, as the vault's wrapped keys are (`wraps.py`).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

HIDDEN = "SELECT id FROM matters_matter WHERE published_at IS NULL AND stage IN ('raised', 'rejected')"
OF_HIDDEN = f"SELECT {{0}}_id FROM matters_document WHERE matter_id IN ({HIDDEN})"
FILES = (
    f"SELECT code FROM core_file WHERE id IN ({OF_HIDDEN.format('file')} UNION {OF_HIDDEN.format('thumb')})"
)
EMPTY = "–"  # in the place of every text until the stream has brought it back
COPY = re.compile(rb'COPY (?:[\w"]+\.)?"?(\w+)"? \((.*)\) FROM stdin;')


@dataclass(frozen=True)
class Place:
    """Where such words stand: key and columns of a table, and which rows."""

    key: str
    columns: tuple[str, ...]
    where: str


PLACES = {
    "matters_matter": Place("id", ("title", "text", "spot", "search_text"), f"id IN ({HIDDEN})"),
    "matters_words": Place(
        "entry_id", ("text",), f"entry_id IN (SELECT id FROM matters_entry WHERE matter_id IN ({HIDDEN}))"
    ),
    "matters_document": Place("id", ("caption",), f"matter_id IN ({HIDDEN})"),
}


@dataclass(frozen=True)
class Found:
    """By table and key the words of each row, in the order of `Place.columns`; names of files under var/files."""

    rows: dict[str, dict[int, tuple[str, ...]]]
    files: frozenset[str]

    def lines(self) -> Iterator[dict[str, Any]]:
        """As they stand in the stream."""
        for table, rows in self.rows.items():
            for key, texts in rows.items():
                yield {"table": table, "key": key, "texts": texts}


NOTHING = Found({}, frozenset())


def find(run: Callable[[str], Iterable[tuple[Any, ...]]]) -> Found:
    """`run`: a query's rows, in the same snapshot of the database that is backed up."""
    rows = {
        table: {
            key: tuple(texts)
            for key, *texts in run(
                f"SELECT {', '.join((one.key, *one.columns))} FROM {table} WHERE {one.where}"
            )
        }
        for table, one in PLACES.items()
    }
    return Found(rows, frozenset(code for (code,) in run(FILES)))


def emptying() -> list[str]:
    """Statements that take the words out of SQLite's copy, its search index too."""
    texts = [
        f"UPDATE {table} SET {', '.join(f'{name} = {EMPTY!r}' for name in one.columns)} WHERE {one.where}"
        for table, one in PLACES.items()
    ]
    return [*texts, "INSERT INTO matters_matter_fts (matters_matter_fts) VALUES ('rebuild')"]


def emptied(lines: Iterable[bytes], found: Found) -> Iterator[bytes]:
    """The lines of a plain dump of PostgreSQL without the words."""
    copying, at = False, 0
    keys: dict[int, tuple[str, ...]] = {}
    gone: list[int] = []
    for line in lines:
        if copying:
            copying = line != b"\\.\n"
            cells = line.split(b"\t") if copying and keys else []
            if cells and int(cells[at]) in keys:
                end = cells[-1][-1:]
                cells[-1] = cells[-1][:-1]
                for column in gone:
                    cells[column] = EMPTY.encode()
                line = b"\t".join(cells) + end
        elif head := COPY.match(line):
            table, columns = head[1].decode(), [name.strip('" ') for name in head[2].decode().split(",")]
            copying, keys = True, found.rows.get(table, {})
            if keys:
                at = columns.index(PLACES[table].key)
                gone = [columns.index(name) for name in PLACES[table].columns]
        yield line


def bring_back(rows: Iterable[dict[str, Any]]) -> int:
    """Words of the stream into a restored database, inside a transaction; how many texts."""
    from django.db import connection

    count = 0
    with connection.cursor() as cursor:
        for row in rows:
            one = PLACES[row["table"]]
            cursor.execute(
                f"UPDATE {row['table']} SET {', '.join(f'{name} = %s' for name in one.columns)} WHERE {one.key} = %s",
                [*row["texts"], row["key"]],
            )
            count += cursor.rowcount
    return count
