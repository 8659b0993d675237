"""`icma clocks compute IN.csv`: due dates of many events, with or without a database."""

import argparse
import csv
import os
import re
import sys
from pathlib import Path


def add_to(words: argparse._SubParsersAction) -> None:
    clocks = words.add_parser("clocks", help="compute due dates from a CSV of rule,event")
    verbs = clocks.add_subparsers(dest="verb", required=True)
    compute = verbs.add_parser("compute", help="write rule,event,due,provisional,explanation")
    compute.add_argument("file", metavar="IN.csv", help="`-` reads standard input")
    compute.add_argument("--lang", choices=("az", "ru", "en"), default="az")
    compute.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit 2 only when the file cannot be read; a failed line keeps its place with an empty `due`."""
    from icma.engines.clocklines import COLUMNS, compute_lines

    try:
        lines = _lines(arguments.file)
    except (OSError, UnicodeDecodeError) as error:
        print(f"{arguments.file}: {error}", file=sys.stderr)
        return 2
    rules, calendar = _book()
    rows, errors = compute_lines(lines, rules, calendar, lang=arguments.lang)
    for stream in (sys.stdout, sys.stderr):  # what is written is UTF-8, whatever the terminal calls itself
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        out = csv.writer(sys.stdout, lineterminator="\n")
        out.writerow(COLUMNS)
        out.writerows(rows)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader had enough (`| head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for error in errors:
        print(error, file=sys.stderr)
    return 0


def _lines(name: str) -> list[str]:
    """Lines of the file: only CR and LF end one, so that numbers agree with the reader's editor."""
    data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    lines = re.split("\r\n|\n|\r", data.decode("utf-8-sig"))
    return lines if lines[-1] else lines[:-1]


# Any of these says that there is an installation whose law was edited; a bare command has only what is shipped.
INSTALLED = ("ICMA_MODE", "ICMA_DATABASE_URL", "ICMA_SECRET_KEY")


def _book():
    """Rules and calendar of the database when one is configured and filled, else the shipped ones."""
    from icma.law.shipped import shipped_book

    current = shipped_book()
    if any(os.environ.get(name) or os.environ.get(f"{name}_FILE") for name in INSTALLED):
        current = _installed() or current
    return current.rules, current.calendar


def _installed():
    """The law of the configured database; None while that is not there or holds none yet."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import Error

    from icma.law.book import book

    name = settings.DATABASES["default"]["NAME"]
    if "sqlite" in settings.DATABASES["default"]["ENGINE"] and not Path(name).exists():
        return None
    try:
        return book()
    except (Error, LookupError) as error:
        print(f"the law of the database cannot be read, the shipped one is used: {error}", file=sys.stderr)
        return None
