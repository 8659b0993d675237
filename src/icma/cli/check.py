"""`icma check`: Django's checks and ours; with `--deploy` those of a machine that people will trust."""

import argparse
import sys


def add_to(words: argparse._SubParsersAction) -> None:
    check = words.add_parser("check", help="look for what is set wrongly; --deploy before real use")
    check.add_argument("--deploy", action="store_true")
    check.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit 1 when something is refused; warnings are printed and leave 0."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError

    try:
        call_command("check", deploy=arguments.deploy)
    except SystemCheckError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    return 0
