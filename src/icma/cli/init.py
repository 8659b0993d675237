"""`icma init`: a real, empty country and a first officer with a paper recovery code."""

import argparse
import sys


def add_to(words: argparse._SubParsersAction) -> None:
    init = words.add_parser("init", help="make keys, tables, places, rules and a first officer")
    init.add_argument("--email", required=True, help="mail address of the first officer")
    init.add_argument("--union", required=True, help="name of the union")
    init.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit 1 with the reason when this database cannot become a real one."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from icma.core.action import Refused
    from icma.law.actions import load_shipped
    from icma.people.actions.init import init_country

    if settings.IS_DEMO:
        print("ICMA_MODE is demo: a demo database can never become real.", file=sys.stderr)
        return 1
    call_command("migrate", verbosity=0)
    at = timezone.now()
    try:
        codes = init_country(officer_email=arguments.email, union_name=arguments.union, at=at)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    load_shipped(at=at)
    print("The country is ready. Rules of law are shipped unsigned: let an advocate confirm them.\n")
    print(f"First officer: {arguments.email}. Sign in with a code by mail, then set up a second factor.")
    print("Recovery codes, to be kept on paper, shown only now:\n")
    for code in codes:
        print(f"    {code}")
    return 0
