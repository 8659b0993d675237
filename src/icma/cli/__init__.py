"""The console command `icma`. Each word is one file of this folder."""

import argparse
import os
import sys
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status. `icma manage …` is Django's own command line."""
    words = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icma.settings")
    os.umask(0o077)  # database, files, keys and backups are for this account alone
    try:
        return _run(words)
    except ImproperlyConfigured as refusal:
        print(refusal, file=sys.stderr)
        return 1


def _run(words: list[str]) -> int:
    if words[:1] == ["manage"]:
        from django.core.management import execute_from_command_line

        execute_from_command_line(["icma manage", *words[1:]])
        return 0
    arguments = _parser().parse_args(words)
    if arguments.command is None:
        _parser().print_help()
        return 2
    return arguments.run(arguments)


def _parser() -> argparse.ArgumentParser:
    from icma.cli import audit, backup, check, clocks, demo, init, mailin, protect, recover, reproduce, serve
    from icma.cli.bench import command as bench

    parser = argparse.ArgumentParser(
        prog="icma", description="İcma: see README.md for the two first commands."
    )
    words = parser.add_subparsers(dest="command", metavar="COMMAND")
    for part in (demo, init, serve, clocks, protect, reproduce, bench, backup, recover, check, audit, mailin):
        part.add_to(words)
    words.add_parser("manage", help="Django's own commands", add_help=False)
    return parser
