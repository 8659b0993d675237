"""What the public can read without the database: the petition's page, its count, its log and its checkpoints.

All of it is a copy that can be made anew. A file is written beside its name and renamed, so that a reader sees the
old one or the new one. `leaves.bin` and `checkpoints.jsonl` only grow: they are added to, after what a writer that
died left half done was cut off. `count.json` is written last: it vouches for the others.
"""

import fcntl
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from icma.advocacy import keyring
from icma.advocacy.actions.log.leaves import last_of, rounded, step_of
from icma.advocacy.models import Checkpoint, Leaf, Petition, Signature, Witness
from icma.advocacy.shells import look
from icma.core.prepared import prepared
from icma.engines.merkle import EMPTY, SIZE, root_of
from icma.matters.models import Link, Matter

log = logging.getLogger(__name__)
NAMES = ("count.json", "leaves.bin", "removals.jsonl", "checkpoints.jsonl", "witnesses.jsonl")
# Modes of NAMES and of their folders: a proxy that gives them out has an account of its own.
FOR_ALL, WAY_IN = 0o644, 0o755
CHUNK = 50_000
# What changes while a petition runs; the rest was read when its round began.
FRESH = [
    "adds",
    "removes",
    "mode",
    "goal",
    "signing_paused",
    "count_frozen",
    "closed_at",
    "shown",
    "shown_at",
    "beside",
]
# The page names what its petition grew from: hidden, renamed or handed over there, it is drawn anew here.
BESIDE = Subquery(
    Matter.objects.filter(linked__source=OuterRef("matter"), linked__kind=Link.Kind.GREW_FROM)
    .order_by("-changed_at")
    .values("changed_at")[:1]
)
Draw = Callable[
    [Petition, str, dict[str, Any]], str
]  # the page of a petition in a language with a count, as HTML


class Damaged(Exception):
    """The log in the database does not have the root that was signed: restore it, publish nothing."""


def folder(code: str) -> Path:
    return settings.HOME / "petitions" / code


def written(code: str) -> tuple[str, ...]:
    """The files that are there: none in the seconds before the first round of the batcher."""
    return tuple(name for name in NAMES if (folder(code) / name).exists())


def published(code: str) -> dict[str, Any]:
    """The published count; empty where there is none that can be read."""
    try:
        found = json.loads((folder(code) / "count.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def is_stale(petition: Petition, turns: Iterable[datetime | None], at: datetime) -> bool:
    """The files show another log, or the page another state, than the database does. `turns`: moments at which the
    page changes by itself, as its window opens and closes; one has come since the files were written. The petition
    comes with what stands BESIDE it."""
    code, found = petition.matter.code, published(petition.matter.code)
    now = {"size": petition.size, **_state(petition), **_page(petition)}
    if any(found.get(name) != value for name, value in now.items()):
        return True
    then = (folder(code) / "count.json").stat().st_mtime
    return any(turn is not None and then < turn.timestamp() <= at.timestamp() for turn in turns)


def _state(petition: Petition) -> dict[str, Any]:
    """What the page shows besides the log."""
    return {
        "mode": petition.mode, "goal": petition.goal, "paused": petition.signing_paused,
        "closed": petition.closed_at is not None,
    }  # fmt: skip


def _page(petition: Petition) -> dict[str, str]:
    """What the written page was made of: the latest change of all that it names, and the version that drew it."""
    own, beside = petition.matter.changed_at, petition.beside  # type: ignore[attr-defined]
    return {"changed": max(own, beside or own).astimezone(UTC).isoformat(), "look": look()}


def publish(petition: Petition, draw: Draw | None = None) -> None:
    """Bring the files of a petition up to date with what is logged and signed; one writer at a time."""
    place = folder(petition.matter.code)
    place.mkdir(parents=True, exist_ok=True)
    for one in (place.parent, place):
        one.chmod(WAY_IN)
    with _alone(place):
        for name, value in zip(FRESH, _fresh(petition=petition.pk)[0], strict=True):
            setattr(petition, name, value)
        last = last_of(petition.pk)
        head = count_of(petition, last) | _page(petition)
        _leaves(petition, place, last.size if last else 0)
        _removals(petition, place, last.size if last else 0)
        _checkpoints(petition, place, last.number if last else 0)
        _witnesses(petition, place)
        for language, _name in settings.LANGUAGES if draw else ():
            replace(place / f"page.{language}.html", draw(petition, language, head).encode())  # type: ignore[misc]
        replace(place / "count.json", json.dumps(head).encode())


@prepared
def _fresh(*, petition: int) -> QuerySet:
    return Petition.objects.filter(pk=petition).annotate(beside=BESIDE).values_list(*FRESH)


def count_of(petition: Petition, last: Checkpoint | None = None) -> dict[str, Any]:
    """The number on the page and the signed head that it is taken from. `paper`: of the number, from sheets."""
    last = last or last_of(petition.pk)
    none = {"adds": 0, "removes": 0, "size": 0, "root": EMPTY.hex(), "at": None, "number": 0}
    head = json.loads(last.body) if last else none
    return {
        "petition": petition.matter.code,
        "title": petition.matter.title,
        "count": rounded(petition.mode, head["adds"] - head["removes"]),
        "paper": paper_of(petition),
        "step": step_of(petition.mode),
        **_state(petition),
        "key": bytes(keyring.public_key()).hex(),
        **{name: head[name] for name in none},
    }


def paper_of(petition: Petition) -> int | None:
    """Voices from sheets of paper that are counted; in a protected petition nobody is told (a sheet is not a step)."""
    if petition.mode == Petition.Mode.PROTECTED:
        return None
    return _on_sheets.count(petition=petition.pk)


@prepared
def _on_sheets(*, petition: int) -> QuerySet[Signature]:
    return Signature.objects.filter(petition=petition, sheet__isnull=False, leaf__isnull=False).values("pk")


def rebuild(petition: Petition, draw: Draw | None = None) -> None:
    """All files anew from the database, after its leaves were seen to have the root that was signed. Raises Damaged.

    The leaves are read once: what is hashed is what is written.
    """
    place = folder(petition.matter.code)
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        with draft.open("wb") as out:
            check(petition, out.write)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        draft.replace(place / "leaves.bin")
    finally:
        draft.unlink(missing_ok=True)
    publish(petition, draw)


def check(petition: Petition, keep: Callable[[bytes], Any] = len) -> None:
    """The leaves in the database against the last signed root; `keep` gets them in order."""
    last = last_of(petition.pk)
    pieces = _hashes(petition, 0, last.size if last else 0)
    n, root = root_of(_told(pieces, keep))
    if last and (n != last.size or root.hex() != json.loads(last.body)["root"]):
        raise Damaged(f"petition {petition.matter.code}: {n} leaves do not have the signed root")


def _told(pieces: Iterator[bytes], keep: Callable[[bytes], Any]) -> Iterator[bytes]:
    for piece in pieces:
        keep(piece)
        yield piece


def withdraw_files(code: str) -> None:
    """Nothing stays readable of a petition that was hidden."""
    shutil.rmtree(folder(code), ignore_errors=True)


def replace(path: Path, data: bytes) -> None:
    """Whole, or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(data)
    if path.name in NAMES:
        draft.chmod(FOR_ALL)
    draft.replace(path)


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    with (place / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _hashes(petition: Petition, start: int, end: int) -> Iterator[bytes]:
    """Leaf hashes start…end in order, many a piece; read past the ORM, there may be millions."""
    query = (
        "SELECT hash FROM advocacy_leaf WHERE petition_id = %s AND index >= %s AND index < %s ORDER BY index"
    )
    query = query.replace("index", connection.ops.quote_name("index"))
    with connection.cursor() as cursor:
        for first in range(start, end, CHUNK):
            cursor.execute(query, [petition.pk, first, min(first + CHUNK, end)])
            yield b"".join([bytes(row[0]) for row in cursor.fetchall()])


def _leaves(petition: Petition, place: Path, size: int) -> None:
    path = place / "leaves.bin"
    have = path.stat().st_size // SIZE if path.exists() else 0
    if have > size and published(petition.matter.code).get("size", 0) > size:
        log.error("petition %s: more was published than the database holds", petition.matter.code)
        path.unlink()
        have = 0
    have = min(have, size)
    if have and not _ends_alike(petition, path, have):
        have = 0
    with path.open("r+b" if path.exists() else "w+b") as out:
        os.fchmod(out.fileno(), FOR_ALL)
        out.truncate(have * SIZE)  # half a leaf of a writer that died
        out.seek(have * SIZE)
        for chunk in _hashes(petition, have, size):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())


def _ends_alike(petition: Petition, path: Path, have: int) -> bool:
    """The last leaf of the file is the database's: it was not restored to another state, nor lost by the disk."""
    with path.open("rb") as file:
        file.seek((have - 1) * SIZE)
        return file.read(SIZE) == b"".join(_hashes(petition, have - 1, have))


def _removals(petition: Petition, place: Path, size: int) -> None:
    path = place / "removals.jsonl"
    if path.exists() and _lines(path) == petition.removes == _gone.count(petition=petition.pk, size=size):
        return
    rows = Leaf.objects.filter(petition=petition, removes__isnull=False, index__lt=size).order_by("index")
    lines = [
        json.dumps({"leaf": index, "index": removes, "reason": reason}) + "\n"
        for index, removes, reason in rows.values_list("index", "removes", "reason").iterator()
    ]
    replace(path, "".join(lines).encode())


@prepared
def _gone(*, petition: int, size: int) -> QuerySet[Leaf]:
    return Leaf.objects.filter(petition=petition, removes__isnull=False, index__lt=size).values("pk")


def _lines(path: Path) -> int:
    """Whole lines of a file; -1 when its last one is cut off."""
    data = path.read_bytes()
    return data.count(b"\n") if not data or data.endswith(b"\n") else -1


def _checkpoints(petition: Petition, place: Path, number: int) -> None:
    """Further lines are added after the last whole one; a file that does not end as the database says is made anew."""
    path = place / "checkpoints.jsonl"
    have = _last_number(petition, path, number)
    key = bytes(keyring.public_key()).hex()
    if have == 0:
        rows = Checkpoint.objects.filter(petition=petition).order_by("number")
        replace(path, "".join(_line(row, key) for row in rows.iterator()).encode())
        return
    with path.open("ab") as out:
        out.write("".join(_line(row, key) for row in _since(petition=petition.pk, have=have)).encode())


@prepared
def _since(*, petition: int, have: int) -> QuerySet[Checkpoint]:
    return Checkpoint.objects.filter(petition=petition, number__gt=have).order_by("number")


@prepared
def _numbered(*, petition: int, number: int) -> QuerySet[Checkpoint]:
    return Checkpoint.objects.filter(petition=petition, number=number)


def _line(row: Checkpoint, key: str) -> str:
    return json.dumps({"body": row.body, "signature": bytes(row.signature).hex(), "key": key}) + "\n"


def _last_number(petition: Petition, path: Path, number: int) -> int:
    """Number of the checkpoint that the file ends with; 0 when it ends with nothing of ours."""
    if not path.exists():
        return 0
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4_096))
        tail = file.read()
    try:
        line = tail.splitlines()[-1].decode() + "\n"
        have = int(json.loads(json.loads(line)["body"])["number"])
    except (ValueError, KeyError, TypeError, IndexError):
        return 0
    row = next(iter(_numbered(petition=petition.pk, number=have)), None)
    same = row is not None and line == _line(row, bytes(keyring.public_key()).hex())
    return have if tail.endswith(b"\n") and have <= number and same else 0


def _witnesses(petition: Petition, place: Path) -> None:
    lines = [
        json.dumps({
            "number": row.checkpoint.number, "name": row.name, "key": bytes(row.key).hex(),
            "signature": bytes(row.signature).hex(), "at": row.at.isoformat(timespec="seconds"),
        }) + "\n"
        for row in _signed(petition=petition.pk)
    ]  # fmt: skip
    path, data = place / "witnesses.jsonl", "".join(lines).encode()
    if not path.exists() or path.read_bytes() != data:
        replace(path, data)


@prepared
def _signed(*, petition: int) -> QuerySet[Witness]:
    rows = Witness.objects.filter(checkpoint__petition=petition).select_related("checkpoint")
    return rows.order_by("checkpoint__number", "pk")
