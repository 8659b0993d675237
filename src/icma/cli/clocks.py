"""`icma clocks compute IN.csv`: due dates of many events, with or without a database."""

import argparse
import csv
import os
import sys


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
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(COLUMNS)
    out.writerows(rows)
    for error in errors:
        print(error, file=sys.stderr)
    return 0


def _lines(name: str) -> list[str]:
    if name == "-":
        return sys.stdin.read().splitlines()
    with open(name, encoding="utf-8-sig", newline="") as source:
        return source.read().splitlines()


def _book():
    """Rules and calendar of the database when one is configured and filled, else the shipped ones."""
    from icma.law.shipped import shipped_book

    if os.environ.get("ICMA_MODE") or os.environ.get("ICMA_DATABASE_URL"):
        import django

        django.setup()
        from django.db import Error

        from icma.law.book import book

        try:
            current = book()
        except (Error, LookupError):
            current = shipped_book()
    else:
        current = shipped_book()
    return current.rules, current.calendar
