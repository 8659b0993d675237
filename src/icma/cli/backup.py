"""`icma backup DIR` and `icma restore DIR`: database and files with their hashes; never the keys.

The wrapped keys of the vault, and what nobody has published, stand beside it in DIR.wraps: see `wraps.py`.
"""

import argparse
import gzip
import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Container
from pathlib import Path

from icma.cli import unpublished, wraps
from icma.cli.unpublished import Found

MANIFEST, PLAIN = "manifest.json", "icma.sql.gz"


class BackupError(Exception):
    """Says in words what is wrong with the backup or the place it goes to."""


def add_to(words: argparse._SubParsersAction) -> None:
    save = words.add_parser("backup", help="copy database and files into an empty folder")
    save.add_argument("folder", type=Path, metavar="DIR")
    save.set_defaults(run=lambda arguments: _told(backup, arguments.folder))
    load = words.add_parser("restore", help="bring a backup back; refuses to overwrite without --force")
    load.add_argument("folder", type=Path, metavar="DIR")
    load.epilog = "Stop İcma before: a server that runs would go on writing into what was replaced."
    load.add_argument("--force", action="store_true", help="overwrite the database that is there")
    load.set_defaults(run=lambda arguments: _told(restore, arguments.folder, arguments.force))


def _told(do, *words) -> int:
    import django

    django.setup()
    from django.db import Error

    try:
        for line in do(*words):
            print(line)
    except (BackupError, OSError, Error, sqlite3.Error, subprocess.CalledProcessError) as error:
        print(f"Not done: {error}", file=sys.stderr)
        return 1
    return 0


def backup(folder: Path) -> list[str]:
    """Write database, files and manifest into `folder`, which must be new or empty.

    The manifest is written last: what was interrupted (a full disk) has none and is not restored.
    """
    from django.conf import settings
    from django.utils import timezone

    from icma.core.day import legal_day
    from icma.people.actions.init import kind_of_database

    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty. Name a new folder.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kind, found = _dump(folder)
    _copy_files(settings.FILES_DIR, folder / "files", but=found.files)
    _copy_files(settings.HOME / "vault", folder / "vault")
    rows = wraps.save(wraps.beside(folder), legal_day(timezone.now()), found)
    _copy_files(settings.FILES_DIR, wraps.beside(folder) / "files", only=found.files)
    hashes = {str(p.relative_to(folder)): _sha256(p) for p in sorted(folder.rglob("*")) if p.is_file()}
    manifest = {"kind": kind, "mode": settings.MODE, "country": kind_of_database(), "keys": _key_marks(),
                "sha256": hashes}  # fmt: skip
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return [
        f"{len(hashes)} files in {folder}.",
        f"Keys are not in it. Keep a copy of {settings.KEYS_DIR} on paper or in a safe, apart from this backup.",
        f"The vault's wrapped keys ({rows}) and what nobody has published are in {wraps.beside(folder)}. Keep no copy "
        f"of it longer than {wraps.KEPT_DAYS} days: what people have asked to be erased would live on in it.",
    ]


def restore(folder: Path, force: bool = False) -> list[str]:
    """Check every hash, then replace database and files. Raises BackupError before anything is touched.

    A backup of an earlier version is brought up to this one. İcma has to be stopped meanwhile.
    """
    from django.conf import settings
    from django.core.management import call_command

    manifest = _checked(folder)
    if manifest["mode"] != settings.MODE:
        raise BackupError(f"This is a backup of a {manifest['mode']} database; ICMA_MODE is {settings.MODE}.")
    _load(folder, manifest["kind"], force)
    _copy_files(folder / "files", settings.FILES_DIR)
    _copy_files(folder / "vault", settings.HOME / "vault")
    call_command("migrate", verbosity=0, interactive=False)
    lines = ["Database and files are back. Nobody is signed in; start İcma anew."]
    lines.append(_wraps_back(folder))
    missing = sorted(name for name, mark in manifest["keys"].items() if _key_marks().get(name) != mark)
    if missing:
        lines.append(
            f"These keys are missing or other ones: {', '.join(missing)}. Sealed contacts and codes stay closed "
            f"until the right ones stand in {settings.KEYS_DIR}."
        )
    return lines


def _wraps_back(folder: Path) -> str:
    from django.conf import settings

    stream = wraps.beside(folder)
    if not wraps.intact(stream):
        return (
            f"The vault's wrapped keys are not in {stream}, or were changed: cases stay closed, also to the papers, "
            "and texts that nobody has published stay empty. Put a stream of the last 14 days there and restore again."
        )
    _copy_files(stream / "files", Path(settings.FILES_DIR))
    return f"{wraps.load(stream)} wrapped keys of the vault are back."


def _copy_files(
    source: Path, target: Path, but: Container[str] = (), only: Container[str] | None = None
) -> None:
    """Bytes alone, for this account alone; what is deleted or still written meanwhile is left out."""
    for path in sorted(source.glob("??/*")):
        if path.suffix == ".part" or path.name in but or (only is not None and path.name not in only):
            continue
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, place)
        except FileNotFoundError:
            place.unlink(missing_ok=True)


def _checked(folder: Path) -> dict:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BackupError(f"{folder} holds no readable backup: {error}") from error
    for name, mark in manifest["sha256"].items():
        path = folder / name
        if not path.is_file() or _sha256(path) != mark:
            raise BackupError(f"{name} is missing or was changed since the backup. Nothing was restored.")
    return manifest


def _dump(folder: Path) -> tuple[str, Found]:
    """The kind of database, and what stands in the stream instead, of one moment."""
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(folder / "icma.sqlite3") as copy:
            connection.connection.backup(copy)
            # Whoever finds the copy must not be signed in by it.
            copy.execute("PRAGMA secure_delete=ON")
            for table in ("django_session", *wraps.TABLES):
                copy.execute(f"DELETE FROM {table}")
            found = unpublished.find(lambda query: copy.execute(query).fetchall())
            for statement in unpublished.emptying():
                copy.execute(statement)
        copy.close()
        return "sqlite", found
    return "postgresql", _pg_dump(folder / PLAIN)


def _pg_dump(target: Path) -> Found:
    """Plain SQL, compressed: each line goes by here, and what nobody has published stays out of it."""
    from django.db import connection, transaction

    options = connection.settings_dict
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

        def run(query: str) -> list[tuple]:
            cursor.execute(query)
            return cursor.fetchall()

        ((snapshot,),) = run("SELECT pg_export_snapshot()")
        found = unpublished.find(run)
        words = ["pg_dump", "--format=plain", "--clean", "--if-exists", "--no-owner", f"--snapshot={snapshot}",
                 *(f"--exclude-table-data={table}" for table in ("django_session", *wraps.TABLES)), *_pg_words(options)]  # fmt: skip
        with subprocess.Popen(words, stdout=subprocess.PIPE, env=_pg_env(options)) as dump:
            assert dump.stdout is not None
            with gzip.open(target, "wb", compresslevel=6) as out:
                out.writelines(unpublished.emptied(dump.stdout, found))
        if dump.returncode:
            raise subprocess.CalledProcessError(dump.returncode, words[0])
    return found


def _load(folder: Path, kind: str, force: bool) -> None:
    from django.db import connection

    if connection.vendor != kind:
        raise BackupError(f"The backup is of {kind}; ICMA_DATABASE_URL names {connection.vendor}.")
    if not force and connection.introspection.table_names():
        raise BackupError("The database is not empty. Give --force to overwrite it.")
    options = connection.settings_dict
    connection.close()
    if kind == "sqlite":
        target = Path(options["NAME"])
        part = target.with_name(f"{target.name}.part")  # a disk that is full leaves the old database whole
        try:
            shutil.copyfile(folder / "icma.sqlite3", part)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        for tail in ("-wal", "-shm"):
            Path(f"{target}{tail}").unlink(missing_ok=True)
        part.replace(target)
        return
    words = ["psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--file=-",
             *_pg_words(options)]  # fmt: skip
    with subprocess.Popen(words, stdin=subprocess.PIPE, env=_pg_env(options)) as load:
        assert load.stdin is not None
        with gzip.open(folder / PLAIN, "rb") as source:
            shutil.copyfileobj(source, load.stdin, 1 << 20)
    if load.returncode:
        raise subprocess.CalledProcessError(load.returncode, words[0])


def _pg_words(options: dict) -> list[str]:
    words = [f"--dbname={options['NAME']}"]
    for flag, name in (("host", "HOST"), ("port", "PORT"), ("username", "USER")):
        if options.get(name):
            words.append(f"--{flag}={options[name]}")
    return words


def _pg_env(options: dict) -> dict[str, str]:
    import os

    return {**os.environ, "PGPASSWORD": options.get("PASSWORD") or ""}


def _key_marks() -> dict[str, str]:
    """A short fingerprint of each key, so that a restore can tell whether the right ones are there."""
    from django.conf import settings

    folder = Path(settings.KEYS_DIR)
    found = sorted(folder.iterdir()) if folder.exists() else []
    return {
        p.name: hashlib.sha256(b"icma-key\0" + p.read_bytes()).hexdigest()[:16] for p in found if p.is_file()
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
